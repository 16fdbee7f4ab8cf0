/**
 * Multicast clients of TFTP: RFC 2090 (`tftm:` of iPXE) and the MTFTP of PXE 2.1 (§3.4). Blocks come in any order to a
 * group; the client that the server has made master acknowledges the last one before its first gap, and so the stream goes where
 * blocks are missing. The others only listen. Bytes go to a sink, each at its place.
 */
import { parseIpv4, type Ipv4Address } from '../../base/address.ts';
import type { Clock, Timer } from '../../base/time/clock.ts';
import { err, ok, unreachable, type Result } from '../../base/result.ts';
import type { Task } from '../../base/time/task.ts';
import { isMulticastIp } from '../../net/igmp-frame.ts';
import type { Datagram, Host, UdpSocket } from '../../net/host/types.ts';
import {
  decodeTftp,
  DEFAULT_BLKSIZE,
  encodeTftp,
  MAX_BLKSIZE,
  TFTP_ERROR,
  tftpOption,
  tftpOptionNumber,
  type TftpOption,
  type TftpPacket,
} from '../../protocols/tftp/codec.ts';
import { BlockMap } from './block-map.ts';
import { tftpMessage } from './messages.ts';
import type { FileSink, TftpDone, TftpFailure } from './tftp-client.ts';

/** Files that a client takes at most: what a server announces must not fill the memory. */
const MAX_FILE_BYTES = 2 ** 31;

export interface MulticastGroup {
  readonly address: Ipv4Address;
  readonly port: number;
}

export interface MulticastRequest {
  readonly server: Ipv4Address;
  readonly serverPort: number;
  readonly filename: string;
  /** Of the request, in their order. */
  readonly options: readonly TftpOption[];
  /** MTFTP: known beforehand. By RFC 2090 the server names it in its OACK. */
  readonly group?: MulticastGroup;
  /** How long to listen to the group before anything is asked: a stream may be on its way. Default 0. */
  readonly listenNs?: number;
  /** How long to wait for an answer after each request. */
  readonly requestTimeoutsNs: readonly number[];
  /** How long a silence may last, each time; when none is left the transfer fails. */
  readonly silenceNs: readonly number[];
  /** MTFTP: a listener whose stream has stopped asks for the file again; the master acknowledges once more. */
  readonly reopens?: boolean;
  readonly abortsWhenCancelled?: () => boolean;
}

export type MulticastFailure =
  | TftpFailure
  /** The option `multicast` of an OACK is not ADDRESS,PORT,MASTER (RFC 2090 §3). */
  | { readonly code: 'bad-multicast'; readonly part: 'no-port' | 'no-master' | 'master' | 'address' | 'port' };

export interface MulticastDone extends TftpDone {
  /** Blocks of the file that came more than once, or were known: those that others had asked for. */
  readonly spareBlocks: number;
  readonly wasMaster: boolean;
}

/** Gets a file. `host` is where groups are joined; all sockets are closed at the end. */
export function* multicastGet(
  clock: Clock,
  host: Host,
  request: MulticastRequest,
  sink: FileSink,
): Task<Result<MulticastDone, MulticastFailure>> {
  const transfer = new MulticastTransfer(clock, host, request, sink);
  yield (resume) => {
    transfer.start(resume);
    return () => transfer.cancel();
  };
  return transfer.result;
}

class MulticastTransfer {
  result: Result<MulticastDone, MulticastFailure> = err({ code: 'open-timeout' });
  private readonly clock: Clock;
  private readonly host: Host;
  private readonly request: MulticastRequest;
  private readonly sink: FileSink;
  private readonly blocks = new BlockMap();
  private onEnd: () => void = () => {};
  private socket: UdpSocket;
  private groupSocket: UdpSocket | undefined;
  private group: MulticastGroup | undefined;
  /** Who answered first: the server's transfer identifier. */
  private peer: { readonly address: Ipv4Address; readonly port: number } | undefined;
  private isMaster = false;
  private wasMaster = false;
  private hasBegun = false;
  private blksize = DEFAULT_BLKSIZE;
  private announcedBytes: number | undefined;
  private knownBytes = 0;
  private doneBytes = 0;
  private spareBlocks = 0;
  private requests = 0;
  private silentRounds = 0;
  private retransmissions = 0;
  private timer: Timer | undefined;
  private over = false;

