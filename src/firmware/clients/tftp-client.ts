/**
 * The TFTP client of the firmware: RFC 1350 with the options of RFC 2347 to 2349 and 7440. One state machine for
 * the PXE ROM, for iPXE and for the PXE API: what differs (options asked for, timeouts) comes from the caller.
 * Bytes go to a sink as they come, in order.
 */
import type { Ipv4Address } from '../../base/address.ts';
import type { Clock, Timer } from '../../base/time/clock.ts';
import { err, ok, unreachable } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import type { Message } from '../../base/sentence.ts';
import type { Task } from '../../base/time/task.ts';
import { whyUnreadable } from '../../base/unreadable.ts';
import type { Datagram, UdpSocket } from '../../net/host/types.ts';
import {
  DEFAULT_BLKSIZE,
  TFTP_ERROR,
  TFTP_PORT,
  decodeTftp,
  encodeTftp,
  tftpOptionNumber,
} from '../../protocols/tftp/codec.ts';
import type { TftpOption, TftpPacket } from '../../protocols/tftp/codec.ts';
import { tftpMessage } from './messages.ts';

/** Where the bytes of a file go. */
export interface FileSink {
  /** Before the first byte. The size is undefined when the server did not tell. False refuses the file: it is too big. */
  begin(totalBytes: number | undefined, blockBytes: number): boolean;
  /** The next bytes; `data` is a view that must not be kept. False refuses them. */
  write(offset: number, data: Uint8Array): boolean;
}

/** How a client falls short of the RFCs. */
export interface TftpHabits {
  /** Block numbers are not taken modulo 65536: block 0 is not the one after block 65535. */
  readonly wideBlockNumbers?: boolean;
  /** Does not ask for blksize. */
  readonly defaultBlocks?: boolean;
}

export interface TftpRequest {
  readonly server: Ipv4Address;
  /** Defaults to 69. */
  readonly serverPort?: number;
  readonly filename: string;
  /** Options of the request, in the order in which they are sent. Absent ones are not asked for. */
  readonly options: {
    readonly timeout?: number;
    readonly tsize?: boolean;
    readonly blksize?: number;
    readonly windowsize?: number;
  };
  /** How long to wait after each RRQ. */
  readonly requestTimeoutsNs: readonly number[];
  /** How long to wait for DATA after each ACK that is sent without news. */
  readonly dataTimeoutsNs: readonly number[];
  /** Called when an RRQ or an ACK goes out again because nothing came. */
  readonly onRepeat?: (() => void) | undefined;
  /** Fails as soon as the network says that the server's station cannot be found, instead of asking on. */
  readonly failsUnresolved?: boolean;
  /** Fails as soon as the server's station says that nothing listens there (ICMP port unreachable). */
  readonly failsRefused?: boolean;
  /** Ends the transfer, with an ERROR to the server, once the size is known. */
  readonly sizeOnly?: boolean;
  /** What that ERROR says; `TFTP Aborted` (code 0) when absent. */
  readonly abortError?: { readonly code: number; readonly message: string };
  /** Asked when the task is cancelled: whether the server is told. */
  readonly abortsWhenCancelled?: () => boolean;
  readonly habits?: TftpHabits | undefined;
}

export type TftpFailure =
  /** No answer to the RRQ; `unresolved` when not even ARP got one, `refused` when ICMP said that nothing listens. */
  | { readonly code: 'open-timeout'; readonly unresolved?: boolean; readonly refused?: boolean }
  /** The server fell silent within the transfer. */
  | { readonly code: 'read-timeout'; readonly doneBytes: number }
  | { readonly code: 'server-error'; readonly errorCode: number; readonly message: string }
  /** An OACK with an option that was not asked for, or a value out of range (RFC 2347 §2). */
  | { readonly code: 'bad-options'; readonly option: string }
  | { readonly code: 'malformed'; readonly why: Message }
  /** The sink refused the file. */
  | { readonly code: 'refused'; readonly totalBytes: number | undefined };

export interface TftpDone {
  readonly totalBytes: number;
  /** What the server said by tsize, if it did. */
  readonly announcedBytes: number | undefined;
  readonly blksize: number;
  readonly windowsize: number;
  readonly retransmissions: number;
}

