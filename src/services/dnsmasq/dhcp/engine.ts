/**
 * The DHCP server as a function of datagrams: one in, at most one out. It is a generator because an answer may
 * wait for a probe of the address or for `dhcp-reply-delay`; who drives it decides what waiting means.
 */
import { DHCP_FIELDS } from '../../../protocols/dhcp/fields.ts';
import { FLAG_BROADCAST, PXE_SERVER_PORT } from '../../../protocols/dhcp/codec.ts';
import { IPV4_BROADCAST, MAC_BROADCAST, formatIpv4 } from '../../../base/address.ts';
import type { Ipv4Address, MacAddress } from '../../../base/address.ts';
import { readMac, writeIpv4 } from '../../../base/address.ts';
import { byteAt } from '../../../base/bytes.ts';
import type { ConfigLine } from '../../../base/event-log.ts';
import { DHCP_MESSAGE_TYPE, DHCP_OPTION, OPTION_END } from '../../../protocols/dhcp/options.ts';
import type { DhcpSteps } from './policy/allocate.ts';
import { answerDhcp } from './answer/answer.ts';
import { answerBootp } from './answer/bootp.ts';
import { meetClient } from './policy/client.ts';
import type { Client, DhcpEnvironment, Trace } from './policy/client.ts';
import type { Answer } from './answer/exchange.ts';
import { requestedLines, sentLine } from './policy/log.ts';
import { answerPxe, isPxeClient, pxeSender } from './answer/proxy.ts';
import type { ReplyWriter } from './packet/reply-writer.ts';
import { DhcpRequest, MIN_REQUEST_BYTES, OPTIONS_OFFSET } from './packet/request.ts';
import type { Tags } from './policy/tags.ts';
import type { Arrival, OutgoingDatagram } from '../datagram.ts';
import { dnsmasqMessage } from '../messages.ts';
import type { Message } from '../../../base/sentence.ts';

export interface LogLine {
  /** `dnsmasq`, `dnsmasq-dhcp`, `dnsmasq-tftp`. */
  readonly service: string;
  readonly text: string;
}

export interface DhcpOutcome {
  readonly reply: OutgoingDatagram | undefined;
  /** Why nothing is sent. */
  readonly silence: Message | undefined;
  readonly tags: Tags;
  readonly lines: readonly ConfigLine[];
  readonly log: readonly LogLine[];
  readonly messageType: number | undefined;
  readonly clientLabel: string;
}

class Recorder implements Trace {
  readonly entries: LogLine[] = [];
  readonly lines: ConfigLine[] = [];
  private readonly xid: number;
  private readonly isDetailed: boolean;
  private readonly isQuiet: boolean;

  constructor(xid: number, isDetailed: boolean, isQuiet: boolean) {
    this.xid = xid;
    this.isDetailed = isDetailed;
    this.isQuiet = isQuiet;
  }

  log(text: string, kind?: 'routine' | 'detail'): void {
    const isBare = text.startsWith('!');
    if (isBare) {
      this.entries.push({ service: 'dnsmasq-dhcp', text: text.slice(1) });
      return;
    }
    if (kind === 'detail' && !this.isDetailed) return;
    if (kind === 'routine' && this.isQuiet && !this.isDetailed) return;
    this.entries.push({ service: 'dnsmasq-dhcp', text: this.isDetailed ? `${this.xid} ${text}` : text });
  }

  because(origin: ConfigLine | undefined): void {
    if (origin !== undefined && !this.lines.includes(origin)) this.lines.push(origin);
  }
}

/** Ethernet, for replies that go to `chaddr`. */
const MAX_UNICAST_HARDWARE = 14;

