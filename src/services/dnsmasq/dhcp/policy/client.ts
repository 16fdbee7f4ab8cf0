/**
 * What the server finds out about a request before it answers: the networks it can serve, who the client is,
 * its lease, its dhcp-host line, its name, its tags.
 */
import { PXE_SERVER_PORT } from '../../../../protocols/dhcp/codec.ts';
import { formatIpv4, readIpv4, sameSubnet } from '../../../../base/address.ts';
import type { Ipv4Address } from '../../../../base/address.ts';
import { byteAt, fromLatin1 } from '../../../../base/bytes.ts';
import type { ConfigLine } from '../../../../base/event-log.ts';
import { isLegalHostName } from '../../config/parse/fields.ts';
import type { DhcpHost, DnsmasqConfig, DomainLine } from '../../config/model.ts';
import { AGENT, agentTags, classTags, macTags, nameTags, optionTags, userClass } from './client-tags.ts';
import { findHost } from './hosts.ts';
import type { ClientIdentity } from './hosts.ts';
import type { Lease } from './leases.ts';
import { formatHardware, printable } from './log.ts';
import { rangesForRelay, rangesOnInterface } from './ranges.ts';
import type { Subnet } from './ranges.ts';
import { DHCP_OPTION } from '../../../../protocols/dhcp/options.ts';
import { findInArea } from '../packet/request.ts';
import type { DhcpRequest } from '../packet/request.ts';
import type { DhcpState } from './state.ts';
import { applyTagIfs, matchTags, withTag } from './tags.ts';
import type { Tags } from './tags.ts';
import type { Arrival, ServerInterface } from '../../datagram.ts';
import { dnsmasqMessage } from '../../messages.ts';
import type { Message } from '../../../../base/sentence.ts';

export interface DhcpEnvironment {
  readonly config: DnsmasqConfig;
  /** dhcp-host lines of the configuration and of hosts files, the newest first. */
  readonly hosts: readonly DhcpHost[];
  readonly interfaces: readonly ServerInterface[];
  readonly state: DhcpState;
  /** Seconds since 1970. */
  readonly nowS: () => number;
  readonly random: (bound: number) => number;
  /** The address of a name of /etc/hosts or the configuration, 0 when it has none. Turns among several. */
  readonly resolve: (name: string) => Ipv4Address;
  /** The name, without its domain, that a hosts file or host-record line gives to an address. */
  readonly hostNameOf: (address: Ipv4Address) => string | undefined;
  /** Names that a lease does not get, because a hosts file gives them to another address: the log's lines. */
  readonly nameConflicts: (lease: Lease) => readonly string[];
  /** A name was given to a lease, or taken: the DNS server's view changes. */
  readonly onLeasesChanged: () => void;
}

/** Collects what happened while a request was handled. */
export interface Trace {
  /** A log line; `!` in front leaves out the transaction ID. `detail` lines need log-dhcp. */
  log(text: string, kind?: 'routine' | 'detail'): void;
  because(origin: ConfigLine | undefined): void;
}

export interface Client extends ClientIdentity {
  readonly request: DhcpRequest;
  readonly arrival: Arrival;
  readonly face: ServerInterface;
  readonly isPxePort: boolean;
  readonly subnets: readonly Subnet[];
  readonly agentInfo: Uint8Array | undefined;
  readonly override: Ipv4Address | undefined;
  readonly subnetSelect: Ipv4Address | undefined;
  /** What its address is chosen by: the hardware address, or the client identifier of a client without one. */
  readonly uniqueId: Uint8Array;
  readonly unicast: boolean;
  readonly lease: Lease | undefined;
  readonly host: DhcpHost | undefined;
  /** Then the line does not name the client: it does so itself. */
  readonly hostFoundByName: boolean;
  readonly tags: Tags;
  /** Without those that tag-if lines set: some things go by these. */
  readonly plainTags: Tags;
  readonly isIgnored: boolean;
  readonly vendorClass: Uint8Array | undefined;
  readonly requested: Uint8Array | undefined;
  /** The name the client gave itself, domain and all. */
  readonly ownName: string | undefined;
  readonly nulTerminated: boolean;
  readonly fqdnFlags: number | undefined;
  /** For the log. */
  readonly label: string;
}

