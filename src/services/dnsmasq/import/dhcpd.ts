/** Takes a dhcpd.conf of ISC's server over into dnsmasq's language, as far as that has words for it. */
import { formatIpv4, parseIpv4, parseMac, sameSubnet, type Ipv4Address } from '../../../base/address.ts';
import { ALWAYS, both, type Test } from './client-condition.ts';
import { DhcpdDefinitions } from './dhcpd-classes.ts';
import { parseStatements, word, type Statement } from './dhcpd-syntax.ts';
import { numbered, optionValue } from './dhcpd-values.ts';
import { leaseText } from './notation.ts';
import { OPTION_NAMES } from './option-names.ts';
import { DnsmasqWriter, type Boot, type ImportResult } from './writer.ts';

/** dhcpd's own default. */
const DEFAULT_LEASE_S = 43_200;

/** About DNS updates, logging, BOOTP and leases: nothing that a booting client sees. */
const WITHOUT_EFFECT = new Set([
  'ddns-update-style',
  'ddns-updates',
  'ddns-domainname',
  'ddns-rev-domainname',
  'update-static-leases',
  'update-optimization',
  'log-facility',
  'lease-file-name',
  'pid-file-name',
  'one-lease-per-client',
  'get-lease-hostnames',
  'omapi-port',
  'omapi-key',
  'max-lease-time',
  'min-lease-time',
  'min-secs',
  'ping-timeout',
  'use-host-decl-names',
  'local-address',
  'stash-agent-options',
  'server-identifier',
  'option-definition',
  'update-conflict-detection',
  'dynamic-bootp-lease-length',
  'infinite-is-reserved',
  'boot-unknown-clients',
]);

interface Scope {
  readonly test: Test;
  readonly boot: Boot;
  readonly leaseS: number;
  readonly subnet?: { readonly address: Ipv4Address; readonly mask: Ipv4Address };
  /** What a range says before its addresses. */
  readonly rangeTags: readonly string[];
  /** The subnet's tag. */
  readonly rangeTag?: string;
  /** The tag that its ranges set, when it is a pool's own. */
  readonly poolTag?: string;
  readonly useNames: boolean;
  /** Tags of the groups around. */
  readonly groupTags?: readonly string[];
}

interface Subnet {
  readonly address: Ipv4Address;
  readonly mask: Ipv4Address;
  readonly line: number;
  readonly leaseS: number;
  readonly tag: string;
  ranges: number;
}

class Importer {
  private readonly writer = new DnsmasqWriter('a dhcpd.conf');
  private readonly statements: readonly Statement[];
  private readonly definitions: DhcpdDefinitions;
  private onlySubnetBoot: Boot = {};
  private readonly subnets: Subnet[] = [];
  private readonly hosts: { readonly statement: Statement; readonly scope: Scope }[] = [];
  private readonly groups: { readonly statement: Statement; readonly scope: Scope }[] = [];

  constructor(text: string) {
    const { statements, faults } = parseStatements(text);
    this.statements = statements;
    for (const { line, message } of faults) this.writer.note(`line ${line}`, message);
    this.definitions = new DhcpdDefinitions(this.writer, statements);
  }

  run(): ImportResult {
    const root: Scope = { test: ALWAYS, boot: {}, leaseS: DEFAULT_LEASE_S, rangeTags: [], useNames: false };
    const global = this.scope(this.statements, root);
    // A class's file belongs to the next-server of the only subnet, when none is said above it.
    for (const { test, block } of this.definitions.classBlocks) {
      const boot =
        global.boot.nextServer === undefined ? { ...this.onlySubnetBoot, ...noFile(global.boot) } : noFile(global.boot);
      this.scope(block, { ...global, boot, test });
    }
    // What a group says to its hosts goes before what a class says. Groups within groups are found on the way.
    for (const { statement, scope } of this.groups) this.group(statement, scope);
    for (const { statement, scope } of this.hosts) this.host(statement, scope);
    this.staticRanges();
    return this.writer.result();
  }

  private note(statement: Statement, text: string): void {
    this.writer.note(`line ${statement.line}`, text);
  }

