/**
 * UNDI for programs with a network stack of their own (PXE 2.1, UNDI): frames in and out, with a real interrupt
 * when the card has one. While UNDI is open the firmware's own stack sees no frames.
 */
import { MAC_BROADCAST, isGroupMac, readMac, writeMac } from '../../base/address.ts';
import type { MacAddress } from '../../base/address.ts';
import { latin1, readU16, writeU16 } from '../../base/bytes.ts';
import { NS_PER_MS, NS_PER_S } from '../../base/time/clock.ts';
import { after, anyOf } from '../../base/time/task.ts';
import type { Task, Wait } from '../../base/time/task.ts';
import { BASE_LAYOUT } from '../rom/hypercalls.ts';
import type { PxeApiOptions, PxeHandlers } from './context.ts';
import type { Params } from './params.ts';
import { STATUS } from './table.ts';
import type { Status } from './table.ts';

/** Bits of the packet filter of UNDI_OPEN. */
const FILTER = { directed: 1, broadcast: 2, promiscuous: 4 } as const;
/** Values of PXENV_UNDI_ISR's function field, in and out. */
const ISR = { start: 1, process: 2, getNext: 3, ours: 0, notOurs: 1, done: 0, receive: 3 } as const;
/** Frames that wait for the program. */
const QUEUE_LIMIT = 64;
/** A program that polls and finds nothing sleeps so long, or until a frame comes. */
const POLL_WAIT_NS = NS_PER_MS;
/**
 * One that has polled in vain for as long waits for a person, as GRUB does in its menu: it looks at its keyboard fifty times
 * a second, and costs this computer next to nothing.
 */
const IN_VAIN_NS = 10 * NS_PER_S;
const LONG_POLL_WAIT_NS = 20 * NS_PER_MS;
/** ServiceFlags: broadcast, multicast, promiscuous, settable address, reset, open and close, interrupts. */
const SERVICES = 0x0001 | 0x0002 | 0x0008 | 0x0010 | 0x0400 | 0x0800;
const SERVICE_INTERRUPT = 0x1000;
const ETHERNET_HEADER = 14;
const ETHERTYPE_OF_PROTOCOL: ReadonlyMap<number, number> = new Map([
  [1, 0x0800],
  [2, 0x0806],
  [3, 0x8035],
]);

class Undi {
  /** `down` after SHUTDOWN: the card is nobody's until STARTUP or INITIALIZE. */
  state: 'down' | 'up' | 'open' = 'up';
  mac: MacAddress;
  filter = 0;
  groups: readonly MacAddress[] = [];
  sent = 0;
  received = 0;
  dropped = 0;
  interruptPending = false;
  readonly queue: Uint8Array[] = [];
  /** When something last happened. */
  private activeNs = 0;
  private wake: (() => void) | undefined;
  private readonly options: PxeApiOptions;

  constructor(options: PxeApiOptions) {
    this.options = options;
    this.mac = options.network.nic.mac;
  }

  get irq(): number {
    return this.options.network.nic.bus.irq;
  }

  start(): void {
    this.options.port.take();
    if (this.state === 'down') this.state = 'up';
  }

  shutDown(): void {
    this.close();
    this.state = 'down';
    // From here the card is the operating system's, unless the program starts UNDI again.
    this.options.port.release();
  }

  open(filter: number): void {
    this.state = 'open';
    this.filter = filter;
    this.sawFrame();
    this.options.port.take();
    this.options.port.setUndiReceiver((frame) => this.receive(frame));
  }

  close(): void {
    if (this.state === 'open') this.state = 'up';
    this.options.port.setUndiReceiver(undefined);
    this.queue.length = 0;
    this.acknowledge();
  }

  /** The program has seen the interrupt. */
  acknowledge(): void {
    if (!this.interruptPending) return;
    this.interruptPending = false;
    if (this.irq > 0) this.options.lowerIrq(this.irq);
  }

  /** How long a program that polls waits for the next frame. */
  get pollWaitNs(): number {
    return this.options.clock.nowNs - this.activeNs < IN_VAIN_NS ? POLL_WAIT_NS : LONG_POLL_WAIT_NS;
  }

  /** A frame has gone or come, or the card was opened. */
  sawFrame(): void {
    this.activeNs = this.options.clock.nowNs;
  }

  readonly arrival: Wait = (resume) => {
    this.wake = resume;
    return () => {
      this.wake = undefined;
    };
  };

  private receive(frame: Uint8Array): void {
    if (!this.wants(readMac(frame, 0))) return;
    if (this.queue.length === QUEUE_LIMIT) {
      this.dropped++;
      return;
    }
    this.received++;
    this.sawFrame();
    this.queue.push(frame);
    this.interrupt();
    this.wake?.();
  }

