/** Puts ISC dhcpd on a host of the lab: its port, its pings, its log, and what it reports of each request. */
import { IPV4_BROADCAST, MAC_BROADCAST, formatIpv4, formatMac, type Ipv4Address } from '../../base/address.ts';
import { NS_PER_S, type Clock } from '../../base/time/clock.ts';
import type { ConfigLine, EventSink } from '../../base/event-log.ts';
import type { Message } from '../../base/sentence.ts';
import { startTask } from '../../base/time/task.ts';
import type { Datagram, Host, UdpSocket } from '../../net/host/types.ts';
import {
  BOOTP_MESSAGE_BYTES,
  DHCP_SERVER_PORT,
  clientMac,
  decodeDhcp,
  encodeDhcp,
  type DhcpMessage,
} from '../../protocols/dhcp/codec.ts';
import { DHCP_MESSAGE_TYPE, DHCP_OPTION } from '../../protocols/dhcp/options.ts';
import { DhcpdEngine, type Outcome, type Reply } from './engine.ts';
import type { DhcpdConfig } from './language/model.ts';
import { dhcpdMessage } from './messages.ts';
import type { Lease } from './policy/leases.ts';
import { optionAddress } from './policy/network.ts';

/** How long dhcpd waits for the answer to its ping. */
const PING_NS = NS_PER_S;

const NAMES = new Map(Object.entries(DHCP_MESSAGE_TYPE).map(([name, type]) => [type as number, name.toUpperCase()]));

/** A client's message, and where it came in. */
interface Request {
  readonly message: DhcpMessage;
  readonly client: string;
  /** The interface, or the relay. */
  readonly via: string;
  readonly own: Ipv4Address;
  readonly interfaceName: string;
}

const RAW_TTL = 128;
/** RFC 1349 §4. */
const LOW_DELAY = 0x10;

export interface DhcpdOptions {
  readonly config: DhcpdConfig;
  readonly configText: string;
  readonly configFile: string;
  readonly clock: Clock;
  readonly log: EventSink;
  readonly host: Host;
  /** Unix time of the clock's zero. */
  readonly epochS: number;
  /** Leases cannot be written: dhcpd says so and gives them all the same. */
  readonly diskIsFull: boolean;
}

export class DhcpdServer {
  readonly engine: DhcpdEngine;
  private readonly options: DhcpdOptions;
  private readonly texts: readonly string[];
  private socket: UdpSocket | undefined;
  private hasWarned = false;

  constructor(options: DhcpdOptions) {
    this.options = options;
    this.engine = new DhcpdEngine(options.config, options.epochS);
    this.texts = options.configText.split('\n');
  }

  listen(): void {
    const { config, host } = this.options;
    for (const { file, line, message } of config.problems) this.write(`${file} line ${line}: ${message}`);
    if (config.problems.length > 0) {
      const [first] = config.problems;
      this.write('Configuration file errors encountered -- exiting');
      const message = dhcpdMessage('dhcpd.refused', { line: first?.line ?? 1, what: first?.message ?? '' });
      this.report('config-refused', 'error', message, first === undefined ? [] : [first.line]);
      return;
    }
    for (const { line, message } of config.ignored)
      this.report('not-simulated', 'warn', dhcpdMessage('dhcpd.not-simulated', { line, what: message }), [line]);
    this.socket = host.openUdp({ port: DHCP_SERVER_PORT });
    this.socket.onDatagram = (datagram) => this.receive(datagram);
  }

  private receive(datagram: Datagram): void {
    const { host, clock } = this.options;
    const own = host.interface(datagram.interfaceName)?.address ?? 0;
    const decoded = decodeDhcp(datagram.data);
    if (!decoded.ok || own === 0) return;
    const message = decoded.value;
    const client = formatMac(clientMac(message));
    const via = message.giaddr === 0 ? datagram.interfaceName : formatIpv4(message.giaddr);
    const type = message.options.find(({ code }) => code === DHCP_OPTION.messageType)?.data[0];
    const what = type === undefined ? 'BOOTREQUEST' : `DHCP${NAMES.get(type) ?? type}`;
    const wanted =
      optionAddress(message, DHCP_OPTION.requestedAddress) ?? (message.ciaddr === 0 ? undefined : message.ciaddr);
    const about = wanted === undefined || type === DHCP_MESSAGE_TYPE.discover ? '' : ` for ${formatIpv4(wanted)}`;
    const outcome = this.engine.receive(datagram.data, own, clock.nowNs);
    const reason = outcome.kind === 'silent' ? `: ${outcome.reason.text}` : '';
    this.write(`${what}${about} from ${client} via ${via}${reason}`);
    this.act(outcome, { message, client, via, own, interfaceName: datagram.interfaceName });
  }

