/** The setup of a Linux kernel for x86, as loaders read and fill it in (Linux x86 boot protocol). */
import { byteAt } from '../bytes.ts';

/** Offsets in the setup header ("The Real-Mode Kernel Header"). */
export const LINUX_SETUP = {
  setupSects: 0x1f1,
  /** Size of the protected-mode code, in units of 16 bytes. */
  syssize: 0x1f4,
  vidMode: 0x1fa,
  bootFlag: 0x1fe,
  magic: 0x202,
  version: 0x206,
  typeOfLoader: 0x210,
  loadflags: 0x211,
  ramdiskImage: 0x218,
  ramdiskSize: 0x21c,
  heapEndPtr: 0x224,
  cmdLinePtr: 0x228,
  initrdAddrMax: 0x22c,
} as const;

/** Where loaders put it: setup, its heap and the command line behind it in one segment. */
export const LINUX_SETUP_PLACE = { segment: 0x1000, heapEnd: 0xe000, cmdlineRoom: 0x1000 } as const;

/** "type_of_loader": Etherboot and what came of it. */
export const LINUX_LOADER_ETHERBOOT = 0x50;

/** Length of boot sector and setup, before the protected-mode code: a kernel that says 0 sectors has four. */
export function linuxSetupBytes(kernel: Uint8Array): number {
  const sectors = kernel.length > LINUX_SETUP.setupSects ? byteAt(kernel, LINUX_SETUP.setupSects) : 0;
  return ((sectors === 0 ? 4 : sectors) + 1) * 512;
}
