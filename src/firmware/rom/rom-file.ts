/**
 * A file for the flash of a network card (`.rom`, `.mrom`), taken apart byte by byte: one or more images, each with a ROM
 * header, a PCI data structure and, where they are, a Plug and Play expansion header and iPXE's or Intel's UNDI header.
 * PCI Firmware Specification 3.0 §5.1, Plug and Play BIOS Specification 1.0A §3.2, PXE 2.1 §4.2.2 (UNDI ROM ID).
 */
import { byteAt, fromCString, fromLatin1, hexNumber } from '../../base/bytes.ts';

/** What stands at a place of the file; the page explains each by its id. */
export type RomFieldId =
  | 'signature'
  | 'size'
  | 'entry'
  | 'undiPointer'
  | 'pcirPointer'
  | 'pnpPointer'
  | 'pcirSignature'
  | 'vendor'
  | 'device'
  | 'deviceList'
  | 'pcirLength'
  | 'pcirRevision'
  | 'class'
  | 'imageLength'
  | 'imageRevision'
  | 'codeType'
  | 'last'
  | 'pnpSignature'
  | 'pnpRevision'
  | 'pnpLength'
  | 'pnpNext'
  | 'pnpChecksum'
  | 'manufacturer'
  | 'product'
  | 'pnpType'
  | 'indicators'
  | 'bcv'
  | 'bev'
  | 'undiSignature'
  | 'undiLoader'
  | 'undiStack'
  | 'undiData'
  | 'undiCode'
  | 'sum';

export interface RomField {
  readonly id: RomFieldId;
  /** From the start of the file. */
  readonly offset: number;
  readonly bytes: Uint8Array;
  /** Read as what it is: a number, an id, a text. */
  readonly value: string;
}

/** Values of `codeType` (PCI Firmware Specification 3.0 §5.1.2). */
export const CODE_TYPE = { pcAt: 0, openFirmware: 1, paRisc: 2, efi: 3 } as const;

export interface PciData {
  readonly vendorId: number;
  readonly deviceId: number;
  /** Bytes of the image, as this structure gives them: the BIOS looks for the next image behind them. */
  readonly imageBytes: number;
  readonly codeType: number;
  readonly isLast: boolean;
}

export interface RomImage {
  readonly offset: number;
  /** As the header says, in bytes; the file may have fewer. */
  readonly sizeBytes: number;
  /** Of `sizeBytes` bytes, modulo 256: 0 in a good image. Flash memory that was not written reads as FF. */
  readonly sum: number;
  readonly pci: PciData | undefined;
  readonly pnp: { readonly product: string; readonly hasBootVector: boolean; readonly sum: number } | undefined;
  readonly fields: readonly RomField[];
}

const BLOCK_BYTES = 512;
const PCIR_BYTES = 0x18;
const PNP_BYTES = 0x20;
const UNDI_BYTES = 0x16;
/** More images than any card has. */
const MAX_IMAGES = 8;
const MAX_TEXT_BYTES = 80;

/** The images of a file, up to the first that has no 55 AA; none in a file that is no ROM. */
export function readRomFile(file: Uint8Array): readonly RomImage[] {
  const images: RomImage[] = [];
  let offset = 0;
  while (images.length < MAX_IMAGES) {
    const image = readImage(file, offset);
    if (image === undefined) break;
    images.push(image);
    const { pci } = image;
    if (pci === undefined || pci.isLast || pci.imageBytes === 0) break;
    offset += pci.imageBytes;
  }
  return images;
}

class ImageReader {
  readonly fields: RomField[] = [];
  private readonly file: Uint8Array;
  private readonly start: number;

  constructor(file: Uint8Array, start: number) {
    this.file = file;
    this.start = start;
  }

  has(at: number, length: number): boolean {
    return this.start + at + length <= this.file.length;
  }

  text(at: number, length: number): string {
    return this.has(at, length) ? fromLatin1(this.file, this.start + at, this.start + at + length) : '';
  }

  u8(at: number): number {
    return byteAt(this.file, this.start + at);
  }

  u16(at: number): number {
    return this.u8(at) | (this.u8(at + 1) << 8);
  }

  /** A text that ends with a zero byte. */
  cString(at: number): string {
    if (!this.has(at, 1)) return '';
    return fromCString(this.file.subarray(this.start + at, this.start + at + MAX_TEXT_BYTES), 0);
  }

  add(id: RomFieldId, at: number, length: number, value: string): void {
    const offset = this.start + at;
    this.fields.push({ id, offset, bytes: this.file.slice(offset, offset + length), value });
  }

  addWord(id: RomFieldId, at: number, value = hexNumber(this.u16(at), 4)): number {
    this.add(id, at, 2, value);
    return this.u16(at);
  }
}