/** Where a reply goes (RFC 2131 §4.1). */
function route({ config }: DhcpEnvironment, client: Client, writer: ReplyWriter, data: Uint8Array): OutgoingDatagram {
  const { arrival, request, face, isPxePort } = client;
  const { client: clientPort, server: serverPort } = config.dhcpPorts;
  const base = { data, source: face.address, interfaceName: face.name };
  const sourcePort = isPxePort ? PXE_SERVER_PORT : serverPort;
  const to = (destination: Ipv4Address, destinationPort: number, mac?: MacAddress): OutgoingDatagram => ({
    ...base,
    sourcePort,
    destination,
    destinationPort,
    destinationMac: mac,
  });
  if (isPxePort) {
    return to(writer.ciaddr === 0 ? arrival.source : writer.ciaddr, arrival.sourcePort);
  }
  if (request.giaddr !== 0) return to(request.giaddr, serverPort);
  if (writer.ciaddr !== 0) {
    const isInform = request.messageType === DHCP_MESSAGE_TYPE.inform;
    const isTrusted =
      (isInform || arrival.source === writer.ciaddr) && arrival.sourcePort !== 0 && arrival.source !== 0;
    return isTrusted ? to(arrival.source, arrival.sourcePort) : to(writer.ciaddr, clientPort);
  }
  const canUnicast = request.hlen > 0 && request.hlen <= MAX_UNICAST_HARDWARE && request.htype !== 0;
  if ((writer.flags & FLAG_BROADCAST) !== 0 || !canUnicast || writer.yiaddr === 0) {
    return to(IPV4_BROADCAST, clientPort, MAC_BROADCAST);
  }
  // Only an Ethernet address can be sent to without ARP.
  return to(
    writer.yiaddr,
    clientPort,
    request.htype === 1 ? readMac(request.bytes, DHCP_FIELDS.chaddr.offset) : undefined,
  );
}

/** The log's picture of a reply: header fields, then every option as sent. */
function logReply(writer: ReplyWriter, trace: Trace): void {
  if (writer.bootFile !== '') trace.log(`bootfile name: ${writer.bootFile}`, 'detail');
  if (writer.serverName !== '') trace.log(`server name: ${writer.serverName}`, 'detail');
  if (writer.siaddr !== 0) trace.log(`next server: ${formatIpv4(writer.siaddr)}`, 'detail');
  if ((writer.flags & FLAG_BROADCAST) !== 0 && writer.ciaddr === 0) trace.log('broadcast response', 'detail');
  const { bytes } = writer;
  for (let at = OPTIONS_OFFSET; at + 1 < bytes.length;) {
    const code = byteAt(bytes, at);
    if (code === OPTION_END || code === 0) break;
    const length = byteAt(bytes, at + 1);
    trace.log(sentLine(code, bytes.subarray(at + 2, at + 2 + length)), 'detail');
    at += 2 + length;
  }
}

/** A client that has no address yet, or asks for one, may still have set ciaddr: that does not count. */
function readRequest(data: Uint8Array): DhcpRequest {
  const request = new DhcpRequest(data);
  const hasNone =
    request.messageType === DHCP_MESSAGE_TYPE.discover ||
    request.findAddress(DHCP_OPTION.requestedAddress) !== undefined;
  if (!hasNone || request.ciaddr === 0) return request;
  const corrected = data.slice();
  writeIpv4(corrected, DHCP_FIELDS.ciaddr.offset, 0);
  return new DhcpRequest(corrected);
}

