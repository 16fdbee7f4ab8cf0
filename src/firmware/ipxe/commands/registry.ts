/**
 * The command registry: every command is one value with its name, options, usage, the build option that brings
 * it in, and what it does. Parsing options, usage text and `help` read the same value.
 */
import type { Task } from '../../../base/task.ts';
import type { FeatureFlag } from '../build.ts';
import { Err, OK, type Status } from '../errors.ts';
import type { Ipxe } from '../ipxe.ts';
import { parseInteger, parseUuid } from '../settings/types.ts';

/** How the value of an option is read. A `flag` has none. */
export type OptionKind =
  | 'flag'
  | 'string'
  | 'integer'
  /** Milliseconds. */
  | 'timeout'
  | 'key'
  | 'uuid'
  | 'setting'
  | 'netdev'
  | 'configurator';

export interface OptionSpec {
  readonly long: string;
  readonly short: string;
  readonly kind: OptionKind;
}

export interface CommandSpec {
  readonly name: string;
  /** `always`: in every build. */
  readonly feature: FeatureFlag | 'always';
  readonly options: readonly OptionSpec[];
  readonly minArguments: number;
  readonly maxArguments: number;
  /** What follows the options in the usage text. */
  readonly usage: string;
  run(ipxe: Ipxe, given: Given): Task<Status>;
  /** Returns at once with success, before options are looked at (`shim` on a BIOS). */
  readonly isDummy?: boolean;
}

/** Options and arguments of one call. */
export class Given {
  readonly args: readonly string[];
  private readonly flags: ReadonlySet<string>;
  private readonly texts: ReadonlyMap<string, string>;
  private readonly numbers: ReadonlyMap<string, number>;

  constructor(
    args: readonly string[],
    flags: ReadonlySet<string>,
    texts: ReadonlyMap<string, string>,
    numbers: ReadonlyMap<string, number>,
  ) {
    this.args = args;
    this.flags = flags;
    this.texts = texts;
    this.numbers = numbers;
  }

  flag(long: string): boolean {
    return this.flags.has(long);
  }

  text(long: string): string | undefined {
    return this.texts.get(long);
  }

  number(long: string): number | undefined {
    return this.numbers.get(long);
  }
}

const MAX = Number.POSITIVE_INFINITY;
export const MANY_ARGUMENTS = MAX;

export const flag = (long: string, short: string): OptionSpec => ({ long, short, kind: 'flag' });
export const option = (long: string, short: string, kind: OptionKind): OptionSpec => ({ long, short, kind });

export const HELP: OptionSpec = flag('help', 'h');

export function usageText(spec: CommandSpec, name: string): string {
  let out = `Usage:\n\n  ${name}`;
  for (const { long, short, kind } of spec.options) {
    out += ` [-${short}|--${long}${kind === 'flag' ? '' : ` <${long}>`}]`;
  }
  if (spec.usage !== '') out += ` ${spec.usage}`;
  return `${out}\n\nSee https://ipxe.org/cmd/${name} for further information\n`;
}

/** Keys above 0x7f that are no characters are numbered from here. */
const SPECIAL_KEYS = 0x110000;

/** A single character, or a number. */
export function parseKey(text: string): number | undefined {
  if (text.length === 1) return text.charCodeAt(0);
  const value = parseInteger(text);
  if (value === undefined) return undefined;
  return value >= 0x80 && value < SPECIAL_KEYS ? value + SPECIAL_KEYS : value;
}

type Failure = { readonly message: string; readonly status: Status; readonly withUsage: boolean };

/** Reads a value, or says what iPXE prints about it. */
function readValue(ipxe: Ipxe, spec: OptionSpec, text: string): number | undefined | Failure {
  switch (spec.kind) {
    case 'flag':
    case 'string':
      return undefined;
    case 'integer':
    case 'timeout': {
      const value = parseInteger(text);
      return value ?? { message: `"${text}": invalid integer value\n`, status: Err.badInteger, withUsage: false };
    }
    case 'key': {
      const value = parseKey(text);
      return value ?? { message: `"${text}": invalid integer value\n`, status: Err.badInteger, withUsage: false };
    }
    case 'uuid':
      if (parseUuid(text) !== undefined) return undefined;
      return { message: `"${text}": invalid UUID\n`, status: Err.uuid, withUsage: false };
    case 'setting': {
      const ref = ipxe.settings.parse(text, true);
      return ref.ok ? undefined : { message: `"${text}": invalid setting\n`, status: ref.error, withUsage: false };
    }
    case 'netdev':
      if (ipxe.netdevs.find(text) !== undefined) return undefined;
      return { message: `"${text}": no such network device\n`, status: Err.noSuchNetdev, withUsage: false };
    case 'configurator':
      if (text === 'dhcp' || (text === 'ipv6' && ipxe.build.features.has('NET_PROTO_IPV6'))) return undefined;
      return { message: `"${text}": no such configurator\n`, status: Err.noSuchConfigurator, withUsage: false };
  }
}

