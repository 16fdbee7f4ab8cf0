/**
 * The protection of records: AES-CBC with a MAC and an explicit IV (RFC 5246 §6.2.3.2), AES-GCM (RFC 5288), ChaCha20 with
 * Poly1305 (RFC 7905), and the records of TLS 1.3 (RFC 8446 §5.2). The same for both ends, and for the analysis, which reads
 * records with the keys that were logged.
 */
import { cbc } from '@noble/ciphers/aes.js';
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha384 } from '@noble/hashes/sha2.js';
import { byteAt, concatBytes, equalBytes } from '../../../base/bytes.ts';
import { err, ok, type Result } from '../../../base/result.ts';
import { AesGcm } from './aes-gcm.ts';
import { TLS_VERSION } from '../fields.ts';
import { expandLabel, prf } from './key-schedule.ts';
import type { CipherSuite } from './suites.ts';
import { uint } from '../wire.ts';

const MACS = { sha1, sha256, sha384 } as const;
const BLOCK_BYTES = 16;
const TAG_BYTES = 16;
export const EXPLICIT_NONCE_BYTES = 8;
const NOTHING = new Uint8Array(0);

export type OpenFailure = 'length' | 'padding' | 'mac';

/** The keys of one direction. */
export interface RecordKeys {
  readonly suite: CipherSuite;
  readonly version: number;
  readonly macKey: Uint8Array;
  readonly key: Uint8Array;
  /** The part of the nonce that is not sent; with ChaCha20 and TLS 1.3 all 12 bytes. */
  readonly iv: Uint8Array;
  /** The MAC is over the ciphertext (RFC 7366): OpenSSL does so where both sides can. */
  readonly encryptThenMac: boolean;
}

export interface Plaintext {
  readonly type: number;
  readonly data: Uint8Array;
}

function ivBytes(suite: CipherSuite): number {
  switch (suite.cipher.kind) {
    case 'cbc':
      return 0;
    case 'gcm':
      return 4;
    case 'chacha':
      return 12;
  }
}

/** The key block (RFC 5246 §6.3). TLS 1.0, where the IV of CBC is not sent, is not spoken here. */
export function keyBlock(
  version: number,
  suite: CipherSuite,
  masterSecret: Uint8Array,
  clientRandom: Uint8Array,
  serverRandom: Uint8Array,
  encryptThenMac = false,
): { readonly client: RecordKeys; readonly server: RecordKeys } {
  const macBytes = suite.cipher.kind === 'cbc' ? MACS[suite.cipher.mac].outputLen : 0;
  const { keyBytes } = suite.cipher;
  const fixed = ivBytes(suite);
  const seed = concatBytes([serverRandom, clientRandom]);
  const block = prf(version, suite.hash, masterSecret, 'key expansion', seed, 2 * (macBytes + keyBytes + fixed));
  let at = 0;
  const take = (length: number): Uint8Array => block.subarray(at, (at += length));
  const [clientMac, serverMac] = [take(macBytes), take(macBytes)];
  const [clientKey, serverKey] = [take(keyBytes), take(keyBytes)];
  const [clientIv, serverIv] = [take(fixed), take(fixed)];
  return {
    client: { suite, version, macKey: clientMac, key: clientKey, iv: clientIv, encryptThenMac },
    server: { suite, version, macKey: serverMac, key: serverKey, iv: serverIv, encryptThenMac },
  };
}

/** RFC 8446 §7.3. */
export function trafficKeys(suite: CipherSuite, secret: Uint8Array): RecordKeys {
  return {
    suite,
    version: TLS_VERSION.tls13,
    macKey: NOTHING,
    key: expandLabel(suite.hash, secret, 'key', NOTHING, suite.cipher.keyBytes),
    iv: expandLabel(suite.hash, secret, 'iv', NOTHING, 12),
    encryptThenMac: false,
  };
}

function header(sequence: number, type: number, version: number, length: number): Uint8Array {
  return concatBytes([uint(sequence, 8), uint(type, 1), uint(version, 2), uint(length, 2)]);
}

function xorNonce(iv: Uint8Array, sequence: number): Uint8Array {
  const nonce = iv.slice();
  for (const [at, byte] of uint(sequence, 8).entries()) nonce[4 + at] = byteAt(nonce, 4 + at) ^ byte;
  return nonce;
}

/** Made once for the keys of a direction. */
const GCM = new WeakMap<RecordKeys, AesGcm>();

function gcmOf(keys: RecordKeys): AesGcm {
  const known = GCM.get(keys) ?? new AesGcm(keys.key);
  GCM.set(keys, known);
  return known;
}

function sealAead(keys: RecordKeys, nonce: Uint8Array, additional: Uint8Array, plain: Uint8Array): Uint8Array {
  return keys.suite.cipher.kind === 'chacha'
    ? chacha20poly1305(keys.key, nonce, additional).encrypt(plain)
    : gcmOf(keys).seal(nonce, additional, plain);
}

function openAead(
  keys: RecordKeys,
  nonce: Uint8Array,
  additional: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  if (keys.suite.cipher.kind !== 'chacha') return gcmOf(keys).open(nonce, additional, sealed);
  // The library throws for a wrong tag, and for nothing else once the length is right.
  try {
    return chacha20poly1305(keys.key, nonce, additional).decrypt(sealed);
  } catch {
    return undefined;
  }
}

function additional13(length: number): Uint8Array {
  return concatBytes([uint(23, 1), uint(TLS_VERSION.tls12, 2), uint(length, 2)]);
}

