/** The TCP of a host: finds the connection of a segment, opens new ones, and answers segments that have none. */
import { formatIpv4, type Ipv4Address } from '../../../base/address.ts';
import { NS_PER_MS, type Clock } from '../../../base/time/clock.ts';
import { assert } from '../../../base/result.ts';
import type { Rng } from '../../../base/rng.ts';
import type { Ipv4Header } from '../../../protocols/ipv4/codec.ts';
import { IP_PROTOCOL, IPV4_HEADER_LENGTH } from '../../../protocols/ipv4/fields.ts';
import { decodeTcp, tcpHeaderLength, writeTcpHeader, type TcpSegment } from '../../../protocols/tcp/codec.ts';
import { TCP_FLAG, TCP_HEADER_LENGTH } from '../../../protocols/tcp/fields.ts';
import type { Reporter } from '../../reporter.ts';
import type { IpCounters, TcpCounters } from '../counters.ts';
import type { Path } from '../routes.ts';
import type {
  IcmpError,
  TcpConnection,
  TcpConnectOptions,
  TcpListener,
  TcpListenOptions,
  TcpSettings,
} from '../types.ts';
import { ephemeralPort, NO_PACKET_OPTIONS, PAYLOAD_ROOM, type SendFrameWithRoom } from '../udp.ts';
import { Connection, type ConnectionOwner } from './connection.ts';
import { resetAnswering, type Endpoint, type OutgoingSegment } from './segment.ts';
import { SendBuffer } from './send-buffer.ts';
import { DEFAULT_SYN_RETRY_NS } from './timers.ts';
import { netMessage } from '../../messages.ts';
import type { Message } from '../../../base/sentence.ts';

/** What TCP needs from the host. */
export interface TcpHost {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly reporter: Reporter;
  readonly ipCounters: IpCounters;
  readonly tcpCounters: TcpCounters;
  pathFor(destination: Ipv4Address, interfaceName: string | undefined): Path | undefined;
  readonly sendFrameWithRoom: SendFrameWithRoom;
}

interface Listener {
  readonly address: Ipv4Address | undefined;
  readonly backlog: number;
  readonly onConnection: (connection: TcpConnection) => void;
  halfOpen: number;
}

const DEFAULT_TCP_SETTINGS: Required<TcpSettings> = {
  receiveWindow: 2 * 1024 * 1024,
  sendBuffer: 1024 * 1024,
  delayedAckNs: 40 * NS_PER_MS,
  sack: true,
  windowScale: true,
  keepaliveNs: 0,
  synRetryNs: DEFAULT_SYN_RETRY_NS,
  synWindow: 0xffff,
  windowShift: 'least',
  timestamps: true,
  synOptions: ['mss', 'sack', 'scale'],
};
const DEFAULT_BACKLOG = 128;
const NOTHING = new SendBuffer(0, 1);

/** An address and a port as one key: 48 bits. */
function endpointKey(address: Ipv4Address, port: number): number {
  return address * 0x1_0000 + port;
}

export class TcpLayer implements ConnectionOwner {
  readonly clock: Clock;
  readonly counters: TcpCounters;
  private readonly host: TcpHost;
  private readonly settings: Required<TcpSettings>;
  private readonly listeners = new Map<number, Listener[]>();
  /** By local endpoint, then by remote endpoint. */
  private readonly connections = new Map<number, Map<number, Connection>>();
  /** Attempts from outside that are not open yet. */
  private readonly opening = new Map<Connection, Listener>();

  constructor(host: TcpHost, settings: TcpSettings) {
    this.clock = host.clock;
    this.host = host;
    this.counters = host.tcpCounters;
    this.settings = { ...DEFAULT_TCP_SETTINGS, ...settings };
  }

