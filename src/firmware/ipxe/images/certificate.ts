/**
 * X.509 certificates (RFC 5280) as `certstore` keeps them: the name and the fingerprint. Nothing here decides whether a
 * certificate is to be trusted.
 */
import { sha1 } from '@noble/hashes/legacy.js';
import { byteAt, equalBytes, fromLatin1, toHex } from '../../../base/bytes.ts';
import { itemAt } from '../../../base/lists/list.ts';
import { err, ok } from '../../../base/result.ts';
import { Err } from '../errors.ts';
import { fromBase64 } from '../../../base/data/base64.ts';
import type { Outcome } from '../settings/types.ts';
import type { Image } from './image.ts';

const TAG = { integer: 0x02, objectIdentifier: 0x06, sequence: 0x30, set: 0x31, version: 0xa0 } as const;
/** id-at-commonName, 2.5.4.3 (RFC 5280 appendix A). */
const COMMON_NAME = Uint8Array.of(0x55, 0x04, 0x03);

/** A value of X.690: its tag and where its contents are. */
interface Element {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

/** The element at an offset, within `end`; undefined when it does not fit (X.690 §8.1). */
function elementAt(data: Uint8Array, at: number, end: number): Element | undefined {
  if (at + 2 > end) return undefined;
  const short = byteAt(data, at + 1);
  const width = short < 0x80 ? 0 : short & 0x7f;
  const start = at + 2 + width;
  if (width > 4 || (width === 0 && short === 0x80) || start > end) return undefined;
  const length = data.subarray(at + 2, start).reduce((sum, byte) => sum * 256 + byte, width === 0 ? short : 0);
  return start + length > end ? undefined : { tag: byteAt(data, at), start, end: start + length };
}

/** The elements one after another in some contents; undefined when one of them does not fit. */
function elementsOf(data: Uint8Array, { start, end }: Element): readonly Element[] | undefined {
  const out: Element[] = [];
  for (let at = start; at < end;) {
    const element = elementAt(data, at, end);
    if (element === undefined) return undefined;
    out.push(element);
    at = element.end;
  }
  return out;
}

/** Name ::= SEQUENCE OF SET OF SEQUENCE { type, value } (RFC 5280 §4.1.2.4). Empty without a common name. */
function commonName(data: Uint8Array, name: Element): string | undefined {
  for (const set of elementsOf(data, name) ?? []) {
    for (const attribute of elementsOf(data, set) ?? []) {
      const [type, value] = elementsOf(data, attribute) ?? [];
      if (type === undefined || value === undefined) return undefined;
      if (equalBytes(data.subarray(type.start, type.end), COMMON_NAME)) return fromLatin1(data, value.start, value.end);
    }
  }
  return '';
}

export interface Certificate {
  readonly name: string;
  /** SHA-1 of the whole, in lower-case digits. */
  readonly fingerprint: string;
}

/** RFC 5280 §4.1: a sequence of what is signed, the algorithm and the signature. */
function parseCertificate(data: Uint8Array): Outcome<Certificate> {
  const whole = elementAt(data, 0, data.length);
  const parts = whole === undefined ? undefined : elementsOf(data, whole);
  if (whole === undefined || parts === undefined) return err(Err.certDer);
  const fields = parts.length === 3 && whole.tag === TAG.sequence ? elementsOf(data, itemAt(parts, 0)) : undefined;
  if (fields === undefined) return err(Err.certInvalid);
  // The version is left out of certificates of version 1.
  const [serial, , , , subject] = fields[0]?.tag === TAG.version ? fields.slice(1) : fields;
  if (serial?.tag !== TAG.integer || subject?.tag !== TAG.sequence) return err(Err.certInvalid);
  const name = commonName(data, subject);
  if (name === undefined) return err(Err.certDer);
  return ok({ name, fingerprint: toHex(sha1(data.subarray(0, whole.end))) });
}

/** RFC 7468 §2: what stands between the lines that begin and end each object. */
function pemObjects(text: string): readonly Uint8Array[] {
  const blocks = text.matchAll(/^-----BEGIN [^-\n]*-----\s*$(.*?)^-----END /gms);
  return [...blocks].map(([, body = '']) => fromBase64(body)).filter((each) => each !== undefined);
}

/** All certificates in an image. */
export function certificatesIn(image: Image): Outcome<readonly Certificate[]> {
  const objects =
    image.type === 'PEM' ? pemObjects(fromLatin1(image.data)) : image.type === 'DER' ? [image.data] : undefined;
  if (objects === undefined) return err(Err.imageUnsupported);
  if (objects.length === 0) return err(Err.certPem);
  const out: Certificate[] = [];
  for (const each of objects) {
    const certificate = parseCertificate(each);
    if (!certificate.ok) return certificate;
    out.push(certificate.value);
  }
  return ok(out);
}

/** The certificates that `certstore` has added, in order; one of each. */
export class CertificateStore {
  private readonly certificates: Certificate[] = [];

  /** Those of a common name, or all. */
  named(name: string | undefined): readonly Certificate[] {
    return this.certificates.filter((each) => name === undefined || each.name === name);
  }

  add(certificate: Certificate): void {
    const isKnown = this.certificates.some(({ fingerprint }) => fingerprint === certificate.fingerprint);
    if (!isKnown) this.certificates.push(certificate);
  }

  remove(certificate: Certificate): void {
    this.certificates.splice(this.certificates.indexOf(certificate), 1);
  }
}
