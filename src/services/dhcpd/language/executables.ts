/** The statements of dhcpd.conf that are executed for a client: options, parameters, `if`. */
import { SyntaxTrouble, type DataExpression, type ExpressionReader } from './expression.ts';
import { DATA_PARAMETERS, FLAG_PARAMETERS, NUMBER_PARAMETERS, type Executable } from './model.ts';
import type { OptionDefinition } from './option-types.ts';
import { ipBytes } from './option-types.ts';
import { parseIpv4 } from '../../../base/address.ts';
import { latin1 } from '../../../base/bytes.ts';
import type { Message } from '../../../base/sentence.ts';
import { dhcpdMessage } from '../messages.ts';
import { word, type Statement } from './statements.ts';
import { literalValue } from './values.ts';

export interface StatementContext {
  readonly spaces: { find(name: string): OptionDefinition | undefined };
  ignore(line: number, message: Message): void;
  problem(line: number, message: string): void;
  reader(statement: Statement, from: number): ExpressionReader;
  data(statement: Statement, from: number): DataExpression;
}

/** About DNS updates, logging, leases on disk and the process: nothing that a booting client sees. */
const WITHOUT_EFFECT = new Set(
  `ddns-update-style ddns-updates ddns-domainname ddns-rev-domainname ddns-hostname ddns-ttl do-forward-updates
  update-static-leases update-optimization update-conflict-detection log-facility log-threshold-high log-threshold-low
  lease-file-name pid-file-name one-lease-per-client get-lease-hostnames omapi-port omapi-key ping-timeout ping-timeout-ms
  local-address local-port remote-port stash-agent-options infinite-is-reserved db-time-format adaptive-lease-time-threshold
  dynamic-bootp-lease-length dynamic-bootp-lease-cutoff always-reply-rfc1048 interface hardware log delayed-ack max-ack-delay
  server-duid abandon-lease-time bind-local-address6 ping-cltt-secs use-eui-64 dont-use-fsync release-on-roam duplicates
  client-updates leasequery limited-broadcast-address persist-eui-64-leases`.split(/\s+/),
);

const HOW = new Map<string, 'supersede' | 'default' | 'append' | 'prepend'>([
  ['option', 'supersede'],
  ['supersede', 'supersede'],
  ['send', 'supersede'],
  ['default', 'default'],
  ['append', 'append'],
  ['prepend', 'prepend'],
]);

const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['on', true],
  ['false', false],
  ['off', false],
  ['ignore', false],
]);

/** `all` and `index` are where an `elsif` and an `else` find the `if` before them. Throws `SyntaxTrouble`. */
export function readExecutable(
  statement: Statement,
  context: StatementContext,
  all: readonly Statement[],
  index: number,
): Executable | undefined {
  const kind = word(statement, 0).toLowerCase();
  const { line } = statement;
  const how = HOW.get(kind);
  if (how !== undefined) return option(statement, how, context);
  const dataName = DATA_PARAMETERS.find((name) => name === kind);
  if (dataName !== undefined)
    return { kind: 'data', name: dataName, value: parameter(statement, dataName, context), line };
  const numberName = NUMBER_PARAMETERS.find((name) => name === kind);
  if (numberName !== undefined) {
    if (!/^-?\d+$/.test(word(statement, 1))) throw new SyntaxTrouble(line, 'expecting a number.');
    end(statement, 2);
    return { kind: 'number', name: numberName, value: Number(word(statement, 1)), line };
  }
  const flagName = FLAG_PARAMETERS.find((name) => name === kind);
  if (flagName !== undefined) {
    const value = FLAGS.get(word(statement, 1).toLowerCase());
    if (value === undefined) throw new SyntaxTrouble(line, 'expecting boolean.');
    return { kind: 'flag', name: flagName, value, line };
  }
  switch (kind) {
    case 'vendor-option-space':
    case 'site-option-space':
      return { kind: 'space', name: kind, value: word(statement, 1), line };
    case 'if':
      return condition(statement, 1, context, all, index);
    case 'elsif':
    case 'else':
      // Read with the `if`.
      if (!followsIf(all, index)) throw new SyntaxTrouble(line, `else or elsif clause without an if clause.`);
      return undefined;
    case 'allow':
    case 'deny':
    case 'ignore':
      return permission(statement, kind === 'allow', context);
    case 'set':
    case 'unset':
    case 'on':
    case 'switch':
    case 'execute':
    case 'define':
      context.ignore(line, dhcpdMessage('dhcpd.ignored', { what: kind }));
      return undefined;
    default:
      if (WITHOUT_EFFECT.has(kind)) return undefined;
      throw new SyntaxTrouble(line, statement.block === undefined ? 'semicolon expected.' : 'expecting a declaration');
  }
}

