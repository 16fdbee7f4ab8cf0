/**
 * What the conditions of dhcpd.conf and of Kea have in common: not, and, or, parentheses, and equations of (parts of)
 * options with literals. Each language reads its own primaries, options and literals.
 */
import { unreachable } from '../../../base/result.ts';
import { equation, type Literal, type Operand, type Test } from './client-condition.ts';

export interface ConditionToken {
  readonly text: string;
  readonly isQuoted: boolean;
}

/** `not`, parentheses and `substring` in one another; what is deeper has no words in dnsmasq either. */
const MAX_DEPTH = 100;

export abstract class ConditionReader {
  private readonly tokens: readonly ConditionToken[];
  private readonly equals: string;
  private at = 0;
  private depth = 0;

  /** `equals` is the language's sign of an equation. */
  constructor(tokens: readonly ConditionToken[], equals: string) {
    this.tokens = tokens;
    this.equals = equals;
  }

  /** Undefined when it says something that dnsmasq has no words for. */
  read(): Test | undefined {
    const test = this.any();
    return this.at === this.tokens.length && test !== undefined && sizeOf(test) <= MAX_SIZE ? test : undefined;
  }

  /** What the language has besides equations; `none` when it is something else, and nothing was taken. */
  protected abstract primary(): Test | undefined | 'none';
  /** The code of an option, behind the word `option`. */
  protected abstract option(): number | undefined;
  protected abstract literal(token: ConditionToken): Literal | undefined;

  /** Takes a word or sign, whatever its case. */
  protected accept(text: string): boolean {
    const token = this.tokens.at(this.at);
    if (token === undefined || token.isQuoted || token.text.toLowerCase() !== text) return false;
    this.at++;
    return true;
  }

  protected next(): ConditionToken | undefined {
    return this.tokens.at(this.at++);
  }

  protected word(): string {
    return this.next()?.text ?? '';
  }

  private any(): Test | undefined {
    const tests = [this.all()];
    while (this.accept('or')) tests.push(this.all());
    return combine('any', tests);
  }

  private all(): Test | undefined {
    const tests = [this.one()];
    while (this.accept('and')) tests.push(this.one());
    return combine('all', tests);
  }

  /** Reads what stands inside something else; undefined when that is too deep. */
  private within<Part>(read: () => Part | undefined): Part | undefined {
    if (this.depth >= MAX_DEPTH) return undefined;
    this.depth++;
    const part = read();
    this.depth--;
    return part;
  }

  private one(): Test | undefined {
    return this.within(() => this.simple());
  }

  private simple(): Test | undefined {
    if (this.accept('not')) return negate(this.one());
    if (this.accept('(')) {
      const test = this.any();
      return this.accept(')') ? test : undefined;
    }
    const primary = this.primary();
    return primary === 'none' ? this.equation(this.operand()) : primary;
  }

  /** What follows the operand of an equation. */
  protected equation(operand: Operand | undefined): Test | undefined {
    const isNot = this.accept('!=');
    if (operand === undefined || (!isNot && !this.accept(this.equals))) return undefined;
    const token = this.next();
    const literal = token === undefined ? undefined : this.literal(token);
    const test = literal === undefined ? undefined : equation(operand, literal);
    return isNot ? negate(test) : test;
  }

  private operand(): Operand | undefined {
    if (this.accept('option')) {
      const code = this.option();
      return code === undefined ? undefined : { code, offset: 0, length: undefined };
    }
    if (!this.accept('substring') || !this.accept('(')) return undefined;
    const inner = this.within(() => this.operand());
    const start = this.accept(',') ? wholeNumber(this.word()) : undefined;
    const isRest = this.accept(',') && this.accept('all');
    const length = isRest ? undefined : wholeNumber(this.word());
    if (inner === undefined || start === undefined || (!isRest && length === undefined) || !this.accept(')'))
      return undefined;
    const left = inner.length === undefined ? undefined : Math.max(0, inner.length - start);
    const lengths = [left, length].filter((one) => one !== undefined);
    return {
      code: inner.code,
      offset: inner.offset + start,
      length: lengths.length === 0 ? undefined : Math.min(...lengths),
    };
  }
}

/** Parts of a test; a class may name another one twice, and that one a third: written out, they double each time. */
const MAX_SIZE = 200;

function sizeOf(test: Test): number {
  switch (test.kind) {
    case 'any':
    case 'all': {
      let size = 1;
      for (const each of test.tests) if (size <= MAX_SIZE) size += sizeOf(each);
      return size;
    }
    case 'not':
      return 1 + sizeOf(test.test);
    case 'arch':
    case 'bytes':
    case 'contains':
    case 'mac':
    case 'option':
    case 'tag':
      return 1;
    default:
      return unreachable(test);
  }
}

function wholeNumber(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

function negate(test: Test | undefined): Test | undefined {
  return test === undefined ? undefined : { kind: 'not', test };
}

function combine(kind: 'any' | 'all', tests: readonly (Test | undefined)[]): Test | undefined {
  const found = tests.filter((test) => test !== undefined);
  if (found.length !== tests.length) return undefined;
  return found.length === 1 ? found[0] : { kind, tests: found };
}
