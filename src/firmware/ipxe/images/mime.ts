/**
 * MIME files (RFC 2045, RFC 2046) as iPXE takes them from the metadata of clouds: the content of a `text/x-ipxe`, or the
 * first part of a `multipart/mixed` that is one of the two, with its headers.
 */
import { fromBase64 } from '../../../base/data/base64.ts';
import { fromLatin1 } from '../../../base/bytes.ts';
import { err, ok } from '../../../base/result.ts';
import { Err } from '../errors.ts';
import type { Outcome } from '../settings/types.ts';

interface Headers {
  readonly type: string;
  readonly encoding: string | undefined;
  readonly boundary: string | undefined;
  /** Where the content begins. */
  readonly end: number;
}

/** Kinds of content; anything else cannot be extracted. */
const KINDS = ['multipart/mixed', 'text/x-ipxe'] as const;
type Kind = (typeof KINDS)[number];
const ENCODINGS = ['7bit', '8bit', 'binary', 'base64'] as const;

/** Header lines of any length would be looked through for every probe. */
const MAX_HEADER_BYTES = 65_536;

/** The headers at `from` up to the empty line; undefined when there is no Content-Type or no end. */
function readHeaders(text: string, from: number): Headers | undefined {
  let type: string | undefined;
  let encoding: string | undefined;
  const limit = Math.min(text.length, from + MAX_HEADER_BYTES);
  for (let at = from; at < limit;) {
    const eol = text.indexOf('\n', at);
    if (eol < 0) return undefined;
    const line = text.slice(at, eol).replace(/\r$/, '');
    at = eol + 1;
    if (line === '') {
      if (type === undefined) return undefined;
      const boundary = /boundary="?([^"\s]*)/i.exec(type)?.[1];
      return { type, encoding, boundary, end: at };
    }
    const [, name = '', value = ''] = /^(Content-Type|Content-Transfer-Encoding):\s*(.*)$/i.exec(line) ?? [];
    if (name.toLowerCase() === 'content-type') type = value;
    else if (name !== '') encoding = value;
  }
  return undefined;
}

/** A word up to a semicolon or the end; what stands behind it is not looked at. */
function wordOf<T extends string>(value: string, words: readonly T[]): T | undefined {
  const word = /^[^;\s]*/.exec(value)?.[0].toLowerCase();
  return words.find((each) => each === word);
}

export function isMime(data: Uint8Array): boolean {
  return readHeaders(fromLatin1(data, 0, Math.min(data.length, MAX_HEADER_BYTES)), 0) !== undefined;
}

/** Bytes of the content, or those of the part, headers and all. */
export function extractMime(data: Uint8Array): Outcome<Uint8Array> {
  const text = fromLatin1(data);
  const headers = readHeaders(text, 0);
  if (headers === undefined) return err(Err.mimeInvalid);
  const kind = wordOf<Kind>(headers.type, KINDS);
  switch (kind) {
    case 'multipart/mixed':
      return extractPart(data, text, headers.boundary ?? '');
    case 'text/x-ipxe':
      return extractContent(data, text, headers);
    case undefined:
      return err(Err.mimeUnsupported);
  }
}

function extractContent(data: Uint8Array, text: string, { encoding, end }: Headers): Outcome<Uint8Array> {
  switch (wordOf(encoding ?? '7bit', ENCODINGS)) {
    case '7bit':
    case '8bit':
    case 'binary':
      return ok(data.slice(end));
    case 'base64': {
      const decoded = fromBase64(text.slice(end).replaceAll(/\s/g, ''));
      return decoded === undefined ? err(Err.base64) : ok(decoded);
    }
    case undefined:
      return err(Err.mimeUnsupported);
  }
}

/** The first part of a usable kind, between two boundaries; the line break before a boundary belongs to the part here. */
function extractPart(data: Uint8Array, text: string, boundary: string): Outcome<Uint8Array> {
  const mark = `\n--${boundary}`;
  let at = text.indexOf(mark);
  while (at >= 0) {
    const lineEnd = text.indexOf('\n', at + mark.length);
    // Behind the boundary is nothing but blanks; behind the last one, two hyphens.
    if (lineEnd < 0 || text.slice(at + mark.length, lineEnd).trim() !== '') break;
    const start = lineEnd + 1;
    const next = text.indexOf(mark, start);
    if (next < 0) break;
    const headers = readHeaders(text, start);
    if (headers === undefined) return err(Err.mimeInvalid);
    if (wordOf<Kind>(headers.type, KINDS) !== undefined) return ok(data.slice(start, next + 1));
    at = next;
  }
  return err(Err.mimeNoPart);
}