const ABORTED = { code: TFTP_ERROR.notDefined, message: 'TFTP Aborted' };

/** Gets a file. The socket is the caller's: a fresh local port for each transfer, closed by the caller (RFC 1350 §4). */
export function* tftpGet(
  clock: Clock,
  socket: UdpSocket,
  request: TftpRequest,
  sink: FileSink,
): Task<Result<TftpDone, TftpFailure>> {
  const transfer = new Transfer(clock, socket, request, sink);
  yield (resume) => {
    transfer.start(resume);
    return () => transfer.cancel();
  };
  return transfer.result;
}

class Transfer {
  result: Result<TftpDone, TftpFailure> = err({ code: 'open-timeout' });
  private readonly clock: Clock;
  private readonly socket: UdpSocket;
  private readonly request: TftpRequest;
  private readonly sink: FileSink;
  private onEnd: () => void = () => {};
  /** The server's transfer identifier, once it has answered (RFC 1350 §4). */
  private serverPort: number | undefined;
  private serverAddress: Ipv4Address;
  private blksize = DEFAULT_BLKSIZE;
  private windowsize = 1;
  private announcedBytes: number | undefined;
  /** Whether the sink knows the file. */
  private begun = false;
  /** The last block that came in order. */
  private block = 0;
  private doneBytes = 0;
  /** Blocks since the last ACK (RFC 7440 §4). */
  private unacknowledged = 0;
  /** An ACK was sent for a gap; until it is filled, no other. */
  private gapReported = false;
  private retransmissions = 0;
  private silentRounds = 0;
  private timer: Timer | undefined;
  private deadlineNs = 0;
  private over = false;

  constructor(clock: Clock, socket: UdpSocket, request: TftpRequest, sink: FileSink) {
    this.clock = clock;
    this.socket = socket;
    this.request = request;
    this.sink = sink;
    this.serverAddress = request.server;
  }

  start(onEnd: () => void): void {
    this.onEnd = onEnd;
    this.socket.onDatagram = (datagram) => this.receive(datagram);
    const { failsUnresolved, failsRefused } = this.request;
    this.socket.onError = (error) => {
      if (this.serverPort !== undefined || this.over) return;
      if (failsUnresolved === true && error === 'host-unreachable')
        this.fail({ code: 'open-timeout', unresolved: true });
      if (failsRefused === true && error === 'port-unreachable') this.fail({ code: 'open-timeout', refused: true });
    };
    this.sendRequest();
  }

  cancel(): void {
    if (this.request.abortsWhenCancelled?.() === true) this.sendAborted();
    this.stop();
  }

  private stop(): void {
    this.over = true;
    this.timer?.cancel();
    this.timer = undefined;
    this.socket.onDatagram = undefined;
    this.socket.onError = undefined;
  }

  private end(result: Result<TftpDone, TftpFailure>): void {
    this.result = result;
    this.stop();
    this.onEnd();
  }

  private fail(failure: TftpFailure): void {
    this.end(err(failure));
  }

  private sendRequest(): void {
    const { options, filename, server, serverPort, requestTimeoutsNs, habits } = this.request;
    const list: TftpOption[] = [];
    // Servers answer in the order of the request: it is the caller's.
    for (const [name, value] of Object.entries(options)) {
      if (name === 'blksize' && habits?.defaultBlocks === true) continue;
      if (value !== false) list.push({ name, value: value === true ? '0' : String(value) });
    }
    const packet = encodeTftp({ opcode: 'rrq', filename, mode: 'octet', options: list });
    this.socket.send(server, serverPort ?? TFTP_PORT, packet);
    this.arm(requestTimeoutsNs[Math.min(this.silentRounds, requestTimeoutsNs.length - 1)] ?? 0);
  }

  /** Waits from now. Only moves the deadline while a timer runs: there is one in flight, not one a packet. */
  private arm(timeoutNs: number): void {
    this.deadlineNs = this.clock.nowNs + timeoutNs;
    if (this.timer === undefined) this.setTimer();
  }

