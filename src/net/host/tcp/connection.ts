/**
 * A TCP connection: the state machine of RFC 9293, and the interface for servers and firmware. `sender.ts` decides what
 * is sent when, `receiver.ts` what is accepted and acknowledged when.
 *
 * Sequence numbers are counted from each side's SYN, which is 0, as plain numbers that never wrap; only the header
 * on the wire has 32 bits.
 */
import { NS_PER_MS, NS_PER_S, type Clock } from '../../../base/time/clock.ts';
import { assert, unreachable } from '../../../base/result.ts';
import type { TcpOption, TcpSegment } from '../../../protocols/tcp/codec.ts';
import { TCP_FLAG } from '../../../protocols/tcp/fields.ts';
import type { TcpCounters } from '../counters.ts';
import type { TcpConnection, TcpError, TcpSettings } from '../types.ts';
import { Receiver, type ReceiverOutput } from './receiver.ts';
import { resetAnswering, type Endpoint, type OutgoingSegment } from './segment.ts';
import { SendBuffer } from './send-buffer.ts';
import { Sender, type SenderOutput, type SequenceRange } from './sender.ts';
import { readSynOptions, synOptions, type SynAgreement } from './syn-options.ts';
import { MovingTimer, RttEstimator } from './timers.ts';
import { Timestamps, TIMESTAMPS_BYTES } from './timestamps.ts';
import { netMessage } from '../../messages.ts';
import type { Message } from '../../../base/sentence.ts';

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

/** What a connection needs from its layer. */
export interface ConnectionOwner {
  readonly clock: Clock;
  readonly counters: TcpCounters;
  /** Sends a segment; the payload is taken from the buffer. */
  transmit(connection: Connection, segment: OutgoingSegment, from: SendBuffer, at: number, length: number): void;
  /** A connection that was asked for from outside is open. */
  accepted(connection: Connection): void;
  /** The connection is gone, and its ports are free. */
  gone(connection: Connection): void;
  report(connection: Connection, code: string, severity: 'note' | 'warn', message: Message, rule: string): void;
  /** Largest segment that the path carries in one piece, without options. */
  mssFor(connection: Connection): number;
}

/** Twice the maximum segment lifetime (RFC 9293 §3.4.2), as short as today's systems take it. */
const TIME_WAIT_NS = 60 * NS_PER_S;
/** RFC 5961 §7: answers to segments outside the window are rate-limited. */
const CHALLENGE_INTERVAL_NS = 100 * NS_PER_MS;
const NO_BLOCKS: readonly SequenceRange[] = [];
const NO_OPTIONS: readonly TcpOption[] = [];
const NOP: TcpOption = { kind: 'nop' };

export class Connection implements TcpConnection, SenderOutput, ReceiverOutput {
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

