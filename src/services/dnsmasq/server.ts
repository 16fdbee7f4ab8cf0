/**
 * The boot server: dnsmasq's configuration language in front of DHCP, PXE, TFTP and DNS. Datagrams in, datagrams
 * out; what carries them is the transport (`bind.ts` for a host of the lab, a test or the oracle else). Every
 * answer and every silence is an event with the lines of the configuration that made it so.
 */
import { formatIpv4 } from '../../base/address.ts';
import type { Ipv4Address, MacAddress } from '../../base/address.ts';
import { NS_PER_S } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import type { ConfigLine, EventSink } from '../../base/event-log.ts';
import type { Result } from '../../base/result.ts';
import { err, ok } from '../../base/result.ts';
import type { Rng } from '../../base/rng.ts';
import { DHCP_MESSAGE_TYPE } from '../../protocols/dhcp/options.ts';
import type { TcpConnection } from '../../net/host/types.ts';
import { DNS_PORT } from '../../protocols/dns/codec.ts';
import { TFTP_PORT } from '../../protocols/tftp/codec.ts';
import type { FileTree } from '../files/file-tree.ts';
import type { DhcpHost, DnsmasqConfig } from './config/model.ts';
import { parseConfig } from './config/parse.ts';
import type { ConfigError, ParsedConfig } from './config/parse.ts';
import { readDhcpHostsFiles, readDhcpOptsFiles } from './config/side-files.ts';
import type { DhcpSteps } from './dhcp/allocate.ts';
import type { DhcpArrival, DhcpEnvironment } from './dhcp/client.ts';
import { handleDhcp } from './dhcp/engine.ts';
import type { DhcpOutcome, OutgoingDatagram } from './dhcp/engine.ts';
import type { Lease } from './dhcp/leases.ts';
import type { ServerInterface } from './dhcp/ranges.ts';
import { isReply, relay } from './dhcp/relay.ts';
import { DhcpState } from './dhcp/state.ts';
import { DnsEngine } from './dns/engine.ts';
import { startupReport } from './startup.ts';
import { TftpEngine } from './tftp/engine.ts';

/** A datagram as the host stack hands it over; its `Datagram` is one. */
export interface ServerArrival {
  readonly data: Uint8Array;
  readonly source: Ipv4Address;
  readonly sourcePort: number;
  readonly destination: Ipv4Address;
  readonly destinationPort: number;
  readonly interfaceName: string;
  readonly sourceMac: MacAddress;
}

/** What carries the server's datagrams. */
export interface DnsmasqTransport {
  send(datagram: OutgoingDatagram): void;
  /** Opens a port beside the fixed ones (TFTP transfers, upstream DNS); undefined when it is taken. */
  openPort(wanted: number | undefined): number | undefined;
  closePort(port: number): void;
  /** Asks whether somebody answers at an address; must call back once. */
  probe(address: Ipv4Address, interfaceName: string, done: (inUse: boolean) => void): void;
  /** Opens a TCP connection, for DNS upstream. Absent: DNS is by UDP alone. */
  connect?(address: Ipv4Address, port: number): TcpConnection;
}

export interface DnsmasqOptions {
  /** Text of dnsmasq.conf. */
  readonly config: string;
  /** The name it goes by in messages. */
  readonly configFile?: string;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: EventSink;
  readonly interfaces: readonly ServerInterface[];
  /** For TFTP and for the files that the configuration names. */
  readonly files: FileTree;
  /** Text of /etc/hosts. */
  readonly hosts?: string;
  /** Text of /etc/ethers, for read-ethers. */
  readonly ethers?: string;
  /** Text of a lease file: `expiry mac ip name clientid` a line. */
  readonly leases?: string;
  /** The user that dnsmasq runs as; decides which files TFTP may read. Default `nobody`. */
  readonly user?: string;
  /** Seconds since 1970 at the clock's zero. */
  readonly epochS?: number;
  /** RFC 7440 for TFTP, which dnsmasq does not know. */
  readonly tftpWindowsize?: boolean;
  readonly mtu?: number;
}

/** 2025-01-01T00:00:00Z: a lab's calendar starts here unless said otherwise. */
const DEFAULT_EPOCH_S = 1_735_689_600;

/** What the server would answer, without doing it. */
export interface Explanation {
  readonly reply: OutgoingDatagram | undefined;
  readonly silence: string | undefined;
  readonly tags: readonly { readonly name: string; readonly why: string; readonly origin: ConfigLine | undefined }[];
  readonly lines: readonly ConfigLine[];
  readonly log: readonly string[];
  /** The answer takes this long: address probe and dhcp-reply-delay. */
  readonly delayS: number;
}

