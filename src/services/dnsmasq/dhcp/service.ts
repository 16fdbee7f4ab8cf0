/**
 * DHCP as a service: packets one after the other, what an answer waits for (probes of addresses, dhcp-reply-delay), the
 * leases, and the same once more without any effect, for those who ask what would be answered.
 */
import { formatIpv4 } from '../../../base/address.ts';
import type { Ipv4Address } from '../../../base/address.ts';
import { NS_PER_S } from '../../../base/time/clock.ts';
import type { Clock } from '../../../base/time/clock.ts';
import type { ConfigLine } from '../../../base/event-log.ts';
import type { Rng } from '../../../base/rng.ts';
import { DHCP_MESSAGE_TYPE } from '../../../protocols/dhcp/options.ts';
import type { DhcpHost, DnsmasqConfig } from '../config/model.ts';
import type { Arrival, OutgoingDatagram, ServerInterface } from '../datagram.ts';
import type { DhcpSteps } from './policy/allocate.ts';
import type { DhcpEnvironment } from './policy/client.ts';
import { handleDhcp } from './engine.ts';
import type { DhcpOutcome } from './engine.ts';
import { unmatchedArchitecture } from './policy/architecture.ts';
import type { Lease } from './policy/leases.ts';
import { relay } from './answer/relay.ts';
import { DhcpState } from './policy/state.ts';
import { FullDisk } from './full-disk.ts';
import { dnsmasqMessage } from '../messages.ts';
import type { Message } from '../../../base/sentence.ts';

export interface DhcpOptions {
  readonly config: DnsmasqConfig;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly interfaces: readonly ServerInterface[];
  /** dhcp-host lines, the newest first. */
  readonly hosts: readonly DhcpHost[];
  /** Seconds since 1970 at the clock's zero. */
  readonly epochS: number;
  /** The lease file cannot be written. */
  readonly diskIsFull: boolean;
}

export interface DhcpHooks {
  readonly send: (datagram: OutgoingDatagram) => void;
  /** Asks whether somebody answers at an address; must call back once. */
  readonly probe: (address: Ipv4Address, interfaceName: string, done: (inUse: boolean) => void) => void;
  readonly log: (service: string, text: string) => void;
  /** A lease was given, or has ended. */
  readonly leasesChanged: () => void;
  /** A packet was answered, or not, because of these lines. */
  readonly decided: (code: string, message: Message, lines: readonly ConfigLine[], isFailure: boolean) => void;
  /** A packet was answered in a way that may not be meant. */
  readonly warned: (code: string, message: Message, lines: readonly ConfigLine[]) => void;
}

/** What the DNS side knows about names. */
export interface DhcpNames {
  /** The address of a name, turning among several; 0 when it has none. */
  resolveAddress(name: string): Ipv4Address;
  /** The same without turning. */
  peekAddress(name: string): Ipv4Address;
  domainOf(address: Ipv4Address): string | undefined;
  /** The name, without its domain, that a hosts file or host-record line gives to an address. */
  hostNameOf(address: Ipv4Address): string | undefined;
  /** Names that a lease does not get, because a hosts file gives them to another address: the log's lines. */
  nameConflicts(lease: Lease): readonly string[];
}

/** What the server would answer, without doing it. */
export interface Explanation {
  readonly reply: OutgoingDatagram | undefined;
  readonly silence: Message | undefined;
  readonly tags: readonly { readonly name: string; readonly why: Message; readonly origin: ConfigLine | undefined }[];
  readonly lines: readonly ConfigLine[];
  readonly log: readonly string[];
  /** The answer takes this long: address probe and dhcp-reply-delay. */
  readonly delayS: number;
}

export class DhcpService {
  private readonly options: DhcpOptions;
  private readonly hooks: DhcpHooks;
  private readonly names: DhcpNames;
  private readonly state = new DhcpState();
  private readonly environment: DhcpEnvironment;
  private readonly queue: Arrival[] = [];
  private isBusy = false;
  private readonly fullDisk: FullDisk | undefined;
  private leasesToWrite = false;

  constructor(options: DhcpOptions, names: DhcpNames, hooks: DhcpHooks) {
    this.options = options;
    this.names = names;
    this.hooks = hooks;
    this.environment = this.environmentOf(this.state, (name) => names.resolveAddress(name));
    const { config, clock } = options;
    if (!options.diskIsFull || config.flags.has('leasefile-ro')) return;
    this.fullDisk = new FullDisk(clock, config.settings.get('dhcp-leasefile')?.value, {
      log: (text) => hooks.log('dnsmasq-dhcp', text),
      warned: (message) => hooks.warned('disk-full', message, []),
    });
  }

  get leases(): readonly Lease[] {
    return this.state.leases.leases;
  }

  /** An answer waits for a probe or a delay. */
  get busy(): boolean {
    return this.isBusy;
  }

  /** The text of the lease file. */
  leaseFile(): string {
    return this.state.leases.serialize();
  }

  /** Takes the leases of a file; they get the domain that their address has now. */
  loadLeases(text: string): void {
    this.state.leases.load(text, this.nowS());
    for (const lease of this.leases) {
      const domain = this.names.domainOf(lease.address);
      if (lease.name !== undefined && domain !== undefined) lease.fqdn = `${lease.name}.${domain}`;
    }
  }

