/** The stubs shared by the ROM and by the firmware's base memory. Real mode, unless a comment says otherwise. */
import type { Assembler } from './assembler.ts';
import { BASE_LAYOUT, PORT } from './hypercalls.ts';

/**
 * `service`: does what the firmware wants until it has finished. SS is the caller's; all registers are lost.
 * In the ROM it can only call the BIOS; in base memory, with a data segment, it can enter programs too.
 */
export function emitService(a: Assembler, dataSegment: number | undefined): void {
  const canEnter = dataSegment !== undefined;
  a.label('service').addSp(-6);
  a.label('service_poll')
    .op('sti')
    .op('cld')
    .out(PORT.poll) // BP = what to do; the CPU sleeps in here while there is nothing
    .test('bp')
    .jump('z', 'service_poll')
    .dec('bp')
    .jump('z', 'service_call');
  if (canEnter) a.dec('bp').jump('z', 'enter_real').dec('bp').jump('z', 'near_protected');
  else a.dec('bp').dec('bp');
  a.dec('bp')
    .jump('z', 'service_leave')
    .db(0xee) // out dx, al: ACTION.outByte
    .jmp('service_poll');
  a.label('service_leave').addSp(6).op('ret');

  // An INT with a variable number: flags pushed and interrupts off, as the instruction would.
  a.label('service_call')
    .movRegReg('bp', 'sp')
    .pop('es')
    .push('es')
    .op('pushf')
    .op('cli')
    .callFarBp(2)
    .op('pushf')
    .out(PORT.called)
    .addSp(2)
    .jmp('service_poll');
  if (canEnter) {
    a.label('near_protected').jmp('enter_protected');
    emitEnter(a, dataSegment);
  }
}

/** Entering programs, whatever the stack is. */
function emitEnter(a: Assembler, dataSegment: number): void {
  // Registers come from the entry block; the new stack holds IP, CS and flags for the IRET.
  a.label('enter_real')
    .op('cli')
    .movReg('ax', dataSegment)
    .movSeg('ss', 'ax')
    .movReg('sp', BASE_LAYOUT.entryOffset)
    .pop('gs')
    .pop('fs')
    .pop('es')
    .pop('ds')
    .op('popad')
    .lssSp(BASE_LAYOUT.entryStackOffset)
    .op('iret');
}

/** Entering protected mode: the entry block again, with EIP and ESP beside it. */
export function emitEnterProtected(a: Assembler, dataSegment: number): void {
  const dataLinear = dataSegment * 16;
  a.label('enter_protected')
    .op('cli')
    .movReg('ax', dataSegment)
    .movSeg('ss', 'ax')
    .lgdtSs(BASE_LAYOUT.gdtrOffset)
    .op('mov eax, cr0')
    .op('or al, 1')
    .op('mov cr0, eax')
    .jmpFar32(0x08, 'flat');
  a.label('flat') // 32-bit code
    .loadSegments32(0x10)
    .movEsp32(dataLinear + BASE_LAYOUT.entryOffset + 8)
    .op('popad (32-bit code)')
    .loadEsp32(dataLinear + BASE_LAYOUT.entryStackOffset)
    .jmpIndirect32(dataLinear + BASE_LAYOUT.entryEipOffset);
}

/** Flat descriptors: null, 32-bit code, 32-bit data (Intel SDM volume 3 §3.4.5). */
export const FLAT_GDT: Uint8Array = Uint8Array.of(
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0xff,
  0xff,
  0,
  0,
  0,
  0x9a,
  0xcf,
  0,
  0xff,
  0xff,
  0,
  0,
  0,
  0x92,
  0xcf,
  0,
);
