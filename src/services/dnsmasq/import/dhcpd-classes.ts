/** What a dhcpd.conf defines, wherever it stands: options, option spaces and classes. Conditions and pools name them. */
import { parseMac } from '../../../base/address.ts';
import type { Test } from './client-condition.ts';
import { readCondition } from './dhcpd-condition.ts';
import { word, type Statement, type Token } from './dhcpd-syntax.ts';
import { kindOf } from './dhcpd-values.ts';
import type { OptionName } from './option-names.ts';
import type { DnsmasqWriter } from './writer.ts';

export class DhcpdDefinitions {
  readonly options = new Map<string, OptionName>();
  readonly spaces = new Map<string, number>();
  readonly classes = new Map<string, Test>();
  /** What the classes say to their members. */
  readonly classBlocks: { readonly test: Test; readonly block: readonly Statement[] }[] = [];
  private readonly writer: DnsmasqWriter;
  private readonly subclassNames = new Set<string>();

  constructor(writer: DnsmasqWriter, statements: readonly Statement[]) {
    this.writer = writer;
    this.define(statements);
    this.findClasses(statements);
  }

  /** Undefined when it says something that dnsmasq has no words for. */
  condition(tokens: readonly Token[]): Test | undefined {
    return readCondition(tokens, { defined: this.options, spaces: this.spaces });
  }

  /** `option NAME code N = TYPE;`, wherever it stands. */
  private define(statements: readonly Statement[]): void {
    for (const statement of statements) {
      const [head, name = '', code, number, equals, ...type] = statement.tokens.map((token) => token.text);
      if (head === 'option' && code === 'code' && equals === '=') {
        if (type[0] === 'encapsulate') this.spaces.set(type[1] ?? '', Number(number));
        else this.options.set(name, { code: Number(number), kind: kindOf(type.join(' ')) });
      }
      if (statement.block !== undefined) this.define(statement.block);
    }
  }

  private findClasses(statements: readonly Statement[]): void {
    for (const statement of statements) {
      const kind = word(statement, 0);
      const { block } = statement;
      if (kind === 'class' && block !== undefined) this.findClass(statement, block);
      else if (kind === 'subclass') this.subclass(statement);
      else if (block !== undefined && kind !== 'host') this.findClasses(block);
    }
  }

  private findClass(statement: Statement, block: readonly Statement[]): void {
    const name = word(statement, 1);
    const match = block.find((one) => word(one, 0) === 'match');
    if (match !== undefined && word(match, 1) === 'if') {
      const test = this.condition(match.tokens.slice(2));
      if (test === undefined) {
        this.note(match, 'dnsmasq has no such condition: the class is left out');
        return;
      }
      this.classes.set(name, test);
      this.classBlocks.push({ test, block: block.filter((one) => one !== match) });
      return;
    }
    const matchesHardware = match?.tokens.some(({ text }) => text === 'hardware') === true;
    if (!matchesHardware) {
      this.note(statement, 'a class without "match if" is left out');
      return;
    }
    const test: Test = { kind: 'tag', name: this.writer.uniqueTag(name) };
    this.subclassNames.add(name);
    this.classes.set(name, test);
    this.classBlocks.push({ test, block: block.filter((one) => one !== match) });
  }

  /** `subclass "NAME" 1:MAC;` of a class that matches hardware. */
  private subclass(statement: Statement): void {
    const test = this.classes.get(word(statement, 1));
    const mac = parseMac(word(statement, 2).replace(/^1:/, ''));
    if (test?.kind !== 'tag' || mac === undefined || !this.subclassNames.has(word(statement, 1))) {
      this.note(statement, 'only subclasses by Ethernet address are taken over');
      return;
    }
    this.writer.add(`dhcp-mac=set:${test.name},${word(statement, 2).replace(/^1:/, '')}`);
    if (statement.block !== undefined && statement.block.length > 0)
      this.note(statement, 'what the subclass says itself is left out');
  }

  private note(statement: Statement, text: string): void {
    this.writer.note(`line ${statement.line}`, text);
  }
}
