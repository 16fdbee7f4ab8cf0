/** Conditions of dhcpd.conf (dhcp-eval(5)) in their usual forms: equations of client options, and, or, not, exists. */
import type { Literal, Test } from './client-condition.ts';
import { ConditionReader, type ConditionToken } from './condition-reader.ts';
import { OPTION_NAMES, type OptionName } from './option-names.ts';

export interface ConditionNames {
  /** Options that the file defines itself: `arch` -> 93. */
  readonly defined: ReadonlyMap<string, OptionName>;
  /** Option spaces put into an option: `ipxe` -> 175. */
  readonly spaces: ReadonlyMap<string, number>;
}

class DhcpdCondition extends ConditionReader {
  private readonly names: ConditionNames;

  constructor(tokens: readonly ConditionToken[], names: ConditionNames) {
    super(tokens, '=');
    this.names = names;
  }

  protected primary(): Test | undefined | 'none' {
    if (this.take('known')) return { kind: 'tag', name: 'known' };
    if (!this.take('exists')) return 'none';
    this.take('option');
    const code = this.option();
    return code === undefined ? undefined : { kind: 'option', code };
  }

  /** A setting of an encapsulated space stands for the option that carries the space. */
  protected option(): number | undefined {
    const name = this.word();
    const own = this.names.defined.get(name) ?? OPTION_NAMES.get(name);
    if (own !== undefined) return own.code;
    const space = name.includes('.') ? name.slice(0, name.indexOf('.')) : '';
    // gPXE and iPXE put their settings into option 175.
    return this.names.spaces.get(space) ?? (space === 'gpxe' || space === 'ipxe' ? 175 : undefined);
  }

  protected literal({ text, isQuoted }: ConditionToken): Literal | undefined {
    if (isQuoted) return { text };
    if (/^\d+$/.test(text)) return { number: Number(text) };
    if (!/^[0-9a-f]{1,2}(:[0-9a-f]{1,2})+$/i.test(text)) return undefined;
    return { bytes: Uint8Array.from(text.split(':'), (part) => Number.parseInt(part, 16)) };
  }
}

/** Undefined when it says something that dnsmasq has no words for. */
export function readCondition(tokens: readonly ConditionToken[], names: ConditionNames): Test | undefined {
  return new DhcpdCondition(tokens, names).read();
}
