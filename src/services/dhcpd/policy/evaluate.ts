/** Executes statements and expressions of dhcpd.conf for one client's message. */
import { readIpv4, type Ipv4Address } from '../../../base/address.ts';
import { concatBytes, equalBytes, fromLatin1, latin1 } from '../../../base/bytes.ts';
import { unreachable } from '../../../base/result.ts';
import { collectOption, type DhcpMessage } from '../../../protocols/dhcp/codec.ts';
import type { BooleanExpression, DataExpression, Numeric } from '../language/expression.ts';
import type { DataParameter, Executable, FlagParameter, NumberParameter, Scope } from '../language/model.ts';
import {
  AGENT_SPACE,
  DHCP_SPACE,
  integerBytes,
  integerOf,
  ipBytes,
  type OptionDefinition,
} from '../language/option-types.ts';

/** Option 82 (RFC 3046). */
export const AGENT_OPTION = 82;

/** The client's message, and what the server has found out about it. */
export interface Client {
  readonly message: DhcpMessage;
  /** As it came on the wire, for `packet`. */
  readonly bytes: Uint8Array;
  readonly isKnown: boolean;
  /** Once it has one. */
  readonly lease?: { readonly address: Ipv4Address; readonly isStatic: boolean; readonly seconds?: number };
  readonly hostName?: string;
}

/** What the statements have set; each with the line that did. */
export class Settings {
  /** By `space.code`. */
  readonly options = new Map<string, { readonly option: OptionDefinition; readonly value: Uint8Array }>();
  readonly data = new Map<DataParameter, Uint8Array>();
  readonly numbers = new Map<NumberParameter, number>();
  readonly flags = new Map<FlagParameter, boolean>();
  readonly lines = new Map<string, number>();
  vendorSpace: string | undefined;
  siteSpace: string | undefined;

  option(space: string, code: number): Uint8Array | undefined {
    return this.options.get(`${space}.${code}`)?.value;
  }

  /** Latest first, as dhcpd keeps them. */
  setOption(option: OptionDefinition, value: Uint8Array | undefined, line: number): void {
    const key = `${option.space}.${option.code}`;
    this.lines.set(key, line);
    if (value === undefined) this.options.delete(key);
    else this.options.set(key, { option, value });
  }

  /** Options of a space, in the order in which dhcpd's tables hold them. */
  ofSpace(space: string): readonly { readonly code: number; readonly value: Uint8Array }[] {
    const own = [...this.options.values()].filter(({ option }) => option.space === space).toReversed();
    return own
      .map(({ option, value }) => ({ code: option.code, value }))
      .toSorted((a, b) => bucketOf(a.code) - bucketOf(b.code));
  }
}

function bucketOf(code: number): number {
  return ((code & 31) + (code >> 5)) % 17;
}

/** The statements of a block and of those around it, the outermost first, up to blocks that `limit` has around it too. */
export function execute(scope: Scope, client: Client, settings: Settings, limit?: Scope): void {
  for (let around = limit; around !== undefined; around = around.around) if (around === scope) return;
  if (scope.around !== undefined) execute(scope.around, client, settings, limit);
  run(scope.statements, client, settings);
}

function run(statements: readonly Executable[], client: Client, settings: Settings): void {
  for (const statement of statements) {
    const { line } = statement;
    switch (statement.kind) {
      case 'option':
        setOption(statement, client, settings);
        break;
      case 'data': {
        const value = data(statement.value, client, settings);
        settings.lines.set(statement.name, line);
        if (value === undefined) settings.data.delete(statement.name);
        else settings.data.set(statement.name, value);
        break;
      }
      case 'number':
        settings.numbers.set(statement.name, statement.value);
        break;
      case 'flag':
        settings.flags.set(statement.name, statement.value);
        settings.lines.set(statement.name, line);
        break;
      case 'space':
        if (statement.name === 'vendor-option-space') settings.vendorSpace = statement.value;
        else settings.siteSpace = statement.value;
        break;
      case 'if':
        run(isTrue(statement.test, client, settings) ? statement.met : statement.otherwise, client, settings);
        break;
      default:
        unreachable(statement);
    }
  }
}

function setOption(
  { option, how, value, line }: Executable & { readonly kind: 'option' },
  client: Client,
  settings: Settings,
): void {
  const before = settings.option(option.space, option.code);
  const found = data(value, client, settings);
  if (how === 'default' && before !== undefined) return;
  if (before === undefined || found === undefined || how === 'supersede' || how === 'default')
    settings.setOption(option, found, line);
  else settings.setOption(option, concatBytes(how === 'append' ? [before, found] : [found, before]), line);
}

export function clientOption({ message }: Client, { space, code }: OptionDefinition): Uint8Array | undefined {
  if (space === DHCP_SPACE) return collectOption(message, code);
  const outer = space === AGENT_SPACE ? collectOption(message, AGENT_OPTION) : undefined;
  if (outer === undefined) return undefined;
  for (let at = 0; at + 1 < outer.length; at += 2 + (outer[at + 1] ?? 0))
    if (outer[at] === code) return outer.subarray(at + 2, at + 2 + (outer[at + 1] ?? 0));
  return undefined;
}

