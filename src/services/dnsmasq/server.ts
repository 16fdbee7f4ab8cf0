/**
 * The boot server: dnsmasq's configuration language in front of DHCP, PXE, TFTP and DNS. Datagrams in, datagrams
 * out; what carries them is the transport (`bind.ts` for a host of the lab, a test or the oracle else). Every
 * answer and every silence is an event with the lines of the configuration that caused it.
 */
import { PXE_SERVER_PORT } from '../../protocols/dhcp/codec.ts';
import { LAB_EPOCH_MS } from '../../base/time/calendar.ts';
import type { Ipv4Address, MacAddress } from '../../base/address.ts';
import { NS_PER_S } from '../../base/time/clock.ts';
import type { Clock } from '../../base/time/clock.ts';
import type { ConfigLine, EventSink } from '../../base/event-log.ts';
import type { Result } from '../../base/result.ts';
import { err, ok } from '../../base/result.ts';
import type { Rng } from '../../base/rng.ts';
import type { TcpConnection } from '../../net/host/types.ts';
import { DNS_PORT } from '../../protocols/dns/codec.ts';
import { TFTP_PORT } from '../../protocols/tftp/codec.ts';
import type { FileTree } from '../files/file-tree.ts';
import type { DhcpHost, DnsmasqConfig } from './config/model.ts';
import { configVerdict, parseConfig } from './config/parse/parse.ts';
import type { ConfigError, ParsedConfig } from './config/parse/parse.ts';
import { readDhcpHostsFiles, readDhcpOptsFiles } from './config/side-files.ts';
import type { Arrival, OutgoingDatagram, ServerInterface } from './datagram.ts';
import type { Lease } from './dhcp/policy/leases.ts';
import { isReply } from './dhcp/answer/relay.ts';
import { DhcpService } from './dhcp/service.ts';
import type { Explanation } from './dhcp/service.ts';
import { DnsEngine } from './dns/engine.ts';
import { fromUtf8 } from '../../base/bytes.ts';
import { ETHERS_PATH, readEthers } from './config/ethers.ts';
import { startupReport } from './startup.ts';
import { TftpEngine } from './tftp/engine.ts';
import { dnsmasqMessage } from './messages.ts';
import { verbatim, type Message } from '../../base/sentence.ts';

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
  /** Text of a lease file: `expiry mac ip name clientid` a line. */
  readonly leases?: string;
  /** The user that dnsmasq runs as; decides which files TFTP may read. Default `nobody`. */
  readonly user?: string;
  /** Seconds since 1970 at the clock's zero. */
  readonly epochS?: number;
  /** RFC 7440 for TFTP, which dnsmasq does not know. */
  readonly tftpWindowsize?: boolean;
  /** How fast TFTP sends, all transfers together. */
  readonly tftpBytesPerSecond?: number | undefined;
  readonly mtu?: number;
  /** Of the server: leases cannot be written. */
  readonly diskIsFull?: boolean;
}

export class DnsmasqServer {
  readonly parsed: ParsedConfig;
  readonly config: DnsmasqConfig;
  readonly startupLog: readonly string[];
  private readonly options: DnsmasqOptions;
  private readonly failure: ConfigError | undefined;
  private readonly dhcp: DhcpService;
  private readonly tftp: TftpEngine;
  private readonly dns: DnsEngine;
  /** Stations that the server has addressed without ARP: its ARP table has them. */
  private readonly neighbours = new Map<Ipv4Address, MacAddress>();
  private transport: DnsmasqTransport | undefined;

