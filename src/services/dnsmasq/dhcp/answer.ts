/** DHCPDISCOVER, DHCPREQUEST, DHCPDECLINE, DHCPRELEASE, DHCPINFORM (RFC 2131 §4.3), as dnsmasq 2.90 obeys them. */
import { formatIpv4, readIpv4, sameSubnet } from '../../../base/address.ts';
import type { Ipv4Address } from '../../../base/address.ts';
import { latin1, toHex } from '../../../base/bytes.ts';
import { INFINITE_LEASE } from '../config/model.ts';
import { MIN_LEASE_S } from '../config/parse-dhcp.ts';
import { addressIsFree, allocate } from './allocate.ts';
import type { DhcpSteps } from './allocate.ts';
import type { Answer } from './bootp.ts';
import { domainOf } from './client.ts';
import type { Client, DhcpEnvironment, Trace } from './client.ts';
import { hasHardware, hostWithAddress } from './hosts.ts';
import type { Lease } from './leases.ts';
import { sameName } from './leases.ts';
import { writeOptions } from './options.ts';
import type { PxeClient } from './proxy.ts';
import { hardwareHash, narrow, rangeFor } from './ranges.ts';
import type { Subnet } from './ranges.ts';
import { ReplyWriter } from './reply-writer.ts';
import { MESSAGE_TYPE, OPTION } from './request.ts';
import { DECLINE_REST_S } from './state.ts';
import { applyTagIfs, matchTags, tagNames, withTag } from './tags.ts';
import type { Tags } from './tags.ts';

interface Exchange {
  readonly environment: DhcpEnvironment;
  readonly client: Client;
  readonly pxe: PxeClient | undefined;
  readonly trace: Trace;
}

function silent(exchange: Exchange, reason: string, tags: Tags = exchange.client.tags): Answer {
  return { writer: undefined, silence: reason, tags };
}

function logPacket({ client, trace }: Exchange, type: string, address: Ipv4Address | undefined, note = ''): void {
  const shown = address === undefined ? '' : `${formatIpv4(address)} `;
  trace.log(`${type}(${client.face.name}) ${shown}${client.label} ${note}`, 'routine');
}

/** RFC 5107: the relay's address when it asked to stand in for the server. */
function serverId({ client }: Exchange, subnet: Subnet | undefined): Ipv4Address {
  return client.override ?? subnet?.local ?? client.face.address;
}

/** The time of the host line or the range; a client may ask for less, down to two minutes. */
function leaseTime({ client }: Exchange, subnet: Subnet): number {
  const time = client.host?.leaseS ?? subnet.range.leaseS;
  const wish = client.request.find(OPTION.leaseTime, 4);
  if (wish === undefined) return time;
  const asked = Math.max(readIpv4(wish, 0), MIN_LEASE_S);
  return time === INFINITE_LEASE || (asked !== INFINITE_LEASE && asked < time) ? asked : time;
}

interface HostNames {
  /** Name for OFFER and for a lease: configured, given by the client, or generated. */
  readonly offer: string | undefined;
  readonly name: string | undefined;
  readonly isAuthoritative: boolean;
}

function splitName(name: string): readonly [string, string | undefined] {
  const dot = name.indexOf('.');
  return dot < 0 ? [name, undefined] : [name.slice(0, dot), name.slice(dot + 1)];
}

function namesOf({ environment, client, trace }: Exchange, tags: Tags): HostNames {
  const { config } = environment;
  const configured = client.hostFoundByName ? undefined : client.host?.name;
  if (configured !== undefined) {
    const [own] = splitName(client.ownName ?? '');
    const isSame = client.ownName === undefined || sameName(own, configured);
    return { offer: isSame ? configured : undefined, name: configured, isAuthoritative: true };
  }
  if (client.ownName === undefined) {
    const generating = config.generateNames.find((line) => matchTags(line.tags, tags, true));
    if (generating === undefined) return { offer: undefined, name: undefined, isAuthoritative: false };
    trace.because(generating.origin);
    return { offer: undefined, name: toHex(client.hardware, '-'), isAuthoritative: false };
  }
  const ignoring = config.ignoreNames.find((line) => matchTags(line.tags, tags, true));
  if (ignoring !== undefined) {
    trace.because(ignoring.origin);
    return { offer: undefined, name: undefined, isAuthoritative: false };
  }
  // With option 81 (RFC 4702) the name comes back at once, without it only in the ACK.
  const [name] = splitName(client.ownName);
  return { offer: client.fqdnFlags === undefined ? undefined : name, name, isAuthoritative: false };
}