  listen(
    port: number,
    onConnection: (connection: TcpConnection) => void,
    options: TcpListenOptions,
  ): TcpListener | undefined {
    const { address, backlog = DEFAULT_BACKLOG } = options;
    const others = this.listeners.get(port) ?? [];
    if (others.some((other) => other.address === address)) return undefined;
    const listener: Listener = { address, backlog, onConnection, halfOpen: 0 };
    this.listeners.set(port, [...others, listener]);
    return {
      port,
      close: () => {
        const left = (this.listeners.get(port) ?? []).filter((other) => other !== listener);
        if (left.length === 0) this.listeners.delete(port);
        else this.listeners.set(port, left);
      },
    };
  }

  connect(address: Ipv4Address, port: number, options: TcpConnectOptions): TcpConnection {
    const path = this.host.pathFor(address, undefined);
    const localAddress = options.localAddress ?? path?.source ?? 0;
    const remoteKey = endpointKey(address, port);
    const isFree = (candidate: number): boolean =>
      this.connections.get(endpointKey(localAddress, candidate))?.has(remoteKey) !== true;
    const localPort = options.localPort ?? ephemeralPort(this.host.rng, isFree);
    assert(localPort !== undefined && isFree(localPort), 'the TCP connection exists already, or no port is free');
    const local = { address: localAddress, port: localPort };
    // The initial number is random (RFC 6528), from the host's own stream.
    const connection = new Connection(this, local, { address, port }, this.host.rng.u32(), this.settings, undefined);
    this.add(connection);
    // The caller sets the callbacks after this returns.
    if (path === undefined) this.clock.schedule(0, () => connection.unreachable());
    return connection;
  }

  /** `bytes` is the payload of the packet. Returns false when it was damaged. */
  receive(header: Ipv4Header, bytes: Uint8Array): boolean {
    const { source, destination } = header;
    const decoded = decodeTcp(bytes, source, destination);
    const { counters } = this;
    counters.inSegs++;
    if (!decoded.ok) {
      counters.inDiscards++;
      return false;
    }
    const segment = decoded.value;
    counters.inOctets += segment.payload.length;
    const localKey = endpointKey(destination, segment.destinationPort);
    const connection = this.connections.get(localKey)?.get(endpointKey(source, segment.sourcePort));
    if (connection !== undefined && !this.isNewIncarnation(connection, segment)) connection.receive(segment);
    else this.receiveWithoutConnection(header, segment);
    return true;
  }

  /** The network reports that a segment of ours did not arrive. */
  failed(header: Ipv4Header, sourcePort: number, destinationPort: number, error: IcmpError): void {
    if (error === 'ttl-exceeded') return;
    const connections = this.connections.get(endpointKey(header.source, sourcePort));
    connections?.get(endpointKey(header.destination, destinationPort))?.unreachable();
  }

  close(): void {
    for (const connections of this.connections.values()) for (const each of connections.values()) each.vanish();
    this.listeners.clear();
  }

  // ConnectionOwner

  transmit(connection: Connection, segment: OutgoingSegment, from: SendBuffer, at: number, length: number): void {
    const { local, remote } = connection;
    this.send(local, remote, segment, from, at, length);
  }

  accepted(connection: Connection): void {
    const listener = this.opening.get(connection);
    this.settle(connection);
    listener?.onConnection(connection);
  }

  gone(connection: Connection): void {
    this.settle(connection);
    const { local, remote } = connection;
    const localKey = endpointKey(local.address, local.port);
    const remoteKey = endpointKey(remote.address, remote.port);
    const connections = this.connections.get(localKey);
    if (connections?.get(remoteKey) !== connection) return;
    connections.delete(remoteKey);
    if (connections.size === 0) this.connections.delete(localKey);
  }

  report(connection: Connection, code: string, severity: 'note' | 'warn', what: Message, rule: string): void {
    const { local, remote } = connection;
    const ends = {
      local: `${formatIpv4(local.address)}:${local.port}`,
      remote: `${formatIpv4(remote.address)}:${remote.port}`,
    };
    this.host.reporter.limited(
      `${code} ${ends.local} ${ends.remote}`,
      (more) => ({ kind: 'decision', code, severity, ...netMessage('tcp.connection', { ...ends, what, more }) }),
      rule,
    );
  }

