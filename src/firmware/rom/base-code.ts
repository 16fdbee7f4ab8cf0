/**
 * The code that the firmware keeps in base memory below 640 KiB while a program runs: !PXE and PXENV+ with their
 * entry points (PXE 2.1), the hooks of INT 1Ah and INT 13h, and the way into programs and back.
 * It fills one 4 KiB page that is never written to afterwards.
 */
import { assert } from '../../base/result.ts';
import { Assembler } from './assembler.ts';
import { BASE_LAYOUT, DISK, PORT, PXE_SERVE, PXE_WAIT } from './hypercalls.ts';
import { sum } from './option-rom.ts';
import { emitEnterProtected, emitService } from './stubs.ts';

export interface BaseCodeOptions {
  /** Segment of the code; the data segment follows it. */
  readonly codeSegment: number;
  /** Real-mode vectors to chain to, `segment << 16 | offset`. */
  readonly oldInt1a: number;
  readonly oldInt13: number;
}

export interface BaseCode {
  readonly bytes: Uint8Array;
  readonly listing: string;
  /** Offsets in the code segment. */
  readonly main: number;
  readonly programReturn: number;
  readonly pxe: number;
  readonly pxenv: number;
  readonly int1a: number;
  readonly int13: number;
}

const PXE_STRUCT_BYTES = 0x58;
const PXENV_STRUCT_BYTES = 0x2c;
/** What INT 1Ah AX=5650h answers in AX (PXE 2.1). */
const PXENV_INSTALLED = 0x564e;
const PXENV_CHECK = 0x5650;

export function buildBaseCode(options: BaseCodeOptions): BaseCode {
  const { codeSegment } = options;
  const dataSegment = codeSegment + BASE_LAYOUT.codeBytes / 16;
  const a = new Assembler();
  emitStructures(a, codeSegment, dataSegment);
  a.align(4).label('old_int1a').dd(options.oldInt1a);
  a.label('old_int13').dd(options.oldInt13);

  // Where the boot vector goes on: SS is the data segment.
  a.label('main').movReg('sp', BASE_LAYOUT.stackTop).op('sti').call('service').int(0x18).op('jmp $');
  // Where a program returns to. Its stack is not trusted.
  a.label('program_return').out(PORT.returned).op('cli').movSeg('ss', 'ax').jmp('main');
  emitService(a, dataSegment);
  emitEnterProtected(a, dataSegment);
  emitPxeEntries(a);
  emitInt1a(a, codeSegment);
  emitInt13(a);

  assert(a.here <= BASE_LAYOUT.codeBytes, 'the base memory code fits its page');
  a.padTo(BASE_LAYOUT.codeBytes);
  const bytes = a.assemble(codeSegment * 16);
  setChecksum(bytes, a.offsetOf('pxe'), PXE_STRUCT_BYTES, 5);
  setChecksum(bytes, a.offsetOf('pxenv'), PXENV_STRUCT_BYTES, 9);
  return {
    bytes,
    listing: a.listing,
    main: a.offsetOf('main'),
    programReturn: a.offsetOf('program_return'),
    pxe: a.offsetOf('pxe'),
    pxenv: a.offsetOf('pxenv'),
    int1a: a.offsetOf('int1a'),
    int13: a.offsetOf('int13'),
  };
}

function setChecksum(bytes: Uint8Array, at: number, length: number, checksumAt: number): void {
  bytes[at + checksumAt] = -sum(bytes.subarray(at, at + length));
}

