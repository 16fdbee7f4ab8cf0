/** Putting programs into guest memory and entering them: PXE NBPs, Linux kernels, Multiboot kernels, ELF files. */
import { latin1 } from '../../../base/bytes.ts';
import { unreachable } from '../../../base/result.ts';
import type { Task } from '../../../base/task.ts';
import type { MemoryRegion, Program, PxeContext } from '../../platform.ts';
import { Err, OK, type Status } from '../errors.ts';
import type { Ipxe } from '../ipxe.ts';
import type { NetDevice } from '../net/netdev.ts';
import type { Image } from './image.ts';
import { buildInitrd, companions } from './initrd.ts';
import { findMultibootHeader } from './types.ts';

const NBP_ADDRESS = 0x7c00;
const PAGE_BYTES = 4096;
const ONE_MIB = 0x10_0000;

function* start(ipxe: Ipxe, program: Program, device?: NetDevice): Task<Status> {
  // Programs begin on a screen of text.
  yield* ipxe.platform.console.setGraphics(undefined);
  const outcome = yield* ipxe.platform.startProgram(program);
  switch (outcome.kind) {
    case 'stopped':
      ipxe.ending = { kind: 'stopped' };
      return OK;
    case 'returned':
      // The program has ended the PXE stack, and this card's driver with it.
      if (outcome.stackIsDown === true) device?.close();
      return OK;
    default:
      return unreachable(outcome);
  }
}

/** PXE's view of a device; undefined while it has no lease. */
export function pxeContext(ipxe: Ipxe, device: NetDevice): PxeContext | undefined {
  const config = ipxe.ip.config(device);
  const packets = device.dhcp;
  if (config === undefined || packets === undefined) return undefined;
  return {
    nic: device.nic,
    openUdp: (port) => ipxe.ip.host.openUdp({ port }),
    ip: config.address,
    mask: config.mask,
    gateway: config.gateway,
    serverIp: packets.serverIp,
    discover: packets.discover,
    ack: packets.ack,
    reply: packets.reply,
  };
}

/** On a BIOS anything small that is nothing else is run as machine code: an error page, a script with a blank first line. */
function warnOfOddNbp(ipxe: Ipxe, image: Image): void {
  const emit = (code: string, text: string): void => {
    ipxe.log.emit({ kind: 'decision', code, severity: 'warn', text });
  };
  if (image.type === 'PXE-NBP (may be EFI?)') {
    emit('nbp-may-be-efi', `${image.name} begins as programs for EFI do; a BIOS runs it as machine code and hangs`);
  }
  const start = image.data.subarray(0, 64);
  const isText = start.every(
    (byte) => (byte >= 0x20 && byte < 0x7f) || byte === 9 || byte === 10 || byte === 13 || byte >= 0x80,
  );
  if (isText)
    emit('nbp-is-text', `${image.name} is text, and no script that iPXE knows: it runs as machine code and hangs`);
}

/** PXE 2.1 §4.4.5: at 0000:7C00, with the API there. */
export function* startNbp(ipxe: Ipxe, image: Image): Task<Status> {
  const { memory, freeBaseBytes } = ipxe.platform;
  if (NBP_ADDRESS + image.data.length > freeBaseBytes) return Err.segmentNoMemory;
  warnOfOddNbp(ipxe, image);
  memory.write(NBP_ADDRESS, image.data);
  const device = ipxe.netdevs.lastOpened;
  const pxe = device === undefined ? undefined : pxeContext(ipxe, device);
  const program: Program = {
    kind: 'nbp',
    name: image.uri ?? image.name,
    entry: { mode: 'real', cs: 0, ip: NBP_ADDRESS, interrupts: true },
    ...(pxe === undefined ? {} : { pxe }),
  };
  return yield* start(ipxe, program, device);
}

const SETUP_SEGMENT = 0x1000;
const SETUP_ADDRESS = SETUP_SEGMENT * 16;
const HEAP_END = 0xe000;
const CMDLINE_OFFSET = 0xe000;
const CMDLINE_ROOM = 0x1000;
/** Linux x86 boot protocol, "type_of_loader": 5 is Etherboot and what came of it. */
const LOADER_TYPE = 0x50;

/** Offsets in the setup header (Linux x86 boot protocol, "The Real-Mode Kernel Header"). */
const SETUP = {
  setupSects: 0x1f1,
  vidMode: 0x1fa,
  version: 0x206,
  typeOfLoader: 0x210,
  loadflags: 0x211,
  ramdiskImage: 0x218,
  ramdiskSize: 0x21c,
  heapEndPtr: 0x224,
  cmdLinePtr: 0x228,
  initrdAddrMax: 0x22c,
} as const;

function le32(data: Uint8Array, at: number): number {
  return (data[at] | (data[at + 1] << 8) | (data[at + 2] << 16) | (data[at + 3] << 24)) >>> 0;
}

function le16(data: Uint8Array, at: number): number {
  return data[at] | (data[at + 1] << 8);
}

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
  const shift = { '': 1, k: 1024, m: ONE_MIB, g: 1024 * ONE_MIB }[match[2].toLowerCase()] ?? 1;
  return Number(match[1]) * shift;
}

/** The usable memory that begins at one mebibyte. */
function highMemoryEnd(regions: readonly MemoryRegion[]): number {
  const region = regions.find(
    (each) => each.type === 'usable' && each.start <= ONE_MIB && each.start + each.length > ONE_MIB,
  );
  return region === undefined ? 0 : region.start + region.length;
}

