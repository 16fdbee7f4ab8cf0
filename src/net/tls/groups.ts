/**
 * Diffie-Hellman in the groups of TLS: X25519 and the curves P-256 and P-384 (RFC 8422), FFDHE (RFC 7919), and the MODP
 * groups (RFC 3526) that servers choose before they know of the others. The primes are made from their definition.
 */
import { pow } from '@noble/curves/abstract/modular.js';
import { x25519 } from '@noble/curves/ed25519.js';
import { p256, p384 } from '@noble/curves/nist.js';
import { bytesToNumberBE, numberToBytesBE } from '@noble/curves/utils.js';
import { equalBytes } from '../../base/bytes.ts';
import type { Rng } from '../../base/rng.ts';
import { NAMED_GROUP } from '../../protocols/tls/fields.ts';

/** One side's half. */
export interface KeyHalf {
  readonly publicKey: Uint8Array;
  /** The secret with the other side's half; undefined when that is not in the group. */
  secretWith(publicKey: Uint8Array): Uint8Array | undefined;
}

export interface FiniteField {
  readonly p: Uint8Array;
  readonly g: Uint8Array;
}

/** The library throws for bytes that are no point of the curve. */
function guarded(compute: () => Uint8Array): Uint8Array | undefined {
  try {
    return compute();
  } catch {
    return undefined;
  }
}

function montgomeryHalf(rng: Rng): KeyHalf {
  const secret = rng.bytes(32);
  return {
    publicKey: x25519.getPublicKey(secret),
    secretWith: (other) => guarded(() => x25519.getSharedSecret(secret, other)),
  };
}

function curveHalf(curve: typeof p256, bytes: number, rng: Rng): KeyHalf {
  let secret = rng.bytes(bytes);
  while (!curve.utils.isValidSecretKey(secret)) secret = rng.bytes(bytes);
  return {
    publicKey: curve.getPublicKey(secret, false),
    // RFC 8422 §5.10: the x coordinate.
    secretWith: (other) => guarded(() => curve.getSharedSecret(secret, other, false).slice(1, 1 + bytes)),
  };
}

/** e * 2^bits, rounded down: the sum of 1/n!. */
function eScaled(bits: bigint): bigint {
  const guard = 64n;
  let term = 1n << (bits + guard);
  let sum = 0n;
  for (let n = 1n; term > 0n; n++) {
    sum += term;
    term /= n;
  }
  return sum >> guard;
}

/** pi * 2^bits, rounded down, by Machin's formula. */
function piScaled(bits: bigint): bigint {
  const guard = 64n;
  const one = 1n << (bits + guard);
  const arctan = (inverse: bigint): bigint => {
    let power = one / inverse;
    let sum = 0n;
    for (let n = 1n, sign = 1n; power > 0n; n += 2n, sign = -sign) {
      sum += (sign * power) / n;
      power /= inverse * inverse;
    }
    return sum;
  };
  return (4n * (4n * arctan(5n) - arctan(239n))) >> guard;
}

/** RFC 7919 appendix A, RFC 3526: 2^b - 2^(b-64) + ((2^(b-130) * constant) + X) * 2^64 - 1. */
function prime(bits: number, constant: (bits: bigint) => bigint, x: bigint): Uint8Array {
  const b = BigInt(bits);
  const value = (1n << b) - (1n << (b - 64n)) + ((constant(b - 130n) + x) << 64n) - 1n;
  return numberToBytesBE(value, bits / 8);
}

/** Primes are made when they are first wanted. */
function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

const TWO = Uint8Array.of(2);
const FFDHE: ReadonlyMap<number, () => Uint8Array> = new Map([
  [NAMED_GROUP.ffdhe2048, lazily(() => prime(2048, eScaled, 560_316n))],
  [NAMED_GROUP.ffdhe3072, lazily(() => prime(3072, eScaled, 2_625_351n))],
  [NAMED_GROUP.ffdhe4096, lazily(() => prime(4096, eScaled, 5_736_041n))],
]);
const MODP: readonly (() => Uint8Array)[] = [
  lazily(() => prime(2048, piScaled, 124_476n)),
  lazily(() => prime(3072, piScaled, 1_690_314n)),
  lazily(() => prime(4096, piScaled, 240_904n)),
];

/** Undefined for a group that is no field. */
export function finiteField(group: number): FiniteField | undefined {
  const p = FFDHE.get(group)?.();
  return p === undefined ? undefined : { p, g: TWO };
}

/** Whether parameters are those of a known group: a prime that anybody may send costs time, and may be none. */
export function isKnownField({ p, g }: FiniteField): boolean {
  if (!equalBytes(g, TWO)) return false;
  return [...FFDHE.values(), ...MODP].some((known) => equalBytes(known(), p));
}

/** RFC 7919 §5.2: more bits than these add nothing. */
const EXPONENT_BYTES = 48;

export function fieldHalf({ p, g }: FiniteField, rng: Rng): KeyHalf {
  const prime = bytesToNumberBE(p);
  const exponent = bytesToNumberBE(rng.bytes(EXPONENT_BYTES));
  return {
    publicKey: numberToBytesBE(pow(bytesToNumberBE(g), exponent, prime), p.length),
    secretWith: (other) => {
      const value = bytesToNumberBE(other);
      // RFC 7919 §5.1.
      if (value <= 1n || value >= prime - 1n) return undefined;
      return numberToBytesBE(pow(value, exponent, prime), p.length);
    },
  };
}

/** A half in a curve's group; undefined for a group that is not one. */
export function curveGroupHalf(group: number, rng: Rng): KeyHalf | undefined {
  switch (group) {
    case NAMED_GROUP.x25519:
      return montgomeryHalf(rng);
    case NAMED_GROUP.secp256r1:
      return curveHalf(p256, 32, rng);
    case NAMED_GROUP.secp384r1:
      return curveHalf(p384, 48, rng);
    default:
      return undefined;
  }
}

/** In any group: TLS 1.3 treats them alike (RFC 8446 §4.2.8). */
export function groupHalf(group: number, rng: Rng): KeyHalf | undefined {
  const field = finiteField(group);
  return field === undefined ? curveGroupHalf(group, rng) : fieldHalf(field, rng);
}

/** TLS 1.2 takes the zeros in front off the secret of a finite field (RFC 5246 §8.1.2). */
export function withoutLeadingZeros(secret: Uint8Array): Uint8Array {
  const first = secret.findIndex((byte) => byte !== 0);
  return first <= 0 ? secret : secret.subarray(first);
}