  /** Our initial sequence number. */
  private readonly iss: number;
  private readonly handshakeTimer: MovingTimer;
  private readonly keepaliveTimer: MovingTimer;
  private synCount = 0;
  /** What the SYNs have agreed on, once the other side's has come. */
  private agreement: SynAgreement | undefined;
  private readonly timestamps: Timestamps;
  private readonly sendBuffer: SendBuffer;
  private readonly rtt = new RttEstimator();
  /** Once the handshake is over. */
  private sender: Sender | undefined;
  private readonly receiver: Receiver;
  private wantsDrain = false;
  private isEnding = false;
  private timesOut = 0;
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
    this.keepaliveTimer = new MovingTimer(owner.clock, () => this.keepAlive());
    this.timestamps = new Timestamps(owner.clock);
    this.receiver = new Receiver(owner.clock, this, settings, owner.counters);
    if (syn !== undefined) this.readSyn(syn);
    this.sendSyn();
  }

  get state(): TcpState {
    return this.current;
  }

  get isGone(): boolean {
    return this.current === 'CLOSED';
  }

  get writable(): number {
    return this.isEnding || this.isGone ? 0 : this.sendBuffer.free;
  }

  write(data: Uint8Array): number {
    if (this.isEnding || this.isGone) return 0;
    const taken = this.sendBuffer.append(data);
    if (taken < data.length) this.wantsDrain = true;
    this.sender?.send();
    return taken;
  }

  pause(): void {
    this.receiver.pause();
  }

  resume(): void {
    const hasGrown = this.receiver.resume();
    if (hasGrown && this.isReceiving()) this.sendAck();
  }

  end(): void {
    if (this.isEnding || this.isGone) return;
    this.isEnding = true;
    // Before the handshake is over the FIN waits (RFC 9293 §3.10.4).
    if (this.current === 'ESTABLISHED' || this.current === 'CLOSE-WAIT') this.startClosing();
  }

  /** Ends at once; `onClose` is not called. */
  abort(): void {
    if (this.isGone) return;
    // RFC 9293 §3.10.5: no peer knows about a connection that is only in SYN-SENT.
    if (this.current !== 'SYN-SENT' && this.current !== 'TIME-WAIT') {
      this.transmit(TCP_FLAG.rst | TCP_FLAG.ack, this.sender?.next ?? 1, 0);
    }
    this.leave();
  }

  /** The segment that the layer found to be for this connection. */
  receive(segment: TcpSegment): void {
    if (this.isGone) return;
    if (this.current === 'SYN-SENT') this.receiveInSynSent(segment);
    else this.receiveSynchronized(segment);
    this.startKeepalive();
  }

  /** The network reports that the peer is unreachable: fatal only while opening (RFC 5461 §2). */
  unreachable(): void {
    if (this.current === 'SYN-SENT') this.fail('unreachable');
  }

  /** Like pulling the plug: nothing is sent and no callback is called. */
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
    this.owner.report(
      this,
      'tcp.retransmission-timeout',
      'note',
      netMessage('tcp.retransmission-timeout', { byte: sequence - 1, count: this.timesOut }),
      'RFC 6298 §5',
    );
  }

  gaveUp(): void {
    this.fail('timeout');
  }

  // ReceiverOutput

  sendAck(): void {
    this.transmit(TCP_FLAG.ack, this.sender?.next ?? 1, 0);
  }

  // Opening

  private sendSyn(): void {
    const waitNs = this.settings.synRetryNs[this.synCount++];
    if (waitNs === undefined) {
      this.fail('timeout');
      return;
    }
    const answers = this.current === 'SYN-RECEIVED';
    const segment: OutgoingSegment = {
      sequence: this.iss,
      acknowledgment: answers ? this.receiver.acknowledgment : 0,
      flags: TCP_FLAG.syn | (answers ? TCP_FLAG.ack : 0),
      // The window of a SYN is never scaled (RFC 7323 §2.2).
      window: Math.min(this.settings.receiveWindow, this.settings.synWindow),
      options: synOptions(this.owner.mssFor(this), this.settings, {
        answered: answers ? this.agreement : undefined,
        timestamp: this.timestamps.option(),
      }),
    };
    this.owner.transmit(this, segment, this.sendBuffer, 1, 0);
    this.handshakeTimer.start(waitNs);
  }

  private onHandshakeTimer(): void {
    if (this.current === 'TIME-WAIT') this.leave();
    else this.sendSyn();
  }

  private readSyn(segment: TcpSegment): void {
    const agreement = readSynOptions(segment.options, this.settings);
    this.agreement = agreement;
    this.timestamps.note(segment, 0);
    this.receiver.begin(segment.sequence, { shift: agreement.ownShift, mss: this.mssWith(agreement) });
  }

  /** Largest payload, both ways. An MSS does not count the options (RFC 6691). */
  private mssWith({ peerMss, useTimestamps }: SynAgreement): number {
    return Math.min(peerMss, this.owner.mssFor(this)) - (useTimestamps ? TIMESTAMPS_BYTES : 0);
  }

  /** RFC 9293 §3.10.7.3. */
  private receiveInSynSent(segment: TcpSegment): void {
    const { flags } = segment;
    const hasAck = (flags & TCP_FLAG.ack) !== 0;
    const isAckGood = segment.acknowledgment === (this.iss + 1) >>> 0;
    if (hasAck && !isAckGood) {
      if ((flags & TCP_FLAG.rst) === 0) this.reset(segment);
      return;
    }
    if ((flags & TCP_FLAG.rst) !== 0) {
      if (hasAck) this.fail('refused');
      return;
    }
    if ((flags & TCP_FLAG.syn) === 0) return;
    this.readSyn(segment);
    if (hasAck) {
      this.establish(segment, 0);
      this.receiver.acknowledgeNow();
      this.opened();
      this.receiver.finishSegment();
    } else {
      // Simultaneous open (RFC 9293 §3.5, figure 7).
      this.current = 'SYN-RECEIVED';
      this.synCount = 0;
      this.sendSyn();
    }
  }

  /** The other side has acknowledged our SYN, by a segment at `start`. */
  private establish(segment: TcpSegment, start: number): void {
    const { agreement } = this;
    assert(agreement !== undefined, 'a connection opens after both SYNs');
    this.handshakeTimer.cancel();
    this.current = 'ESTABLISHED';
    if (this.synCount > 1) this.rtt.synWasLost();
    const mss = this.mssWith(agreement);
    const { useSack } = agreement;
    this.sender = new Sender(this.owner.clock, this, this.sendBuffer, { mss, useSack, rtt: this.rtt });
    this.sender.updateWindow(start, 1, this.windowOf(segment));
  }

  /** Notifies the caller that waits for it, and sends what was written meanwhile. */
  private opened(): void {
    if (this.isPassive) this.owner.accepted(this);
    else this.onConnect?.();
    if (this.isGone) return;
    this.sender?.send();
    if (this.isEnding && this.current === 'ESTABLISHED') this.startClosing();
  }

  // Receiving

  /** RFC 9293 §3.10.7.4, in its order. */
  private receiveSynchronized(segment: TcpSegment): void {
    const { receiver } = this;
    const { flags } = segment;
    let start = receiver.fromWire(segment.sequence);
    let isSyn = (flags & TCP_FLAG.syn) !== 0;
    if (isSyn && start === 0 && this.current === 'SYN-RECEIVED') {
      if (this.isPassive || (flags & TCP_FLAG.ack) === 0) {
        // Our answer was lost.
        this.sendSyn();
        return;
      }
      // Simultaneous open, and this answers our SYN. Theirs is known already.
      isSyn = false;
      start = 1;
    }
    const length = segment.payload.length + ((flags & TCP_FLAG.fin) !== 0 ? 1 : 0);
    // First: is it in the window? At the edge of a shut one, segments bring acknowledgments and resets, and no data.
    const place = receiver.accepts(start, length);
    if (place === 'outside') {
      this.owner.counters.inDiscards++;
      if ((flags & TCP_FLAG.rst) === 0) this.answerUnacceptable(segment, start);
      return;
    }
    this.timestamps.note(segment, start);
    // Second: RST. Only at the very next number is it believed; otherwise it is challenged (RFC 5961 §3).
    if ((flags & TCP_FLAG.rst) !== 0) {
      if (start === receiver.next) this.wasReset();
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
      if (place === 'probe') receiver.acknowledgeNow();
      else this.receiveData(segment, start);
    }
    receiver.finishSegment();
  }

  private answerUnacceptable(segment: TcpSegment, start: number): void {
    // A retransmitted FIN means that our last ACK was lost: restart the wait (RFC 9293 §3.10.7.4, eighth).
    if (this.current === 'TIME-WAIT' && (segment.flags & TCP_FLAG.fin) !== 0) this.handshakeTimer.start(TIME_WAIT_NS);
    // Two sides that find each other's empty segments unacceptable would go on without end: answer those rarely.
    const isEmpty = segment.payload.length === 0 && (segment.flags & (TCP_FLAG.syn | TCP_FLAG.fin)) === 0;
    const { nowNs } = this.owner.clock;
    if (!isEmpty || nowNs >= this.nextChallengeNs) {
      if (isEmpty) this.nextChallengeNs = nowNs + CHALLENGE_INTERVAL_NS;
      this.sendAck();
    }
    // The ACK is still useful when it is old data with a new ACK.
    if (start < this.receiver.next && (segment.flags & (TCP_FLAG.ack | TCP_FLAG.syn)) === TCP_FLAG.ack) {
      if (this.receiveAck(segment, start)) this.receiver.finishSegment();
    }
  }

  /** Returns false when the segment must not be looked at further. */
  private receiveAck(segment: TcpSegment, start: number): boolean {
    if (this.current === 'SYN-RECEIVED') {
      if (segment.acknowledgment !== (this.iss + 1) >>> 0) {
        // Data sent with the SYN is not ours: nothing else can be acknowledged yet.
        this.reset(segment);
        return false;
      }
      this.establish(segment, start);
      this.opened();
      if (this.isGone) return false;
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
    const isEmpty = segment.payload.length === 0 && (segment.flags & (TCP_FLAG.syn | TCP_FLAG.fin)) === 0;
    const blocks = this.agreement?.useSack === true ? this.sackBlocks(segment, una) : NO_BLOCKS;
    sender.onAck({ sequence: start, ack, window: this.windowOf(segment), isEmpty, blocks });
    sender.send();
    if (this.isGone) return false;
    if (ack > una) this.afterProgress();
    return !this.isGone;
  }

  /** In bytes; that of a SYN is never scaled (RFC 7323 §2.2). */
  private windowOf(segment: TcpSegment): number {
    const isSyn = (segment.flags & TCP_FLAG.syn) !== 0;
    return isSyn ? segment.window : segment.window << (this.agreement?.peerShift ?? 0);
  }

  private sackBlocks(segment: TcpSegment, una: number): readonly SequenceRange[] {
    if (segment.options.length === 0) return NO_BLOCKS;
    const base = this.wireSequence(una);
    for (const option of segment.options) {
      if (option.kind !== 'sack') continue;
      return option.blocks.map(({ left, right }) => ({
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
    // Behind the other side's FIN there is nothing; it may have missed our answer.
    if (!this.isReceiving()) this.receiver.acknowledgeNow();
    else if (this.receiver.receive(segment.payload, start, (segment.flags & TCP_FLAG.fin) !== 0)) this.receiveFin();
  }

  private receiveFin(): void {
    this.receiver.receiveFin();
    if (this.current === 'FIN-WAIT-2') {
      this.sendAck();
      this.receiver.deliver();
      this.enterTimeWait();
      return;
    }
    this.current = this.current === 'FIN-WAIT-1' ? 'CLOSING' : 'CLOSE-WAIT';
    this.receiver.deliver();
  }

  // Closing

  private startClosing(): void {
    this.current = this.current === 'CLOSE-WAIT' ? 'LAST-ACK' : 'FIN-WAIT-1';
    this.sender?.queueFin();
  }

  private enterTimeWait(): void {
    this.current = 'TIME-WAIT';
    this.keepaliveTimer.cancel();
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
    if (this.isGone) return;
    this.current = 'CLOSED';
    this.sender?.stop();
    this.handshakeTimer.cancel();
    this.keepaliveTimer.cancel();
    this.receiver.stop();
    this.owner.gone(this);
  }

  // Staying

  private startKeepalive(): void {
    const { keepaliveNs } = this.settings;
    if (keepaliveNs > 0 && this.isReceiving()) this.keepaliveTimer.start(keepaliveNs);
  }

  /** A bare acknowledgment: nothing answers it but a host that does not know the connection. */
  private keepAlive(): void {
    if (!this.isReceiving()) return;
    this.sendAck();
    this.startKeepalive();
  }

  // Sending

  private transmit(flags: number, sequence: number, dataLength: number): void {
    const { receiver } = this;
    const window = receiver.acknowledge();
    this.timestamps.acknowledge(receiver.next);
    const head = { sequence: this.wireSequence(sequence), acknowledgment: receiver.acknowledgment, flags, window };
    const options = this.optionsOf(dataLength);
    const segment: OutgoingSegment = options.length > 0 ? { ...head, options } : head;
    this.owner.transmit(this, segment, this.sendBuffer, sequence, dataLength);
  }

  private optionsOf(dataLength: number): readonly TcpOption[] {
    const { useSack = false, useTimestamps = false } = this.agreement ?? {};
    const reportsGap = useSack && dataLength === 0 && this.receiver.hasGap;
    if (!useTimestamps) return reportsGap ? this.receiver.sackOption(false) : NO_OPTIONS;
    return [NOP, NOP, this.timestamps.option(), ...(reportsGap ? this.receiver.sackOption(true) : NO_OPTIONS)];
  }

  private reset(segment: TcpSegment): void {
    this.owner.transmit(this, resetAnswering(segment), this.sendBuffer, 1, 0);
  }

  private wireSequence(sequence: number): number {
    return (this.iss + sequence) >>> 0;
  }

  private isReceiving(): boolean {
    return this.current === 'ESTABLISHED' || this.current === 'FIN-WAIT-1' || this.current === 'FIN-WAIT-2';
  }
}
