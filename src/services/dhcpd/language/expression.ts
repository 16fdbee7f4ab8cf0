/** Expressions of dhcpd.conf (dhcp-eval(5)): what a statement computes from the client's message. */
import { latin1 } from '../../../base/bytes.ts';
import { compilePattern, type Pattern } from '../../../base/pattern.ts';
import type { OptionDefinition } from './option-types.ts';
import type { Token } from './statements.ts';

export type DataExpression =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'null' | 'hardware' | 'leased-address' | 'host-decl-name' }
  /** `option` is the client's, `config-option` what the server is about to send. */
  | { readonly kind: 'option' | 'config-option'; readonly option: OptionDefinition }
  | { readonly kind: 'filename' | 'server-name' | 'next-server' }
  | { readonly kind: 'substring'; readonly of: DataExpression; readonly offset: Numeric; readonly length: Numeric }
  | { readonly kind: 'suffix'; readonly of: DataExpression; readonly length: Numeric }
  | { readonly kind: 'lcase' | 'ucase'; readonly of: DataExpression }
  | { readonly kind: 'concat' | 'pick-first-value'; readonly parts: readonly DataExpression[] }
  | { readonly kind: 'packet'; readonly offset: Numeric; readonly length: Numeric }
  | {
      readonly kind: 'binary-to-ascii';
      readonly base: number;
      readonly width: number;
      readonly separator: DataExpression;
      readonly of: DataExpression;
    }
  | { readonly kind: 'reverse'; readonly width: number; readonly of: DataExpression }
  | { readonly kind: 'encode-int'; readonly value: Numeric; readonly width: 1 | 2 | 4 };

export type Numeric =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'lease-time' }
  | { readonly kind: 'extract-int'; readonly of: DataExpression; readonly width: 1 | 2 | 4 };

export type BooleanExpression =
  | { readonly kind: 'known' | 'static' | 'variable' }
  | { readonly kind: 'exists'; readonly option: OptionDefinition }
  | { readonly kind: 'not'; readonly of: BooleanExpression }
  | { readonly kind: 'and' | 'or'; readonly left: BooleanExpression; readonly right: BooleanExpression }
  | {
      readonly kind: 'equal' | 'not-equal';
      readonly left: DataExpression | Numeric;
      readonly right: DataExpression | Numeric;
    }
  | { readonly kind: 'matches'; readonly left: DataExpression; readonly pattern: Pattern };

/** A place where the text is not dhcpd's language. */
export class SyntaxTrouble extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

const MAX_DEPTH = 100;
const WIDTHS: ReadonlyMap<number, 1 | 2 | 4> = new Map([
  [8, 1],
  [16, 2],
  [32, 4],
]);

type FindOption = (name: string) => OptionDefinition | undefined;

/** Reads tokens from the front. Throws `SyntaxTrouble`. */
export class ExpressionReader {
  private readonly tokens: readonly Token[];
  private readonly find: FindOption;
  private at: number;
  private depth = 0;

  constructor(tokens: readonly Token[], find: FindOption, at = 0) {
    this.tokens = tokens;
    this.find = find;
    this.at = at;
  }

  get isAtEnd(): boolean {
    return this.at >= this.tokens.length;
  }

  /** The condition of `if` and of `match if`; nothing may follow it, nor a parenthesis at its front. */
  condition(): BooleanExpression {
    const result = this.isNext('(') ? this.parenthesis() : this.boolean();
    if (!this.isAtEnd) throw this.trouble('left brace expected.');
    return result;
  }

  /** `and` and `or` bind alike, from left to right; but an equation to the right of one takes all that follows it. */
  private boolean(): BooleanExpression {
    let left = this.simple() ?? this.equation();
    for (;;) {
      const kind = this.accept('and') ? 'and' : this.accept('or') ? 'or' : undefined;
      if (kind === undefined) return left;
      const simple = this.simple();
      if (simple === undefined) {
        if (this.isNext('lease-time') || this.isNext('extract-int'))
          throw this.trouble('illegal expression relating different types');
        return { kind, left, right: this.within(() => this.boolean()) };
      }
      left = { kind, left, right: simple };
    }
  }