export function* startKernel(ipxe: Ipxe, image: Image): Task<Status> {
  const { memory } = ipxe.platform;
  const { data } = image;
  const version = le16(data, SETUP.version);
  const setupBytes = ((data[SETUP.setupSects] === 0 ? 4 : data[SETUP.setupSects]) + 1) * 512;
  const isHigh = (data[SETUP.loadflags] & 1) !== 0;
  if (version < 0x0202 || !isHigh || setupBytes > HEAP_END || setupBytes > data.length) return Err.notExecutable;
  const cmdline = image.cmdline ?? '';
  const companionList = companions(ipxe.images.all, image);
  const initrd = buildInitrd(companionList);
  const kernelBytes = data.length - setupBytes;
  const end = highMemoryEnd(yield* ipxe.platform.memoryMap());
  const initrdMax = version >= 0x0203 ? le32(data, SETUP.initrdAddrMax) + 1 : 0x3800_0000;
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
  setup[SETUP.typeOfLoader] = LOADER_TYPE;
  setup[SETUP.loadflags] |= 0x80;
  put16(SETUP.heapEndPtr, HEAP_END - 0x200);
  put32(SETUP.cmdLinePtr, SETUP_ADDRESS + CMDLINE_OFFSET);
  if (initrd.length > 0) {
    put32(SETUP.ramdiskImage, initrdAddress);
    put32(SETUP.ramdiskSize, initrd.length);
  }
  const mode = vgaMode(cmdline);
  if (mode !== undefined) put16(SETUP.vidMode, mode);
  memory.write(SETUP_ADDRESS, setup);
  memory.write(SETUP_ADDRESS + CMDLINE_OFFSET, latin1(`${cmdline.slice(0, CMDLINE_ROOM - 1)}\0`));
  memory.write(ONE_MIB, data.subarray(setupBytes));
  if (initrd.length > 0) memory.write(initrdAddress, initrd);
  const names = [image, ...companionList].map((each) => `${each.name} (${each.data.length} bytes)`).join(', ');
  ipxe.log.emit({
    kind: 'stage',
    stage: 'kernel-loaded',
    text: `Kernel and initial RAM disks are in memory: ${names}`,
  });
  // The kernel's own driver takes the card over.
  ipxe.netdevs.closeAll();
  return yield* start(ipxe, {
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

/** Loads the segments of a 32-bit ELF file (System V ABI, "Program Header") and returns its entry. */
function loadElf(ipxe: Ipxe, data: Uint8Array): { entry: number; end: number } | undefined {
  const { memory } = ipxe.platform;
  const headerAt = le32(data, 28);
  const size = le16(data, 42);
  const count = le16(data, 44);
  let end = 0;
  for (let i = 0; i < count; i++) {
    const at = headerAt + i * size;
    if (at + 32 > data.length) return undefined;
    if (le32(data, at) !== 1) continue;
    const offset = le32(data, at + 4);
    const physical = le32(data, at + 12);
    const fileBytes = le32(data, at + 16);
    const memoryBytes = le32(data, at + 20);
    if (offset + fileBytes > data.length || physical + memoryBytes > memory.sizeBytes) return undefined;
    memory.write(physical, data.subarray(offset, offset + fileBytes));
    memory.write(physical + fileBytes, new Uint8Array(memoryBytes - fileBytes));
    end = Math.max(end, physical + memoryBytes);
  }
  return { entry: le32(data, 24), end };
}

export function* startElf(ipxe: Ipxe, image: Image): Task<Status> {
  const loaded = loadElf(ipxe, image.data);
  if (loaded === undefined) return Err.elfInvalid;
  ipxe.netdevs.closeAll();
  return yield* start(ipxe, {
    kind: 'elf',
    name: image.uri ?? image.name,
    entry: { mode: 'protected', eip: loaded.entry },
  });
}

/** Multiboot 0.6.96 §3.1.3: the address fields of a kernel that is no ELF file. */
function loadFlat(ipxe: Ipxe, data: Uint8Array, header: number): { entry: number; end: number } | undefined {
  const [headerAddress, load, loadEnd, bssEnd, entry] = [12, 16, 20, 24, 28].map((at) => le32(data, header + at));
  const offset = header - (headerAddress - load);
  const bytes = loadEnd === 0 ? data.length - offset : loadEnd - load;
  const end = Math.max(load + bytes, bssEnd);
  if (offset < 0 || offset + bytes > data.length || end > ipxe.platform.memory.sizeBytes) return undefined;
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
  const loaded = isFlat ? loadFlat(ipxe, data, header) : loadElf(ipxe, data);
  if (loaded === undefined) return Err.segmentNoMemory;
  let at = MULTIBOOT_INFO + 128;
  const text = (value: string): number => {
    const address = at;
    memory.write(address, latin1(`${value}\0`));
    at += value.length + 1;
    return address;
  };
  const fullName = (each: Image): string => (each.cmdline === undefined ? each.name : `${each.name} ${each.cmdline}`);
  let top = Math.ceil(loaded.end / PAGE_BYTES) * PAGE_BYTES;
  const modules = companions(ipxe.images.all, image).map((each) => {
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
  const map = yield* ipxe.platform.memoryMap();
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
    text: `Multiboot kernel ${image.name} and ${modules.length} modules are in memory`,
  });
  ipxe.netdevs.closeAll();
  return yield* start(ipxe, {
    kind: 'multiboot',
    name: image.uri ?? image.name,
    entry: { mode: 'protected', eip: loaded.entry, registers: { eax: MULTIBOOT_LOADED, ebx: MULTIBOOT_INFO } },
  });
}
