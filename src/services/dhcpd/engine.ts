/**
 * ISC dhcpd 4.4.3 as clients see it: which address, which options, which silence. Pure but for its leases; times come
 * with each message.
 */
import { IPV4_ANY, IPV4_BROADCAST, formatIpv4, type Ipv4Address } from '../../base/address.ts';
import { latin1, toHex } from '../../base/bytes.ts';
import { NS_PER_S } from '../../base/time/clock.ts';
import {
  collectOption,
  decodeDhcp,
  BOOTREQUEST,
  FLAG_BROADCAST,
  type DhcpMessage,
} from '../../protocols/dhcp/codec.ts';
import { DHCP_MESSAGE_TYPE, DHCP_OPTION } from '../../protocols/dhcp/options.ts';
import type { Message } from '../../base/sentence.ts';
import type { DhcpdConfig, Host, SharedNetwork, Subnet } from './language/model.ts';
import { DHCP_SPACE, STANDARD_OPTIONS, integerBytes, ipBytes } from './language/option-types.ts';
import { dhcpdMessage } from './messages.ts';
import { AGENT_OPTION, execute, Settings, textOf, type Client } from './policy/evaluate.ts';
import { destinationOf, isYoung, leaseSeconds, type Destination } from './policy/lease-time.ts';
import { allocateLease, findLease, type LeaseFound, type LeaseSearch } from './policy/find-lease.ts';
import { Leases, type Lease } from './policy/leases.ts';
import {
  classesOf,
  fixedAddress,
  hardwareOf,
  hostsOf,
  isPermitted,
  networkOf,
  optionAddress,
  subnetOf,
  type ClassOfClient,
} from './policy/network.ts';
import { replyMessage } from './policy/reply.ts';

/** An OFFER keeps its address for two minutes. */
const OFFER_S = 120;
/** An address whose client was heard of lately is not pinged. */
const PING_AFTER_S = 60;
/** A lease of BOOTP lasts to the end of 32-bit time. */
const LAST_TIME_S = 0x7fff_ffff;

export interface Reply extends Destination {
  readonly kind: 'reply';
  readonly message: DhcpMessage;
  readonly code: 'offer' | 'ack' | 'nak' | 'bootp-reply';
  /** Lines of the configuration, in the order of the file. */
  readonly lines: readonly number[];
  /** An address that nobody has had lately is pinged before it is offered. */
  readonly probes: boolean;
  readonly lease?: Lease;
}

export type Outcome = Reply | { readonly kind: 'silent'; readonly reason: Message } | { readonly kind: 'noted' };

/** What is given to a client: an address of its own, or one of a pool. */
interface Grant {
  readonly address: Ipv4Address;
  readonly subnet: Subnet;
  readonly host: Host | undefined;
  readonly lease: Lease | undefined;
}

/** A client's message with what the server has found out about it. */
interface Case {
  readonly client: Client;
  readonly network: SharedNetwork;
  readonly classes: readonly ClassOfClient[];
  readonly hosts: readonly Host[];
  readonly clientId: string | undefined;
  readonly hardware: string;
  /** The address of the interface that it came in at. */
  readonly own: Ipv4Address;
  readonly nowS: number;
}

const silent = (reason: Message): Outcome => ({ kind: 'silent', reason });

export class DhcpdEngine {
  readonly leases: Leases;
  private readonly config: DhcpdConfig;
  private readonly epochS: number;

  /** `epochS` is the Unix time of the clock's zero. */
  constructor(config: DhcpdConfig, epochS: number) {
    this.config = config;
    this.epochS = epochS;
    this.leases = new Leases(config.networks);
  }

