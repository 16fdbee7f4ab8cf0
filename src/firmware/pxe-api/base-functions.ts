/** GET_CACHED_INFO and the functions that take the stack down (PXE 2.1, chapter 3). */
import { BASE_LAYOUT } from '../rom/hypercalls.ts';
import type { PxeApiOptions, PxeHandlers } from './context.ts';
import { STATUS } from './table.ts';

export function baseFunctions(options: PxeApiOptions): PxeHandlers {
  const { memory, network, dataSegment } = options;
  const packets = [network.discover, network.ack, network.reply].map((packet) =>
    packet.subarray(0, BASE_LAYOUT.packetBytes),
  );
  const offsetOf = (index: number): number => BASE_LAYOUT.packetsOffset + index * BASE_LAYOUT.packetBytes;
  packets.forEach((packet, index) => memory.write(dataSegment * 16 + offsetOf(index), packet));

  return {
    PXENV_GET_CACHED_INFO: (params) => {
      // 1 DHCPDISCOVER, 2 DHCPACK, 3 the boot server's or ProxyDHCP's reply.
      const index = params.get('packetType') - 1;
      const packet = packets[index];
      if (packet === undefined) return STATUS.unsupported;
      params.set('bufferLimit', BASE_LAYOUT.packetBytes);
      const buffer = params.get('buffer');
      if (buffer === 0 || params.get('bufferSize') === 0) {
        params.setPointer('buffer', dataSegment, offsetOf(index));
        params.set('bufferSize', packet.length);
        return STATUS.success;
      }
      const part = packet.subarray(0, params.get('bufferSize'));
      memory.write(buffer, part);
      params.set('bufferSize', part.length);
      return STATUS.success;
    },
    PXENV_UNLOAD_STACK: () => {
      // The card stays: programs with a driver of their own for UNDI (undionly) go on using it.
      options.unhook();
      return STATUS.success;
    },
    PXENV_START_UNDI: () => STATUS.success,
    PXENV_STOP_UNDI: () => STATUS.success,
    PXENV_STOP_BASE: () => STATUS.success,
  };
}
