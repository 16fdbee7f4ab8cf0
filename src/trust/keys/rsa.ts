/**
 * RSA (RFC 8017): PKCS #1 v1.5 and PSS. Sizes are bounded, because a key comes from anyone who sends a certificate. Nothing
 * here hides its timing: the keys of a lab are public.
 */
import { pow } from '@noble/curves/abstract/modular.js';
import { bytesToNumberBE, numberToBytesBE } from '@noble/curves/utils.js';
import { isProbablePrimeRSA } from 'micro-rsa-dsa-dh/primality.js';
import { byteAt, concatBytes, equalBytes } from '../../base/bytes.ts';
import type { Rng } from '../../base/rng.ts';
import { writeElement, writeNull, writeOid, writeSequence, TAG } from '../der.ts';
import { DIGESTS, type DigestName } from '../digests.ts';

export interface RsaPublicKey {
  readonly kind: 'rsa';
  readonly modulus: bigint;
  readonly exponent: bigint;
  /** Bytes of the modulus. */
  readonly size: number;
}

export interface RsaPrivateKey extends RsaPublicKey {
  readonly privateExponent: bigint;
  readonly prime1: bigint;
  readonly prime2: bigint;
}

const MIN_MODULUS_BYTES = 32;
const MAX_MODULUS_BYTES = 1024;
const MAX_EXPONENT_BYTES = 8;

/** A public key from the digits of its numbers; undefined when it is too large or cannot be one. */
export function rsaPublicKey(modulus: Uint8Array, exponent: Uint8Array): RsaPublicKey | undefined {
  if (modulus.length < MIN_MODULUS_BYTES || modulus.length > MAX_MODULUS_BYTES) return undefined;
  if (exponent.length > MAX_EXPONENT_BYTES || (byteAt(modulus, modulus.length - 1) & 1) === 0) return undefined;
  const e = bytesToNumberBE(exponent);
  if (e < 3n || (e & 1n) === 0n) return undefined;
  return { kind: 'rsa', modulus: bytesToNumberBE(modulus), exponent: e, size: modulus.length };
}

/** A private key from the digits of its numbers; undefined when they do not belong together. */
export function rsaPrivateKey(numbers: {
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
  readonly privateExponent: Uint8Array;
  readonly prime1: Uint8Array;
  readonly prime2: Uint8Array;
}): RsaPrivateKey | undefined {
  const key = rsaPublicKey(numbers.modulus, numbers.exponent);
  if (key === undefined || numbers.privateExponent.length > MAX_MODULUS_BYTES) return undefined;
  if (numbers.prime1.length > MAX_MODULUS_BYTES || numbers.prime2.length > MAX_MODULUS_BYTES) return undefined;
  const prime1 = bytesToNumberBE(numbers.prime1);
  const prime2 = bytesToNumberBE(numbers.prime2);
  if (prime1 < 3n || prime2 < 3n || prime1 * prime2 !== key.modulus) return undefined;
  return { ...key, privateExponent: bytesToNumberBE(numbers.privateExponent), prime1, prime2 };
}

/** The operation of the public key; undefined for a number that is not below the modulus. */
function publicOperation(key: RsaPublicKey, input: Uint8Array): Uint8Array | undefined {
  if (input.length !== key.size) return undefined;
  const number = bytesToNumberBE(input);
  return number >= key.modulus ? undefined : numberToBytesBE(pow(number, key.exponent, key.modulus), key.size);
}

/** The operation of the private key, by the Chinese remainder theorem (RFC 8017 §5.1.2). */
function privateOperation(key: RsaPrivateKey, input: Uint8Array): Uint8Array | undefined {
  const { prime1: p, prime2: q, privateExponent: d } = key;
  const number = bytesToNumberBE(input);
  if (input.length !== key.size || number >= key.modulus) return undefined;
  const m1 = pow(number % p, d % (p - 1n), p);
  const m2 = pow(number % q, d % (q - 1n), q);
  const h = (((m1 - m2) % p) + p) * modularInverse(q, p);
  return numberToBytesBE(m2 + q * (h % p), key.size);
}

