/**
 * "What would you answer?": puts a request that nobody sent before the server, and says what it would reply, by which
 * lines of its configuration, or why it would be silent. Nothing is changed and nothing is sent.
 */
import { formatIpv4, formatMac, parseIpv4, prefixMask } from '../../../base/address.ts';
import type { Ipv4Address } from '../../../base/address.ts';
import { toHex } from '../../../base/bytes.ts';
import type { ConfigLine } from '../../../base/event-log.ts';
import { clientMac, decodeDhcp } from '../../../protocols/dhcp/codec.ts';
import { DHCP_MESSAGE_TYPE_NAMES } from '../../../protocols/dhcp/options.ts';
import { bootFileName, messageType } from '../../../protocols/dhcp/values.ts';
import type { DnsmasqServer } from '../server.ts';
import { makeRequest, requestOfFrame } from './client.ts';
import type { MadeClient } from './client.ts';
import { readableMessage } from './readable.ts';
import type { ReadableLine } from './readable.ts';
import type { Arrival, ServerInterface } from '../datagram.ts';
import { dnsmasqMessage } from '../messages.ts';
import type { Message } from '../../../base/sentence.ts';
import { whyUnreadable } from '../../../base/unreadable.ts';

export type AskClient =
  | { readonly from: 'made'; readonly client: MadeClient }
  /** A captured Ethernet frame with a DHCP request. */
  | { readonly from: 'frame'; readonly frame: Uint8Array; readonly interfaceName?: string };

export interface AskReply {
  /** `Offer`, `ACK`, `NAK`, `BOOTP reply`. */
  readonly type: string;
  /** `ADDRESS:PORT`. */
  readonly to: string;
  readonly lines: readonly ReadableLine[];
  /** `siaddr`; empty when it is 0.0.0.0. */
  readonly nextServer: string;
  /** Boot file of the header or of option 67; empty when there is none. */
  readonly file: string;
  readonly yourAddress: string;
}

export interface AskTag {
  readonly name: string;
  readonly why: Message;
  readonly line: ConfigLine | undefined;
}

/** Plain data. */
export interface AskAnswer {
  /** `Discover from 52:54:00:ba:00:01 on eth0`; undefined when there is none. */
  readonly question: Message | undefined;
  readonly request: readonly ReadableLine[];
  readonly reply: AskReply | undefined;
  /** Why there is no reply. */
  readonly silence: Message | undefined;
  /** Newest first, as dnsmasq lists them. */
  readonly tags: readonly AskTag[];
  readonly lines: readonly ConfigLine[];
  readonly log: readonly string[];
  /** The answer would wait this long for the address probe and dhcp-reply-delay. */
  readonly delayS: number;
}

function nothing(silence: Message): AskAnswer {
  return { question: undefined, request: [], reply: undefined, silence, tags: [], lines: [], log: [], delayS: 0 };
}

/** The address that a client without one named is given in questions that need it: its lease, else one near the end. */
function addressFor(server: DnsmasqServer, mac: string, face: ServerInterface): Ipv4Address {
  const lease = server.leases.find(({ hardwareAddress }) => toHex(hardwareAddress, ':') === mac.toLowerCase());
  if (lease !== undefined) return lease.address;
  return ((face.address | ~prefixMask(face.prefix)) - 5) >>> 0;
}

function faceNamed(
  faces: readonly ServerInterface[],
  name: string | undefined,
  vlan?: number,
): ServerInterface | undefined {
  if (name !== undefined && name !== '') return faces.find((face) => face.name === name);
  const tagged = vlan === undefined ? undefined : faces.find((face) => face.name.endsWith(`.${vlan}`));
  return tagged ?? faces[0];
}

function arrivalOf(server: DnsmasqServer, asked: AskClient): Arrival | Message {
  const faces = server.interfaces;
  if (asked.from === 'frame') {
    const request = requestOfFrame(asked.frame);
    if (!request.ok) return dnsmasqMessage('dhcp.ask.no-request', { reason: whyUnreadable(request.error) });
    const face = faceNamed(faces, asked.interfaceName, request.value.vlan);
    if (face === undefined) return dnsmasqMessage('dhcp.ask.no-interface');
    return { ...request.value.arrival, interfaceName: face.name };
  }
  const { client } = asked;
  const face = faceNamed(faces, client.interfaceName);
  if (face === undefined) return dnsmasqMessage('dhcp.ask.no-interface');
  const given = client.address === undefined || client.address === '' ? undefined : parseIpv4(client.address);
  if (given === undefined && client.address !== undefined && client.address !== '') {
    return dnsmasqMessage('dhcp.ask.no-address');
  }
  return makeRequest(client, face, given ?? addressFor(server, client.mac, face)) ?? dnsmasqMessage('dhcp.ask.no-mac');
}

export function ask(server: DnsmasqServer, asked: AskClient): AskAnswer {
  const arrival = arrivalOf(server, asked);
  if ('says' in arrival) return nothing(arrival);
  const request = decodeDhcp(arrival.data);
  if (!request.ok) return nothing(dnsmasqMessage('dhcp.ask.no-request', { reason: whyUnreadable(request.error) }));
  const { destinationPort: port, interfaceName } = arrival;
  const asking = {
    type: typeName(messageType(request.value)),
    client: formatMac(clientMac(request.value)),
    interface: interfaceName,
  };
  const question =
    port === 67
      ? dnsmasqMessage('dhcp.ask.question', asking)
      : dnsmasqMessage('dhcp.ask.question-port', { ...asking, port });
  const { reply, silence, tags, lines, log, delayS } = server.explain(arrival);
  return {
    question,
    request: readableMessage(request.value),
    reply: reply === undefined ? undefined : replyOf(reply.data, reply.destination, reply.destinationPort),
    silence: reply === undefined ? (silence ?? dnsmasqMessage('dhcp.silent.nothing-to-message')) : undefined,
    tags: tags.map(({ name, why, origin }) => ({ name, why, line: origin })),
    lines,
    log,
    delayS,
  };
}

function typeName(type: number | undefined): string {
  return type === undefined ? 'BOOTP' : (DHCP_MESSAGE_TYPE_NAMES.get(type) ?? `message type ${type}`);
}

function replyOf(data: Uint8Array, destination: Ipv4Address, port: number): AskReply | undefined {
  const message = decodeDhcp(data);
  if (!message.ok) return undefined;
  const { siaddr, yiaddr } = message.value;
  return {
    type: typeName(messageType(message.value)),
    to: `${formatIpv4(destination)}:${port}`,
    lines: readableMessage(message.value),
    nextServer: siaddr === 0 ? '' : formatIpv4(siaddr),
    file: bootFileName(message.value) ?? '',
    yourAddress: yiaddr === 0 ? '' : formatIpv4(yiaddr),
  };
}