  interrupt(): void {
    if (this.interruptPending) return;
    this.interruptPending = true;
    if (this.irq > 0) this.options.raiseIrq(this.irq);
  }

  private wants(destination: MacAddress): boolean {
    if ((this.filter & FILTER.promiscuous) !== 0) return true;
    if (destination === MAC_BROADCAST) return (this.filter & FILTER.broadcast) !== 0;
    if (isGroupMac(destination)) return this.groups.includes(destination);
    return destination === this.mac && (this.filter & FILTER.directed) !== 0;
  }
}

export function undiFunctions(options: PxeApiOptions): { readonly handlers: PxeHandlers; readonly close: () => void } {
  const { network, port } = options;
  const { bus } = network.nic;
  const undi = new Undi(options);
  const macBytes = (mac: MacAddress): Uint8Array => {
    const bytes = new Uint8Array(16);
    writeMac(bytes, 0, mac);
    return bytes;
  };

  const handlers: PxeHandlers = {
    PXENV_UNDI_STARTUP: () => {
      undi.start();
      return STATUS.success;
    },
    PXENV_UNDI_INITIALIZE: () => {
      undi.start();
      return STATUS.success;
    },
    PXENV_UNDI_CLEANUP: () => STATUS.success,
    PXENV_UNDI_RESET_ADAPTER: (params) => {
      undi.queue.length = 0;
      undi.groups = readGroups(params);
      return STATUS.success;
    },
    PXENV_UNDI_SHUTDOWN: () => {
      undi.shutDown();
      return STATUS.success;
    },
    PXENV_UNDI_OPEN: (params) => {
      undi.groups = readGroups(params);
      undi.open(params.get('packetFilter'));
      return STATUS.success;
    },
    PXENV_UNDI_CLOSE: () => {
      undi.close();
      return STATUS.success;
    },
    PXENV_UNDI_TRANSMIT: (params) => {
      if (undi.state === 'down') return STATUS.undiInvalidState;
      const frame = buildFrame(params, undi.mac);
      if (frame === undefined) return STATUS.undiInvalidParameter;
      undi.sent++;
      undi.sawFrame();
      port.send(frame);
      return STATUS.success;
    },
    PXENV_UNDI_SET_MCAST_ADDRESS: (params) => {
      undi.groups = readGroups(params);
      return STATUS.success;
    },
    // The specification gives a driver the choice to offer it; none of the firmware's does.
    PXENV_UNDI_INITIATE_DIAGS: () => STATUS.unsupported,
    PXENV_UNDI_FORCE_INTERRUPT: () => {
      if (undi.state !== 'open') return STATUS.undiInvalidState;
      if (undi.irq === 0) return STATUS.unsupported;
      undi.interrupt();
      return STATUS.success;
    },
    PXENV_UNDI_SET_STATION_ADDRESS: (params) => {
      if (undi.state === 'open') return STATUS.undiInvalidState;
      undi.mac = readMac(params.bytes('stationAddress'), 0);
      return STATUS.success;
    },
    PXENV_UNDI_SET_PACKET_FILTER: (params) => {
      undi.filter = params.get('filter');
      return STATUS.success;
    },
    PXENV_UNDI_GET_INFORMATION: (params) => {
      params.set('baseIo', bus.ioBase);
      params.set('interruptNumber', bus.irq);
      params.set('mtu', 1500);
      params.set('hardwareType', 1);
      params.set('hardwareAddressLength', 6);
      params.setBytes('currentAddress', macBytes(undi.mac));
      params.setBytes('permanentAddress', macBytes(network.nic.mac));
      params.set('romSegment', 0);
      params.set('receiveBuffers', 1);
      params.set('transmitBuffers', 1);
      return STATUS.success;
    },
    PXENV_UNDI_GET_STATISTICS: (params) => {
      params.set('sentFrames', undi.sent);
      params.set('receivedFrames', undi.received);
      params.set('crcErrors', 0);
      params.set('resourceErrors', undi.dropped);
      return STATUS.success;
    },
    PXENV_UNDI_CLEAR_STATISTICS: () => {
      undi.sent = 0;
      undi.received = 0;
      undi.dropped = 0;
      return STATUS.success;
    },
    PXENV_UNDI_GET_MCAST_ADDRESS: (params) => {
      // RFC 1112 §6.4: the low 23 bits of the group.
      params.setBytes('address', macBytes(0x0100_5e00_0000 + (params.get('group') & 0x7f_ffff)));
      return STATUS.success;
    },
    PXENV_UNDI_GET_NIC_TYPE: (params) => {
      params.set('nicType', 2); // PCI
      params.set('vendorId', bus.vendorId);
      params.set('deviceId', bus.deviceId);
      params.set('baseClass', bus.classCode >>> 16);
      params.set('subClass', bus.classCode >>> 8);
      params.set('interface', bus.classCode);
      params.set('revision', bus.revision);
      params.set('busDeviceFunction', (bus.bus << 8) | (bus.device << 3) | bus.function);
      params.set('subsystemVendorId', bus.subsystemVendorId);
      params.set('subsystemId', bus.subsystemId);
      return STATUS.success;
    },
    PXENV_UNDI_GET_IFACE_INFO: (params) => {
      params.setBytes('interfaceType', latin1('DIX+802.3'));
      params.set('linkSpeed', 100_000_000);
      params.set('serviceFlags', SERVICES | (bus.irq > 0 ? SERVICE_INTERRUPT : 0));
      params.setBytes('reserved', new Uint8Array(16));
      return STATUS.success;
    },
    PXENV_UNDI_ISR: (params) => {
      switch (params.get('function')) {
        case ISR.start:
          return startInterrupt(options, undi, params);
        case ISR.process:
        case ISR.getNext:
          return nextFrame(options, undi, params);
        default:
          return STATUS.undiInvalidParameter;
      }
    },
  };
  return { handlers, close: () => undi.close() };
}