/** What a v1.5 signature signs: the digest, named, but for the two digests at once of TLS 1.0 and 1.1 (RFC 4346 §7.4.3). */
export type Pkcs1Digest = DigestName | 'md5-sha1';

function signedDigest(digest: Pkcs1Digest, value: Uint8Array): Uint8Array {
  if (digest === 'md5-sha1') return value;
  return writeSequence(writeSequence(writeOid(DIGESTS[digest].oid), writeNull()), writeElement(TAG.octetString, value));
}

/** EMSA-PKCS1-v1_5 (RFC 8017 §9.2); undefined when the modulus is too short for it. */
function paddedDigest(size: number, digest: Pkcs1Digest, value: Uint8Array): Uint8Array | undefined {
  const signed = signedDigest(digest, value);
  const filler = size - signed.length - 3;
  return filler < 8
    ? undefined
    : concatBytes([Uint8Array.of(0, 1), new Uint8Array(filler).fill(0xff), Uint8Array.of(0), signed]);
}

/** Undefined when the key is too short for the digest. */
export function rsaSign(key: RsaPrivateKey, digest: Pkcs1Digest, value: Uint8Array): Uint8Array | undefined {
  const padded = paddedDigest(key.size, digest, value);
  return padded === undefined ? undefined : privateOperation(key, padded);
}

export function rsaVerify(key: RsaPublicKey, digest: Pkcs1Digest, value: Uint8Array, signature: Uint8Array): boolean {
  const padded = paddedDigest(key.size, digest, value);
  const found = publicOperation(key, signature);
  return padded !== undefined && found !== undefined && equalBytes(padded, found);
}

/** MGF1 (RFC 8017 appendix B.2.1). */
function mask(digest: DigestName, seed: Uint8Array, length: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let counter = 0; counter * DIGESTS[digest].bytes < length; counter++) {
    parts.push(DIGESTS[digest].compute(concatBytes([seed, Uint8Array.of(0, 0, counter >>> 8, counter)])));
  }
  return concatBytes(parts).subarray(0, length);
}

const xor = (a: Uint8Array, b: Uint8Array): Uint8Array => a.map((byte, i) => byte ^ byteAt(b, i));

function pssHash(digest: DigestName, value: Uint8Array, salt: Uint8Array): Uint8Array {
  return DIGESTS[digest].compute(concatBytes([new Uint8Array(8), value, salt]));
}

/** RSASSA-PSS with a salt as long as the digest, as TLS has it (RFC 8446 §4.2.3); undefined when the key is too short. */
export function pssSign(key: RsaPrivateKey, digest: DigestName, value: Uint8Array, rng: Rng): Uint8Array | undefined {
  const bits = key.modulus.toString(2).length - 1;
  const length = Math.ceil(bits / 8);
  const { bytes } = DIGESTS[digest];
  const filler = length - 2 * bytes - 2;
  if (filler < 0) return undefined;
  const salt = rng.bytes(bytes);
  const hash = pssHash(digest, value, salt);
  const block = concatBytes([new Uint8Array(filler), Uint8Array.of(1), salt]);
  const masked = xor(block, mask(digest, hash, block.length));
  masked[0] = byteAt(masked, 0) & (0xff >>> (8 * length - bits));
  return privateOperation(key, concatBytes([new Uint8Array(key.size - length), masked, hash, Uint8Array.of(0xbc)]));
}

/** EMSA-PSS-VERIFY (RFC 8017 §9.1.2) with a salt as long as the digest. */
export function pssVerify(key: RsaPublicKey, digest: DigestName, value: Uint8Array, signature: Uint8Array): boolean {
  const bits = key.modulus.toString(2).length - 1;
  const length = Math.ceil(bits / 8);
  const { bytes } = DIGESTS[digest];
  const blockLength = length - bytes - 1;
  const found = publicOperation(key, signature)?.subarray(key.size - length);
  if (found === undefined || blockLength < bytes + 1 || found[length - 1] !== 0xbc) return false;
  const hash = found.subarray(blockLength, length - 1);
  const masked = found.subarray(0, blockLength);
  const spare = 0xff >>> (8 * length - bits);
  if ((byteAt(masked, 0) & ~spare & 0xff) !== 0) return false;
  const block = xor(masked, mask(digest, hash, blockLength));
  block[0] = byteAt(block, 0) & spare;
  const saltAt = blockLength - bytes;
  if (block[saltAt - 1] !== 1 || block.subarray(0, saltAt - 1).some((byte) => byte !== 0)) return false;
  return equalBytes(hash, pssHash(digest, value, block.subarray(saltAt)));
}

