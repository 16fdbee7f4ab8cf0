/** The value of `option NAME VALUE, VALUE;` as bytes, by the option's type. */
import { parseIpv4 } from '../../../base/address.ts';
import { concatBytes, latin1 } from '../../../base/bytes.ts';
import { SyntaxTrouble } from './expression.ts';
import { domainListBytes, integerBytes, ipBytes, type OptionType, type Primitive } from './option-types.ts';
import type { Token } from './statements.ts';

const WIDTHS = { u8: 1, u16: 2, u32: 4 } as const;

/** Throws `SyntaxTrouble`. */
export function literalValue(tokens: readonly Token[], type: OptionType, line: number): Uint8Array {
  if (type.fields.includes('domain')) return domains(tokens, line);
  const parts: Uint8Array[] = [];
  let at = 0;
  for (;;) {
    for (const field of type.fields) parts.push(primitive(tokens[at++], field, line));
    if (at >= tokens.length) return concatBytes(parts);
    if (tokens[at]?.text !== ',' || !type.isList) throw new SyntaxTrouble(line, 'semicolon expected.');
    at++;
  }
}

function domains(tokens: readonly Token[], line: number): Uint8Array {
  const names = tokens.filter((_token, i) => i % 2 === 0);
  const separators = tokens.filter((_token, i) => i % 2 === 1);
  if (names.length === 0 || separators.length !== names.length - 1 || separators.some(({ text }) => text !== ','))
    throw new SyntaxTrouble(line, 'semicolon expected.');
  return domainListBytes(names.map(({ text }) => text));
}

function primitive(token: Token | undefined, field: Primitive, line: number): Uint8Array {
  const text = token?.text ?? '';
  switch (field) {
    case 'text':
      if (token?.isQuoted !== true) throw new SyntaxTrouble(line, 'expecting string.');
      return latin1(text);
    case 'string':
      if (token?.isQuoted === true) return latin1(text);
      if (!/^[0-9a-f]{1,2}(:[0-9a-f]{1,2})*$/i.test(text))
        throw new SyntaxTrouble(line, 'expecting string or hexadecimal data.');
      return Uint8Array.from(text.split(':'), (part) => Number.parseInt(part, 16));
    case 'flag':
      if (/^(true|on)$/i.test(text)) return Uint8Array.of(1);
      if (/^(false|off|ignore)$/i.test(text)) return Uint8Array.of(0);
      throw new SyntaxTrouble(line, 'expecting boolean.');
    case 'ip': {
      const address = parseIpv4(text);
      if (address === undefined)
        throw new SyntaxTrouble(line, `${text}: the lab resolves no names here: write the address`);
      return ipBytes(address);
    }
    case 'u8':
    case 'u16':
    case 'u32': {
      if (!/^(-?\d+|0x[0-9a-f]+)$/i.test(text)) throw new SyntaxTrouble(line, 'expecting numeric value.');
      return integerBytes(Number(text), WIDTHS[field]);
    }
    case 'domain':
      return domainListBytes([text]);
  }
}
