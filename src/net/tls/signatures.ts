/** Signatures of the handshake: schemes of TLS 1.2 and 1.3, and what the kind of key means before them (RFC 4346 §7.4.3). */
import { concatBytes } from '../../base/bytes.ts';
import type { Rng } from '../../base/rng.ts';
import { SIGNATURE_SCHEME as SCHEME, TLS_VERSION } from '../../protocols/tls/fields.ts';
import type { DigitallySigned } from '../../protocols/tls/handshake.ts';
import { DIGESTS, type DigestName } from '../../trust/digests.ts';
import {
  signHash,
  verifySignature,
  type PrivateKey,
  type PublicKey,
  type SignatureAlgorithm,
} from '../../trust/keys/keys.ts';

const pkcs1 = (digest: DigestName): SignatureAlgorithm => ({ scheme: 'rsa-pkcs1', digest });
const pss = (digest: DigestName): SignatureAlgorithm => ({ scheme: 'rsa-pss', digest });
const ecdsa = (digest: DigestName): SignatureAlgorithm => ({ scheme: 'ecdsa', digest });

const ALGORITHMS: ReadonlyMap<number, SignatureAlgorithm> = new Map([
  [SCHEME.rsaPkcs1Sha1, pkcs1('sha1')],
  [SCHEME.rsaPkcs1Sha224, pkcs1('sha224')],
  [SCHEME.rsaPkcs1Sha256, pkcs1('sha256')],
  [SCHEME.rsaPkcs1Sha384, pkcs1('sha384')],
  [SCHEME.rsaPkcs1Sha512, pkcs1('sha512')],
  [SCHEME.ecdsaSha1, ecdsa('sha1')],
  [SCHEME.ecdsaSha224, ecdsa('sha224')],
  [SCHEME.ecdsaSha256, ecdsa('sha256')],
  [SCHEME.ecdsaSha384, ecdsa('sha384')],
  [SCHEME.ecdsaSha512, ecdsa('sha512')],
  [SCHEME.rsaPssSha256, pss('sha256')],
  [SCHEME.rsaPssSha384, pss('sha384')],
  [SCHEME.rsaPssSha512, pss('sha512')],
]);

/** RFC 8446 §4.2.3: in TLS 1.3 a scheme of ECDSA names its curve too, and PKCS #1 v1.5 signs no handshake. */
export function fitsVersion13(scheme: number, key: PublicKey): boolean {
  if (key.kind === 'rsa') return scheme >= SCHEME.rsaPssSha256 && scheme <= SCHEME.rsaPssSha512;
  return scheme === (key.curve === 'P-256' ? SCHEME.ecdsaSha256 : SCHEME.ecdsaSha384);
}

/** Whether a key can make signatures of a scheme. */
export function fitsKey(scheme: number, key: PublicKey): boolean {
  const algorithm = ALGORITHMS.get(scheme);
  return algorithm !== undefined && (algorithm.scheme === 'ecdsa') === (key.kind === 'ec');
}

function digested(algorithm: SignatureAlgorithm, data: Uint8Array): Uint8Array {
  return algorithm.digest === 'md5-sha1'
    ? concatBytes([DIGESTS.md5.compute(data), DIGESTS.sha1.compute(data)])
    : DIGESTS[algorithm.digest].compute(data);
}

/** Undefined for a scheme that is not known, or missing where it must be given. */
function algorithmOf(scheme: number | undefined, key: PublicKey, version: number): SignatureAlgorithm | undefined {
  if (version >= TLS_VERSION.tls12) return scheme === undefined ? undefined : ALGORITHMS.get(scheme);
  return key.kind === 'ec' ? ecdsa('sha1') : { scheme: 'rsa-pkcs1', digest: 'md5-sha1' };
}

/** `scheme` counts from TLS 1.2 on. Undefined when the key cannot sign so. */
export function signHandshake(
  key: PrivateKey,
  scheme: number,
  version: number,
  data: Uint8Array,
  rng: Rng,
): DigitallySigned | undefined {
  const algorithm = algorithmOf(scheme, key, version);
  const signature = algorithm === undefined ? undefined : signHash(key, algorithm, digested(algorithm, data), rng);
  if (signature === undefined) return undefined;
  return { scheme: version >= TLS_VERSION.tls12 ? scheme : undefined, signature };
}

export function verifyHandshake(
  key: PublicKey,
  version: number,
  data: Uint8Array,
  { scheme, signature }: DigitallySigned,
): boolean {
  const algorithm = algorithmOf(scheme, key, version);
  return algorithm !== undefined && verifySignature(key, algorithm, digested(algorithm, data), signature);
}
