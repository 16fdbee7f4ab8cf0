/**
 * A TCP connection: the state machine of RFC 9293, the receiving half, and the face that servers and firmware see.
 *
 * Sequence numbers are counted from each side's SYN, which is 0, as plain numbers that never wrap; only the header
 * on the wire has 32 bits.
 */
import type { Ipv4Address } from '../../../base/address.ts';
import { NS_PER_MS, NS_PER_S, type Clock } from '../../../base/clock.ts';
import { assert, unreachable } from '../../../base/result.ts';
import type { SackBlock, TcpOption, TcpSegment } from '../../../protocols/tcp/codec.ts';
import { TCP_FLAG } from '../../../protocols/tcp/fields.ts';
import type { TcpConnection, TcpError, TcpSettings } from '../types.ts';
import { ReceiveBuffer } from './receive-buffer.ts';
import { SendBuffer } from './send-buffer.ts';
import { Sender, type SenderOutput } from './sender.ts';
import { INITIAL_RTO_NS, MovingTimer, RttEstimator } from './timers.ts';

/** RFC 9293 §3.3.2. LISTEN is not a connection here, and CLOSED is one that is gone. */
export type TcpState =
  | 'SYN-SENT'
  | 'SYN-RECEIVED'
  | 'ESTABLISHED'
  | 'FIN-WAIT-1'
  | 'FIN-WAIT-2'
  | 'CLOSE-WAIT'
  | 'CLOSING'
  | 'LAST-ACK'
  | 'TIME-WAIT'
  | 'CLOSED';

export interface Endpoint {
  readonly address: Ipv4Address;
  readonly port: number;
}

/** What a segment says besides its payload; numbers are those of the wire. */
export interface OutgoingSegment {
  readonly sequence: number;
  readonly acknowledgment: number;
  readonly flags: number;
  readonly window: number;
  readonly options?: readonly TcpOption[];
}

/** What a connection needs of its layer. */
export interface ConnectionOwner {
  readonly clock: Clock;
  /** Sends a segment; the payload is taken from the buffer. */
  transmit(connection: Connection, segment: OutgoingSegment, from: SendBuffer, at: number, length: number): void;
  /** A connection that was asked for from outside is open. */
  accepted(connection: Connection): void;
  /** The connection is gone, and its ports are free. */
  gone(connection: Connection): void;
  tell(connection: Connection, code: string, severity: 'note' | 'warn', text: string, rule: string): void;
  /** Largest segment that the path carries in one piece, without options. */
  mssFor(connection: Connection): number;
}

/** RFC 9293 §3.7.1: what is assumed when the other side says nothing. */
const DEFAULT_MSS = 536;
/** Twice the maximum segment lifetime (RFC 9293 §3.4.2), as short as today's systems take it. */
const TIME_WAIT_NS = 60 * NS_PER_S;
/** RFC 5961 §7: answers to what is out of the window are limited. */
const CHALLENGE_INTERVAL_NS = 100 * NS_PER_MS;
const MAX_SYN_RETRANSMISSIONS = 6;
/** RFC 7323 §2.3. */
const MAX_WINDOW_SHIFT = 14;
const NO_BLOCKS: readonly { readonly start: number; readonly end: number }[] = [];

export class Connection implements TcpConnection, SenderOutput {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  onConnect: (() => void) | undefined;
  onData: ((data: Uint8Array) => void) | undefined;
  onEnd: (() => void) | undefined;
  onClose: ((error: TcpError | undefined) => void) | undefined;
  onDrain: (() => void) | undefined;
  private readonly owner: ConnectionOwner;
  private readonly settings: Required<TcpSettings>;
  private current: TcpState;
  private readonly isPassive: boolean;

  private readonly iss: number;
  private readonly sendBuffer: SendBuffer;
  private sender: Sender | undefined;
  private readonly rtt = new RttEstimator();
  private readonly handshakeTimer: MovingTimer;
  private synCount = 0;
  private peerMss = DEFAULT_MSS;
  /** Largest payload, both ways. */
  private mss = DEFAULT_MSS;
  private peerShift = 0;
  private wantsDrain = false;
  private isEnding = false;
  private timesOut = 0;