interface ReplyPlan {
  readonly subnet: Subnet | undefined;
  readonly tags: Tags;
  readonly leaseS: number;
  readonly fuzzS: number;
  readonly hostname: string | undefined;
  readonly domain: string | undefined;
}

function fill(exchange: Exchange, writer: ReplyWriter, plan: ReplyPlan): void {
  const { environment, client, pxe, trace } = exchange;
  writeOptions({
    config: environment.config,
    writer,
    subnet: plan.subnet,
    clientTags: client.tags,
    tags: plan.tags,
    requested: client.requested,
    isDhcp: true,
    leaseS: plan.leaseS,
    fuzzS: plan.fuzzS,
    hostname: plan.hostname,
    domain: plan.domain,
    nulTerminated: client.nulTerminated,
    vendorClass: client.vendorClass,
    pxe,
    subnetSelect: client.subnetSelect,
    fqdnFlags: client.fqdnFlags,
    resolve: environment.resolve,
    log: (line) => trace.log(line, 'detail'),
    because: (origin) => trace.because(origin),
  });
}

function withRangeTag({ environment, client }: Exchange, subnet: Subnet): Tags {
  const { setTag, origin } = subnet.range;
  if (setTag === undefined) return client.tags;
  return applyTagIfs(environment.config.tagIfs, withTag(client.tags, setTag, 'its range', origin));
}

/** dhcp-reply-delay: the last line whose tags match, tagged before untagged. */
function* replyDelay({ environment, trace }: Exchange, tags: Tags): DhcpSteps<void> {
  const lines = [...environment.config.replyDelays].reverse();
  const line = lines.find((one) => matchTags(one.tags, tags, false)) ?? lines.find((one) => one.tags.length === 0);
  if (line === undefined || line.delayS === 0) return;
  trace.because(line.origin);
  yield { kind: 'delay', seconds: line.delayS };
}

/** Whether the fixed address of a host line can be used now; says in the log why not. */
function usableFixedAddress(exchange: Exchange): Ipv4Address | undefined {
  const { environment, client, trace } = exchange;
  const { host } = client;
  if (host?.address === undefined) return undefined;
  const shown = formatIpv4(host.address);
  const other = environment.state.leases.atAddress(host.address);
  if (other !== undefined && other !== client.lease && !hasHardware(host, other.hardwareType, other.hardwareAddress)) {
    const holder = toHex(other.hardwareAddress, ':');
    trace.log(`!not using configured address ${shown} because it is leased to ${holder}`);
    return undefined;
  }
  if (client.subnets.some((subnet) => subnet.router === host.address || subnet.local === host.address)) {
    trace.log(`!not using configured address ${shown} because it is in use by the server or relay`);
    return undefined;
  }
  const declinedS = environment.state.declined.get(host);
  if (declinedS !== undefined && environment.nowS() - declinedS < DECLINE_REST_S) {
    trace.log(`!not using configured address ${shown} because it was previously declined`);
    return undefined;
  }
  return host.address;
}

