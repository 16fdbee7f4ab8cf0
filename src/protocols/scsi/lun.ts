/** Logical unit numbers: eight bytes of up to four levels (SAM-5 §4.7). */
import { byteAt, readU16 } from '../../base/bytes.ts';

export const LUN_BYTES = 8;

/** A LUN of one level: up to 255 by peripheral device addressing, up to 16383 by flat space addressing. */
export function encodeLun(lun: number): Uint8Array {
  const out = new Uint8Array(LUN_BYTES);
  out[0] = lun < 256 ? 0 : 0x40 | ((lun >> 8) & 0x3f);
  out[1] = lun;
  return out;
}

/** The number of a LUN of one level; undefined for what lies deeper or is addressed otherwise. */
export function lunNumber(lun: Uint8Array): number | undefined {
  if (lun.length < LUN_BYTES || lun.subarray(2).some((byte) => byte !== 0)) return undefined;
  const method = byteAt(lun, 0) >> 6;
  if (method === 0) return byteAt(lun, 0) === 0 ? byteAt(lun, 1) : undefined;
  return method === 1 ? readU16(lun, 0) & 0x3fff : undefined;
}
