/**
 * The sending half of a connection: what goes out when, and what goes out again. Congestion control is that of
 * RFC 5681 with NewReno (RFC 6582), or with selective acknowledgments (RFC 6675) when the other side gives them.
 *
 * Sequence numbers here count from the SYN, which is 0, and never wrap. A FIN is one number behind the last byte.
 */
import type { Clock } from '../../../base/time/clock.ts';
import { itemAt } from '../../../base/lists/list.ts';
import type { SendBuffer } from './send-buffer.ts';
import { RangeSet } from './ranges.ts';
import { MovingTimer, RttEstimator } from './timers.ts';

/** RFC 5681 §2: duplicate acknowledgments that mean a loss. */
const DUP_THRESHOLD = 3;
/** RFC 6928 §2. */
const INITIAL_WINDOW_SEGMENTS = 10;
/** RFC 9293 §3.8.3 R2: after this many timeouts in a row the peer counts as gone. */
const MAX_RETRANSMISSIONS = 10;

export interface SenderOutput {
  /** Sends `dataLength` bytes from `sequence` on, with a FIN behind them if `fin`. */
  sendSegment(sequence: number, dataLength: number, fin: boolean, push: boolean): void;
  /** A retransmission timeout; for the log. */
  timedOut(sequence: number): void;
  /** The other side has not answered for too long. */
  gaveUp(): void;
}

/** Numbers from `start` up to but not including `end`. */
export interface SequenceRange {
  readonly start: number;
  readonly end: number;
}

/** A segment that acknowledges, as the sending half sees it. */
export interface Acknowledgment {
  /** Its own sequence number. */
  readonly sequence: number;
  /** Next number that the other side expects: at most `highest`. */
  readonly ack: number;
  /** The other side's window, in bytes. */
  readonly window: number;
  /** Whether it carries neither data nor SYN nor FIN. */
  readonly isEmpty: boolean;
  /** Of its SACK option. */
  readonly blocks: readonly SequenceRange[];
}

export class Sender {
  readonly rtt: RttEstimator;
  /** Oldest number not acknowledged, next to send, highest sent (SND.UNA, SND.NXT, SND.MAX). */
  una = 1;
  private nxt = 1;
  private max = 1;
  /** Bytes a segment may carry. */
  private readonly mss: number;
  private readonly clock: Clock;
  private readonly output: SenderOutput;
  private readonly buffer: SendBuffer;
  private readonly useSack: boolean;
  private readonly timer: MovingTimer;
  private finQueued = false;

  /** The other side's window: its size and right edge, and the largest it ever was. */
  private window = 0;
  private windowEdge = 1;
  private maxWindow = 0;
  /** SND.WL1 and SND.WL2: the segment that the window came from (RFC 9293 §3.10.7.4). */
  private windowSequence = 0;
  private windowAck = 0;

  private cwnd: number;
  private ssthresh = Number.POSITIVE_INFINITY;
  private dupAcks = 0;
  /** Highest number sent when a loss was found: the recovery ends there (RFC 6582 `recover`). */
  private recover = 0;
  private inRecovery = false;
  private readonly sacked = new RangeSet();
  /** Highest number sent again in this recovery (RFC 6675 HighRxt). */
  private highRxt = 0;
  private timeouts = 0;
  private lastSentNs = 0;

  /** The segment being timed (RFC 6298 §3: one not sent twice). */
  private timedEnd: number | undefined;
  private timedSinceNs = 0;

  constructor(
    clock: Clock,
    output: SenderOutput,
    buffer: SendBuffer,
    options: { readonly mss: number; readonly useSack: boolean; readonly rtt: RttEstimator },
  ) {
    this.clock = clock;
    this.output = output;
    this.buffer = buffer;
    this.mss = options.mss;
    this.useSack = options.useSack;
    this.rtt = options.rtt;
    this.cwnd = INITIAL_WINDOW_SEGMENTS * options.mss;
    this.timer = new MovingTimer(clock, () => this.onTimer());
  }

  /** Where data and FIN end. */
  private get end(): number {
    return this.buffer.end + (this.finQueued ? 1 : 0);
  }

  /** What was sent so far ends here; more cannot be acknowledged. */
  get highest(): number {
    return this.max;
  }

  /** The number of segments without data: behind all that was sent, but not where the window would not have it. */
  get next(): number {
    return Math.min(this.max, Math.max(this.windowEdge, this.una));
  }

  /** Whether the FIN was sent and acknowledged. */
  get finAcked(): boolean {
    return this.finQueued && this.una === this.end;
  }

  queueFin(): void {
    this.finQueued = true;
    this.send();
  }

  stop(): void {
    this.timer.cancel();
  }

  /** The window of a segment; an older segment must not bring an older window (RFC 9293 §3.10.7.4). */
  updateWindow(sequence: number, ack: number, size: number): void {
    if (sequence < this.windowSequence || (sequence === this.windowSequence && ack < this.windowAck)) return;
    this.windowSequence = sequence;
    this.windowAck = ack;
    this.window = size;
    this.windowEdge = ack + size;
    this.maxWindow = Math.max(this.maxWindow, size);
  }