function* discover(exchange: Exchange): DhcpSteps<Answer> {
  const { environment, client, trace } = exchange;
  const { state, hosts } = environment;
  if (client.isIgnored || client.host?.ignore === true) {
    logPacket(exchange, 'DHCPDISCOVER', undefined, 'ignored');
    return silent(exchange, client.isIgnored ? 'a dhcp-ignore line applies' : 'its dhcp-host line says ignore');
  }
  const wish = client.request.findAddress(OPTION.requestedAddress);
  const { lease, subnets, tags, uniqueId } = client;
  let message: string | undefined;
  let address = usableFixedAddress(exchange);
  if (address === undefined && lease !== undefined) {
    const isUsable =
      rangeFor(subnets, lease.address, tags) !== undefined && hostWithAddress(hosts, lease.address) === undefined;
    if (isUsable) address = lease.address;
  }
  if (address === undefined && wish !== undefined) {
    const isUsable =
      rangeFor(subnets, wish, tags) !== undefined &&
      state.leases.atAddress(wish) === undefined &&
      hostWithAddress(hosts, wish) === undefined;
    if (isUsable) {
      const isFree: boolean = yield* addressIsFree(environment, wish, hardwareHash(uniqueId));
      if (isFree) address = wish;
    }
  }
  if (address === undefined) {
    if (uniqueId.length === 0) message = 'no unique-id';
    else {
      address = yield* allocate(environment, subnets, uniqueId, tags);
      if (address === undefined) message = 'no address available';
    }
  }
  logPacket(exchange, 'DHCPDISCOVER', wish, message);
  const subnet = address === undefined ? undefined : narrow(subnets, address, tags);
  if (address === undefined || subnet === undefined || message !== undefined) {
    return silent(exchange, message ?? 'no dhcp-range fits the address');
  }
  trace.because(subnet.range.origin);
  const allTags = withRangeTag(exchange, subnet);
  const isRapid =
    environment.config.flags.has('dhcp-rapid-commit') && client.request.find(OPTION.rapidCommit) !== undefined;
  if (isRapid) {
    trace.because(environment.config.flags.get('dhcp-rapid-commit'));
    return yield* grant(exchange, address, client.lease, { isRapid: true, fuzzS: 0 });
  }
  trace.log(`tags: ${tagNames(allTags)}`, 'detail');
  yield* replyDelay(exchange, allTags);
  logPacket(exchange, 'DHCPOFFER', address);
  const leaseS = leaseTime(exchange, subnet);
  const writer = new ReplyWriter(client.request, true);
  writer.yiaddr = address;
  writer.put(OPTION.messageType, Uint8Array.of(MESSAGE_TYPE.offer));
  writer.putAddress(OPTION.serverId, serverId(exchange, subnet));
  writer.putAddress(OPTION.leaseTime, leaseS);
  fill(exchange, writer, {
    subnet,
    tags: allTags,
    leaseS,
    fuzzS: 0,
    hostname: namesOf(exchange, allTags).offer,
    domain: domainOf(environment.config, address, client.face),
  });
  return { writer, silence: undefined, tags: allTags };
}

interface GrantOptions {
  readonly isRapid: boolean;
  readonly fuzzS: number;
  /** Found before: the request is refused with this. */
  readonly refusal?: string;
  readonly override?: Ipv4Address;
  readonly broadcastNak?: boolean;
}

/** Why a lease cannot be given; undefined when it can. `taken` is a lease of the same host to be taken over. */
function refusal(
  exchange: Exchange,
  address: Ipv4Address,
  lease: Lease | undefined,
  subnet: Subnet | undefined,
): { readonly message: string | undefined; readonly taken: Lease | undefined; readonly isWrongNet: boolean } {
  const { environment, client, trace } = exchange;
  const { state, hosts } = environment;
  const { host } = client;
  const no = (message: string, isWrongNet = false) => ({ message, taken: undefined, isWrongNet });
  if (subnet === undefined) return no('wrong network', true);
  if (rangeFor(client.subnets, address, client.tags) === undefined && host?.address !== address) {
    return no('address not available');
  }
  const reserved = hostWithAddress(hosts, address);
  const other = state.leases.atAddress(address);
  if (host?.address !== undefined && host.address !== address) {
    const holder = state.leases.atAddress(host.address);
    const declinedS = state.declined.get(host);
    const isResting = declinedS !== undefined && environment.nowS() - declinedS < DECLINE_REST_S;
    const isHeld =
      holder !== undefined &&
      holder !== client.lease &&
      !hasHardware(host, holder.hardwareType, holder.hardwareAddress);
    const isOwn = client.subnets.some(({ router, local }) => router === host.address || local === host.address);
    if (!isResting && !isHeld && !isOwn) return no('static lease available');
  }
  if (reserved !== undefined && reserved !== host) return no('address reserved');
  if (lease === undefined && other !== undefined) {
    if (host !== undefined && hasHardware(host, other.hardwareType, other.hardwareAddress)) {
      trace.log(`!abandoning lease to ${toHex(other.hardwareAddress, ':')} of ${formatIpv4(other.address)}`);
      return { message: undefined, taken: other, isWrongNet: false };
    }
    return no('address in use');
  }
  return { message: undefined, taken: undefined, isWrongNet: false };
}

