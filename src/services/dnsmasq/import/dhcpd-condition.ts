/** Conditions of dhcpd.conf (dhcp-eval(5)) in their usual forms: comparisons of client options, and, or, not, exists. */
import type { Token } from './dhcpd-syntax.ts';
import { comparison, OPTION_NAMES, type OptionName, type Test } from './writer.ts';

export interface ConditionNames {
  /** Options that the file defines itself: `arch` -> 93. */
  readonly defined: ReadonlyMap<string, OptionName>;
  /** Classes, by name. */
  readonly classes: ReadonlyMap<string, Test>;
  /** Option spaces put into an option: `ipxe` -> 175. */
  readonly spaces: ReadonlyMap<string, number>;
}

interface Operand {
  readonly code: number;
  readonly offset: number;
}

class Reader {
  private readonly tokens: readonly Token[];
  private readonly names: ConditionNames;
  private at = 0;

  constructor(tokens: readonly Token[], names: ConditionNames) {
    this.tokens = tokens;
    this.names = names;
  }

  whole(): Test | undefined {
    const test = this.any();
    return this.at === this.tokens.length ? test : undefined;
  }

  private peek(): string | undefined {
    const token = this.tokens.at(this.at);
    return token === undefined || token.isQuoted ? undefined : token.text.toLowerCase();
  }

  private take(text: string): boolean {
    if (this.peek() !== text) return false;
    this.at++;
    return true;
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
    if (this.take('known')) return { kind: 'tag', name: 'known' };
    if (this.take('exists')) {
      this.take('option');
      const name = this.word();
      const code = this.codeOf(name);
      return code === undefined ? undefined : { kind: 'option', code, value: undefined };
    }
    const operand = this.operand();
    const isNot = this.take('!=');
    if (operand === undefined || (!isNot && !this.take('='))) return undefined;
    const test = this.literal(operand);
    return test === undefined || !isNot ? test : { kind: 'not', test };
  }

  private operand(): Operand | undefined {
    if (this.take('option')) {
      const code = this.codeOf(this.word());
      return code === undefined ? undefined : { code, offset: 0 };
    }
    if (!this.take('substring') || !this.take('(')) return undefined;
    const inner = this.operand();
    const offset = this.take(',') ? Number(this.word()) : Number.NaN;
    const length = this.take(',') ? Number(this.word()) : Number.NaN;
    if (inner === undefined || !Number.isInteger(offset) || !Number.isInteger(length) || !this.take(')'))
      return undefined;
    return { code: inner.code, offset: inner.offset + offset };
  }

  private literal({ code, offset }: Operand): Test | undefined {
    const token = this.tokens.at(this.at++);
    if (token === undefined) return undefined;
    if (token.isQuoted) return comparison(code, offset, { text: token.text });
    if (/^[0-9a-f]{1,2}(:[0-9a-f]{1,2})+$/i.test(token.text)) return comparison(code, offset, { hex: token.text });
    return /^\d+$/.test(token.text) ? comparison(code, offset, { number: Number(token.text) }) : undefined;
  }

  private word(): string {
    return this.tokens.at(this.at++)?.text ?? '';
  }

  /** A setting of an encapsulated space stands for the option that carries the space. */
  private codeOf(name: string): number | undefined {
    const own = this.names.defined.get(name) ?? OPTION_NAMES.get(name);
    if (own !== undefined) return own.code;
    const space = name.includes('.') ? name.slice(0, name.indexOf('.')) : '';
    // gPXE and iPXE put their settings into option 175.
    return this.names.spaces.get(space) ?? (space === 'gpxe' || space === 'ipxe' ? 175 : undefined);
  }
}

function combine(kind: 'any' | 'all', tests: readonly (Test | undefined)[]): Test | undefined {
  const found = tests.filter((test) => test !== undefined);
  if (found.length !== tests.length) return undefined;
  return found.length === 1 ? found[0] : { kind, tests: found };
}

/** Undefined when it says something that dnsmasq has no words for. */
export function readCondition(tokens: readonly Token[], names: ConditionNames): Test | undefined {
  return new Reader(tokens, names).whole();
}
