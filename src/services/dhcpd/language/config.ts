/** Reads a dhcpd.conf (dhcpd.conf(5)) into a model, and refuses what dhcpd refuses. */
import { parseIpv4, parseMac, type Ipv4Address } from '../../../base/address.ts';
import { concatBytes, toHex } from '../../../base/bytes.ts';
import type { Message } from '../../../base/sentence.ts';
import { dhcpdMessage } from '../messages.ts';
import { ipBytes } from './option-types.ts';
import { ExpressionReader, SyntaxTrouble, type DataExpression } from './expression.ts';
import type {
  ClientClass,
  ConfigProblem,
  IgnoredLine,
  DhcpdConfig,
  Host,
  Permit,
  Pool,
  Scope,
  SharedNetwork,
  Subnet,
} from './model.ts';
import { OptionSpaces } from './option-spaces.ts';
import { readExecutable, type StatementContext } from './executables.ts';
import { parseStatements, word, type Statement } from './statements.ts';
import { literalValue } from './values.ts';

/** Files that include each other without end. */
const MAX_INCLUDES = 50;

export type ReadFile = (path: string) => string | undefined;

/** Where a declaration stands. */
interface Place {
  readonly scope: Scope;
  readonly network?: SharedNetwork;
  readonly subnet?: Subnet;
  readonly pool?: Pool;
}

class ConfigReader implements StatementContext {
  readonly spaces = new OptionSpaces();
  readonly problems: ConfigProblem[] = [];
  readonly ignored: IgnoredLine[] = [];
  readonly networks: SharedNetwork[] = [];
  readonly hosts: Host[] = [];
  readonly classes: ClientClass[] = [];
  readonly root: Scope = { around: undefined, statements: [], isAuthoritative: false };
  private readonly readFile: ReadFile;
  private file: string;
  private includes = 0;

  constructor(file: string, readFile: ReadFile) {
    this.file = file;
    this.readFile = readFile;
  }

  read(text: string, place: Place): void {
    const { statements, wrongLines } = parseStatements(text);
    for (const line of wrongLines) this.problem(line, 'semicolon expected.');
    this.declarations(statements, place);
  }

  problem(line: number, message: string): void {
    this.problems.push({ file: this.file, line, message });
  }

  ignore(line: number, message: Message): void {
    this.ignored.push({ file: this.file, line, message });
  }

  private declarations(statements: readonly Statement[], place: Place): void {
    for (const [index, statement] of statements.entries()) {
      try {
        this.declaration(statement, place, statements, index);
      } catch (error) {
        if (!(error instanceof SyntaxTrouble)) throw error;
        this.problem(error.line, error.message);
      }
    }
  }

  private declaration(statement: Statement, place: Place, all: readonly Statement[], index: number): void {
    const kind = word(statement, 0).toLowerCase();
    const { line, block } = statement;
    const inner = (): Scope => this.scopeIn(place.scope);
    switch (kind) {
      case 'include':
        return this.include(statement, place);
      case 'authoritative':
        place.scope.isAuthoritative = true;
        return;
      case 'not':
        place.scope.isAuthoritative = false;
        return;
      case 'shared-network': {
        const network: SharedNetwork = { scope: inner(), subnets: [], pools: [] };
        this.networks.push(network);
        return this.declarations(block ?? [], { scope: network.scope, network });
      }
      case 'subnet':
        return this.subnet(statement, place);
      case 'group':
        return this.declarations(block ?? [], { ...place, scope: inner() });
      case 'pool':
        return this.pool(statement, place);
      case 'range':
        return this.range(statement, place);
      case 'host':
        return this.host(statement, place);
      case 'class':
      case 'user-class':
      case 'vendor-class':
        return this.clientClass(statement, place);
      case 'subclass':
        return this.subclass(statement);
      case 'allow':
      case 'deny':
      case 'ignore':
        if (place.pool !== undefined && this.permit(statement, place.pool)) return;
        break;
      case 'option':
        if (this.spaces.define(statement, place.scope === this.root)) return;
        break;
      case 'server-identifier': {
        const option = this.spaces.find('dhcp-server-identifier');
        if (option === undefined) return;
        const bytes = literalValue(statement.tokens.slice(1), option.type, line);
        place.scope.statements.push({
          kind: 'option',
          how: 'supersede',
          option,
          value: { kind: 'bytes', bytes },
          line,
        });
        return;
      }
      case 'failover':
      case 'key':
      case 'zone':
      case 'omapi-key':
        this.ignore(line, dhcpdMessage('dhcpd.ignored', { what: kind }));
        return;
      case 'lease':
      case 'dynamic-dns':
        throw new SyntaxTrouble(line, 'expecting a parameter or declaration');
    }
    const executable = readExecutable(statement, this, all, index);
    if (executable !== undefined) place.scope.statements.push(executable);
  }

