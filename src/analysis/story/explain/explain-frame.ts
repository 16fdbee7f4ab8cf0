/** What a frame of the lab says, in one sentence, with the rule that it follows. */
import { formatIpv4, IPV4_ANY, IPV4_BROADCAST, isGroupMac, readIpv4 } from '../../../base/address.ts';
import type { Message } from '../../../base/sentence.ts';
import { ARP_OPERATION } from '../../../protocols/arp/fields.ts';
import { clientMac, collectOption, PXE_SERVER_PORT, type DhcpMessage } from '../../../protocols/dhcp/codec.ts';
import { DHCP_MESSAGE_TYPE, DHCP_OPTION } from '../../../protocols/dhcp/options.ts';
import { bootFileName, serverIdentifier } from '../../../protocols/dhcp/values.ts';
import { TCP_FLAG } from '../../../protocols/tcp/fields.ts';
import { DEFAULT_BLKSIZE, tftpOptionNumber, type TftpPacket } from '../../../protocols/tftp/codec.ts';
import { readSan } from '../san-fact.ts';
import { saySan } from './explain-san.ts';
import { explainMessage } from './explain-texts.ts';
import type { Said } from './said.ts';
import type { FrameFact, FrameMeaning } from '../frame-fact.ts';
import type { FrameEvent, LabTrace } from '../trace.ts';

type Meaning<Kind extends FrameMeaning['kind']> = Extract<FrameMeaning, { kind: Kind }>;

interface Subject {
  readonly trace: LabTrace;
  readonly event: FrameEvent;
  readonly fact: FrameFact;
  /** Names of the sender and of the one that it is for. */
  readonly who: string;
  readonly target: string | Message;
}

export function sayFrame(trace: LabTrace, event: FrameEvent): Said {
  const fact = trace.factOf(event);
  if (fact === undefined)
    return { says: explainMessage('explain.other', { who: event.node, target: explainMessage('explain.everybody') }) };
  const subject: Subject = { trace, event, fact, who: event.node, target: targetOf(trace, fact) };
  const { meaning } = fact;
  switch (meaning.kind) {
    case 'dhcp':
      return sayDhcp(subject, meaning);
    case 'tftp':
      return sayTftp(subject, meaning.packet);
    case 'arp':
      return sayArp(subject, meaning);
    case 'dns':
      return sayDns(subject, meaning);
    case 'tcp':
      return sayTcp(subject, meaning);
    case 'icmp':
      return sayIcmp(subject, meaning);
    case 'aoe':
    case 'other':
      return (
        sayDisk(subject) ?? { says: explainMessage('explain.other', { who: subject.who, target: subject.target }) }
      );
  }
}

function targetOf(trace: LabTrace, { headers }: FrameFact): string | Message {
  if (isGroupMac(headers.destination)) return explainMessage('explain.everybody');
  const { ip } = headers;
  return (ip === undefined ? undefined : trace.nameOfIp(ip.destination)) ?? trace.nameOfMac(headers.destination);
}

function sayDhcp({ trace, fact, who, target }: Subject, { message, type, isRequest }: Meaning<'dhcp'>): Said {
  const client = trace.nameOfMac(clientMac(message));
  const server = who;
  const is4011 =
    fact.headers.transport?.sourcePort === PXE_SERVER_PORT ||
    fact.headers.transport?.destinationPort === PXE_SERVER_PORT;
  const address = formatIpv4(message.yiaddr);
  const file = bootFileName(message);
  switch (type) {
    case DHCP_MESSAGE_TYPE.discover:
      return { says: explainMessage('explain.dhcp.discover', { client }), rule: 'RFC 2131 §4.4.1' };
    case DHCP_MESSAGE_TYPE.offer: {
      const rule = 'RFC 2131 §4.3.1';
      if (message.yiaddr === IPV4_ANY)
        return { says: explainMessage('explain.dhcp.offer-proxy', { server, client }), rule: 'PXE 2.1 §2.2.3' };
      return file === undefined
        ? { says: explainMessage('explain.dhcp.offer', { server, client, address }), rule }
        : { says: explainMessage('explain.dhcp.offer-file', { server, client, address, file }), rule };
    }
    case DHCP_MESSAGE_TYPE.request:
      if (is4011)
        return {
          says: explainMessage('explain.dhcp.request-4011', { client, server: target }),
          rule: 'PXE 2.1 §2.2.3',
        };
      return sayRequest(trace, client, message);
    case DHCP_MESSAGE_TYPE.ack: {
      if (is4011)
        return {
          says: explainMessage('explain.dhcp.ack-4011', { server, client, file: file ?? '-' }),
          rule: 'PXE 2.1 §2.2.3',
        };
      const rule = 'RFC 2131 §4.3.1';
      if (message.yiaddr === IPV4_ANY)
        return { says: explainMessage('explain.dhcp.ack-inform', { server, client }), rule };
      return file === undefined
        ? { says: explainMessage('explain.dhcp.ack', { server, client, address }), rule }
        : { says: explainMessage('explain.dhcp.ack-file', { server, client, address, file }), rule };
    }
    case DHCP_MESSAGE_TYPE.nak:
      return { says: explainMessage('explain.dhcp.nak', { server, client }), rule: 'RFC 2131 §4.3.2' };
    case DHCP_MESSAGE_TYPE.decline:
      return {
        says: explainMessage('explain.dhcp.decline', { client, address: wantedAddress(message) }),
        rule: 'RFC 2131 §4.3.3',
      };
    case DHCP_MESSAGE_TYPE.release:
      return { says: explainMessage('explain.dhcp.release', { client }), rule: 'RFC 2131 §4.3.4' };
    case DHCP_MESSAGE_TYPE.inform:
      return { says: explainMessage('explain.dhcp.inform', { client }), rule: 'RFC 2131 §4.3.5' };
    case undefined:
    default:
      return isRequest
        ? { says: explainMessage('explain.dhcp.bootp-request', { client }), rule: 'RFC 951 §3' }
        : { says: explainMessage('explain.dhcp.bootp-reply', { server, client }), rule: 'RFC 951 §3' };
  }
}

