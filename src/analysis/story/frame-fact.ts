/** What one frame says, as far as a boot is concerned: the message in it, and which of its repetitions are the same message. */
import type { Ipv4Address } from '../../base/address.ts';
import { fromLatin1, readU32 } from '../../base/bytes.ts';
import { AOE, AOE_FLAG, AOE_HEADER_LENGTH } from '../../protocols/aoe/fields.ts';
import { ARP_OPERATION } from '../../protocols/arp/fields.ts';
import {
  BOOTREQUEST,
  clientMac,
  decodeDhcp,
  DHCP_CLIENT_PORT,
  DHCP_SERVER_PORT,
  PXE_SERVER_PORT,
  type DhcpMessage,
} from '../../protocols/dhcp/codec.ts';
import { messageType } from '../../protocols/dhcp/values.ts';
import { decodeDns, DNS_PORT, type DnsMessage } from '../../protocols/dns/codec.ts';
import { ETHERTYPE } from '../../protocols/ethernet/fields.ts';
import { HTTP_PORT } from '../../protocols/http/codec.ts';
import { IP_PROTOCOL } from '../../protocols/ipv4/fields.ts';
import { TCP_FLAG } from '../../protocols/tcp/fields.ts';
import { decodeTftp, TFTP_PORT, type TftpPacket } from '../../protocols/tftp/codec.ts';
import { readArp, readHeaders, type FrameHeaders } from '../headers.ts';

export type FrameMeaning =
  | {
      readonly kind: 'dhcp';
      readonly message: DhcpMessage;
      readonly type: number | undefined;
      readonly isRequest: boolean;
    }
  | { readonly kind: 'tftp'; readonly packet: TftpPacket }
  | {
      readonly kind: 'arp';
      readonly operation: number;
      readonly sender: Ipv4Address;
      readonly target: Ipv4Address;
    }
  | { readonly kind: 'dns'; readonly message: DnsMessage }
  | { readonly kind: 'tcp'; readonly flags: number; readonly bytes: number; readonly http: string | undefined }
  | { readonly kind: 'icmp'; readonly type: number; readonly code: number }
  /** The target that is meant, and the number that an answer repeats. */
  | { readonly kind: 'aoe'; readonly target: number; readonly tag: number; readonly isResponse: boolean }
  | { readonly kind: 'other' };

export interface FrameFact {
  readonly headers: FrameHeaders;
  readonly meaning: FrameMeaning;
  /** The same for the same message of the same sender; undefined for what nobody sends again. */
  readonly key: string | undefined;
}

const OTHER: FrameMeaning = { kind: 'other' };

/** Undefined for what is too short to be a frame. */
export function readFact(frame: Uint8Array): FrameFact | undefined {
  const headers = readHeaders(frame);
  if (headers === undefined) return undefined;
  const meaning = meaningOf(frame, headers);
  return { headers, meaning, key: keyOf(frame, headers, meaning) };
}

function meaningOf(frame: Uint8Array, headers: FrameHeaders): FrameMeaning {
  const { ip, transport, payloadStart, payloadEnd, etherType } = headers;
  if (etherType === ETHERTYPE.arp) {
    const arp = readArp(frame, headers);
    return arp === undefined ? OTHER : { kind: 'arp', ...arp };
  }
  if (etherType === ETHERTYPE.aoe && payloadStart + AOE_HEADER_LENGTH <= payloadEnd) {
    const isResponse = ((frame[payloadStart] ?? 0) & AOE_FLAG.response) !== 0;
    const target = readU32(frame, payloadStart + AOE.major) >>> 8;
    return { kind: 'aoe', target, tag: readU32(frame, payloadStart + AOE.tag), isResponse };
  }
  if (ip === undefined || ip.isFragment) return OTHER;
  if (ip.protocol === IP_PROTOCOL.icmp)
    return { kind: 'icmp', type: frame[payloadStart] ?? 0, code: frame[payloadStart + 1] ?? 0 };
  if (transport === undefined) return OTHER;
  const payload = frame.subarray(payloadStart, payloadEnd);
  if (transport.kind === 'tcp') {
    const isHttp = transport.sourcePort === HTTP_PORT || transport.destinationPort === HTTP_PORT;
    return {
      kind: 'tcp',
      flags: transport.flags,
      bytes: payload.length,
      http: isHttp && payload.length > 0 ? httpLine(payload) : undefined,
    };
  }
  return udpMeaning(payload, transport.sourcePort, transport.destinationPort);
}

