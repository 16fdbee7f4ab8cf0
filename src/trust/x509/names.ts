/** Distinguished names (RFC 5280 §4.1.2.4): what a certificate calls its subject and its issuer. */
import { fromUtf8, utf8 } from '../../base/bytes.ts';
import { childrenOf, readOid, TAG, writeElement, writeOid, writeSequence, writeSetOf, type Element } from '../der.ts';
import { ATTRIBUTES } from './oids.ts';

export interface Name {
  /** The DER: names are the same when their bytes are. */
  readonly der: Uint8Array;
  readonly attributes: readonly { readonly oid: string; readonly value: string }[];
}

export function readName(element: Element | undefined): Name | undefined {
  const sets = childrenOf(element, TAG.sequence);
  if (element === undefined || sets === undefined) return undefined;
  const attributes: { readonly oid: string; readonly value: string }[] = [];
  for (const set of sets) {
    for (const attribute of childrenOf(set, TAG.set) ?? []) {
      const [type, value] = childrenOf(attribute, TAG.sequence) ?? [];
      const oid = readOid(type);
      if (oid === undefined || value === undefined) return undefined;
      attributes.push({ oid, value: fromUtf8(value.contents) });
    }
  }
  return { der: element.whole, attributes };
}

/** A name of a common name alone. */
export function commonNameOnly(text: string): Uint8Array {
  return writeSequence(writeSetOf([writeSequence(writeOid(ATTRIBUTES.CN), writeElement(TAG.utf8String, utf8(text)))]));
}

/** The first common name; empty without one. */
export function commonName(name: Name): string {
  return name.attributes.find(({ oid }) => oid === ATTRIBUTES.CN)?.value ?? '';
}

/** Such as `CN=Lab root, O=Example`. */
export function nameText(name: Name): string {
  const labels = new Map<string, string>(Object.entries(ATTRIBUTES).map(([label, oid]) => [oid, label]));
  return name.attributes.map(({ oid, value }) => `${labels.get(oid) ?? oid}=${value}`).join(', ');
}
