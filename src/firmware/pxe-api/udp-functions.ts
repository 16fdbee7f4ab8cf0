/**
 * UDP for programs (PXE 2.1, chapter 3), on the firmware's host stack. UDP_READ waits a while for a datagram:
 * the guest sleeps, and goes on in the moment in which one arrives, where it would otherwise poll a million times.
 */
import type { Clock } from '../../base/time/clock.ts';
import { NS_PER_MS } from '../../base/time/clock.ts';
import { after, anyOf } from '../../base/time/task.ts';
import type { Task, Wait } from '../../base/time/task.ts';
import type { Datagram, UdpSocket } from '../../net/host/types.ts';
import type { PxeApiOptions, PxeHandlers } from './context.ts';
import type { Params } from './params.ts';
import { STATUS } from './table.ts';
import type { Status } from './table.ts';

/** Shorter than a BIOS tick (55 ms), so that a program's own timeouts stay exact. */
const READ_WAIT_NS = 50 * NS_PER_MS;
/** PXENV_UDP_WRITE: the source port when the caller gives none. */
const DEFAULT_PORT = 2069;
/** Datagrams that nobody reads: late answers to requests that were given up. */
const QUEUE_LIMIT = 64;

class UdpState {
  isOpen = false;
  private readonly sockets = new Map<number, UdpSocket>();
  private readonly queue: Datagram[] = [];
  private wake: (() => void) | undefined;
  private readonly openUdp: (port: number) => UdpSocket | undefined;

  constructor(openUdp: (port: number) => UdpSocket | undefined) {
    this.openUdp = openUdp;
  }

  socket(port: number): UdpSocket | undefined {
    const known = this.sockets.get(port);
    if (known !== undefined) return known;
    const socket = this.openUdp(port);
    if (socket === undefined) return undefined;
    socket.onDatagram = (datagram) => {
      if (this.queue.length === QUEUE_LIMIT) this.queue.shift();
      this.queue.push(datagram);
      this.wake?.();
    };
    this.sockets.set(port, socket);
    return socket;
  }

  /** The oldest datagram to a port (0: any) and address (0: any). */
  take(port: number, address: number): Datagram | undefined {
    const at = this.queue.findIndex(
      (each) =>
        (port === 0 || each.destinationPort === port) &&
        (address === 0 || each.destination === address || each.destination >>> 28 === 14),
    );
    return at < 0 ? undefined : this.queue.splice(at, 1)[0];
  }

  readonly arrival: Wait = (resume) => {
    this.wake = resume;
    return () => {
      this.wake = undefined;
    };
  };

  close(): void {
    this.isOpen = false;
    for (const socket of this.sockets.values()) socket.close();
    this.sockets.clear();
    this.queue.length = 0;
  }
}

export function udpFunctions(options: PxeApiOptions): { readonly handlers: PxeHandlers; readonly close: () => void } {
  const { clock, memory, network } = options;
  const udp = new UdpState(network.openUdp);

  const handlers: PxeHandlers = {
    PXENV_UDP_OPEN: () => {
      if (udp.isOpen) return STATUS.udpOpen;
      udp.isOpen = true;
      return STATUS.success;
    },
    PXENV_UDP_CLOSE: () => {
      if (!udp.isOpen) return STATUS.udpClosed;
      udp.close();
      return STATUS.success;
    },
    PXENV_UDP_WRITE: (params) => {
      if (!udp.isOpen) return STATUS.udpClosed;
      const port = params.get('sourcePort');
      const socket = udp.socket(port === 0 ? DEFAULT_PORT : port);
      if (socket === undefined) return STATUS.failure;
      // The gateway field is for callers that know better than the lease; the stack routes by the lease.
      const data = memory.read(params.get('buffer'), params.get('bufferSize'));
      socket.send(params.get('destination'), params.get('destinationPort'), data);
      return STATUS.success;
    },
    PXENV_UDP_READ: (params) => {
      if (!udp.isOpen) return STATUS.udpClosed;
      const port = params.get('destinationPort');
      if (port !== 0) udp.socket(port);
      const datagram = udp.take(port, params.get('destination'));
      if (datagram !== undefined) return deliver(params, datagram);
      return readLater(clock, udp, params, port);
    },
  };
  return { handlers, close: () => udp.close() };
}

function* readLater(clock: Clock, udp: UdpState, params: Params, port: number): Task<Status> {
  const endNs = clock.nowNs + READ_WAIT_NS;
  while (clock.nowNs < endNs) {
    yield anyOf(udp.arrival, after(clock, endNs - clock.nowNs));
    const datagram = udp.take(port, params.get('destination'));
    if (datagram !== undefined) return deliver(params, datagram);
  }
  return STATUS.failure;
}

function deliver(params: Params, datagram: Datagram): Status {
  const data = datagram.data.subarray(0, params.get('bufferSize'));
  params.memory.write(params.get('buffer'), data);
  params.set('bufferSize', data.length);
  params.set('source', datagram.source);
  params.set('destination', datagram.destination);
  params.set('sourcePort', datagram.sourcePort);
  params.set('destinationPort', datagram.destinationPort);
  return STATUS.success;
}
