/**
 * The receiving half of a connection: which bytes are accepted, when they are delivered, how far the window is open,
 * and when an acknowledgment is due. It does not know the states; the connection calls it when the other side's SYN has
 * arrived.
 *
 * Sequence numbers here count from the other side's SYN, which is 0, and never wrap. A FIN is one number behind the
 * last byte.
 */
import type { Clock } from '../../../base/time/clock.ts';
import type { TcpOption } from '../../../protocols/tcp/codec.ts';
import type { TcpCounters } from '../counters.ts';
import type { TcpSettings } from '../types.ts';
import { ReceiveBuffer } from './receive-buffer.ts';
import { MovingTimer } from './timers.ts';

export interface ReceiverOutput {
  readonly onData: ((data: Uint8Array) => void) | undefined;
  readonly onEnd: (() => void) | undefined;
  /** The connection is over: nothing more is handed on. */
  readonly isGone: boolean;
  /** Sends a segment without data; it asks back for the window. */
  sendAck(): void;
}

/** Where a segment lies: `probe` is the very next number while the window is shut. */
export type Acceptability = 'inside' | 'probe' | 'outside';

/** The largest window that fits in the header's 16 bits without a scale. */
const MAX_UNSCALED_WINDOW = 0xffff;
/** As many as fit, and as many as fit beside timestamps (RFC 2018 §3). */
const MAX_SACK_BLOCKS = 4;
const MAX_SACK_BLOCKS_BESIDE_TIMESTAMPS = 3;

export class Receiver {
  private readonly output: ReceiverOutput;
  private readonly counters: TcpCounters;
  private readonly settings: Required<TcpSettings>;
  private readonly ackTimer: MovingTimer;
  private readonly buffer = new ReceiveBuffer();
  /** The other side's initial sequence number, as on the wire (IRS). */
  private irs = 0;
  /** Next number expected (RCV.NXT), and the right edge of the window that was offered. */
  private nxt = 0;
  private edge = 0;
  private shift = 0;
  private mss = 0;
  private paused = false;
  private isDelivering = false;
  /** The number of the other side's FIN, once it has come. */
  private finAt: number | undefined;
  private endReported = false;
  /** Bytes that were not acknowledged yet; whether an acknowledgment must go now. */
  private unackedBytes = 0;
  private ackNow = false;

  constructor(clock: Clock, output: ReceiverOutput, settings: Required<TcpSettings>, counters: TcpCounters) {
    this.output = output;
    this.counters = counters;
    this.settings = settings;
    this.ackTimer = new MovingTimer(clock, () => output.sendAck());
  }

  /** The other side's SYN has come. `shift` is that of the windows offered to it, `mss` the most that it will send. */
  begin(irs: number, options: { readonly shift: number; readonly mss: number }): void {
    this.irs = irs;
    this.shift = options.shift;
    this.mss = options.mss;
    this.nxt = 1;
    // The window of a SYN is never scaled (RFC 7323 §2.2).
    this.edge = this.nxt + Math.min(this.settings.receiveWindow, MAX_UNSCALED_WINDOW);
  }

  /** Next number expected (RCV.NXT). */
  get next(): number {
    return this.nxt;
  }

  /** RCV.NXT as on the wire. */
  get acknowledgment(): number {
    return this.toWire(this.nxt);
  }

  /** Segments came early: the other side wants to know which. */
  get hasGap(): boolean {
    return this.buffer.hasGap;
  }

  /** The number of the wire that lies nearest to what is expected, as one that never wraps. */
  fromWire(sequence: number): number {
    return this.nxt + ((sequence - this.acknowledgment) | 0);
  }

  /** RFC 9293 §3.10.7.4, first. `length` counts a FIN. */
  accepts(start: number, length: number): Acceptability {
    const window = this.edge - this.nxt;
    const isInside =
      length === 0
        ? start >= this.nxt && start <= this.edge
        : window > 0 && start < this.edge && start + length > this.nxt;
    if (isInside) return 'inside';
    return window === 0 && start === this.nxt ? 'probe' : 'outside';
  }

  /** An acknowledgment is sent when the current segment has been processed. */
  acknowledgeNow(): void {
    this.ackNow = true;
  }