  private irs = 0;
  /** Next number expected (RCV.NXT), and the right edge of the window that was offered. */
  private rcvNxt = 0;
  private rcvEdge = 0;
  private readonly rcvShift: number;
  private isScaled = false;
  private useSack = false;
  private readonly received = new ReceiveBuffer();
  private paused = false;
  private isDelivering = false;
  /** The number of the other side's FIN, once it has come. */
  private finAt: number | undefined;
  private endTold = false;
  private readonly ackTimer: MovingTimer;
  /** Bytes that were not acknowledged yet; whether an acknowledgment must go now. */
  private unackedBytes = 0;
  private ackNow = false;
  /** SND.WL1 and SND.WL2: the segment that the window came from (RFC 9293 §3.10.7.4). */
  private windowSeq = 0;
  private windowAck = 0;
  private lastWindow = 0;
  private nextChallengeNs = 0;

  constructor(
    owner: ConnectionOwner,
    local: Endpoint,
    remote: Endpoint,
    iss: number,
    settings: Required<TcpSettings>,
    syn: TcpSegment | undefined,
  ) {
    this.owner = owner;
    this.local = local;
    this.remote = remote;
    this.iss = iss;
    this.settings = settings;
    this.isPassive = syn !== undefined;
    this.current = syn === undefined ? 'SYN-SENT' : 'SYN-RECEIVED';
    this.sendBuffer = new SendBuffer(settings.sendBuffer, 1);
    this.handshakeTimer = new MovingTimer(owner.clock, () => this.onHandshakeTimer());
    this.ackTimer = new MovingTimer(owner.clock, () => this.sendAck());
    let shift = 0;
    while (shift < MAX_WINDOW_SHIFT && settings.receiveWindow >> shift > 0xffff) shift++;
    this.rcvShift = settings.windowScale ? shift : 0;
    if (syn !== undefined) this.readSyn(syn);
    this.rcvEdge = this.rcvNxt + Math.min(settings.receiveWindow, 0xffff);
    this.sendSyn();
  }

  get state(): TcpState {
    return this.current;
  }

  get writable(): number {
    return this.isEnding || this.current === 'CLOSED' ? 0 : this.sendBuffer.free;
  }

  write(data: Uint8Array): number {
    if (this.isEnding || this.current === 'CLOSED') return 0;
    const taken = this.sendBuffer.append(data);
    if (taken < data.length) this.wantsDrain = true;
    this.sender?.send();
    return taken;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.deliverQueued();
    if (this.isReceiving() && this.windowGrew()) this.sendAck();
  }

  end(): void {
    if (this.isEnding || this.current === 'CLOSED') return;
    this.isEnding = true;
    // Before the handshake is over the FIN waits (RFC 9293 §3.10.4).
    if (this.current === 'ESTABLISHED' || this.current === 'CLOSE-WAIT') this.startClosing();
  }

  /** Ends at once; `onClose` is not called. */
  abort(): void {
    if (this.current === 'CLOSED') return;
    // RFC 9293 §3.10.5: nobody knows of a connection that was only asked for.
    if (this.current !== 'SYN-SENT' && this.current !== 'TIME-WAIT') {
      this.transmitControl(TCP_FLAG.rst | TCP_FLAG.ack, this.sender?.next ?? 1);
    }
    this.leave();
  }

  /** The segment that the layer found to be for this connection. */
  receive(segment: TcpSegment): void {
    if (this.current === 'CLOSED') return;
    if (this.current === 'SYN-SENT') this.receiveInSynSent(segment);
    else this.receiveSynchronized(segment);
  }

  /** The network says that nobody can be reached there: fatal only while opening (RFC 5461 §2). */
  unreachable(): void {
    if (this.current === 'SYN-SENT') this.fail('unreachable');
  }