  /** The statements of a block; returns the scope that they make. */
  private scope(statements: readonly Statement[], around: Scope): Scope {
    const own: { file?: string; serverName?: string; nextServer?: string } = {};
    let { leaseS, useNames } = around;
    let place = '';
    for (const statement of statements) {
      const value = word(statement, 1);
      switch (word(statement, 0)) {
        case 'filename':
          own.file = value;
          break;
        case 'next-server':
          own.nextServer = value;
          break;
        case 'server-name':
          own.serverName = value;
          break;
        case 'default-lease-time':
          leaseS = Number(value);
          continue;
        case 'use-host-decl-names':
          useNames = value === 'on' || value === 'true';
          continue;
        default:
          continue;
      }
      place = `line ${statement.line}`;
    }
    const boot: Boot = { ...around.boot, ...own };
    const scope: Scope = { ...around, boot, leaseS, useNames };
    if (Object.keys(own).length > 0) {
      this.writer.boot(scope.test, boot, place);
      if (scope.subnet !== undefined && this.subnets.length === 1) this.onlySubnetBoot = noFile(boot);
    }
    // The tests of the branches of an if before this one.
    let before: Test[] = [];
    let isKnown = true;
    for (const statement of statements) {
      const kind = word(statement, 0);
      if (kind === 'if' || kind === 'elsif' || kind === 'else') {
        if (kind === 'if') {
          before = [];
          isKnown = true;
        }
        const isElseIf = kind === 'elsif' || (kind === 'else' && word(statement, 1) === 'if');
        const test =
          kind === 'else' && !isElseIf
            ? ALWAYS
            : this.definitions.condition(statement.tokens.slice(kind === 'else' ? 2 : 1));
        if (test === undefined || !isKnown) {
          this.note(statement, 'dnsmasq has no such condition: what it guards, and what follows it, is left out');
          isKnown = false;
          continue;
        }
        const others = before.map((one): Test => ({ kind: 'not', test: one }));
        const branch = others.reduce((all, one) => both(all, one), test);
        before.push(test);
        this.scope(statement.block ?? [], { ...scope, test: both(scope.test, branch) });
      } else this.statement(statement, scope);
    }
    return scope;
  }

  private statement(statement: Statement, scope: Scope): void {
    const kind = word(statement, 0);
    const { block } = statement;
    switch (kind) {
      case 'filename':
      case 'next-server':
      case 'server-name':
      case 'default-lease-time':
      case 'class':
      case 'subclass':
        return;
      case 'authoritative':
        this.writer.add('dhcp-authoritative');
        return;
      case 'not':
        return;
      case 'option':
        this.option(statement, scope);
        return;
      case 'range':
        this.range(statement, scope);
        return;
      case 'allow':
      case 'deny':
      case 'ignore':
        this.permission(statement, scope);
        return;
      case 'subnet':
        this.subnet(statement, scope);
        return;
      case 'host':
        this.hosts.push({ statement, scope });
        return;
      case 'group':
        this.groups.push({ statement, scope });
        this.networksOfGroup(statement, scope);
        return;
      case 'pool':
        this.pool(statement, scope);
        return;
      case 'shared-network': {
        const subnets = (block ?? []).filter((one) => word(one, 0) === 'subnet');
        if (subnets.length > 1) {
          this.note(
            statement,
            'dnsmasq serves the subnets of a shared network only where its interface has an address in each, or by a shared-network line',
          );
        }
        this.scope(block ?? [], scope);
        return;
      }
      case 'ping-check':
        if (word(statement, 1) === 'false' || word(statement, 1) === 'off') this.writer.add('no-ping');
        return;
      default:
        if (!WITHOUT_EFFECT.has(kind)) this.note(statement, `${kind} has no counterpart and is left out`);
    }
  }

  private option(statement: Statement, scope: Scope): void {
    const name = word(statement, 1);
    if (word(statement, 2) === 'code' || name === 'space' || name === 'definition') return;
    const dot = name.indexOf('.');
    const space = dot < 0 ? undefined : this.definitions.spaces.get(name.slice(0, dot));
    const info = this.definitions.options.get(name) ?? OPTION_NAMES.get(name) ?? numbered(name);
    if (info === undefined || (dot >= 0 && space === undefined)) {
      this.note(statement, `the option ${name} is not known`);
      return;
    }
    const value = optionValue(statement.tokens.slice(2), info.kind, info.code);
    if (value === undefined) {
      this.note(statement, `the value of ${name} is an expression, or a name, that dnsmasq does not take`);
      return;
    }
    if (info.code === 51) return;
    const place = `line ${statement.line}`;
    if (space !== undefined) this.writer.option(scope.test, `encap:${space},${info.code}`, value, place);
    // dhcpd sends the class whether asked for or not, and UEFI HTTP boot needs it.
    else this.writer.option(scope.test, String(info.code), value, place, info.code === 60);
  }

