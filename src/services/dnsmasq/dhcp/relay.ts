/** dhcp-relay: requests of a network go on to another server, its answers come back (RFC 2131 §4.1, RFC 1542 §4). */
import { IPV4_BROADCAST, formatIpv4, readIpv4, readMac, writeIpv4 } from '../../../base/address.ts';
import type { DhcpRelay, DnsmasqConfig } from '../config/model.ts';
import type { DhcpArrival } from './client.ts';
import type { OutgoingDatagram } from './engine.ts';
import type { ServerInterface } from './ranges.ts';
import { MIN_REQUEST_BYTES } from './request.ts';

const GIADDR_OFFSET = 24;
const HOPS_OFFSET = 3;
const MAX_HOPS = 20;

export interface Relayed {
  readonly datagrams: readonly OutgoingDatagram[];
  readonly log: readonly string[];
  readonly lines: readonly DhcpRelay[];
}

/** Undefined when no dhcp-relay line is about the packet. */
export function relay(
  config: DnsmasqConfig,
  interfaces: readonly ServerInterface[],
  arrival: DhcpArrival,
): Relayed | undefined {
  if (config.relays.length === 0 || arrival.data.length < MIN_REQUEST_BYTES) return undefined;
  const giaddr = readIpv4(arrival.data, GIADDR_OFFSET);
  if (arrival.data[0] === 2) return relayReply(config, interfaces, arrival);
  const face = interfaces.find(({ name }) => name === arrival.interfaceName);
  const lines = config.relays.filter(({ local }) => local === face?.address);
  if (face === undefined || lines.length === 0 || arrival.data[HOPS_OFFSET] >= MAX_HOPS) return undefined;
  const data = arrival.data.slice();
  data[HOPS_OFFSET]++;
  const datagrams: OutgoingDatagram[] = [];
  for (const line of lines) {
    if (giaddr === 0) writeIpv4(data, GIADDR_OFFSET, line.local);
    const out =
      line.interfaceName === undefined ? undefined : interfaces.find(({ name }) => name === line.interfaceName);
    datagrams.push({
      data: data.slice(),
      source: line.local,
      sourcePort: 67,
      destination: line.server,
      destinationPort: line.port,
      destinationMac: undefined,
      interfaceName: out?.name ?? '',
    });
  }
  const log = lines.map(({ local, server }) => `DHCP relay at ${formatIpv4(local)} -> ${formatIpv4(server)}`);
  return { datagrams, log, lines };
}

/** The answer of the other server goes to the client, as it asked for it. */
function relayReply(
  config: DnsmasqConfig,
  interfaces: readonly ServerInterface[],
  arrival: DhcpArrival,
): Relayed | undefined {
  const giaddr = readIpv4(arrival.data, GIADDR_OFFSET);
  const line = config.relays.find(({ local }) => local === giaddr);
  const face = interfaces.find(({ address }) => address === giaddr);
  if (line === undefined || face === undefined) return undefined;
  const isBroadcast = (arrival.data[10] & 0x80) !== 0;
  const yiaddr = readIpv4(arrival.data, 16);
  const datagram: OutgoingDatagram = {
    data: arrival.data,
    source: giaddr,
    sourcePort: 67,
    destination: isBroadcast || yiaddr === 0 ? IPV4_BROADCAST : yiaddr,
    destinationPort: 68,
    destinationMac: isBroadcast || yiaddr === 0 ? 0xffff_ffff_ffff : readMac(arrival.data, 28),
    interfaceName: face.name,
  };
  return { datagrams: [datagram], log: [], lines: [line] };
}