  /** Takes what is new and inside the window; returns true when the other side's FIN is what comes next. */
  receive(payload: Uint8Array, start: number, hasFin: boolean): boolean {
    // Cut off what is old and what goes beyond the window.
    const skip = Math.max(0, this.nxt - start);
    const keep = Math.min(payload.length, this.edge - start);
    const isWhole = keep === payload.length;
    if (isWhole && hasFin) this.finAt = start + payload.length;
    if (keep > skip) {
      const data = skip === 0 && isWhole ? payload : payload.subarray(skip, keep);
      if (start + skip > this.nxt) {
        this.counters.inOutOfOrder++;
        this.buffer.store(start + skip, data);
        // A gap is reported at once (RFC 5681 §4.2).
        this.ackNow = true;
        return false;
      }
      this.appendInOrder(data);
    } else if (skip > 0 || !isWhole) this.ackNow = true;
    if (this.finAt === this.nxt && !this.output.isGone) return true;
    if (this.finAt !== undefined) this.ackNow = true;
    return false;
  }

  /** The FIN is taken: it counts as one number, and is acknowledged at once. Call `deliver` for `onEnd`. */
  receiveFin(): void {
    this.nxt++;
    this.ackNow = true;
  }

  pause(): void {
    this.paused = true;
  }

  /** Delivers what was queued; returns whether the window has grown enough to be announced. */
  resume(): boolean {
    this.paused = false;
    this.deliver();
    return this.freeEdge() - this.edge >= this.windowStep();
  }

  /** Delivers what is queued, then the end. Data that arrive meanwhile are delivered by the same loop, in order. */
  deliver(): void {
    if (this.isDelivering) return;
    this.isDelivering = true;
    while (!this.paused && this.output.onData !== undefined && !this.output.isGone) {
      const data = this.buffer.take();
      if (data === undefined) break;
      this.output.onData(data);
    }
    this.isDelivering = false;
    const isOver = this.finAt !== undefined && this.nxt > this.finAt;
    if (!isOver || this.endReported || this.buffer.queued > 0 || this.paused || this.output.isGone) return;
    this.endReported = true;
    this.output.onEnd?.();
  }

  /** A segment is done with: sends the acknowledgment that is due, unless one has gone out meanwhile. */
  finishSegment(): void {
    if (this.buffer.queued > 0) this.deliver();
    if (this.output.isGone) return;
    // At least every second full segment (RFC 5681 §4.2).
    if (this.ackNow || this.unackedBytes >= 2 * this.mss) this.output.sendAck();
    else if (this.unackedBytes > 0 && !this.ackTimer.running) {
      if (this.settings.delayedAckNs === 0) this.output.sendAck();
      else this.ackTimer.start(this.settings.delayedAckNs);
    }
  }

  /** A segment goes out and acknowledges everything so far; returns the header's window field. */
  acknowledge(): number {
    this.openWindow();
    this.ackNow = false;
    this.unackedBytes = 0;
    this.ackTimer.stop();
    return Math.min((this.edge - this.nxt) >> this.shift, MAX_UNSCALED_WINDOW);
  }

  sackOption(besideTimestamps: boolean): readonly TcpOption[] {
    const most = besideTimestamps ? MAX_SACK_BLOCKS_BESIDE_TIMESTAMPS : MAX_SACK_BLOCKS;
    const blocks = this.buffer.sackBlocks((sequence) => this.toWire(sequence), most);
    return [{ kind: 'nop' }, { kind: 'nop' }, { kind: 'sack', blocks }];
  }

  stop(): void {
    this.ackTimer.cancel();
    this.buffer.clear();
  }

  /** The bytes that were expected, and those that have waited behind them. */
  private appendInOrder(data: Uint8Array): void {
    const hadGap = this.buffer.hasGap;
    this.appendNext(data);
    if (!hadGap) return;
    this.ackNow = true;
    for (;;) {
      const more = this.buffer.takeFollowing(this.nxt);
      if (more === undefined || this.output.isGone) break;
      this.appendNext(more);
    }
  }

  private appendNext(data: Uint8Array): void {
    this.nxt += data.length;
    this.counters.inOctetsGood += data.length;
    this.unackedBytes += data.length;
    const { output, buffer } = this;
    if (this.paused || output.onData === undefined || buffer.queued > 0 || this.isDelivering) buffer.queue(data);
    else output.onData(data);
  }

  /** Moves the right edge, never back, and not by less than is worth announcing (RFC 9293 §3.8.6.2.2). */
  private openWindow(): void {
    const edge = this.freeEdge();
    if (edge > this.edge && (edge - this.edge >= this.windowStep() || this.edge > this.nxt)) this.edge = edge;
  }

  private windowStep(): number {
    return Math.min(this.settings.receiveWindow / 2, 2 * this.mss);
  }

  /** The edge that the free space allows, rounded to what the scaled window field can express. */
  private freeEdge(): number {
    const free = Math.min(this.settings.receiveWindow, MAX_UNSCALED_WINDOW << this.shift) - this.buffer.queued;
    return this.nxt + Math.max(0, free);
  }

  private toWire(sequence: number): number {
    return (this.irs + sequence) >>> 0;
  }
}
