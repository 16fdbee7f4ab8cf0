/**
 * Conditions on a client as other servers' files state them, and the dnsmasq line that tests each. dnsmasq compares an
 * option in two ways: hexadecimal bytes from its beginning, of which `*` fits any (so a part at an offset can be told
 * exactly), and texts, which it finds anywhere. It cannot say that nothing may follow.
 */
import { latin1, readU16 } from '../../../base/bytes.ts';
import { optionInfo } from '../config/dhcp-options.ts';
import { quoted } from './notation.ts';

export type Test =
  /** Option 93 (RFC 4578 §2.1). */
  | { readonly kind: 'arch'; readonly value: number }
  | { readonly kind: 'option'; readonly code: number }
  /** Bytes from an offset on; `text` when the file gave them as one. */
  | {
      readonly kind: 'bytes';
      readonly code: number;
      readonly offset: number;
      readonly bytes: Uint8Array;
      readonly text: string | undefined;
    }
  /** A text somewhere in an option: for what dnsmasq takes in no other way. */
  | { readonly kind: 'contains'; readonly code: number; readonly text: string }
  | { readonly kind: 'mac'; readonly pattern: string }
  /** A tag that another line sets: of a range, a host, or dnsmasq's own `known`. */
  | { readonly kind: 'tag'; readonly name: string }
  | { readonly kind: 'not'; readonly test: Test }
  | { readonly kind: 'all'; readonly tests: readonly Test[] }
  | { readonly kind: 'any'; readonly tests: readonly Test[] };

/** A condition that one line of the configuration tests. */
export type Leaf = Exclude<Test, { kind: 'not' | 'all' | 'any' | 'tag' }>;

export const ALWAYS: Test = { kind: 'all', tests: [] };
const NEVER: Test = { kind: 'any', tests: [] };

export function both(a: Test, b: Test): Test {
  if (a.kind === 'all' && a.tests.length === 0) return b;
  if (b.kind === 'all' && b.tests.length === 0) return a;
  return { kind: 'all', tests: [a, b] };
}

/** A field of a packet that is compared: (part of) an option. */
export interface Operand {
  readonly code: number;
  readonly offset: number;
  /** Of the part; undefined for all from the offset on. */
  readonly length: number | undefined;
}

/** What it is compared with. */
export type Literal = { readonly text: string } | { readonly bytes: Uint8Array } | { readonly number: number };

const CLIENT_ARCH = 93;
const DOMAIN_SEARCH = 119;
/** An option's data (RFC 2132 §2). */
const MAX_OPTION_BYTES = 255;

/** An equation of both servers' languages; undefined when dnsmasq has nothing like it. */
export function equation({ code, offset, length }: Operand, literal: Literal): Test | undefined {
  if ('number' in literal) {
    return code === CLIENT_ARCH && offset === 0 ? { kind: 'arch', value: literal.number } : undefined;
  }
  const text = 'text' in literal ? literal.text : undefined;
  const bytes = 'text' in literal ? latin1(literal.text) : literal.bytes;
  if (bytes.length === 0 || offset + bytes.length > MAX_OPTION_BYTES) return undefined;
  // A part is never longer than was asked for.
  if (length !== undefined && length < bytes.length) return NEVER;
  if (code === CLIENT_ARCH && offset === 0 && bytes.length === 2) {
    return { kind: 'arch', value: readU16(bytes, 0) };
  }
  const type = optionInfo(code)?.type;
  if (type === 'addresses' || type === 'names' || code === DOMAIN_SEARCH) return undefined;
  // Options that are names are always compared as texts; a single byte without a colon would be a number.
  const isHexTaken = type !== 'name' && offset + bytes.length > 1;
  if (isHexTaken) return { kind: 'bytes', code, offset, bytes, text };
  return text === undefined || offset > 0 ? undefined : { kind: 'contains', code, text };
}

/** Texts that are looked for anywhere although the file says where. */
export function looseTexts(test: Test): readonly Extract<Test, { kind: 'contains' }>[] {
  switch (test.kind) {
    case 'contains':
      return [test];
    case 'not':
      return looseTexts(test.test);
    case 'all':
    case 'any':
      return test.tests.flatMap(looseTexts);
    case 'arch':
    case 'option':
    case 'bytes':
    case 'mac':
    case 'tag':
      return [];
  }
}

export interface LeafLine {
  /** A name for its tag. */
  readonly wanted: string;
  /** What the line tests, where it does not say so itself. */
  readonly comment: string | undefined;
  /** With TAG in the place of the tag's name. */
  readonly line: string;
}

export function leafLine(test: Leaf): LeafLine {
  switch (test.kind) {
    case 'arch':
      return leaf(`arch-${test.value}`, `dhcp-match=set:TAG,option:client-arch,${test.value}`);
    case 'option':
      return leaf(`option-${test.code}`, `dhcp-match=set:TAG,${test.code}`);
    case 'contains':
      return leaf(test.text, `dhcp-match=set:TAG,${test.code},${quoted(test.text)}`);
    case 'mac':
      return leaf('mac', `dhcp-mac=set:TAG,${test.pattern}`);
    case 'bytes': {
      const { code, offset, bytes, text } = test;
      const pattern = [...Array<string>(offset).fill('*'), ...Array.from(bytes, hexByte)].join(':');
      const line = `dhcp-match=set:TAG,${code},${pattern}`;
      if (text === undefined) return leaf(`option-${code}`, line);
      const where = offset === 0 ? 'begins with' : `has after ${offset} bytes`;
      // `00007` of `PXEClient:Arch:00007` alone would be a poor name.
      const wanted = /^\d/.test(text) ? `option-${code}-${text}` : text;
      return { wanted, comment: `option ${code} ${where} ${quoted(text)}`, line };
    }
  }
}

function leaf(wanted: string, line: string): LeafLine {
  return { wanted, comment: undefined, line };
}

function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
