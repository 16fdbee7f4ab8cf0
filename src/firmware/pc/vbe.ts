/**
 * Graphics modes of a PC by the VGA BIOS (VESA BIOS Extension 3.0, INT 10h AH=4Fh). The frame buffer lies above the
 * memory that the firmware writes itself: the BIOS moves the dots there (INT 15h AH=87h).
 */
import type { Task } from '../../base/time/task.ts';
import type { GuestMemory } from '../guest.ts';
import type { Service } from './service.ts';

export interface VbeMode {
  readonly number: number;
  readonly width: number;
  readonly height: number;
  readonly lineBytes: number;
  /** Of the linear frame buffer. */
  readonly address: number;
}

/** Memory for the BIOS's answers and for dots on their way, which nothing else uses while the firmware runs. */
const WORK_SEGMENT = 0x1000;
const WORK = WORK_SEGMENT * 16;
const GDT_SEGMENT = 0x1f00;
/** As many bytes as one move takes and the room before the table has. */
const MAX_MOVE_BYTES = 0xf000;

const SUCCESS = 0x004f;
const TEXT_MODE = 0x0003;
const LINEAR = 0x4000;
/** ModeAttributes: supported, graphics, linear frame buffer. */
const WANTED_ATTRIBUTES = 0x0001 | 0x0010 | 0x0080;
const DIRECT_COLOUR = 6;
const DEPTH = 32;

/** The smallest mode of 32-bit dots that is large enough. */
export function* findVbeMode(
  service: Service,
  memory: GuestMemory,
  width: number,
  height: number,
): Task<VbeMode | undefined> {
  const call = function* (eax: number, ecx = 0): Task<boolean> {
    const result = yield* service.bios(0x10, { eax, ecx, es: WORK_SEGMENT, edi: 0 });
    return (result.eax & 0xffff) === SUCCESS;
  };
  memory.writeU32(WORK, 0x3245_4256); // 'VBE2': the answer of 512 bytes
  if (!(yield* call(0x4f00))) return undefined;
  const list = memory.readU16(WORK + 16) * 16 + memory.readU16(WORK + 14);
  const numbers: number[] = [];
  for (let at = list; memory.readU16(at) !== 0xffff && numbers.length < 256; at += 2) numbers.push(memory.readU16(at));
  let best: VbeMode | undefined;
  for (const number of numbers) {
    if (!(yield* call(0x4f01, number))) continue;
    const attributes = memory.readU16(WORK);
    const isUsable = (attributes & WANTED_ATTRIBUTES) === WANTED_ATTRIBUTES;
    if (!isUsable || memory.readU8(WORK + 0x19) !== DEPTH || memory.readU8(WORK + 0x1b) !== DIRECT_COLOUR) continue;
    const mode: VbeMode = {
      number,
      width: memory.readU16(WORK + 0x12),
      height: memory.readU16(WORK + 0x14),
      lineBytes: memory.readU16(WORK + 0x10),
      address: memory.readU32(WORK + 0x28),
    };
    const isSmaller = best === undefined || mode.width * mode.height < best.width * best.height;
    if (mode.width >= width && mode.height >= height && isSmaller) best = mode;
  }
  return best;
}

/** Undefined goes back to 80 by 25 cells of text. */
export function* setVbeMode(service: Service, mode: VbeMode | undefined): Task<boolean> {
  const number = mode === undefined ? TEXT_MODE : mode.number | LINEAR;
  const result = yield* service.bios(0x10, { eax: 0x4f02, ebx: number });
  return (result.eax & 0xffff) === SUCCESS;
}

/** A descriptor of INT 15h AH=87h: 64 KiB of data that begin at an address. */
function writeDescriptor(memory: GuestMemory, at: number, address: number): void {
  memory.writeU16(at, 0xffff);
  memory.writeU16(at + 2, address & 0xffff);
  memory.writeU8(at + 4, (address >>> 16) & 0xff);
  memory.writeU8(at + 5, 0x93);
  memory.writeU8(at + 6, 0);
  memory.writeU8(at + 7, address >>> 24);
}

/** Puts dots (0xRRGGBB) on the screen; `width` of them make a row. */
export function* showDots(
  service: Service,
  memory: GuestMemory,
  mode: VbeMode,
  place: { readonly x: number; readonly y: number; readonly width: number },
  dots: Uint32Array<ArrayBuffer>,
): Task<void> {
  const { x, y, width } = place;
  const bytes = new Uint8Array(dots.buffer, dots.byteOffset, dots.byteLength);
  const start = mode.address + y * mode.lineBytes + x * 4;
  // Whole lines follow each other without a gap: many go at once.
  const isWhole = width * 4 === mode.lineBytes;
  const step = isWhole ? MAX_MOVE_BYTES : width * 4;
  const gdt = GDT_SEGMENT * 16;
  for (let at = 0, to = start; at < bytes.length; at += step, to += isWhole ? step : mode.lineBytes) {
    const part = bytes.subarray(at, at + step);
    memory.write(WORK, part);
    memory.write(gdt, new Uint8Array(48));
    writeDescriptor(memory, gdt + 16, WORK);
    writeDescriptor(memory, gdt + 24, to);
    yield* service.bios(0x15, { eax: 0x8700, ecx: part.length >>> 1, es: GDT_SEGMENT, esi: 0 });
  }
}
