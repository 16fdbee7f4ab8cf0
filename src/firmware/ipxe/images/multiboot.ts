/** Multiboot kernels and their modules (Multiboot specification 0.6.96). */
import { latin1 } from '../../../base/bytes.ts';
import type { Task } from '../../../base/time/task.ts';
import type { MemoryRegion } from '../../platform.ts';
import { Err, type Status } from '../errors.ts';
import type { Ipxe } from '../ipxe.ts';
import { loadElf, type Loaded } from './elf.ts';
import type { Image } from './image.ts';
import { companions } from './initrd.ts';
import { highMemoryEnd, isUsable, le32, ONE_MIB, PAGE_BYTES } from './memory.ts';
import { startProgram } from './programs.ts';
import { findMultibootHeader } from './types.ts';
import { ipxeMessage } from '../messages.ts';

/** Multiboot 0.6.96 §3.1.3: the address fields of a kernel that is no ELF file. */
function loadFlat(ipxe: Ipxe, map: readonly MemoryRegion[], data: Uint8Array, header: number): Loaded | Status {
  const headerAddress = le32(data, header + 12);
  const load = le32(data, header + 16);
  const loadEnd = le32(data, header + 20);
  const bssEnd = le32(data, header + 24);
  const entry = le32(data, header + 28);
  const offset = header - (headerAddress - load);
  const bytes = loadEnd === 0 ? data.length - offset : loadEnd - load;
  const end = Math.max(load + bytes, bssEnd);
  if (offset < 0 || bytes < 0 || offset + bytes > data.length) return Err.notExecutable;
  if (!isUsable(map, load, end)) return Err.segmentNoMemory;
  ipxe.platform.memory.write(load, data.subarray(offset, offset + bytes));
  if (end > load + bytes) ipxe.platform.memory.write(load + bytes, new Uint8Array(end - load - bytes));
  return { entry, end };
}

const MULTIBOOT_LOADED = 0x2badb002;
/** Below the video memory and above all that real mode needs. */
const MULTIBOOT_INFO = 0x1_0000;

export function* startMultiboot(ipxe: Ipxe, image: Image): Task<Status> {
  const { memory } = ipxe.platform;
  const { data } = image;
  const header = findMultibootHeader(data);
  if (header === undefined) return Err.notExecutable;
  const isFlat = (le32(data, header + 4) & 0x1_0000) !== 0;
  const map = yield* ipxe.platform.memoryMap();
  const loaded = isFlat ? loadFlat(ipxe, map, data, header) : loadElf(ipxe, map, data);
  if (typeof loaded === 'number') return loaded;
  let at = MULTIBOOT_INFO + 128;
  const text = (value: string): number => {
    const address = at;
    memory.write(address, latin1(`${value}\0`));
    at += value.length + 1;
    return address;
  };
  const fullName = (each: Image): string => (each.cmdline === undefined ? each.name : `${each.name} ${each.cmdline}`);
  let top = Math.ceil(Math.max(loaded.end, ONE_MIB) / PAGE_BYTES) * PAGE_BYTES;
  const companionList = companions(ipxe.images.all, image);
  const moduleBytes = companionList.reduce((sum, each) => sum + each.data.length + PAGE_BYTES, 0);
  if (companionList.length > 0 && !isUsable(map, top, top + moduleBytes)) return Err.segmentNoMemory;
  const modules = companionList.map((each) => {
    const from = top;
    memory.write(from, each.data);
    top = Math.ceil((from + each.data.length) / PAGE_BYTES) * PAGE_BYTES;
    return { from, to: from + each.data.length, name: text(fullName(each)) };
  });
  const cmdline = text(fullName(image));
  const loader = text(`iPXE ${ipxe.build.version}`);
  at = Math.ceil(at / 4) * 4;
  const moduleTable = at;
  for (const { from, to, name } of modules) {
    [from, to, name, 0].forEach((value, index) => memory.writeU32(at + 4 * index, value));
    at += 16;
  }
  const mapTable = at;
  for (const { start: from, length, type } of map) {
    const kinds = { usable: 1, reserved: 2, acpi: 3, nvs: 4, unusable: 5 } as const;
    const words = [20, from >>> 0, Math.floor(from / 2 ** 32), length >>> 0, Math.floor(length / 2 ** 32), kinds[type]];
    words.forEach((value, index) => memory.writeU32(at + 4 * index, value));
    at += 24;
  }
  // §3.3: memory sizes, command line, modules, memory map, loader name.
  const flags = 0x001 | 0x004 | 0x008 | 0x040 | 0x200;
  const upperKiB = Math.floor((highMemoryEnd(map) - ONE_MIB) / 1024);
  const info = new Map<number, number>([
    [0, flags],
    [4, Math.floor(ipxe.platform.freeBaseBytes / 1024)],
    [8, Math.max(0, upperKiB)],
    [16, cmdline],
    [20, modules.length],
    [24, moduleTable],
    [44, at - mapTable],
    [48, mapTable],
    [64, loader],
  ]);
  memory.write(MULTIBOOT_INFO, new Uint8Array(128));
  for (const [offset, value] of info) memory.writeU32(MULTIBOOT_INFO + offset, value);
  ipxe.log.emit({
    kind: 'stage',
    stage: 'kernel-loaded',
    ...ipxeMessage('ipxe.multiboot-loaded', { kernel: image.name, count: modules.length }),
  });
  ipxe.netdevs.closeAll();
  return yield* startProgram(ipxe, {
    kind: 'multiboot',
    name: image.uri ?? image.name,
    entry: { mode: 'protected', eip: loaded.entry, registers: { eax: MULTIBOOT_LOADED, ebx: MULTIBOOT_INFO } },
  });
}
