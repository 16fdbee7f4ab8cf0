/**
 * What the CPU runs first in a machine with UEFI firmware: 64 KiB at F0000h that take the place of the flash chip's reset
 * vector. It brings the CPU into the state in which SEC begins (UEFI PI specification, volume 1 §13; OVMF's `SecEntry.nasm`):
 * flat 32-bit mode, EBP at the boot firmware volume, EAX the result of the built-in self-test, DI "BP".
 */
import { Assembler } from '../../firmware/rom/assembler.ts';

const SEGMENT = 0xf000;
const SIZE_BYTES = 0x1_0000;
const RESET_VECTOR = 0xfff0;
/** Selectors as OVMF's own reset vector has them: it goes on with this table until its CPU driver has made another. */
const FLAT_DATA = 0x08;
const FLAT_CODE = 0x10;
const DESCRIPTORS: readonly (readonly [low: number, high: number])[] = [
  [0, 0],
  [0x0000_ffff, 0x00cf_9300],
  [0x0000_ffff, 0x00cf_9b00],
  [0x0000_ffff, 0x00cf_9300],
  [0x0000_0000, 0x0000_9b00],
  [0x0000_0000, 0x0000_9300],
  [0x0000_ffff, 0x00cf_9300],
  [0x0000_ffff, 0x00cf_9b00],
];
/** PE and NE, with the cache off (ET and CD stay as they are after a reset). */
const CR0 = 0x23;
/** MCE, OSFXSR, OSXMMEXCPT: firmware uses SSE. */
const CR4 = 0x640;
const MSR_APIC_BASE = 0x1b;
/** The APIC is enabled, and this is the CPU to boot with. */
const APIC_ENABLE_AND_BSP = 0x900;

export interface StubOptions {
  /** Where the boot firmware volume lies in memory. */
  readonly volume: number;
  /** SEC's entry point. */
  readonly entry: number;
}

/** The first part; the rest but for the reset vector is HLT. */
export function assembleStub({ volume, entry }: StubOptions): Assembler {
  const code = new Assembler(0);
  code.op('cli').op('cld');
  code.lgdtCs('gdtr').mov32('eax', CR0, '16-bit code').op('mov cr0, eax').jmpFar32(FLAT_CODE, 'flat');
  code.label('flat');
  code.mov32('eax', CR4, '32-bit code').op('mov cr4, eax').loadSegments32(FLAT_DATA);
  code.mov32('ecx', MSR_APIC_BASE, '32-bit code').op('rdmsr').orEax32(APIC_ENABLE_AND_BSP).op('wrmsr');
  code.op('xor eax, eax').mov32('edi', 0x5042, '32-bit code').mov32('ebp', volume, '32-bit code');
  code.mov32('esi', entry, '32-bit code').op('jmp esi');
  code.align(8).label('gdt');
  for (const [low, high] of DESCRIPTORS) code.dd(low).dd(high);
  code
    .label('gdtr')
    .dw(8 * DESCRIPTORS.length - 1)
    .linearOf('gdt');
  return code;
}

export function makeStub(options: StubOptions): Uint8Array {
  const stub = new Uint8Array(SIZE_BYTES).fill(0xf4);
  stub.set(assembleStub(options).assemble(SEGMENT * 16));
  // jmp F000:0000
  stub.set([0xea, 0, 0, SEGMENT & 0xff, SEGMENT >>> 8], RESET_VECTOR);
  return stub;
}
