/**
 * DHCP and the firmware's files as stages, from the frames at the machine's card: firmware that is code for the CPU does not
 * report what it does. Later, the operating system's own DHCP.
 */
import { formatIpv4 } from '../../base/address.ts';
import { fromLatin1, readU16 } from '../../base/bytes.ts';
import type { EventSink, StageId } from '../../base/event-log.ts';
import type { Message } from '../../base/sentence.ts';
import {
  collectOption,
  decodeDhcp,
  DHCP_CLIENT_PORT,
  DHCP_SERVER_PORT,
  PXE_SERVER_PORT,
} from '../../protocols/dhcp/codec.ts';
import { DHCP_OPTION } from '../../protocols/dhcp/options.ts';
import { clientArchs, vendorClass } from '../../protocols/dhcp/values.ts';
import { decodeIpv4 } from '../../protocols/ipv4/codec.ts';
import { decodeTftp, DEFAULT_BLKSIZE, TFTP_PORT, tftpOptionNumber } from '../../protocols/tftp/codec.ts';
import { machineMessage } from '../messages.ts';

const ETHERNET_HEADER_BYTES = 14;
const ETHERTYPE_IPV4 = 0x0800;
const PROTOCOL_TCP = 6;
const PROTOCOL_UDP = 17;
const UDP_HEADER_BYTES = 8;
/** Option 53 (RFC 2132 §9.6). */
const DHCP = { discover: 1, offer: 2, request: 3, ack: 5 } as const;
/** Option 93: x86 UEFI by HTTP (RFC 5970, IANA's registry of processor architectures). */
const ARCH_HTTP = 15;

interface Datagram {
  readonly from: number;
  readonly to: number;
  readonly source: string;
  readonly payload: Uint8Array;
}

interface Transfer {
  readonly file: string;
  blockBytes: number;
  bytes: number;
  lastBlock: number;
}

interface Segment {
  readonly protocol: number;
  readonly source: string;
  readonly payload: Uint8Array;
}

function segmentOf(frame: Uint8Array): Segment | undefined {
  if (frame.length < ETHERNET_HEADER_BYTES + 20 || readU16(frame, 12) !== ETHERTYPE_IPV4) return undefined;
  const packet = decodeIpv4(frame.subarray(ETHERNET_HEADER_BYTES));
  if (!packet.ok || packet.value.fragmentOffset !== 0) return undefined;
  const { protocol, source, payload } = packet.value;
  return { protocol, source: formatIpv4(source), payload };
}

function datagramOf(segment: Segment | undefined): Datagram | undefined {
  if (segment?.protocol !== PROTOCOL_UDP || segment.payload.length < UDP_HEADER_BYTES) return undefined;
  const { payload, source } = segment;
  return { from: readU16(payload, 0), to: readU16(payload, 2), source, payload: payload.subarray(UDP_HEADER_BYTES) };
}

/** The path that a request of HTTP asks for. */
function httpTarget({ payload }: Segment): string | undefined {
  const data = payload.subarray(((payload[12] ?? 0) >>> 4) * 4);
  return /^(?:GET|HEAD) (\S+) HTTP/.exec(fromLatin1(data, 0, 1024))?.[1];
}

export class NetWatch {
  private readonly log: EventSink;
  /** Of the last message of DHCP that was sent. */
  private transaction: number | undefined;
  private transfer: Transfer | undefined;
  private lastFile: string | undefined;
  private isFirmware = true;
  private hasSystemDhcp = false;

  constructor(log: EventSink) {
    this.log = log;
  }

  /** The file that the firmware has fetched last. */
  get file(): string | undefined {
    return this.lastFile;
  }

  start(): void {
    this.attempt();
    this.hasSystemDhcp = false;
    this.transaction = undefined;
  }

  /** The firmware tries another way to boot. */
  attempt(): void {
    this.transfer = undefined;
    this.lastFile = undefined;
    this.isFirmware = true;
  }

  /** From now on a boot loader asks for files, many of them: those are the server's affair. */
  programRuns(): void {
    this.isFirmware = false;
  }