  constructor(clock: Clock, host: Host, request: MulticastRequest, sink: FileSink) {
    this.clock = clock;
    this.host = host;
    this.request = request;
    this.sink = sink;
    this.socket = this.open();
  }

  start(onEnd: () => void): void {
    this.onEnd = onEnd;
    const { group, listenNs = 0 } = this.request;
    if (group !== undefined) this.join(group);
    if (listenNs === 0) this.ask();
    else this.wait(listenNs);
  }

  cancel(): void {
    if (this.request.abortsWhenCancelled?.() === true) {
      this.send({ opcode: 'error', code: TFTP_ERROR.notDefined, message: 'TFTP Aborted' });
    }
    this.stop();
  }

  private stop(): void {
    this.over = true;
    this.timer?.cancel();
    this.socket.close();
    this.leave();
  }

  private end(result: Result<MulticastDone, MulticastFailure>): void {
    this.result = result;
    this.stop();
    this.onEnd();
  }

  private open(): UdpSocket {
    const socket = this.host.openUdp();
    socket.onDatagram = (datagram) => {
      // By RFC 2090 only OACKs come to us alone, and say whether we are master; MTFTP's master gets the first block so.
      this.isMaster = true;
      this.receive(datagram);
    };
    return socket;
  }

  private join(group: MulticastGroup): void {
    if (this.group?.address === group.address && this.group.port === group.port) return;
    this.leave();
    this.group = group;
    for (const each of this.host.interfaces) each.joinGroup(group.address);
    this.groupSocket = this.host.openUdp({ port: group.port, address: group.address });
    this.groupSocket.onDatagram = (datagram) => this.receive(datagram);
  }

  private leave(): void {
    const { group } = this;
    if (group === undefined) return;
    for (const each of this.host.interfaces) each.leaveGroup(group.address);
    this.groupSocket?.close();
    this.group = undefined;
  }

  private wait(ns: number): void {
    this.timer?.cancel();
    this.timer = this.clock.schedule(ns, () => this.silence());
  }

  private ask(): void {
    const { server, serverPort, filename, options, requestTimeoutsNs } = this.request;
    this.socket.send(server, serverPort, encodeTftp({ opcode: 'rrq', filename, mode: 'octet', options }));
    this.wait(requestTimeoutsNs[Math.min(this.requests, requestTimeoutsNs.length - 1)] ?? 0);
    this.requests++;
  }

  private silence(): void {
    const { requestTimeoutsNs, silenceNs, reopens } = this.request;
    if (this.peer === undefined) {
      if (this.requests > 0) this.retransmissions++;
      if (this.requests >= requestTimeoutsNs.length) this.end(err({ code: 'open-timeout' }));
      else this.ask();
      return;
    }
    this.silentRounds++;
    if (this.silentRounds >= silenceNs.length) {
      this.end(err({ code: 'read-timeout', doneBytes: this.doneBytes }));
    } else if (reopens === true && !this.isMaster) {
      // A port of its own for each request: the old stream is over (PXE 2.1 §3.4).
      this.socket.close();
      this.socket = this.open();
      this.peer = undefined;
      this.requests = 0;
      this.ask();
    } else {
      this.retransmissions++;
      this.answer();
    }
  }

  private answer(): void {
    if (this.isMaster) this.send({ opcode: 'ack', block: this.blocks.firstGap & 0xffff });
    const { silenceNs } = this.request;
    this.wait(silenceNs[Math.min(this.silentRounds, silenceNs.length - 1)] ?? 0);
  }

  private send(packet: TftpPacket): void {
    if (this.peer !== undefined) this.socket.send(this.peer.address, this.peer.port, encodeTftp(packet));
  }

  private receive({ source, sourcePort, data }: Datagram): void {
    if (this.over) return;
    this.peer ??= source === this.request.server ? { address: source, port: sourcePort } : undefined;
    // One who sends to the group from elsewhere belongs to another stream.
    if (this.peer?.address !== source || this.peer.port !== sourcePort) return;
    const decoded = decodeTftp(data);
    if (!decoded.ok) return;
    const packet = decoded.value;
    switch (packet.opcode) {
      case 'oack':
        this.oack(packet.options);
        return;
      case 'data':
        this.data(packet.block, packet.data);
        return;
      case 'error':
        this.end(err({ code: 'server-error', errorCode: packet.code, message: packet.message }));
        return;
      case 'rrq':
      case 'wrq':
      case 'ack':
        return;
      default:
        unreachable(packet);
    }
  }

