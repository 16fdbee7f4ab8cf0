/**
 * dnsmasq's TFTP server: read only, one port for each transfer, files from a virtual tree. The path of a DATA
 * packet is short: a view of the file is copied once into the packet, and the packet is sent.
 */
import { formatIpv4, formatMac } from '../../../base/address.ts';
import type { Ipv4Address, MacAddress } from '../../../base/address.ts';
import { fromCString, latin1, concatBytes } from '../../../base/bytes.ts';
import { NS_PER_S } from '../../../base/clock.ts';
import type { Clock, Timer } from '../../../base/clock.ts';
import type { ConfigLine } from '../../../base/event-log.ts';
import type { FileTree } from '../../files/file-tree.ts';
import { TFTP_ERROR, TFTP_OPCODE } from '../../../protocols/tftp/codec.ts';
import type { DnsmasqConfig } from '../config/model.ts';
import type { OutgoingDatagram } from '../dhcp/engine.ts';
import type { ServerInterface } from '../dhcp/ranges.ts';
import { parseReadRequest, toNetascii } from './request.ts';
import type { TftpReadRequest } from './request.ts';

export const TFTP_SERVER_PORT = 69;
/** Ethernet's MTU less IP, UDP and TFTP headers. */
const HEADERS_BYTES = 32;
const DEFAULT_MTU = 1500;
/** How long an address without a known MAC stays unknown. */
const MAC_RETRY_S = 90;
/** What a socket's buffer holds of requests that nobody reads. */
const MAX_WAITING = 100;
const DEFAULT_MAX_TRANSFERS = 50;
/** NAME_MAX of Linux file systems. */
const MAX_NAME_LENGTH = 255;
/** After this many repeats of one packet the client is given up. */
const MAX_BACKOFF = 7;

export interface TftpArrival {
  readonly data: Uint8Array;
  readonly source: Ipv4Address;
  readonly sourcePort: number;
  readonly destination: Ipv4Address;
  readonly destinationPort: number;
  readonly interfaceName: string;
  readonly sourceMac: MacAddress;
}

export interface TransferProgress {
  /** Stable for the transfer. */
  readonly id: string;
  readonly path: string;
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly state: 'active' | 'done' | 'failed';
}

export interface TftpHooks {
  readonly send: (datagram: OutgoingDatagram) => void;
  /** Makes a port for a transfer, undefined when there is none left. `wanted` is a port of tftp-port-range. */
  readonly openPort: (wanted: number | undefined) => number | undefined;
  readonly closePort: (port: number) => void;
  /** The hardware address of a station that the server has talked to. */
  readonly knownMac: (address: Ipv4Address) => MacAddress | undefined;
  readonly log: (text: string) => void;
  readonly progress: (progress: TransferProgress) => void;
  /** A request was answered, or not, because of these lines. */
  readonly decided: (code: string, text: string, lines: readonly ConfigLine[], isFailure: boolean) => void;
}

export interface TftpOptions {
  readonly config: DnsmasqConfig;
  readonly clock: Clock;
  readonly files: FileTree;
  readonly interfaces: readonly ServerInterface[];
  /** The user that dnsmasq runs as; decides on access. */
  readonly user: string;
  /** RFC 7440, which real dnsmasq does not know. */
  readonly windowsize: boolean;
  readonly mtu?: number;
}

interface Transfer {
  readonly id: string;
  readonly path: string;
  readonly content: Uint8Array;
  readonly port: number;
  readonly client: Ipv4Address;
  readonly clientPort: number;
  readonly face: ServerInterface;
  readonly source: Ipv4Address;
  readonly blkSize: number;
  readonly windowSize: number;
  /** Blocks in all, the short or empty last one with them. */
  readonly blocks: number;
  /** Highest block acknowledged, counted without the 16-bit wrap; -1 while the OACK is out. */
  acked: number;
  sent: number;
  readonly oack: Uint8Array | undefined;
  backoff: number;
  timer: Timer | undefined;
  deadlineNs: number;
  reportedPercent: number;
}

interface OpenedFile {
  readonly kind: 'file';
  readonly content: Uint8Array;
}
interface Refusal {
  readonly kind: 'error';
  readonly code: number;
  readonly text: string;
}

