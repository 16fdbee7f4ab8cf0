/** ECDSA on the curves that certificates use (FIPS 186-4, RFC 5480). */
import { p256, p384 } from '@noble/curves/nist.js';
import type { Rng } from '../../base/rng.ts';

export const CURVE_NAMES = ['P-256', 'P-384'] as const;
export type CurveName = (typeof CURVE_NAMES)[number];

export const CURVES = {
  'P-256': { oid: '1.2.840.10045.3.1.7', curve: p256, bits: 256 },
  'P-384': { oid: '1.3.132.0.34', curve: p384, bits: 384 },
} as const;

export function curveByOid(oid: string | undefined): CurveName | undefined {
  return CURVE_NAMES.find((name) => CURVES[name].oid === oid);
}

export interface EcPublicKey {
  readonly kind: 'ec';
  readonly curve: CurveName;
  /** Uncompressed (SEC 1 §2.3.3). */
  readonly point: Uint8Array;
}

export interface EcPrivateKey extends EcPublicKey {
  readonly secret: Uint8Array;
}

/** Undefined for bytes that are not a point of the curve. */
export function ecPublicKey(curve: CurveName, point: Uint8Array): EcPublicKey | undefined {
  return CURVES[curve].curve.utils.isValidPublicKey(point) ? { kind: 'ec', curve, point } : undefined;
}

/** Undefined for a number that is not in the range of the curve. */
export function ecPrivateKey(curve: CurveName, secret: Uint8Array): EcPrivateKey | undefined {
  const { curve: arithmetic } = CURVES[curve];
  if (!arithmetic.utils.isValidSecretKey(secret)) return undefined;
  return { kind: 'ec', curve, secret, point: arithmetic.getPublicKey(secret, false) };
}

export function generateEcKey(curve: CurveName, rng: Rng): EcPrivateKey {
  for (;;) {
    const key = ecPrivateKey(curve, rng.bytes(CURVES[curve].bits / 8));
    if (key !== undefined) return key;
  }
}

/** The signature in DER. Its nonce comes from the key and the digest (RFC 6979). */
export function ecSign(key: EcPrivateKey, digest: Uint8Array): Uint8Array {
  return CURVES[key.curve].curve.sign(digest, key.secret, { prehash: false, lowS: false, format: 'der' });
}

export function ecVerify(key: EcPublicKey, digest: Uint8Array, signature: Uint8Array): boolean {
  try {
    return CURVES[key.curve].curve.verify(signature, digest, key.point, {
      prehash: false,
      lowS: false,
      format: 'der',
    });
  } catch {
    // The library throws at a signature that is no DER.
    return false;
  }
}