  private act(outcome: Outcome, request: Request): void {
    if (outcome.kind === 'silent') {
      this.report(
        'silent',
        'note',
        dhcpdMessage('dhcpd.silence', { client: request.client, reason: outcome.reason }),
        [],
      );
    } else if (outcome.kind === 'reply') {
      if (outcome.probes) this.probe(outcome, request);
      else this.send(outcome, request);
    }
  }

  /** Nobody there is known only when the time is over. */
  private probe(reply: Reply, request: Request): void {
    const { host, clock } = this.options;
    const endNs = clock.nowNs + PING_NS;
    const address = reply.message.yiaddr;
    startTask(host.ping(address, { timeoutNs: PING_NS, interfaceName: request.interfaceName }), (result) => {
      if (!result.ok) {
        clock.schedule(Math.max(0, endNs - clock.nowNs), () => this.send(reply, request));
        return;
      }
      const { lease } = reply;
      if (lease !== undefined) this.engine.leases.abandon(lease, Math.floor(clock.nowNs / NS_PER_S));
      const used = dhcpdMessage('dhcpd.address-in-use', { address: formatIpv4(address) });
      this.write(`Abandoning IP address ${formatIpv4(address)}: pinged before offer`);
      this.report('address-in-use', 'warn', used, []);
    });
  }

  private send(reply: Reply, { message: request, client, via, own, interfaceName }: Request): void {
    const { message, code, destination, destinationPort, toHardware, lines } = reply;
    const data = encodeDhcp(message, { minimumLength: BOOTP_MESSAGE_BYTES });
    const isForAll = destination === IPV4_BROADCAST;
    const mac = isForAll ? MAC_BROADCAST : toHardware ? clientMac(message) : undefined;
    this.socket?.send(destination, destinationPort, data, {
      source: own,
      interfaceName,
      // What goes out without ARP is built by dhcpd itself, with a header of its own.
      ...(mac === undefined ? {} : { destinationMac: mac, ttl: RAW_TTL, typeOfService: LOW_DELAY }),
    });
    const name = code === 'bootp-reply' ? 'BOOTREPLY' : `DHCP${code.toUpperCase()}`;
    const wanted = optionAddress(request, DHCP_OPTION.requestedAddress) ?? request.ciaddr;
    const address = formatIpv4(code === 'nak' ? wanted : message.yiaddr);
    if (code !== 'offer' && reply.lease !== undefined) this.commit(reply.lease);
    this.write(`${name} on ${address} to ${client} via ${via}`);
    const sent = dhcpdMessage(`dhcpd.sent.${code}`, { client, address: formatIpv4(destination) });
    this.report(code, 'info', sent, lines);
  }

  private commit(lease: Lease): void {
    const { clock, diskIsFull } = this.options;
    // A lease that is confirmed as it is is not written.
    if (!diskIsFull || lease.startS !== Math.floor(clock.nowNs / NS_PER_S)) return;
    this.write('commit_leases: unable to commit, fflush(): No space left on device');
    if (!this.hasWarned) this.report('disk-full', 'warn', dhcpdMessage('dhcpd.disk-full'), []);
    this.hasWarned = true;
  }

  private write(text: string): void {
    this.options.log.emit({ kind: 'log', service: 'dhcpd', text: `dhcpd: ${text}` });
  }

  private report(
    code: string,
    severity: 'info' | 'note' | 'warn' | 'error',
    message: Message,
    lines: readonly number[],
  ): void {
    const { configFile: file, log } = this.options;
    const service = code === 'config-refused' || code === 'not-simulated' ? 'dhcpd' : 'dhcp';
    const shown = lines.map((line): ConfigLine => ({ file, line, text: (this.texts[line - 1] ?? '').trim() }));
    log.emit({ kind: 'server', service, code, severity, ...message, lines: shown });
  }
}
