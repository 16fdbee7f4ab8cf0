/**
 * Which frame a frame answers: the last one of the other side in the same exchange, as its protocol names exchanges. What
 * a router or a relay passes on goes back to the frame that it had got.
 */
import { clientMac } from '../../protocols/dhcp/codec.ts';
import type { MacAddress } from '../../base/address.ts';
import type { EventId } from '../../base/event-log.ts';
import { RecentMap } from '../../base/lists/recent-map.ts';
import { conversationKey } from '../headers.ts';
import type { FrameFact } from '../story/frame-fact.ts';

/** Exchanges that are remembered. */
const REMEMBERED = 16_384;

interface Sent {
  readonly event: EventId;
  readonly mac: MacAddress;
}

interface Exchange {
  /** By side: the last frame. */
  readonly last: Map<string, Sent>;
}

interface Place {
  readonly key: string;
  readonly side: string;
}

export class Conversations {
  private readonly exchanges = new RecentMap<string, Exchange>(REMEMBERED);
  /** Addresses and ports of clients of TFTP: the server answers from a port of its own (RFC 1350 §4). */
  private readonly tftpClients = new RecentMap<string, true>(REMEMBERED);
  /** By source and identification, which routers leave alone (RFC 1812 §5.3.1). */
  private readonly packets = new RecentMap<string, Sent & { readonly ttl: number }>(REMEMBERED);

  /** The frame that this one answers; undefined for what begins an exchange. */
  add(event: EventId, fact: FrameFact): EventId | undefined {
    const place = this.placeOf(fact);
    if (place === undefined) return undefined;
    let exchange = this.exchanges.get(place.key);
    if (exchange === undefined) {
      exchange = { last: new Map() };
      this.exchanges.set(place.key, exchange);
    }
    const mac = fact.headers.source;
    let answered: EventId | undefined;
    for (const [side, last] of exchange.last) {
      // A relay sends the message of a client on as its own packet.
      const isOther = side !== place.side || (fact.meaning.kind === 'dhcp' && last.mac !== mac);
      if (isOther && (answered === undefined || last.event > answered)) answered = last.event;
    }
    exchange.last.set(place.side, { event, mac });
    return this.passedOn(event, fact) ?? answered;
  }

  private passedOn(event: EventId, { headers: { ip, source } }: FrameFact): EventId | undefined {
    if (ip === undefined) return undefined;
    const key = `${ip.source} ${ip.destination} ${ip.identification}`;
    const before = this.packets.get(key);
    this.packets.set(key, { event, mac: source, ttl: ip.ttl });
    return before !== undefined && before.mac !== source && ip.ttl < before.ttl ? before.event : undefined;
  }

  private placeOf(fact: FrameFact): Place | undefined {
    const { headers, meaning } = fact;
    const { ip, transport } = headers;
    if (meaning.kind === 'dhcp') {
      const { message, isRequest } = meaning;
      return { key: `dhcp ${message.xid} ${clientMac(message)}`, side: isRequest ? 'client' : 'server' };
    }
    if (meaning.kind === 'arp') {
      const { sender, target } = meaning;
      return { key: `arp ${Math.min(sender, target)} ${Math.max(sender, target)}`, side: String(sender) };
    }
    if (ip === undefined) return undefined;
    if (transport === undefined) {
      const [low, high] = [Math.min(ip.source, ip.destination), Math.max(ip.source, ip.destination)];
      return { key: `ip ${ip.protocol} ${low} ${high}`, side: String(ip.source) };
    }
    const source = `${ip.source}:${transport.sourcePort}`;
    const destination = `${ip.destination}:${transport.destinationPort}`;
    if (transport.kind === 'udp') {
      const isRequest = meaning.kind === 'tftp' && (meaning.packet.opcode === 'rrq' || meaning.packet.opcode === 'wrq');
      if (isRequest) this.tftpClients.set(source, true);
      if (this.tftpClients.get(source) === true) return { key: `tftp ${source}`, side: 'client' };
      if (this.tftpClients.get(destination) === true) return { key: `tftp ${destination}`, side: 'server' };
    }
    const key = conversationKey(headers);
    return key === undefined ? undefined : { key, side: source };
  }
}