/** RSAES-PKCS1-v1_5 (RFC 8017 §7.2.1); undefined when the message is too long for the key. */
export function rsaEncrypt(key: RsaPublicKey, message: Uint8Array, rng: Rng): Uint8Array | undefined {
  const filler = key.size - message.length - 3;
  if (filler < 8) return undefined;
  const random = rng.bytes(filler).map((byte) => (byte === 0 ? 1 : byte));
  return publicOperation(key, concatBytes([Uint8Array.of(0, 2), random, Uint8Array.of(0), message]));
}

/** Undefined when it was not encrypted for this key. */
export function rsaDecrypt(key: RsaPrivateKey, ciphertext: Uint8Array): Uint8Array | undefined {
  const block = privateOperation(key, ciphertext);
  if (block === undefined || block[0] !== 0 || block[1] !== 2) return undefined;
  const end = block.indexOf(0, 2);
  return end < 10 ? undefined : block.subarray(end + 1);
}

export const RSA_KEY_BITS = [1024, 2048, 3072] as const;
export type RsaKeyBits = (typeof RSA_KEY_BITS)[number];
const PUBLIC_EXPONENT = 65_537n;

/** The small primes that rule most candidates out before the costly tests. */
const SMALL_PRIMES = [...Array(2000).keys()].filter((n) => n > 2 && isSmallPrime(n));

function isSmallPrime(n: number): boolean {
  for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return false;
  return true;
}

/**
 * A prime of so many bits, the upper two set: the first one above a random number. Primes of 1536 bits lie 1065 apart
 * on average, so that a search is short; one that finds none in `SEARCH` begins again.
 */
function randomPrime(bits: number, rng: Rng): bigint {
  const SEARCH = 20_000;
  for (;;) {
    const top = 3n << BigInt(bits - 2);
    const start = bytesToNumberBE(rng.bytes(bits / 8)) | top | 1n;
    const remainders = SMALL_PRIMES.map((prime) => Number(start % BigInt(prime)));
    for (let step = 0; step < SEARCH; step += 2) {
      if (SMALL_PRIMES.some((prime, i) => ((remainders[i] ?? 0) + step) % prime === 0)) continue;
      const candidate = start + BigInt(step);
      if (candidate % PUBLIC_EXPONENT === 1n) continue;
      if (isProbablePrimeRSA(candidate, (length) => rng.bytes(length))) return candidate;
    }
  }
}

/** The inverse of a number that has one (extended Euclid). */
export function modularInverse(number: bigint, modulus: bigint): bigint {
  let [r0, r1, s0, s1] = [modulus, number % modulus, 0n, 1n];
  while (r1 > 0n) {
    const quotient = r0 / r1;
    [r0, r1] = [r1, r0 - quotient * r1];
    [s0, s1] = [s1, s0 - quotient * s1];
  }
  return ((s0 % modulus) + modulus) % modulus;
}

/** A key from seeded randomness: the same stream gives the same key. */
export function generateRsaKey(bits: RsaKeyBits, rng: Rng): RsaPrivateKey {
  const prime1 = randomPrime(bits / 2, rng);
  let prime2 = randomPrime(bits / 2, rng);
  while (prime2 === prime1) prime2 = randomPrime(bits / 2, rng);
  const privateExponent = modularInverse(PUBLIC_EXPONENT, (prime1 - 1n) * (prime2 - 1n));
  return {
    kind: 'rsa',
    modulus: prime1 * prime2,
    exponent: PUBLIC_EXPONENT,
    size: bits / 8,
    privateExponent,
    prime1,
    prime2,
  };
}