  receive(bytes: Uint8Array, own: Ipv4Address, nowNs: number): Outcome {
    const decoded = decodeDhcp(bytes);
    if (!decoded.ok || decoded.value.op !== BOOTREQUEST) return silent(dhcpdMessage('dhcpd.silent.no-request'));
    const nowS = Math.floor(nowNs / NS_PER_S);
    this.leases.expire(nowS);
    const message = this.withAgent(decoded.value);
    const type = collectOption(message, DHCP_OPTION.messageType)?.[0];
    const network = networkOf(this.config, message, own, type === DHCP_MESSAGE_TYPE.inform);
    if (network === undefined && type === DHCP_MESSAGE_TYPE.request && this.hasAuthorityOver(message))
      return this.refuseStranger(message, own);
    if (network === undefined)
      return silent(dhcpdMessage('dhcpd.silent.no-network', { address: this.origin(message, own) }));
    const found: Client = { message, bytes, isKnown: false };
    const hosts = hostsOf(this.config, found);
    const client: Client = { ...found, isKnown: hosts.length > 0 };
    const id = collectOption(message, DHCP_OPTION.clientIdentifier);
    const subject: Case = {
      client,
      network,
      // Classes are looked for before host declarations are, and BOOTP clients have none.
      classes: type === undefined ? [] : classesOf(this.config, found),
      hosts,
      clientId: id === undefined ? undefined : toHex(id),
      hardware: toHex(hardwareOf(message)),
      own,
      nowS,
    };
    switch (type) {
      case undefined:
        return this.bootp(subject);
      case DHCP_MESSAGE_TYPE.discover:
        return this.discover(subject);
      case DHCP_MESSAGE_TYPE.request:
        return this.request(subject);
      case DHCP_MESSAGE_TYPE.inform:
        return this.inform(subject);
      case DHCP_MESSAGE_TYPE.decline:
        return this.decline(subject);
      case DHCP_MESSAGE_TYPE.release:
        return this.release(subject);
      default:
        return silent(dhcpdMessage('dhcpd.silent.no-request'));
    }
  }

  /** A client that renews its lease without the relay is still where the relay said (`stash-agent-options`). */
  private withAgent(message: DhcpMessage): DhcpMessage {
    const isRenewal = message.ciaddr !== IPV4_ANY && message.giaddr === IPV4_ANY;
    const lease = isRenewal ? this.leases.at(message.ciaddr) : undefined;
    if (lease?.agent === undefined || lease.hardware !== toHex(hardwareOf(message))) return message;
    if (collectOption(message, AGENT_OPTION) !== undefined) return message;
    return { ...message, options: [...message.options, { code: AGENT_OPTION, data: lease.agent, area: 'options' }] };
  }

  /** Of a client in a network that the file does not know: whether it asks for an address of one that it does. */
  private hasAuthorityOver(message: DhcpMessage): boolean {
    const wanted = optionAddress(message, DHCP_OPTION.requestedAddress) ?? message.ciaddr;
    return this.config.networks.some((network) => subnetOf(network, wanted)?.scope.isAuthoritative === true);
  }

  private origin(message: DhcpMessage, own: Ipv4Address): string {
    return formatIpv4(message.giaddr === IPV4_ANY ? own : message.giaddr);
  }

  private fixed({ hosts, network }: Case): Grant | undefined {
    const fixed = fixedAddress(hosts, network);
    return fixed === undefined ? undefined : { ...fixed, lease: undefined };
  }

  private dynamic({ hosts, network }: Case, lease: Lease): Grant | undefined {
    const subnet = subnetOf(network, lease.address);
    const host = dynamicHost(hosts);
    return subnet === undefined ? undefined : { address: lease.address, subnet, host, lease };
  }

  private find(subject: Case, kind: LeaseSearch['kind'], network: SharedNetwork, hasFixed: boolean): LeaseFound {
    const { client, classes, hardware, clientId, nowS } = subject;
    const requested = optionAddress(client.message, DHCP_OPTION.requestedAddress);
    const { ciaddr } = client.message;
    return findLease(this.leases, {
      kind,
      network,
      hardware,
      clientId,
      wanted: requested ?? (ciaddr === IPV4_ANY ? undefined : ciaddr),
      isUsing: ciaddr !== IPV4_ANY,
      hasFixed,
      isPermitted: ({ pool }) => isPermitted(pool, client, classes),
      nowS,
    });
  }

  /** The lease that the client asks for or had before, else the next address of a pool. */
  private choose(subject: Case, kind: 'discover' | 'bootp', hasFixed: boolean): Lease | undefined {
    const { client, network, classes } = subject;
    const { lease } = this.find(subject, kind, network, hasFixed);
    if (lease !== undefined || hasFixed) return lease;
    return allocateLease(this.leases, network, (pool) => isPermitted(pool, client, classes), subject.nowS);
  }

  private discover(subject: Case): Outcome {
    const fixed = this.fixed(subject);
    const lease = this.choose(subject, 'discover', fixed !== undefined);
    const chosen = fixed ?? this.grantOf(subject, lease);
    if (chosen === undefined) return silent(dhcpdMessage('dhcpd.silent.no-address'));
    return this.answer(subject, chosen, 'offer');
  }

