/** The firmware's hold on base memory: taken at the boot vector, given back when the boot is over. */
import type { GuestMemory } from '../guest.ts';
import { buildBaseCode } from '../rom/base-code.ts';
import type { BaseCode } from '../rom/base-code.ts';
import { BASE_BYTES, BASE_LAYOUT } from '../rom/hypercalls.ts';
import { FLAT_GDT } from '../rom/stubs.ts';

/** BIOS data area: base memory in KiB (INT 12h). */
const BASE_MEMORY_KIB = 0x413;
const INT_13H = 0x13 * 4;
const INT_1AH = 0x1a * 4;
/** Programs get at least so much. */
const MINIMUM_START = 0x2_0000;

export class BaseMemory {
  readonly codeSegment: number;
  readonly dataSegment: number;
  readonly code: BaseCode;
  private readonly memory: GuestMemory;
  private readonly oldKib: number;
  private readonly oldInt1a: number;
  private readonly oldInt13: number;

  /** Undefined when there is no room. */
  static allocate(memory: GuestMemory): BaseMemory | undefined {
    const kib = memory.readU16(BASE_MEMORY_KIB);
    const start = (kib * 1024 - BASE_BYTES) & ~0xfff;
    return start < MINIMUM_START ? undefined : new BaseMemory(memory, start, kib);
  }

  private constructor(memory: GuestMemory, start: number, oldKib: number) {
    this.memory = memory;
    this.oldKib = oldKib;
    this.oldInt1a = memory.readU32(INT_1AH);
    this.oldInt13 = memory.readU32(INT_13H);
    this.codeSegment = start / 16;
    this.dataSegment = this.codeSegment + BASE_LAYOUT.codeBytes / 16;
    this.code = buildBaseCode({ codeSegment: this.codeSegment, oldInt1a: this.oldInt1a, oldInt13: this.oldInt13 });
    memory.write(start, this.code.bytes);
    memory.write(this.dataLinear, new Uint8Array(BASE_LAYOUT.dataBytes));
    memory.write(this.dataLinear + BASE_LAYOUT.gdtOffset, FLAT_GDT);
    memory.writeU16(this.dataLinear + BASE_LAYOUT.gdtrOffset, FLAT_GDT.length - 1);
    memory.writeU32(this.dataLinear + BASE_LAYOUT.gdtrOffset + 2, this.dataLinear + BASE_LAYOUT.gdtOffset);
    memory.writeU16(BASE_MEMORY_KIB, start / 1024);
  }

  /** First byte that programs may not use. */
  get start(): number {
    return this.codeSegment * 16;
  }

  get dataLinear(): number {
    return this.dataSegment * 16;
  }

  hookInt1a(): void {
    this.memory.writeU32(INT_1AH, this.far(this.code.int1a));
  }

  hookInt13(): void {
    this.memory.writeU32(INT_13H, this.far(this.code.int13));
  }

  /** Takes a hook out, unless somebody has hooked on top of it. */
  unhookInt1a(): void {
    if (this.memory.readU32(INT_1AH) === this.far(this.code.int1a)) this.memory.writeU32(INT_1AH, this.oldInt1a);
  }

  unhookInt13(): void {
    if (this.memory.readU32(INT_13H) === this.far(this.code.int13)) this.memory.writeU32(INT_13H, this.oldInt13);
  }

  /** The boot is over: the BIOS gets its memory and vectors back before it goes on. */
  giveBack(): void {
    this.unhookInt1a();
    this.unhookInt13();
    this.memory.writeU16(BASE_MEMORY_KIB, this.oldKib);
  }

  /** A far pointer into the code segment, as the CPU stores it. */
  far(offset: number): number {
    return ((this.codeSegment << 16) | offset) >>> 0;
  }
}