  /** As pulling the plug: nothing is sent and nobody is told. */
  vanish(): void {
    this.leave();
  }

  // SenderOutput

  sendSegment(sequence: number, dataLength: number, fin: boolean, push: boolean): void {
    const flags = TCP_FLAG.ack | (push && dataLength > 0 ? TCP_FLAG.psh : 0) | (fin ? TCP_FLAG.fin : 0);
    this.transmit(flags, sequence, dataLength);
  }

  timedOut(sequence: number): void {
    this.timesOut++;
    this.owner.tell(
      this,
      'tcp.retransmission-timeout',
      'note',
      `No acknowledgment for byte ${sequence - 1}; it is sent again (timeout ${this.timesOut} of this connection).`,
      'RFC 6298 §5',
    );
  }

  gaveUp(): void {
    this.fail('timeout');
  }

  // Opening

  private sendSyn(): void {
    this.synCount++;
    const options: TcpOption[] = [{ kind: 'mss', size: this.owner.mssFor(this) }];
    const answers = this.current === 'SYN-RECEIVED';
    // An option is only answered with when it was offered (RFC 7323 §2.2, RFC 2018 §2).
    if (this.settings.sack && (!answers || this.useSack))
      options.push({ kind: 'nop' }, { kind: 'nop' }, { kind: 'sack-permitted' });
    if (this.settings.windowScale && (!answers || this.isScaled)) {
      options.push({ kind: 'nop' }, { kind: 'window-scale', shift: this.rcvShift });
    }
    const flags = TCP_FLAG.syn | (answers ? TCP_FLAG.ack : 0);
    const segment: OutgoingSegment = {
      sequence: this.iss,
      acknowledgment: answers ? this.wireAck() : 0,
      flags,
      // The window of a SYN is never scaled (RFC 7323 §2.2).
      window: Math.min(this.settings.receiveWindow, 0xffff),
      options,
    };
    this.owner.transmit(this, segment, this.sendBuffer, 1, 0);
    this.handshakeTimer.start(INITIAL_RTO_NS * 2 ** (this.synCount - 1));
  }

  private onHandshakeTimer(): void {
    if (this.current === 'TIME-WAIT') this.leave();
    else if (this.synCount > MAX_SYN_RETRANSMISSIONS) this.fail('timeout');
    else this.sendSyn();
  }

  private readSyn(segment: TcpSegment): void {
    this.irs = segment.sequence;
    this.rcvNxt = 1;
    let shift: number | undefined;
    for (const option of segment.options) {
      // A size that leaves no room for data would be no connection at all.
      if (option.kind === 'mss') this.peerMss = Math.max(option.size, 64);
      if (option.kind === 'window-scale') shift = Math.min(option.shift, MAX_WINDOW_SHIFT);
      if (option.kind === 'sack-permitted') this.useSack = this.settings.sack;
    }
    // Both sides must have offered it (RFC 7323 §2.2).
    this.isScaled = shift !== undefined && this.settings.windowScale;
    this.peerShift = this.isScaled ? (shift ?? 0) : 0;
  }

  /** RFC 9293 §3.10.7.3. */
  private receiveInSynSent(segment: TcpSegment): void {
    const { flags } = segment;
    const hasAck = (flags & TCP_FLAG.ack) !== 0;
    const isAckGood = segment.acknowledgment === (this.iss + 1) >>> 0;
    if (hasAck && !isAckGood) {
      if ((flags & TCP_FLAG.rst) === 0) this.transmitReset(segment.acknowledgment);
      return;
    }
    if ((flags & TCP_FLAG.rst) !== 0) {
      if (hasAck) this.fail('refused');
      return;
    }
    if ((flags & TCP_FLAG.syn) === 0) return;
    this.readSyn(segment);
    if (hasAck) {
      this.establish(segment);
      this.ackNow = true;
      this.opened();
      this.finishSegment();
    } else {
      // Both sides have called at once (RFC 9293 §3.5, figure 7).
      this.current = 'SYN-RECEIVED';
      this.synCount = 0;
      this.rcvEdge = this.rcvNxt + Math.min(this.settings.receiveWindow, 0xffff);
      this.sendSyn();
    }
  }