  private grantOf(subject: Case, lease: Lease | undefined): Grant | undefined {
    return lease === undefined ? undefined : this.dynamic(subject, lease);
  }

  private request(subject: Case): Outcome {
    const { message } = subject.client;
    const wanted = optionAddress(message, DHCP_OPTION.requestedAddress) ?? message.ciaddr;
    const address = formatIpv4(wanted);
    if (wanted === IPV4_ANY && collectOption(message, DHCP_OPTION.requestedAddress) === undefined)
      return silent(dhcpdMessage('dhcpd.silent.unknown-lease', { address }));
    const home = this.config.networks.find((network) => subnetOf(network, wanted) !== undefined);
    const fixed = home === undefined ? undefined : this.fixed({ ...subject, network: home });
    // A client with an address of its own has no other, whatever else it had.
    const isOther = fixed !== undefined && fixed.address !== wanted;
    const found =
      home === undefined || isOther
        ? { lease: undefined, isOurs: isOther }
        : this.find(subject, 'request', home, fixed !== undefined);
    // A client that renews its lease by itself is not refused for its network: it may have come through a router.
    const isPlaced = message.ciaddr === IPV4_ANY || message.giaddr !== IPV4_ANY;
    if (isPlaced && home !== subject.network) {
      if (!subject.network.scope.isAuthoritative)
        return silent(dhcpdMessage('dhcpd.silent.not-authoritative', { address }));
      return this.refuseCase(subject);
    }
    if (fixed?.address === wanted) return this.answer(subject, fixed, 'ack');
    const grant = this.grantOf(subject, found.lease);
    if (grant !== undefined) return this.answer(subject, grant, 'ack');
    return found.isOurs ? this.refuseCase(subject) : silent(dhcpdMessage('dhcpd.silent.unknown-lease', { address }));
  }

  private bootp(subject: Case): Outcome {
    const fixed = this.fixed(subject);
    const lease = this.choose(subject, 'bootp', fixed !== undefined);
    const chosen = fixed ?? this.grantOf(subject, lease);
    if (chosen === undefined) return silent(dhcpdMessage('dhcpd.silent.no-bootp'));
    return this.answer(subject, chosen, 'bootp-reply');
  }

  private inform(subject: Case): Outcome {
    const { message } = subject.client;
    const subnet = subnetOf(subject.network, message.ciaddr);
    if (subnet === undefined || !subnet.scope.isAuthoritative)
      return silent(dhcpdMessage('dhcpd.silent.not-authoritative', { address: formatIpv4(message.ciaddr) }));
    const host = dynamicHost(subject.hosts);
    const informed: Case = { ...subject, client: { ...subject.client, isKnown: false } };
    const settings = this.settings(informed, { address: message.ciaddr, subnet, host, lease: undefined }, false);
    settings.flags.delete('always-broadcast');
    this.setNumber(settings, DHCP_OPTION.messageType, DHCP_MESSAGE_TYPE.ack, 1);
    const reply = { ...replyMessage(message, this.config, settings), ciaddr: message.ciaddr };
    return {
      kind: 'reply',
      message: reply,
      code: 'ack',
      lines: linesOf(settings),
      probes: false,
      ...destinationOf(message, reply, settings),
    };
  }

  private release({ client, hardware, nowS }: Case): Outcome {
    const lease = this.leases.at(client.message.ciaddr);
    if (lease?.hardware === hardware) this.leases.release(lease, nowS);
    return { kind: 'noted' };
  }

  /** dhcpd believes any client that an address is in use, also one that does not have it. */
  private decline(subject: Case): Outcome {
    const address = optionAddress(subject.client.message, DHCP_OPTION.requestedAddress);
    const lease = address === undefined ? undefined : this.leases.at(address);
    const subnet = lease === undefined ? undefined : subnetOf(lease.network, lease.address);
    if (lease === undefined || subnet === undefined) return { kind: 'noted' };
    const settings = new Settings();
    execute(subnet.scope, subject.client, settings);
    for (const { scope } of subject.classes.toReversed()) execute(scope, subject.client, settings, subnet.scope);
    if (settings.flags.get('declines') !== false) this.leases.abandon(lease, subject.nowS);
    return { kind: 'noted' };
  }

