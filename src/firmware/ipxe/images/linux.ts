/** Linux kernels and their initial RAM disks, by the Linux x86 boot protocol. */
import {
  LINUX_LOADER_ETHERBOOT,
  LINUX_SETUP,
  LINUX_SETUP_PLACE,
  linuxSetupBytes,
} from '../../../base/data/linux-setup.ts';
import { byteAt, latin1 } from '../../../base/bytes.ts';
import { itemAt } from '../../../base/lists/list.ts';
import type { Task } from '../../../base/time/task.ts';
import { Err, type Status } from '../errors.ts';
import type { Ipxe } from '../ipxe.ts';
import type { Image } from './image.ts';
import { buildInitrd, companions } from './initrd.ts';
import { highMemoryEnd, le16, le32, ONE_MIB, PAGE_BYTES } from './memory.ts';
import { startProgram } from './programs.ts';
import { ipxeMessage } from '../messages.ts';

const { segment: SETUP_SEGMENT, heapEnd: HEAP_END, cmdlineRoom: CMDLINE_ROOM } = LINUX_SETUP_PLACE;
const SETUP_ADDRESS = SETUP_SEGMENT * 16;

/** The number that `vga=` asks for (Linux `Documentation/admin-guide/svga.rst`). */
function vgaMode(cmdline: string): number | undefined {
  const value = /(?:^|\s)vga=(\S+)/.exec(cmdline)?.[1];
  switch (value) {
    case undefined:
      return undefined;
    case 'normal':
      return 0xffff;
    case 'ext':
      return 0xfffe;
    case 'ask':
      return 0xfffd;
    default:
      return Number.isNaN(Number(value)) ? undefined : Number(value);
  }
}

/** `mem=512M`: the kernel will not look above it, so the initrd must lie below. */
function memLimit(cmdline: string): number {
  const match = /(?:^|\s)mem=(\d+|0x[0-9a-fA-F]+)([kKmMgG]?)/.exec(cmdline);
  if (match === null) return Number.POSITIVE_INFINITY;
  const shift = { '': 1, k: 1024, m: ONE_MIB, g: 1024 * ONE_MIB }[itemAt(match, 2).toLowerCase()] ?? 1;
  return Number(match[1]) * shift;
}

export function* startKernel(ipxe: Ipxe, image: Image): Task<Status> {
  const { memory } = ipxe.platform;
  const { data } = image;
  const version = le16(data, LINUX_SETUP.version);
  const setupBytes = linuxSetupBytes(data);
  const isHigh = (byteAt(data, LINUX_SETUP.loadflags) & 1) !== 0;
  if (version < 0x0202 || !isHigh || setupBytes > HEAP_END || setupBytes > data.length) return Err.notExecutable;
  const cmdline = image.cmdline ?? '';
  const companionList = companions(ipxe.images.all, image);
  const initrd = buildInitrd(companionList);
  const kernelBytes = data.length - setupBytes;
  const end = highMemoryEnd(yield* ipxe.platform.memoryMap());
  const initrdMax = version >= 0x0203 ? le32(data, LINUX_SETUP.initrdAddrMax) + 1 : 0x3800_0000;
  const top = Math.min(end, initrdMax, memLimit(cmdline));
  const initrdAddress = (Math.floor((top - initrd.length) / PAGE_BYTES) * PAGE_BYTES) >>> 0;
  if (ONE_MIB + kernelBytes > end) return Err.segmentNoMemory;
  if (initrd.length > 0 && top - initrd.length < ONE_MIB + kernelBytes) return Err.segmentNoMemory;

  const setup = data.slice(0, setupBytes);
  const put32 = (at: number, value: number): void => {
    for (let i = 0; i < 4; i++) setup[at + i] = value >>> (8 * i);
  };
  const put16 = (at: number, value: number): void => {
    setup[at] = value;
    setup[at + 1] = value >>> 8;
  };
  setup[LINUX_SETUP.typeOfLoader] = LINUX_LOADER_ETHERBOOT;
  setup[LINUX_SETUP.loadflags] = byteAt(setup, LINUX_SETUP.loadflags) | 0x80;
  put16(LINUX_SETUP.heapEndPtr, HEAP_END - 0x200);
  put32(LINUX_SETUP.cmdLinePtr, SETUP_ADDRESS + HEAP_END);
  if (initrd.length > 0) {
    put32(LINUX_SETUP.ramdiskImage, initrdAddress);
    put32(LINUX_SETUP.ramdiskSize, initrd.length);
  }
  const mode = vgaMode(cmdline);
  if (mode !== undefined) put16(LINUX_SETUP.vidMode, mode);
  memory.write(SETUP_ADDRESS, setup);
  memory.write(SETUP_ADDRESS + HEAP_END, latin1(`${cmdline.slice(0, CMDLINE_ROOM - 1)}\0`));
  memory.write(ONE_MIB, data.subarray(setupBytes));
  if (initrd.length > 0) memory.write(initrdAddress, initrd);
  const files = [image, ...companionList]
    .map((each) => ipxeMessage('ipxe.loaded-file', { name: each.name, bytes: each.data.length }))
    .reduce((first, next) => ipxeMessage('ipxe.list', { first, next }));
  ipxe.log.emit({
    kind: 'stage',
    stage: 'kernel-loaded',
    ...ipxeMessage('ipxe.linux-loaded', { files }),
  });
  // The kernel's own driver takes the card over.
  ipxe.netdevs.closeAll();
  return yield* startProgram(ipxe, {
    kind: 'linux',
    name: image.uri ?? image.name,
    entry: {
      mode: 'real',
      cs: SETUP_SEGMENT + 0x20,
      ip: 0,
      ds: SETUP_SEGMENT,
      es: SETUP_SEGMENT,
      fs: SETUP_SEGMENT,
      gs: SETUP_SEGMENT,
      ss: SETUP_SEGMENT,
      sp: HEAP_END,
      interrupts: false,
    },
  });
}