  private scopeIn(around: Scope): Scope {
    return { around, statements: [], isAuthoritative: around.isAuthoritative };
  }

  private include(statement: Statement, place: Place): void {
    const path = word(statement, 1);
    const text = this.includes < MAX_INCLUDES ? this.readFile(path) : undefined;
    this.includes++;
    if (text === undefined) throw new SyntaxTrouble(statement.line, `Can't open ${path}: No such file or directory`);
    const outer = this.file;
    this.file = path;
    this.read(text, place);
    this.file = outer;
  }

  private subnet(statement: Statement, place: Place): void {
    const address = parseIpv4(word(statement, 1));
    const mask = parseIpv4(word(statement, 3));
    if (address === undefined || mask === undefined || word(statement, 2) !== 'netmask')
      throw new SyntaxTrouble(statement.line, 'expecting an IP address and a netmask');
    if ((address & ~mask) >>> 0 !== 0)
      throw new SyntaxTrouble(
        statement.line,
        `subnet ${word(statement, 1)} netmask ${word(statement, 3)}: bad subnet number/mask combination.`,
      );
    const scope = this.scopeIn(place.scope);
    // A subnet by itself is a network of its own, with the same statements.
    const network: SharedNetwork = place.network ?? { scope, subnets: [], pools: [] };
    if (place.network === undefined) this.networks.push(network);
    const subnet: Subnet = { address, mask, scope, network };
    network.subnets.push(subnet);
    this.declarations(statement.block ?? [], { scope, network, subnet });
  }

  private pool(statement: Statement, place: Place): void {
    const { network } = place;
    if (network === undefined) throw new SyntaxTrouble(statement.line, 'pool declared outside of network');
    const pool: Pool = { scope: this.scopeIn(place.scope), ranges: [], allow: [], deny: [] };
    this.declarations(statement.block ?? [], { ...place, scope: pool.scope, pool });
    // Pools for the same clients without statements of their own are one.
    const same = network.pools.find(
      (known) => known !== place.pool && known.scope.statements.length === 0 && isSameFor(known, pool),
    );
    if (same !== undefined && pool.scope.statements.length === 0) same.ranges.push(...pool.ranges);
    else network.pools.push(pool);
  }

