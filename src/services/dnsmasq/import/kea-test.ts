/** Tests of Kea's client classes in their usual forms: equations of options, exists, member, and, or, not. */
import { fromHex } from '../../../base/bytes.ts';
import type { Literal, Test } from './client-condition.ts';
import { ConditionReader, type ConditionToken } from './condition-reader.ts';

export interface KeaNames {
  readonly classes: ReadonlyMap<string, Test>;
  /** The number of an option, standard or of the configuration's own. */
  readonly codeOf: (name: string) => number | undefined;
}

const TOKEN = /'(?<quoted>[^']*)'|==|!=|0x[0-9a-f]+|[\w-]+|[()[\].,*]|\S/gi;

function tokenize(text: string): readonly ConditionToken[] {
  return [...text.matchAll(TOKEN)].map(([whole, quoted]) =>
    quoted === undefined ? { text: whole, isQuoted: false } : { text: quoted, isQuoted: true },
  );
}

class KeaTest extends ConditionReader {
  private readonly names: KeaNames;

  constructor(text: string, names: KeaNames) {
    super(tokenize(text), '==');
    this.names = names;
  }

  protected primary(): Test | undefined | 'none' {
    if (this.accept('member')) return this.member();
    if (!this.accept('option')) return 'none';
    const code = this.bracketed();
    if (code === undefined || !this.accept('.')) return undefined;
    if (this.accept('exists')) return { kind: 'option', code };
    return this.acceptForm() ? this.equation({ code, offset: 0, length: undefined }) : undefined;
  }

  protected option(): number | undefined {
    const code = this.bracketed();
    return this.accept('.') && this.acceptForm() ? code : undefined;
  }

  protected literal({ text, isQuoted }: ConditionToken): Literal | undefined {
    if (isQuoted) return { text };
    const hex = /^0x([0-9a-f]+)$/i.exec(text)?.[1];
    const bytes = hex === undefined ? undefined : fromHex(hex.length % 2 === 0 ? hex : `0${hex}`);
    return bytes === undefined ? undefined : { bytes };
  }

  private member(): Test | undefined {
    if (!this.accept('(')) return undefined;
    const name = this.word();
    if (!this.accept(')')) return undefined;
    if (name === 'KNOWN') return { kind: 'tag', name: 'known' };
    if (name === 'UNKNOWN') return { kind: 'not', test: { kind: 'tag', name: 'known' } };
    return this.names.classes.get(name);
  }

  private bracketed(): number | undefined {
    if (!this.accept('[')) return undefined;
    const name = this.word();
    if (!this.accept(']')) return undefined;
    return /^\d+$/.test(name) ? Number(name) : this.names.codeOf(name);
  }

  private acceptForm(): boolean {
    return this.accept('hex') || this.accept('text');
  }
}

/** Undefined when it says something that dnsmasq has no words for. */
export function readKeaTest(text: string, names: KeaNames): Test | undefined {
  return new KeaTest(text, names).read();
}
