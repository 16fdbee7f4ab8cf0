/**
 * An IP host: interfaces, routes, ARP, IPv4, ICMP, UDP and TCP on the virtual clock. Servers, firmware and routers all
 * use this one stack, so that a rule is obeyed everywhere or nowhere.
 */
import { formatIpv4, type Ipv4Address, type MacAddress } from '../../base/address.ts';
import type { Clock } from '../../base/time/clock.ts';
import type { EventSink } from '../../base/event-log.ts';
import { assert, type Result } from '../../base/result.ts';
import type { Rng } from '../../base/rng.ts';
import type { Task } from '../../base/time/task.ts';
import { ETHERNET_HEADER_LENGTH } from '../../protocols/ethernet/fields.ts';
import { decodeIpv4Header, writeIpv4Header, type Ipv4Header } from '../../protocols/ipv4/codec.ts';
import { IP_PROTOCOL, IPV4_HEADER_LENGTH } from '../../protocols/ipv4/fields.ts';
import { readU16 } from '../../base/bytes.ts';
import { UDP } from '../../protocols/udp/fields.ts';
import { netMessage } from '../messages.ts';
import { Reporter } from '../reporter.ts';
import { DEFAULT_ARP_RETRY_NS } from './arp.ts';
import { IpCounters, TcpCounters } from './counters.ts';
import { IcmpLayer, quote } from './icmp.ts';
import { isMulticastIp } from '../igmp-frame.ts';
import { HostInterface, type InterfaceOwner } from './interface.ts';
import { Reassembler } from './reassembly.ts';
import { RouteTable, type Path } from './routes.ts';
import { TcpLayer } from './tcp/layer.ts';
import type {
  Host,
  HostOptions,
  IcmpError,
  InterfaceOptions,
  IpPacket,
  NetInterface,
  PingOptions,
  PingReply,
  Route,
  TcpConnection,
  TcpConnectOptions,
  TcpListener,
  TcpListenOptions,
  UdpOpenOptions,
  UdpSocket,
} from './types.ts';
import { PAYLOAD_ROOM, type PacketOptions, UdpLayer, type UdpOutput } from './udp.ts';

/** Options are not carried into fragments: none that the lab knows has the copied flag (RFC 791 §3.1). */
const NO_OPTIONS = new Uint8Array(0);

export class HostStack implements Host, InterfaceOwner, UdpOutput {
  readonly name: string;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: EventSink;
  readonly reporter: Reporter;
  readonly arpTimeoutS: number;
  readonly arpRetryNs: readonly number[];
  readonly ipCounters = new IpCounters();
  readonly tcpCounters = new TcpCounters();
  readonly igmpRng: Rng | undefined;
  private readonly forwarding: boolean;
  private readonly reportsErrors: boolean;
  private readonly list: HostInterface[] = [];
  private readonly table = new RouteTable(this.list);
  private readonly udp: UdpLayer;
  private readonly icmp: IcmpLayer;
  private readonly tcp: TcpLayer;
  private readonly reassembler: Reassembler;
  private readonly handlers = new Map<number, (packet: IpPacket) => void>();
  private identification: number;
  /** Filled in again for each packet: one object of one shape is much faster to write from than one made each time. */
  private readonly header = {
    source: 0,
    destination: 0,
    protocol: 0,
    ttl: 64,
    typeOfService: 0,
    identification: 0,
    reservedFlag: false,
    dontFragment: false,
    moreFragments: false,
    fragmentOffset: 0,
    options: NO_OPTIONS,
  };

  constructor(options: HostOptions) {
    this.name = options.name;
    this.clock = options.clock;
    this.rng = options.rng;
    this.log = options.log;
    this.arpTimeoutS = options.arpTimeoutS ?? 60;
    this.arpRetryNs = options.arpRetryNs ?? DEFAULT_ARP_RETRY_NS;
    this.reportsErrors = options.reportsErrors ?? true;
    this.forwarding = options.forwarding ?? false;
    this.reporter = new Reporter(options.clock, options.log);
    this.identification = options.rng.below(0x1_0000);
    this.igmpRng = options.igmp === false ? undefined : options.rng.derive('igmp');
    this.udp = new UdpLayer(this);
    this.icmp = new IcmpLayer(this);
    this.tcp = new TcpLayer(this, options.tcp ?? {});
    this.reassembler = new Reassembler(options.clock, this.ipCounters, (source, original) => {
      this.icmp.sendError(source, { kind: 'time-exceeded', code: 1, original });
    });
  }

  get interfaces(): readonly NetInterface[] {
    return this.list;
  }

  get routes(): readonly Route[] {
    return this.table.routes;
  }