  private establish(segment: TcpSegment): void {
    this.handshakeTimer.cancel();
    this.current = 'ESTABLISHED';
    if (this.synCount > 1) this.rtt.synWasLost();
    this.mss = Math.min(this.peerMss, this.owner.mssFor(this));
    const { mss } = this;
    this.sender = new Sender(this.owner.clock, this, this.sendBuffer, { mss, useSack: this.useSack, rtt: this.rtt });
    this.rcvEdge = Math.max(this.rcvEdge, this.rcvNxt + Math.min(this.settings.receiveWindow, 0xffff));
    const isSyn = (segment.flags & TCP_FLAG.syn) !== 0;
    this.takeWindow(segment, isSyn ? 0 : this.absoluteSequence(segment), 1);
  }

  /** Tells who waits for it, and sends what was written meanwhile. */
  private opened(): void {
    if (this.isPassive) this.owner.accepted(this);
    else this.onConnect?.();
    if (this.isGone()) return;
    this.sender?.send();
    if (this.isEnding && this.current === 'ESTABLISHED') this.startClosing();
  }

  // Receiving

  /** RFC 9293 §3.10.7.4, in its order. */
  private receiveSynchronized(segment: TcpSegment): void {
    const { flags } = segment;
    let start = this.absoluteSequence(segment);
    let isSyn = (flags & TCP_FLAG.syn) !== 0;
    if (isSyn && start === 0 && this.current === 'SYN-RECEIVED') {
      if (this.isPassive || (flags & TCP_FLAG.ack) === 0) {
        // Our answer was lost.
        this.sendSyn();
        return;
      }
      // Both have called at once, and this answers our SYN. Theirs is known already.
      isSyn = false;
      start = 1;
    }
    const length = segment.payload.length + ((flags & TCP_FLAG.fin) !== 0 ? 1 : 0);
    const end = start + length;
    // First: is it in the window?
    const window = this.rcvEdge - this.rcvNxt;
    const isInWindow =
      length === 0
        ? start >= this.rcvNxt && start <= this.rcvEdge
        : window > 0 && start < this.rcvEdge && end > this.rcvNxt;
    // Segments at the edge of a shut window bring acknowledgments and resets, and no data.
    const isProbe = window === 0 && start === this.rcvNxt;
    if (!isInWindow && !isProbe) {
      if ((flags & TCP_FLAG.rst) === 0) this.answerUnacceptable(segment, start);
      return;
    }
    // Second: RST. Only at the very next number is it believed; otherwise it is challenged (RFC 5961 §3).
    if ((flags & TCP_FLAG.rst) !== 0) {
      if (start === this.rcvNxt) this.wasReset();
      else this.sendAck();
      return;
    }
    // Fourth: SYN (RFC 5961 §4).
    if (isSyn) {
      this.sendAck();
      return;
    }
    // Fifth: ACK.
    if ((flags & TCP_FLAG.ack) === 0) return;
    if (!this.receiveAck(segment, start)) return;
    // Seventh: data; eighth: FIN.
    if (length > 0) {
      if (isProbe && !isInWindow) this.ackNow = true;
      else this.receiveData(segment, start);
    }
    this.finishSegment();
  }

