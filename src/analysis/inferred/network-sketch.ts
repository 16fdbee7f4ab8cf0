/**
 * What the frames of a capture tell about the network that they crossed: its clients, its servers with what they said, and
 * the files that were fetched. A lab can be made of it (`lab/from-capture`).
 */
import { IPV4_ANY, type Ipv4Address, type MacAddress } from '../../base/address.ts';
import { BOOTREQUEST, clientMac, PXE_SERVER_PORT, type DhcpMessage } from '../../protocols/dhcp/codec.ts';
import { DHCP_MESSAGE_TYPE, DHCP_OPTION } from '../../protocols/dhcp/options.ts';
import { clientArchs, messageType, serverIdentifier } from '../../protocols/dhcp/values.ts';
import type { FrameView, SentFrames } from '../frame-view.ts';
import { readFact, type FrameFact } from '../story/frame-fact.ts';
import { transferredObjects } from '../streams/objects.ts';
import type { FileFact } from '../story/facts.ts';
import type { CaptureStory } from './capture-story.ts';
import { firmwareOfMessage, vendorOptions, type Firmware } from './dhcp-reading.ts';

export interface SketchedClient {
  readonly mac: MacAddress;
  readonly name: string;
  readonly firstNs: number;
  /** In the order in which they asked; `bootp` has no option 53. */
  readonly firmwares: readonly (Firmware | 'bootp')[];
  /** Option 93 of its first request. */
  readonly architecture: number | undefined;
  readonly vlan: number | undefined;
  /** It asked for a boot server of its own choice, by a menu. */
  readonly addresses: readonly Ipv4Address[];
}

/** A reply of a DHCP server. */
export interface SketchedReply {
  readonly client: MacAddress;
  readonly firmware: Firmware | 'bootp';
  readonly architecture: number | undefined;
  readonly message: DhcpMessage;
  /** It gives no address, or comes from port 4011. */
  readonly isProxy: boolean;
  /** The boot server type that was asked for (option 43, tag 71). */
  readonly item: number | undefined;
}

export interface SketchedFile {
  readonly protocol: 'tftp' | 'http' | 'ftp';
  readonly server: Ipv4Address;
  readonly name: string;
  /** What arrived; undefined where nothing did. */
  readonly bytes: Uint8Array | undefined;
  readonly isComplete: boolean;
  /** Size that the server told (RFC 2349), or that HTTP did. */
  readonly sizeBytes: number | undefined;
  /** What became of the last request. */
  readonly outcome: FileFact['outcome']['kind'];
  readonly redirect: string | undefined;
  /** Who asked for it. */
  readonly client: Ipv4Address;
}

export interface SketchedServer {
  readonly address: Ipv4Address;
  readonly mac: MacAddress;
  readonly name: string;
  readonly vlan: number | undefined;
  readonly replies: readonly SketchedReply[];
  /** UDP ports that it refused by ICMP. */
  readonly refuses: readonly number[];
}

export interface SketchedName {
  readonly name: string;
  readonly address: Ipv4Address;
  readonly server: Ipv4Address;
}

export interface NetworkSketch {
  readonly clients: readonly SketchedClient[];
  readonly servers: readonly SketchedServer[];
  readonly files: readonly SketchedFile[];
  readonly names: readonly SketchedName[];
  /** Relays, by the address on the clients' side. */
  readonly relays: readonly Ipv4Address[];
  /** Services that were used and of which nothing is made. */
  readonly others: readonly string[];
  /** Servers pinged an address before they offered it. */
  readonly pings: boolean;
}

interface Grown {
  readonly clients: Map<
    MacAddress,
    {
      readonly firstNs: number;
      readonly firmwares: (Firmware | 'bootp')[];
      architecture: number | undefined;
      readonly vlan: number | undefined;
      readonly addresses: Set<Ipv4Address>;
      item: number | undefined;
    }
  >;
  readonly servers: Map<Ipv4Address, { mac: MacAddress; vlan: number | undefined; readonly replies: SketchedReply[] }>;
  readonly names: Map<string, SketchedName>;
  readonly relays: Set<Ipv4Address>;
  readonly others: Set<string>;
  pings: boolean;
}

/** TCP ports of services that a lab from a capture does not have. */
const OTHER_PORTS: Readonly<Record<number, string>> = { 443: 'HTTPS', 3260: 'iSCSI', 21: 'FTP', 2049: 'NFS' };

export function sketchNetwork(frames: FrameView, story: CaptureStory): NetworkSketch {
  const grown: Grown = {
    clients: new Map(),
    servers: new Map(),
    names: new Map(),
    relays: new Set(),
    others: new Set(),
    pings: false,
  };
  const sent = frames.ethernet;
  for (let index = 0; index < frames.length; index++) {
    const fact = readFact(sent.bytes(index));
    if (fact !== undefined) addFrame(grown, fact, frames.timeNs(index));
  }
  const { facts, stations } = story.log;
  for (const file of facts.files) {
    const server = grown.servers.get(file.server);
    if (server === undefined) grown.servers.set(file.server, { mac: 0, vlan: undefined, replies: [] });
  }
  const clients = [...grown.clients].map(([mac, { addresses, item: _item, ...client }]) => ({
    mac,
    name: stations.nameOfMac(mac),
    addresses: [...addresses],
    ...client,
  }));
  const servers = [...grown.servers].map(([address, server]) => ({
    address,
    name: stations.serverAt(address),
    ...server,
    refuses: facts.refusals.flatMap((one) =>
      one.server === address && one.kind === 'port-unreachable' ? [one.port] : [],
    ),
  }));
  return {
    clients: clients.sort((a, b) => a.firstNs - b.firstNs),
    servers,
    files: filesOf(sent, facts.files),
    names: [...grown.names.values()],
    relays: [...grown.relays],
    others: [...grown.others],
    pings: grown.pings,
  };
}

