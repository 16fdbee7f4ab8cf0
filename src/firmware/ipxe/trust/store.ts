/** The certificates that a running iPXE knows. Knowing one does not make it trusted: only the fingerprints of roots do. */
import { fromLatin1, toHex } from '../../../base/bytes.ts';
import { err, ok } from '../../../base/result.ts';
import { readPem } from '../../../trust/pem.ts';
import { readCertificate, sha1Fingerprint, type Certificate } from '../../../trust/x509/certificate.ts';
import { commonName } from '../../../trust/x509/names.ts';
import { Err } from '../errors.ts';
import type { Image } from '../images/image.ts';
import type { Outcome } from '../settings/types.ts';
import { CERTIFICATE_STATUS } from './faults.ts';

/** `built-in`: of the build (`CERT=`, `TRUST=`). `explicit`: by `certstore`. `met`: in a signature or at a server. */
export type CertificateOrigin = 'built-in' | 'explicit' | 'met';

export interface KnownCertificate {
  readonly certificate: Certificate;
  readonly origin: CertificateOrigin;
  isValidated: boolean;
}

/** What was met by the way is forgotten first when there are too many. */
const MAX_CERTIFICATES = 256;

/** The objects of an image: of PEM each block, of DER the whole. */
export function objectsIn(image: Image): Outcome<readonly Uint8Array[]> {
  if (image.type === 'DER') return ok([image.data]);
  if (image.type !== 'PEM') return err(Err.imageUnsupported);
  const objects = readPem(fromLatin1(image.data)).map(({ der }) => der);
  return objects.length === 0 ? err(Err.certPem) : ok(objects);
}

/** A certificate, unless iPXE cannot read it: it has no ECDSA with SHA-1. */
export function readForIpxe(der: Uint8Array): Outcome<Certificate> {
  const read = readCertificate(der);
  if (!read.ok) return err(CERTIFICATE_STATUS[read.error]);
  const { scheme, digest } = read.value.signatureAlgorithm;
  return scheme === 'ecdsa' && digest === 'sha1' ? err(Err.certAlgorithm) : read;
}

/** All certificates in an image. */
export function certificatesIn(image: Image): Outcome<readonly Certificate[]> {
  const objects = objectsIn(image);
  if (!objects.ok) return objects;
  const out: Certificate[] = [];
  for (const each of objects.value) {
    const certificate = readForIpxe(each);
    if (!certificate.ok) return certificate;
    out.push(certificate.value);
  }
  return ok(out);
}

export class CertificateStore {
  private readonly known = new Map<string, KnownCertificate>();

  /** Those of a common name, or all, in the order in which they came. */
  named(name: string | undefined): readonly KnownCertificate[] {
    const all = [...this.known.values()];
    return name === undefined ? all : all.filter(({ certificate }) => commonName(certificate.subject) === name);
  }

  get all(): readonly Certificate[] {
    return [...this.known.values()].map(({ certificate }) => certificate);
  }

  add(certificate: Certificate, origin: CertificateOrigin): void {
    const key = toHex(sha1Fingerprint(certificate));
    const before = this.known.get(key);
    if (before !== undefined && (origin === 'met' || before.origin === 'built-in')) return;
    this.known.set(key, { certificate, origin, isValidated: before?.isValidated ?? false });
    if (this.known.size <= MAX_CERTIFICATES) return;
    const [oldest] = [...this.known].find(([, each]) => each.origin === 'met') ?? [];
    this.known.delete(oldest ?? key);
  }

  markValidated(certificate: Certificate): void {
    const known = this.known.get(toHex(sha1Fingerprint(certificate)));
    if (known !== undefined) known.isValidated = true;
  }

  /** Those of the build stay. */
  remove({ certificate, origin }: KnownCertificate): void {
    if (origin !== 'built-in') this.known.delete(toHex(sha1Fingerprint(certificate)));
  }
}