  receive(arrival: Arrival): void {
    this.queue.push(arrival);
    this.next();
  }

  /** Forgets the packets that wait. */
  stop(): void {
    this.queue.length = 0;
    this.fullDisk?.stop();
  }

  /** Whether dhcp-relay lines have dealt with a packet. Answers are the relay's whatever interface they come in at. */
  relay(arrival: Arrival): boolean {
    const relayed = relay(this.options.config, this.options.interfaces, arrival);
    if (relayed === undefined) return false;
    for (const line of relayed.log) this.hooks.log('dnsmasq-dhcp', line);
    const lines = relayed.lines.map(({ origin }) => origin);
    const { datagrams } = relayed;
    if (datagrams.length === 0) this.hooks.decided('relay-hops', dnsmasqMessage('dhcp.relay-hops'), lines, true);
    else this.hooks.decided('relayed', dnsmasqMessage('dhcp.relayed'), lines, false);
    for (const datagram of datagrams) this.hooks.send(datagram);
    return true;
  }

  /**
   * What the DHCP server would answer to a packet now. Nothing is changed, nothing is sent; probes of addresses
   * are taken to find nobody.
   */
  explain(arrival: Arrival): Explanation {
    const state = this.state.clone();
    const environment = this.environmentOf(state, (name) => this.names.peekAddress(name));
    const steps = handleDhcp({ ...environment, onLeasesChanged: () => undefined }, arrival);
    let delayS = 0;
    for (;;) {
      const step = steps.next(false);
      if (step.done === true) {
        const { reply, silence, tags, lines, log } = step.value;
        return { reply, silence, tags, lines, log: log.map((line) => `${line.service}: ${line.text}`), delayS };
      }
      delayS += step.value.kind === 'delay' ? step.value.seconds : 3;
    }
  }

  private nowS(): number {
    return this.options.epochS + Math.floor(this.options.clock.nowNs / NS_PER_S);
  }

  private environmentOf(state: DhcpState, resolve: (name: string) => Ipv4Address): DhcpEnvironment {
    const random = this.options.rng.derive('dhcp');
    return {
      config: this.options.config,
      hosts: this.options.hosts,
      interfaces: this.options.interfaces,
      state,
      nowS: () => this.nowS(),
      random: (bound) => random.below(bound),
      resolve,
      hostNameOf: (address) => this.names.hostNameOf(address),
      nameConflicts: (lease) => this.names.nameConflicts(lease),
      onLeasesChanged: () => {
        this.leasesToWrite = true;
        this.hooks.leasesChanged();
      },
    };
  }

  /** DHCP packets are handled one after the other: a probe or a delay holds up those behind. */
  private next(): void {
    while (!this.isBusy) {
      const arrival = this.queue.shift();
      if (arrival === undefined) return;
      if (this.options.config.noDhcpInterfaces.includes(arrival.interfaceName)) continue;
      this.isBusy = true;
      this.drive(arrival, handleDhcp(this.environment, arrival), false);
    }
  }

  private drive(arrival: Arrival, steps: DhcpSteps<DhcpOutcome>, answer: boolean): void {
    const step = steps.next(answer);
    if (step.done === true) {
      this.isBusy = false;
      this.finish(step.value, arrival.data);
      if (this.leasesToWrite) this.fullDisk?.write();
      this.leasesToWrite = false;
      return;
    }
    const proceed = (value: boolean): void => {
      this.drive(arrival, steps, value);
      this.next();
    };
    if (step.value.kind === 'delay') {
      this.options.clock.schedule(step.value.seconds * NS_PER_S, () => proceed(false));
    } else this.hooks.probe(step.value.address, arrival.interfaceName, proceed);
  }

  private finish(outcome: DhcpOutcome, request: Uint8Array): void {
    for (const line of outcome.log) this.hooks.log(line.service, line.text);
    const { reply, silence, lines, clientLabel } = outcome;
    if (reply === undefined) {
      const reason = silence ?? dnsmasqMessage('dhcp.silent.nothing');
      this.hooks.decided('silence', dnsmasqMessage('dhcp.silence', { client: clientLabel, reason }), lines, true);
      return;
    }
    const type = reply.data[0] === 2 ? outcome.messageType : undefined;
    const code = type === undefined ? 'bootp-reply' : replyCode(reply.data);
    const address = formatIpv4(reply.destination);
    this.hooks.decided(code, dnsmasqMessage(`dhcp.sent.${code}`, { client: clientLabel, address }), lines, false);
    const unmatched = unmatchedArchitecture(this.options.config, request, reply.data);
    if (unmatched !== undefined) {
      const text = dnsmasqMessage('dhcp.architecture-unmatched', { client: clientLabel, what: unmatched.architecture });
      this.hooks.warned('architecture-unmatched', text, unmatched.lines);
    }
    this.hooks.send(reply);
  }
}

/** `offer`, `ack`, `nak` of the option 53 that every DHCP reply begins with. */
function replyCode(data: Uint8Array): 'offer' | 'ack' | 'nak' | 'reply' {
  switch (data[242]) {
    case DHCP_MESSAGE_TYPE.offer:
      return 'offer';
    case DHCP_MESSAGE_TYPE.ack:
      return 'ack';
    case DHCP_MESSAGE_TYPE.nak:
      return 'nak';
    case undefined:
    default:
      return 'reply';
  }
}
