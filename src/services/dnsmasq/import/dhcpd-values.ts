/** Types and values of the options of a dhcpd.conf, in dnsmasq's notation. */
import { parseIpv4 } from '../../../base/address.ts';
import { itemAt } from '../../../base/list.ts';
import type { Token } from './dhcpd-syntax.ts';
import { field, quoted } from './notation.ts';
import type { OptionKind, OptionName } from './option-names.ts';

/** `option-150` of files that give numbers for names. */
export function numbered(name: string): OptionName | undefined {
  const code = /^option-(\d+)$/.exec(name)?.[1];
  return code === undefined ? undefined : { code: Number(code), kind: 'text' };
}

/** The kind of an option's type, as `option NAME code N = TYPE` gives it. */
export function kindOf(type: string): OptionKind {
  if (type.includes('ip-address')) return 'ips';
  if (type.includes('integer 8')) return 'u8';
  if (type.includes('integer 16')) return 'u16';
  if (type.includes('integer 32')) return 'u32';
  if (type === 'boolean' || type === 'flag') return 'flag';
  return type === 'string' ? 'hex' : 'text';
}

/** Undefined for an expression, or a name, that dnsmasq does not take. */
export function optionValue(tokens: readonly Token[], kind: OptionKind, code: number): string | undefined {
  const values = tokens.filter(({ text, isQuoted }) => isQuoted || text !== ',');
  const texts = values.map(({ text }) => text);
  if (values.length === 0) return undefined;
  switch (kind) {
    case 'ips':
      return texts.every((text) => parseIpv4(text) !== undefined) ? texts.join(',') : undefined;
    case 'u8':
    case 'u16':
    case 'u32': {
      const numbers = texts.map(Number);
      if (numbers.length !== 1 || !Number.isInteger(numbers[0])) return undefined;
      return `${numbers[0]}${kind === 'u8' ? 'b' : kind === 'u16' ? 's' : 'i'}`;
    }
    case 'flag':
      return texts[0] === 'true' || texts[0] === 'on' ? '1b' : '0b';
    case 'hex':
    case 'text':
      if (values.every(({ isQuoted }) => isQuoted))
        return code === 119 ? texts.map(field).join(',') : quoted(texts.join(','));
      if (texts.length === 1 && /^[0-9a-f]{1,2}(:[0-9a-f]{1,2})+$/i.test(itemAt(texts, 0))) return texts[0];
      return texts.length === 1 && kind === 'text' && !/^(concat|pick|option|substring)/.test(itemAt(texts, 0))
        ? quoted(itemAt(texts, 0))
        : undefined;
  }
}
