/** The options that a dhcpd.conf may name: the standard ones, and those that it defines. */
import {
  AGENT_SPACE,
  DHCP_SPACE,
  STANDARD_OPTIONS,
  type OptionDefinition,
  type OptionType,
  type Primitive,
} from './option-types.ts';
import { SyntaxTrouble } from './expression.ts';
import { word, type Statement } from './statements.ts';

export class OptionSpaces {
  readonly encapsulated = new Map<string, OptionDefinition>();
  private readonly defined = new Map<string, OptionDefinition>();
  private readonly spaces = new Set<string>([DHCP_SPACE, AGENT_SPACE]);

  /** `routers`, `gpxe.priority`, `option-150`. */
  find(name: string): OptionDefinition | undefined {
    const plain = name.startsWith(`${DHCP_SPACE}.`) ? name.slice(DHCP_SPACE.length + 1) : name;
    const known = this.defined.get(plain) ?? STANDARD_OPTIONS.get(plain);
    if (known !== undefined) return known;
    const numbered = /^(?:([^.]+)\.)?(?:option-|unknown-)(\d+)$/.exec(plain);
    const space = numbered?.[1] ?? DHCP_SPACE;
    if (numbered === null || !this.spaces.has(space)) return undefined;
    return { space, code: Number(numbered[2]), type: { fields: ['string'], isList: false } };
  }

  /** Takes `option space X;` and `option NAME code N = TYPE;`; false for a statement that sets an option. */
  define(statement: Statement, isAtRoot: boolean): boolean {
    const { line } = statement;
    const name = word(statement, 1);
    if (name === 'space' && word(statement, 2) !== '=') {
      if (!isAtRoot) throw new SyntaxTrouble(line, 'option space definitions may not be scoped.');
      this.spaces.add(word(statement, 2));
      return true;
    }
    if (word(statement, 2) !== 'code') return false;
    const code = Number(word(statement, 3));
    if (!isAtRoot) throw new SyntaxTrouble(line, 'option definitions may not be scoped.');
    if (!Number.isInteger(code) || word(statement, 4) !== '=')
      throw new SyntaxTrouble(line, 'expecting "code" keyword.');
    const dot = name.indexOf('.');
    const space = dot < 0 ? DHCP_SPACE : name.slice(0, dot);
    if (!this.spaces.has(space)) throw new SyntaxTrouble(line, `no option space named ${space}.`);
    const words = statement.tokens.slice(5).map(({ text }) => text);
    const definition = { space, code, type: this.type(words, line) };
    this.defined.set(name, definition);
    const { encapsulates } = definition.type;
    if (encapsulates !== undefined) this.encapsulated.set(encapsulates, definition);
    return true;
  }

  private type(words: string[], line: number): OptionType {
    if (words[0] === 'encapsulate') return { fields: ['string'], isList: false, encapsulates: words[1] ?? '' };
    const isList = words[0] === 'array' && words[1] === 'of';
    const rest = isList ? words.slice(2) : words;
    if (rest[0] !== '{') return { fields: [primitiveOf(rest, line)], isList: isList || rest[0] === 'domain-list' };
    const inner = rest.slice(1, -1).join(' ').split(' , ');
    return { fields: inner.map((field) => primitiveOf(field.split(' '), line)), isList };
  }
}

function primitiveOf(words: readonly string[], line: number): Primitive {
  const at = words[0] === 'signed' || words[0] === 'unsigned' ? 1 : 0;
  if (words[at] === 'integer') {
    const width = words[at + 1];
    return width === '8' ? 'u8' : width === '16' ? 'u16' : 'u32';
  }
  const [type = ''] = words;
  switch (type) {
    case 'boolean':
      return 'flag';
    case 'ip-address':
      return 'ip';
    case 'text':
      return 'text';
    case 'string':
      return 'string';
    case 'domain-list':
      return 'domain';
    default:
      throw new SyntaxTrouble(line, `unknown data type ${type}`);
  }
}