function nak(
  exchange: Exchange,
  address: Ipv4Address,
  message: string,
  options: GrantOptions,
  unicast: boolean,
): Answer {
  const { client, environment } = exchange;
  if (options.isRapid) return silent(exchange, message);
  logPacket(exchange, 'DHCPNAK', address, message);
  const { request } = client;
  const writer = new ReplyWriter(request, true);
  writer.yiaddr = 0;
  writer.put(OPTION.messageType, Uint8Array.of(MESSAGE_TYPE.nak));
  const subnet = client.subnets[0];
  writer.putAddress(OPTION.serverId, options.override ?? serverId(exchange, subnet));
  writer.put(OPTION.message, latin1(message));
  // A NAK must reach a client that has no usable address: by broadcast, except to one of another network.
  const isLocal = subnet !== undefined && sameSubnet(request.ciaddr, subnet.local, subnet.netmask);
  if (!unicast || request.giaddr !== 0 || request.ciaddr === 0 || isLocal) {
    writer.flags = 0x8000;
    writer.ciaddr = 0;
  }
  environment.onLeasesChanged();
  return { writer, silence: undefined, tags: client.tags };
}

/** Gives the lease, or refuses it. */
function* grant(
  exchange: Exchange,
  address: Ipv4Address,
  current: Lease | undefined,
  options: GrantOptions,
): DhcpSteps<Answer> {
  const { environment, client, trace } = exchange;
  const { config, state } = environment;
  let lease = current;
  let { unicast } = client;
  let message = options.refusal;
  if (options.broadcastNak === true) unicast = false;
  const subnet = narrow(client.subnets, address, client.tags);
  if (message === undefined) {
    const found = refusal(exchange, address, lease, subnet);
    message = found.message;
    lease = found.taken ?? lease;
    if (found.isWrongNet) unicast = false;
  }
  if (message === undefined) {
    if (lease !== undefined && lease.address !== address) {
      state.leases.remove(lease);
      lease = undefined;
    }
    const max = config.numbers.get('dhcp-lease-max')?.value ?? 1000;
    if (lease === undefined) {
      if (state.leases.leases.length >= max) {
        trace.because(config.numbers.get('dhcp-lease-max')?.origin);
        message = 'no leases left';
      } else lease = state.leases.add(address);
    }
  }
  if (message !== undefined || lease === undefined || subnet === undefined) {
    return nak(exchange, address, message ?? 'wrong network', options, unicast);
  }
  trace.because(subnet.range.origin);
  const tags = withRangeTag(exchange, subnet);
  trace.log(`tags: ${tagNames(tags)}`, 'detail');
  if (options.isRapid) yield* replyDelay(exchange, tags);
  const leaseS = leaseTime(exchange, subnet);
  const domain = domainOf(config, address, client.face);
  lease.hardwareType = client.request.htype;
  lease.hardwareAddress = client.hardware.slice();
  lease.clientId = client.clientId?.slice();
  lease.interfaceName = client.face.name;
  state.leases.setExpiry(lease, leaseS, environment.nowS());
  const names = namesOf(exchange, tags);
  if (names.name !== undefined) {
    const own = names.isAuthoritative ? client.host?.domain : splitName(client.ownName ?? '')[1];
    let nameDomain = domain;
    if (own !== undefined && own !== '' && (domain === undefined || !sameName(own, domain))) {
      trace.log(`!Ignoring domain ${own} for DHCP host name ${names.name}`);
      nameDomain = domain;
    }
    state.leases.setName(lease, names.name, names.isAuthoritative, nameDomain);
  }
  environment.onLeasesChanged();
  logPacket(exchange, 'DHCPACK', address, lease.name ?? '');
  const writer = new ReplyWriter(client.request, true);
  writer.yiaddr = address;
  writer.put(OPTION.messageType, Uint8Array.of(MESSAGE_TYPE.ack));
  writer.putAddress(OPTION.serverId, options.override ?? serverId(exchange, subnet));
  writer.putAddress(OPTION.leaseTime, leaseS);
  if (options.isRapid) writer.put(OPTION.rapidCommit, new Uint8Array(0));
  fill(exchange, writer, { subnet, tags, leaseS, fuzzS: options.fuzzS, hostname: names.name, domain });
  return { writer, silence: undefined, tags };
}