/** Undefined where dhcpd has null. */
export function data(expression: DataExpression, client: Client, settings: Settings): Uint8Array | undefined {
  const of = (inner: DataExpression): Uint8Array | undefined => data(inner, client, settings);
  const number = (inner: Numeric): number | undefined => numeric(inner, client, settings);
  switch (expression.kind) {
    case 'bytes':
      return expression.bytes;
    case 'null':
      return undefined;
    case 'hardware': {
      const { htype, hlen, chaddr } = client.message;
      return concatBytes([Uint8Array.of(htype), chaddr.subarray(0, hlen)]);
    }
    case 'leased-address':
      return client.lease === undefined ? undefined : ipBytes(client.lease.address);
    case 'host-decl-name':
      return client.hostName === undefined ? undefined : latin1(client.hostName);
    case 'filename':
    case 'server-name':
    case 'next-server':
      return settings.data.get(expression.kind);
    case 'option':
      return clientOption(client, expression.option);
    case 'config-option':
      return settings.option(expression.option.space, expression.option.code);
    case 'substring': {
      const [whole, offset, length] = [of(expression.of), number(expression.offset), number(expression.length)];
      if (whole === undefined || offset === undefined || length === undefined) return undefined;
      return whole.slice(offset, Math.min(whole.length, offset + length));
    }
    case 'suffix': {
      const [whole, length] = [of(expression.of), number(expression.length)];
      return whole === undefined || length === undefined ? undefined : whole.slice(Math.max(0, whole.length - length));
    }
    case 'lcase':
    case 'ucase': {
      const text = of(expression.of);
      if (text === undefined) return undefined;
      const words = fromLatin1(text);
      return latin1(expression.kind === 'lcase' ? words.toLowerCase() : words.toUpperCase());
    }
    case 'concat': {
      const parts = expression.parts.map(of).filter((part) => part !== undefined);
      return parts.length < expression.parts.length ? undefined : concatBytes(parts);
    }
    case 'pick-first-value':
      for (const part of expression.parts) {
        const value = of(part);
        if (value !== undefined && value.length > 0) return value;
      }
      return undefined;
    case 'packet': {
      const [offset, length] = [number(expression.offset), number(expression.length)];
      if (offset === undefined || length === undefined || offset > client.bytes.length) return undefined;
      return client.bytes.slice(offset, offset + length);
    }
    case 'binary-to-ascii': {
      const [bytes, separator] = [of(expression.of), of(expression.separator)];
      const width = expression.width / 8;
      if (bytes === undefined || separator === undefined || ![1, 2, 4].includes(width)) return undefined;
      const numbers: string[] = [];
      for (let at = 0; at + width <= bytes.length; at += width)
        numbers.push(integerOf(bytes.subarray(at, at + width)).toString(Math.min(36, Math.max(2, expression.base))));
      return latin1(numbers.join(fromLatin1(separator)));
    }
    case 'reverse': {
      const bytes = of(expression.of);
      const { width } = expression;
      if (bytes === undefined || width < 1) return undefined;
      const parts: Uint8Array[] = [];
      for (let endAt = bytes.length; endAt > 0; endAt -= width)
        parts.push(bytes.subarray(Math.max(0, endAt - width), endAt));
      return concatBytes(parts);
    }
    case 'encode-int': {
      const value = number(expression.value);
      return value === undefined ? undefined : integerBytes(value, expression.width);
    }
    default:
      return unreachable(expression);
  }
}

function numeric(expression: Numeric, client: Client, settings: Settings): number | undefined {
  switch (expression.kind) {
    case 'number':
      return expression.value;
    case 'lease-time':
      return client.lease?.seconds;
    case 'extract-int': {
      const bytes = data(expression.of, client, settings);
      return bytes === undefined || bytes.length < expression.width
        ? undefined
        : integerOf(bytes.subarray(0, expression.width));
    }
    default:
      return unreachable(expression);
  }
}

/** What cannot be evaluated is false, whatever `not` makes of it. */
export function isTrue(expression: BooleanExpression, client: Client, settings: Settings): boolean {
  switch (expression.kind) {
    case 'known':
      return client.isKnown;
    case 'variable':
      return false;
    case 'static':
      return client.lease?.isStatic === true;
    case 'exists':
      return (clientOption(client, expression.option)?.length ?? 0) > 0;
    case 'not':
      return !isTrue(expression.of, client, settings);
    case 'and':
      return isTrue(expression.left, client, settings) && isTrue(expression.right, client, settings);
    case 'or':
      return isTrue(expression.left, client, settings) || isTrue(expression.right, client, settings);
    case 'equal':
    case 'not-equal':
      return isEqual(expression.left, expression.right, client, settings) === (expression.kind === 'equal');
    case 'matches': {
      const text = data(expression.left, client, settings);
      return text !== undefined && expression.pattern.test(fromLatin1(text));
    }
    default:
      return unreachable(expression);
  }
}

function isEqual(
  left: DataExpression | Numeric,
  right: DataExpression | Numeric,
  client: Client,
  settings: Settings,
): boolean {
  if (isNumeric(left) || isNumeric(right))
    return numberOf(left, client, settings) === numberOf(right, client, settings);
  const [a, b] = [data(left, client, settings), data(right, client, settings)];
  return a === undefined || b === undefined ? a === b : equalBytes(a, b);
}

function isNumeric(value: DataExpression | Numeric): value is Numeric {
  return value.kind === 'number' || value.kind === 'lease-time' || value.kind === 'extract-int';
}

function numberOf(value: DataExpression | Numeric, client: Client, settings: Settings): number | undefined {
  if (isNumeric(value)) return numeric(value, client, settings);
  const bytes = data(value, client, settings);
  return bytes === undefined ? undefined : integerOf(bytes);
}

export function textOf(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? '' : fromLatin1(bytes);
}

export function addressOf(bytes: Uint8Array | undefined): Ipv4Address | undefined {
  return bytes?.length === 4 ? readIpv4(bytes, 0) : undefined;
}
