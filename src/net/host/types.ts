/** What servers and firmware see of the IP host stack: interfaces, UDP sockets, TCP connections. */
import type { Ipv4Address, MacAddress } from '../../base/address.ts';
import type { Clock } from '../../base/time/clock.ts';
import type { EventSink } from '../../base/event-log.ts';
import type { Rng } from '../../base/rng.ts';
import type { Result } from '../../base/result.ts';
import type { Inbox, Task } from '../../base/time/task.ts';
import type { FramePort } from '../port.ts';

export interface HostOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: EventSink;
  /** How long an ARP entry is believed (RFC 1122 §2.3.2.1: of the order of a minute). Default 60; may be infinite. */
  readonly arpTimeoutS?: number;
  /**
   * How long each ARP request waits for an answer, in nanoseconds; after the last wait the address counts as absent.
   * Default three times one second (RFC 1122 §2.3.2.1).
   */
  readonly arpRetryNs?: readonly number[];
  /** Sockets and connections learn of ICMP errors and of addresses that ARP does not find. Default true. */
  readonly reportsErrors?: boolean;
  /** Passes packets on between interfaces, as a router does. Default false. */
  readonly forwarding?: boolean;
  /** Tells the network which multicast groups it has joined (RFC 2236). Default true. */
  readonly igmp?: boolean;
  readonly tcp?: TcpSettings;
}

export interface TcpSettings {
  /** Bytes a connection offers to receive. Default 2 MiB. */
  readonly receiveWindow?: number;
  /** Bytes that `write` takes before the other side has acknowledged any. Default 1 MiB. */
  readonly sendBuffer?: number;
  /** How long an acknowledgment may wait for a second segment (RFC 1122 §4.2.3.2); 0 acknowledges each. Default 40 ms. */
  readonly delayedAckNs?: number;
  /** Selective acknowledgments (RFC 2018). Default true. */
  readonly sack?: boolean;
  /** Window scaling (RFC 7323). Default true. */
  readonly windowScale?: boolean;
  /**
   * Keep-alive: after this time without a segment an open connection sends a probe, and learns whether the other side
   * still knows it (RFC 9293 §3.8.4). Default 0: never.
   */
  readonly keepaliveNs?: number;
  /** How long each SYN waits for an answer, in nanoseconds. Default 1, 2, 4 ... 64 s (RFC 6298 §2.1 and §5.5). */
  readonly synRetryNs?: readonly number[];
  /** The window in a SYN, which is never scaled; at most 65535, and at most `receiveWindow`. Default 65535. */
  readonly synWindow?: number;
  /** The scale that is offered. Default `least`: the least by which `receiveWindow` fits in 16 bits. */
  readonly windowShift?: number | 'least';
  /** Timestamps (RFC 7323), when the other side offers or takes them. Default true. */
  readonly timestamps?: boolean;
  /** The options of a SYN, in order. Without `timestamps` among them they are not offered, but taken. */
  readonly synOptions?: readonly SynOptionKind[];
}

export type SynOptionKind = 'mss' | 'sack' | 'scale' | 'timestamps';

export interface InterfaceOptions {
  /** Such as `eth0`, `net0`, `net0-23`. */
  readonly name: string;
  readonly port: FramePort;
  readonly mac: MacAddress;
  /** Largest IP packet. Default 1500. */
  readonly mtu?: number;
}

export interface InterfaceAddress {
  readonly address: Ipv4Address;
  readonly mask: Ipv4Address;
}

export interface InterfaceCounters {
  readonly framesIn: number;
  readonly framesOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Frames that were for this host and could not be used: bad headers or checksums. */
  readonly errorsIn: number;
}