export class DnsmasqServer {
  readonly parsed: ParsedConfig;
  readonly config: DnsmasqConfig;
  readonly startupLog: readonly string[];
  private readonly options: DnsmasqOptions;
  private readonly failure: ConfigError | undefined;
  private readonly state = new DhcpState();
  private readonly hosts: readonly DhcpHost[];
  private readonly environment: DhcpEnvironment;
  private readonly tftp: TftpEngine;
  private readonly dns: DnsEngine;
  private readonly queue: ServerArrival[] = [];
  /** Stations that the server has addressed without ARP: its ARP table has them. */
  private readonly neighbours = new Map<Ipv4Address, MacAddress>();
  private isBusy = false;
  private transport: DnsmasqTransport | undefined;

  constructor(options: DnsmasqOptions) {
    this.options = options;
    this.parsed = parseConfig(options.config, options.configFile ?? '/etc/dnsmasq.conf', options.files);
    this.config = this.parsed.config;
    const isRefused = this.parsed.errors.length > 0;
    const fileHosts = isRefused ? [] : readDhcpHostsFiles(this.config, options.files, options.ethers);
    if (!isRefused) readDhcpOptsFiles(this.config, options.files);
    this.dns = new DnsEngine(
      {
        config: this.config,
        clock: options.clock,
        rng: options.rng.derive('dns'),
        interfaces: options.interfaces,
        hosts: options.hosts ?? '',
        files: options.files,
        leases: () => this.state.leases.leases,
      },
      {
        send: (datagram) => this.transport?.send(datagram),
        openPort: () => this.transport?.openPort(undefined),
        closePort: (port) => this.transport?.closePort(port),
        connect: (address, port) => this.transport?.connect?.(address, port),
        log: (text) => this.writeLog('dnsmasq', text),
        decided: (code, text, lines, isFailure) => this.report('dns', code, text, lines, isFailure),
      },
    );
    this.hosts = withAddresses([...this.config.hosts, ...fileHosts], (name) => this.dns.fixedAddress(name)).reverse();
    this.tftp = new TftpEngine(
      {
        config: this.config,
        clock: options.clock,
        files: options.files,
        interfaces: options.interfaces,
        user: options.user ?? 'nobody',
        windowsize: options.tftpWindowsize ?? false,
        ...(options.mtu === undefined ? {} : { mtu: options.mtu }),
      },
      {
        send: (datagram) => this.transport?.send(datagram),
        openPort: (wanted) => this.transport?.openPort(wanted),
        closePort: (port) => this.transport?.closePort(port),
        knownMac: (address) => this.neighbours.get(address),
        log: (text) => this.writeLog('dnsmasq-tftp', text),
        progress: ({ id, path, doneBytes, totalBytes, state }) =>
          this.options.log.emit({
            kind: 'transfer',
            transfer: id,
            protocol: 'tftp',
            name: path,
            doneBytes,
            totalBytes,
            state,
          }),
        decided: (code, text, lines, isFailure) => this.report('tftp', code, text, lines, isFailure),
      },
    );
    this.environment = this.dhcpEnvironment(this.state, (name) => this.dns.resolveAddress(name));
    const names = options.interfaces.map((face) => face.name);
    const report = startupReport(this.config, options.files, names, this.dns.hostFiles());
    const refusal = this.parsed.errors[0];
    this.failure =
      refusal ??
      (report.failure === undefined
        ? undefined
        : { message: report.failure, text: report.failure, origin: undefined, exitCode: 2 });
    this.startupLog = this.failure === undefined ? report.log : [`dnsmasq: ${this.failure.text}`];
    if (options.leases !== undefined) {
      this.state.leases.load(options.leases, this.nowS());
      this.nameLoadedLeases();
    }
  }

  /** Starts serving, or says why dnsmasq would not. */
  start(transport: DnsmasqTransport): Result<void, ConfigError> {
    for (const line of this.startupLog) this.options.log.emit({ kind: 'log', service: 'dnsmasq', text: line });
    if (this.failure !== undefined) {
      const { origin, text } = this.failure;
      const lines = origin === undefined ? [] : [origin];
      // Nobody is served at all: worse than any one request that is not answered.
      this.options.log.emit({
        kind: 'server',
        service: 'dnsmasq',
        code: 'config-refused',
        severity: 'error',
        text,
        lines,
      });
      return err(this.failure);
    }
    this.transport = transport;
    return ok(undefined);
  }

  stop(): void {
    this.transport = undefined;
    this.tftp.stop();
    this.dns.stop();
    this.queue.length = 0;
  }

