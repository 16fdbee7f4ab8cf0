/**
 * What happened on the wire, as far as boots care: leases, file requests and how they ended. Gathered in one pass
 * that goes on as the capture grows; the story and the diagnosis rest on it, for the lab and for imported captures.
 */
import { formatIpv4, readMac } from '../../base/address.ts';
import type { Ipv4Address, MacAddress } from '../../base/address.ts';
import { byteAt, fromLatin1, readU16 } from '../../base/bytes.ts';
import { itemAt } from '../../base/lists/list.ts';
import { decodeArp } from '../../protocols/arp/codec.ts';
import { ARP_OPERATION } from '../../protocols/arp/fields.ts';
import { ETHERTYPE } from '../../protocols/ethernet/fields.ts';
import {
  BOOTREQUEST,
  clientMac,
  collectOption,
  decodeDhcp,
  DHCP_CLIENT_PORT,
  DHCP_SERVER_PORT,
  PXE_SERVER_PORT,
} from '../../protocols/dhcp/codec.ts';
import { DHCP_OPTION } from '../../protocols/dhcp/options.ts';
import {
  bootFileName,
  clientArchs,
  headerFileName,
  messageType,
  pathPrefix,
  serverIdentifier,
  tftpServerName,
  userClasses,
  vendorClass,
} from '../../protocols/dhcp/values.ts';
import type { FrameSource } from '../../protocols/core/frame-source.ts';
import { HTTP_PORT } from '../../protocols/http/codec.ts';
import { IP_PROTOCOL } from '../../protocols/ipv4/fields.ts';
import { TCP_FLAG } from '../../protocols/tcp/fields.ts';
import { decodeTftp, DEFAULT_BLKSIZE, TFTP_PORT, tftpOptionNumber } from '../../protocols/tftp/codec.ts';
import { FtpFollower, type FtpTransfer } from '../ftp-follower.ts';
import { readArp, readHeaders } from '../headers.ts';
import { ForwardedPackets } from './forwarded.ts';
import type { FrameHeaders, IpEndpoints, TransportHeader } from '../headers.ts';

export interface DhcpFact {
  readonly frame: number;
  readonly timeNs: number;
  readonly client: MacAddress;
  /** Option 53; undefined for plain BOOTP. */
  readonly type: number | undefined;
  readonly isRequest: boolean;
  /** Who sent it, of replies: the server identifier, or the source address. */
  readonly server: Ipv4Address;
  /** Where requests were sent to: 67 or 4011. */
  readonly port: number;
  readonly offered: Ipv4Address;
  readonly bootFile: string | undefined;
  /** Whether the header's `file` field has a name, beside or instead of option 67. */
  readonly isFileInHeader: boolean;
  readonly nextServer: Ipv4Address;
  /** Option 66. */
  readonly tftpServer: string | undefined;
  /** Option 210, for PXELINUX. */
  readonly pathPrefix: string | undefined;
  readonly vendorClass: string | undefined;
  readonly architectures: readonly number[];
  readonly userClasses: readonly string[];
  /** Whether option 43 is there: it may hold a boot menu (PXE 2.1 table 2-1). */
  readonly hasVendorOptions: boolean;
  /** Option 17: what iPXE boots from when no file is named. */
  readonly hasRootPath: boolean;
  readonly xid: number;
  readonly vlans: readonly number[];
}

export type FileOutcome =
  | { readonly kind: 'asked' }
  | { readonly kind: 'active' }
  | { readonly kind: 'done' }
  | { readonly kind: 'error'; readonly code: number; readonly message: string };

export interface FileFact {
  readonly protocol: 'tftp' | 'http' | 'ftp';
  /** Frame of the first request, then those of its repetitions. */
  readonly frames: number[];
  readonly timeNs: number;
  readonly client: Ipv4Address;
  readonly clientMac: MacAddress;
  readonly clientPort: number;
  readonly server: Ipv4Address;
  readonly name: string;
  /** Of an HTTP request: the field Host. */
  readonly host: string | undefined;
  outcome: FileOutcome;
  /** Frame that brought the outcome. */
  outcomeFrame: number;
  endNs: number;
  bytes: number;
  /** Data blocks that came again. */
  repeats: number;
  lastBlock: number;
  lastBlockBytes: number;
  /** Agreed size of a block, of TFTP. */
  blockBytes: number;
  /** As its server told (option tsize, RFC 2349). */
  sizeBytes: number | undefined;
  /** Last block that was acknowledged: 0 answers an OACK, -1 is none. */
  lastAck: number;
  /** Where an HTTP server sent the client on to. */
  redirect: string | undefined;
}

