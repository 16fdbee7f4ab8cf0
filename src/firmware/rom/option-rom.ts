/**
 * The option ROM: headers by which the BIOS finds it and two entry points that hand over to the firmware.
 * PCI Firmware Specification 3.0 §5 (PCIR), Plug and Play BIOS Specification 1.0A §3.2 ($PnP), and the
 * BIOS Boot Specification 1.01 §3 (BEV).
 */
import { fromLatin1, fromUtf8, utf8 } from '../../base/bytes.ts';
import { assert } from '../../base/result.ts';
import { Assembler } from './assembler.ts';
import { BASE_LAYOUT, PORT } from './hypercalls.ts';
import { emitService } from './stubs.ts';

export interface OptionRomOptions {
  readonly vendorId: number;
  readonly deviceId: number;
  readonly manufacturer: string;
  /** What the BIOS shows in its boot menu. */
  readonly product: string;
  /** In a ROM file: text for the code that makes the personality, at most `MAX_ROM_BUILD_BYTES` in UTF-8. */
  readonly build?: string;
}

const BUILD_SIGNATURE = 'NETBOOTLAB-ROM';
/** Word with the offset of the signature; a word of length and the text stand behind it. */
const BUILD_POINTER = 0x08;
const BLOCK_BYTES = 512;
/** The most that a header can say. */
const MAX_BLOCKS = 0xff;
/** So that the ROM fits where a BIOS copies it, beside others. */
export const MAX_ROM_BUILD_BYTES = 48 * 1024;

/** Bits of the device indicators in $PnP: shadowable, read cacheable, initial program load device. */
const PNP_INDICATORS = 0x64;
/** AX after initialisation: an IPL device is attached (Plug and Play BIOS Specification §3.3). */
const INIT_IPL_ATTACHED = 0x20;

export interface OptionRom {
  readonly bytes: Uint8Array;
  readonly listing: string;
}

export function buildOptionRom(options: OptionRomOptions): OptionRom {
  const a = new Assembler();
  a.db(0x55, 0xaa, 0); // size in blocks of 512 bytes, set below
  a.jmp('init');
  if (options.build !== undefined) a.padTo(BUILD_POINTER).offsetWord('build');
  a.padTo(0x18).offsetWord('pcir').offsetWord('pnp');

  a.align(4).label('pcir').text('PCIR').dw(options.vendorId).dw(options.deviceId);
  a.dw(0).dw(0x18).db(0); // no vital product data, length, revision
  a.db(0, 0, 2); // class: network controller, Ethernet
  a.dw(0); // image length in blocks, set below
  a.dw(1).db(0, 0x80).dw(0); // image revision; PC-AT code; last image

  a.align(16).label('pnp').text('$PnP').db(1, 2); // revision, length in units of 16 bytes
  a.dw(0).db(0).db(0); // no next header, reserved, checksum (set below)
  a.dd(0); // device identifier
  a.offsetWord('manufacturer').offsetWord('product');
  a.db(2, 0, 0, PNP_INDICATORS); // device type: network controller, Ethernet
  a.dw(0).dw(0).offsetWord('boot').dw(0).dw(0); // no BCV, no disconnect vector, BEV
  a.padTo(a.offsetOf('pnp') + 32);

  a.label('manufacturer').text(options.manufacturer).db(0);
  a.label('product').text(options.product).db(0);

  emitEntryPoints(a);
  emitService(a, undefined);

  if (options.build !== undefined) {
    const text = utf8(options.build);
    assert(text.length <= MAX_ROM_BUILD_BYTES, 'the caller has looked at the length');
    a.label('build')
      .text(BUILD_SIGNATURE)
      .dw(text.length)
      .db(...text);
  }

  // The last byte is for the sum.
  const blocks = Math.ceil((a.here + 1) / BLOCK_BYTES);
  assert(blocks <= MAX_BLOCKS, 'the option ROM stays small');
  a.padTo(blocks * BLOCK_BYTES);
  const bytes = a.assemble();
  bytes[2] = blocks;
  const pcir = a.offsetOf('pcir');
  bytes[pcir + 0x10] = blocks;
  const pnp = a.offsetOf('pnp');
  bytes[pnp + 9] = -sum(bytes.subarray(pnp, pnp + 32));
  // The last byte is filling: it makes the sum of the ROM zero.
  bytes[bytes.length - 1] = -sum(bytes);
  return { bytes, listing: a.listing };
}

/** What a ROM of the lab's was built with; undefined for any other. */
export function readRomBuild(rom: Uint8Array): string | undefined {
  const word = (at: number): number => (rom[at] ?? 0) | ((rom[at + 1] ?? 0) << 8);
  const at = word(BUILD_POINTER);
  if (at === 0 || fromLatin1(rom, at, Math.min(rom.length, at + BUILD_SIGNATURE.length)) !== BUILD_SIGNATURE)
    return undefined;
  const text = at + BUILD_SIGNATURE.length + 2;
  return fromUtf8(rom.subarray(text, text + word(text - 2)));
}

function emitEntryPoints(a: Assembler): void {
  // Called during POST with the BIOS's stack; every register but AX is kept.
  a.label('init')
    .op('pushf')
    .push('ds')
    .push('es')
    .op('pushad')
    .out(PORT.init)
    .call('service')
    .op('popad')
    .pop('es')
    .pop('ds')
    .op('popf')
    .movReg('ax', INIT_IPL_ATTACHED)
    .op('retf');

  // The BIOS's stack lies in memory that the boot program owns (0:6Fxx): go on with one of our own, in base
  // memory, and never come back here. AX is its segment, BX:CX where the firmware's code in base memory begins.
  a.label('boot').out(PORT.boot).test('ax').jump('z', 'no_room');
  a.op('cli').movSeg('ss', 'ax').movReg('sp', BASE_LAYOUT.stackTop).op('sti');
  a.push('bx').push('cx').op('retf');
  a.label('no_room').int(0x18).op('jmp $');
}

/** Sum of all bytes, modulo 256. */
export function sum(bytes: Uint8Array): number {
  let total = 0;
  for (const byte of bytes) total = (total + byte) & 0xff;
  return total;
}