function udpMeaning(payload: Uint8Array, sourcePort: number, destinationPort: number): FrameMeaning {
  const ports = [sourcePort, destinationPort];
  if (ports.some((port) => port === DHCP_SERVER_PORT || port === DHCP_CLIENT_PORT || port === PXE_SERVER_PORT)) {
    const decoded = decodeDhcp(payload);
    if (!decoded.ok) return OTHER;
    const message = decoded.value;
    return { kind: 'dhcp', message, type: messageType(message), isRequest: message.op === BOOTREQUEST };
  }
  if (ports.includes(DNS_PORT)) {
    const decoded = decodeDns(payload);
    return decoded.ok ? { kind: 'dns', message: decoded.value } : OTHER;
  }
  if (destinationPort === TFTP_PORT || (sourcePort >= 1024 && destinationPort >= 1024)) {
    const decoded = decodeTftp(payload);
    // Only a request goes to the well-known port, and only there (RFC 1350 §4).
    if (!decoded.ok) return OTHER;
    const isRequest = decoded.value.opcode === 'rrq' || decoded.value.opcode === 'wrq';
    return isRequest === (destinationPort === TFTP_PORT) ? { kind: 'tftp', packet: decoded.value } : OTHER;
  }
  return OTHER;
}

const MAX_HTTP_LINE = 300;

/** The first line of a request or an answer; undefined within a body. */
function httpLine(payload: Uint8Array): string | undefined {
  const text = fromLatin1(payload, 0, Math.min(payload.length, MAX_HTTP_LINE));
  const [line = ''] = text.split('\r\n');
  return /^(?:[A-Z]+ \S+ HTTP\/\d|HTTP\/\d\.\d \d{3})/.test(line) ? line : undefined;
}

function keyOf(frame: Uint8Array, headers: FrameHeaders, meaning: FrameMeaning): string | undefined {
  const { ip, transport, payloadStart, payloadEnd, source } = headers;
  switch (meaning.kind) {
    case 'dhcp': {
      const { message, type } = meaning;
      const ends = `${ip?.destination}:${transport?.destinationPort}`;
      return `dhcp ${source} ${ends} ${message.xid} ${type} ${clientMac(message)} ${message.ciaddr}`;
    }
    case 'tftp':
      return `tftp ${source} ${waysOf(headers)} ${tftpKey(meaning.packet)}`;
    case 'arp':
      return meaning.operation === ARP_OPERATION.request
        ? `arp ${source} ${meaning.sender} ${meaning.target}`
        : undefined;
    case 'dns':
      return `dns ${source} ${waysOf(headers)} ${meaning.message.id} ${questionOf(meaning.message)}`;
    case 'tcp': {
      const { flags, bytes } = meaning;
      const isNew = bytes > 0 || (flags & (TCP_FLAG.syn | TCP_FLAG.fin)) !== 0;
      return isNew ? `tcp ${source} ${waysOf(headers)} ${transport?.sequence} ${bytes === 0 ? flags : ''}` : undefined;
    }
    case 'icmp':
      // Echo: identifier and sequence number (RFC 792).
      return (meaning.type === 8 || meaning.type === 0) && payloadStart + 8 <= payloadEnd
        ? `icmp ${source} ${ip?.destination} ${meaning.type} ${readU32(frame, payloadStart + 4)}`
        : undefined;
    case 'aoe':
      return `aoe ${source} ${meaning.target} ${meaning.tag} ${meaning.isResponse}`;
    case 'other':
      return undefined;
  }
}

function questionOf({ questions }: DnsMessage): string {
  return questions.map(({ name, type }) => `${name} ${type}`).join(' ');
}

function waysOf({ ip, transport }: FrameHeaders): string {
  return `${ip?.source}:${transport?.sourcePort} ${ip?.destination}:${transport?.destinationPort}`;
}

function tftpKey(packet: TftpPacket): string {
  switch (packet.opcode) {
    case 'rrq':
    case 'wrq':
      return `${packet.opcode} ${packet.filename} ${packet.options.map(({ name }) => name).join(' ')}`;
    case 'data':
    case 'ack':
      return `${packet.opcode} ${packet.block}`;
    case 'error':
      return `error ${packet.code}`;
    case 'oack':
      return 'oack';
  }
}
