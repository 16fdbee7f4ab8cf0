/**
 * Boot tables: what a drive is, for the driver of the operating system that takes it over. They begin as tables of ACPI
 * do and lie in low memory, where drivers look for their signature.
 */
import { writeMac } from '../../../base/address.ts';
import { fromLatin1 } from '../../../base/bytes.ts';
import type { Ipxe } from '../ipxe.ts';
import { encodeIbft } from './ibft.ts';
import type { SanDescription } from './path.ts';
import { finishTable, startTable, TABLE_HEADER_BYTES } from './table.ts';

/** AoE boot firmware table: shelf, slot, a reserved byte, the card's address. */
function encodeAbft({ major, minor, card }: Extract<SanDescription, { readonly kind: 'aoe' }>): Uint8Array {
  const table = startTable('aBFT', TABLE_HEADER_BYTES + 10);
  new DataView(table.buffer).setUint16(TABLE_HEADER_BYTES, major, true);
  table[TABLE_HEADER_BYTES + 2] = minor;
  writeMac(table, TABLE_HEADER_BYTES + 4, card.mac);
  return finishTable(table);
}

/** The tables of all drives, one of a kind: the iBFT has room for two, the aBFT for one. */
export function encodeTables(ipxe: Ipxe, descriptions: readonly SanDescription[]): readonly Uint8Array[] {
  const [first, ...others] = descriptions.filter((one) => one.kind === 'iscsi');
  const aoe = descriptions.find((one) => one.kind === 'aoe');
  const tables: Uint8Array[] = [];
  if (first !== undefined) tables.push(encodeIbft(ipxe, [first, ...others]));
  if (aoe !== undefined) tables.push(encodeAbft(aoe));
  return tables;
}

/** The four letters at the beginning. */
export function tableName(table: Uint8Array): string {
  return fromLatin1(table, 0, 4);
}
