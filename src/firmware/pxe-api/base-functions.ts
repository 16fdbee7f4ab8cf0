/** GET_CACHED_INFO and the functions that take the stack down (PXE 2.1, chapter 3). */
import { atLeast } from '../../base/lists/list.ts';
import { BASE_LAYOUT } from '../rom/hypercalls.ts';
import type { GuestMemory } from '../guest.ts';
import type { PxeContext } from '../platform.ts';
import type { PxeApiOptions, PxeHandlers } from './context.ts';
import type { Params } from './params.ts';
import { STATUS } from './table.ts';
import type { Status } from './table.ts';

/** Size of a cached packet whatever was received: a BOOTP message with 1024 bytes of options (PXE 2.1, BOOTPLAYER). */
const CACHED_BYTES = 1260;

/** The packets lie in guest memory: programs edit them in place for the next program (pxechn.c32, GRUB's pxechainloader). */
export class CachedPackets {
  private readonly memory: GuestMemory;
  private readonly dataSegment: number;

  constructor({ memory, dataSegment, network }: PxeApiOptions) {
    this.memory = memory;
    this.dataSegment = dataSegment;
    [network.discover, network.ack, network.reply].forEach((packet, index) => {
      const cached = new Uint8Array(CACHED_BYTES);
      cached.set(packet.subarray(0, CACHED_BYTES));
      memory.write(this.linear(index), cached);
    });
  }

  /** The network with its packets as they stand now. */
  of(network: PxeContext): PxeContext {
    const [discover, ack, reply] = atLeast(
      [0, 1, 2].map((index) => this.memory.read(this.linear(index), CACHED_BYTES)),
      3,
    );
    return { ...network, discover, ack, reply };
  }

  get(params: Params): Status {
    // 1 DHCPDISCOVER, 2 DHCPACK, 3 the boot server's or ProxyDHCP's reply.
    const index = params.get('packetType') - 1;
    if (index < 0 || index > 2) return STATUS.unsupported;
    params.set('bufferLimit', CACHED_BYTES);
    const buffer = params.get('buffer');
    const size = params.get('bufferSize');
    if (buffer === 0 || size === 0) {
      params.setDataPointer('buffer', offsetOf(index));
      params.set('bufferSize', CACHED_BYTES);
      return STATUS.success;
    }
    const part = this.memory.read(this.linear(index), Math.min(size, CACHED_BYTES));
    this.memory.write(buffer, part);
    params.set('bufferSize', part.length);
    return STATUS.success;
  }

  private linear(index: number): number {
    return this.dataSegment * 16 + offsetOf(index);
  }
}

function offsetOf(index: number): number {
  return BASE_LAYOUT.packetsOffset + index * BASE_LAYOUT.packetBytes;
}

export function baseFunctions(options: PxeApiOptions, packets: CachedPackets): PxeHandlers {
  return {
    PXENV_GET_CACHED_INFO: (params) => packets.get(params),
    PXENV_UNLOAD_STACK: () => {
      // The card stays: programs with a driver of their own for UNDI (undionly) go on using it.
      options.unhook();
      return STATUS.success;
    },
    PXENV_START_UNDI: () => STATUS.success,
    PXENV_STOP_UNDI: () => STATUS.success,
    // The base code is the firmware itself, which stays: nothing is started or stopped.
    PXENV_START_BASE: () => STATUS.success,
    PXENV_STOP_BASE: () => STATUS.success,
  };
}
