/** The arguments and results of Sun's bootparam program, as XDR. */
import type { Ipv4Address } from '../../base/address.ts';
import { XdrWriter, type XdrReader } from '../rpc/xdr.ts';
import { IP_ADDRESS_TYPE } from './fields.ts';

/** Each byte of the address is a signed character, so that 192 is FF FF FF C0. */
export function writeBootAddress(out: XdrWriter, address: Ipv4Address): XdrWriter {
  const bytes = [24, 16, 8, 0].map((shift) => (((address >>> shift) & 255) << 24) >> 24);
  return out.u32(IP_ADDRESS_TYPE, ...bytes.map((byte) => byte >>> 0));
}

/** Undefined for another kind of address. */
export function readBootAddress(reader: XdrReader): Ipv4Address | undefined {
  if (reader.u32() !== IP_ADDRESS_TYPE) return undefined;
  const bytes = [reader.u32(), reader.u32(), reader.u32(), reader.u32()];
  return bytes.reduce((address, byte) => ((address << 8) | (byte & 255)) >>> 0, 0);
}