  /** Call `send` afterwards. */
  onAck({ sequence, ack, window, isEmpty, blocks }: Acknowledgment): void {
    // RFC 5681 §2: it brings neither data nor another window.
    const isDuplicate = ack === this.una && isEmpty && window === this.window;
    if (ack >= this.una) this.updateWindow(sequence, ack, window);
    let isNews = false;
    for (const { start, end } of blocks) {
      if (start >= ack && end <= this.max && this.sacked.add(start, end)) isNews = true;
    }
    if (ack > this.una) this.onNewAck(ack);
    else if ((isDuplicate || isNews) && this.max > this.una) this.onDupAck();
  }

  /** Sends what the windows allow. */
  send(): void {
    if (this.inRecovery && this.useSack) this.sendInRecovery();
    else this.sendInOrder();
    if (this.max > this.una) {
      if (!this.timer.running) this.timer.start(this.rtt.rtoNs);
    } else if (this.nxt < this.end && !this.timer.running) {
      // Nothing is in flight and the window is closed: probe it (RFC 9293 §3.8.6.1).
      this.timer.start(this.rtt.rtoNs);
    }
  }

  private onNewAck(ack: number): void {
    const acked = ack - this.una;
    const flight = this.nxt - this.una;
    this.una = ack;
    if (this.nxt < ack) this.nxt = ack;
    this.buffer.release(ack);
    this.sacked.removeBelow(ack);
    if (this.timedEnd !== undefined && ack >= this.timedEnd) {
      this.rtt.sample(this.clock.nowNs - this.timedSinceNs);
      this.timedEnd = undefined;
    }
    this.rtt.resetBackoff();
    this.timeouts = 0;
    this.dupAcks = 0;
    if (this.inRecovery) this.progressInRecovery(ack, acked);
    else this.openWindow(acked, flight);
    if (this.max > ack) this.timer.start(this.rtt.rtoNs);
    else this.timer.stop();
  }

  private openWindow(acked: number, flight: number): void {
    // A window that was not used is no proof of what the path can carry (RFC 5681 §4.1, RFC 7661).
    if (flight < this.cwnd / 2) return;
    // Slow start and congestion avoidance by bytes (RFC 3465, L = 2).
    if (this.cwnd < this.ssthresh) this.cwnd += Math.min(acked, 2 * this.mss);
    else this.cwnd += Math.max(1, Math.floor((this.mss * Math.min(acked, this.cwnd)) / this.cwnd));
  }

  private progressInRecovery(ack: number, acked: number): void {
    if (ack >= this.recover) {
      this.inRecovery = false;
      this.cwnd = this.ssthresh;
      return;
    }
    if (this.useSack) return;
    // A partial acknowledgment: the next hole was lost too (RFC 6582 §3.2 step 3).
    this.cwnd = Math.max(this.cwnd - acked, 0) + (acked >= this.mss ? this.mss : 0);
    this.resend(this.una);
  }

  private onDupAck(): void {
    this.dupAcks++;
    if (this.inRecovery) {
      // Each duplicate says that a segment has left the network (RFC 5681 §3.2 step 4).
      if (!this.useSack) this.cwnd += this.mss;
      return;
    }
    const isLoss =
      this.dupAcks >= DUP_THRESHOLD || (this.useSack && this.sacked.total > (DUP_THRESHOLD - 1) * this.mss);
    // Not again for losses of the same window (RFC 6582 §3.2 step 2): without SACK the duplicates may come from what
    // was sent twice after a timeout.
    const isOld = this.useSack ? this.una < this.recover || this.sacked.isEmpty : this.una <= this.recover;
    if (!isLoss || isOld) return;
    const flight = this.max - this.una;
    this.ssthresh = Math.max(Math.floor(flight / 2), 2 * this.mss);
    this.recover = this.max;
    this.inRecovery = true;
    this.nxt = this.max;
    this.cwnd = this.useSack ? this.ssthresh : this.ssthresh + DUP_THRESHOLD * this.mss;
    this.highRxt = this.resend(this.una);
  }

  private sendInOrder(): void {
    this.restartAfterIdle();
    for (;;) {
      // After a timeout we go back, past what the other side holds already.
      if (this.nxt < this.max && !this.sacked.isEmpty)
        this.nxt = Math.min(this.sacked.gapFrom(this.nxt).start, this.max);
      const flight = this.nxt - this.una - this.sacked.countWithin(this.una, this.nxt);
      const room = this.cwnd - flight;
      let length = Math.min(this.mss, this.end - this.nxt, this.windowEdge - this.nxt);
      if (length <= 0 || room < Math.min(length, this.mss)) return;
      if (this.nxt < this.max && !this.sacked.isEmpty)
        length = Math.min(length, this.sacked.gapFrom(this.nxt).end - this.nxt);
      else if (this.isSilly(length)) return;
      this.nxt = this.sendRange(this.nxt, length);
    }
  }

