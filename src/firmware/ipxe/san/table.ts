/** What tables of ACPI begin with (ACPI 6.5 §5.2.6): signature, length, revision, checksum, and who has made them. */
import { latin1 } from '../../../base/bytes.ts';

/** What comes before the body of a table. */
export const TABLE_HEADER_BYTES = 36;
const CHECKSUM_AT = 9;
const OEM_ID = 'FENSYS';
const OEM_TABLE_ID = 'iPXE';
const REVISION = 1;

/** A table of a signature of four letters with `bytes` in all; `finishTable` completes it. */
export function startTable(signature: string, bytes: number): Uint8Array {
  const out = new Uint8Array(bytes);
  out.set(latin1(signature), 0);
  new DataView(out.buffer).setUint32(4, out.length, true);
  out[8] = REVISION;
  out.set(latin1(OEM_ID), 10);
  out.set(latin1(OEM_TABLE_ID), 16);
  return out;
}

/** All bytes add up to 0. */
export function finishTable(table: Uint8Array): Uint8Array {
  table[CHECKSUM_AT] = 0;
  table[CHECKSUM_AT] = -table.reduce((sum, byte) => sum + byte, 0) & 0xff;
  return table;
}