export class TftpEngine {
  private readonly options: TftpOptions;
  private readonly hooks: TftpHooks;
  private readonly transfers = new Map<string, Transfer>();
  /** The same by a port of its own: the way of every ACK. */
  private readonly byPort = new Map<number, Transfer>();
  private readonly waiting: TftpArrival[] = [];
  private readonly netascii = new WeakMap<Uint8Array, Uint8Array>();
  private readonly macMisses = new Map<Ipv4Address, number>();
  private serial = 0;

  constructor(options: TftpOptions, hooks: TftpHooks) {
    this.options = options;
    this.hooks = hooks;
  }

  get activeTransfers(): number {
    return this.transfers.size;
  }

  /** Whether TFTP is on for an interface. */
  serves(interfaceName: string): boolean {
    const { config } = this.options;
    return config.flags.has('enable-tftp') || config.tftpInterfaces.includes(interfaceName);
  }

  /** A datagram to port 69 or to the port of a transfer. */
  receive(arrival: TftpArrival): void {
    const own = this.byPort.get(arrival.destinationPort);
    if (own !== undefined && own.client === arrival.source && own.clientPort === arrival.sourcePort) {
      this.receiveInTransfer(own, arrival.data);
      return;
    }
    const transfer = this.transfers.get(transferKey(arrival.destinationPort, arrival.source, arrival.sourcePort));
    if (arrival.destinationPort !== TFTP_SERVER_PORT) {
      if (transfer !== undefined) this.receiveInTransfer(transfer, arrival.data);
      else this.receiveStranger(arrival);
      return;
    }
    if (arrival.data.length < 2) return;
    const opcode = (arrival.data[0] << 8) | arrival.data[1];
    if (transfer !== undefined && opcode !== TFTP_OPCODE.rrq) {
      this.receiveInTransfer(transfer, arrival.data);
      return;
    }
    if (!this.serves(arrival.interfaceName)) return;
    const max = this.options.config.numbers.get('tftp-max')?.value ?? DEFAULT_MAX_TRANSFERS;
    // Requests over the limit wait until a transfer is over.
    if (this.transfers.size <= max) this.receiveRequest(arrival);
    else if (this.waiting.length < MAX_WAITING) this.waiting.push(arrival);
  }

  /** Drops all transfers, as a server that is switched off does. */
  stop(): void {
    for (const transfer of this.transfers.values()) transfer.timer?.cancel();
    this.transfers.clear();
    this.byPort.clear();
    this.waiting.length = 0;
  }

  private receiveRequest(arrival: TftpArrival): void {
    const { config } = this.options;
    const face = this.options.interfaces.find((candidate) => candidate.name === arrival.interfaceName);
    if (face === undefined) return;
    const mtu = Math.min(this.options.mtu ?? DEFAULT_MTU, this.tftpMtu());
    const request = parseReadRequest(arrival.data, {
      maxBlkSize: mtu - HEADERS_BYTES,
      allowBlkSize: !config.flags.has('tftp-no-blocksize'),
      allowWindowSize: this.options.windowsize,
    });
    // A request to a broadcast address is answered from the interface's own.
    const isOwn = this.options.interfaces.some((candidate) => candidate.address === arrival.destination);
    const source = isOwn ? arrival.destination : face.address;
    const port = this.choosePort();
    if (port === undefined) return;
    const reply = (data: Uint8Array): void =>
      this.hooks.send({
        data,
        source,
        sourcePort: port,
        destination: arrival.source,
        destinationPort: arrival.sourcePort,
        destinationMac: undefined,
        interfaceName: face.name,
      });
    if (request === undefined) {
      const text = `unsupported request from ${formatIpv4(arrival.source)}`;
      reply(errorPacket(TFTP_ERROR.illegalOperation, text));
      this.hooks.log(text);
      this.hooks.decided('tftp-unsupported', text, [], true);
      this.releasePort(port);
      return;
    }
    const lines: ConfigLine[] = [];
    const path = this.pathOf(request.filename, arrival, lines);
    const opened = this.open(path, arrival.source);
    if (opened.kind === 'error') {
      reply(errorPacket(opened.code, opened.text));
      if (!config.flags.has('quiet-tftp') || opened.code !== TFTP_ERROR.fileNotFound) this.hooks.log(opened.text);
      this.hooks.decided('tftp-error', opened.text, lines, true);
      this.releasePort(port);
      return;
    }
    this.begin(request, opened.content, path, port, face, source, arrival, lines);
  }