export interface RefusalFact {
  readonly frame: number;
  readonly kind: 'tcp-reset' | 'port-unreachable';
  readonly client: Ipv4Address;
  readonly server: Ipv4Address;
  readonly port: number;
}

export interface ConflictFact {
  readonly address: Ipv4Address;
  readonly macs: readonly [MacAddress, MacAddress];
  readonly frames: readonly [number, number];
}

/** A frame with a UDP datagram or a TCP segment. */
interface Transported {
  readonly index: number;
  readonly frame: Uint8Array;
  readonly headers: FrameHeaders;
  readonly ip: IpEndpoints;
  readonly transport: TransportHeader;
}

type Frames = Pick<FrameSource, 'length' | 'bytes' | 'timeNs'>;

export class BootFacts {
  readonly dhcp: DhcpFact[] = [];
  readonly files: FileFact[] = [];
  readonly refusals: RefusalFact[] = [];
  readonly conflicts: ConflictFact[] = [];
  /** Who has opened TCP connections to which port, as `address port`. */
  readonly connections = new Set<string>();
  /** Frames of UDP datagrams that were cut into IP fragments. */
  readonly fragments: number[] = [];
  /** What the last frame was about, of files. */
  touched: FileFact | undefined;
  private readonly frames: Frames;
  private readonly forwarded = new ForwardedPackets();
  private next = 0;
  private readonly tftp = new Map<string, FileFact>();
  private readonly http = new Map<string, FileFact>();
  private readonly ftp = new Map<FtpTransfer, FileFact>();
  private readonly ftpFollower = new FtpFollower();
  /** By address: whose it is, in the words of a RARP server. */
  private readonly byRarp = new Map<Ipv4Address, MacAddress>();
  /** By address: who was first to say that it is theirs. */
  private readonly owners = new Map<Ipv4Address, { mac: MacAddress; frame: number; isDisputed: boolean }>();

  /** Each frame should be there once: use `sentView` for captures of several ports. */
  constructor(frames: Frames) {
    this.frames = frames;
  }

  /** Frames looked at so far. */
  get seen(): number {
    return this.next;
  }

  get endNs(): number {
    return this.next === 0 ? 0 : this.frames.timeNs(this.next - 1);
  }

  /** Whose address this is, by the leases, and by the answers of RARP servers. */
  clientAt(address: Ipv4Address): MacAddress | undefined {
    const leased = this.dhcp.findLast((fact) => !fact.isRequest && fact.offered === address)?.client;
    return leased ?? this.byRarp.get(address);
  }

  timeNs(frame: number): number {
    return this.frames.timeNs(frame);
  }

  update(end = this.frames.length): void {
    for (; this.next < Math.min(end, this.frames.length); this.next++) this.add(this.next);
  }

  private add(index: number): void {
    this.touched = undefined;
    const frame = this.frames.bytes(index);
    const headers = readHeaders(frame);
    if (headers === undefined) return;
    const { ip, transport } = headers;
    if (ip === undefined) this.addArp(headers, frame, index);
    else if (ip.isFragment && ip.protocol === IP_PROTOCOL.udp) this.fragments.push(index);
    else if (this.forwarded.hasSeen(ip)) return;
    else if (ip.protocol === IP_PROTOCOL.icmp) this.addIcmp(headers, frame, index);
    else if (transport?.kind === 'udp') this.addUdp({ index, frame, headers, ip, transport });
    else if (transport?.kind === 'tcp') this.addTcp({ index, frame, headers, ip, transport });
  }

  private addArp(headers: FrameHeaders, frame: Uint8Array, index: number): void {
    if (headers.etherType === ETHERTYPE.rarp) this.addRarp(headers, frame);
    const arp = readArp(frame, headers);
    if (arp === undefined || arp.sender === 0 || arp.operation > ARP_OPERATION.reply) return;
    const mac = readMac(frame, headers.payloadStart + 8);
    const before = this.owners.get(arp.sender);
    if (before === undefined) this.owners.set(arp.sender, { mac, frame: index, isDisputed: false });
    else if (before.mac !== mac && !before.isDisputed) {
      before.isDisputed = true;
      this.conflicts.push({ address: arp.sender, macs: [before.mac, mac], frames: [before.frame, index] });
    }
  }

  private addRarp({ payloadStart, payloadEnd }: FrameHeaders, frame: Uint8Array): void {
    const packet = decodeArp(frame.subarray(payloadStart, payloadEnd));
    if (packet.ok && packet.value.operation === ARP_OPERATION.reverseReply)
      this.byRarp.set(packet.value.targetIp, packet.value.targetMac);
  }

