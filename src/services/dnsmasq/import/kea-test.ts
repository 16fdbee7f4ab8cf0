/** Tests of Kea's client classes in their usual forms: comparisons of options, exists, member, and, or, not. */
import { comparison, OPTION_NAMES, type OptionName, type Test } from './writer.ts';

export interface KeaNames {
  readonly classes: ReadonlyMap<string, Test>;
  readonly defined: ReadonlyMap<string, OptionName>;
}

interface Operand {
  readonly code: number;
  readonly offset: number;
}

class Reader {
  private readonly tokens: readonly string[];
  private readonly names: KeaNames;
  private at = 0;

  constructor(text: string, names: KeaNames) {
    this.tokens = text.match(/'[^']*'|==|!=|0x[0-9a-f]+|[\w-]+|[()[\].,*]|\S/gi) ?? [];
    this.names = names;
  }

  whole(): Test | undefined {
    const test = this.any();
    return this.at === this.tokens.length ? test : undefined;
  }

  private take(text: string): boolean {
    if (this.tokens.at(this.at)?.toLowerCase() !== text) return false;
    this.at++;
    return true;
  }

  private next(): string {
    return this.tokens.at(this.at++) ?? '';
  }

  private any(): Test | undefined {
    const tests: (Test | undefined)[] = [this.all()];
    while (this.take('or')) tests.push(this.all());
    return combine('any', tests);
  }

  private all(): Test | undefined {
    const tests: (Test | undefined)[] = [this.one()];
    while (this.take('and')) tests.push(this.one());
    return combine('all', tests);
  }

  private one(): Test | undefined {
    if (this.take('not')) {
      const test = this.one();
      return test === undefined ? undefined : { kind: 'not', test };
    }
    if (this.take('(')) {
      const test = this.any();
      return this.take(')') ? test : undefined;
    }
    if (this.take('member')) {
      const name = this.take('(') ? unquote(this.next()) : undefined;
      if (name === undefined || !this.take(')')) return undefined;
      if (name === 'KNOWN') return { kind: 'tag', name: 'known' };
      if (name === 'UNKNOWN') return { kind: 'not', test: { kind: 'tag', name: 'known' } };
      return this.names.classes.get(name);
    }
    const operand = this.operand();
    if (operand === undefined) return undefined;
    if (operand === 'exists') return this.existing;
    const isNot = this.take('!=');
    if (!isNot && !this.take('==')) return undefined;
    const test = this.literal(operand);
    return test === undefined || !isNot ? test : { kind: 'not', test };
  }

  private existing: Test | undefined;

  private operand(): Operand | 'exists' | undefined {
    if (this.take('substring')) {
      if (!this.take('(')) return undefined;
      const inner = this.operand();
      const offset = this.take(',') ? Number(this.next()) : Number.NaN;
      const length = this.take(',') ? this.next() : '';
      const isWhole = /^\d+$/.test(length) || length === 'all';
      if (inner === undefined || inner === 'exists' || !Number.isInteger(offset) || !isWhole || !this.take(')'))
        return undefined;
      return { code: inner.code, offset: inner.offset + offset };
    }
    if (!this.take('option') || !this.take('[')) return undefined;
    const name = unquote(this.next()) ?? '';
    const code = /^\d+$/.test(name) ? Number(name) : (this.names.defined.get(name) ?? OPTION_NAMES.get(name))?.code;
    if (code === undefined || !this.take(']') || !this.take('.')) return undefined;
    if (this.take('exists')) {
      this.existing = { kind: 'option', code, value: undefined };
      return 'exists';
    }
    return this.take('hex') || this.take('text') ? { code, offset: 0 } : undefined;
  }

  private literal({ code, offset }: Operand): Test | undefined {
    const token = this.next();
    if (token.startsWith("'")) return comparison(code, offset, { text: unquote(token) ?? '' });
    const hex = /^0x([0-9a-f]+)$/i.exec(token)?.[1];
    if (hex === undefined) return undefined;
    const whole = hex.length % 2 === 0 ? hex : `0${hex}`;
    return comparison(code, offset, { hex: whole.replace(/..(?=.)/g, '$&:') });
  }
}

function unquote(token: string): string | undefined {
  return token === '' ? undefined : token.replace(/^'|'$/g, '');
}

function combine(kind: 'any' | 'all', tests: readonly (Test | undefined)[]): Test | undefined {
  const found = tests.filter((test) => test !== undefined);
  if (found.length !== tests.length) return undefined;
  return found.length === 1 ? found[0] : { kind, tests: found };
}

/** Undefined when it says something that dnsmasq has no words for. */
export function readKeaTest(text: string, names: KeaNames): Test | undefined {
  return new Reader(text, names).whole();
}
