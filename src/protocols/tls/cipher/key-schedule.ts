/** How secrets become keys: the PRF of TLS 1.0 to 1.2 (RFC 2246 §5, RFC 5246 §5) and HKDF of TLS 1.3 (RFC 8446 §7.1). */
import { expand, extract } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha384 } from '@noble/hashes/sha2.js';
import { concatBytes, latin1 } from '../../../base/bytes.ts';
import { itemAt } from '../../../base/lists/list.ts';
import { TLS_VERSION } from '../fields.ts';
import type { SuiteHash } from './suites.ts';
import { uint, vector } from '../wire.ts';

type Hash = typeof sha256 | typeof sha384 | typeof md5;

export const SUITE_HASHES = { sha256, sha384 } as const;
export const MASTER_SECRET_BYTES = 48;
export const VERIFY_DATA_BYTES = 12;

/** P_hash (RFC 5246 §5). */
function pHash(hash: Hash, secret: Uint8Array, seed: Uint8Array, length: number): Uint8Array {
  const out: Uint8Array[] = [];
  let a = seed;
  for (let done = 0; done < length; done += hash.outputLen) {
    a = hmac(hash, secret, a);
    out.push(hmac(hash, secret, concatBytes([a, seed])));
  }
  return concatBytes(out).slice(0, length);
}

/** The PRF of a version before TLS 1.3. */
export function prf(
  version: number,
  hash: SuiteHash,
  secret: Uint8Array,
  label: string,
  seed: Uint8Array,
  length: number,
): Uint8Array {
  const labelled = concatBytes([latin1(label), seed]);
  if (version >= TLS_VERSION.tls12) return pHash(SUITE_HASHES[hash], secret, labelled, length);
  // RFC 2246 §5: the halves of the secret share a byte when its length is odd.
  const half = Math.ceil(secret.length / 2);
  const out = pHash(md5, secret.subarray(0, half), labelled, length);
  for (const [at, byte] of pHash(sha1, secret.subarray(secret.length - half), labelled, length).entries()) {
    out[at] = itemAt(out, at) ^ byte;
  }
  return out;
}

/** The hash of a handshake up to now: of the suite, or MD5 and SHA-1 before TLS 1.2 (RFC 4346 §7.4.9). */
export function transcriptHash(version: number, hash: SuiteHash, messages: readonly Uint8Array[]): Uint8Array {
  const all = concatBytes(messages);
  return version >= TLS_VERSION.tls12 ? SUITE_HASHES[hash](all) : concatBytes([md5(all), sha1(all)]);
}

export function hkdfExtract(hash: SuiteHash, salt: Uint8Array, secret: Uint8Array): Uint8Array {
  return extract(SUITE_HASHES[hash], secret, salt);
}

/** HKDF-Expand-Label (RFC 8446 §7.1). */
export function expandLabel(
  hash: SuiteHash,
  secret: Uint8Array,
  label: string,
  context: Uint8Array,
  length: number,
): Uint8Array {
  const info = concatBytes([uint(length, 2), vector(1, latin1(`tls13 ${label}`)), vector(1, context)]);
  return expand(SUITE_HASHES[hash], secret, info, length);
}

/** Derive-Secret (RFC 8446 §7.1); `transcript` is the hash of the messages. */
export function deriveSecret(hash: SuiteHash, secret: Uint8Array, label: string, transcript: Uint8Array): Uint8Array {
  return expandLabel(hash, secret, label, transcript, SUITE_HASHES[hash].outputLen);
}
