/** Makes certificates. Keys and serial numbers come from seeded randomness, times from the caller: the same lab has the same. */
import { sha1 } from '@noble/hashes/legacy.js';
import { latin1 } from '../../base/bytes.ts';
import type { Rng } from '../../base/rng.ts';
import {
  contextTag,
  readElement,
  readElements,
  TAG,
  writeBitString,
  writeElement,
  writeInteger,
  writeOctetString,
  writeOid,
  writeSequence,
  writeTime,
  writeUnsigned,
} from '../der.ts';
import { DIGESTS, type DigestName } from '../digests.ts';
import { writePublicKey } from '../keys/key-files.ts';
import { signHash, type PrivateKey, type PublicKey } from '../keys/keys.ts';
import { writeSignatureAlgorithm } from '../signature-algorithms.ts';
import { KEY_USAGE, type AltName, type KeyUsage } from './extensions.ts';
import { commonNameOnly } from './names.ts';
import { EXTENSION, OCSP_ACCESS, PURPOSES, type Purpose } from './oids.ts';

export interface CertificateRequest {
  /** The common name. */
  readonly subject: string;
  readonly publicKey: PublicKey;
  /** Milliseconds since 1970. */
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** An authority, with the number of authorities that may follow below it. */
  readonly authority?: { readonly pathLength?: number };
  readonly keyUsage: readonly KeyUsage[];
  readonly purposes: readonly Purpose[];
  readonly altNames: readonly AltName[];
  readonly ocspUrl?: string;
}

/** Who signs: itself, or another. */
export interface Issuer {
  /** The DER of its name; undefined for a certificate that signs itself. */
  readonly name?: Uint8Array;
  readonly key: PrivateKey;
  readonly digest: DigestName;
}

const SERIAL_BYTES = 16;

export function issueCertificate(request: CertificateRequest, issuer: Issuer, rng: Rng): Uint8Array {
  const subject = commonNameOnly(request.subject);
  const algorithm = issuerAlgorithm(issuer);
  const serial = rng.bytes(SERIAL_BYTES);
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  const tbs = writeSequence(
    writeElement(contextTag(0), writeInteger(2)),
    writeUnsigned(serial),
    algorithm,
    issuer.name ?? subject,
    writeSequence(writeTime(request.notBeforeMs), writeTime(request.notAfterMs)),
    subject,
    writePublicKey(request.publicKey),
    writeElement(contextTag(3), writeSequence(...extensionsOf(request, issuer))),
  );
  return writeSequence(tbs, algorithm, writeBitString(signData(issuer.key, issuer.digest, tbs, rng)));
}

/** The AlgorithmIdentifier of what a key signs. */
export function issuerAlgorithm({ key, digest }: Pick<Issuer, 'key' | 'digest'>): Uint8Array {
  return writeSignatureAlgorithm(key.kind === 'ec' ? 'ecdsa' : 'rsa-pkcs1', digest);
}

/** Signs data, by v1.5 or ECDSA. */
export function signData(key: PrivateKey, digest: DigestName, data: Uint8Array, rng: Rng): Uint8Array {
  const scheme = key.kind === 'ec' ? 'ecdsa' : 'rsa-pkcs1';
  const signature = signHash(key, { scheme, digest }, DIGESTS[digest].compute(data), rng);
  if (signature === undefined) throw new Error('The key is too short to sign with this digest.');
  return signature;
}

/** The identifier of a key: the SHA-1 of its bits (RFC 5280 §4.2.1.2). */
function keyId(key: PublicKey): Uint8Array {
  const bits = readElements(readElement(writePublicKey(key))?.contents ?? new Uint8Array(0))?.[1];
  return sha1(bits?.contents.subarray(1) ?? new Uint8Array(0));
}

function extension(oid: string, isCritical: boolean, value: Uint8Array): Uint8Array {
  const critical = isCritical ? [writeElement(TAG.boolean, Uint8Array.of(0xff))] : [];
  return writeSequence(writeOid(oid), ...critical, writeOctetString(value));
}

function extensionsOf(request: CertificateRequest, issuer: Issuer): readonly Uint8Array[] {
  const { authority, keyUsage, purposes, altNames, ocspUrl } = request;
  const out = [extension(EXTENSION.basicConstraints, true, basicConstraints(authority))];
  if (keyUsage.length > 0) out.push(extension(EXTENSION.keyUsage, true, keyUsageBits(keyUsage)));
  if (purposes.length > 0) {
    const oids = purposes.map((purpose) => writeOid(PURPOSES[purpose]));
    out.push(extension(EXTENSION.extKeyUsage, false, writeSequence(...oids)));
  }
  if (altNames.length > 0) {
    out.push(extension(EXTENSION.subjectAltName, false, writeSequence(...altNames.map(generalName))));
  }
  out.push(extension(EXTENSION.subjectKeyIdentifier, false, writeOctetString(keyId(request.publicKey))));
  const issuerId = writeElement(contextTag(0, false), keyId(issuer.key));
  out.push(extension(EXTENSION.authorityKeyIdentifier, false, writeSequence(issuerId)));
  if (ocspUrl !== undefined) {
    const location = writeElement(contextTag(6, false), latin1(ocspUrl));
    const access = writeSequence(writeOid(OCSP_ACCESS), location);
    out.push(extension(EXTENSION.authorityInfoAccess, false, writeSequence(access)));
  }
  return out;
}

function basicConstraints(authority: CertificateRequest['authority']): Uint8Array {
  if (authority === undefined) return writeSequence();
  const limit = authority.pathLength === undefined ? [] : [writeInteger(authority.pathLength)];
  return writeSequence(writeElement(TAG.boolean, Uint8Array.of(0xff)), ...limit);
}

/** A BIT STRING of named bits ends with its last one (X.690 §11.2.2). */
function keyUsageBits(usages: readonly KeyUsage[]): Uint8Array {
  const numbers: readonly number[] = usages.map((usage) => KEY_USAGE[usage]);
  const byte = numbers.reduce((sum, bit) => sum | (0x80 >>> bit), 0);
  return writeElement(TAG.bitString, Uint8Array.of(7 - Math.max(...numbers), byte));
}

function generalName(name: AltName): Uint8Array {
  return name.kind === 'dns'
    ? writeElement(contextTag(2, false), latin1(name.name))
    : writeElement(contextTag(7, false), name.address);
}