  private answerUnacceptable(segment: TcpSegment, start: number): void {
    // A retransmitted FIN means that our last ACK was lost: wait anew (RFC 9293 §3.10.7.4, eighth).
    if (this.current === 'TIME-WAIT' && (segment.flags & TCP_FLAG.fin) !== 0) this.handshakeTimer.start(TIME_WAIT_NS);
    // Two sides that find each other's empty segments unacceptable would go on for ever: answer those rarely.
    const isEmpty = segment.payload.length === 0 && (segment.flags & (TCP_FLAG.syn | TCP_FLAG.fin)) === 0;
    const { nowNs } = this.owner.clock;
    if (!isEmpty || nowNs >= this.nextChallengeNs) {
      if (isEmpty) this.nextChallengeNs = nowNs + CHALLENGE_INTERVAL_NS;
      this.sendAck();
    }
    // What acknowledges is of use all the same, when it is old data with a new ACK.
    if (start < this.rcvNxt && (segment.flags & (TCP_FLAG.ack | TCP_FLAG.syn)) === TCP_FLAG.ack) {
      if (this.receiveAck(segment, start)) this.finishSegment();
    }
  }

  /** Returns false when the segment must not be looked at further. */
  private receiveAck(segment: TcpSegment, start: number): boolean {
    if (this.current === 'SYN-RECEIVED') {
      if (segment.acknowledgment !== (this.iss + 1) >>> 0) {
        // Data sent with the SYN is not ours: nothing else can be acknowledged yet.
        this.transmitReset(segment.acknowledgment);
        return false;
      }
      this.establish(segment);
      this.opened();
      if (this.isGone()) return false;
    }
    const { sender } = this;
    assert(sender !== undefined, 'an open connection has a sender');
    const { una } = sender;
    const ack = una + ((segment.acknowledgment - this.wireSequence(una)) | 0);
    if (ack > sender.highest) {
      // It acknowledges what was never sent.
      this.sendAck();
      return false;
    }
    const window = segment.window << this.peerShift;
    const isDuplicate =
      ack === una && segment.payload.length === 0 && window === this.lastWindow && (segment.flags & TCP_FLAG.fin) === 0;
    const blocks = this.useSack ? this.sackBlocks(segment, una) : NO_BLOCKS;
    if (ack >= una) this.takeWindow(segment, start, ack);
    sender.onAck(ack, isDuplicate, blocks);
    sender.send();
    if (this.isGone()) return false;
    if (ack > una) this.afterProgress();
    return !this.isGone();
  }

  /** RFC 9293 §3.10.7.4: an older segment must not bring an older window. */
  private takeWindow(segment: TcpSegment, start: number, ack: number): void {
    if (start < this.windowSeq || (start === this.windowSeq && ack < this.windowAck)) return;
    const isSyn = (segment.flags & TCP_FLAG.syn) !== 0;
    const window = isSyn ? segment.window : segment.window << this.peerShift;
    this.windowSeq = start;
    this.windowAck = ack;
    this.lastWindow = window;
    this.sender?.setWindow(ack + window, window);
  }

  private sackBlocks(segment: TcpSegment, una: number): readonly { readonly start: number; readonly end: number }[] {
    if (segment.options.length === 0) return NO_BLOCKS;
    const base = this.wireSequence(una);
    for (const option of segment.options) {
      if (option.kind !== 'sack') continue;
      return option.blocks.map(({ left, right }: SackBlock) => ({
        start: una + ((left - base) | 0),
        end: una + ((right - base) | 0),
      }));
    }
    return NO_BLOCKS;
  }

  /** Something was acknowledged: room to write, or our FIN has arrived. */
  private afterProgress(): void {
    if (this.sender?.finAcked === true) {
      if (this.current === 'FIN-WAIT-1') this.current = 'FIN-WAIT-2';
      else if (this.current === 'CLOSING') return this.enterTimeWait();
      else if (this.current === 'LAST-ACK') return this.close(undefined);
    }
    if (!this.wantsDrain || this.sendBuffer.free < this.settings.sendBuffer / 2) return;
    this.wantsDrain = false;
    this.onDrain?.();
  }