  /** Of a client in a network that the file does not know. */
  private refuseStranger(message: DhcpMessage, own: Ipv4Address): Outcome {
    const settings = new Settings();
    execute(this.config.root, { message, bytes: new Uint8Array(0), isKnown: false }, settings);
    const echoed = new Settings();
    echoed.flags.set('echo-client-id', settings.flags.get('echo-client-id') === true);
    return this.refuse(message, own, echoed);
  }

  private refuseCase({ client, network, own }: Case): Outcome {
    const settings = new Settings();
    execute(network.scope, client, settings);
    return this.refuse(client.message, own, settings);
  }

  private refuse(message: DhcpMessage, own: Ipv4Address, settings: Settings): Outcome {
    const plain = new Settings();
    const identifier = settings.option(DHCP_SPACE, DHCP_OPTION.serverIdentifier);
    this.setNumber(plain, DHCP_OPTION.messageType, DHCP_MESSAGE_TYPE.nak, 1);
    this.setBytes(plain, DHCP_OPTION.serverIdentifier, identifier ?? ipBytes(own));
    this.echo(message, settings, plain);
    plain.flags.set('echo-client-id', settings.flags.get('echo-client-id') === true);
    const reply = replyMessage(message, this.config, plain);
    const relayed = message.giaddr !== IPV4_ANY;
    return {
      kind: 'reply',
      message: { ...reply, flags: reply.flags | FLAG_BROADCAST },
      code: 'nak',
      lines: [],
      probes: false,
      destination: relayed ? message.giaddr : IPV4_BROADCAST,
      destinationPort: relayed ? 67 : 68,
      toHardware: false,
    };
  }

  /** All statements for a client: subnet and around, pool, classes (the first has the last word), host. */
  private settings(subject: Case, { address, subnet, host, lease }: Grant, isLeased: boolean): Settings {
    const settings = new Settings();
    const client: Client = {
      ...subject.client,
      ...(isLeased ? { lease: { address, isStatic: lease === undefined } } : {}),
      ...(host === undefined ? {} : { hostName: host.name }),
    };
    execute(subnet.scope, client, settings);
    // The ranges of several subnets may be in one pool: what stands around it, in whichever subnet, does not count.
    if (lease !== undefined) execute(lease.pool.scope, client, settings, lease.pool.scope.around);
    const limit = lease?.pool.scope ?? subnet.scope;
    for (const { scope } of subject.classes.toReversed()) execute(scope, client, settings, limit);
    if (host !== undefined) execute(host.scope, client, settings, limit);
    this.setDefault(settings, 1, ipBytes(subnet.mask));
    // A BOOTP client gets the identifier only when the file names one.
    const isBootp = collectOption(subject.client.message, DHCP_OPTION.messageType) === undefined;
    const isStaticBootp = isBootp && isLeased && lease === undefined;
    if (!isBootp) this.setDefault(settings, DHCP_OPTION.serverIdentifier, ipBytes(subject.own));
    if (isLeased && !isStaticBootp && settings.flags.get('use-lease-addr-for-default-route') === true)
      this.setDefault(settings, 3, ipBytes(address));
    if (isLeased && host !== undefined && settings.flags.get('use-host-decl-names') === true)
      this.setDefault(settings, DHCP_OPTION.hostName, latin1(host.name));
    if (isLeased && !isStaticBootp) this.echo(subject.client.message, settings, settings);
    return settings;
  }

  private echo(message: DhcpMessage, { flags }: Settings, into: Settings): void {
    const id = collectOption(message, DHCP_OPTION.clientIdentifier);
    if (id !== undefined && flags.get('echo-client-id') === true) this.setBytes(into, DHCP_OPTION.clientIdentifier, id);
  }

  private refusal({ client }: Case, host: Host | undefined, settings: Settings, isBootp: boolean): Message | undefined {
    const { flags, numbers } = settings;
    if (flags.get('booting') === false) return dhcpdMessage('dhcpd.silent.booting-denied');
    if (isBootp && flags.get('bootp') === false) return dhcpdMessage('dhcpd.silent.bootp-denied');
    if (host === undefined && flags.get('boot-unknown-clients') === false)
      return dhcpdMessage('dhcpd.silent.unknown-client');
    if (client.message.secs < (numbers.get('min-secs') ?? 0)) return dhcpdMessage('dhcpd.silent.too-early');
    return undefined;
  }