/** Networks of a request: by relay, by subnet selection, by ciaddr, else by the interface. */
export function networksOf(
  environment: DhcpEnvironment,
  request: DhcpRequest,
  face: ServerInterface,
  subnetSelect: Ipv4Address | undefined,
): Subnet[] {
  const { config, interfaces, state } = environment;
  const onInterface = rangesOnInterface(config.ranges, face);
  const shared = config.sharedNetworks
    .filter((line) => line.interfaceName === face.name || line.matchAddress === face.address)
    .flatMap((line) => rangesForRelay(config.ranges, line.sharedAddress, face.address, undefined, interfaces))
    .filter((subnet) => !onInterface.some((other) => other.range === subnet.range));
  // What comes in on a shared network has no relay for its router, until the next one.
  for (const { range } of shared) state.routers.delete(range);
  const withRouter = (subnet: Subnet): Subnet => ({
    ...subnet,
    router: subnet.router ?? state.routers.get(subnet.range),
  });
  const network = subnetSelect ?? (request.giaddr === 0 ? undefined : request.giaddr);
  if (network !== undefined) {
    const found = rangesForRelay(config.ranges, network, face.address, undefined, interfaces);
    for (const { range, router } of request.giaddr === 0 ? [] : found) {
      if (router === undefined && !state.routers.has(range)) state.routers.set(range, request.giaddr);
    }
    return found.map(withRouter);
  }
  onInterface.push(...shared.filter((one, i) => shared.findIndex(({ range }) => range === one.range) === i));
  const { ciaddr } = request;
  if (ciaddr !== 0 && !onInterface.some((subnet) => sameSubnet(ciaddr, subnet.range.start, subnet.netmask))) {
    // A client of another network of ours that reaches us by routing.
    const routed = rangesForRelay(config.ranges, ciaddr, face.address, undefined, interfaces);
    if (routed.length > 0) return routed.map(withRouter);
  }
  return onInterface;
}

/** The domain of an address: that of the first range of `domain=` lines that holds it, else the default. */
export function domainOf(config: DnsmasqConfig, address: Ipv4Address, face: ServerInterface): string | undefined {
  const line = domainLineOf(config, address, face);
  return line === undefined || line.domain === '' ? undefined : line.domain;
}

export function domainLineOf(
  config: DnsmasqConfig,
  address: Ipv4Address,
  face: ServerInterface | undefined,
): DomainLine | undefined {
  const newestFirst = [...config.domains].reverse();
  return (
    newestFirst.find(
      ({ start, end }) => start !== undefined && end !== undefined && address >= start && address <= end,
    ) ??
    newestFirst.find((line) => line.interfaceName !== undefined && line.interfaceName === face?.name) ??
    newestFirst.find((line) => line.start === undefined && line.interfaceName === undefined)
  );
}

interface OwnName {
  readonly name: string | undefined;
  readonly nulTerminated: boolean;
  readonly fqdnFlags: number | undefined;
}

/** The name of labels, as far as they are whole; the end may be missing. */
function wireName(body: Uint8Array): string {
  const labels: string[] = [];
  for (let at = 0; at < body.length && body[at] !== 0; at += 1 + byteAt(body, at)) {
    if (at + 1 + byteAt(body, at) > body.length) break;
    labels.push(fromLatin1(body, at + 1, at + 1 + byteAt(body, at)));
  }
  return labels.join('.');
}

/** Option 81 (RFC 4702) goes before option 12. */
function clientName(config: DnsmasqConfig, request: DhcpRequest): OwnName {
  const fqdn = request.find(DHCP_OPTION.clientFqdn, 3);
  if (fqdn !== undefined) {
    let flags = byteAt(fqdn, 0) & 0x0f;
    // RFC 4702 §4: the server does the updates, whatever the client wished, or leaves them to it.
    if (!config.flags.has('dhcp-client-update')) {
      if ((flags & 0x01) === 0) flags |= 0x02;
      flags = (flags & ~0x08) | 0x01;
    } else {
      flags |= 0x08;
      if ((flags & 0x01) !== 0) flags = (flags & ~0x01) | 0x02;
    }
    const body = fqdn.subarray(3);
    let name = '';
    if ((flags & 0x04) === 0) name = fromLatin1(body).replace(/\0.*$/s, '');
    else {
      name = wireName(body);
    }
    name = name.replace(/\.$/, '');
    const isLegal = isLegalHostName(name);
    return { name: isLegal ? name : undefined, nulTerminated: false, fqdnFlags: flags };
  }
  const option = request.find(DHCP_OPTION.hostName, 1);
  if (option === undefined) return { name: undefined, nulTerminated: false, fqdnFlags: undefined };
  const raw = fromLatin1(option);
  const nulTerminated = raw.endsWith('\0');
  const name = raw.replace(/\0.*$/s, '').replace(/\.$/, '');
  return { name: isLegalHostName(name) ? name : undefined, nulTerminated, fqdnFlags: undefined };
}