  /** UDP ports that a host must listen on. */
  get ports(): readonly number[] {
    const out: number[] = [];
    if (this.config.ranges.length > 0 || this.config.relays.length > 0) {
      out.push(this.config.dhcpPorts.server);
      if (this.config.pxeServices.length > 0 || this.config.pxePrompts.length > 0) out.push(4011);
    }
    if (this.config.flags.has('enable-tftp') || this.config.tftpInterfaces.length > 0) out.push(TFTP_PORT);
    if (this.dnsPort !== 0) out.push(this.dnsPort);
    return out;
  }

  /** Port of DNS, by UDP and by TCP (RFC 7766 §5); 0 when it is off. */
  get dnsPort(): number {
    return this.config.numbers.get('port')?.value ?? DNS_PORT;
  }

  get interfaces(): readonly ServerInterface[] {
    return this.options.interfaces;
  }

  get leases(): readonly Lease[] {
    return this.state.leases.leases;
  }

  /** An answer waits for a probe or a delay. */
  get busy(): boolean {
    return this.isBusy;
  }

  get activeTransfers(): number {
    return this.tftp.activeTransfers;
  }

  /** The text of the lease file. */
  leaseFile(): string {
    return this.state.leases.serialize();
  }

  /** Hands in a datagram that arrived at one of the server's ports. */
  receive(arrival: ServerArrival): void {
    if (this.transport === undefined) return;
    const port = arrival.destinationPort;
    const isDhcp = port === this.config.dhcpPorts.server || port === 4011;
    const isHeard = this.listensOn(arrival.interfaceName);
    // Who may ask is said by interface lines; what a relay's server answers comes in wherever that server is.
    if (isDhcp && (isHeard || isReply(arrival)) && this.relay(arrival)) return;
    if (!isHeard) return;
    if (isDhcp) {
      this.queue.push(arrival);
      this.nextDhcp();
    } else if (port === this.dnsPort) this.dns.receive(arrival);
    else if (this.dns.ownsPort(port)) this.dns.receiveUpstream(arrival);
    else this.tftp.receive(arrival);
  }

  /** Whether dhcp-relay lines have dealt with a packet. */
  private relay(arrival: ServerArrival): boolean {
    const relayed = relay(this.config, this.options.interfaces, arrival);
    if (relayed === undefined) return false;
    for (const line of relayed.log) this.writeLog('dnsmasq-dhcp', line);
    const lines = relayed.lines.map(({ origin }) => origin);
    const { datagrams } = relayed;
    if (datagrams.length === 0)
      this.report('dhcp', 'relay-hops', 'dropped: too many relays have passed it on', lines, true);
    else this.report('dhcp', 'relayed', 'passed on by dhcp-relay', lines, false);
    for (const datagram of datagrams) this.transport?.send(datagram);
    return true;
  }

  /** Takes a TCP connection to the port of DNS. */
  accept(connection: TcpConnection): void {
    const face = this.options.interfaces.find(({ address }) => address === connection.local.address);
    if (face !== undefined && this.listensOn(face.name)) this.dns.accept(connection, face.name);
    else connection.abort();
  }

