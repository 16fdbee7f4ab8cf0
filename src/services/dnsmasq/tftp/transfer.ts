/**
 * One file on its way to one client: the blocks that are out, their acknowledgments, and their repeats. The path of a
 * DATA packet is short: a view of the file is copied once into the packet, and the packet is sent.
 */
import { formatIpv4 } from '../../../base/address.ts';
import { fromCString, readU16 } from '../../../base/bytes.ts';
import { NS_PER_S } from '../../../base/time/clock.ts';
import type { Clock, Timer } from '../../../base/time/clock.ts';
import { encodeTftp, encodeTftpData, TFTP_ERROR, TFTP_OPCODE } from '../../../protocols/tftp/codec.ts';
import type { BodySource } from '../../files/body-sender.ts';
import type { OutgoingDatagram } from '../datagram.ts';

/** After this many repeats of one packet the client is given up. */
const MAX_BACKOFF = 7;
/** The first repeat of a packet. */
const FIRST_WAIT_S = 2;
/** Steps of progress that are told. */
const REPORT_PERCENT = 5;

export interface TransferProgress {
  /** Stable for the transfer. */
  readonly id: string;
  readonly path: string;
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** All of it, when the client goes on without having acknowledged the end. */
  readonly sentBytes?: number;
  readonly state: 'active' | 'done' | 'failed';
}

export interface TransferOptions {
  readonly id: string;
  readonly path: string;
  /** The bytes that go out: of netascii those already translated. */
  readonly content: BodySource;
  readonly blkSize: number;
  readonly windowSize: number;
  /** Goes first, and is acknowledged as block 0 (RFC 2347 §2). */
  readonly oack: Uint8Array | undefined;
  /** The file can be opened but not read: said when the first block is due. */
  readonly failure: { readonly packet: Uint8Array; readonly text: string } | undefined;
  /** From where to where all its packets go. */
  readonly way: Omit<OutgoingDatagram, 'data'>;
  /** quiet-tftp: the end of a whole transfer is not logged. */
  readonly isQuiet: boolean;
}

export interface TransferOutput {
  send(packet: OutgoingDatagram): void;
  log(text: string): void;
  progress(progress: TransferProgress): void;
  /** Done or given up: its port is free. */
  ended(transfer: Transfer): void;
}

export class Transfer {
  readonly way: Omit<OutgoingDatagram, 'data'>;
  private readonly clock: Clock;
  private readonly options: TransferOptions;
  private readonly output: TransferOutput;
  /** Blocks in all, the short or empty last one with them. */
  private readonly blocks: number;
  /** Highest block acknowledged, counted without the 16-bit wrap; -1 while the OACK is out. */
  private acked: number;
  /** Highest block sent. */
  private sent = 0;
  private backoff = 0;
  private timer: Timer | undefined;
  private deadlineNs = 0;
  private reportedPercent = 0;
  private hasMovedOn = false;
  private isOver = false;

  constructor(clock: Clock, options: TransferOptions, output: TransferOutput) {
    this.clock = clock;
    this.options = options;
    this.output = output;
    this.way = options.way;
    this.blocks = Math.floor(options.content.size / options.blkSize) + 1;
    this.acked = options.oack === undefined ? 0 : -1;
  }

  start(): void {
    this.report('active');
    this.transmit();
    if (!this.isOver) this.arm(FIRST_WAIT_S);
  }

  /** Stops without a word to anybody. */
  cancel(): void {
    this.timer?.cancel();
  }

  /** The client asks for something else: when all has been sent, it has all, and the last ACK is lost. */
  clientAsksAgain(): void {
    if (this.sent < this.blocks || this.hasMovedOn) return;
    this.hasMovedOn = true;
    const { id, path, content } = this.options;
    const totalBytes = content.size;
    this.output.progress({
      id,
      path,
      doneBytes: this.doneBytes,
      totalBytes,
      sentBytes: totalBytes,
      state: 'active',
    });
  }

  /** A packet of the client. */
  receive(data: Uint8Array): void {
    if (data.length < 4) return;
    const opcode = readU16(data, 0);
    if (opcode === TFTP_OPCODE.error) this.receiveError(data);
    else if (opcode === TFTP_OPCODE.ack) this.receiveAck(readU16(data, 2));
  }

  /** A client that has everything, or only asked for the options, may end with an error: that is no failure. */
  private receiveError(data: Uint8Array): void {
    const text = fromCString(data, 4).replace(/[^\u0020-\u007e]/g, '');
    this.output.log(`error ${readU16(data, 2)} ${text} received from ${formatIpv4(this.way.destination)}`);
    const isDone = this.acked < 0 || this.sent >= this.blocks;
    this.logEnd(isDone);
    this.finish(this.acked >= 0 && isDone);
  }

