/**
 * The tables by which firmware tells an operating system where its disk is, field by field: iBFT for iSCSI (iBFT 1.03), aBFT for
 * AoE. Read as the driver of an operating system reads them, by the offsets in the table, and never beyond its length.
 */
import { formatIpv4, formatMac, readIpv4, readMac } from '../../../base/address.ts';
import { fromLatin1, hexNumber, toHex } from '../../../base/bytes.ts';
import type { StructureField } from './pxe-structures.ts';

const HEADER_BYTES = 36;
const CONTROL_AT = 48;
const CONTROL_ID = 1;
/** Where the control structure has the offset of the initiator, then of two cards with a target each. */
const CONTROL = { initiator: 8, paths: 10, pathBytes: 4, count: 2 } as const;
const ADDRESS_BYTES = 16;
/** An IPv4 address in the place of an IPv6 one (RFC 4291 §2.5.5.2). */
const MAPPED_AT = 12;
const ORIGINS: Readonly<Record<number, string>> = { 1: 'manual', 3: 'DHCP' };
const CHAP_TYPES: Readonly<Record<number, string>> = { 0: 'no CHAP', 1: 'CHAP', 2: 'mutual CHAP' };

class TableReader {
  readonly fields: StructureField[] = [];
  private readonly table: Uint8Array;
  private readonly address: number;

  constructor(memory: Uint8Array, start: number, lengthBytes: number) {
    this.table = memory.subarray(start, start + lengthBytes);
    this.address = start;
  }

  /** Zeros behind the end of the table. */
  u8(at: number): number {
    return this.table[at] ?? 0;
  }

  u16(at: number): number {
    return this.u8(at) | (this.u8(at + 1) << 8);
  }

  add(name: string, at: number, lengthBytes: number, value: string): void {
    if (at + lengthBytes > this.table.length) return;
    this.fields.push({ name, address: this.address + at, lengthBytes, value });
  }

  text(at: number, lengthBytes: number): string {
    return fromLatin1(this.table, at, at + lengthBytes).replace(/\0+$/, '');
  }

  bytes(at: number, lengthBytes: number): Uint8Array {
    return this.table.subarray(at, at + lengthBytes);
  }

  /** An address; nothing for zeros. */
  addAddress(name: string, at: number): void {
    const bytes = this.bytes(at, ADDRESS_BYTES);
    if (bytes.length < ADDRESS_BYTES || bytes.every((byte) => byte === 0)) return;
    this.add(name, at, ADDRESS_BYTES, formatIpv4(readIpv4(bytes, MAPPED_AT)));
  }

  /** A text behind the structures: length and offset stand in one of these. */
  addText(name: string, at: number): void {
    const [lengthBytes, offset] = [this.u16(at), this.u16(at + 2)];
    if (lengthBytes > 0) this.add(name, offset, lengthBytes, this.text(offset, lengthBytes));
  }

  addMac(name: string, at: number): void {
    const bytes = this.bytes(at, 6);
    if (bytes.length === 6) this.add(name, at, 6, formatMac(readMac(bytes, 0)));
  }
}

/** The fields of a boot table; only its header for one of another kind. */
export function readBootTable(memory: Uint8Array, start: number, lengthBytes: number): readonly StructureField[] {
  const reader = new TableReader(memory, start, lengthBytes);
  const signature = reader.text(0, 4);
  reader.add('Signature', 0, 4, signature);
  reader.add('Length', 4, 4, String(reader.u16(4)));
  reader.add('Revision', 8, 1, String(reader.u8(8)));
  reader.add('Checksum', 9, 1, hexNumber(reader.u8(9), 2));
  reader.add('OEM ID', 10, 6, reader.text(10, 6));
  reader.add('OEM table ID', 16, 8, reader.text(16, 8));
  if (signature === 'iBFT') readIbft(reader);
  if (signature === 'aBFT') {
    reader.add('Shelf', HEADER_BYTES, 2, String(reader.u16(HEADER_BYTES)));
    reader.add('Slot', HEADER_BYTES + 2, 1, String(reader.u8(HEADER_BYTES + 2)));
    reader.addMac('Card', HEADER_BYTES + 4);
  }
  return reader.fields;
}