function* handle(
  environment: DhcpEnvironment,
  arrival: Arrival,
  trace: Recorder,
  request: DhcpRequest,
): DhcpSteps<{ answer: Answer; client: Client | undefined }> {
  const nothing = (silence: Message, tags: Tags = []): { answer: Answer; client: Client | undefined } => ({
    answer: { writer: undefined, silence, tags },
    client: undefined,
  });
  if (request.op !== 1) return nothing(dnsmasqMessage('dhcp.silent.no-request'));
  if (request.htype === 0 && request.hlen > 0) return nothing(dnsmasqMessage('dhcp.silent.no-hardware-type'));
  if (!request.hasCookie && request.find(DHCP_OPTION.messageType, 1) !== undefined) {
    return nothing(dnsmasqMessage('dhcp.silent.no-cookie'));
  }
  if (request.hlen > 16) return nothing(dnsmasqMessage('dhcp.silent.long-hardware-address'));
  const face = environment.interfaces.find((candidate) => candidate.name === arrival.interfaceName);
  if (face === undefined) return nothing(dnsmasqMessage('dhcp.silent.no-interface'));
  environment.state.leases.expire(environment.nowS());
  const unicast = arrival.destination !== IPV4_BROADCAST;
  const client = meetClient(environment, request, arrival, face, unicast, trace);
  if ('says' in client) return nothing(client);
  if (request.messageType === undefined) {
    if (client.isPxePort) return nothing(dnsmasqMessage('dhcp.silent.bootp-on-4011'), client.tags);
    if (isProxyNetwork(client)) return nothing(dnsmasqMessage('dhcp.silent.bootp-on-proxy'), client.tags);
    return { answer: yield* answerBootp(environment, client, trace), client };
  }
  const sender = pxeSender(environment, client);
  const pxe = isPxeClient(sender) ? sender : undefined;
  if (sender !== undefined) {
    const answer = answerPxe(environment, client, sender, trace);
    if (answer.kind === 'reply') return { answer: { ...answer, silence: undefined }, client };
    if (answer.kind === 'silence') {
      return { answer: { writer: undefined, silence: answer.reason, tags: client.tags }, client };
    }
  }
  if (client.isPxePort) return nothing(dnsmasqMessage('dhcp.silent.pxe-only-on-4011'), client.tags);
  if (isProxyNetwork(client)) {
    for (const subnet of client.subnets) trace.because(subnet.range.origin);
    return { answer: { writer: undefined, silence: proxySilence(environment, client), tags: client.tags }, client };
  }
  const answer = yield* answerDhcp(environment, client, pxe, trace);
  const isRefusal = answer.writer?.bytes[OPTIONS_OFFSET + 2] === DHCP_MESSAGE_TYPE.nak;
  if (answer.writer !== undefined && !isRefusal && client.requested !== undefined) {
    for (const line of requestedLines(client.requested)) trace.log(line, 'detail');
  }
  return { answer, client };
}

/** The first range of the network says whether the server gives out addresses there. */
function isProxyNetwork({ subnets }: Client): boolean {
  return subnets[0]?.range.kind === 'proxy';
}

function proxySilence({ config }: DhcpEnvironment, client: Client): Message {
  if (config.pxeServices.length === 0 && config.pxePrompts.length === 0) {
    return dnsmasqMessage('dhcp.silent.proxy-without-service');
  }
  if (client.vendorClass === undefined) return dnsmasqMessage('dhcp.silent.proxy-pxe-only');
  return dnsmasqMessage('dhcp.silent.proxy-message');
}

/** Handles one datagram of ports 67 or 4011. */
export function* handleDhcp(environment: DhcpEnvironment, arrival: Arrival): DhcpSteps<DhcpOutcome> {
  const { config } = environment;
  if (arrival.data.length < MIN_REQUEST_BYTES) {
    return {
      reply: undefined,
      silence: dnsmasqMessage('dhcp.silent.too-short'),
      tags: [],
      lines: [],
      log: [],
      messageType: undefined,
      clientLabel: '',
    };
  }
  const request = readRequest(arrival.data);
  const trace = new Recorder(request.xid, config.flags.has('log-dhcp'), config.flags.has('quiet-dhcp'));
  const { answer, client } = yield* handle(environment, arrival, trace, request);
  let reply: OutgoingDatagram | undefined;
  if (answer.writer !== undefined && client !== undefined) {
    logReply(answer.writer, trace);
    if (client.agentInfo !== undefined) trace.log(sentLine(DHCP_OPTION.relayAgent, client.agentInfo), 'detail');
    reply = route(environment, client, answer.writer, answer.writer.finish(client.agentInfo));
  }
  return {
    reply,
    silence: answer.silence,
    tags: answer.tags,
    lines: trace.lines,
    log: trace.entries,
    messageType: request.messageType,
    clientLabel: client?.label ?? '',
  };
}