  sent(frame: Uint8Array, timeNs: number): void {
    if (!this.isFirmware) return;
    const segment = segmentOf(frame);
    const target = segment?.protocol === PROTOCOL_TCP ? httpTarget(segment) : undefined;
    if (target !== undefined) this.asks(target, timeNs);
    const datagram = datagramOf(segment);
    if (datagram === undefined) return;
    const { to, payload } = datagram;
    if (to === DHCP_SERVER_PORT || to === PXE_SERVER_PORT) this.dhcpSent(payload, to, timeNs);
    else if (to === TFTP_PORT) {
      const packet = decodeTftp(payload);
      if (!packet.ok || packet.value.opcode !== 'rrq') return;
      const { filename } = packet.value;
      if (this.transfer?.file !== filename) this.asks(filename, timeNs);
      this.transfer = { file: filename, blockBytes: DEFAULT_BLKSIZE, bytes: 0, lastBlock: 0 };
    }
  }

  received(frame: Uint8Array, timeNs: number): void {
    if (!this.isFirmware) return;
    const datagram = datagramOf(segmentOf(frame));
    if (datagram === undefined) return;
    if (datagram.to === DHCP_CLIENT_PORT || datagram.from === PXE_SERVER_PORT) this.dhcpReceived(datagram, timeNs);
    else if (this.transfer !== undefined) this.tftpReceived(this.transfer, datagram.payload, timeNs);
  }

  /** Once an operating system drives the card: its first request for an address. */
  systemSends(frame: Uint8Array, timeNs: number): void {
    if (this.hasSystemDhcp || datagramOf(segmentOf(frame))?.from !== DHCP_CLIENT_PORT) return;
    this.hasSystemDhcp = true;
    this.report('os-dhcp', machineMessage('machine.os-dhcp'), timeNs);
  }

  private asks(file: string, timeNs: number): void {
    this.lastFile = file;
    this.report('file-request', machineMessage('machine.uefi-file-request', { file }), timeNs);
  }

  private dhcpSent(payload: Uint8Array, port: number, timeNs: number): void {
    const message = decodeDhcp(payload);
    if (!message.ok) return;
    this.transaction = message.value.xid;
    const type = collectOption(message.value, DHCP_OPTION.messageType)?.[0];
    const arch = clientArchs(message.value)[0] ?? 0;
    if (type === DHCP.discover) {
      const by = vendorClass(message.value) ?? '';
      this.report('dhcp-discover', machineMessage('machine.uefi-discover', { arch, class: by }), timeNs);
    } else if (type === DHCP.request) {
      const stage = port === PXE_SERVER_PORT ? 'proxy-dhcp' : 'dhcp-request';
      const text = arch === ARCH_HTTP ? 'machine.uefi-request-http' : 'machine.uefi-request';
      this.report(stage, machineMessage(text, { arch }), timeNs);
    }
  }

  private dhcpReceived({ payload, source }: Datagram, timeNs: number): void {
    const message = decodeDhcp(payload);
    // Broadcasts to others come by, too.
    if (!message.ok || message.value.xid !== this.transaction) return;
    const type = collectOption(message.value, DHCP_OPTION.messageType)?.[0];
    const address = formatIpv4(message.value.yiaddr);
    if (type === DHCP.offer)
      this.report('dhcp-offer', machineMessage('machine.uefi-offer', { server: source, address }), timeNs);
    else if (type === DHCP.ack)
      this.report('dhcp-ack', machineMessage('machine.uefi-ack', { server: source, address }), timeNs);
  }

  private tftpReceived(transfer: Transfer, payload: Uint8Array, timeNs: number): void {
    const packet = decodeTftp(payload);
    if (!packet.ok) return;
    if (packet.value.opcode === 'oack')
      transfer.blockBytes = tftpOptionNumber(packet.value.options, 'blksize') ?? transfer.blockBytes;
    else if (packet.value.opcode === 'data') {
      const { block, data } = packet.value;
      if (block !== ((transfer.lastBlock + 1) & 0xffff)) return;
      transfer.lastBlock = block;
      transfer.bytes += data.length;
      if (data.length >= transfer.blockBytes) return;
      const { file, bytes } = transfer;
      this.transfer = undefined;
      this.report('file-done', machineMessage('machine.uefi-file-done', { file, bytes }), timeNs);
    } else if (packet.value.opcode === 'error') this.transfer = undefined;
  }

  private report(stage: StageId, message: Message, timeNs: number): void {
    this.log.emit({ kind: 'stage', stage, ...message }, { timeNs });
  }
}