/** Collects what is known about a client; a message is the reason why it cannot be served at all. */
export function meetClient(
  environment: DhcpEnvironment,
  request: DhcpRequest,
  arrival: Arrival,
  face: ServerInterface,
  unicast: boolean,
  trace: Trace,
): Client | Message {
  const { config, state } = environment;
  const isDhcp = request.messageType !== undefined;
  const agentInfo = isDhcp ? request.find(DHCP_OPTION.relayAgent, 1) : undefined;
  const link = agentInfo === undefined ? undefined : findInArea(agentInfo, AGENT.linkSelection, 4);
  const overrideData = agentInfo === undefined ? undefined : findInArea(agentInfo, AGENT.serverOverride, 4);
  const select = isDhcp ? request.findAddress(DHCP_OPTION.subnetSelection) : undefined;
  const network = link === undefined ? select : readIpv4(link, 0);
  const isFullProxy =
    config.flags.has('dhcp-proxy') && (config.dhcpProxies.length === 0 || config.dhcpProxies.includes(request.giaddr));

  let tags: Tags = withTag([], face.name, dnsmasqMessage('dhcp.tag.interface'));
  tags = agentTags(config, agentInfo, tags);
  tags = macTags(config, request, tags);

  const subnets = networksOf(environment, request, face, network);
  if (subnets.length === 0) {
    const via = network ?? (request.giaddr === 0 ? undefined : request.giaddr);
    const how = network === undefined ? 'via' : 'with subnet selector';
    const where = via === undefined ? `via ${face.name}` : `${how} ${formatIpv4(via)}`;
    trace.log(`!no address range available for DHCP request ${where}`);
    return dnsmasqMessage('dhcp.silent.no-range-for-network');
  }
  for (const { range, netmask } of subnets) {
    trace.log(
      range.kind !== 'dynamic'
        ? `available DHCP subnet: ${formatIpv4(range.start)}/${formatIpv4(netmask)}`
        : `available DHCP range: ${formatIpv4(range.start)} -- ${formatIpv4(range.end)}`,
      'detail',
    );
  }

  const hardware = request.hardwareAddress;
  const ignoresId = config.flags.has('dhcp-ignore-clid');
  let clientId = isDhcp && !ignoresId ? request.find(DHCP_OPTION.clientIdentifier, 1) : undefined;
  let lease = isDhcp ? state.leases.ofClient(request.htype, hardware, clientId) : undefined;
  if (lease !== undefined && clientId === undefined && !ignoresId) clientId = lease.clientId;

  tags = optionTags(config, request, tags);
  tags = classTags(config, request, tags);
  const identity = { hardwareType: request.htype, hardware, clientId, name: undefined };
  let host = findHost(environment.hosts, identity, subnets, applyTagIfs(config.tagIfs, tags));
  const isKnownElsewhere =
    host === undefined &&
    findHost(environment.hosts, identity, undefined, applyTagIfs(config.tagIfs, tags)) !== undefined;

  let foundByName = false;
  let own: OwnName = { name: undefined, nulTerminated: false, fqdnFlags: undefined };
  if (isDhcp) {
    own = clientName(config, request);
    if (own.name !== undefined) {
      trace.log(`client provides name: ${own.name}`, 'detail');
      tags = nameTags(config, own.name, tags);
      const label = own.name.split('.', 1)[0];
      if (host?.name === undefined) {
        const byName = findHost(
          environment.hosts,
          { ...identity, name: label },
          subnets,
          applyTagIfs(config.tagIfs, tags),
        );
        // Only lines that name nothing else: a name alone must not borrow another machine's line.
        if (byName !== undefined && byName.clientId === undefined && byName.macs.length === 0) {
          host = byName;
          foundByName = true;
        }
      }
    }
  }
  if (host !== undefined) {
    trace.because(host.origin);
    for (const name of host.setTags) tags = withTag(tags, name, dnsmasqMessage('dhcp.tag.host'), host.origin);
    tags = withTag(tags, 'known', dnsmasqMessage('dhcp.tag.known'), host.origin);
    if (host.ignoreClientId && clientId !== undefined) {
      clientId = undefined;
      lease = state.leases.ofClient(request.htype, hardware, undefined);
    }
  } else if (isKnownElsewhere) {
    tags = withTag(tags, 'known-othernet', dnsmasqMessage('dhcp.tag.known-othernet'));
  }

  let uniqueId = hardware;
  if (hardware.length === 0 && clientId !== undefined) {
    // RFC 4390 §2.1: such a client names itself by option 61; a type byte like that of the link is not part of it.
    uniqueId = clientId[0] === request.htype ? clientId.subarray(1) : clientId;
  }
  const vendorClass = isDhcp ? request.find(DHCP_OPTION.vendorClass, 1) : undefined;
  if (vendorClass !== undefined) trace.log(`vendor class: ${printable(vendorClass)}`, 'detail');
  const user = isDhcp ? userClass(request) : undefined;
  if (user !== undefined) trace.log(`user class: ${printable(user)}`, 'detail');

  const plainTags = tags;
  tags = applyTagIfs(config.tagIfs, tags);
  const ignoring = config.ignore.find((line) => matchTags(line.tags, tags, false));
  if (ignoring !== undefined) trace.because(ignoring.origin);
  return {
    request,
    arrival,
    face,
    isPxePort: arrival.destinationPort === PXE_SERVER_PORT,
    subnets,
    agentInfo,
    override:
      overrideData !== undefined
        ? readIpv4(overrideData, 0)
        : isFullProxy && request.giaddr !== 0
          ? request.giaddr
          : undefined,
    subnetSelect: network,
    unicast,
    lease,
    host,
    hostFoundByName: foundByName,
    hardwareType: request.htype,
    hardware,
    clientId,
    name: undefined,
    tags,
    plainTags,
    isIgnored: ignoring !== undefined,
    vendorClass,
    requested: isDhcp ? request.find(DHCP_OPTION.parameterRequestList, 0) : undefined,
    ownName: own.name,
    nulTerminated: own.nulTerminated,
    fqdnFlags: own.fqdnFlags,
    uniqueId,
    label: uniqueId.length === 0 ? '<null>' : formatHardware(request.htype, uniqueId),
  };
}