function startInterrupt(options: PxeApiOptions, undi: Undi, params: Params): Status | Task<Status> {
  if (undi.interruptPending || undi.queue.length > 0) {
    undi.acknowledge();
    params.set('function', ISR.ours);
    return STATUS.success;
  }
  params.set('function', ISR.notOurs);
  // A program that polls: nothing to do until a frame comes. It asks again.
  return (function* (): Task<Status> {
    yield anyOf(undi.arrival, after(options.clock, undi.pollWaitNs));
    return STATUS.success;
  })();
}

function nextFrame({ memory, dataSegment }: PxeApiOptions, undi: Undi, params: Params): Status {
  const frame = undi.queue.shift()?.subarray(0, BASE_LAYOUT.frameBytes);
  if (frame === undefined) {
    params.set('function', ISR.done);
    return STATUS.success;
  }
  memory.write(dataSegment * 16 + BASE_LAYOUT.frameOffset, frame);
  params.set('function', ISR.receive);
  params.set('bufferLength', frame.length);
  params.set('frameLength', frame.length);
  params.set('headerLength', ETHERNET_HEADER);
  params.setDataPointer('frame', BASE_LAYOUT.frameOffset);
  params.set('protocol', protocolOf(frame));
  const destination = readMac(frame, 0);
  params.set('packetType', destination === MAC_BROADCAST ? 1 : isGroupMac(destination) ? 2 : 0);
  return STATUS.success;
}

function protocolOf(frame: Uint8Array): number {
  const type = readU16(frame, 12);
  for (const [protocol, ethertype] of ETHERTYPE_OF_PROTOCOL) if (ethertype === type) return protocol;
  return 0;
}

function readGroups(params: Params): readonly MacAddress[] {
  const count = Math.min(params.get('mcastCount'), 8);
  const bytes = params.bytes('mcastAddresses');
  return Array.from({ length: count }, (_, index) => readMac(bytes, index * 6));
}

/** The transmit buffer descriptor: immediate data, then up to eight blocks (PXE 2.1, UNDI). */
function buildFrame(params: Params, source: MacAddress): Uint8Array | undefined {
  const { memory } = params;
  const descriptor = params.get('descriptor');
  const parts: Uint8Array[] = [memory.read(params.pointerAt(descriptor + 2), memory.readU16(descriptor))];
  const blocks = Math.min(memory.readU16(descriptor + 6), 8);
  for (let index = 0; index < blocks; index++) {
    const at = descriptor + 8 + index * 8;
    // Pointer type 0 is a physical address, 1 is segment and offset.
    const address = memory.readU8(at) === 1 ? params.pointerAt(at + 4) : memory.readU32(at + 4);
    parts.push(memory.read(address, memory.readU16(at + 2)));
  }
  const protocol = params.get('protocol');
  const payloadBytes = parts.reduce((sum, part) => sum + part.length, 0);
  const headerBytes = protocol === 0 ? 0 : ETHERNET_HEADER;
  const frame = new Uint8Array(headerBytes + payloadBytes);
  if (protocol !== 0) {
    const ethertype = ETHERTYPE_OF_PROTOCOL.get(protocol);
    if (ethertype === undefined) return undefined;
    // XMT_BROADCAST: the address field is not looked at.
    const isBroadcast = params.get('transmitFlag') === 1;
    writeMac(frame, 0, isBroadcast ? MAC_BROADCAST : readMac(memory.read(params.get('destination'), 6), 0));
    writeMac(frame, 6, source);
    writeU16(frame, 12, ethertype);
  }
  let at = headerBytes;
  for (const part of parts) {
    frame.set(part, at);
    at += part.length;
  }
  return frame.length < ETHERNET_HEADER ? undefined : frame;
}
