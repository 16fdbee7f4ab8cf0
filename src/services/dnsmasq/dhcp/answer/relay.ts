/** dhcp-relay: requests of a network go on to another server, its answers come back (RFC 1542 §4.1, RFC 2131 §4.1). */
import { MAC_BROADCAST, IPV4_BROADCAST, formatIpv4, readIpv4, readMac, writeIpv4 } from '../../../../base/address.ts';
import { byteAt } from '../../../../base/bytes.ts';
import { DHCP_FIELDS } from '../../../../protocols/dhcp/fields.ts';
import type { DhcpRelay, DnsmasqConfig } from '../../config/model.ts';
import { MIN_REQUEST_BYTES } from '../packet/request.ts';
import type { Arrival, OutgoingDatagram, ServerInterface } from '../../datagram.ts';

const BOOTREPLY = 2;
const CLIENT_PORT = 68;
const RELAY_PORT = 67;
/** RFC 1542 §4.1.1: a request with more hops than this is looping. */
const MAX_HOPS = 16;

export interface Relayed {
  readonly datagrams: readonly OutgoingDatagram[];
  readonly log: readonly string[];
  readonly lines: readonly DhcpRelay[];
}

/** Whether a packet is an answer, which is the relay's whatever interface it comes in at. */
export function isReply({ data }: Arrival): boolean {
  return data.length >= MIN_REQUEST_BYTES && data[0] === BOOTREPLY;
}

/** Undefined when no dhcp-relay line is about the packet. */
export function relay(
  config: DnsmasqConfig,
  interfaces: readonly ServerInterface[],
  arrival: Arrival,
): Relayed | undefined {
  if (config.relays.length === 0 || arrival.data.length < MIN_REQUEST_BYTES) return undefined;
  return isReply(arrival) ? relayReply(config, interfaces, arrival) : relayRequest(config, interfaces, arrival);
}

/** To every server that a line names for the network that the request came from (RFC 1542 §4.1.1). */
function relayRequest(
  config: DnsmasqConfig,
  interfaces: readonly ServerInterface[],
  arrival: Arrival,
): Relayed | undefined {
  const face = interfaces.find(({ name }) => name === arrival.interfaceName);
  const lines = config.relays.filter(({ local }) => local === face?.address);
  if (lines.length === 0) return undefined;
  const hops = byteAt(arrival.data, DHCP_FIELDS.hops.offset);
  if (hops > MAX_HOPS) return { datagrams: [], log: [], lines };
  const data = arrival.data.slice();
  data[DHCP_FIELDS.hops.offset] = hops + 1;
  // Another relay nearer to the client stays the one that the answer goes to.
  if (readIpv4(data, DHCP_FIELDS.giaddr.offset) === 0 && face !== undefined)
    writeIpv4(data, DHCP_FIELDS.giaddr.offset, face.address);
  const datagrams = lines.map(({ local, server, port }) => ({
    data,
    source: local,
    sourcePort: RELAY_PORT,
    destination: server,
    destinationPort: port,
    destinationMac: undefined,
    // By the routing table: the interface of the line is about answers.
    interfaceName: '',
  }));
  const log = lines.map(({ local, server }) => `DHCP relay at ${formatIpv4(local)} -> ${formatIpv4(server)}`);
  return { datagrams, log, lines };
}

/** The answer goes to the client, out of the interface of giaddr (RFC 1542 §4.1.2). */
function relayReply(
  config: DnsmasqConfig,
  interfaces: readonly ServerInterface[],
  { data, interfaceName }: Arrival,
): Relayed | undefined {
  const giaddr = readIpv4(data, DHCP_FIELDS.giaddr.offset);
  const face = interfaces.find(({ address }) => address === giaddr);
  // A line with an interface takes answers from there alone.
  const line = config.relays.find(
    ({ local, interfaceName: from }) => local === giaddr && (from === undefined || from === interfaceName),
  );
  if (line === undefined || face === undefined) return undefined;
  const yiaddr = readIpv4(data, DHCP_FIELDS.yiaddr.offset);
  const isEthernet = data[DHCP_FIELDS.htype.offset] === 1 && data[DHCP_FIELDS.hlen.offset] === 6;
  const isBroadcast = (byteAt(data, DHCP_FIELDS.flags.offset) & 0x80) !== 0 || yiaddr === 0 || !isEthernet;
  const datagram: OutgoingDatagram = {
    data,
    source: giaddr,
    sourcePort: RELAY_PORT,
    destination: isBroadcast ? IPV4_BROADCAST : yiaddr,
    destinationPort: CLIENT_PORT,
    destinationMac: isBroadcast ? MAC_BROADCAST : readMac(data, DHCP_FIELDS.chaddr.offset),
    interfaceName: face.name,
  };
  return { datagrams: [datagram], log: [], lines: [line] };
}