function addFrame(grown: Grown, { headers, meaning }: FrameFact, timeNs: number): void {
  const { ip, transport, source, vlans } = headers;
  const known = ip === undefined ? undefined : grown.servers.get(ip.source);
  if (known !== undefined && known.mac === 0) {
    known.mac = source;
    known.vlan = vlans[0];
  }
  if (meaning.kind === 'dhcp') {
    addDhcp(grown, meaning.message, headers, timeNs);
    return;
  }
  if (meaning.kind === 'dns' && meaning.message.response && ip !== undefined) {
    for (const { name, data } of meaning.message.answers)
      if (data.kind === 'a') grown.names.set(name, { name, address: data.address, server: ip.source });
    if (!grown.servers.has(ip.source)) grown.servers.set(ip.source, { mac: source, vlan: vlans[0], replies: [] });
  }
  if (meaning.kind === 'icmp' && meaning.type === 8 && ip !== undefined && grown.servers.has(ip.source))
    grown.pings = true;
  const other = transport?.kind === 'tcp' ? OTHER_PORTS[transport.destinationPort] : undefined;
  if (other !== undefined) grown.others.add(other);
}

function addDhcp(grown: Grown, message: DhcpMessage, headers: FrameFact['headers'], timeNs: number): void {
  const { ip, transport, source, vlans } = headers;
  const mac = clientMac(message);
  const isBootp = messageType(message) === undefined;
  if (message.giaddr !== IPV4_ANY) grown.relays.add(message.giaddr);
  let client = grown.clients.get(mac);
  if (message.op === BOOTREQUEST) {
    const firmware = isBootp ? 'bootp' : firmwareOfMessage(message);
    const [architecture] = clientArchs(message);
    if (client === undefined) {
      client = {
        firstNs: timeNs,
        firmwares: [],
        architecture,
        vlan: vlans[0],
        addresses: new Set(),
        item: undefined,
      };
      grown.clients.set(mac, client);
    }
    client.architecture ??= architecture;
    if (client.firmwares.at(-1) !== firmware) client.firmwares.push(firmware);
    client.item = vendorOptions(message)?.bootItem?.type;
    return;
  }
  if (client === undefined || ip === undefined || messageType(message) === DHCP_MESSAGE_TYPE.nak) return;
  if (message.yiaddr !== IPV4_ANY) client.addresses.add(message.yiaddr);
  const address = serverIdentifier(message) ?? ip.source;
  let server = grown.servers.get(address);
  if (server === undefined) {
    server = { mac: source, vlan: vlans[0], replies: [] };
    grown.servers.set(address, server);
  }
  const isProxy = transport?.sourcePort === PXE_SERVER_PORT || (message.yiaddr === IPV4_ANY && !isBootp);
  server.replies.push({
    client: mac,
    firmware: client.firmwares.at(-1) ?? 'other',
    architecture: client.architecture,
    message,
    isProxy,
    item: client.item,
  });
}

function filesOf(frames: SentFrames, facts: readonly FileFact[]): readonly SketchedFile[] {
  const objects = transferredObjects(frames);
  const found = new Map<string, SketchedFile>();
  for (const fact of facts) {
    const { protocol, server, name, outcome, redirect, client, sizeBytes } = fact;
    const key = `${protocol} ${server} ${name}`;
    const object = objects.find((one) => one.firstFrame === fact.frames[0] || fact.frames.includes(one.firstFrame));
    const isRefused = outcome.kind === 'error';
    const bytes = isRefused ? undefined : object?.bytes;
    const before = found.get(key);
    if (before?.isComplete === true) continue;
    found.set(key, {
      protocol,
      server,
      name,
      client,
      bytes: bytes ?? before?.bytes,
      isComplete: !isRefused && object?.complete === true,
      sizeBytes: sizeBytes ?? before?.sizeBytes,
      outcome: outcome.kind,
      redirect,
    });
  }
  return [...found.values()];
}

/** Options that a server adds by itself, or that only hold for one exchange. */
export const EXCHANGE_OPTIONS: ReadonlySet<number> = new Set([
  DHCP_OPTION.messageType,
  DHCP_OPTION.serverIdentifier,
  DHCP_OPTION.renewalTime,
  DHCP_OPTION.rebindingTime,
  DHCP_OPTION.relayAgent,
  DHCP_OPTION.clientFqdn,
  DHCP_OPTION.overload,
  DHCP_OPTION.clientUuid,
]);