/** The address that a client asks for: option 50, else the one that it has. */
function wantedAddress(message: DhcpMessage): string {
  const asked = collectOption(message, DHCP_OPTION.requestedAddress);
  return formatIpv4(asked?.length === 4 ? readIpv4(asked, 0) : message.ciaddr);
}

function sayRequest(trace: LabTrace, client: string, message: DhcpMessage): Said {
  const chosen = serverIdentifier(message);
  const address = wantedAddress(message);
  const rule = 'RFC 2131 §4.3.2';
  if (chosen === undefined) return { says: explainMessage('explain.dhcp.request-own', { client, address }), rule };
  const server = trace.nameOfIp(chosen) ?? formatIpv4(chosen);
  return { says: explainMessage('explain.dhcp.request', { client, server, address }), rule };
}

/** A read request that asks for the size and nothing else: what ROMs do first. */
export function isSizeProbe(packet: TftpPacket): boolean {
  return packet.opcode === 'rrq' && packet.options.length === 1 && packet.options[0]?.name.toLowerCase() === 'tsize';
}

function sayTftp(subject: Subject, packet: TftpPacket): Said {
  const { who, target } = subject;
  switch (packet.opcode) {
    case 'rrq': {
      const { filename: file } = packet;
      return isSizeProbe(packet)
        ? { says: explainMessage('explain.tftp.rrq-size', { client: who, server: target, file }), rule: 'RFC 2349' }
        : { says: explainMessage('explain.tftp.rrq', { client: who, server: target, file }), rule: 'RFC 1350 §4' };
    }
    case 'wrq':
      return {
        says: explainMessage('explain.tftp.wrq', { client: who, server: target, file: packet.filename }),
        rule: 'RFC 1350 §4',
      };
    case 'oack': {
      const options = packet.options.map(({ name, value }) => `${name} ${value}`).join(', ');
      return { says: explainMessage('explain.tftp.oack', { server: who, options }), rule: 'RFC 2347' };
    }
    case 'data': {
      const { block, data } = packet;
      const size = blockBytes(subject);
      return data.length < size
        ? {
            says: explainMessage('explain.tftp.data-last', { who, block, bytes: data.length, size }),
            rule: 'RFC 1350 §6',
          }
        : { says: explainMessage('explain.tftp.data', { who, block, bytes: data.length }), rule: 'RFC 1350 §2' };
    }
    case 'ack':
      return packet.block === 0
        ? { says: explainMessage('explain.tftp.ack-options', { who }), rule: 'RFC 2347' }
        : { says: explainMessage('explain.tftp.ack', { who, block: packet.block }), rule: 'RFC 1350 §2' };
    case 'error': {
      const { code, message: reason } = packet;
      return endsProbe(subject.trace, subject.event)
        ? { says: explainMessage('explain.tftp.probe-end', { who, code, reason }), rule: 'RFC 2349' }
        : { says: explainMessage('explain.tftp.error', { who, code, reason }), rule: 'RFC 1350 §7' };
    }
  }
}

/** How far back an explanation looks for the beginning of a transfer. */
const MOST_STEPS = 4000;

/** The nearest frame of the same transfer that led to this one and holds a packet of that kind. */
function packetBefore<Opcode extends TftpPacket['opcode']>(
  trace: LabTrace,
  event: FrameEvent,
  opcodes: readonly Opcode[],
): Extract<TftpPacket, { opcode: Opcode }> | undefined {
  let at = trace.causeOf(event.id)?.event;
  for (let steps = 0; at !== undefined && steps < MOST_STEPS; steps++) {
    const cause = trace.events[at];
    const meaning = cause === undefined ? undefined : trace.factOf(cause)?.meaning;
    if (meaning?.kind === 'tftp' && opcodes.some((opcode) => opcode === meaning.packet.opcode))
      return meaning.packet as Extract<TftpPacket, { opcode: Opcode }>;
    at = trace.causeOf(at)?.event;
  }
  return undefined;
}