  private setTimer(): void {
    this.timer = this.clock.schedule(Math.max(0, this.deadlineNs - this.clock.nowNs), () => {
      this.timer = undefined;
      if (this.over) return;
      if (this.clock.nowNs < this.deadlineNs) this.setTimer();
      else this.silence();
    });
  }

  private silence(): void {
    const { requestTimeoutsNs, dataTimeoutsNs, onRepeat } = this.request;
    const isOpen = this.serverPort !== undefined;
    this.silentRounds++;
    if (this.silentRounds >= (isOpen ? dataTimeoutsNs : requestTimeoutsNs).length) {
      return this.fail(isOpen ? { code: 'read-timeout', doneBytes: this.doneBytes } : { code: 'open-timeout' });
    }
    this.retransmissions++;
    onRepeat?.();
    if (isOpen) this.acknowledge();
    else this.sendRequest();
  }

  private armData(): void {
    const { dataTimeoutsNs } = this.request;
    this.arm(dataTimeoutsNs[Math.min(this.silentRounds, dataTimeoutsNs.length - 1)] ?? 0);
  }

  private send(packet: TftpPacket): void {
    if (this.serverPort !== undefined) this.socket.send(this.serverAddress, this.serverPort, encodeTftp(packet));
  }

  private acknowledge(): void {
    this.unacknowledged = 0;
    this.send({ opcode: 'ack', block: this.block });
    this.armData();
  }

  /** Tells the server before giving up: RFC 1350 §7 leaves it without an answer otherwise. */
  private refuse(code: number, message: string, failure: TftpFailure): void {
    this.send({ opcode: 'error', code, message });
    this.fail(failure);
  }

  private receive(datagram: Datagram): void {
    if (this.over) return;
    if (this.serverPort === undefined) {
      if (datagram.source !== this.request.server) return;
      this.serverPort = datagram.sourcePort;
      this.serverAddress = datagram.source;
    } else if (datagram.sourcePort !== this.serverPort || datagram.source !== this.serverAddress) {
      // RFC 1350 §4: another transfer's packet gets an ERROR, and this one goes on.
      const packet = encodeTftp({
        opcode: 'error',
        code: TFTP_ERROR.unknownTransferId,
        message: 'Unknown transfer ID',
      });
      this.socket.send(datagram.source, datagram.sourcePort, packet);
      return;
    }
    const decoded = decodeTftp(datagram.data);
    if (!decoded.ok) {
      return this.refuse(TFTP_ERROR.illegalOperation, 'Malformed packet', {
        code: 'malformed',
        why: tftpMessage('tftp.unreadable', { why: whyUnreadable(decoded.error) }),
      });
    }
    this.packet(decoded.value);
  }

  private packet(packet: TftpPacket): void {
    switch (packet.opcode) {
      case 'data':
        return this.data(packet.block, packet.data);
      case 'oack':
        return this.optionAcknowledgement(packet.options);
      case 'error':
        return this.fail({ code: 'server-error', errorCode: packet.code, message: packet.message });
      case 'rrq':
      case 'wrq':
      case 'ack':
        return this.refuse(TFTP_ERROR.illegalOperation, 'Illegal TFTP operation', {
          code: 'malformed',
          why: tftpMessage('tftp.unexpected', { packet: packet.opcode.toUpperCase() }),
        });
      default:
        return unreachable(packet);
    }
  }

  /** RFC 2347 §2: the server answers with the options that it takes, values changed where an option allows it. */
  private optionAcknowledgement(options: readonly TftpOption[]): void {
    if (this.begun) {
      // Its answer, our ACK of block 0, was lost.
      if (this.block === 0) this.acknowledge();
      return;
    }
    const asked = this.request.options;
    for (const { name } of options) {
      if (!Object.entries(asked).some(([key, value]) => key === name.toLowerCase() && value !== false))
        return this.badOption(name);
    }
    const blksize = tftpOptionNumber(options, 'blksize');
    // RFC 2348: smaller than asked for is allowed, larger is not.
    if (blksize !== undefined && (blksize < 8 || blksize > (asked.blksize ?? 0))) return this.badOption('blksize');
    const windowsize = tftpOptionNumber(options, 'windowsize');
    if (windowsize !== undefined && (windowsize < 1 || windowsize > (asked.windowsize ?? 0))) {
      return this.badOption('windowsize');
    }
    this.blksize = blksize ?? DEFAULT_BLKSIZE;
    this.windowsize = windowsize ?? 1;
    this.announcedBytes = tftpOptionNumber(options, 'tsize');
    if (this.request.sizeOnly === true) return this.sizeKnown();
    if (this.begin()) this.acknowledge();
  }

