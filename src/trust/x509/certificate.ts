/** X.509 certificates, read (RFC 5280 §4.1). Nothing here decides whether a certificate is to be trusted. */
import { sha1 } from '@noble/hashes/legacy.js';
import { equalBytes, fromLatin1 } from '../../base/bytes.ts';
import { err, ok, type Result } from '../../base/result.ts';
import {
  childrenOf,
  contextTag,
  ElementReader,
  readBitString,
  readElement,
  readSmallInteger,
  readTime,
  TAG,
  type Element,
} from '../der.ts';
import { readPublicKey } from '../keys/key-files.ts';
import type { PublicKey, SignatureAlgorithm } from '../keys/keys.ts';
import { readPem } from '../pem.ts';
import { readSignatureAlgorithm } from '../signature-algorithms.ts';
import { noExtensions, readExtensions, type Extensions } from './extensions.ts';
import { readName, type Name } from './names.ts';

export interface Certificate extends Extensions {
  readonly der: Uint8Array;
  /** What the issuer has signed. */
  readonly tbs: Uint8Array;
  /** 1, 2 or 3. */
  readonly version: number;
  /** As in the certificate, with its sign. */
  readonly serial: Uint8Array;
  readonly issuer: Name;
  readonly subject: Name;
  /** Milliseconds since 1970. */
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** SubjectPublicKeyInfo, and the bits of the key alone, which OCSP hashes. */
  readonly publicKeyInfo: Uint8Array;
  readonly publicKeyBits: Uint8Array;
  /** Undefined when it is of a kind that is not known. */
  readonly publicKey: PublicKey | undefined;
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly signature: Uint8Array;
}

/** Why bytes are no certificate that can be used. */
export type CertificateFault =
  /** No DER. */
  | 'der'
  /** DER, but no certificate. */
  | 'certificate'
  | 'version'
  | 'time'
  | 'unknown-algorithm'
  /** Signed in another way than the certificate says inside. */
  | 'algorithm-mismatch'
  | 'critical-extension';

/** The most bytes of a certificate: those of TLS have three bytes for their length, real ones are far smaller. */
const MAX_CERTIFICATE_BYTES = 65_536;

export function readCertificate(data: Uint8Array): Result<Certificate, CertificateFault> {
  const whole = readElement(data);
  if (whole === undefined || whole.whole.length > MAX_CERTIFICATE_BYTES) return err('der');
  const parts = childrenOf(whole, TAG.sequence);
  const [tbs, algorithm, signature] = parts ?? [];
  const fields = childrenOf(tbs, TAG.sequence);
  const signatureBits = readBitString(signature);
  if (tbs === undefined || fields === undefined || algorithm === undefined || signatureBits === undefined) {
    return err(parts === undefined ? 'der' : 'certificate');
  }
  return readBody(whole, tbs, new ElementReader(fields), algorithm, signatureBits);
}

function readBody(
  whole: Element,
  tbs: Element,
  reader: ElementReader,
  outerAlgorithm: Element,
  signature: Uint8Array,
): Result<Certificate, CertificateFault> {
  const versionField = reader.take(contextTag(0));
  const version = versionField === undefined ? 0 : readSmallInteger(readElement(versionField.contents));
  if (version === undefined || version > 2) return err('version');
  const serial = reader.take(TAG.integer);
  const innerAlgorithm = reader.take(TAG.sequence);
  const issuer = readName(reader.take(TAG.sequence));
  const validity = childrenOf(reader.take(TAG.sequence), TAG.sequence);
  const subject = readName(reader.take(TAG.sequence));
  const keyInfo = reader.take(TAG.sequence);
  const keyBits = readBitString(childrenOf(keyInfo, TAG.sequence)?.[1]);
  if (serial === undefined || innerAlgorithm === undefined || issuer === undefined) return err('certificate');
  if (subject === undefined || keyInfo === undefined || keyBits === undefined) return err('certificate');
  const notBeforeMs = readTime(validity?.[0]);
  const notAfterMs = readTime(validity?.[1]);
  if (notBeforeMs === undefined || notAfterMs === undefined) return err('time');
  if (!equalBytes(innerAlgorithm.whole, outerAlgorithm.whole)) return err('algorithm-mismatch');
  const signatureAlgorithm = readSignatureAlgorithm(outerAlgorithm);
  if (signatureAlgorithm === undefined) return err('unknown-algorithm');
  reader.take(contextTag(1, false));
  reader.take(contextTag(2, false));
  const wrapper = reader.take(contextTag(3));
  const extensions = wrapper === undefined ? noExtensions() : readExtensions(readElement(wrapper.contents));
  if (extensions === undefined) return err('certificate');
  if (extensions.unknownCritical.length > 0) return err('critical-extension');
  return ok({
    ...extensions,
    der: whole.whole,
    tbs: tbs.whole,
    version: version + 1,
    serial: serial.contents,
    issuer,
    subject,
    notBeforeMs,
    notAfterMs,
    publicKeyInfo: keyInfo.whole,
    publicKeyBits: keyBits,
    publicKey: readPublicKey(keyInfo),
    signatureAlgorithm,
    signature,
  });
}

/** The certificates of a file, PEM (any number of them) or DER; the first fault ends it. */
export function readCertificates(file: Uint8Array): Result<readonly Certificate[], CertificateFault> {
  const blocks = readPem(fromLatin1(file)).filter(({ label }) => label.endsWith('CERTIFICATE'));
  const out: Certificate[] = [];
  for (const der of blocks.length > 0 ? blocks.map((block) => block.der) : [file]) {
    const certificate = readCertificate(der);
    if (!certificate.ok) return certificate;
    out.push(certificate.value);
  }
  return ok(out);
}

/** Whether the certificate names itself as its issuer. */
export function isSelfIssued({ issuer, subject }: Certificate): boolean {
  return equalBytes(issuer.der, subject.der);
}

/** What `certstat` shows. */
export function sha1Fingerprint(certificate: Certificate): Uint8Array {
  return sha1(certificate.der);
}
