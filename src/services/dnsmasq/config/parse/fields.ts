/** Fields that many directives share: tags, hexadecimal texts, times, names, IPv6 addresses. */
import { parseIpv6 as parseUnscopedIpv6 } from '../../../../base/data/ipv6.ts';
import { itemAt } from '../../../../base/lists/list.ts';
import { INFINITE_LEASE } from '../model.ts';
import type { HwPattern } from '../model.ts';
import { splitOnce } from './lexer.ts';

/** `net:` is the old spelling of both `set:` and `tag:`; `#x` that of `!x`. */
export function filterTag(field: string): string | undefined {
  if (!field.startsWith('tag:') && !field.startsWith('net:')) return undefined;
  return normalizeTag(field.slice(4));
}

export function setTag(field: string): string | undefined {
  return field.startsWith('set:') || field.startsWith('net:') ? field.slice(4) : undefined;
}

export function normalizeTag(tag: string): string {
  return tag.startsWith('#') ? `!${tag.slice(1)}` : tag;
}

export function stripSetPrefix(field: string): string {
  return setTag(field) ?? field;
}

/** Takes leading `tag:` fields off; undefined when nothing is left after them. */
export function splitTags(value: string): { readonly tags: string[]; readonly rest: string | undefined } {
  const tags: string[] = [];
  let rest: string | undefined = value;
  while (rest !== undefined) {
    const tag = filterTag(rest.split(',', 1).join('').trim());
    if (tag === undefined) break;
    tags.push(tag);
    rest = splitOnce(rest, ',')[1];
  }
  return { tags, rest };
}

/** `[type-]hh:hh:*:hh`, up to 16 bytes; undefined when it is not that. */
export function parseHwPattern(text: string): HwPattern | undefined {
  const match = /^(?:([0-9a-f]{1,2})-)?(.*)$/i.exec(text);
  if (match === null) return undefined;
  const bytes = parseHexBytes(itemAt(match, 2), 16);
  if (bytes === undefined) return undefined;
  return { type: match[1] === undefined ? 0 : Number.parseInt(match[1], 16), bytes };
}

/** Bytes in hexadecimal with colons between; a star is a wildcard byte (undefined in the list). */
export function parseHexBytes(text: string, limit: number): (number | undefined)[] | undefined {
  const out: (number | undefined)[] = [];
  for (const part of text.split(':')) {
    if (out.length >= limit) return undefined;
    if (part === '*') out.push(undefined);
    else if (/^[0-9a-f]+$/i.test(part)) {
      // Longer runs of digits are taken two by two.
      const digits = part.length % 2 === 1 ? `0${part}` : part;
      for (let i = 0; i < digits.length; i += 2) out.push(Number.parseInt(digits.slice(i, i + 2), 16));
    } else if (part !== '') return undefined;
  }
  return out.length > limit ? undefined : out;
}

const TIME_UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** `45m`, `12h`, `infinite`, seconds; undefined when it is no time. */
export function parseLeaseTime(text: string): number | undefined {
  if (text === 'infinite') return INFINITE_LEASE;
  const match = /^([0-9]+)([wdhms])?$/i.exec(text);
  if (match === null) return undefined;
  const unit = TIME_UNITS[match[2]?.toLowerCase() ?? 's'] ?? 1;
  return (Math.min(Number(match[1]), 0x7fff_ffff) * unit) >>> 0;
}

/** Legal when its first label is, and the rest is made of the same characters and dots. */
export function isLegalHostName(name: string): boolean {
  return /^[a-z0-9][a-z0-9_-]*(\.[a-z0-9_.-]*)?$/i.test(name);
}

/** A domain name of the configuration in lower case, without a dot at its end; undefined when it cannot be one. */
export function canonicalName(text: string): string | undefined {
  const name = (text.endsWith('.') ? text.slice(0, -1) : text).toLowerCase();
  if (name.length > 253) return undefined;
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    if (code < 32 || code === 127) return undefined;
  }
  for (const label of name.split('.')) if (label.length > 63) return undefined;
  return name;
}

/** The 16 bytes of an IPv6 address in text; undefined when it is none. A scope (`%eth0`) is dropped. */
export function parseIpv6(text: string): Uint8Array | undefined {
  return parseUnscopedIpv6(text.replace(/%.*$/, ''));
}
