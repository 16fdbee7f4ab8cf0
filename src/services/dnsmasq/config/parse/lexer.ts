/**
 * Lines of a dnsmasq.conf, as dnsmasq 2.90 was seen to read them: `name` or `name=value`, blanks round the
 * equals sign, comments only at the start or after a blank, quotes that protect what would else separate.
 */
import type { ConfigLine } from '../../../../base/event-log.ts';
import { itemAt } from '../../../../base/lists/list.ts';

/** Where protected characters of a quoted text are kept until the field has been split. */
const PROTECTED_BASE = 0xe000;
/** Only what could be taken for a separator, a number, an address or trimmed needs protection. */
const PROTECTED = '0123456789abcdefABCDEF:,. \t\n\r\b\u001b';

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  t: '\t',
  n: '\n',
  b: '\b',
  r: '\r',
  e: '\u001b',
};

export interface ConfigStatement {
  readonly name: string;
  /** Undefined when there is no equals sign, or nothing after it. */
  readonly value: string | undefined;
  /** An equals sign was there. */
  readonly hasEquals: boolean;
  readonly origin: ConfigLine;
}

export type LexedLine =
  | { readonly kind: 'statement'; readonly statement: ConfigStatement }
  | { readonly kind: 'error'; readonly message: string; readonly origin: ConfigLine };

function protect(char: string): string {
  return PROTECTED.includes(char) ? String.fromCharCode(PROTECTED_BASE + char.charCodeAt(0)) : char;
}

/** Gives protected characters their meaning back. */
export function unprotect(text: string): string {
  return text.replace(/[\ue000-\ue0ff]/g, (char) => String.fromCharCode(char.charCodeAt(0) - PROTECTED_BASE));
}

function isBlank(char: string | undefined): boolean {
  return char === ' ' || char === '\t' || char === '\r' || char === '\v' || char === '\f' || char === '\n';
}

/** Takes quotes and the comment off a line; undefined when a quote is not closed. */
function cleanLine(raw: string): string | undefined {
  let out = '';
  let quoted = false;
  let afterBlank = true;
  for (let i = 0; i < raw.length; i++) {
    const char = raw.charAt(i);
    if (char === '"') {
      quoted = !quoted;
      // What follows a closing quote is taken as it is, also another quote.
      const next = quoted ? undefined : raw[i + 1];
      if (next === '"') {
        out += next;
        i++;
      }
      continue;
    }
    if (quoted) {
      const escape = char === '\\' ? ESCAPES[raw.charAt(i + 1)] : undefined;
      if (escape !== undefined) {
        out += protect(escape);
        i++;
      } else out += protect(char);
    } else {
      if (char === '#' && afterBlank) break;
      out += char;
    }
    afterBlank = isBlank(char);
  }
  return quoted ? undefined : out;
}

/** Splits a file into statements. Empty lines and comments give nothing. */
export function lexConfig(text: string, file: string): LexedLine[] {
  const lines: LexedLine[] = [];
  const rawLines = text.split('\n');
  for (let i = 0; i < rawLines.length; i++) {
    const raw = itemAt(rawLines, i);
    const origin: ConfigLine = { file, line: i + 1, text: raw.trim() };
    const clean = cleanLine(raw);
    if (clean === undefined) {
      lines.push({ kind: 'error', message: 'missing "', origin });
      continue;
    }
    const line = clean.trim();
    if (line === '') continue;
    const equals = line.indexOf('=');
    const name = (equals < 0 ? line : line.slice(0, equals)).trimEnd();
    const value = equals < 0 ? '' : line.slice(equals + 1).trimStart();
    lines.push({
      kind: 'statement',
      statement: { name, value: value === '' ? undefined : value, hasEquals: equals >= 0, origin },
    });
  }
  return lines;
}

/** Splits at the first separator, with the blanks round it removed. */
export function splitOnce(text: string, separator: string): readonly [string, string | undefined] {
  const at = text.indexOf(separator);
  if (at < 0) return [text, undefined];
  return [text.slice(0, at).trimEnd(), text.slice(at + 1).trimStart()];
}

/** Splits at every comma, with the blanks round them removed. */
export function splitFields(text: string): string[] {
  return text.split(',').map((field) => field.trim());
}

/** An unsigned decimal number of digits only; undefined for anything else. An empty text gives 0. */
export function parseDigits(text: string): number | undefined {
  return /^[0-9]*$/.test(text) ? Number(text) : undefined;
}
