/** The text of IPv6 addresses. */
import { parseIpv4 } from '../address.ts';
import { readU16, writeU16 } from '../bytes.ts';
import { itemAt } from '../lists/list.ts';

/** The groups of one side of `::`; undefined when it has something else. The end of the text may be an IPv4 address. */
function groupsOf(half: string, isEnd: boolean): number[] | undefined {
  if (half === '') return [];
  const out: number[] = [];
  const parts = half.split(':');
  for (const [i, part] of parts.entries()) {
    const v4 = isEnd && i === parts.length - 1 ? parseIpv4(part) : undefined;
    if (v4 !== undefined && part.includes('.')) out.push(v4 >>> 16, v4 & 0xffff);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) out.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return out;
}

/** The 16 bytes of an address in one of the three text forms of RFC 4291 §2.2, without a zone; undefined when it is none. */
export function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = groupsOf(itemAt(halves, 0), halves.length === 1);
  const tail = halves.length === 2 ? groupsOf(itemAt(halves, 1), true) : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const bytes = new Uint8Array(16);
  for (const [i, group] of [...head, ...Array.from({ length: missing }, () => 0), ...tail].entries())
    writeU16(bytes, 2 * i, group);
  return bytes;
}

/** 16 bytes in lower case, with `::` for the first longest run of at least two zero groups (RFC 5952 §4). */
export function formatIpv6(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, i) => readU16(bytes, 2 * i));
  let best = -1;
  let bestLength = 1;
  for (let start = 0; start < 8; start++) {
    let end = start;
    while (end < 8 && groups[end] === 0) end++;
    if (end - start > bestLength) {
      best = start;
      bestLength = end - start;
    }
  }
  const text = (from: number, to: number): string =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':');
  return best < 0 ? text(0, 8) : `${text(0, best)}::${text(best + bestLength, 8)}`;
}