function readIbft(reader: TableReader): void {
  if (reader.u8(CONTROL_AT) !== CONTROL_ID) return;
  const initiator = reader.u16(CONTROL_AT + CONTROL.initiator);
  reader.add('Control: initiator', CONTROL_AT + CONTROL.initiator, 2, hexNumber(initiator, 4));
  if (initiator !== 0) {
    reader.add('Initiator: flags', initiator + 5, 1, flags(reader.u8(initiator + 5)));
    reader.addText('Initiator: name', initiator + 70);
  }
  for (let index = 0; index < CONTROL.count; index++) {
    const at = CONTROL_AT + CONTROL.paths + CONTROL.pathBytes * index;
    const [nic, target] = [reader.u16(at), reader.u16(at + 2)];
    if (nic !== 0) {
      reader.add(`Control: NIC ${index}`, at, 2, hexNumber(nic, 4));
      readNic(reader, nic, `NIC ${index}`);
    }
    if (target !== 0) {
      reader.add(`Control: target ${index}`, at + 2, 2, hexNumber(target, 4));
      readTarget(reader, target, `Target ${index}`);
    }
  }
}

function readNic(reader: TableReader, at: number, name: string): void {
  const origin = reader.u8(at + 23);
  reader.add(`${name}: flags`, at + 5, 1, flags(reader.u8(at + 5)));
  reader.addAddress(`${name}: IP address`, at + 6);
  reader.add(`${name}: subnet prefix`, at + 22, 1, `/${reader.u8(at + 22)}`);
  reader.add(`${name}: origin`, at + 23, 1, ORIGINS[origin] ?? String(origin));
  reader.addAddress(`${name}: gateway`, at + 24);
  reader.addAddress(`${name}: primary DNS`, at + 40);
  reader.addAddress(`${name}: secondary DNS`, at + 56);
  reader.addAddress(`${name}: DHCP server`, at + 72);
  if (reader.u16(at + 88) !== 0) reader.add(`${name}: VLAN`, at + 88, 2, String(reader.u16(at + 88)));
  reader.addMac(`${name}: MAC address`, at + 90);
  const bus = reader.u16(at + 96);
  const place = `${hexNumber(bus >> 8, 2)}:${hexNumber((bus >> 3) & 0x1f, 2)}.${bus & 7}`;
  reader.add(`${name}: PCI bus:device.function`, at + 96, 2, place);
  reader.addText(`${name}: host name`, at + 98);
}

function readTarget(reader: TableReader, at: number, name: string): void {
  const chap = reader.u8(at + 32);
  reader.add(`${name}: flags`, at + 5, 1, flags(reader.u8(at + 5)));
  reader.addAddress(`${name}: IP address`, at + 6);
  reader.add(`${name}: port`, at + 22, 2, String(reader.u16(at + 22)));
  reader.add(`${name}: boot LUN`, at + 24, 8, toHex(reader.bytes(at + 24, 8)));
  reader.add(`${name}: CHAP type`, at + 32, 1, CHAP_TYPES[chap] ?? String(chap));
  reader.add(`${name}: NIC`, at + 33, 1, String(reader.u8(at + 33)));
  reader.addText(`${name}: name`, at + 34);
  reader.addText(`${name}: CHAP name`, at + 38);
  reader.addText(`${name}: CHAP secret`, at + 42);
  reader.addText(`${name}: reverse CHAP name`, at + 46);
  reader.addText(`${name}: reverse CHAP secret`, at + 50);
}

/** Of a structure: valid, and the one that was booted from. */
function flags(value: number): string {
  const names = [(value & 1) === 0 ? '' : 'valid', (value & 2) === 0 ? '' : 'boot selected'].filter(
    (one) => one !== '',
  );
  return `${hexNumber(value, 2)}${names.length === 0 ? '' : ` ${names.join(', ')}`}`;
}