function* request(exchange: Exchange): DhcpSteps<Answer> {
  const { environment, client } = exchange;
  const { config, state } = environment;
  if (client.isIgnored || client.host?.ignore === true) {
    return silent(exchange, client.isIgnored ? 'a dhcp-ignore line applies' : 'its dhcp-host line says ignore');
  }
  const isAuthoritative = config.flags.has('dhcp-authoritative');
  const wish = client.request.findAddress(OPTION.requestedAddress);
  const server = client.request.findAddress(OPTION.serverId);
  let { lease } = client;
  if (wish !== undefined) {
    let message: string | undefined;
    let override: Ipv4Address | undefined;
    if (server !== undefined) {
      // SELECTING (RFC 2131 §4.3.2).
      if (client.override !== undefined) {
        if (server !== client.override) return silent(exchange, 'the client chose another server');
      } else if (!client.subnets.some((subnet) => subnet.local === server)) {
        // Another address of ours counts only where TFTP is served: an accident that clients may hang on.
        const isOurs = environment.interfaces.some((face) => face.address === server);
        if (isOurs && config.flags.has('enable-tftp')) override = server;
        else if (!isAuthoritative) return silent(exchange, 'the client chose another server');
        else message = 'wrong server-ID';
      }
      if (lease !== undefined && lease.address !== wish) {
        state.leases.remove(lease);
        lease = undefined;
      }
    } else {
      // INIT-REBOOT.
      if (lease === undefined && !isAuthoritative) {
        return silent(exchange, 'an unknown client wants its old address, and the server is not authoritative');
      }
      if (lease !== undefined && lease.address !== wish) message = 'wrong address';
    }
    logPacket(exchange, 'DHCPREQUEST', wish);
    return yield* grant(exchange, wish, lease, {
      isRapid: false,
      fuzzS: 0,
      ...(message === undefined ? {} : { refusal: message }),
      ...(override === undefined ? {} : { override }),
    });
  }
  // RENEWING and REBINDING.
  const { ciaddr } = client.request;
  const isWrong = lease === undefined ? !isAuthoritative : lease.address !== ciaddr;
  if (isWrong && !client.unicast) {
    return silent(exchange, 'a broadcast renewal of a lease that is not ours');
  }
  const fuzzS = environment.random(0x10000);
  logPacket(exchange, 'DHCPREQUEST', ciaddr);
  return yield* grant(exchange, ciaddr, lease, {
    isRapid: false,
    fuzzS,
    ...(isWrong ? { refusal: 'lease not found', broadcastNak: true } : {}),
  });
}

function isForThisServer({ environment, client }: Exchange): boolean {
  const server = client.request.findAddress(OPTION.serverId);
  if (server === undefined) return false;
  return (
    server === (client.override ?? server) &&
    environment.interfaces.some((face) => face.address === server || server === client.override)
  );
}