/** A network interface: a port with a MAC address and any number of IP addresses. */
export interface NetInterface {
  readonly name: string;
  readonly mac: MacAddress;
  mtu: number;
  /** Administratively up; a new interface is up. Down, it neither sends nor receives. */
  readonly up: boolean;
  readonly linkUp: boolean;
  /** In the order in which they were added. */
  readonly addresses: readonly InterfaceAddress[];
  /** The first address, or 0.0.0.0. */
  readonly address: Ipv4Address;
  /** Mask of the first address, or 0.0.0.0. */
  readonly mask: Ipv4Address;
  readonly counters: InterfaceCounters;
  /** Takes frames for other stations too. They are shown to `onFrame`, never to IP. */
  promiscuous: boolean;
  /**
   * Sees every frame first; a frame for which it returns true is not processed further. For other EtherTypes, RARP and
   * raw drivers.
   */
  onFrame: ((frame: Uint8Array) => boolean) | undefined;
  /** Called when the link comes up or goes down. */
  onLink: ((linkUp: boolean) => void) | undefined;
  /** Makes this the only address. */
  setAddress(address: Ipv4Address, mask: Ipv4Address): void;
  addAddress(address: Ipv4Address, mask: Ipv4Address): void;
  removeAddress(address: Ipv4Address): void;
  /** Removes all addresses. */
  clearAddress(): void;
  setUp(up: boolean): void;
  /** Sends a whole frame as it is. */
  sendFrame(frame: Uint8Array): void;
  /** Announces the first address to the neighbours (RFC 5944 §4.6: a gratuitous ARP request). */
  announce(): void;
  /** Receives a multicast group, and says so by IGMP. Each join needs a `leaveGroup`. */
  joinGroup(group: Ipv4Address): void;
  leaveGroup(group: Ipv4Address): void;
  /** What ARP knows, by address. */
  arpTable(): readonly ArpRow[];
  clearArp(): void;
  /** Takes the interface off the host and lets go of the port. */
  close(): void;
}

export interface ArpRow {
  readonly address: Ipv4Address;
  /** Absent while it is being asked for. */
  readonly mac?: MacAddress;
  readonly ageS: number;
}

/** A route that was added; those of the interfaces' own subnets exist by themselves. */
export interface Route {
  readonly destination: Ipv4Address;
  readonly mask: Ipv4Address;
  /** Absent: the destination is on the link. */
  readonly gateway?: Ipv4Address;
  readonly interfaceName: string;
  /** Among equally long prefixes the lowest wins, then the older one. Default 0. */
  readonly metric?: number;
}

export type IcmpError = 'port-unreachable' | 'host-unreachable' | 'network-unreachable' | 'ttl-exceeded';

export interface PingOptions {
  /** Bytes behind the ICMP header. Default 56. */
  readonly dataLength?: number;
  /** Default 1 s. */
  readonly timeoutNs?: number;
  readonly sequence?: number;
  readonly ttl?: number;
  readonly interfaceName?: string;
}

export interface PingReply {
  readonly source: Ipv4Address;
  readonly sequence: number;
  readonly dataLength: number;
  readonly ttl: number;
  readonly roundTripNs: number;
}

export interface UdpOpenOptions {
  /** Absent or 0: an ephemeral port. Several sockets may have one port: the one that names more of address and
   * interface gets a datagram, then the newest; broadcast and multicast datagrams go to all. */
  readonly port?: number;
  /** Only datagrams to this address. Absent: any, broadcasts, and any unicast while the interface has no address. */
  readonly address?: Ipv4Address;
  /** Only datagrams that come in here; and where broadcasts go out unless told otherwise. */
  readonly interfaceName?: string;
}

/** A packet of an IP protocol that the host does not handle by itself. */
export interface IpPacket {
  readonly source: Ipv4Address;
  readonly destination: Ipv4Address;
  readonly protocol: number;
  readonly ttl: number;
  readonly interfaceName: string;
  readonly payload: Uint8Array;
}

export interface TcpListener {
  readonly port: number;
  /** Accepts no more; connections that exist go on. */
  close(): void;
}

export interface TcpListenOptions {
  readonly address?: Ipv4Address;
  /** Connections that may be half open at a time; further SYNs are dropped. Default 128. */
  readonly backlog?: number;
}

export interface TcpConnectOptions {
  readonly localAddress?: Ipv4Address;
  readonly localPort?: number;
}