  /** Less than a segment, less than all there is, and less than half the window: wait (RFC 9293 §3.8.6.2.1). */
  private isSilly(length: number): boolean {
    return length < this.mss && length < this.end - this.nxt && length < this.maxWindow / 2;
  }

  /** RFC 6675 §5 step C: while the pipe has room, what is lost goes first, then new data, then the other holes. */
  private sendInRecovery(): void {
    while (this.cwnd - this.pipe() >= this.mss) {
      const lost = this.nextHole(this.lostBelow());
      if (lost !== undefined) {
        this.highRxt = this.sendRange(lost.start, lost.end - lost.start);
        continue;
      }
      const length = Math.min(this.mss, this.end - this.max, this.windowEdge - this.max);
      if (length > 0 && !this.isSilly(length)) {
        this.nxt = this.sendRange(this.max, length);
        continue;
      }
      const hole = this.nextHole(this.sacked.highest);
      if (hole === undefined) return;
      this.highRxt = this.sendRange(hole.start, hole.end - hole.start);
    }
  }

  /** The next segment below `limit` that is neither held by the other side nor sent again yet. */
  private nextHole(limit: number): SequenceRange | undefined {
    const gap = this.sacked.gapFrom(Math.max(this.highRxt, this.una));
    const end = Math.min(gap.start + this.mss, gap.end, limit);
    return gap.start < end ? { start: gap.start, end } : undefined;
  }

  /** All holes below this are lost: enough was received above them (RFC 6675 §4 IsLost). */
  private lostBelow(): number {
    const { list } = this.sacked;
    let above = 0;
    for (let i = list.length - 1; i >= 0; i--) {
      const { start, end } = itemAt(list, i);
      above += end - start;
      if (above > (DUP_THRESHOLD - 1) * this.mss || list.length - i >= DUP_THRESHOLD) return start;
    }
    return 0;
  }

  /** Estimate of the bytes in flight (RFC 6675 §4 SetPipe). */
  private pipe(): number {
    const unsacked = this.max - this.una - this.sacked.total;
    const from = Math.max(this.highRxt, this.una);
    const to = this.lostBelow();
    const lost = to > from ? to - from - this.sacked.countWithin(from, to) : 0;
    return unsacked - lost;
  }

  /** Sends the segment at `sequence` again; returns where it ended. */
  private resend(sequence: number): number {
    const gap = this.sacked.gapFrom(sequence);
    return this.sendRange(sequence, Math.min(this.mss, this.max - sequence, gap.end - sequence));
  }

  private sendRange(sequence: number, length: number): number {
    const dataEnd = this.buffer.end;
    const end = sequence + length;
    const dataLength = Math.min(length, dataEnd - sequence);
    const { nowNs } = this.clock;
    if (sequence < this.max) {
      // Karn: an acknowledgment of retransmitted data gives no RTT sample (RFC 6298 §3).
      if (this.timedEnd !== undefined && this.timedEnd > sequence) this.timedEnd = undefined;
    } else if (this.timedEnd === undefined) {
      this.timedEnd = end;
      this.timedSinceNs = nowNs;
    }
    if (end > this.max) this.max = end;
    this.lastSentNs = nowNs;
    this.output.sendSegment(sequence, dataLength, end > dataEnd, end >= dataEnd);
    return end;
  }

  /** RFC 5681 §4.1: after an idle time the window starts small again. */
  private restartAfterIdle(): void {
    if (this.max > this.una || this.clock.nowNs - this.lastSentNs <= this.rtt.rtoNs) return;
    this.cwnd = Math.min(this.cwnd, INITIAL_WINDOW_SEGMENTS * this.mss);
  }

  private onTimer(): void {
    const isProbe = this.max === this.una || this.windowEdge <= this.una;
    if (!isProbe && ++this.timeouts > MAX_RETRANSMISSIONS) {
      this.output.gaveUp();
      return;
    }
    this.rtt.backOff();
    if (isProbe) {
      this.probe();
      return;
    }
    this.output.timedOut(this.una);
    // RFC 5681 §3.1 equation 4; only the first timeout of a row says something about the path.
    if (this.timeouts === 1) this.ssthresh = Math.max(Math.floor((this.max - this.una) / 2), 2 * this.mss);
    this.cwnd = this.mss;
    this.inRecovery = false;
    this.recover = this.max;
    this.dupAcks = 0;
    // The other side may have thrown away what it had announced (RFC 2018 §8).
    if (this.sacked.gapFrom(this.una).start !== this.una) this.sacked.clear();
    this.nxt = this.una;
    this.timer.start(this.rtt.rtoNs);
    this.send();
  }

  /** The window is too small to send of one's own accord, or shut. */
  private probe(): void {
    const room = Math.min(this.mss, this.windowEdge - this.una, this.end - this.una);
    // The data that fit have waited long enough (RFC 9293 §3.8.6.2.1, the override timeout).
    if (room > 0) this.nxt = this.sendRange(this.una, room);
    // One number beyond the window (RFC 9293 §3.8.6.1): the answer tells the window.
    else if (this.una < this.end) this.sendRange(this.una, 1);
    else return;
    this.timer.start(this.rtt.rtoNs);
  }
}
