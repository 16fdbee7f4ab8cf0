/** The extensions of a certificate that decide what it may be used for (RFC 5280 §4.2). */
import { byteAt, fromLatin1 } from '../../base/bytes.ts';
import {
  childrenOf,
  contextTag,
  ElementReader,
  readElement,
  readOid,
  readSmallInteger,
  TAG,
  type Element,
} from '../der.ts';
import { EXTENSION, OCSP_ACCESS } from './oids.ts';

/** Bits of keyUsage, as RFC 5280 §4.2.1.3 counts them. */
export const KEY_USAGE = {
  digitalSignature: 0,
  nonRepudiation: 1,
  keyEncipherment: 2,
  dataEncipherment: 3,
  keyAgreement: 4,
  keyCertSign: 5,
  cRLSign: 6,
} as const;
export type KeyUsage = keyof typeof KEY_USAGE;

export type AltName =
  | { readonly kind: 'dns'; readonly name: string }
  | { readonly kind: 'ip'; readonly address: Uint8Array };

export interface Extensions {
  readonly isCa: boolean;
  /** How many authorities may follow below; undefined for no limit. */
  readonly pathLength: number | undefined;
  /** Undefined when the certificate does not limit it. */
  readonly keyUsage: ReadonlySet<KeyUsage> | undefined;
  /** Identifiers of purposes; undefined when the certificate does not limit them. */
  readonly extKeyUsage: readonly string[] | undefined;
  readonly altNames: readonly AltName[];
  readonly subjectKeyId: Uint8Array | undefined;
  readonly authorityKeyId: Uint8Array | undefined;
  readonly ocspUrl: string | undefined;
  /** Identifiers of critical extensions that nothing here understands. */
  readonly unknownCritical: readonly string[];
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

export function noExtensions(): Writable<Extensions> {
  return {
    isCa: false,
    pathLength: undefined,
    keyUsage: undefined,
    extKeyUsage: undefined,
    altNames: [],
    subjectKeyId: undefined,
    authorityKeyId: undefined,
    ocspUrl: undefined,
    unknownCritical: [],
  };
}

/** Extensions ::= SEQUENCE OF; undefined when one of them cannot be read. */
export function readExtensions(list: Element | undefined): Extensions | undefined {
  const elements = childrenOf(list, TAG.sequence);
  if (elements === undefined) return undefined;
  const out = noExtensions();
  const unknown: string[] = [];
  for (const each of elements) {
    const children = childrenOf(each, TAG.sequence);
    if (children === undefined) return undefined;
    const reader = new ElementReader(children);
    const oid = readOid(reader.take(TAG.objectIdentifier));
    const isCritical = (reader.take(TAG.boolean)?.contents[0] ?? 0) !== 0;
    const value = reader.take(TAG.octetString);
    if (oid === undefined || value === undefined) return undefined;
    const inner = readElement(value.contents);
    const read = READERS.get(oid);
    if (read === undefined) {
      if (isCritical) unknown.push(oid);
    } else if (inner === undefined || !read(inner, out)) {
      return undefined;
    }
  }
  out.unknownCritical = unknown;
  return out;
}

/** What reads each extension into the rest; false when it cannot. */
const READERS: ReadonlyMap<string, (value: Element, out: Writable<Extensions>) => boolean> = new Map([
  [EXTENSION.basicConstraints, readBasicConstraints],
  [EXTENSION.keyUsage, readKeyUsage],
  [EXTENSION.extKeyUsage, readExtKeyUsage],
  [EXTENSION.subjectAltName, readAltNames],
  [
    EXTENSION.subjectKeyIdentifier,
    (value, out) => {
      out.subjectKeyId = value.contents;
      return value.tag === TAG.octetString;
    },
  ],
  [EXTENSION.authorityKeyIdentifier, readAuthorityKeyId],
  [EXTENSION.authorityInfoAccess, readInfoAccess],
]);

function readBasicConstraints(value: Element, out: Writable<Extensions>): boolean {
  const children = childrenOf(value, TAG.sequence);
  if (children === undefined) return false;
  const reader = new ElementReader(children);
  out.isCa = (reader.take(TAG.boolean)?.contents[0] ?? 0) !== 0;
  const limit = reader.take(TAG.integer);
  out.pathLength = readSmallInteger(limit);
  return limit === undefined || out.pathLength !== undefined;
}

function readKeyUsage(value: Element, out: Writable<Extensions>): boolean {
  if (value.tag !== TAG.bitString || value.contents.length === 0) return false;
  const bits = value.contents.length > 1 ? byteAt(value.contents, 1) : 0;
  const usages = Object.entries(KEY_USAGE).filter(([, bit]) => (bits & (0x80 >>> bit)) !== 0);
  out.keyUsage = new Set(usages.map(([name]) => name as KeyUsage));
  return true;
}

function readExtKeyUsage(value: Element, out: Writable<Extensions>): boolean {
  const purposes = childrenOf(value, TAG.sequence)?.map(readOid);
  if (purposes === undefined || purposes.includes(undefined)) return false;
  out.extKeyUsage = purposes.filter((each) => each !== undefined);
  return true;
}

/** GeneralNames: those that name hosts. */
function readAltNames(value: Element, out: Writable<Extensions>): boolean {
  const names = childrenOf(value, TAG.sequence);
  if (names === undefined) return false;
  const known: AltName[] = [];
  for (const { tag, contents } of names) {
    if (tag === contextTag(2, false)) known.push({ kind: 'dns', name: fromLatin1(contents) });
    else if (tag === contextTag(7, false)) known.push({ kind: 'ip', address: contents });
  }
  out.altNames = known;
  return true;
}

function readAuthorityKeyId(value: Element, out: Writable<Extensions>): boolean {
  const id = childrenOf(value, TAG.sequence)?.find(({ tag }) => tag === contextTag(0, false));
  out.authorityKeyId = id?.contents;
  return value.tag === TAG.sequence;
}

/** The first address of an OCSP responder (RFC 5280 §4.2.2.1). */
function readInfoAccess(value: Element, out: Writable<Extensions>): boolean {
  for (const access of childrenOf(value, TAG.sequence) ?? []) {
    const [method, location] = childrenOf(access, TAG.sequence) ?? [];
    if (readOid(method) === OCSP_ACCESS && location?.tag === contextTag(6, false)) {
      out.ocspUrl ??= fromLatin1(location.contents);
    }
  }
  return true;
}