  private badOption(option: string): void {
    this.refuse(TFTP_ERROR.optionNegotiation, `Bad option ${option}`, { code: 'bad-options', option });
  }

  private sendAborted(): void {
    this.send({ opcode: 'error', ...(this.request.abortError ?? ABORTED) });
  }

  private sizeKnown(): void {
    this.sendAborted();
    this.end(ok(this.summary()));
  }

  private begin(): boolean {
    this.begun = true;
    this.silentRounds = 0;
    if (this.sink.begin(this.announcedBytes, this.blksize)) return true;
    this.refuse(TFTP_ERROR.diskFull, 'File is too big', { code: 'refused', totalBytes: this.announcedBytes });
    return false;
  }

  private data(block: number, data: Uint8Array): void {
    if (!this.begun) {
      // A server without options answers the RRQ with block 1 at once (RFC 2347 §2).
      if (this.request.sizeOnly === true) return this.sizeKnown();
      if (!this.begin()) return;
    }
    const steps = block - this.block;
    const ahead = this.request.habits?.wideBlockNumbers === true ? steps : steps & 0xffff;
    if (ahead !== 1) return this.outOfOrder(ahead);
    if (data.length > this.blksize) {
      return this.refuse(TFTP_ERROR.illegalOperation, 'Block is too long', {
        code: 'malformed',
        why: tftpMessage('tftp.block-too-long', { bytes: data.length, blksize: this.blksize }),
      });
    }
    this.block = block;
    this.silentRounds = 0;
    this.gapReported = false;
    if (!this.sink.write(this.doneBytes, data)) {
      const totalBytes = this.announcedBytes;
      return this.refuse(TFTP_ERROR.diskFull, 'File is too big', { code: 'refused', totalBytes });
    }
    this.doneBytes += data.length;
    this.unacknowledged++;
    if (data.length < this.blksize) {
      this.send({ opcode: 'ack', block });
      this.end(ok(this.summary()));
    } else if (this.unacknowledged >= this.windowsize) this.acknowledge();
    else this.armData();
  }

  private outOfOrder(ahead: number): void {
    if (ahead < 0) return;
    if (ahead === 0) {
      // The last block again: our ACK was lost.
      this.acknowledge();
    } else if (ahead <= this.windowsize && !this.gapReported) {
      // RFC 7440 §4: a block of the window is missing; the ACK of the last in order asks for the rest again.
      this.gapReported = true;
      this.acknowledge();
    }
  }

  private summary(): TftpDone {
    return {
      totalBytes: this.doneBytes,
      announcedBytes: this.announcedBytes,
      blksize: this.blksize,
      windowsize: this.windowsize,
      retransmissions: this.retransmissions,
    };
  }
}

/** A sink that keeps the file in one array. */
export class BufferSink implements FileSink {
  private buffer = new Uint8Array(0);
  private length = 0;
  private readonly limitBytes: number;

  constructor(limitBytes = Number.POSITIVE_INFINITY) {
    this.limitBytes = limitBytes;
  }

  get bytes(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }

  begin(totalBytes: number | undefined): boolean {
    if (totalBytes !== undefined && totalBytes > this.limitBytes) return false;
    this.buffer = new Uint8Array(totalBytes ?? 0);
    this.length = 0;
    return true;
  }

  write(offset: number, data: Uint8Array): boolean {
    const end = offset + data.length;
    if (end > this.limitBytes) return false;
    if (end > this.buffer.length) {
      const larger = new Uint8Array(Math.max(end, 2 * this.buffer.length));
      larger.set(this.buffer.subarray(0, this.length));
      this.buffer = larger;
    }
    this.buffer.set(data, offset);
    this.length = Math.max(this.length, end);
    return true;
  }
}
