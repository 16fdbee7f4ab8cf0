/** Looks for a frame, forwards or back, in steps: by filter, by bytes, or by a text in the list, the tree or the bytes. */
import { utf8 } from '../../base/bytes.ts';
import type { TreeItem } from '../../protocols/core/tree.ts';
import type { Capture } from '../capture.ts';
import type { Filter } from '../filter/filter.ts';

export type SearchTest = (capture: Capture, frame: number) => boolean;

/** Where a text is looked for. */
export const TEXT_PLACES = ['list', 'layers', 'bytes'] as const;
export type TextPlace = (typeof TEXT_PLACES)[number];

export function indexOfBytes(haystack: Uint8Array, needle: Uint8Array, from = 0): number {
  const [first] = needle;
  if (first === undefined) return -1;
  for (let at = haystack.indexOf(first, from); at >= 0; at = haystack.indexOf(first, at + 1)) {
    if (at + needle.length > haystack.length) return -1;
    if (needle.every((byte, i) => haystack[at + i] === byte)) return at;
  }
  return -1;
}

/** `d8 4a`, `d8:4a`, `0xd84a`; undefined when it is no even number of digits. */
export function parseHex(text: string): Uint8Array | undefined {
  const digits = text.replace(/^0x|[\s:.-]/gi, '');
  if (digits.length === 0 || digits.length % 2 !== 0 || !/^[0-9a-f]+$/i.test(digits)) return undefined;
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}

export function byFilter(filter: Filter): SearchTest {
  return (capture, frame) => capture.matches(filter, frame);
}

export function byBytes(needle: Uint8Array): SearchTest {
  return (capture, frame) => indexOfBytes(capture.frames.bytes(frame), needle) >= 0;
}

function hasText(items: readonly TreeItem[], wanted: string): boolean {
  return items.some(
    (item) => (!item.hidden && item.text.toLowerCase().includes(wanted)) || hasText(item.children, wanted),
  );
}

/** Small and capital letters are the same, but for text in bytes. */
export function byText(text: string, place: TextPlace): SearchTest {
  const wanted = text.toLowerCase();
  switch (place) {
    case 'list':
      return ({ session }, frame) => {
        const { source, destination, protocol, info } = session.columns(frame);
        return `${source}\t${destination}\t${protocol}\t${info}`.toLowerCase().includes(wanted);
      };
    case 'layers':
      return ({ session }, frame) => hasText(session.tree(frame).items, wanted);
    case 'bytes':
      return byBytes(utf8(text));
  }
}