  private tftpMtu(): number {
    const value = this.options.config.numbers.get('tftp-mtu')?.value ?? 0;
    return value === 0 ? Infinity : value;
  }

  private choosePort(): number | undefined {
    const { config } = this.options;
    if (config.flags.has('tftp-single-port')) return TFTP_SERVER_PORT;
    const range = config.tftpPortRange;
    if (range === undefined) return this.hooks.openPort(undefined);
    for (let port = range[0]; port <= range[1]; port++) {
      const opened = this.hooks.openPort(port);
      if (opened !== undefined) return opened;
    }
    return undefined;
  }

  private releasePort(port: number): void {
    if (port !== TFTP_SERVER_PORT) this.hooks.closePort(port);
  }

  private rootFor(interfaceName: string): { readonly path: string; readonly origin: ConfigLine } | undefined {
    const roots = [...this.options.config.tftpRoots].reverse();
    return (
      roots.find((root) => root.interfaceName === interfaceName) ??
      roots.find((root) => root.interfaceName === undefined)
    );
  }

  /** The file that a name means: below the root unless it names the root itself. */
  private pathOf(filename: string, arrival: TftpArrival, lines: ConfigLine[]): string {
    const { config, files } = this.options;
    let name = filename.replaceAll('\\', '/');
    if (config.flags.has('tftp-lowercase')) name = name.toLowerCase();
    const root = this.rootFor(arrival.interfaceName);
    if (root === undefined || root.path === '') return name.startsWith('/') ? name : `/${name}`;
    lines.push(root.origin);
    let prefix = root.path.endsWith('/') ? root.path : `${root.path}/`;
    const unique = config.settings.get('tftp-unique-root')?.value;
    if (unique !== undefined) {
      const own = unique === 'mac' ? this.macName(arrival.source) : formatIpv4(arrival.source);
      if (own !== undefined && files.stat(`${prefix}${own}`)?.kind === 'directory') prefix = `${prefix}${own}/`;
    }
    if (name.startsWith('/')) {
      if (name.startsWith(prefix)) return name;
      name = name.slice(1);
    }
    return `${prefix}${name}`;
  }

  /** The directory of a station, as far as the server's ARP table has it; what it has not is asked for again later. */
  private macName(client: Ipv4Address): string | undefined {
    const { clock } = this.options;
    const missedNs = this.macMisses.get(client);
    if (missedNs !== undefined && clock.nowNs - missedNs < MAC_RETRY_S * NS_PER_S) return undefined;
    const mac = this.hooks.knownMac(client);
    if (mac === undefined) this.macMisses.set(client, clock.nowNs);
    return mac === undefined ? undefined : formatMac(mac).replaceAll(':', '-');
  }

  private open(path: string, client: Ipv4Address): OpenedFile | Refusal {
    const { config, files, user } = this.options;
    const denied: Refusal = {
      kind: 'error',
      code: TFTP_ERROR.accessViolation,
      text: `cannot access ${path}: Permission denied`,
    };
    if (config.tftpRoots.length > 0 && path.includes('/../')) return denied;
    const cannot = (why: string): Refusal => ({
      kind: 'error',
      code: TFTP_ERROR.notDefined,
      text: `cannot read ${path}: ${why}`,
    });
    // What open(2) says on the way down.
    const parts = path.split('/').slice(1);
    for (let i = 0; i < parts.length; i++) {
      if (parts[i].length > MAX_NAME_LENGTH) return cannot('File name too long');
      if (i === parts.length - 1) break;
      const parent = files.stat(`/${parts.slice(0, i + 1).join('/')}`);
      if (parent === undefined) break;
      if (parent.kind === 'file') return cannot('Not a directory');
      const search = parent.owner === user ? 0o100 : 0o001;
      if (user !== 'root' && (parent.mode & search) === 0) return denied;
    }
    const stat = files.stat(path);
    if (stat === undefined) {
      const text = `file ${path} not found for ${formatIpv4(client)}`;
      return { kind: 'error', code: TFTP_ERROR.fileNotFound, text };
    }
    const isOwner = stat.owner === user;
    const isReadable = user === 'root' ? (stat.mode & 0o004) !== 0 : (stat.mode & (isOwner ? 0o400 : 0o004)) !== 0;
    if (!isReadable) return denied;
    if (user !== 'root' && config.flags.has('tftp-secure') && !isOwner) return denied;
    const content = stat.kind === 'file' ? files.read(path) : undefined;
    if (content === undefined) {
      return cannot('Is a directory');
    }
    return { kind: 'file', content };
  }