/**
 * The fragment of a record. `explicitIv` gives the bytes of CBC's IV; the nonce of GCM is the sequence number, as
 * RFC 5288 §3 allows.
 */
export function sealRecord(
  keys: RecordKeys,
  sequence: number,
  { type, data }: Plaintext,
  explicitIv: (length: number) => Uint8Array,
): Uint8Array {
  const { version, suite, iv } = keys;
  if (version >= TLS_VERSION.tls13) {
    const inner = concatBytes([data, uint(type, 1)]);
    return sealAead(keys, xorNonce(iv, sequence), additional13(inner.length + TAG_BYTES), inner);
  }
  const about = header(sequence, type, version, data.length);
  switch (suite.cipher.kind) {
    case 'gcm': {
      const explicit = explicitIv(EXPLICIT_NONCE_BYTES);
      return concatBytes([explicit, sealAead(keys, concatBytes([iv, explicit]), about, data)]);
    }
    case 'chacha':
      return sealAead(keys, xorNonce(iv, sequence), about, data);
    case 'cbc': {
      const mac = hmac(MACS[suite.cipher.mac], keys.macKey, concatBytes([about, data]));
      const padding = BLOCK_BYTES - ((data.length + mac.length) % BLOCK_BYTES);
      const padded = concatBytes([data, mac, new Uint8Array(padding).fill(padding - 1)]);
      const first = explicitIv(BLOCK_BYTES);
      return concatBytes([first, cbc(keys.key, first, { disablePadding: true }).encrypt(padded)]);
    }
  }
}

/** RFC 7366 §3. */
function openMacFirst(
  keys: RecordKeys,
  mac: keyof typeof MACS,
  sequence: number,
  type: number,
  fragment: Uint8Array,
): Result<Plaintext, OpenFailure> {
  const sealedBytes = fragment.length - MACS[mac].outputLen;
  if (sealedBytes < 2 * BLOCK_BYTES || sealedBytes % BLOCK_BYTES !== 0) return err('length');
  const sealed = fragment.subarray(0, sealedBytes);
  const about = header(sequence, type, keys.version, sealedBytes);
  const expected = hmac(MACS[mac], keys.macKey, concatBytes([about, sealed]));
  if (!equalBytes(expected, fragment.subarray(sealedBytes))) return err('mac');
  const cipher = cbc(keys.key, sealed.subarray(0, BLOCK_BYTES), { disablePadding: true });
  const padded = cipher.decrypt(sealed.subarray(BLOCK_BYTES));
  const end = padded.length - 1 - byteAt(padded, padded.length - 1);
  return end < 0 ? err('padding') : ok({ type, data: padded.subarray(0, end) });
}

function openCbc(
  keys: RecordKeys,
  mac: keyof typeof MACS,
  sequence: number,
  type: number,
  fragment: Uint8Array,
): Result<Plaintext, OpenFailure> {
  const macBytes = MACS[mac].outputLen;
  if (keys.encryptThenMac) return openMacFirst(keys, mac, sequence, type, fragment);
  if (fragment.length % BLOCK_BYTES !== 0 || fragment.length < BLOCK_BYTES + macBytes + 1) return err('length');
  const first = fragment.subarray(0, BLOCK_BYTES);
  const padded = cbc(keys.key, first, { disablePadding: true }).decrypt(fragment.subarray(BLOCK_BYTES));
  const padding = byteAt(padded, padded.length - 1);
  const dataBytes = padded.length - 1 - padding - macBytes;
  if (dataBytes < 0) return err('padding');
  if (padded.subarray(padded.length - 1 - padding).some((byte) => byte !== padding)) return err('padding');
  const data = padded.subarray(0, dataBytes);
  const about = header(sequence, type, keys.version, dataBytes);
  const expected = hmac(MACS[mac], keys.macKey, concatBytes([about, data]));
  return equalBytes(expected, padded.subarray(dataBytes, dataBytes + macBytes)) ? ok({ type, data }) : err('mac');
}

/** RFC 8446 §5.2: the type is the last byte that is not zero. */
function inner13(opened: Uint8Array): Result<Plaintext, OpenFailure> {
  let end = opened.length - 1;
  while (end >= 0 && opened[end] === 0) end--;
  return end < 0 ? err('padding') : ok({ type: byteAt(opened, end), data: opened.subarray(0, end) });
}

/** What a record says. */
export function openRecord(
  keys: RecordKeys,
  sequence: number,
  type: number,
  fragment: Uint8Array,
): Result<Plaintext, OpenFailure> {
  const { version, suite, iv } = keys;
  const { cipher } = suite;
  if (version < TLS_VERSION.tls13 && cipher.kind === 'cbc') return openCbc(keys, cipher.mac, sequence, type, fragment);
  const explicitBytes = version < TLS_VERSION.tls13 && cipher.kind === 'gcm' ? EXPLICIT_NONCE_BYTES : 0;
  const length = fragment.length - explicitBytes - TAG_BYTES;
  if (length < 0) return err('length');
  const nonce = explicitBytes > 0 ? concatBytes([iv, fragment.subarray(0, explicitBytes)]) : xorNonce(iv, sequence);
  const is13 = version >= TLS_VERSION.tls13;
  const additional = is13 ? additional13(fragment.length) : header(sequence, type, version, length);
  const opened = openAead(keys, nonce, additional, fragment.subarray(explicitBytes));
  if (opened === undefined) return err('mac');
  return is13 ? inner13(opened) : ok({ type, data: opened });
}