  private receiveData(segment: TcpSegment, start: number): void {
    if (!this.isReceiving()) {
      // Behind the other side's FIN there is nothing; it may have missed our answer.
      this.ackNow = true;
      return;
    }
    const { payload } = segment;
    // Cut off what is old and what goes beyond the window.
    const skip = Math.max(0, this.rcvNxt - start);
    const keep = Math.min(payload.length, this.rcvEdge - start);
    const isWhole = keep === payload.length;
    if (isWhole && (segment.flags & TCP_FLAG.fin) !== 0) this.finAt = start + payload.length;
    if (keep > skip) {
      const data = skip === 0 && isWhole ? payload : payload.subarray(skip, keep);
      if (start + skip > this.rcvNxt) {
        this.received.store(start + skip, data);
        // A gap is told at once (RFC 5681 §4.2).
        this.ackNow = true;
        return;
      }
      const hadGap = this.received.hasGap;
      this.takeData(data);
      if (hadGap) {
        this.ackNow = true;
        for (;;) {
          const more = this.received.takeFollowing(this.rcvNxt);
          if (more === undefined || this.isGone()) break;
          this.takeData(more);
        }
      }
    } else if (skip > 0 || !isWhole) this.ackNow = true;
    if (this.finAt === this.rcvNxt && !this.isGone()) this.receiveFin();
    else if (this.finAt !== undefined) this.ackNow = true;
  }

  private takeData(data: Uint8Array): void {
    this.rcvNxt += data.length;
    this.unackedBytes += data.length;
    if (this.paused || this.onData === undefined || this.received.queued > 0 || this.isDelivering)
      this.received.queue(data);
    else this.onData(data);
  }

  private receiveFin(): void {
    this.rcvNxt++;
    this.ackNow = true;
    if (this.current === 'FIN-WAIT-2') {
      this.sendAck();
      this.deliverQueued();
      this.enterTimeWait();
      return;
    }
    this.current = this.current === 'FIN-WAIT-1' ? 'CLOSING' : 'CLOSE-WAIT';
    this.deliverQueued();
  }

  private deliverQueued(): void {
    if (this.isDelivering) return;
    this.isDelivering = true;
    while (!this.paused && this.onData !== undefined && !this.isGone()) {
      const data = this.received.take();
      if (data === undefined) break;
      this.onData(data);
    }
    this.isDelivering = false;
    const isOver = this.finAt !== undefined && this.rcvNxt > this.finAt;
    if (!isOver || this.endTold || this.received.queued > 0 || this.paused || this.isGone()) return;
    this.endTold = true;
    this.onEnd?.();
  }

  /** Sends the acknowledgment that is due, unless a segment has carried it already. */
  private finishSegment(): void {
    if (this.received.queued > 0) this.deliverQueued();
    if (this.isGone()) return;
    // At least every second full segment (RFC 5681 §4.2).
    if (this.ackNow || this.unackedBytes >= 2 * this.mss) this.sendAck();
    else if (this.unackedBytes > 0 && !this.ackTimer.running) {
      if (this.settings.delayedAckNs === 0) this.sendAck();
      else this.ackTimer.start(this.settings.delayedAckNs);
    }
  }

  // Closing

  private startClosing(): void {
    this.current = this.current === 'CLOSE-WAIT' ? 'LAST-ACK' : 'FIN-WAIT-1';
    this.sender?.queueFin();
  }

  private enterTimeWait(): void {
    this.current = 'TIME-WAIT';
    this.sender?.stop();
    this.handshakeTimer.start(TIME_WAIT_NS);
    this.onClose?.(undefined);
  }

  private wasReset(): void {
    switch (this.current) {
      case 'TIME-WAIT':
        this.leave();
        return;
      case 'CLOSING':
      case 'LAST-ACK':
        // Everything has come; only our FIN was in doubt (RFC 9293 §3.10.7.4, second).
        this.close(undefined);
        return;
      case 'SYN-SENT':
      case 'SYN-RECEIVED':
        this.fail('refused');
        return;
      case 'ESTABLISHED':
      case 'FIN-WAIT-1':
      case 'FIN-WAIT-2':
      case 'CLOSE-WAIT':
      case 'CLOSED':
        this.fail('reset');
        return;
      default:
        unreachable(this.current);
    }
  }

