/** The statements of a dhcpd.conf (dhcpd.conf(5)): words, quoted texts, blocks in braces, each with its line. */

import { itemAt } from '../../../base/lists/list.ts';

export interface Token {
  readonly text: string;
  readonly isQuoted: boolean;
  readonly line: number;
}

export interface Statement {
  readonly tokens: readonly Token[];
  readonly line: number;
  /** Undefined for a statement that ends with a semicolon. */
  readonly block: readonly Statement[] | undefined;
}

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', r: '\r', n: '\n', b: '\b' };

/** `\n` and its like, three octal digits, `\x` and two hexadecimal ones; else the character itself. */
function unescaped(text: string): string {
  return text.replace(/\\(?:x([0-9a-fA-F]{2})|([0-7]{3})|(.))/gs, (_whole, hex?: string, octal?: string, char = '') => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
    return ESCAPES[String(char)] ?? String(char);
  });
}

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  // A quoted text that is not closed goes to the end, so that nothing is looked through twice.
  const pattern =
    /(?<blank>[\s]+)|(?<comment>#[^\n]*)|"(?<quoted>(?:[^"\\]|\\.)*)(?:"|\\?$)|(?<mark>!=|~=|~~|[{}();,=])|(?<word>[^\s{}();,="#!~]+)|./gsu;
  let line = 1;
  for (const match of text.matchAll(pattern)) {
    const { blank, comment, quoted, mark, word } = match.groups ?? {};
    if (quoted !== undefined) tokens.push({ text: unescaped(quoted), isQuoted: true, line });
    else if (blank === undefined && comment === undefined) {
      tokens.push({ text: mark ?? word ?? match[0], isQuoted: false, line });
    }
    line += match[0].split('\n').length - 1;
  }
  return tokens;
}

/** Blocks in one another; configurations have four or five. */
const MAX_DEPTH = 100;

/** The statements, and the lines at which a semicolon or a brace is missing or blocks are too deep. */
export function parseStatements(text: string): {
  readonly statements: readonly Statement[];
  readonly wrongLines: readonly number[];
} {
  const tokens = tokenize(text);
  const wrongLines: number[] = [];
  let at = 0;
  const block = (depth: number): readonly Statement[] => {
    const out: Statement[] = [];
    let head: Token[] = [];
    const close = (inner: readonly Statement[] | undefined): void => {
      if (head.length > 0) out.push({ tokens: head, line: itemAt(head, 0).line, block: inner });
      head = [];
    };
    while (at < tokens.length) {
      const token = itemAt(tokens, at++);
      if (token.isQuoted) head.push(token);
      else if (token.text === ';') close(undefined);
      else if (token.text === '{' && depth >= MAX_DEPTH) {
        wrongLines.push(token.line);
        at = tokens.length;
      } else if (token.text === '{') close(block(depth + 1));
      else if (token.text === '}') {
        if (head.length > 0) wrongLines.push(token.line);
        close(undefined);
        if (depth > 0) return out;
        wrongLines.push(token.line);
      } else head.push(token);
    }
    if (head.length > 0) wrongLines.push(itemAt(head, 0).line);
    close(undefined);
    if (depth > 0) wrongLines.push(tokens.at(-1)?.line ?? 1);
    return out;
  };
  return { statements: block(0), wrongLines };
}

/** A word of a statement; '' where it has none. */
export function word(statement: Statement, at: number): string {
  return statement.tokens.at(at)?.text ?? '';
}
