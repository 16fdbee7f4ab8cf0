/** LLDP data units (IEEE 802.1AB-2009 §8.2). */
import { readU16 } from '../../base/bytes.ts';
import { LLDP_TLV, LLDP_TLV_HEADER_LENGTH } from './fields.ts';

export interface LldpTlv {
  readonly type: number;
  readonly data: Uint8Array;
}

/** The TLVs before the end; one that is cut short ends the list. */
export function decodeLldp(bytes: Uint8Array): readonly LldpTlv[] {
  const out: LldpTlv[] = [];
  for (let at = 0; at + LLDP_TLV_HEADER_LENGTH <= bytes.length;) {
    const head = readU16(bytes, at);
    const from = at + LLDP_TLV_HEADER_LENGTH;
    const to = from + (head & 0x1ff);
    if (head >>> 9 === LLDP_TLV.end || to > bytes.length) break;
    out.push({ type: head >>> 9, data: bytes.slice(from, to) });
    at = to;
  }
  return out;
}
