/** Names of nodes and ports: eight bytes that are unique in the world (FC-FS-3 §14). */
import type { MacAddress } from '../../base/address.ts';

/** 64 bits. */
export type Wwn = bigint;

const WWN_BYTES = 8;
const TEXT = /^(?:[0-9a-f]{2}:){7}[0-9a-f]{2}$/i;

export function readWwn(bytes: Uint8Array, offset: number): Wwn {
  return new DataView(bytes.buffer, bytes.byteOffset + offset, WWN_BYTES).getBigUint64(0);
}

export function writeWwn(bytes: Uint8Array, offset: number, wwn: Wwn): void {
  new DataView(bytes.buffer, bytes.byteOffset + offset, WWN_BYTES).setBigUint64(0, wwn);
}

/** `20:00:52:54:00:12:34:56`. */
export function formatWwn(wwn: Wwn): string {
  return wwn
    .toString(16)
    .padStart(16, '0')
    .replaceAll(/..(?!$)/g, '$&:');
}

/** Eight bytes with colons. */
export function parseWwn(text: string): Wwn | undefined {
  return TEXT.test(text) ? BigInt(`0x${text.replaceAll(':', '')}`) : undefined;
}

/** The name that belongs to a MAC address: `prefix` is 0x1000 for nodes and switches, 0x2000 for ports (FC-FS-3 §14.3). */
export function wwnOfMac(mac: MacAddress, prefix: number): Wwn {
  return (BigInt(prefix) << 48n) | BigInt(mac);
}

/** `01.02.03`, as Wireshark writes addresses of a fabric. */
export function formatFcId(id: number): string {
  return [id >>> 16, (id >>> 8) & 0xff, id & 0xff].map((byte) => byte.toString(16).padStart(2, '0')).join('.');
}