/** Agreed length of a block. */
function blockBytes({ trace, event }: Subject): number {
  const start = packetBefore(trace, event, ['oack', 'rrq']);
  return start?.opcode === 'oack' ? (tftpOptionNumber(start.options, 'blksize') ?? DEFAULT_BLKSIZE) : DEFAULT_BLKSIZE;
}

/** Whether an ERROR only ends the question for the size of a file. */
export function endsProbe(trace: LabTrace, event: FrameEvent): boolean {
  const meaning = trace.factOf(event)?.meaning;
  if (meaning?.kind !== 'tftp' || meaning.packet.opcode !== 'error' || meaning.packet.code !== 0) return false;
  const asked = packetBefore(trace, event, ['rrq']);
  return asked !== undefined && isSizeProbe(asked);
}

function sayArp({ who }: Subject, { operation, sender, target }: Meaning<'arp'>): Said {
  const address = formatIpv4(target);
  if (operation === ARP_OPERATION.reply)
    return { says: explainMessage('explain.arp.reply', { who, address: formatIpv4(sender) }), rule: 'RFC 826' };
  if (sender === IPV4_ANY)
    return { says: explainMessage('explain.arp.probe', { who, address }), rule: 'RFC 5227 §2.1' };
  if (sender === target)
    return { says: explainMessage('explain.arp.gratuitous', { who, address }), rule: 'RFC 5227 §2.3' };
  return { says: explainMessage('explain.arp.request', { who, address }), rule: 'RFC 826' };
}

function sayDns({ who, target }: Subject, { message }: Meaning<'dns'>): Said {
  const { response, rcode, questions, answers } = message;
  const name = questions[0]?.name ?? '';
  const rule = 'RFC 1035 §4.1';
  if (!response) return { says: explainMessage('explain.dns.query', { client: who, server: target, name }), rule };
  return rcode === 0
    ? { says: explainMessage('explain.dns.answer', { server: who, name, count: answers.length }), rule }
    : { says: explainMessage('explain.dns.error', { server: who, name, code: rcode }), rule };
}

function sayTcp(subject: Subject, { flags, bytes, http }: Meaning<'tcp'>): Said {
  const { fact, who, target } = subject;
  const has = (flag: number): boolean => (flags & flag) !== 0;
  if (has(TCP_FLAG.rst)) return { says: explainMessage('explain.tcp.reset', { who }), rule: 'RFC 9293 §3.5.2' };
  if (has(TCP_FLAG.syn) && has(TCP_FLAG.ack))
    return { says: explainMessage('explain.tcp.syn-ack', { server: who }), rule: 'RFC 9293 §3.5' };
  if (has(TCP_FLAG.syn)) {
    const port = fact.headers.transport?.destinationPort ?? 0;
    return { says: explainMessage('explain.tcp.syn', { client: who, server: target, port }), rule: 'RFC 9293 §3.5' };
  }
  if (http !== undefined)
    return { says: explainMessage('explain.tcp.http', { who, line: http }), rule: 'RFC 9112 §2.1' };
  const san = bytes > 0 ? sayDisk(subject) : undefined;
  if (san !== undefined) return san;
  if (bytes > 0) return { says: explainMessage('explain.tcp.data', { who, bytes }), rule: 'RFC 9293 §3.8' };
  if (has(TCP_FLAG.fin)) return { says: explainMessage('explain.tcp.fin', { who }), rule: 'RFC 9293 §3.6' };
  return { says: explainMessage('explain.tcp.ack', { who }), rule: 'RFC 9293 §3.8' };
}

function sayDisk({ trace, event, fact, who, target }: Subject): Said | undefined {
  const found = readSan(trace.store.bytes(event.frame), fact.headers);
  return found === undefined ? undefined : saySan({ who, target }, found);
}

/** Types of ICMP messages (RFC 792). */
const ECHO_REPLY = 0;
const UNREACHABLE = 3;
const ECHO_REQUEST = 8;
const TIME_EXCEEDED = 11;

function sayIcmp({ fact, who, target }: Subject, { type, code }: Meaning<'icmp'>): Said {
  const rule = 'RFC 792';
  const to = fact.headers.ip?.destination === IPV4_BROADCAST ? explainMessage('explain.everybody') : target;
  switch (type) {
    case ECHO_REQUEST:
      return { says: explainMessage('explain.icmp.echo', { who, target: to }), rule };
    case ECHO_REPLY:
      return { says: explainMessage('explain.icmp.reply', { who }), rule };
    case UNREACHABLE:
      return { says: explainMessage('explain.icmp.unreachable', { who, target: to, code }), rule };
    case TIME_EXCEEDED:
      return { says: explainMessage('explain.icmp.expired', { who, target: to }), rule };
    default:
      return { says: explainMessage('explain.icmp.other', { who, target: to, type }), rule };
  }
}