  mssFor(connection: Connection): number {
    const mtu = this.host.pathFor(connection.remote.address, undefined)?.via.mtu ?? 1500;
    return mtu - IPV4_HEADER_LENGTH - TCP_HEADER_LENGTH;
  }

  private add(connection: Connection): void {
    const { local, remote } = connection;
    const localKey = endpointKey(local.address, local.port);
    let connections = this.connections.get(localKey);
    if (connections === undefined) {
      connections = new Map();
      this.connections.set(localKey, connections);
    }
    connections.set(endpointKey(remote.address, remote.port), connection);
  }

  /** No longer half open. */
  private settle(connection: Connection): void {
    const listener = this.opening.get(connection);
    if (listener === undefined) return;
    listener.halfOpen--;
    this.opening.delete(connection);
  }

  /** A SYN may reopen a connection in TIME-WAIT (RFC 9293 §3.10.7.4, TIME-WAIT; RFC 6191). */
  private isNewIncarnation(connection: Connection, segment: TcpSegment): boolean {
    if (connection.state !== 'TIME-WAIT' || (segment.flags & (TCP_FLAG.syn | TCP_FLAG.ack)) !== TCP_FLAG.syn)
      return false;
    connection.vanish();
    return true;
  }

  private receiveWithoutConnection(header: Ipv4Header, segment: TcpSegment): void {
    const { flags } = segment;
    if ((flags & TCP_FLAG.rst) !== 0) return;
    const local = { address: header.destination, port: segment.destinationPort };
    const remote = { address: header.source, port: segment.sourcePort };
    const listeners = this.listeners.get(local.port) ?? [];
    const listener =
      listeners.find((each) => each.address === local.address) ?? listeners.find((each) => each.address === undefined);
    if (listener !== undefined && (flags & (TCP_FLAG.syn | TCP_FLAG.ack)) === TCP_FLAG.syn) {
      // Too many half open: the SYN is dropped, and will come again.
      if (listener.halfOpen >= listener.backlog) return;
      listener.halfOpen++;
      const connection = new Connection(this, local, remote, this.host.rng.u32(), this.settings, segment);
      this.opening.set(connection, listener);
      this.add(connection);
      return;
    }
    if ((flags & TCP_FLAG.syn) !== 0 && (flags & TCP_FLAG.ack) === 0) this.reportRefused(local, remote);
    this.send(local, remote, resetAnswering(segment), NOTHING, 1, 0);
  }

  private reportRefused(local: Endpoint, remote: Endpoint): void {
    this.host.reporter.limited(
      `refused ${local.port}`,
      (more) => ({
        kind: 'decision',
        code: 'tcp.refused',
        severity: 'note',
        ...netMessage('tcp.refused', { port: local.port, remote: formatIpv4(remote.address), more }),
      }),
      'RFC 9293 §3.10.7.1',
    );
  }

  private send(
    local: Endpoint,
    remote: Endpoint,
    segment: OutgoingSegment,
    from: SendBuffer,
    at: number,
    length: number,
  ): void {
    const path = this.host.pathFor(remote.address, undefined);
    if (path === undefined) {
      this.host.ipCounters.outNoRoutes++;
      return;
    }
    const headerLength = tcpHeaderLength(segment.options);
    const frame = new Uint8Array(PAYLOAD_ROOM + headerLength + length);
    from.copy(at, length, frame, PAYLOAD_ROOM + headerLength);
    const header = { sourcePort: local.port, destinationPort: remote.port, ...segment };
    writeTcpHeader(frame, PAYLOAD_ROOM, header, length, local.address, remote.address);
    const { tcp } = IP_PROTOCOL;
    this.host.sendFrameWithRoom(path, frame, local.address, remote.address, tcp, NO_PACKET_OPTIONS);
  }
}