/** Programs free base memory up to the end of these segments: sizes must be true. */
function emitStructures(a: Assembler, codeSegment: number, dataSegment: number): void {
  const { codeBytes, dataBytes } = BASE_LAYOUT;
  const descriptor = (segment: number, size: number): void => {
    a.dw(segment)
      .dd(segment * 16)
      .dw(size);
  };
  // The !PXE structure of PXE 2.1.
  a.label('pxe').text('!PXE').db(PXE_STRUCT_BYTES, 0, 0, 0);
  a.dd(0).dd(0); // no UNDI ROM ID and no base code ROM ID structure
  a.offsetWord('pxe_entry').dw(codeSegment);
  a.offsetWord('pxe_entry').dw(codeSegment); // the same code in 16-bit protected mode: it has no segments of its own
  a.dd(0xffff_ffff); // no status call-out
  a.db(0, 7).dw(0); // seven descriptors, no selectors
  descriptor(dataSegment, dataBytes); // stack
  descriptor(dataSegment, dataBytes); // UNDI data
  descriptor(codeSegment, codeBytes); // UNDI code
  descriptor(codeSegment, codeBytes); // UNDI code, writable
  descriptor(0, 0); // the base code is the same code: it has no segments of its own
  descriptor(0, 0);
  descriptor(0, 0);
  assert(a.here === PXE_STRUCT_BYTES, '!PXE has its size');

  // The PXENV+ structure, which older programs know.
  a.align(16).label('pxenv').text('PXENV+').dw(0x0201).db(PXENV_STRUCT_BYTES, 0);
  a.offsetWord('pxenv_entry').dw(codeSegment);
  a.dd(0).dw(0); // no protected-mode entry here: !PXE has it
  a.dw(dataSegment).dw(dataBytes); // stack
  a.dw(0).dw(0).dw(0).dw(0); // base code and its data
  a.dw(dataSegment).dw(dataBytes);
  a.dw(codeSegment).dw(codeBytes);
  a.offsetWord('pxe').dw(codeSegment);
}

/**
 * API calls. Interrupts are off while the firmware works, and what the caller had while it waits: an answer
 * that came with an interrupt inside UNDI_TRANSMIT upset lwIP in LPXELINUX. AX is the exit code, CF tells that it is not 0.
 */
function emitPxeEntries(a: Assembler): void {
  a.label('pxenv_entry').op('pushf').op('cli').out(PORT.pxenv).jmp('pxe_check');
  a.label('pxe_entry').op('pushf').op('cli').out(PORT.pxe);
  a.label('pxe_check')
    .cmpAx(PXE_WAIT)
    .jump('z', 'pxe_waits')
    .cmpAx(PXE_SERVE)
    .jump('z', 'pxe_serves')
    .op('popf')
    .cmpAx(1) // CF when AX is 0
    .op('cmc')
    .op('retf');
  a.label('pxe_waits')
    .op('popf') // interrupts as the caller had them
    .op('pushf')
    .out(PORT.pxeWait) // the CPU sleeps in here
    .op('cli')
    .jmp('pxe_check');
  a.label('pxe_serves').push('es').push('ds').op('pushad').call('service').op('cli');
  a.op('popad').pop('ds').pop('es').out(PORT.pxeWait).jmp('pxe_check');
}

function emitInt1a(a: Assembler, codeSegment: number): void {
  a.label('int1a').cmpAx(PXENV_CHECK).jump('z', 'int1a_pxe').jmpFarCs('old_int1a');
  a.label('int1a_pxe')
    .push('bp')
    .movRegReg('bp', 'sp')
    .andBp(6, 0xfffe) // CF clear in the caller's flags
    .pop('bp')
    .movReg('bx', codeSegment)
    .movSeg('es', 'bx')
    .movLabel('bx', 'pxenv')
    .movReg('ax', PXENV_INSTALLED)
    .op('iret');
}

function emitInt13(a: Assembler): void {
  a.label('int13').push('es').push('ds').op('pushad').out(PORT.disk);
  a.label('int13_check').cmpAx(DISK.wait).jump('z', 'int13_waits').test('ax').jump('z', 'int13_chain');
  a.op('popad').pop('ds').pop('es').op('iret');
  a.label('int13_waits').op('sti').out(PORT.diskWait).op('cli').jmp('int13_check');
  a.label('int13_chain').op('popad').pop('ds').pop('es').jmpFarCs('old_int13');
}