  private range(statement: Statement, place: Place): void {
    const { network, subnet } = place;
    const words = statement.tokens.slice(1).map(({ text }) => text);
    const bootp = words[0] === 'dynamic-bootp';
    if (bootp) words.shift();
    const start = parseIpv4(words[0] ?? '');
    const end = parseIpv4(words[1] ?? words[0] ?? '');
    if (network === undefined || start === undefined || end === undefined)
      throw new SyntaxTrouble(statement.line, 'range declaration not allowed here.');
    const subnets = subnet === undefined ? network.subnets : [subnet];
    const holds = (one: Subnet, address: Ipv4Address): boolean => ((address ^ one.address) & one.mask) === 0;
    if (!subnets.some((one) => holds(one, start) && holds(one, end)))
      throw new SyntaxTrouble(
        statement.line,
        `Address range ${words[0] ?? ''} to ${words[1] ?? words[0] ?? ''} not on net ${subnet === undefined ? '' : toDotted(subnet)}!`,
      );
    const range = start <= end ? { start, end } : { start: end, end: start };
    if (place.pool !== undefined) {
      place.pool.ranges.push(range);
      return;
    }
    // Ranges outside of pools are in a pool of the network, which BOOTP clients use when the range says so.
    const allow: Permit[] = bootp ? [{ kind: 'all' }] : [];
    const deny: Permit[] = bootp ? [] : [{ kind: 'bootp' }];
    const own: Pool = { scope: this.scopeIn(network.scope), ranges: [range], allow, deny };
    const [first] = network.pools;
    const hasSame = network.pools.some((known) => isSameFor(known, own));
    // Where there is such a pool already, dhcpd 4.4.3 takes the first of the network, whichever that is.
    if (first !== undefined && hasSame) first.ranges.push(range);
    else network.pools.push(own);
  }

  /** Whether the statement is about who may use the pool. */
  private permit(statement: Statement, pool: Pool): boolean {
    const words = statement.tokens.slice(1).map(({ text }) => text.toLowerCase());
    const list = word(statement, 0).toLowerCase() === 'allow' ? pool.allow : pool.deny;
    const text = words.join(' ');
    const permit = permitOf(text, statement);
    if (permit === undefined) {
      if (text.startsWith('after'))
        this.ignore(
          statement.line,
          dhcpdMessage('dhcpd.ignored', { what: `${word(statement, 0).toLowerCase()} after` }),
        );
      return text.startsWith('after');
    }
    list.push(permit);
    return true;
  }

  private host(statement: Statement, place: Place): void {
    const host: Host = {
      name: word(statement, 1),
      scope: this.scopeIn(place.scope),
      hardware: undefined,
      clientId: undefined,
      identifier: undefined,
      fixedAddresses: [],
    };
    const block = statement.block ?? [];
    const rest = block.filter((one) => !this.identifies(one, host));
    if (this.hosts.some(({ name }) => name === host.name))
      throw new SyntaxTrouble(statement.line, `host ${host.name}: already exists`);
    this.hosts.push(host);
    this.declarations(rest, { scope: host.scope });
  }

  /** The statements of a host that say which client it is, and its address. */
  private identifies(statement: Statement, host: Host): boolean {
    const { tokens, line } = statement;
    const [kind, name] = [word(statement, 0).toLowerCase(), word(statement, 1)];
    if (kind === 'hardware') {
      const mac = parseMac(word(statement, 2));
      if (name === 'ethernet' && mac !== undefined)
        host.hardware = concatBytes([Uint8Array.of(1), macBytes(word(statement, 2))]);
      else if (name === 'ethernet') this.problem(line, 'expecting hexadecimal number.');
      else this.ignore(line, dhcpdMessage('dhcpd.ignored', { what: `hardware ${name}` }));
      return true;
    }
    if (kind === 'fixed-address') {
      const addresses = tokens.slice(1).filter(({ text }) => text !== ',');
      const parsed = addresses.map(({ text }) => parseIpv4(text));
      host.fixedAddresses = parsed.filter((address) => address !== undefined);
      if (parsed.includes(undefined)) this.ignore(line, dhcpdMessage('dhcpd.no-names'));
      return true;
    }
    const option = name === 'dhcp-client-identifier' ? this.spaces.find(name) : undefined;
    if (kind === 'option' && option !== undefined && word(statement, 2) !== '=') {
      host.clientId = literalValue(tokens.slice(2), option.type, line);
      // It is an option for the client too.
      return false;
    }
    if (kind !== 'host-identifier') return false;
    const identifying = this.spaces.find(word(statement, 2));
    if (identifying === undefined) this.problem(line, `unknown option ${word(statement, 2)}`);
    else host.identifier = { option: identifying, value: literalValue(tokens.slice(3), identifying.type, line) };
    return true;
  }