  private parenthesis(): BooleanExpression {
    this.need('(', 'left parenthesis expected.');
    const inner = this.within(() => this.boolean());
    this.need(')', 'right parenthesis expected.');
    return inner;
  }

  /** One word, `exists`, a parenthesis, or `not` before one of these: not an equation. */
  private simple(): BooleanExpression | undefined {
    if (this.accept('known')) return { kind: 'known' };
    if (this.accept('static')) return { kind: 'static' };
    if (this.isNext('(')) return this.parenthesis();
    if (this.accept('not')) {
      const of = this.within(() => this.simple());
      if (of === undefined) throw this.trouble('boolean expression expected');
      return { kind: 'not', of };
    }
    if (!this.accept('exists')) return undefined;
    this.accept('option');
    return { kind: 'exists', option: this.option() };
  }

  /** A word by itself, such as `true`, is a variable; nothing sets variables here, and what is not set is false. */
  private variable(): BooleanExpression | undefined {
    const [token, after] = [this.tokens[this.at], this.tokens[this.at + 1]];
    if (token === undefined || token.isQuoted || !/^[a-z][\w-]*$/i.test(token.text)) return undefined;
    if (after !== undefined && !/^(?:and|or|\))$/i.test(after.text)) return undefined;
    if (/^(?:null|hardware|leased-address|host-decl-name|filename|server-name|next-server)$/i.test(token.text))
      return undefined;
    this.at++;
    return { kind: 'variable' };
  }

  private equation(): BooleanExpression {
    const variable = this.variable();
    if (variable !== undefined) return variable;
    const left = this.value();
    if (this.accept('=')) return { kind: 'equal', left, right: this.value() };
    if (this.accept('!=')) return { kind: 'not-equal', left, right: this.value() };
    const isExact = this.accept('~=');
    if (!isExact && !this.accept('~~')) throw this.trouble('Expecting a boolean expression.');
    const source = this.next();
    const pattern = compilePattern(source?.text ?? '', { ignoreCase: !isExact });
    if (!pattern.ok || left.kind === 'number' || left.kind === 'lease-time' || left.kind === 'extract-int')
      throw this.trouble(pattern.ok ? 'data expression expected' : pattern.error.message.text);
    return { kind: 'matches', left, pattern: pattern.value };
  }

  private value(): DataExpression | Numeric {
    const token = this.tokens[this.at];
    if (token !== undefined && !token.isQuoted && /^(lease-time|extract-int)$/i.test(token.text)) return this.numeric();
    // A number beside data is one byte: what dhcpd makes of `option x = 1`.
    return this.data();
  }

  data(): DataExpression {
    return this.within(() => this.dataHere());
  }

  private dataHere(): DataExpression {
    const token = this.next();
    if (token === undefined) throw this.trouble('expecting a data expression.');
    const { text, isQuoted } = token;
    if (isQuoted) return { kind: 'bytes', bytes: latin1(text) };
    switch (text.toLowerCase()) {
      case 'null':
        return { kind: 'null' };
      case 'hardware':
        return { kind: 'hardware' };
      case 'leased-address':
        return { kind: 'leased-address' };
      case 'host-decl-name':
        return { kind: 'host-decl-name' };
      case 'filename':
        return { kind: 'filename' };
      case 'server-name':
        return { kind: 'server-name' };
      case 'next-server':
        return { kind: 'next-server' };
      case 'option':
        return { kind: 'option', option: this.option() };
      case 'config-option':
        return { kind: 'config-option', option: this.option() };
      case 'substring': {
        const [of, offset, length] = [this.open(), this.comma(), this.comma()];
        return { kind: 'substring', of, offset, length: this.closed(length) };
      }
      case 'suffix': {
        const [of, length] = [this.open(), this.comma()];
        return { kind: 'suffix', of, length: this.closed(length) };
      }
      case 'lcase':
      case 'ucase':
        return { kind: text.toLowerCase() === 'lcase' ? 'lcase' : 'ucase', of: this.closed(this.open()) };
      case 'concat':
      case 'pick-first-value': {
        const parts = [this.open()];
        while (this.accept(',')) parts.push(this.data());
        return this.closed({ kind: text.toLowerCase() === 'concat' ? 'concat' : 'pick-first-value', parts });
      }
      case 'packet': {
        this.need('(', 'left parenthesis expected.');
        const offset = this.numeric();
        return { kind: 'packet', offset, length: this.closed(this.comma()) };
      }
      case 'binary-to-ascii': {
        this.need('(', 'left parenthesis expected.');
        const base = this.constant();
        this.need(',', 'comma expected.');
        const width = this.constant();
        this.need(',', 'comma expected.');
        const separator = this.data();
        this.need(',', 'comma expected.');
        return { kind: 'binary-to-ascii', base, width, separator, of: this.closed(this.data()) };
      }
      case 'reverse': {
        this.need('(', 'left parenthesis expected.');
        const width = this.constant();
        this.need(',', 'comma expected.');
        return { kind: 'reverse', width, of: this.closed(this.data()) };
      }
      case 'encode-int': {
        this.need('(', 'left parenthesis expected.');
        const value = this.numeric();
        this.need(',', 'comma expected.');
        return { kind: 'encode-int', value, width: this.closed(this.width()) };
      }
      default:
        return this.literal(text);
    }
  }

  /** Bytes in hexadecimal with colons, or a number, which is one byte. */
  private literal(text: string): DataExpression {
    if (/^[0-9a-f]{1,2}(:[0-9a-f]{1,2})*$/i.test(text))
      return { kind: 'bytes', bytes: Uint8Array.from(text.split(':'), (part) => Number.parseInt(part, 16)) };
    this.at--;
    throw this.trouble('expecting a data expression.');
  }

  numeric(): Numeric {
    const token = this.next();
    const text = token?.text ?? '';
    if (text.toLowerCase() === 'lease-time') return { kind: 'lease-time' };
    if (text.toLowerCase() === 'extract-int') {
      const of = this.open();
      this.need(',', 'comma expected.');
      return { kind: 'extract-int', of, width: this.closed(this.width()) };
    }
    if (/^\d+$/.test(text)) return { kind: 'number', value: Number(text) };
    if (text === 'all') return { kind: 'number', value: Number.MAX_SAFE_INTEGER };
    this.at--;
    throw this.trouble('numeric expression expected.');
  }

  private constant(): number {
    const value = this.numeric();
    if (value.kind !== 'number') throw this.trouble('expecting a number.');
    return value.value;
  }

  private width(): 1 | 2 | 4 {
    const width = WIDTHS.get(this.constant());
    if (width === undefined) throw this.trouble('invalid integer size');
    return width;
  }

  private option(): OptionDefinition {
    const name = this.next()?.text ?? '';
    const option = this.find(name);
    if (option === undefined) throw this.trouble(`unknown option ${name.includes('.') ? name : `dhcp.${name}`}`);
    return option;
  }

  private open(): DataExpression {
    this.need('(', 'left parenthesis expected.');
    return this.data();
  }

  private comma(): Numeric {
    this.need(',', 'comma expected.');
    return this.numeric();
  }

  private closed<T>(value: T): T {
    this.need(')', 'right parenthesis expected.');
    return value;
  }

  private within<T>(read: () => T): T {
    if (this.depth >= MAX_DEPTH) throw this.trouble(`expressions stand in one another more than ${MAX_DEPTH} deep`);
    this.depth++;
    const result = read();
    this.depth--;
    return result;
  }

  private isNext(text: string): boolean {
    const token = this.tokens[this.at];
    return token !== undefined && !token.isQuoted && token.text.toLowerCase() === text;
  }

  private accept(text: string): boolean {
    if (!this.isNext(text)) return false;
    this.at++;
    return true;
  }

  private need(text: string, message: string): void {
    if (!this.accept(text)) throw this.trouble(message);
  }

  private next(): Token | undefined {
    return this.tokens[this.at++];
  }

  private trouble(message: string): SyntaxTrouble {
    const token = this.tokens[this.at] ?? this.tokens.at(-1);
    return new SyntaxTrouble(token?.line ?? 1, message);
  }
}