function option(
  statement: Statement,
  how: 'supersede' | 'default' | 'append' | 'prepend',
  context: StatementContext,
): Executable {
  const { line } = statement;
  const at = word(statement, 0) === 'option' || word(statement, 1) !== 'option' ? 1 : 2;
  const name = word(statement, at);
  const found = context.spaces.find(name);
  if (found === undefined)
    throw new SyntaxTrouble(line, `unknown option ${name.includes('.') ? name : `dhcp.${name}`}`);
  if (word(statement, at + 1) === '=')
    return { kind: 'option', how, option: found, value: context.data(statement, at + 2), line };
  const value: DataExpression = {
    kind: 'bytes',
    bytes: literalValue(statement.tokens.slice(at + 1), found.type, line),
  };
  return { kind: 'option', how, option: found, value, line };
}

/** `filename "x";`, `next-server 10.0.0.1;`, and either with `= EXPRESSION`. */
function parameter(statement: Statement, name: string, context: StatementContext): DataExpression {
  const { line, tokens } = statement;
  const [, token] = tokens;
  if (token?.text === '=' && !token.isQuoted) return context.data(statement, 2);
  end(statement, 2);
  if (name === 'next-server') {
    const address = parseIpv4(token?.text ?? '');
    if (address === undefined)
      throw new SyntaxTrouble(line, `${token?.text ?? ''}: the lab resolves no names here: write the address`);
    return { kind: 'bytes', bytes: ipBytes(address) };
  }
  if (token === undefined || !token.isQuoted) throw new SyntaxTrouble(line, 'expecting string.');
  return { kind: 'bytes', bytes: latin1(token.text) };
}

function end(statement: Statement, length: number): void {
  if (statement.tokens.length > length) throw new SyntaxTrouble(statement.line, 'semicolon expected.');
}

function followsIf(all: readonly Statement[], index: number): boolean {
  const before = all[index - 1];
  if (before === undefined) return false;
  const kind = word(before, 0).toLowerCase();
  if (kind === 'if') return true;
  const isElseIf = kind === 'elsif' || (kind === 'else' && word(before, 1).toLowerCase() === 'if');
  return isElseIf && followsIf(all, index - 1);
}

/** An `if`, with the `elsif` and `else` that follow it. */
function condition(
  statement: Statement,
  from: number,
  context: StatementContext,
  all: readonly Statement[],
  index: number,
): Executable {
  const { line } = statement;
  const test = context.reader(statement, from).condition();
  const next = all[index + 1];
  const kind = next === undefined ? '' : word(next, 0).toLowerCase();
  let otherwise: readonly Executable[] = [];
  if (next !== undefined && (kind === 'elsif' || (kind === 'else' && word(next, 1).toLowerCase() === 'if')))
    otherwise = [condition(next, kind === 'elsif' ? 1 : 2, context, all, index + 1)];
  else if (next !== undefined && kind === 'else') otherwise = body(next, context);
  return { kind: 'if', test, met: body(statement, context), otherwise, line };
}

function body(statement: Statement, context: StatementContext): readonly Executable[] {
  const block = statement.block ?? [];
  return block.flatMap((one, i) => readExecutable(one, context, block, i) ?? []);
}

function permission(statement: Statement, value: boolean, context: StatementContext): Executable | undefined {
  const { line } = statement;
  const about = statement.tokens.slice(1).map(({ text }) => text.toLowerCase());
  const name = about.join('-');
  if (name === 'booting' || name === 'bootp' || name === 'declines') return { kind: 'flag', name, value, line };
  if (name === 'unknown-clients') return { kind: 'flag', name: 'boot-unknown-clients', value, line };
  if (name === 'duplicates' || name === 'client-updates' || name === 'leasequery') return undefined;
  context.ignore(line, dhcpdMessage('dhcpd.ignored', { what: `${word(statement, 0)} ${about.join(' ')}` }));
  return undefined;
}