/**
 * Reads a command line: options come before the first argument, long names in full, values apart or behind `=`
 * (long) or glued (short); a value of its own token must not begin with `-`. Prints what is wrong.
 */
export function* parseCommand(ipxe: Ipxe, spec: CommandSpec, argv: readonly string[]): Task<Given | Status> {
  const name = argv[0];
  const flags = new Set<string>();
  const texts = new Map<string, string>();
  const numbers = new Map<string, number>();
  const specs = [...spec.options, HELP];
  const fail = function* (failure: Failure): Task<Status> {
    yield* ipxe.print(failure.message + (failure.withUsage ? usageText(spec, name) : ''));
    return failure.status;
  };
  let at = 1;
  for (; at < argv.length; at++) {
    const token = argv[at];
    if (token === '--') {
      at++;
      break;
    }
    if (!token.startsWith('-') || token === '-') break;
    const isLong = token.startsWith('--');
    // One long option, or several short ones of which the last may take the rest as its value.
    let rest = isLong ? '' : token.slice(1);
    do {
      let given: OptionSpec | undefined;
      let shown: string;
      let value: string | undefined;
      if (isLong) {
        const equals = token.indexOf('=');
        shown = token.slice(2, equals < 0 ? token.length : equals);
        value = equals < 0 ? undefined : token.slice(equals + 1);
        given = specs.find(({ long }) => long === shown);
        if (given === undefined) {
          const message = `Unrecognised option "${token}"\n`;
          return yield* fail({ message, status: Err.badOption, withUsage: true });
        }
        if (given.kind === 'flag' && value !== undefined) {
          const message = `Option "${shown}" takes no argument\n`;
          return yield* fail({ message, status: Err.optionValue, withUsage: true });
        }
      } else {
        shown = rest[0];
        rest = rest.slice(1);
        given = specs.find(({ short }) => short === shown);
        if (given === undefined) {
          const message = `Unrecognised option "-${shown}"\n`;
          return yield* fail({ message, status: Err.badOption, withUsage: true });
        }
        if (given.kind !== 'flag' && rest !== '') {
          value = rest;
          rest = '';
        }
      }
      if (given.kind === 'flag') {
        if (given.long === 'help') {
          yield* ipxe.print(usageText(spec, name));
          return Err.helpShown;
        }
        flags.add(given.long);
        continue;
      }
      if (value === undefined) {
        const next = argv[at + 1];
        if (next === undefined || next.startsWith('-')) {
          const message = `Option "${shown}" requires an argument\n`;
          return yield* fail({ message, status: Err.optionValue, withUsage: true });
        }
        value = next;
        at++;
      }
      const read = readValue(ipxe, given, value);
      if (typeof read === 'object') return yield* fail(read);
      texts.set(given.long, value);
      if (read !== undefined) numbers.set(given.long, read);
    } while (rest !== '');
  }
  const args = argv.slice(at);
  if (args.length < spec.minArguments || args.length > spec.maxArguments) {
    yield* ipxe.print(usageText(spec, name));
    return Err.usage;
  }
  return new Given(args, flags, texts, numbers);
}

/** Runs a command by its argument list; the first is its name. */
export function* runCommand(ipxe: Ipxe, spec: CommandSpec, argv: readonly string[]): Task<Status> {
  if (spec.isDummy === true) return OK;
  const given = yield* parseCommand(ipxe, spec, argv);
  return typeof given === 'number' ? given : yield* spec.run(ipxe, given);
}

/** Commands of a build, by name in the order of `help`. */
export class CommandTable {
  private readonly byName = new Map<string, CommandSpec>();
  readonly names: readonly string[];

  constructor(all: readonly CommandSpec[], features: ReadonlySet<FeatureFlag>) {
    for (const spec of all) {
      if (spec.feature === 'always' || features.has(spec.feature)) this.byName.set(spec.name, spec);
    }
    this.names = [...this.byName.keys()].sort((a, b) => (a < b ? -1 : 1));
  }

  find(name: string): CommandSpec | undefined {
    return this.byName.get(name);
  }
}
