/** CHAP (RFC 1994) as iSCSI logins use it (RFC 7143 §12.1.3). */
import { md5 } from '@noble/hashes/legacy.js';
import { concatBytes, latin1 } from '../../base/bytes.ts';

/** `CHAP_A` of MD5, the only algorithm that everybody has. */
export const CHAP_MD5 = 5;

/** RFC 1994 §4.1: the hash over identifier, secret and challenge. */
export function chapResponse(identifier: number, secret: string, challenge: Uint8Array): Uint8Array {
  return md5(concatBytes([Uint8Array.of(identifier), latin1(secret), challenge]));
}
