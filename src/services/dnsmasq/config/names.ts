/** Domain names inside DHCP options: RFC 1035 §3.1 labels, and the search list of RFC 3397. */
import { concatBytes, latin1 } from '../../../base/bytes.ts';
import { itemAt } from '../../../base/lists/list.ts';

/** Labels and the root, without compression. */
export function encodeName(name: string): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const label of name.split('.')) {
    if (label === '') continue;
    const bytes = latin1(label.slice(0, 63));
    parts.push(Uint8Array.of(bytes.length), bytes);
  }
  parts.push(Uint8Array.of(0));
  return concatBytes(parts);
}

/** RFC 3397 §2: names one after the other, with pointers to tails that stand written out before. */
export function encodeDomainSearch(text: string): Uint8Array {
  const out: number[] = [];
  const seen = new Map<string, number>();
  for (const field of text.split(',')) {
    const labels = field
      .trim()
      .split('.')
      .filter((label) => label !== '');
    let pointed = false;
    const written: [string, number][] = [];
    for (let i = 0; i < labels.length; i++) {
      const tail = labels.slice(i).join('.').toLowerCase();
      const at = seen.get(tail);
      if (at !== undefined) {
        out.push(0xc0 | (at >>> 8), at & 0xff);
        pointed = true;
        break;
      }
      written.push([tail, out.length]);
      const bytes = latin1(itemAt(labels, i).slice(0, 63));
      out.push(bytes.length, ...bytes);
    }
    if (pointed) continue;
    out.push(0);
    for (const [tail, at] of written) if (!seen.has(tail)) seen.set(tail, at);
  }
  return Uint8Array.from(out);
}
