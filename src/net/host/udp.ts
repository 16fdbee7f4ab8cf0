/** The UDP sockets of a host (RFC 768): which socket gets a datagram, and ephemeral ports. */
import type { Ipv4Address } from '../../base/address.ts';
import { readU16 } from '../../base/bytes.ts';
import { assert } from '../../base/result.ts';
import type { Rng } from '../../base/rng.ts';
import { Inbox } from '../../base/time/task.ts';
import { ETHERNET_HEADER_LENGTH } from '../../protocols/ethernet/fields.ts';
import type { Ipv4Header } from '../../protocols/ipv4/codec.ts';
import { IP_PROTOCOL, IPV4_HEADER_LENGTH } from '../../protocols/ipv4/fields.ts';
import { udpChecksumAllows, writeUdpHeader } from '../../protocols/udp/codec.ts';
import { UDP, UDP_HEADER_LENGTH } from '../../protocols/udp/fields.ts';
import type { IpCounters } from './counters.ts';
import { isMulticastIp } from '../igmp-frame.ts';
import { sourceMacOf, type HostInterface } from './interface.ts';
import type { Path } from './routes.ts';
import type { Datagram, IcmpError, UdpOpenOptions, UdpSendOptions, UdpSocket } from './types.ts';

/** RFC 6335 §6: the dynamic ports. */
export const EPHEMERAL_FIRST = 49_152;
export const EPHEMERAL_COUNT = 16_384;

/** RFC 6056 §3.3.1: a random port, and from there the next free one. Undefined when all are taken. */
export function ephemeralPort(rng: Rng, isFree: (port: number) => boolean): number | undefined {
  const start = rng.below(EPHEMERAL_COUNT);
  for (let i = 0; i < EPHEMERAL_COUNT; i++) {
    const port = EPHEMERAL_FIRST + ((start + i) % EPHEMERAL_COUNT);
    if (isFree(port)) return port;
  }
  return undefined;
}

/** What UDP needs from the host below it. */
export interface UdpOutput {
  readonly rng: Rng;
  /** The route to the destination; undefined when there is none, which has then been reported. */
  readonly ipCounters: IpCounters;
  pathFor(destination: Ipv4Address, interfaceName: string | undefined): Path | undefined;
  readonly sendFrameWithRoom: SendFrameWithRoom;
}

/**
 * Sends an IP packet: `frame` has `PAYLOAD_ROOM` bytes for the headers before the payload. It is cut when it is longer
 * than the MTU. With `destinationMac` it goes to that station without asking ARP.
 */
export type SendFrameWithRoom = (
  path: Path,
  frame: Uint8Array,
  source: Ipv4Address,
  destination: Ipv4Address,
  protocol: number,
  options: PacketOptions,
) => void;

export type PacketOptions = Pick<UdpSendOptions, 'ttl' | 'destinationMac' | 'typeOfService'>;
export const NO_PACKET_OPTIONS: PacketOptions = {};

/** Ethernet and IP headers before what they carry. */
export const PAYLOAD_ROOM = ETHERNET_HEADER_LENGTH + IPV4_HEADER_LENGTH;

class Socket implements UdpSocket {
  readonly localPort: number;
  readonly address: Ipv4Address | undefined;
  readonly interfaceName: string | undefined;
  readonly inbox = new Inbox<Datagram>();
  onDatagram: ((datagram: Datagram) => void) | undefined;
  onError: ((error: IcmpError, destination: Ipv4Address, destinationPort: number) => void) | undefined;
  private owner: UdpLayer | undefined;

  constructor(owner: UdpLayer, port: number, options: UdpOpenOptions) {
    this.owner = owner;
    this.localPort = port;
    this.address = options.address;
    this.interfaceName = options.interfaceName;
  }

  send(destination: Ipv4Address, destinationPort: number, data: Uint8Array, options?: UdpSendOptions): void {
    this.owner?.send(this, destination, destinationPort, data, options);
  }

  close(): void {
    this.owner?.remove(this);
    this.owner = undefined;
    this.onDatagram = undefined;
    this.inbox.clear();
  }

  deliver(datagram: Datagram): void {
    if (this.onDatagram !== undefined) this.onDatagram(datagram);
    else this.inbox.push(datagram);
  }
}

const NO_SEND_OPTIONS: UdpSendOptions = {};