  addInterface(options: InterfaceOptions): NetInterface {
    assert(this.interface(options.name) === undefined, `${this.name} has an interface ${options.name} already`);
    const added = new HostInterface(this, options);
    this.list.push(added);
    this.table.changed();
    return added;
  }

  interface(name: string): NetInterface | undefined {
    return this.list.find((candidate) => candidate.name === name);
  }

  addRoute(route: Route): void {
    this.table.add(route);
  }

  removeRoute(destination: Ipv4Address, mask: Ipv4Address, interfaceName?: string): void {
    this.table.remove(destination, mask, interfaceName);
  }

  setDefaultGateway(interfaceName: string, gateway: Ipv4Address | undefined, metric = 0): void {
    this.table.remove(0, 0, interfaceName);
    if (gateway !== undefined) this.table.add({ destination: 0, mask: 0, gateway, interfaceName, metric });
  }

  sourceFor(destination: Ipv4Address): Ipv4Address | undefined {
    return this.table.find(destination)?.source;
  }

  openUdp(options: UdpOpenOptions = {}): UdpSocket {
    return this.udp.open(options);
  }

  ping(destination: Ipv4Address, options: PingOptions = {}): Task<Result<PingReply, IcmpError | 'timeout'>> {
    return this.icmp.ping(destination, options);
  }

  sendIp(
    destination: Ipv4Address,
    protocol: number,
    payload: Uint8Array,
    options: { readonly ttl?: number } = {},
  ): boolean {
    const path = this.pathFor(destination, undefined);
    if (path === undefined) {
      this.ipCounters.outNoRoutes++;
      return false;
    }
    const frame = new Uint8Array(PAYLOAD_ROOM + payload.length);
    frame.set(payload, PAYLOAD_ROOM);
    this.sendFrameWithRoom(path, frame, path.source, destination, protocol, options);
    return true;
  }

  onProtocol(protocol: number, handler: ((packet: IpPacket) => void) | undefined): void {
    if (handler === undefined) this.handlers.delete(protocol);
    else this.handlers.set(protocol, handler);
  }

  listenTcp(
    port: number,
    onConnection: (connection: TcpConnection) => void,
    options: TcpListenOptions = {},
  ): TcpListener | undefined {
    return this.tcp.listen(port, onConnection, options);
  }

  connectTcp(address: Ipv4Address, port: number, options: TcpConnectOptions = {}): TcpConnection {
    return this.tcp.connect(address, port, options);
  }

  close(): void {
    this.tcp.close();
    this.udp.close();
    this.reassembler.clear();
    for (let last = this.list.at(-1); last !== undefined; last = this.list.at(-1)) last.close();
  }

  /** For the layers: the route to a destination, through the given interface if one is named. */
  pathFor(destination: Ipv4Address, interfaceName: string | undefined): Path | undefined {
    if (interfaceName === undefined) return this.table.find(destination);
    const via = this.list.find((candidate) => candidate.name === interfaceName);
    return via === undefined || !via.up ? undefined : this.table.findThrough(via, destination);
  }

  /** For the layers. */
  sendFrameWithRoom(
    path: Path,
    frame: Uint8Array,
    source: Ipv4Address,
    destination: Ipv4Address,
    protocol: number,
    { ttl, destinationMac, typeOfService }: PacketOptions,
  ): void {
    const payloadLength = frame.length - PAYLOAD_ROOM;
    const { header } = this;
    this.ipCounters.outRequests++;
    this.identification = (this.identification + 1) & 0xffff;
    header.source = source;
    header.destination = destination;
    header.protocol = protocol;
    header.ttl = ttl ?? 64;
    header.typeOfService = typeOfService ?? 0;
    header.identification = this.identification;
    if (IPV4_HEADER_LENGTH + payloadLength > path.via.mtu && !path.loopback) {
      this.sendFragments(path, header, frame.subarray(PAYLOAD_ROOM), destinationMac);
      return;
    }
    writeIpv4Header(frame, ETHERNET_HEADER_LENGTH, header, payloadLength);
    this.sendPacket(path, frame, destinationMac);
  }