  constructor(options: DnsmasqOptions) {
    this.options = options;
    this.parsed = parseConfig(options.config, options.configFile ?? '/etc/dnsmasq.conf', options.files);
    this.config = this.parsed.config;
    const isRefused = configVerdict(this.parsed) !== undefined;
    const ethersFile = this.config.flags.has('read-ethers') ? options.files.read(ETHERS_PATH) : undefined;
    const ethers = ethersFile === undefined ? undefined : readEthers(fromUtf8(ethersFile));
    const fileHosts = isRefused ? [] : readDhcpHostsFiles(this.config, options.files, ethers);
    if (!isRefused) readDhcpOptsFiles(this.config, options.files);
    this.dns = new DnsEngine(
      {
        config: this.config,
        clock: options.clock,
        rng: options.rng.derive('dns'),
        interfaces: options.interfaces,
        hosts: options.hosts ?? '',
        files: options.files,
        leases: () => this.dhcp.leases,
        startS: (options.epochS ?? LAB_EPOCH_MS / 1000) + Math.floor(options.clock.nowNs / NS_PER_S),
      },
      {
        send: (datagram) => this.transport?.send(datagram),
        openPort: () => this.transport?.openPort(undefined),
        closePort: (port) => this.transport?.closePort(port),
        connect: (address, port) => this.transport?.connect?.(address, port),
        log: (text) => this.writeLog('dnsmasq', text),
        decided: (code, message, lines, isFailure) => this.report('dns', code, message, lines, isFailure),
      },
    );
    const hosts = [...this.config.hosts, ...fileHosts];
    this.dhcp = new DhcpService(
      {
        config: this.config,
        clock: options.clock,
        rng: options.rng,
        interfaces: options.interfaces,
        hosts: withAddresses(hosts, (name) => this.dns.fixedAddress(name)).reverse(),
        epochS: options.epochS ?? LAB_EPOCH_MS / 1000,
        diskIsFull: options.diskIsFull ?? false,
      },
      this.dns,
      {
        send: (datagram) => {
          if (datagram.destinationMac !== undefined) this.neighbours.set(datagram.destination, datagram.destinationMac);
          this.transport?.send(datagram);
        },
        probe: (address, interfaceName, done) => this.transport?.probe(address, interfaceName, done),
        log: (service, text) => this.writeLog(service, text),
        decided: (code, message, lines, isFailure) => this.report('dhcp', code, message, lines, isFailure),
        warned: (code, message, lines) =>
          this.options.log.emit({ kind: 'server', service: 'dhcp', code, severity: 'warn', ...message, lines }),
        leasesChanged: () => this.dns.leasesChanged(),
      },
    );
    this.tftp = new TftpEngine(
      {
        config: this.config,
        clock: options.clock,
        files: options.files,
        interfaces: options.interfaces,
        user: this.config.settings.get('user')?.value ?? options.user ?? 'nobody',
        windowsize: options.tftpWindowsize ?? false,
        bytesPerSecond: options.tftpBytesPerSecond,
        ...(options.mtu === undefined ? {} : { mtu: options.mtu }),
      },
      {
        send: (datagram) => this.transport?.send(datagram),
        openPort: (wanted) => this.transport?.openPort(wanted),
        closePort: (port) => this.transport?.closePort(port),
        knownMac: (address) => this.neighbours.get(address),
        log: (text) => this.writeLog('dnsmasq-tftp', text),
        progress: ({ id, path, ...progress }) =>
          this.options.log.emit({ kind: 'transfer', transfer: id, protocol: 'tftp', name: path, ...progress }),
        decided: (code, message, lines, isFailure) => this.report('tftp', code, message, lines, isFailure),
      },
    );
    const names = options.interfaces.map((face) => face.name);
    const report = startupReport(this.config, options.files, names, this.dns.hostFiles(), ethers);
    const refusal = configVerdict(this.parsed);
    this.failure =
      refusal ??
      (report.failure === undefined
        ? undefined
        : { message: report.failure, text: report.failure, origin: undefined, exitCode: 2 });
    this.startupLog = this.failure === undefined ? report.log : [`dnsmasq: ${this.failure.text}`];
    if (options.leases !== undefined) this.dhcp.loadLeases(options.leases);
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
        ...verbatim(text),
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
    this.dhcp.stop();
  }

  /** UDP ports that a host must listen on. */
  get ports(): readonly number[] {
    const out: number[] = [];
    if (this.config.ranges.length > 0 || this.config.relays.length > 0) {
      out.push(this.config.dhcpPorts.server);
      if (this.config.pxeServices.length > 0 || this.config.pxePrompts.length > 0) out.push(PXE_SERVER_PORT);
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
    return this.dhcp.leases;
  }

  /** An answer waits for a probe or a delay. */
  get busy(): boolean {
    return this.dhcp.busy;
  }

  get activeTransfers(): number {
    return this.tftp.activeTransfers;
  }

  /** The text of the lease file. */
  leaseFile(): string {
    return this.dhcp.leaseFile();
  }

  /** Hands in a datagram that arrived at one of the server's ports. */
  receive(arrival: Arrival): void {
    if (this.transport === undefined) return;
    const port = arrival.destinationPort;
    const isDhcp = port === this.config.dhcpPorts.server || port === PXE_SERVER_PORT;
    const isHeard = this.listensOn(arrival.interfaceName);
    // Who may ask is said by interface lines; what a relay's server answers comes in wherever that server is.
    if (isDhcp && (isHeard || isReply(arrival)) && this.dhcp.relay(arrival)) return;
    if (!isHeard) return;
    if (isDhcp) {
      this.dhcp.receive(arrival);
    } else if (port === this.dnsPort) this.dns.receive(arrival);
    else if (this.dns.ownsPort(port)) this.dns.receiveUpstream(arrival);
    else this.tftp.receive(arrival);
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
  explain(arrival: Arrival): Explanation {
    const silence = this.deafness(arrival);
    if (silence === undefined) return this.dhcp.explain(arrival);
    return { reply: undefined, silence, tags: [], lines: [], log: [], delayS: 0 };
  }

  /** Why a packet for the DHCP server would not even be read. */
  private deafness({ interfaceName, destinationPort }: Arrival): Message | undefined {
    if (this.failure !== undefined) return dnsmasqMessage('dhcp.silent.does-not-run', { reason: this.failure.text });
    if (!this.listensOn(interfaceName))
      return dnsmasqMessage('dhcp.silent.not-listening', { interface: interfaceName });
    if (this.config.noDhcpInterfaces.includes(interfaceName)) {
      return dnsmasqMessage('dhcp.silent.no-dhcp-interface', { interface: interfaceName });
    }
    if (this.ports.includes(destinationPort)) return undefined;
    return destinationPort === PXE_SERVER_PORT
      ? dnsmasqMessage('dhcp.silent.port-4011')
      : dnsmasqMessage('dhcp.silent.port', { port: destinationPort });
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

  private writeLog(service: string, text: string): void {
    this.options.log.emit({ kind: 'log', service, text: `${service}: ${text}` });
  }

  private report(
    service: string,
    code: string,
    message: Message,
    lines: readonly ConfigLine[],
    isFailure: boolean,
  ): void {
    this.options.log.emit({ kind: 'server', service, code, severity: isFailure ? 'note' : 'info', ...message, lines });
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
