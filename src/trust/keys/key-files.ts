/** Keys as files: SubjectPublicKeyInfo (RFC 5280 §4.1), PKCS #8 (RFC 5208), PKCS #1 (RFC 8017), SEC 1 (RFC 5915). */
import { numberToVarBytesBE } from '@noble/curves/utils.js';
import {
  childrenOf,
  contextTag,
  ElementReader,
  readBitString,
  readElement,
  readElements,
  readOid,
  readUnsigned,
  TAG,
  writeBitString,
  writeElement,
  writeInteger,
  writeNull,
  writeOctetString,
  writeOid,
  writeSequence,
  writeUnsigned,
  type Element,
} from '../der.ts';
import { readPem } from '../pem.ts';
import { fromLatin1 } from '../../base/bytes.ts';
import { curveByOid, CURVES, ecPrivateKey, ecPublicKey, type CurveName } from './ec.ts';
import type { PrivateKey, PublicKey } from './keys.ts';
import { modularInverse, rsaPrivateKey, rsaPublicKey, type RsaPrivateKey, type RsaPublicKey } from './rsa.ts';

const RSA_ENCRYPTION = '1.2.840.113549.1.1.1';
const EC_PUBLIC_KEY = '1.2.840.10045.2.1';

/** The algorithm and its curve of an AlgorithmIdentifier. */
function readAlgorithm(element: Element | undefined): { readonly oid: string; readonly curve?: CurveName } | undefined {
  const [algorithm, parameters] = childrenOf(element, TAG.sequence) ?? [];
  const oid = readOid(algorithm);
  if (oid === undefined) return undefined;
  const curve = curveByOid(readOid(parameters));
  return curve === undefined ? { oid } : { oid, curve };
}

/** The key of a SubjectPublicKeyInfo; undefined when it is of a kind that is not known, or wrong. */
export function readPublicKey(info: Element): PublicKey | undefined {
  const [algorithm, subject] = childrenOf(info, TAG.sequence) ?? [];
  const named = readAlgorithm(algorithm);
  const bits = readBitString(subject);
  if (named === undefined || bits === undefined) return undefined;
  if (named.oid === EC_PUBLIC_KEY) return named.curve === undefined ? undefined : ecPublicKey(named.curve, bits);
  if (named.oid !== RSA_ENCRYPTION) return undefined;
  const numbers = childrenOf(readElement(bits), TAG.sequence);
  const modulus = readUnsigned(numbers?.[0]);
  const exponent = readUnsigned(numbers?.[1]);
  return modulus === undefined || exponent === undefined ? undefined : rsaPublicKey(modulus, exponent);
}

function rsaNumbers(key: RsaPublicKey): readonly [Uint8Array, Uint8Array] {
  return [writeUnsigned(numberToVarBytesBE(key.modulus)), writeUnsigned(numberToVarBytesBE(key.exponent))];
}

export function writePublicKey(key: PublicKey): Uint8Array {
  return key.kind === 'rsa'
    ? writeSequence(writeAlgorithm(key), writeBitString(writeSequence(...rsaNumbers(key))))
    : writeSequence(writeAlgorithm(key), writeBitString(key.point));
}

function writeAlgorithm(key: PublicKey): Uint8Array {
  return key.kind === 'rsa'
    ? writeSequence(writeOid(RSA_ENCRYPTION), writeNull())
    : writeSequence(writeOid(EC_PUBLIC_KEY), writeOid(CURVES[key.curve].oid));
}

/** RSAPrivateKey (RFC 8017 appendix A.1.2). */
function readPkcs1(elements: readonly Element[]): PrivateKey | undefined {
  const [modulus, exponent, privateExponent, prime1, prime2] = elements.slice(1, 6).map(readUnsigned);
  if (modulus === undefined || exponent === undefined || privateExponent === undefined) return undefined;
  if (prime1 === undefined || prime2 === undefined) return undefined;
  return rsaPrivateKey({ modulus, exponent, privateExponent, prime1, prime2 });
}

function writePkcs1(key: RsaPrivateKey): Uint8Array {
  const { prime1: p, prime2: q, privateExponent: d } = key;
  const numbers = [d, p, q, d % (p - 1n), d % (q - 1n), modularInverse(q, p)];
  return writeSequence(
    writeInteger(0),
    ...rsaNumbers(key),
    ...numbers.map((number) => writeUnsigned(numberToVarBytesBE(number))),
  );
}

/** ECPrivateKey (RFC 5915 §3); the curve may be said outside. */
function readSec1(elements: readonly Element[], outside?: CurveName): PrivateKey | undefined {
  const reader = new ElementReader(elements.slice(1));
  const secret = reader.take(TAG.octetString);
  const parameters = reader.take(contextTag(0));
  const curve = outside ?? curveByOid(readOid(parameters && readElement(parameters.contents)));
  return secret === undefined || curve === undefined ? undefined : ecPrivateKey(curve, secret.contents);
}

/** A private key in any of the three forms, DER. */
export function readPrivateKeyDer(der: Uint8Array): PrivateKey | undefined {
  const elements = childrenOf(readElement(der), TAG.sequence);
  if (elements === undefined) return undefined;
  if (elements[1]?.tag === TAG.integer) return readPkcs1(elements);
  if (elements[1]?.tag === TAG.octetString) return readSec1(elements);
  const algorithm = readAlgorithm(elements[1]);
  const inner = elements[2]?.tag === TAG.octetString ? readElements(elements[2].contents) : undefined;
  const body = childrenOf(inner?.[0], TAG.sequence);
  if (algorithm === undefined || body === undefined) return undefined;
  if (algorithm.oid === RSA_ENCRYPTION) return readPkcs1(body);
  return algorithm.oid === EC_PUBLIC_KEY ? readSec1(body, algorithm.curve) : undefined;
}

/** The first private key of a file, PEM or DER; undefined when there is none without a password. */
export function readPrivateKey(file: Uint8Array): PrivateKey | undefined {
  for (const { label, der } of readPem(fromLatin1(file))) {
    if (label.endsWith('PRIVATE KEY')) return readPrivateKeyDer(der);
  }
  return readPrivateKeyDer(file);
}

/** PKCS #8. */
export function writePrivateKey(key: PrivateKey): Uint8Array {
  const inner =
    key.kind === 'rsa'
      ? writePkcs1(key)
      : writeSequence(
          writeInteger(1),
          writeOctetString(key.secret),
          writeElement(contextTag(1), writeBitString(key.point)),
        );
  return writeSequence(writeInteger(0), writeAlgorithm(key), writeOctetString(inner));
}