  receiveIpv4(from: HostInterface, frame: Uint8Array): void {
    const { ipCounters } = this;
    const decoded = decodeIpv4Header(frame, ETHERNET_HEADER_LENGTH);
    ipCounters.inReceives++;
    if (!decoded.ok) {
      if (decoded.error.code === 'truncated') ipCounters.inTruncatedPkts++;
      else ipCounters.inHdrErrors++;
      from.countError();
      return;
    }
    const header = decoded.value;
    ipCounters.inOctets += header.totalLength;
    if (isMulticastIp(header.destination)) ipCounters.inMcastPkts++;
    else if (from.isBroadcast(header.destination)) ipCounters.inBcastPkts++;
    if (!this.isForUs(from, header)) {
      if (this.forwarding) this.forward(frame, header);
      else {
        ipCounters.inAddrErrors++;
        this.reportNotForwarded(from, header);
      }
      return;
    }
    const start = ETHERNET_HEADER_LENGTH + header.headerLength;
    const end = ETHERNET_HEADER_LENGTH + header.totalLength;
    if (!header.moreFragments && header.fragmentOffset === 0) {
      this.deliver(from, frame, header, frame, start, end);
      return;
    }
    const whole = this.reassembler.add(header, frame.subarray(start, end), quote(frame, header));
    if (whole !== undefined) this.deliver(from, frame, header, whole, 0, whole.length);
  }

  changed(): void {
    this.table.changed();
  }

  removed(closed: HostInterface): void {
    const at = this.list.indexOf(closed);
    if (at >= 0) this.list.splice(at, 1);
    this.table.removeInterface(closed.name);
  }

  unresolved(_nextHop: Ipv4Address, frames: readonly Uint8Array[]): void {
    for (const frame of frames) {
      const decoded = decodeIpv4Header(frame, ETHERNET_HEADER_LENGTH);
      if (decoded.ok) this.undelivered(frame, decoded.value);
    }
  }

  /** An ICMP error about a packet that we sent; `bytes` is its quotation. */
  failed(bytes: Uint8Array, header: Ipv4Header, error: IcmpError): void {
    const at = header.headerLength;
    if (!this.reportsErrors || bytes.length < at + 4) return;
    const sourcePort = readU16(bytes, at + UDP.sourcePort);
    const destinationPort = readU16(bytes, at + UDP.destinationPort);
    if (header.protocol === IP_PROTOCOL.udp) this.udp.failed(sourcePort, header.destination, destinationPort, error);
    else if (header.protocol === IP_PROTOCOL.tcp) this.tcp.failed(header, sourcePort, destinationPort, error);
    else if (header.protocol === IP_PROTOCOL.icmp) this.icmp.failed(bytes.subarray(at), error);
  }

  private undelivered(frame: Uint8Array, header: Ipv4Header): void {
    const isOwn = this.list.some((each) => each.hasAddress(header.source));
    if (isOwn) this.failed(quote(frame, header), header, 'host-unreachable');
    // A router tells the sender (RFC 1812 §5.2.7.1, code 1).
    else this.icmp.sendError(header.source, unreachable(1, quote(frame, header)));
  }

  /** A host with several networks that was taken for a router: without a word it would just lose the packet. */
  private reportNotForwarded(from: HostInterface, { source, destination }: Ipv4Header): void {
    const networks = this.list.filter(({ addresses }) => addresses.length > 0).length;
    if (networks < 2 || from.isBroadcast(destination) || isMulticastIp(destination)) return;
    this.reporter.limited(
      'not-forwarded',
      (more) => ({
        kind: 'decision',
        code: 'ip.not-forwarded',
        severity: 'warn',
        ...netMessage('ip.not-forwarded', {
          host: this.name,
          source: formatIpv4(source),
          destination: formatIpv4(destination),
          more,
        }),
      }),
      'RFC 1122 §3.3.1',
    );
  }

  private isForUs(from: HostInterface, header: Ipv4Header): boolean {
    const { destination } = header;
    if (from.hasAddress(destination) || from.isBroadcast(destination)) return true;
    if (isMulticastIp(destination)) return from.isMember(destination);
    // A DHCP answer may come to the address that we are about to get (RFC 2131 §4.1).
    if (from.addresses.length === 0) return header.protocol === IP_PROTOCOL.udp;
    // Any address of the host will do, whichever interface it is on: the weak model (RFC 1122 §3.3.4.2).
    return this.list.some((each) => each.hasAddress(destination)) || destination >>> 24 === 127;
  }

