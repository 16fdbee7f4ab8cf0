/**
 * The two structures by which a boot program finds the PXE API in memory: !PXE (PXE 2.1 §4.4.5) and the older PXENV+
 * (§4.4.4). Both name the segments that the ROM's two parts occupy: UNDI, which drives the card, and the base code, which
 * has DHCP and TFTP.
 */
import { byteAt, fromLatin1, hexNumber } from '../../../base/bytes.ts';

/** A field by the name that the specification gives it. */
export interface StructureField {
  readonly name: string;
  /** Linear address. */
  readonly address: number;
  readonly lengthBytes: number;
  readonly value: string;
}

/** A segment of the API: where it is and how long. */
export interface ApiSegment {
  readonly name: string;
  readonly start: number;
  readonly lengthBytes: number;
}

export interface ApiStructure {
  readonly address: number;
  readonly lengthBytes: number;
  /** Of all its bytes, modulo 256: 0 in a good one. */
  readonly sum: number;
  readonly fields: readonly StructureField[];
  readonly segments: readonly ApiSegment[];
}

const PXE_SIGNATURE = '!PXE';
const PXENV_SIGNATURE = 'PXENV+';
/** Without the descriptors of §4.4.5 nothing but the entry points is told. */
const PXE_MIN_BYTES = 0x20;
const PXE_SEGMENTS_AT = 0x20;
const SEGMENT_BYTES = 8;
const PXE_SEGMENTS = ['Stack', 'UNDIData', 'UNDICode', 'UNDICodeWrite', 'BC_Data', 'BC_Code', 'BC_CodeWrite'] as const;
const PXENV_BYTES = 0x2c;
const PARAGRAPH = 16;

class FieldReader {
  readonly fields: StructureField[] = [];
  private readonly memory: Uint8Array;
  private readonly start: number;

  constructor(memory: Uint8Array, start: number) {
    this.memory = memory;
    this.start = start;
  }

  u8(at: number): number {
    return byteAt(this.memory, this.start + at);
  }

  u16(at: number): number {
    return this.u8(at) | (this.u8(at + 1) << 8);
  }

  u32(at: number): number {
    return (this.u16(at) | (this.u16(at + 2) << 16)) >>> 0;
  }

  add(name: string, at: number, lengthBytes: number, value: string): void {
    this.fields.push({ name, address: this.start + at, lengthBytes, value });
  }

  hex(name: string, at: number, lengthBytes: 1 | 2 | 4): number {
    const value = lengthBytes === 1 ? this.u8(at) : lengthBytes === 2 ? this.u16(at) : this.u32(at);
    this.add(name, at, lengthBytes, hexNumber(value, 2 * lengthBytes));
    return value;
  }

  farPointer(name: string, at: number): void {
    this.add(name, at, 4, `${hexNumber(this.u16(at + 2), 4)}:${hexNumber(this.u16(at), 4)}`);
  }
}

/** The structure at an address; undefined where there is none. */
export function readPxeStructure(memory: Uint8Array, address: number): ApiStructure | undefined {
  if (fromLatin1(memory, address, address + 4) !== PXE_SIGNATURE) return undefined;
  const lengthBytes = byteAt(memory, address + 4);
  if (lengthBytes < PXE_MIN_BYTES || address + lengthBytes > memory.length) return undefined;
  const read = new FieldReader(memory, address);
  read.add('Signature', 0, 4, PXE_SIGNATURE);
  read.add('StructLength', 4, 1, String(lengthBytes));
  read.hex('StructCksum', 5, 1);
  read.hex('StructRev', 6, 1);
  read.farPointer('UNDIROMID', 8);
  read.farPointer('BaseROMID', 0x0c);
  read.farPointer('EntryPointSP', 0x10);
  read.farPointer('EntryPointESP', 0x14);
  read.farPointer('StatusCallout', 0x18);
  read.add('SegDescCn', 0x1d, 1, String(read.u8(0x1d)));
  read.hex('FirstSelector', 0x1e, 2);
  const segments = PXE_SEGMENTS.flatMap((name, i): readonly ApiSegment[] => {
    const at = PXE_SEGMENTS_AT + i * SEGMENT_BYTES;
    if (at + SEGMENT_BYTES > lengthBytes) return [];
    // A physical address of its own: in protected mode the first word is a selector.
    const start = read.u32(at + 2);
    const size = read.u16(at + 6);
    const where = size === 0 ? '-' : `${hexNumber(read.u16(at), 4)} = ${hexNumber(start, 5)}, ${size}`;
    read.add(name, at, SEGMENT_BYTES, where);
    return [{ name, start, lengthBytes: size }];
  });
  return { address, lengthBytes, sum: sumOf(memory, address, lengthBytes), fields: read.fields, segments };
}

/** The structure at an address; undefined where there is none. */
export function readPxenvStructure(memory: Uint8Array, address: number): ApiStructure | undefined {
  if (fromLatin1(memory, address, address + 6) !== PXENV_SIGNATURE) return undefined;
  const lengthBytes = byteAt(memory, address + 8);
  if (lengthBytes < PXENV_BYTES || address + lengthBytes > memory.length) return undefined;
  const read = new FieldReader(memory, address);
  read.add('Signature', 0, 6, PXENV_SIGNATURE);
  read.hex('Version', 6, 2);
  read.add('Length', 8, 1, String(lengthBytes));
  read.hex('Checksum', 9, 1);
  read.farPointer('RMEntry', 0x0a);
  read.hex('PMOffset', 0x0e, 4);
  read.hex('PMSelector', 0x12, 2);
  const segment = (name: string, at: number): ApiSegment => {
    const start = read.u16(at) * PARAGRAPH;
    const size = read.u16(at + 2);
    read.add(name, at, 4, size === 0 ? '-' : `${hexNumber(read.u16(at), 4)}, ${size}`);
    return { name, start, lengthBytes: size };
  };
  const segments = [
    segment('Stack', 0x14),
    segment('BC_Code', 0x18),
    segment('BC_Data', 0x1c),
    segment('UNDIData', 0x20),
    segment('UNDICode', 0x24),
  ];
  read.farPointer('PXEPtr', 0x28);
  return { address, lengthBytes, sum: sumOf(memory, address, lengthBytes), fields: read.fields, segments };
}

function sumOf(memory: Uint8Array, start: number, lengthBytes: number): number {
  let sum = 0;
  for (let i = 0; i < lengthBytes; i++) sum = (sum + byteAt(memory, start + i)) & 0xff;
  return sum;
}