function readImage(file: Uint8Array, offset: number): RomImage | undefined {
  const r = new ImageReader(file, offset);
  if (!r.has(0, 0x1c) || r.text(0, 2) !== '\x55\xaa') return undefined;
  const blocks = r.u8(2);
  const sizeBytes = blocks * BLOCK_BYTES;
  r.add('signature', 0, 2, '55 AA');
  r.add('size', 2, 1, `${blocks} × ${BLOCK_BYTES} = ${sizeBytes}`);
  r.add('entry', 3, 3, '');
  const undiAt = r.u16(0x16);
  if (r.text(undiAt, 4) === 'UNDI') r.addWord('undiPointer', 0x16);
  const pci = readPci(r, r.addWord('pcirPointer', 0x18));
  const pnp = readPnp(r, r.addWord('pnpPointer', 0x1a));
  if (r.text(undiAt, 4) === 'UNDI' && r.has(undiAt, UNDI_BYTES)) readUndi(r, undiAt);
  const sum = flashSum(file, offset, sizeBytes);
  r.add('sum', 0, 0, hexNumber(sum, 2));
  return { offset, sizeBytes, sum, pci, pnp, fields: r.fields };
}

function readPci(r: ImageReader, at: number): PciData | undefined {
  if (r.text(at, 4) !== 'PCIR' || !r.has(at, PCIR_BYTES)) return undefined;
  r.add('pcirSignature', at, 4, 'PCIR');
  const vendorId = r.addWord('vendor', at + 4);
  const deviceId = r.addWord('device', at + 6);
  const revision = r.u8(at + 0x0c);
  if (revision >= 3) r.addWord('deviceList', at + 8);
  r.addWord('pcirLength', at + 0x0a);
  r.add('pcirRevision', at + 0x0c, 1, String(revision));
  r.add(
    'class',
    at + 0x0d,
    3,
    [r.u8(at + 0x0f), r.u8(at + 0x0e), r.u8(at + 0x0d)].map((byte) => hexNumber(byte, 2)).join(' '),
  );
  const imageBytes = r.u16(at + 0x10) * BLOCK_BYTES;
  r.addWord('imageLength', at + 0x10, `${r.u16(at + 0x10)} × ${BLOCK_BYTES} = ${imageBytes}`);
  r.addWord('imageRevision', at + 0x12);
  const codeType = r.u8(at + 0x14);
  r.add('codeType', at + 0x14, 1, codeTypeName(codeType));
  const indicator = r.u8(at + 0x15);
  r.add('last', at + 0x15, 1, hexNumber(indicator, 2));
  return { vendorId, deviceId, imageBytes, codeType, isLast: (indicator & 0x80) !== 0 };
}

function codeTypeName(type: number): string {
  const names: Readonly<Record<number, string>> = {
    [CODE_TYPE.pcAt]: 'PC-AT (BIOS)',
    [CODE_TYPE.openFirmware]: 'Open Firmware',
    [CODE_TYPE.paRisc]: 'PA-RISC',
    [CODE_TYPE.efi]: 'EFI',
  };
  return `${type}: ${names[type] ?? '?'}`;
}

function readPnp(r: ImageReader, at: number): RomImage['pnp'] {
  if (r.text(at, 4) !== '$PnP' || !r.has(at, PNP_BYTES)) return undefined;
  r.add('pnpSignature', at, 4, '$PnP');
  r.add('pnpRevision', at + 4, 1, String(r.u8(at + 4)));
  const length = r.u8(at + 5) * 16;
  r.add('pnpLength', at + 5, 1, `${r.u8(at + 5)} × 16 = ${length}`);
  r.addWord('pnpNext', at + 6);
  let sum = 0;
  for (let i = 0; i < length && r.has(at + i, 1); i++) sum = (sum + r.u8(at + i)) & 0xff;
  r.add('pnpChecksum', at + 9, 1, hexNumber(r.u8(at + 9), 2));
  r.addWord('manufacturer', at + 0x0e, r.cString(r.u16(at + 0x0e)));
  const product = r.cString(r.u16(at + 0x10));
  r.addWord('product', at + 0x10, product);
  r.add('pnpType', at + 0x12, 3, [0, 1, 2].map((i) => hexNumber(r.u8(at + 0x12 + i), 2)).join(' '));
  r.add('indicators', at + 0x15, 1, hexNumber(r.u8(at + 0x15), 2));
  r.addWord('bcv', at + 0x16);
  const vector = r.addWord('bev', at + 0x1a);
  return { product, hasBootVector: vector !== 0, sum };
}

function readUndi(r: ImageReader, at: number): void {
  r.add('undiSignature', at, 4, 'UNDI');
  r.addWord('undiLoader', at + 0x0a);
  r.addWord('undiStack', at + 0x0c, bytesOf(r.u16(at + 0x0c)));
  r.addWord('undiData', at + 0x0e, bytesOf(r.u16(at + 0x0e)));
  r.addWord('undiCode', at + 0x10, bytesOf(r.u16(at + 0x10)));
}

const bytesOf = (count: number): string => `${count} B`;

/** As the BIOS adds it up: where the file ends, the flash memory is unwritten. */
function flashSum(file: Uint8Array, start: number, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum = (sum + (file[start + i] ?? 0xff)) & 0xff;
  return sum;
}