  /** The first OACK, or one that makes another client master (RFC 2090 §3). */
  private oack(options: readonly TftpOption[]): void {
    const multicast = tftpOption(options, 'multicast');
    if (multicast !== undefined) {
      const failure = this.multicast(multicast);
      if (failure !== undefined) {
        this.end(err(failure));
        return;
      }
    }
    if (!this.hasBegun) {
      this.announcedBytes = tftpOptionNumber(options, 'tsize');
      const blksize = tftpOptionNumber(options, 'blksize');
      if (blksize !== undefined) {
        if (blksize < 1 || blksize > MAX_BLKSIZE) {
          this.end(err({ code: 'bad-options', option: 'blksize' }));
          return;
        }
        this.blksize = blksize;
      }
      if (!this.begin()) return;
    }
    this.silentRounds = 0;
    this.wasMaster ||= this.isMaster;
    this.answer();
  }

  private multicast(value: string): MulticastFailure | undefined {
    const [address = '', port, master] = value.split(',');
    if (port === undefined) return { code: 'bad-multicast', part: 'no-port' };
    if (master === undefined) return { code: 'bad-multicast', part: 'no-master' };
    if (!/^\d+$/.test(master)) return { code: 'bad-multicast', part: 'master' };
    this.isMaster = Number(master) !== 0;
    // Both are left out when they are known already (RFC 2090 §3).
    if (address === '' || port === '') return undefined;
    const group = parseIpv4(address);
    if (group === undefined || !isMulticastIp(group)) return { code: 'bad-multicast', part: 'address' };
    if (!/^\d{1,5}$/.test(port) || Number(port) > 0xffff) return { code: 'bad-multicast', part: 'port' };
    this.join({ address: group, port: Number(port) });
    return undefined;
  }

  private begin(): boolean {
    this.hasBegun = true;
    const { announcedBytes } = this;
    if ((announcedBytes ?? 0) <= MAX_FILE_BYTES && this.sink.begin(announcedBytes, this.blksize)) {
      if (announcedBytes !== undefined) this.know(announcedBytes);
      return true;
    }
    this.end(err({ code: 'refused', totalBytes: announcedBytes }));
    return false;
  }

  /** At least so many bytes: the last block is one that is not full, if it is empty. */
  private know(bytes: number): void {
    this.knownBytes = Math.max(this.knownBytes, bytes);
    this.blocks.expect(Math.floor(this.knownBytes / this.blksize) + 1);
  }

  private data(number: number, data: Uint8Array): void {
    if (!this.hasBegun && !this.begin()) return;
    if (data.length > this.blksize) {
      const why = tftpMessage('tftp.block-too-long', { bytes: data.length, blksize: this.blksize });
      this.end(err({ code: 'malformed', why }));
      return;
    }
    // The one of these low 16 bits that is nearest to what is missing.
    const around = this.blocks.firstGap + 1;
    const block = around + (((number - around + 0x8000) & 0xffff) - 0x8000);
    if (block < 1) return;
    this.silentRounds = 0;
    this.wasMaster ||= this.isMaster;
    if (this.blocks.has(block - 1)) this.spareBlocks++;
    else {
      const offset = (block - 1) * this.blksize;
      if (offset + data.length > MAX_FILE_BYTES || !this.sink.write(offset, data)) {
        this.end(err({ code: 'refused', totalBytes: this.announcedBytes }));
        return;
      }
      this.doneBytes += data.length;
      this.know(offset + data.length);
      this.blocks.add(block - 1);
    }
    this.answer();
    if (!this.blocks.isFull) return;
    // Else the server would wait for us, as master, once it is our turn: one silence after the other.
    if (!this.isMaster && this.request.group === undefined) {
      this.send({ opcode: 'error', code: TFTP_ERROR.notDefined, message: 'Has everything' });
    }
    this.end(ok(this.summary()));
  }

  private summary(): MulticastDone {
    const { doneBytes, announcedBytes, blksize, retransmissions, spareBlocks, wasMaster } = this;
    return { totalBytes: doneBytes, announcedBytes, blksize, windowsize: 1, retransmissions, spareBlocks, wasMaster };
  }
}