function decline(exchange: Exchange): Answer {
  const { environment, client, trace } = exchange;
  const address = client.request.findAddress(OPTION.requestedAddress);
  if (!isForThisServer(exchange)) return silent(exchange, 'it is for another server');
  if (address === undefined) return silent(exchange, 'it names no address');
  const text = client.request.find(OPTION.message);
  logPacket(exchange, 'DHCPDECLINE', address, text === undefined ? '' : latin1Text(text));
  if (client.lease !== undefined && client.lease.address === address) {
    environment.state.leases.remove(client.lease);
    environment.onLeasesChanged();
  }
  if (client.host?.address === address) {
    trace.log(`!disabling DHCP static address ${formatIpv4(address)} for 10m`);
    environment.state.declined.set(client.host, environment.nowS());
  } else {
    for (const { range } of client.subnets) {
      environment.state.epochs.set(range, (environment.state.epochs.get(range) ?? 0) + 1);
    }
  }
  return silent(exchange, 'a decline has no answer');
}

function latin1Text(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes).replace(/[^\u0020-\u007e]/g, '');
}

function release(exchange: Exchange): Answer {
  const { environment, client } = exchange;
  if (!isForThisServer(exchange)) return silent(exchange, 'it is for another server');
  const { ciaddr } = client.request;
  let message = '';
  if (client.lease !== undefined && client.lease.address === ciaddr) {
    environment.state.leases.remove(client.lease);
    environment.onLeasesChanged();
  } else message = 'unknown lease';
  logPacket(exchange, 'DHCPRELEASE', ciaddr, message);
  return silent(exchange, 'a release has no answer');
}

function inform(exchange: Exchange): Answer {
  const { environment, client, trace } = exchange;
  const { ciaddr } = client.request;
  const isIgnored = client.isIgnored || client.host?.ignore === true;
  logPacket(exchange, 'DHCPINFORM', ciaddr, isIgnored ? 'ignored' : '');
  if (isIgnored) return silent(exchange, 'it is to be ignored');
  if (ciaddr === 0) return silent(exchange, 'it has no address');
  const subnet = narrow(client.subnets, ciaddr, client.tags);
  const tags = subnet === undefined ? client.tags : withRangeTag(exchange, subnet);
  trace.because(subnet?.range.origin);
  trace.log(`tags: ${tagNames(tags)}`, 'detail');
  const { lease } = client;
  const hostname = namesOf(exchange, tags).name;
  logPacket(exchange, 'DHCPACK', ciaddr, hostname ?? '');
  if (lease !== undefined) lease.interfaceName = client.face.name;
  const writer = new ReplyWriter(client.request, true);
  writer.yiaddr = 0;
  writer.put(OPTION.messageType, Uint8Array.of(MESSAGE_TYPE.ack));
  writer.putAddress(OPTION.serverId, serverId(exchange, subnet));
  fill(exchange, writer, {
    subnet,
    tags,
    leaseS: INFINITE_LEASE,
    fuzzS: 0,
    hostname,
    domain: domainOf(environment.config, ciaddr, client.face),
  });
  return { writer, silence: undefined, tags };
}

/** Answers a DHCP message by its type. */
export function* answerDhcp(
  environment: DhcpEnvironment,
  client: Client,
  pxe: PxeClient | undefined,
  trace: Trace,
): DhcpSteps<Answer> {
  const exchange: Exchange = { environment, client, pxe, trace };
  switch (client.request.messageType) {
    case MESSAGE_TYPE.discover:
      return yield* discover(exchange);
    case MESSAGE_TYPE.request:
      return yield* request(exchange);
    case MESSAGE_TYPE.decline:
      return decline(exchange);
    case MESSAGE_TYPE.release:
      return release(exchange);
    case MESSAGE_TYPE.inform:
      return inform(exchange);
    case undefined:
    default:
      return silent(exchange, 'not a message for servers');
  }
}
