/**
 * A tagged image (NBI) of a Linux kernel, as `mknbi-linux` makes it for Etherboot: header, the kernel's setup, its command
 * line, a few instructions that enter it, the kernel, the initial RAM disk. All addresses are fixed when it is made.
 */
import { LINUX_LOADER_ETHERBOOT, LINUX_SETUP, LINUX_SETUP_PLACE, linuxSetupBytes } from '../base/data/linux-setup.ts';
import { byteAt, concatBytes, latin1 } from '../base/bytes.ts';

const HEADER_BYTES = 512;
/** The header's own place, and behind it the instructions; both are below the kernel's setup. */
const HEADER_SEGMENT = 0x0800;
const ENTRY_SEGMENT = 0x0820;
const { segment: SETUP_SEGMENT, heapEnd: HEAP_END, cmdlineRoom: CMDLINE_ROOM } = LINUX_SETUP_PLACE;
/** Linux x86 boot protocol: the kernel at 1 MiB. */
const KERNEL_ADDRESS = 0x10_0000;
/** Above what a kernel needs to unpack itself. */
const INITRD_ADDRESS = 0x400_0000;

/** CLI; DS, ES, FS, GS and SS of the setup; SP at the end of its heap; a far jump to its second sector. */
const ENTER_SETUP = concatBytes([
  Uint8Array.of(0xfa, 0xb8, SETUP_SEGMENT & 255, SETUP_SEGMENT >> 8),
  Uint8Array.of(0x8e, 0xd8, 0x8e, 0xc0, 0x8e, 0xe0, 0x8e, 0xe8, 0x8e, 0xd0),
  Uint8Array.of(0xbc, HEAP_END & 255, HEAP_END >> 8),
  Uint8Array.of(0xea, 0, 0, (SETUP_SEGMENT + 0x20) & 255, (SETUP_SEGMENT + 0x20) >> 8),
]);

export interface TaggedKernel {
  readonly kernel: Uint8Array;
  readonly initrd: Uint8Array | undefined;
  readonly cmdline: string;
}

/** What is no kernel becomes an image too, which cannot run: the bytes are the caller's. */
export function makeNbi({ kernel, initrd, cmdline }: TaggedKernel): Uint8Array {
  const setupBytes = Math.min(linuxSetupBytes(kernel), HEAP_END, kernel.length);
  const setup = new Uint8Array(Math.max(setupBytes, LINUX_SETUP.cmdLinePtr + 4));
  setup.set(kernel.subarray(0, setupBytes));
  setup[LINUX_SETUP.typeOfLoader] = LINUX_LOADER_ETHERBOOT;
  setup[LINUX_SETUP.loadflags] = byteAt(setup, LINUX_SETUP.loadflags) | 0x80;
  setup.set(little(HEAP_END - 0x200, 2), LINUX_SETUP.heapEndPtr);
  setup.set(little(SETUP_SEGMENT * 16 + HEAP_END, 4), LINUX_SETUP.cmdLinePtr);
  if (initrd !== undefined) {
    setup.set(little(INITRD_ADDRESS, 4), LINUX_SETUP.ramdiskImage);
    setup.set(little(initrd.length, 4), LINUX_SETUP.ramdiskSize);
  }
  return tagged([
    { address: SETUP_SEGMENT * 16, data: setup, room: HEAP_END },
    {
      address: SETUP_SEGMENT * 16 + HEAP_END,
      data: latin1(`${cmdline.slice(0, CMDLINE_ROOM - 1)}\0`),
      room: CMDLINE_ROOM,
    },
    { address: ENTRY_SEGMENT * 16, data: ENTER_SETUP, room: ENTER_SETUP.length },
    { address: KERNEL_ADDRESS, data: kernel.subarray(setupBytes), room: kernel.length - setupBytes },
    ...(initrd === undefined ? [] : [{ address: INITRD_ADDRESS, data: initrd, room: initrd.length }]),
  ]);
}

interface Piece {
  readonly address: number;
  readonly data: Uint8Array;
  readonly room: number;
}

/** Header and records of "Draft Net Boot Image Proposal 0.3" §5. */
function tagged(pieces: readonly Piece[]): Uint8Array {
  const header = new Uint8Array(HEADER_BYTES);
  header.set([0x36, 0x13, 0x03, 0x1b, 4]);
  header.set(little(HEADER_SEGMENT * 0x1_0000, 4), 8);
  header.set(little(ENTRY_SEGMENT * 0x1_0000, 4), 12);
  for (const [index, { address, data, room }] of pieces.entries()) {
    const at = 16 * (index + 1);
    // A record of four double words; the address is absolute; bit 2 of the last byte ends the list.
    header.set([4, 0, 0, index === pieces.length - 1 ? 4 : 0], at);
    header.set([...little(address, 4), ...little(data.length, 4), ...little(room, 4)], at + 4);
  }
  header.set([0x55, 0xaa], HEADER_BYTES - 2);
  return concatBytes([header, ...pieces.map(({ data }) => data)]);
}

function little(value: number, bytes: number): readonly number[] {
  return Array.from({ length: bytes }, (_, i) => (value >>> (8 * i)) & 255);
}
