/** What servers and firmware see of the IP host stack: interfaces, UDP sockets, TCP connections. */
import type { Ipv4Address, MacAddress } from '../../base/address.ts';
import type { Clock } from '../../base/clock.ts';
import type { EventSink } from '../../base/event-log.ts';
import type { Rng } from '../../base/rng.ts';
import type { Inbox } from '../../base/task.ts';
import type { FramePort } from '../port.ts';

export interface HostOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: EventSink;
}

export interface InterfaceOptions {
  /** Such as `eth0`, `net0`, `net0-23`. */
  readonly name: string;
  readonly port: FramePort;
  readonly mac: MacAddress;
  readonly mtu?: number;
}

/** A UDP datagram as it came in, with what DHCP needs to know of its frame. */
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
}

export interface UdpSocket {
  readonly localPort: number;
  /** Set it to get datagrams at once; otherwise they go to `inbox`. */
  onDatagram: ((datagram: Datagram) => void) | undefined;
  readonly inbox: Inbox<Datagram>;
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