  private subnet(statement: Statement, scope: Scope): void {
    const address = parseIpv4(word(statement, 1));
    const mask = parseIpv4(word(statement, 3));
    if (address === undefined || mask === undefined) {
      this.note(statement, 'this is no subnet with a netmask');
      return;
    }
    const tag = this.writer.uniqueTag(`net-${word(statement, 1)}`);
    const leaseOf = (statement.block ?? []).find((one) => word(one, 0) === 'default-lease-time');
    const leaseS = leaseOf === undefined ? scope.leaseS : Number(word(leaseOf, 1));
    const known: Subnet = { address, mask, line: statement.line, leaseS, tag, ranges: 0 };
    this.subnets.push(known);
    this.scope(statement.block ?? [], {
      ...scope,
      test: both(scope.test, { kind: 'tag', name: tag }),
      subnet: known,
      rangeTag: tag,
    });
  }

  private networksOfGroup(statement: Statement, scope: Scope): void {
    const networks = (statement.block ?? []).filter(isNetwork);
    for (const network of networks) this.statement(network, scope);
    const others = (statement.block ?? []).filter((one) => !isNetwork(one) && one.block === undefined);
    if (networks.length > 0 && others.length > 0) {
      this.note(statement, 'what the group says is taken over for its hosts, and not for its subnets');
    }
  }

  private group(statement: Statement, scope: Scope): void {
    const block = (statement.block ?? []).filter((one) => !isNetwork(one));
    const isPlain = block.every((one) => word(one, 0) === 'host' || word(one, 0) === 'group');
    if (isPlain) {
      this.scope(block, scope);
      return;
    }
    const tag = this.writer.uniqueTag('group');
    const groupTags = [...(scope.groupTags ?? []), tag];
    this.scope(block, { ...scope, groupTags, test: { kind: 'tag', name: tag } });
  }

  /** `allow` and `deny` of a pool say for whom its range is. */
  private pool(statement: Statement, scope: Scope): void {
    const block = statement.block ?? [];
    const tags: string[] = [];
    for (const one of block) {
      const kind = word(one, 0);
      if (kind !== 'allow' && kind !== 'deny') continue;
      const rest = one.tokens.slice(1).map((token) => token.text);
      const isAllow = kind === 'allow';
      const known = rest.indexOf('known') >= 0 || rest[0] === 'known-clients';
      const unknown = rest.indexOf('unknown') >= 0 || rest[0] === 'unknown-clients';
      const ofClass = rest[0] === 'members' ? this.definitions.classes.get(rest.at(-1) ?? '') : undefined;
      if (known || unknown) tags.push((known ? isAllow : !isAllow) ? 'known' : '!known');
      else if (ofClass !== undefined) {
        const found = this.writer.tagsFor(isAllow ? ofClass : { kind: 'not', test: ofClass }, `line ${one.line}`);
        tags.push(...(found ?? []));
      } else this.note(one, 'this permission of a pool is left out');
    }
    const rest = block.filter((one) => word(one, 0) !== 'allow' && word(one, 0) !== 'deny');
    const hasOwn = rest.some((one) => word(one, 0) !== 'range' && word(one, 0) !== 'failover');
    const { rangeTag } = scope;
    const inner: Scope = { ...scope, rangeTags: [...scope.rangeTags, ...tags] };
    if (!hasOwn || rangeTag === undefined) {
      this.scope(rest, inner);
      return;
    }
    const poolTag = this.writer.uniqueTag(`${rangeTag}-pool`);
    this.writer.implies(poolTag, rangeTag);
    this.scope(rest, { ...inner, poolTag, test: { kind: 'tag', name: poolTag } });
  }

  private range(statement: Statement, scope: Scope): void {
    const words = statement.tokens.slice(1).map((token) => token.text);
    const isBootp = words[0] === 'dynamic-bootp';
    if (isBootp) words.shift();
    const start = parseIpv4(words[0] ?? '');
    const end = parseIpv4(words[1] ?? words[0] ?? '');
    const subnet = this.subnets.find((one) => one.tag === scope.rangeTag);
    if (start === undefined || end === undefined || subnet === undefined) {
      this.note(statement, 'a range needs two addresses and a subnet');
      return;
    }
    if (!sameSubnet(start, subnet.address, subnet.mask) || !sameSubnet(end, subnet.address, subnet.mask)) {
      this.note(statement, 'the range does not lie in its subnet');
      return;
    }
    if (isBootp) this.writer.add('bootp-dynamic');
    subnet.ranges++;
    this.writer.range({
      start,
      end,
      mask: subnet.mask,
      lease: leaseText(scope.leaseS),
      set: scope.poolTag ?? subnet.tag,
      tags: scope.rangeTags,
    });
  }