export class UdpLayer {
  private readonly output: UdpOutput;
  /** Newest first. */
  private readonly sockets = new Map<number, readonly Socket[]>();

  constructor(output: UdpOutput) {
    this.output = output;
  }

  open(options: UdpOpenOptions): UdpSocket {
    const wanted = options.port ?? 0;
    const port = wanted > 0 ? wanted : ephemeralPort(this.output.rng, (candidate) => !this.sockets.has(candidate));
    assert(port !== undefined && port <= 0xffff, 'no such UDP port, or none free');
    const socket = new Socket(this, port, options);
    this.sockets.set(port, [socket, ...(this.sockets.get(port) ?? [])]);
    return socket;
  }

  remove(socket: Socket): void {
    const left = (this.sockets.get(socket.localPort) ?? []).filter((other) => other !== socket);
    if (left.length === 0) this.sockets.delete(socket.localPort);
    else this.sockets.set(socket.localPort, left);
  }

  close(): void {
    for (const sockets of this.sockets.values()) for (const socket of sockets) socket.close();
  }

  send(
    socket: Socket,
    destination: Ipv4Address,
    destinationPort: number,
    data: Uint8Array,
    options: UdpSendOptions = NO_SEND_OPTIONS,
  ): void {
    const path = this.output.pathFor(destination, options.interfaceName ?? socket.interfaceName);
    if (path === undefined) {
      this.output.ipCounters.outNoRoutes++;
      socket.onError?.('network-unreachable', destination, destinationPort);
      return;
    }
    const source = options.source ?? socket.address ?? path.source;
    const sourcePort = options.sourcePort ?? socket.localPort;
    const frame = new Uint8Array(PAYLOAD_ROOM + UDP_HEADER_LENGTH + data.length);
    frame.set(data, PAYLOAD_ROOM + UDP_HEADER_LENGTH);
    writeUdpHeader(frame, PAYLOAD_ROOM, sourcePort, destinationPort, data.length, source, destination);
    this.output.sendFrameWithRoom(path, frame, source, destination, IP_PROTOCOL.udp, options);
  }

  /**
   * `bytes[start, end)` is the payload of the packet. `frame` is the frame that brought it, or its last fragment.
   * Returns what to do when no socket accepted it.
   */
  receive(
    from: HostInterface,
    frame: Uint8Array,
    header: Ipv4Header,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): 'taken' | 'bad' | 'no-port' {
    if (end - start < UDP_HEADER_LENGTH) return 'bad';
    const length = readU16(bytes, start + UDP.length);
    if (length < UDP_HEADER_LENGTH || length > end - start) return 'bad';
    const { source, destination } = header;
    if (!udpChecksumAllows(bytes, start, length, source, destination)) return 'bad';
    const destinationPort = readU16(bytes, start + UDP.destinationPort);
    const sockets = this.sockets.get(destinationPort);
    if (sockets === undefined) return 'no-port';
    const datagram: Datagram = {
      source,
      sourcePort: readU16(bytes, start + UDP.sourcePort),
      destination,
      destinationPort,
      data: bytes.subarray(start + UDP_HEADER_LENGTH, start + length),
      interfaceName: from.name,
      sourceMac: sourceMacOf(frame),
      ttl: header.ttl,
    };
    const isForAll = from.isBroadcast(destination) || isMulticastIp(destination);
    let best: Socket | undefined;
    let bestScore = -1;
    let taken = false;
    for (const socket of sockets) {
      if (socket.interfaceName !== undefined && socket.interfaceName !== from.name) continue;
      if (socket.address !== undefined && socket.address !== destination && !isForAll) continue;
      if (isForAll) {
        // A socket of one group does not get those of others that come to its port.
        if (socket.address !== destination && isMulticastIp(socket.address ?? 0)) continue;
        taken = true;
        socket.deliver(datagram);
        continue;
      }
      const score = (socket.address === undefined ? 0 : 2) + (socket.interfaceName === undefined ? 0 : 1);
      if (score > bestScore) {
        best = socket;
        bestScore = score;
      }
    }
    best?.deliver(datagram);
    return taken || best !== undefined ? 'taken' : 'no-port';
  }

  /** The network reports that a datagram from one of our ports did not arrive. */
  failed(sourcePort: number, destination: Ipv4Address, destinationPort: number, error: IcmpError): void {
    for (const socket of this.sockets.get(sourcePort) ?? []) socket.onError?.(error, destination, destinationPort);
  }
}