/** An IP host, the base of servers and firmware. */
export interface Host {
  readonly name: string;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: EventSink;
  readonly interfaces: readonly NetInterface[];
  readonly routes: readonly Route[];
  addInterface(options: InterfaceOptions): NetInterface;
  interface(name: string): NetInterface | undefined;
  addRoute(route: Route): void;
  removeRoute(destination: Ipv4Address, mask: Ipv4Address, interfaceName?: string): void;
  /** Replaces the interface's default route; undefined takes it away. */
  setDefaultGateway(interfaceName: string, gateway: Ipv4Address | undefined, metric?: number): void;
  /** The address that packets to `destination` would come from; undefined without a route. */
  sourceFor(destination: Ipv4Address): Ipv4Address | undefined;
  openUdp(options?: UdpOpenOptions): UdpSocket;
  /** One ICMP echo. */
  ping(destination: Ipv4Address, options?: PingOptions): Task<Result<PingReply, IcmpError | 'timeout'>>;
  /** Sends a packet of any protocol; false without a route. */
  sendIp(destination: Ipv4Address, protocol: number, payload: Uint8Array, options?: { readonly ttl?: number }): boolean;
  onProtocol(protocol: number, handler: ((packet: IpPacket) => void) | undefined): void;
  /** Undefined when the port is taken. */
  listenTcp(
    port: number,
    onConnection: (connection: TcpConnection) => void,
    options?: TcpListenOptions,
  ): TcpListener | undefined;
  connectTcp(address: Ipv4Address, port: number, options?: TcpConnectOptions): TcpConnection;
  /** Closes everything: sockets, connections (silently), interfaces. As pulling the plug. */
  close(): void;
}

/** A UDP datagram as it came in, with the fields of its frame that DHCP needs. */
export interface Datagram {
  readonly source: Ipv4Address;
  readonly sourcePort: number;
  readonly destination: Ipv4Address;
  readonly destinationPort: number;
  readonly data: Uint8Array;
  readonly interfaceName: string;
  readonly sourceMac: MacAddress;
  readonly ttl: number;
}

export interface UdpSendOptions {
  /** Defaults to the address of the interface that the route takes; 0.0.0.0 is allowed. */
  readonly source?: Ipv4Address;
  readonly sourcePort?: number;
  /** Needed for broadcast on a host with several interfaces. */
  readonly interfaceName?: string;
  /** Sends to this station without ARP (DHCP replies to a client that has no address yet). */
  readonly destinationMac?: MacAddress;
  readonly ttl?: number;
  /** The whole byte: DSCP and ECN (RFC 2474). 0 by default. */
  readonly typeOfService?: number;
}

export interface UdpSocket {
  readonly localPort: number;
  /** Set it to get datagrams at once; otherwise they go to `inbox`. */
  onDatagram: ((datagram: Datagram) => void) | undefined;
  readonly inbox: Inbox<Datagram>;
  /** The network reports that a datagram did not arrive. */
  onError: ((error: IcmpError, destination: Ipv4Address, destinationPort: number) => void) | undefined;
  send(destination: Ipv4Address, destinationPort: number, data: Uint8Array, options?: UdpSendOptions): void;
  close(): void;
}

export type TcpError = 'refused' | 'reset' | 'timeout' | 'unreachable' | 'closed';

/** A stream in both directions. Callbacks run inside the lab's events, in order. */
export interface TcpConnection {
  readonly local: { readonly address: Ipv4Address; readonly port: number };
  readonly remote: { readonly address: Ipv4Address; readonly port: number };
  onConnect: (() => void) | undefined;
  /** Bytes in order. The array must not be changed; it may be a view of the frame. */
  onData: ((data: Uint8Array) => void) | undefined;
  /** The other side has sent its FIN. */
  onEnd: (() => void) | undefined;
  /** Closed in both directions (error undefined), or failed. */
  onClose: ((error: TcpError | undefined) => void) | undefined;
  /** The send buffer has room again after `write` returned less than it was given. */
  onDrain: (() => void) | undefined;
  /** Queues bytes; returns how many were taken. */
  write(data: Uint8Array): number;
  /** Bytes that `write` would take now. */
  readonly writable: number;
  /** Stops delivery (the receive window closes) and starts it again. */
  pause(): void;
  resume(): void;
  /** Sends FIN after what is queued. */
  end(): void;
  /** Sends RST. */
  abort(): void;
}