  private addIcmp(headers: FrameHeaders, frame: Uint8Array, index: number): void {
    const at = headers.payloadStart;
    // Type 3 code 3, port unreachable (RFC 792); the quoted datagram begins 8 bytes on.
    if (frame[at] !== 3 || frame[at + 1] !== 3) return;
    const quoted = at + 8;
    const transport = quoted + ((frame[quoted] ?? 0) & 15) * 4;
    if (transport + 4 > headers.payloadEnd || headers.ip === undefined) return;
    const port = readU16(frame, transport + 2);
    this.refusals.push({
      frame: index,
      kind: 'port-unreachable',
      client: headers.ip.destination,
      server: headers.ip.source,
      port,
    });
  }

  private addUdp(seen: Transported): void {
    const { sourcePort, destinationPort } = seen.transport;
    const isDhcp = [sourcePort, destinationPort].some(
      (port) => port === DHCP_SERVER_PORT || port === DHCP_CLIENT_PORT || port === PXE_SERVER_PORT,
    );
    if (isDhcp) this.addDhcp(seen);
    else this.addTftp(seen);
  }

  private addDhcp({ index, frame, headers, ip, transport }: Transported): void {
    const decoded = decodeDhcp(frame.subarray(headers.payloadStart, headers.payloadEnd));
    if (!decoded.ok) return;
    const message = decoded.value;
    const isRequest = message.op === BOOTREQUEST;
    const name = bootFileName(message);
    this.dhcp.push({
      frame: index,
      timeNs: this.frames.timeNs(index),
      client: clientMac(message),
      type: messageType(message),
      isRequest,
      server: isRequest ? ip.destination : (serverIdentifier(message) ?? ip.source),
      port: isRequest ? transport.destinationPort : transport.sourcePort,
      offered: message.yiaddr,
      bootFile: name === '' ? undefined : name,
      isFileInHeader: headerFileName(message) !== undefined,
      nextServer: message.siaddr,
      tftpServer: tftpServerName(message),
      pathPrefix: pathPrefix(message),
      vendorClass: vendorClass(message),
      architectures: clientArchs(message),
      userClasses: userClasses(message),
      hasVendorOptions: collectOption(message, DHCP_OPTION.vendorSpecific) !== undefined,
      hasRootPath: collectOption(message, DHCP_OPTION.rootPath) !== undefined,
      xid: message.xid,
      vlans: headers.vlans,
    });
  }

  private addTftp(seen: Transported): void {
    const { index, frame, headers, ip, transport } = seen;
    const sender = `${ip.source}:${transport.sourcePort}`;
    const isRequest = transport.destinationPort === TFTP_PORT;
    const fact = this.tftp.get(sender) ?? this.tftp.get(`${ip.destination}:${transport.destinationPort}`);
    if (!isRequest && fact === undefined) return;
    const decoded = decodeTftp(frame.subarray(headers.payloadStart, headers.payloadEnd));
    if (!decoded.ok) return;
    const packet = decoded.value;
    const timeNs = this.frames.timeNs(index);
    if (packet.opcode === 'rrq' || packet.opcode === 'wrq') {
      const before = this.tftp.get(sender);
      if (before?.outcome.kind === 'asked' && before.name === packet.filename) {
        before.frames.push(index);
        this.touched = before;
      } else this.tftp.set(sender, this.addFile('tftp', packet.filename, seen));
      return;
    }
    if (fact === undefined) return;
    this.touched = fact;
    fact.endNs = timeNs;
    switch (packet.opcode) {
      case 'oack':
        fact.blockBytes = tftpOptionNumber(packet.options, 'blksize') ?? DEFAULT_BLKSIZE;
        fact.sizeBytes = tftpOptionNumber(packet.options, 'tsize');
        fact.outcome = { kind: 'active' };
        fact.outcomeFrame = index;
        return;
      case 'data':
        if (packet.block === fact.lastBlock) fact.repeats++;
        else fact.bytes += packet.data.length;
        fact.lastBlock = packet.block;
        fact.lastBlockBytes = packet.data.length;
        if (fact.outcome.kind === 'asked') fact.outcome = { kind: 'active' };
        fact.outcomeFrame = index;
        return;
      case 'ack':
        fact.lastAck = packet.block;
        // RFC 1350 §6: the acknowledgement of a short block ends the transfer.
        if (packet.block === fact.lastBlock && fact.lastBlockBytes < fact.blockBytes) fact.outcome = { kind: 'done' };
        return;
      case 'error':
        fact.outcome = { kind: 'error', code: packet.code, message: packet.message };
        fact.outcomeFrame = index;
        return;
    }
  }