  private permission(statement: Statement, scope: Scope): void {
    const text = statement.tokens
      .slice(1)
      .map((token) => token.text)
      .join(' ');
    const isAllow = word(statement, 0) === 'allow';
    const place = `line ${statement.line}`;
    if (text === 'unknown-clients' || text === 'unknown clients') {
      if (!isAllow)
        this.writer.tagged(
          'dhcp-ignore',
          both(scope.test, { kind: 'not', test: { kind: 'tag', name: 'known' } }),
          place,
        );
      return;
    }
    if (isAllow && (text === 'booting' || text === 'bootp' || text === 'client-updates')) return;
    if (text === 'client-updates' || text === 'declines') return;
    this.note(statement, `${word(statement, 0)} ${text} has no counterpart and is left out`);
  }

  private host(statement: Statement, scope: Scope): void {
    const block = statement.block ?? [];
    const name = word(statement, 1);
    const place = `line ${statement.line}`;
    const hardware = block.find((one) => word(one, 0) === 'hardware');
    const clientId = block.find((one) => word(one, 0) === 'option' && word(one, 1) === 'dhcp-client-identifier');
    const mac = hardware === undefined ? undefined : parseMac(word(hardware, 2));
    const id = clientId?.tokens.at(2);
    if (mac === undefined && id === undefined) {
      this.note(statement, 'a host without an Ethernet address or a client identifier is left out');
      return;
    }
    const fixed = block.find((one) => word(one, 0) === 'fixed-address');
    const address = fixed === undefined ? undefined : parseIpv4(word(fixed, 1));
    if (fixed !== undefined && address === undefined)
      this.note(fixed, 'fixed-address is a name; dnsmasq wants an address');
    else if (fixed !== undefined && fixed.tokens.length > 2)
      this.note(fixed, 'only the first fixed-address is taken over');
    const ownName = block.find((one) => word(one, 0) === 'option' && word(one, 1) === 'host-name');
    const isDenied = block.some((one) => word(one, 0) === 'deny' && word(one, 1) === 'booting');
    const rest = block.filter(
      (one) =>
        one !== hardware &&
        one !== clientId &&
        one !== fixed &&
        one !== ownName &&
        !(word(one, 0) === 'deny' && word(one, 1) === 'booting'),
    );
    const tag = rest.length === 0 ? undefined : this.writer.uniqueTag(`host-${name}`);
    const hostName = ownName === undefined ? (scope.useNames ? name : undefined) : word(ownName, 2);
    this.writer.host({
      identity: mac === undefined ? `id:${id?.text ?? ''}` : word(hardware ?? statement, 2).toLowerCase(),
      ...(address === undefined ? {} : { address: formatIpv4(address) }),
      ...(hostName === undefined ? {} : { name: hostName }),
      tags: [...(scope.groupTags ?? []), ...(tag === undefined ? [] : [tag])],
      ignore: isDenied,
      place,
    });
    if (address !== undefined && !this.subnets.some((one) => sameSubnet(address, one.address, one.mask))) {
      this.note(statement, 'no subnet of the file holds the fixed address');
    }
    if (tag !== undefined) this.scope(rest, { ...scope, test: { kind: 'tag', name: tag } });
  }

  /** A subnet without ranges serves its hosts alone. */
  private staticRanges(): void {
    for (const { address, mask, line, leaseS, tag, ranges } of this.subnets) {
      if (ranges > 0) continue;
      if (this.hosts.length === 0)
        this.writer.note(`line ${line}`, 'the subnet has no range and no host: nothing is served there');
      else this.writer.range({ start: address, end: 'static', mask, lease: leaseText(leaseS), set: tag, tags: [] });
    }
  }
}

function isNetwork(statement: Statement): boolean {
  return word(statement, 0) === 'subnet' || word(statement, 0) === 'shared-network';
}

function noFile({ nextServer, serverName }: Boot): Boot {
  return { ...(nextServer === undefined ? {} : { nextServer }), ...(serverName === undefined ? {} : { serverName }) };
}

/** Reads the text of a dhcpd.conf. What is not taken over is in the report, by line. */
export function importDhcpd(text: string): ImportResult {
  return new Importer(text).run();
}