  private deliver(
    from: HostInterface,
    frame: Uint8Array,
    header: Ipv4Header,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    const { protocol } = header;
    const handler = this.handlers.get(protocol);
    const isKnown = protocol === IP_PROTOCOL.udp || protocol === IP_PROTOCOL.tcp || protocol === IP_PROTOCOL.icmp;
    const isGroupMessage = protocol === IP_PROTOCOL.igmp && this.igmpRng !== undefined;
    if (isKnown || isGroupMessage || handler !== undefined) this.ipCounters.inDelivers++;
    else this.ipCounters.inUnknownProtos++;
    switch (protocol) {
      case IP_PROTOCOL.udp: {
        const result = this.udp.receive(from, frame, header, bytes, start, end);
        if (result === 'bad') from.countError();
        if (result === 'no-port' && this.mayComplain(from, header)) {
          this.icmp.sendError(header.source, unreachable(3, quote(frame, header)));
        }
        return;
      }
      case IP_PROTOCOL.tcp:
        // Only unicast segments are TCP's business (RFC 9293 §3.9.2.3, MUST-57).
        if (from.isBroadcast(header.destination) || isMulticastIp(header.destination)) return;
        if (!this.tcp.receive(header, bytes.subarray(start, end))) from.countError();
        return;
      case IP_PROTOCOL.icmp:
        if (!this.icmp.receive(from, header, bytes.subarray(start, end))) from.countError();
        return;
      case IP_PROTOCOL.igmp:
        if (isGroupMessage && !from.groups.receive(bytes.subarray(start, end))) from.countError();
        return;
      default:
        if (handler !== undefined) {
          const { source, destination, ttl } = header;
          const payload = bytes.subarray(start, end);
          handler({ source, destination, protocol, ttl, interfaceName: from.name, payload });
        } else if (this.mayComplain(from, header)) {
          this.icmp.sendError(header.source, unreachable(2, quote(frame, header)));
        }
    }
  }

  /** ICMP errors only go back to one station, about a packet that was for one (RFC 1122 §3.2.2). */
  private mayComplain(from: HostInterface, header: Ipv4Header): boolean {
    const { source, destination } = header;
    if (from.isBroadcast(destination) || isMulticastIp(destination)) return false;
    if (source === 0 || from.isBroadcast(source) || isMulticastIp(source)) return false;
    return this.list.some((each) => each.hasAddress(destination));
  }

  private sendPacket(path: Path, frame: Uint8Array, destinationMac: MacAddress | undefined): void {
    const { ipCounters } = this;
    ipCounters.outTransmits++;
    ipCounters.outOctets += frame.length - ETHERNET_HEADER_LENGTH;
    if (isMulticastIp(path.nextHop)) ipCounters.outMcastPkts++;
    else if (path.via.isBroadcast(path.nextHop)) ipCounters.outBcastPkts++;
    if (path.loopback) path.via.loopBack(frame);
    else if (destinationMac === undefined) path.via.sendTo(path.nextHop, frame);
    else path.via.sendToStation(destinationMac, frame);
  }

  /** RFC 791 §3.2: every fragment but the last carries a multiple of 8 bytes. */
  private sendFragments(
    path: Path,
    header: Parameters<typeof writeIpv4Header>[2],
    payload: Uint8Array,
    destinationMac: MacAddress | undefined,
  ): void {
    const step = (path.via.mtu - IPV4_HEADER_LENGTH) & ~7;
    const base = header.fragmentOffset ?? 0;
    for (let at = 0; at < payload.length; at += step) {
      const part = payload.subarray(at, at + step);
      const frame = new Uint8Array(PAYLOAD_ROOM + part.length);
      const moreFragments = at + step < payload.length || header.moreFragments === true;
      const fields = { ...header, fragmentOffset: base + at, moreFragments };
      frame.set(part, writeIpv4Header(frame, ETHERNET_HEADER_LENGTH, fields, part.length));
      this.sendPacket(path, frame, destinationMac);
    }
  }

  /** What a router does with a packet for another host (RFC 1812 §5.2). */
  private forward(frame: Uint8Array, header: Ipv4Header): void {
    const { destination, source } = header;
    if (isMulticastIp(destination) || source === 0) return;
    const original = quote(frame, header);
    if (header.ttl <= 1) {
      this.icmp.sendError(source, { kind: 'time-exceeded', code: 0, original });
      return;
    }
    const path = this.table.find(destination);
    if (path === undefined || path.loopback) {
      this.icmp.sendError(source, unreachable(0, original));
      return;
    }
    // A directed broadcast from outside is not passed on (RFC 2644).
    if (path.via.isBroadcast(destination)) return;
    const start = ETHERNET_HEADER_LENGTH + header.headerLength;
    const payload = frame.subarray(start, ETHERNET_HEADER_LENGTH + header.totalLength);
    const fields = { ...header, ttl: header.ttl - 1 };
    if (header.totalLength > path.via.mtu) {
      if (header.dontFragment) this.icmp.sendError(source, unreachable(4, original, path.via.mtu));
      else this.sendFragments(path, { ...fields, options: NO_OPTIONS }, payload, undefined);
      return;
    }
    const out = new Uint8Array(ETHERNET_HEADER_LENGTH + header.totalLength);
    out.set(payload, writeIpv4Header(out, ETHERNET_HEADER_LENGTH, fields, payload.length));
    this.sendPacket(path, out, undefined);
  }
}

function unreachable(code: number, original: Uint8Array, nextHopMtu = 0) {
  return { kind: 'destination-unreachable', code, nextHopMtu, original } as const;
}