  private answer(subject: Case, grant: Grant, code: 'offer' | 'ack' | 'bootp-reply'): Outcome {
    const { client, nowS } = subject;
    const { message } = client;
    const settings = this.settings(subject, grant, true);
    const reason = this.refusal(subject, grant.host, settings, code === 'bootp-reply');
    if (reason !== undefined) return silent(reason);
    const { lease } = grant;
    const isStale = lease !== undefined && nowS - lease.heardS > PING_AFTER_S;
    const held = lease === undefined ? undefined : this.heldYoung(subject, lease, settings);
    const seconds = held === undefined ? leaseSeconds(message, settings) : held.endS - nowS;
    if (code !== 'bootp-reply') {
      this.setNumber(settings, DHCP_OPTION.messageType, DHCP_MESSAGE_TYPE[code], 1);
      this.setNumber(settings, DHCP_OPTION.leaseTime, seconds, 4);
    }
    if (lease !== undefined && held === undefined) this.assign(subject, lease, code, seconds);
    const isStaticBootp = code === 'bootp-reply' && lease === undefined;
    const reply: DhcpMessage = {
      ...replyMessage(message, this.config, settings, isStaticBootp ? { siaddr: subject.own, isListed: false } : {}),
      yiaddr: grant.address,
      ciaddr: code === 'ack' ? message.ciaddr : IPV4_ANY,
    };
    const probes = code === 'offer' && isStale && settings.flags.get('ping-check') !== false;
    return {
      kind: 'reply',
      message: reply,
      code,
      lines: linesOf(settings),
      probes,
      ...destinationOf(message, reply, settings),
      ...(lease === undefined ? {} : { lease }),
    };
  }

  /** A lease that the same client has by the same names, so young that it is confirmed as it is. */
  private heldYoung({ client, hardware, clientId, nowS }: Case, lease: Lease, settings: Settings): Lease | undefined {
    const hostName = collectOption(client.message, DHCP_OPTION.hostName);
    const isSame = lease.hardware === hardware && lease.clientId === clientId;
    const isRenamed = hostName !== undefined && textOf(hostName) !== lease.hostName;
    return isSame && !isRenamed && !lease.isOfferedAnew && isYoung(lease, settings, nowS) ? lease : undefined;
  }

  /** The lease is the client's from now on, or for the time of an offer. */
  private assign(subject: Case, lease: Lease, code: 'offer' | 'ack' | 'bootp-reply', seconds: number): void {
    const { nowS, clientId, hardware, client } = subject;
    const state = code === 'offer' ? lease.state : 'active';
    const ends = {
      offer: Math.max(nowS + OFFER_S, lease.endS),
      ack: nowS + seconds,
      'bootp-reply': LAST_TIME_S - this.epochS,
    };
    const change = {
      state,
      hardware,
      clientId,
      startS: nowS,
      endS: ends[code],
      hostName: textOf(collectOption(client.message, DHCP_OPTION.hostName)),
      agent: state === 'active' ? (collectOption(client.message, AGENT_OPTION) ?? lease.agent) : undefined,
    };
    this.leases.change(lease, change, nowS);
    lease.isOfferedAnew = code === 'offer';
  }

  private setNumber(settings: Settings, code: number, value: number, width: 1 | 4): void {
    this.setBytes(settings, code, integerBytes(value, width));
  }

  private setDefault(settings: Settings, code: number, value: Uint8Array): void {
    if (settings.option(DHCP_SPACE, code) === undefined) this.setBytes(settings, code, value);
  }

  private setBytes(settings: Settings, code: number, value: Uint8Array): void {
    const type = { fields: ['string'], isList: false } as const;
    const option = BY_CODE.get(code) ?? { space: DHCP_SPACE, code, type };
    settings.options.set(`${DHCP_SPACE}.${code}`, { option, value });
  }
}

/** The declaration that counts for a client without an address of its own. */
function dynamicHost(hosts: readonly Host[]): Host | undefined {
  return hosts.find(({ fixedAddresses }) => fixedAddresses.length === 0);
}

const BY_CODE = new Map(
  [...STANDARD_OPTIONS.values()].filter(({ space }) => space === DHCP_SPACE).map((option) => [option.code, option]),
);

function linesOf(settings: Settings): readonly number[] {
  return [...new Set(settings.lines.values())].toSorted((a, b) => a - b);
}