  private netasciiOf(content: Uint8Array): Uint8Array {
    let out = this.netascii.get(content);
    if (out === undefined) {
      out = toNetascii(content);
      this.netascii.set(content, out);
    }
    return out;
  }

  private begin(
    request: TftpReadRequest,
    file: Uint8Array,
    path: string,
    port: number,
    face: ServerInterface,
    source: Ipv4Address,
    arrival: TftpArrival,
    lines: readonly ConfigLine[],
  ): void {
    const content = request.isNetascii ? this.netasciiOf(file) : file;
    const oack = oackPacket(request, file.length);
    const transfer: Transfer = {
      id: `tftp-${++this.serial}`,
      path,
      content,
      port,
      client: arrival.source,
      clientPort: arrival.sourcePort,
      face,
      source,
      blkSize: request.blkSize,
      windowSize: request.windowSize,
      blocks: Math.floor(content.length / request.blkSize) + 1,
      acked: oack === undefined ? 0 : -1,
      sent: 0,
      oack,
      backoff: 0,
      timer: undefined,
      deadlineNs: 0,
      reportedPercent: 0,
    };
    const key = transferKey(port, transfer.client, transfer.clientPort);
    this.transfers.get(key)?.timer?.cancel();
    this.transfers.set(key, transfer);
    if (port !== TFTP_SERVER_PORT) this.byPort.set(port, transfer);
    this.hooks.decided('tftp-read', `sending ${path} to ${formatIpv4(transfer.client)}`, lines, false);
    this.report(transfer, 'active');
    this.transmit(transfer);
    this.arm(transfer, 2);
  }

  /** Sends what the client waits for: the OACK, or the window after the last acknowledged block. */
  private transmit(transfer: Transfer): void {
    if (transfer.acked < 0) {
      if (transfer.oack !== undefined) this.sendTo(transfer, transfer.oack);
      return;
    }
    const last = Math.min(transfer.acked + transfer.windowSize, transfer.blocks);
    for (let block = transfer.acked + 1; block <= last; block++) {
      const start = (block - 1) * transfer.blkSize;
      const end = Math.min(start + transfer.blkSize, transfer.content.length);
      const packet = new Uint8Array(4 + end - start);
      packet[1] = TFTP_OPCODE.data;
      packet[2] = block >>> 8;
      packet[3] = block;
      packet.set(transfer.content.subarray(start, end), 4);
      transfer.sent = Math.max(transfer.sent, block);
      this.sendTo(transfer, packet);
    }
  }

  private sendTo(transfer: Transfer, data: Uint8Array): void {
    this.hooks.send({
      data,
      source: transfer.source,
      sourcePort: transfer.port,
      destination: transfer.client,
      destinationPort: transfer.clientPort,
      destinationMac: undefined,
      interfaceName: transfer.face.name,
    });
  }

  /** Repeats after 2, 2, 3, 5, 9 ... seconds. An ACK only moves the deadline: one timer serves all packets. */
  private arm(transfer: Transfer, delayS: number): void {
    transfer.deadlineNs = this.options.clock.nowNs + delayS * NS_PER_S;
    transfer.timer ??= this.options.clock.schedule(delayS * NS_PER_S, () => this.onTimer(transfer));
  }

  private onTimer(transfer: Transfer): void {
    const leftNs = transfer.deadlineNs - this.options.clock.nowNs;
    if (leftNs > 0) {
      transfer.timer = this.options.clock.schedule(leftNs, () => this.onTimer(transfer));
      return;
    }
    transfer.timer = undefined;
    if (transfer.backoff > MAX_BACKOFF) {
      this.hooks.log(`failed sending ${transfer.path} to ${formatIpv4(transfer.client)}`);
      this.finish(transfer, false);
      return;
    }
    this.transmit(transfer);
    this.arm(transfer, 1 + 2 ** transfer.backoff++);
  }