  private fail(error: TcpError): void {
    if (this.isPassive && this.current === 'SYN-RECEIVED') this.leave();
    else this.close(error);
  }

  private close(error: TcpError | undefined): void {
    this.leave();
    this.onClose?.(error);
  }

  private leave(): void {
    if (this.current === 'CLOSED') return;
    this.current = 'CLOSED';
    this.sender?.stop();
    this.handshakeTimer.cancel();
    this.ackTimer.cancel();
    this.received.clear();
    this.owner.gone(this);
  }

  // Sending

  private sendAck(): void {
    this.transmitControl(TCP_FLAG.ack, this.sender?.next ?? 1);
  }

  private transmitControl(flags: number, sequence: number): void {
    this.transmit(flags, sequence, 0);
  }

  private transmit(flags: number, sequence: number, dataLength: number): void {
    this.openWindow();
    this.ackNow = false;
    this.unackedBytes = 0;
    this.ackTimer.stop();
    const shift = this.isScaled ? this.rcvShift : 0;
    const head = {
      sequence: this.wireSequence(sequence),
      acknowledgment: this.wireAck(),
      flags,
      window: Math.min((this.rcvEdge - this.rcvNxt) >> shift, 0xffff),
    };
    const tellsGap = this.useSack && dataLength === 0 && this.received.hasGap;
    const segment: OutgoingSegment = tellsGap ? { ...head, options: this.sackOption() } : head;
    this.owner.transmit(this, segment, this.sendBuffer, sequence, dataLength);
  }

  /** RFC 9293 §3.10.7.3: a reset that answers an acknowledgment carries its number and nothing else. */
  private transmitReset(sequence: number): void {
    const segment: OutgoingSegment = { sequence, acknowledgment: 0, flags: TCP_FLAG.rst, window: 0 };
    this.owner.transmit(this, segment, this.sendBuffer, 1, 0);
  }

  private sackOption(): readonly TcpOption[] {
    const blocks = this.received.sackBlocks((sequence) => (this.irs + sequence) >>> 0, 4);
    return [{ kind: 'nop' }, { kind: 'nop' }, { kind: 'sack', blocks }];
  }

  /** Moves the right edge, never back, and not by less than is worth telling (RFC 9293 §3.8.6.2.2). */
  private openWindow(): void {
    const edge = this.freeEdge();
    if (edge > this.rcvEdge && (edge - this.rcvEdge >= this.windowStep() || this.rcvEdge > this.rcvNxt))
      this.rcvEdge = edge;
  }

  private windowGrew(): boolean {
    return this.freeEdge() - this.rcvEdge >= this.windowStep();
  }

  private windowStep(): number {
    return Math.min(this.settings.receiveWindow / 2, 2 * this.mss);
  }

  /** The edge that the space left allows, on a border that the wire can tell. */
  private freeEdge(): number {
    const max = this.isScaled ? 0xffff << this.rcvShift : 0xffff;
    const free = Math.min(this.settings.receiveWindow, max) - this.received.queued;
    return this.rcvNxt + Math.max(0, free);
  }

  private wireSequence(sequence: number): number {
    return (this.iss + sequence) >>> 0;
  }

  private wireAck(): number {
    return (this.irs + this.rcvNxt) >>> 0;
  }

  private absoluteSequence(segment: TcpSegment): number {
    return this.rcvNxt + ((segment.sequence - this.wireAck()) | 0);
  }

  private isReceiving(): boolean {
    return this.current === 'ESTABLISHED' || this.current === 'FIN-WAIT-1' || this.current === 'FIN-WAIT-2';
  }

  private isGone(): boolean {
    return this.current === 'CLOSED';
  }
}

export const DEFAULT_TCP_SETTINGS: Required<TcpSettings> = {
  receiveWindow: 2 * 1024 * 1024,
  sendBuffer: 1024 * 1024,
  delayedAckNs: 40 * NS_PER_MS,
  sack: true,
  windowScale: true,
};
