/** Keys of either kind: what signs, and what verifies. */
import { unreachable } from '../../base/result.ts';
import type { Rng } from '../../base/rng.ts';
import { ecSign, ecVerify, generateEcKey, type CurveName, type EcPrivateKey, type EcPublicKey } from './ec.ts';
import {
  generateRsaKey,
  pssSign,
  pssVerify,
  rsaSign,
  rsaVerify,
  type Pkcs1Digest,
  type RsaKeyBits,
  type RsaPrivateKey,
  type RsaPublicKey,
} from './rsa.ts';
import type { DigestName } from '../digests.ts';

export type PublicKey = RsaPublicKey | EcPublicKey;
export type PrivateKey = RsaPrivateKey | EcPrivateKey;

/** How a digest is signed; the kind of the key must fit. */
export type SignatureAlgorithm =
  | { readonly scheme: 'rsa-pkcs1'; readonly digest: Pkcs1Digest }
  | { readonly scheme: 'rsa-pss'; readonly digest: DigestName }
  | { readonly scheme: 'ecdsa'; readonly digest: DigestName };

/** The kinds of keys that can be made. */
export type KeyKind = CurveName | `RSA-${RsaKeyBits}`;

/** A key from seeded randomness: the same stream gives the same key. */
export function generateKey(kind: KeyKind, rng: Rng): PrivateKey {
  switch (kind) {
    case 'P-256':
    case 'P-384':
      return generateEcKey(kind, rng);
    case 'RSA-1024':
      return generateRsaKey(1024, rng);
    case 'RSA-2048':
      return generateRsaKey(2048, rng);
    case 'RSA-3072':
      return generateRsaKey(3072, rng);
    default:
      return unreachable(kind);
  }
}

/** Signs a digest that was computed already; undefined when key and algorithm do not fit. */
export function signHash(
  key: PrivateKey,
  algorithm: SignatureAlgorithm,
  hash: Uint8Array,
  rng: Rng,
): Uint8Array | undefined {
  if (key.kind === 'ec') return algorithm.scheme === 'ecdsa' ? ecSign(key, hash) : undefined;
  if (algorithm.scheme === 'rsa-pkcs1') return rsaSign(key, algorithm.digest, hash);
  return algorithm.scheme === 'rsa-pss' ? pssSign(key, algorithm.digest, hash, rng) : undefined;
}

/** Whether a signature of a digest that was computed already is right. */
export function verifySignature(
  key: PublicKey,
  algorithm: SignatureAlgorithm,
  hash: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (key.kind === 'ec') return algorithm.scheme === 'ecdsa' && ecVerify(key, hash, signature);
  if (algorithm.scheme === 'rsa-pkcs1') return rsaVerify(key, algorithm.digest, hash, signature);
  return algorithm.scheme === 'rsa-pss' && pssVerify(key, algorithm.digest, hash, signature);
}

/** Such as `RSA 2048`, `P-256`. */
export function keyName(key: PublicKey): string {
  return key.kind === 'ec' ? key.curve : `RSA ${key.size * 8}`;
}