  private clientClass(statement: Statement, place: Place): void {
    const name = word(statement, 1);
    let known = this.classes.find((one) => one.name === name);
    if (known === undefined) {
      const scope = this.scopeIn(place.scope);
      known = { name, scope, matchIf: undefined, match: undefined, subclasses: new Map() };
      this.classes.push(known);
    }
    const rest: Statement[] = [];
    for (const one of statement.block ?? []) {
      const kind = word(one, 0).toLowerCase();
      if (kind === 'match' && word(one, 1).toLowerCase() === 'if') known.matchIf = this.reader(one, 2).condition();
      else if (kind === 'match') known.match = this.data(one, 1);
      else if (kind === 'spawn') {
        // A class for each value: every client that has the value is in one.
        const found = this.data(one, 2);
        known.matchIf = { kind: 'not-equal', left: { kind: 'concat', parts: [found] }, right: { kind: 'null' } };
      } else if (kind === 'lease' && word(one, 1) === 'limit')
        this.ignore(one.line, dhcpdMessage('dhcpd.ignored', { what: 'lease limit' }));
      else rest.push(one);
    }
    this.declarations(rest, { scope: known.scope });
  }

  private subclass(statement: Statement): void {
    const known = this.classes.find(({ name }) => name === word(statement, 1));
    if (known === undefined) throw new SyntaxTrouble(statement.line, `no such class: ${word(statement, 1)}`);
    const value = this.data(statement, 2);
    if (value.kind !== 'bytes') throw new SyntaxTrouble(statement.line, 'expecting string or hexadecimal data.');
    const key = toHex(value.bytes);
    const scope = known.subclasses.get(key) ?? this.scopeIn(known.scope);
    known.subclasses.set(key, scope);
    this.declarations(statement.block ?? [], { scope });
  }

  reader(statement: Statement, from: number): ExpressionReader {
    return new ExpressionReader(statement.tokens, (name) => this.spaces.find(name), from);
  }

  data(statement: Statement, from: number): DataExpression {
    const reader = this.reader(statement, from);
    const value = reader.data();
    if (!reader.isAtEnd) throw new SyntaxTrouble(statement.line, 'semicolon expected.');
    return value;
  }
}

function isSameFor(a: Pool, b: Pool): boolean {
  return JSON.stringify([a.allow, a.deny]) === JSON.stringify([b.allow, b.deny]);
}

function permitOf(text: string, statement: Statement): Permit | undefined {
  const last = statement.tokens.at(-1)?.text ?? '';
  if (/^members of$/.test(text.split(' ').slice(0, 2).join(' '))) return { kind: 'class', name: last };
  if (/^unknown[- ]clients$/.test(text)) return { kind: 'unknown' };
  if (/^known[- ]clients$/.test(text)) return { kind: 'known' };
  if (text === 'all clients') return { kind: 'all' };
  if (text === 'dynamic bootp clients') return { kind: 'bootp' };
  return text === 'authenticated clients' ? { kind: 'authenticated' } : undefined;
}

function toDotted({ address, mask }: Subnet): string {
  return `${ipBytes(address).join('.')} netmask ${ipBytes(mask).join('.')}`;
}

function macBytes(text: string): Uint8Array {
  return Uint8Array.from(text.split(/[:-]/), (part) => Number.parseInt(part, 16));
}

/** `readFile` gives the texts of included files. */
export function readDhcpdConfig(text: string, file: string, readFile: ReadFile): DhcpdConfig {
  const reader = new ConfigReader(file, readFile);
  reader.read(text, { scope: reader.root });
  const { root, networks, hosts, classes, problems, ignored } = reader;
  return { root, networks, hosts, classes, problems, ignored, encapsulated: reader.spaces.encapsulated };
}