  /**
   * What the DHCP server would answer to a packet now. Nothing is changed, nothing is sent; probes of addresses
   * are taken to find nobody.
   */
  explain(arrival: DhcpArrival): Explanation {
    const deafness = this.deafness(arrival);
    if (deafness !== undefined) {
      return { reply: undefined, silence: deafness, tags: [], lines: [], log: [], delayS: 0 };
    }
    const state = this.state.clone();
    const environment = this.dhcpEnvironment(state, (name) => this.dns.peekAddress(name));
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

  /** Why a packet for the DHCP server would not even be read. */
  private deafness({ interfaceName, destinationPort }: DhcpArrival): string | undefined {
    if (this.failure !== undefined) return `dnsmasq does not run: ${this.failure.text}`;
    if (!this.listensOn(interfaceName)) return `interface and listen-address lines leave out ${interfaceName}`;
    if (this.config.noDhcpInterfaces.includes(interfaceName)) return `a no-dhcp-interface line names ${interfaceName}`;
    if (this.ports.includes(destinationPort)) return undefined;
    return destinationPort === 4011
      ? 'nothing listens on port 4011: it takes a dhcp-range and a pxe-service or pxe-prompt line'
      : `nothing listens on port ${destinationPort}: it takes a dhcp-range line`;
  }

  private nowS(): number {
    return (this.options.epochS ?? DEFAULT_EPOCH_S) + Math.floor(this.options.clock.nowNs / NS_PER_S);
  }

  private dhcpEnvironment(state: DhcpState, resolve: (name: string) => Ipv4Address): DhcpEnvironment {
    const random = this.options.rng.derive('dhcp');
    return {
      config: this.config,
      hosts: this.hosts,
      interfaces: this.options.interfaces,
      state,
      nowS: () => this.nowS(),
      random: (bound) => random.below(bound),
      resolve,
      onLeasesChanged: () => undefined,
    };
  }

  /** Leases of a file get the domain that their address has now. */
  private nameLoadedLeases(): void {
    for (const lease of this.state.leases.leases) {
      const domain = this.dns.domainOf(lease.address);
      if (lease.name !== undefined && domain !== undefined) lease.fqdn = `${lease.name}.${domain}`;
    }
  }

  private listensOn(interfaceName: string): boolean {
    const { interfaces, exceptInterfaces } = this.config;
    const matches = (pattern: string): boolean =>
      pattern.endsWith('*') ? interfaceName.startsWith(pattern.slice(0, -1)) : pattern === interfaceName;
    if (exceptInterfaces.some(matches)) return false;
    if (interfaces.length > 0) return interfaces.some(matches);
    if (this.config.listenAddresses.length === 0) return true;
    const face = this.options.interfaces.find((candidate) => candidate.name === interfaceName);
    return face !== undefined && this.config.listenAddresses.includes(face.address);
  }

  /** DHCP packets are handled one after the other: a probe or a delay holds up those behind. */
  private nextDhcp(): void {
    while (!this.isBusy) {
      const arrival = this.queue.shift();
      if (arrival === undefined) return;
      if (this.config.noDhcpInterfaces.includes(arrival.interfaceName)) continue;
      this.isBusy = true;
      this.drive(arrival, handleDhcp(this.environment, arrival), false);
    }
  }

  private drive(arrival: ServerArrival, steps: DhcpSteps<DhcpOutcome>, answer: boolean): void {
    const step = steps.next(answer);
    if (step.done === true) {
      this.isBusy = false;
      this.finishDhcp(step.value);
      return;
    }
    const proceed = (value: boolean): void => {
      this.drive(arrival, steps, value);
      this.nextDhcp();
    };
    if (step.value.kind === 'delay') {
      this.options.clock.schedule(step.value.seconds * NS_PER_S, () => proceed(false));
    } else this.transport?.probe(step.value.address, arrival.interfaceName, proceed);
  }

  private finishDhcp(outcome: DhcpOutcome): void {
    for (const line of outcome.log) this.writeLog(line.service, line.text);
    const { reply, silence, lines, clientLabel } = outcome;
    if (reply === undefined) {
      this.report('dhcp', 'silence', `${clientLabel}: no answer: ${silence ?? 'nothing to say'}`, lines, true);
      return;
    }
    const type = reply.data[0] === 2 ? outcome.messageType : undefined;
    const code = type === undefined ? 'bootp-reply' : replyCode(reply.data);
    this.report('dhcp', code, `${code} to ${clientLabel} at ${formatIpv4(reply.destination)}`, lines, false);
    if (reply.destinationMac !== undefined) this.neighbours.set(reply.destination, reply.destinationMac);
    this.transport?.send(reply);
  }

  private writeLog(service: string, text: string): void {
    this.options.log.emit({ kind: 'log', service, text: `${service}: ${text}` });
  }

  private report(service: string, code: string, text: string, lines: readonly ConfigLine[], isFailure: boolean): void {
    this.options.log.emit({ kind: 'server', service, code, severity: isFailure ? 'note' : 'info', text, lines });
  }
}

/** `offer`, `ack`, `nak` of the option 53 that every DHCP reply begins with. */
function replyCode(data: Uint8Array): string {
  switch (data[242]) {
    case DHCP_MESSAGE_TYPE.offer:
      return 'offer';
    case DHCP_MESSAGE_TYPE.ack:
      return 'ack';
    case DHCP_MESSAGE_TYPE.nak:
      return 'nak';
    default:
      return 'reply';
  }
}

/** A dhcp-host line with a name alone takes the address that a hosts file has for it. */
function withAddresses(hosts: readonly DhcpHost[], find: (name: string) => Ipv4Address | undefined): DhcpHost[] {
  const taken = new Set(hosts.map((host) => host.address));
  return hosts.map((host) => {
    if (host.name === undefined || host.address !== undefined) return host;
    const address = find(host.name);
    if (address === undefined || taken.has(address)) return host;
    taken.add(address);
    return { ...host, address };
  });
}