  private receiveInTransfer(transfer: Transfer, data: Uint8Array): void {
    if (data.length < 4) return;
    const opcode = (data[0] << 8) | data[1];
    if (opcode === TFTP_OPCODE.error) {
      const text = fromCString(data, 4).replace(/[^\u0020-\u007e]/g, '');
      const code = (data[2] << 8) | data[3];
      const peer = formatIpv4(transfer.client);
      this.hooks.log(`error ${code} ${text} received from ${peer}`);
      const isDone = transfer.acked < 0 || transfer.sent >= transfer.blocks;
      this.logEnd(transfer, isDone);
      this.finish(transfer, transfer.acked >= 0 && isDone);
      return;
    }
    if (opcode !== TFTP_OPCODE.ack) return;
    const block = (data[2] << 8) | data[3];
    // A window may be acknowledged in part (RFC 7440 §4); without one, only the block that is out counts.
    const low = transfer.acked < 0 ? 0 : transfer.acked + 1;
    const high = transfer.acked < 0 ? 0 : transfer.sent;
    let acked = -1;
    for (let candidate = high; candidate >= low && candidate > high - transfer.windowSize - 1; candidate--) {
      if ((candidate & 0xffff) === block) {
        acked = candidate;
        break;
      }
    }
    if (acked < 0) return;
    transfer.acked = acked;
    transfer.backoff = 0;
    if (acked >= transfer.blocks) {
      this.logEnd(transfer, true);
      this.finish(transfer, true);
      return;
    }
    this.report(transfer, 'active');
    this.transmit(transfer);
    this.arm(transfer, 2);
  }

  private logEnd(transfer: Transfer, isDone: boolean): void {
    if (isDone && this.options.config.flags.has('quiet-tftp')) return;
    this.hooks.log(`${isDone ? 'sent' : 'failed sending'} ${transfer.path} to ${formatIpv4(transfer.client)}`);
  }

  private finish(transfer: Transfer, isDone: boolean): void {
    transfer.timer?.cancel();
    this.transfers.delete(transferKey(transfer.port, transfer.client, transfer.clientPort));
    if (this.byPort.get(transfer.port) === transfer) this.byPort.delete(transfer.port);
    this.releasePort(transfer.port);
    this.report(transfer, isDone ? 'done' : 'failed');
    const next = this.waiting.shift();
    if (next !== undefined) this.receive(next);
  }

  /** At the start, every 5 %, at the end. */
  private report(transfer: Transfer, state: TransferProgress['state']): void {
    const total = transfer.content.length;
    const done = Math.min(Math.max(transfer.acked, 0) * transfer.blkSize, total);
    const percent = total === 0 ? 100 : Math.floor((done * 100) / total);
    const isStart = transfer.sent === 0 && transfer.acked <= 0;
    if (state === 'active' && !isStart && percent < transfer.reportedPercent + 5) return;
    if (state === 'active' && !isStart && percent >= 100) return;
    transfer.reportedPercent = percent - (percent % 5);
    this.hooks.progress({ id: transfer.id, path: transfer.path, doneBytes: done, totalBytes: total, state });
  }

  /** A packet of somebody else for the port of a transfer (RFC 1350 §4). */
  private receiveStranger(arrival: TftpArrival): void {
    const owner = [...this.transfers.values()].find((transfer) => transfer.port === arrival.destinationPort);
    if (owner === undefined) return;
    const text = `ignoring packet from ${formatIpv4(arrival.source)} (TID mismatch)`;
    this.hooks.send({
      data: errorPacket(TFTP_ERROR.unknownTransferId, text),
      source: owner.source,
      sourcePort: owner.port,
      destination: arrival.source,
      destinationPort: arrival.sourcePort,
      destinationMac: undefined,
      interfaceName: owner.face.name,
    });
    this.hooks.log(text);
  }
}

function transferKey(port: number, client: Ipv4Address, clientPort: number): string {
  return `${port}/${client}/${clientPort}`;
}

/** RFC 1350 §5. */
export function errorPacket(code: number, text: string): Uint8Array {
  return concatBytes([
    Uint8Array.of(0, TFTP_OPCODE.error, code >>> 8, code),
    latin1(text.replace(/[^\u0020-\u007e]/g, '')),
    Uint8Array.of(0),
  ]);
}

/** RFC 2347 §2; undefined when no option was taken. */
function oackPacket(request: TftpReadRequest, size: number): Uint8Array | undefined {
  let text = '';
  if (request.hasBlkSize) text += `blksize\0${request.blkSize}\0`;
  if (request.hasTsize) text += `tsize\0${size}\0`;
  if (request.hasWindowSize) text += `windowsize\0${request.windowSize}\0`;
  return text === '' ? undefined : concatBytes([Uint8Array.of(0, TFTP_OPCODE.oack), latin1(text)]);
}
