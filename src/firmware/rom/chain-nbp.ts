/**
 * The lab's own `undionly.kpxe`: a boot program that any PXE ROM can load. It shuts the PXE stack down as such programs
 * do and then asks the firmware, by one `out`, to run the personality that it stands for. On a machine without CPU the
 * firmware knows it by its signature. What it is built with is text in its bytes, so that the file says all of itself.
 */
import { fromUtf8, utf8 } from '../../base/bytes.ts';
import type { GuestMemory } from '../guest.ts';
import { Assembler } from './assembler.ts';
import { NBP_ADDRESS } from '../platform.ts';
import { BASE_LAYOUT, PORT } from './hypercalls.ts';

const SIGNATURE = 'NETBOOTLAB-CHAIN';
const SIGNATURE_OFFSET = 4;
/** Offset of the options (a word), right behind the signature; a word of length stands before their text. */
const OPTIONS_POINTER = SIGNATURE_OFFSET + SIGNATURE.length;

const PXENV_UNDI_SHUTDOWN = 0x05;
const PXENV_UNLOAD_STACK = 0x70;

/** The file. `options` is text for the code that makes the personality. */
export function buildChainNbp(options: string): Uint8Array {
  const a = new Assembler(NBP_ADDRESS);
  a.jmp('start').padTo(NBP_ADDRESS + SIGNATURE_OFFSET);
  a.text(SIGNATURE).offsetWord('options');

  // PXE 2.1 §4.4.5: above the return address lies a far pointer to !PXE; its real-mode entry point is at offset 10h.
  a.label('start').op('cld').push('cs').pop('ds').movRegReg('bp', 'sp').lesDiBp(4);
  for (const opcode of [PXENV_UNDI_SHUTDOWN, PXENV_UNLOAD_STACK]) {
    a.push('cs').pushLabel('params').pushWord(opcode).callFarEsDi(0x10).addSp(6);
  }
  a.movReg('ax', 0).out(PORT.chain).test('ax').jump('z', 'alone');
  // The firmware goes on with its own stack and code, and never comes back here: as from its ROM's boot vector.
  a.op('cli').movSeg('ss', 'ax').movReg('sp', BASE_LAYOUT.stackTop).op('sti').push('bx').push('cx').op('retf');

  a.label('alone').movLabel('si', 'message').movReg('bx', 7);
  a.label('next').op('lodsb').op('test al, al').jump('z', 'end').op('mov ah, 0eh').int(0x10).jmp('next');
  a.label('end').movReg('ax', 1).op('retf');
  a.label('message').text("This iPXE is a part of Netboot Lab: it needs the lab's own boot ROM.\r\n").db(0);
  a.align(4).label('params').dw(0).dd(0).dd(0).dw(0);
  const text = utf8(options);
  a.label('options')
    .dw(text.length)
    .db(...text);
  return a.assemble();
}

/** The options of the image that lies at 0:7C00; undefined when it is another program. */
export function readChainNbp(memory: GuestMemory): string | undefined {
  for (let i = 0; i < SIGNATURE.length; i++) {
    if (memory.readU8(NBP_ADDRESS + SIGNATURE_OFFSET + i) !== SIGNATURE.charCodeAt(i)) return undefined;
  }
  const at = memory.readU16(NBP_ADDRESS + OPTIONS_POINTER);
  return fromUtf8(memory.read(at + 2, memory.readU16(at)));
}