  private addFile(
    protocol: FileFact['protocol'],
    name: string,
    { index, headers, ip, transport }: Transported,
    host?: string,
  ): FileFact {
    const timeNs = this.frames.timeNs(index);
    const fact: FileFact = {
      protocol,
      frames: [index],
      timeNs,
      client: ip.source,
      clientMac: headers.source,
      clientPort: transport.sourcePort,
      server: ip.destination,
      name,
      host,
      outcome: { kind: 'asked' },
      outcomeFrame: index,
      endNs: timeNs,
      bytes: 0,
      repeats: 0,
      lastBlock: -1,
      lastBlockBytes: 0,
      blockBytes: DEFAULT_BLKSIZE,
      sizeBytes: undefined,
      lastAck: -1,
      redirect: undefined,
    };
    this.files.push(fact);
    this.touched = fact;
    return fact;
  }

  private addTcp(seen: Transported): void {
    const { index, frame, headers, ip, transport } = seen;
    const { sourcePort, destinationPort, flags } = transport;
    if ((flags & TCP_FLAG.syn) !== 0 && (flags & TCP_FLAG.ack) === 0)
      this.connections.add(`${ip.source} ${destinationPort}`);
    const isAnswerToSyn = (flags & TCP_FLAG.rst) !== 0 && (flags & TCP_FLAG.ack) !== 0 && transport.sequence === 0;
    if (isAnswerToSyn) {
      this.refusals.push({
        frame: index,
        kind: 'tcp-reset',
        client: ip.destination,
        server: ip.source,
        port: sourcePort,
      });
    }
    const length = headers.payloadEnd - headers.payloadStart;
    if (length === 0) return;
    this.addFtp(seen);
    if (destinationPort === HTTP_PORT) {
      const line = firstLine(frame, headers);
      const request = /^(?:GET|HEAD|POST) (\S+) HTTP\//.exec(line);
      if (request !== null) {
        this.http.set(
          `${ip.source}:${sourcePort}`,
          this.addFile('http', itemAt(request, 1), seen, httpHeadField(frame, headers, 'host')),
        );
      }
    } else if (sourcePort === HTTP_PORT) {
      const fact = this.http.get(`${ip.destination}:${destinationPort}`);
      if (fact === undefined) return;
      this.touched = fact;
      fact.endNs = this.frames.timeNs(index);
      fact.bytes += length;
      const status = /^HTTP\/1\.\d (\d{3}) ?(.*)/.exec(firstLine(frame, headers));
      if (status === null) return;
      const code = Number(status[1]);
      fact.outcome = code >= 400 ? { kind: 'error', code, message: itemAt(status, 2) } : { kind: 'done' };
      fact.outcomeFrame = index;
      if (code >= 300 && code < 400) fact.redirect = httpHeadField(frame, headers, 'location');
    }
  }

  private addFtp(seen: Transported): void {
    const { index, frame, headers } = seen;
    const content = this.ftpFollower.channelOf(headers)?.transfer;
    const carrier = content === undefined ? undefined : this.ftp.get(content);
    if (carrier !== undefined) {
      carrier.bytes += headers.payloadEnd - headers.payloadStart;
      carrier.endNs = this.frames.timeNs(index);
      this.touched = carrier;
    }
    const transfer = this.ftpFollower.add(headers, frame, index);
    if (transfer === undefined) return;
    let fact = this.ftp.get(transfer);
    if (fact === undefined) {
      fact = this.addFile('ftp', transfer.name, seen);
      this.ftp.set(transfer, fact);
    }
    const { outcome, code, message } = transfer;
    fact.outcome = outcome === 'refused' ? { kind: 'error', code, message } : { kind: outcome };
    fact.outcomeFrame = index;
    fact.endNs = this.frames.timeNs(index);
    this.touched = fact;
  }
}

function firstLine(frame: Uint8Array, headers: FrameHeaders): string {
  let text = '';
  const end = Math.min(headers.payloadEnd, headers.payloadStart + 512);
  for (let at = headers.payloadStart; at < end && frame[at] !== 0x0d && frame[at] !== 0x0a; at++) {
    text += String.fromCharCode(byteAt(frame, at));
  }
  return text;
}

const HEAD_FIELDS = {
  host: /\r\nhost:[ \t]*([^\r\n]+)/i,
  location: /\r\nlocation:[ \t]*([^\r\n]+)/i,
} as const;

function httpHeadField(frame: Uint8Array, headers: FrameHeaders, name: keyof typeof HEAD_FIELDS): string | undefined {
  const head = fromLatin1(frame, headers.payloadStart, Math.min(headers.payloadEnd, headers.payloadStart + 2048));
  return HEAD_FIELDS[name].exec(head)?.[1]?.trim();
}

/** How sentences name a client: `pc1`, or its address where no name is known. */
export type NameOf = (mac: MacAddress) => string;

export function addressText(address: Ipv4Address): string {
  return formatIpv4(address);
}
