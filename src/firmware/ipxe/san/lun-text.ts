/** LUNs in root paths. */
import { LUN_BYTES } from '../../../protocols/scsi/lun.ts';

/** Up to four groups of four hexadecimal digits. */
const LUN = /^[0-9a-f]{0,4}(?:-[0-9a-f]{0,4}){0,3}$/i;

/** Undefined for what is none. */
export function parseLun(text: string): Uint8Array | undefined {
  if (!LUN.test(text)) return undefined;
  const lun = new Uint8Array(LUN_BYTES);
  text.split('-').forEach((group, index) => {
    const value = Number.parseInt(group === '' ? '0' : group, 16);
    lun[2 * index] = value >>> 8;
    lun[2 * index + 1] = value;
  });
  return lun;
}
