/** How a program is entered: the registers and the stack that the stubs `enter_real` and `enter_protected` pick up. */
import type { GuestMemory } from '../guest.ts';
import type { Program, ProgramEntry } from '../platform.ts';
import { BASE_LAYOUT } from '../rom/hypercalls.ts';
import type { BaseMemory } from './base-memory.ts';

/** Flags: the bit that is always set, and the interrupt flag. */
const FLAGS_RESERVED = 0x0002;
const FLAG_INTERRUPT = 0x0200;
/** Order of POPA from the lowest address; ESP is skipped. */
const POPA = ['edi', 'esi', 'ebp', undefined, 'ebx', 'edx', 'ecx', 'eax'] as const;

export function prepareEntry(memory: GuestMemory, base: BaseMemory, program: Program): void {
  const { entry } = program;
  if (entry.mode === 'real') prepareReal(memory, base, program, entry);
  else prepareProtected(memory, base, entry);
}

function writeRegisters(memory: GuestMemory, at: number, registers: ProgramEntry['registers'] = {}): void {
  POPA.forEach((register, index) => {
    memory.writeU32(at + 4 * index, register === undefined ? 0 : (registers[register] ?? 0));
  });
}

function prepareReal(
  memory: GuestMemory,
  base: BaseMemory,
  program: Program,
  entry: Extract<ProgramEntry, { mode: 'real' }>,
): void {
  const block = base.dataLinear + BASE_LAYOUT.entryOffset;
  const isNbp = program.pxe !== undefined;
  memory.writeU16(block, entry.gs ?? 0);
  memory.writeU16(block + 2, entry.fs ?? 0);
  // PXE 2.1: ES:BX is PXENV+, and the stack holds the return address and, above it, a far pointer to !PXE.
  memory.writeU16(block + 4, isNbp ? base.codeSegment : (entry.es ?? 0));
  memory.writeU16(block + 6, entry.ds ?? 0);
  const registers = isNbp ? { ...entry.registers, ebx: base.code.pxenv } : entry.registers;
  writeRegisters(memory, block + 8, registers);

  let segment = entry.ss ?? base.dataSegment;
  let offset = entry.sp ?? BASE_LAYOUT.stackTop;
  if (entry.ss === undefined) {
    offset -= 4;
    memory.writeU32(base.dataLinear + offset, entry.argument ?? base.far(base.code.pxe));
    offset -= 4;
    memory.writeU32(base.dataLinear + offset, base.far(base.code.programReturn));
    segment = base.dataSegment;
  }
  // For the IRET that enters the program.
  offset = (offset - 6) & 0xffff;
  const frame = segment * 16 + offset;
  memory.writeU16(frame, entry.ip);
  memory.writeU16(frame + 2, entry.cs);
  memory.writeU16(frame + 4, FLAGS_RESERVED | (entry.interrupts ? FLAG_INTERRUPT : 0));
  memory.writeU16(base.dataLinear + BASE_LAYOUT.entryStackOffset, offset);
  memory.writeU16(base.dataLinear + BASE_LAYOUT.entryStackOffset + 2, segment);
}

function prepareProtected(
  memory: GuestMemory,
  base: BaseMemory,
  entry: Extract<ProgramEntry, { mode: 'protected' }>,
): void {
  writeRegisters(memory, base.dataLinear + BASE_LAYOUT.entryOffset + 8, entry.registers);
  const esp = entry.esp ?? base.dataLinear + BASE_LAYOUT.stackTop;
  memory.writeU32(base.dataLinear + BASE_LAYOUT.entryStackOffset, esp);
  memory.writeU32(base.dataLinear + BASE_LAYOUT.entryEipOffset, entry.eip);
}