  private receiveAck(block: number): void {
    // A window may be acknowledged in part (RFC 7440 §4); without one, only the block that is out counts.
    const low = this.acked < 0 ? 0 : this.acked + 1;
    const high = this.acked < 0 ? 0 : this.sent;
    let acked = -1;
    for (let candidate = high; candidate >= low && candidate > high - this.options.windowSize - 1; candidate--) {
      if ((candidate & 0xffff) === block) {
        acked = candidate;
        break;
      }
    }
    if (acked < 0) return;
    this.acked = acked;
    this.backoff = 0;
    if (acked >= this.blocks) {
      this.logEnd(true);
      this.finish(true);
      return;
    }
    this.report('active');
    this.transmit();
    if (!this.isOver) this.arm(FIRST_WAIT_S);
  }

  /** Sends what the client waits for: the OACK, or the window after the last acknowledged block. */
  private transmit(): void {
    const { oack, content, blkSize, windowSize, failure } = this.options;
    if (this.acked < 0) {
      if (oack !== undefined) this.send(oack);
      return;
    }
    if (failure !== undefined) {
      this.send(failure.packet);
      this.output.log(failure.text);
      this.finish(false);
      return;
    }
    const last = Math.min(this.acked + windowSize, this.blocks);
    for (let block = this.acked + 1; block <= last; block++) {
      const start = (block - 1) * blkSize;
      const end = Math.min(start + blkSize, content.size);
      const data = content.slice(start, end);
      if (data.length < end - start) {
        this.failToRead();
        return;
      }
      this.sent = Math.max(this.sent, block);
      this.send(encodeTftpData(block & 0xffff, data));
    }
  }

  /** The file has become shorter: dnsmasq 2.90 has read nothing, and no error of the system to name. */
  private failToRead(): void {
    const message = `cannot read ${this.options.path}: Success`;
    this.send(encodeTftp({ opcode: 'error', code: TFTP_ERROR.notDefined, message }));
    this.output.log(message);
    this.logEnd(false);
    this.finish(false);
  }

  private send(data: Uint8Array): void {
    this.output.send({ data, ...this.way });
  }

  /** Repeats after 2, 2, 3, 5, 9 ... seconds. An ACK only moves the deadline: one timer serves all packets. */
  private arm(delayS: number): void {
    this.deadlineNs = this.clock.nowNs + delayS * NS_PER_S;
    this.timer ??= this.clock.schedule(delayS * NS_PER_S, () => this.onTimer());
  }

  private onTimer(): void {
    const leftNs = this.deadlineNs - this.clock.nowNs;
    if (leftNs > 0) {
      this.timer = this.clock.schedule(leftNs, () => this.onTimer());
      return;
    }
    this.timer = undefined;
    if (this.backoff > MAX_BACKOFF) {
      this.output.log(`failed sending ${this.options.path} to ${formatIpv4(this.way.destination)}`);
      this.finish(false);
      return;
    }
    this.transmit();
    if (!this.isOver) this.arm(1 + 2 ** this.backoff++);
  }

  private logEnd(isDone: boolean): void {
    if (isDone && this.options.isQuiet) return;
    const what = isDone ? 'sent' : 'failed sending';
    this.output.log(`${what} ${this.options.path} to ${formatIpv4(this.way.destination)}`);
  }

  private finish(isDone: boolean): void {
    this.isOver = true;
    this.cancel();
    this.report(isDone ? 'done' : 'failed');
    this.output.ended(this);
  }

  private get doneBytes(): number {
    const { content, blkSize } = this.options;
    return Math.min(Math.max(this.acked, 0) * blkSize, content.size);
  }

  /** At the start, every 5 %, at the end. */
  private report(state: TransferProgress['state']): void {
    const { id, path, content } = this.options;
    const totalBytes = content.size;
    const { doneBytes } = this;
    const percent = totalBytes === 0 ? 100 : Math.floor((doneBytes * 100) / totalBytes);
    const isStart = this.sent === 0 && this.acked <= 0;
    if (state === 'active' && !isStart && (percent < this.reportedPercent + REPORT_PERCENT || percent >= 100)) return;
    this.reportedPercent = percent - (percent % REPORT_PERCENT);
    this.output.progress({ id, path, doneBytes, totalBytes, state });
  }
}
