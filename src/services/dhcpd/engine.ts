/**
 * ISC dhcpd 4.4.3 as clients see it: which address, which options, which silence. Pure but for its leases; times come
 * with each message.
 */
import { IPV4_ANY, IPV4_BROADCAST, formatIpv4, type Ipv4Address } from '../../base/address.ts';
import { latin1, toHex } from '../../base/bytes.ts';
import { NS_PER_S } from '../../base/clock.ts';
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
const OFFER_NS = 120 * NS_PER_S;
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
  readonly nowNs: number;
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
    const message = this.withAgent(decoded.value);
    const type = collectOption(message, DHCP_OPTION.messageType)?.[0];
    const network = networkOf(this.config, message, own, type === DHCP_MESSAGE_TYPE.inform);
    if (network === undefined && type === DHCP_MESSAGE_TYPE.request && this.hasAuthorityOver(message))
      return this.refuse(message, own, new Settings());
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
      nowNs,
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
        return this.giveBack(subject, optionAddress(message, DHCP_OPTION.requestedAddress), 'abandoned');
      case DHCP_MESSAGE_TYPE.release:
        return this.giveBack(subject, message.ciaddr, 'free');
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

  private isOwn({ hardware, clientId }: Case, lease: Lease): boolean {
    if (lease.clientId !== undefined) return lease.clientId === clientId;
    return lease.hardware === hardware;
  }

  private mayHave(subject: Case, lease: Lease): boolean {
    if (lease.network !== subject.network || lease.state === 'abandoned') return false;
    if (!isPermitted(lease.pool, subject.client, subject.classes)) return false;
    // An address that is only offered goes to any client that asks for it by name.
    return this.isOwn(subject, lease) || lease.state === 'offered' || this.leases.isFree(lease, subject.nowNs);
  }

  /** The address that it asks for, the one that it had, else the next of a pool. */
  private choose(subject: Case): Lease | undefined {
    const { client, network, clientId, hardware, classes, nowNs } = subject;
    const wanted = optionAddress(client.message, DHCP_OPTION.requestedAddress);
    const asked = wanted === undefined ? undefined : this.leases.at(wanted);
    const usable = (lease: Lease): boolean => this.mayHave(subject, lease);
    if (asked !== undefined && usable(asked)) return asked;
    const before = this.leases.ofClient(network, clientId, hardware).find(usable);
    if (before !== undefined) return before;
    const free = network.pools
      .filter((pool) => isPermitted(pool, client, classes))
      .flatMap((pool) => this.leases.free(pool, network, nowNs) ?? []);
    return free.toSorted((a, b) => a.endNs - b.endNs)[0] ?? this.declined(subject);
  }

  /** Where a network has one address only, and its client has declined it, that client may have it again. */
  private declined({ network, hardware }: Case): Lease | undefined {
    const [range, ...others] = network.pools.flatMap(({ ranges }) => ranges);
    if (range === undefined || range.start !== range.end || others.length > 0) return undefined;
    const lease = this.leases.at(range.start);
    return lease?.state === 'abandoned' && lease.hardware === hardware ? lease : undefined;
  }

  private discover(subject: Case): Outcome {
    const chosen = this.fixed(subject) ?? this.grantOf(subject, this.choose(subject));
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
    const subnet = subnetOf(subject.network, wanted);
    if (subnet === undefined) {
      if (!subject.network.scope.isAuthoritative)
        return silent(dhcpdMessage('dhcpd.silent.not-authoritative', { address }));
      return this.refuseCase(subject);
    }
    const fixed = this.fixed(subject);
    if (fixed?.address === wanted) return this.answer(subject, fixed, 'ack');
    if (fixed !== undefined) return this.refuseCase(subject);
    const lease = this.leases.at(wanted);
    if (lease === undefined) return silent(dhcpdMessage('dhcpd.silent.unknown-lease', { address }));
    if (!this.mayHave(subject, lease)) return this.refuseCase(subject);
    // Of two leases a client loses the first when it asks for the other by its identifier, or renews it.
    const [first, ...others] = this.leases.ofClient(subject.network, subject.clientId, subject.hardware);
    const isSure = first?.clientId !== undefined || message.ciaddr !== IPV4_ANY;
    if (first !== undefined && isSure && others.includes(lease)) this.leases.release(first, subject.nowNs);
    const grant = this.dynamic(subject, lease);
    return grant === undefined ? this.refuseCase(subject) : this.answer(subject, grant, 'ack');
  }

  private bootp(subject: Case): Outcome {
    const fixed = this.fixed(subject);
    const chosen = fixed ?? this.grantOf(subject, this.choose(subject) ?? this.offered(subject));
    if (chosen === undefined) return silent(dhcpdMessage('dhcpd.silent.no-bootp'));
    return this.answer(subject, chosen, 'bootp-reply');
  }

  /** What was offered to the same station, whatever identifier it had. */
  private offered({ network, hardware, client, classes }: Case): Lease | undefined {
    return this.leases
      .all()
      .find(
        (lease) =>
          lease.network === network &&
          lease.state === 'offered' &&
          lease.hardware === hardware &&
          isPermitted(lease.pool, client, classes),
      );
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

  private giveBack(subject: Case, address: Ipv4Address | undefined, state: 'free' | 'abandoned'): Outcome {
    const lease = address === undefined ? undefined : this.leases.at(address);
    if (lease !== undefined && lease.hardware !== undefined && this.isOwn(subject, lease)) {
      lease.state = state;
      lease.endNs = subject.nowNs;
    }
    return { kind: 'noted' };
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
    // The ranges of several subnets may be in one pool: what stands in another subnet does not count.
    const around = lease?.pool.scope.around;
    const isElsewhere = subject.network.subnets.some(({ scope }) => scope === around && scope !== subnet.scope);
    if (lease !== undefined) execute(lease.pool.scope, client, settings, isElsewhere ? around : subject.network.scope);
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
    const { client, nowNs } = subject;
    const { message } = client;
    const settings = this.settings(subject, grant, true);
    const reason = this.refusal(subject, grant.host, settings, code === 'bootp-reply');
    if (reason !== undefined) return silent(reason);
    const { lease } = grant;
    const isNew = lease !== undefined && lease.state === 'free';
    const held = lease === undefined ? undefined : this.heldYoung(subject, lease, settings);
    const seconds = held === undefined ? leaseSeconds(message, settings) : Math.ceil((held.endNs - nowNs) / NS_PER_S);
    if (code !== 'bootp-reply') {
      this.setNumber(settings, DHCP_OPTION.messageType, DHCP_MESSAGE_TYPE[code], 1);
      this.setNumber(settings, DHCP_OPTION.leaseTime, seconds, 4);
    }
    if (lease !== undefined) this.take(subject, lease, code, held === undefined ? seconds : undefined);
    const isStaticBootp = code === 'bootp-reply' && lease === undefined;
    const reply: DhcpMessage = {
      ...replyMessage(message, this.config, settings, isStaticBootp ? { siaddr: subject.own, isListed: false } : {}),
      yiaddr: grant.address,
      ciaddr: code === 'ack' ? message.ciaddr : IPV4_ANY,
    };
    const probes = code === 'offer' && isNew && settings.flags.get('ping-check') !== false && nowNs >= 0;
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
  private heldYoung({ client, hardware, clientId, nowNs }: Case, lease: Lease, settings: Settings): Lease | undefined {
    const hostName = collectOption(client.message, DHCP_OPTION.hostName);
    const isSame = lease.hardware === hardware && lease.clientId === clientId;
    const isRenamed = hostName !== undefined && textOf(hostName) !== lease.hostName;
    return isSame && !isRenamed && !lease.isOfferedAnew && isYoung(lease, settings, nowNs) ? lease : undefined;
  }

  /** The lease is the client's from now on, or for the time of an offer; without `seconds` it stays as it is. */
  private take(subject: Case, lease: Lease, code: 'offer' | 'ack' | 'bootp-reply', seconds: number | undefined): void {
    const { nowNs, clientId, hardware, client } = subject;
    const wasOwn = lease.state === 'active' && this.isOwn(subject, lease) && lease.endNs > nowNs;
    lease.hardware = hardware;
    lease.clientId = clientId;
    const hostName = collectOption(client.message, DHCP_OPTION.hostName);
    if (hostName !== undefined) lease.hostName = textOf(hostName);
    if (code === 'ack') lease.agent = collectOption(client.message, AGENT_OPTION) ?? lease.agent;
    if (code === 'ack' && lease.state === 'offered') lease.state = 'active';
    this.leases.keep(lease);
    if (seconds !== undefined) lease.isOfferedAnew = code === 'offer';
    if (code === 'offer') {
      if (wasOwn) return;
      lease.state = 'offered';
      lease.endNs = nowNs + OFFER_NS;
      return;
    }
    lease.state = 'active';
    if (seconds === undefined) return;
    lease.startNs = nowNs;
    lease.endNs = code === 'bootp-reply' ? (LAST_TIME_S - this.epochS) * NS_PER_S : nowNs + seconds * NS_PER_S;
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
