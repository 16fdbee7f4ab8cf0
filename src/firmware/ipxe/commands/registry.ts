/**
 * The command registry: every command is one value with its name, options, usage, the build option that brings
 * it in, and what it does. Parsing options, usage text and `help` read the same value.
 */
import { itemAt } from '../../../base/lists/list.ts';
import { ok, unreachable, type Result } from '../../../base/result.ts';
import type { Task } from '../../../base/time/task.ts';
import type { FeatureFlag } from '../build.ts';
import { Err, type Status } from '../errors.ts';
import type { Ipxe } from '../ipxe.ts';
import { orSay, readConfigurator, readInteger, readKey, readSetting, readUuid, type Wrong } from './arguments.ts';

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
  | 'configurator';

export interface OptionSpec {
  readonly long: string;
  readonly short: string;
  readonly kind: OptionKind;
}

export interface CommandSpec {
  readonly name: string;
  /** The build options that include it: any one of several. `always`: it is in every build. */
  readonly feature: FeatureFlag | 'always' | readonly FeatureFlag[];
  /** Its code only gets into a build together with one of these: an archive command without archives does not. */
  readonly linkedBy?: readonly FeatureFlag[];
  readonly options: readonly OptionSpec[];
  readonly minArguments: number;
  readonly maxArguments: number;
  /** What follows the options in the usage text. */
  readonly usage: string;
  run(ipxe: Ipxe, given: Given): Task<Status>;
  /** Everything after the name is ignored, even `--help`. */
  readonly ignoresArguments?: boolean;
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

  /** An argument that the least number of arguments of the command promises. */
  arg(index: number): string {
    return itemAt(this.args, index);
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

export const MANY_ARGUMENTS = Number.POSITIVE_INFINITY;

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

/** Reads the value of an option; a value that is not a number stays a text. */
function readValue(ipxe: Ipxe, { kind }: OptionSpec, text: string): Result<unknown, Wrong> {
  switch (kind) {
    case 'flag':
    case 'string':
      return ok(text);
    case 'integer':
    case 'timeout':
      return readInteger(text);
    case 'key':
      return readKey(text);
    case 'uuid':
      return readUuid(text);
    case 'setting':
      return readSetting(ipxe, text, true);
    case 'configurator':
      return readConfigurator(ipxe, text);
    default:
      return unreachable(kind);
  }
}

/** An option as written on the line; `value` when one is attached to it. */
interface Token {
  readonly shown: string;
  readonly option: OptionSpec | undefined;
  readonly value: string | undefined;
  /** How an unknown one is named. */
  readonly text: string;
}

/** One long option, or several short ones of which the last may take the rest as its value. */
function* splitToken(token: string, options: readonly OptionSpec[]): Generator<Token, void> {
  if (token.startsWith('--')) {
    const [shown = ''] = token.slice(2).split('=', 1);
    const value = shown.length + 2 === token.length ? undefined : token.slice(shown.length + 3);
    yield { shown, option: options.find(({ long }) => long === shown), value, text: token };
    return;
  }
  // A dash alone is an option whose letter is the end of the text.
  const letters = token.length === 1 ? '\0' : token.slice(1);
  for (let at = 0; at < letters.length; at++) {
    const shown = letters.charAt(at);
    const option = options.find(({ short }) => short === shown);
    const rest = letters.slice(at + 1);
    const takesRest = option !== undefined && option.kind !== 'flag' && rest !== '';
    yield { shown, option, value: takesRest ? rest : undefined, text: `-${shown}` };
    if (takesRest) return;
  }
}

/**
 * Reads a command line: options come before the first argument, long names in full, values apart or behind `=`
 * (long) or glued (short); a value of its own token must not begin with `-`. Prints what is wrong.
 */
export function* parseCommand(ipxe: Ipxe, spec: CommandSpec, argv: readonly string[]): Task<Given | Status> {
  const name = itemAt(argv, 0);
  const usage = usageText(spec, name);
  const flags = new Set<string>();
  const texts = new Map<string, string>();
  const numbers = new Map<string, number>();
  const options = [...spec.options, HELP];
  let at = 1;
  while (at < argv.length && itemAt(argv, at).startsWith('-')) {
    const token = itemAt(argv, at++);
    if (token === '--') break;
    for (const { shown, option: given, value: glued, text } of splitToken(token, options)) {
      if (given === undefined) {
        yield* ipxe.print(`Unrecognised option "${text}"\n${usage}`);
        return Err.badOption;
      }
      if (given.kind === 'flag') {
        if (glued !== undefined) {
          yield* ipxe.print(`Option "${shown}" takes no argument\n${usage}`);
          return Err.optionValue;
        }
        if (given === HELP) {
          yield* ipxe.print(usage);
          return Err.helpShown;
        }
        flags.add(given.long);
        continue;
      }
      const isNext = glued === undefined && at < argv.length && !itemAt(argv, at).startsWith('-');
      const value = isNext ? argv[at++] : glued;
      if (value === undefined) {
        yield* ipxe.print(`Option "${shown}" requires an argument\n${usage}`);
        return Err.optionValue;
      }
      const read = yield* orSay(ipxe, readValue(ipxe, given, value));
      if (!read.ok) return read.error;
      texts.set(given.long, value);
      if (typeof read.value === 'number') numbers.set(given.long, read.value);
    }
  }
  const args = argv.slice(at);
  if (args.length < spec.minArguments || args.length > spec.maxArguments) {
    yield* ipxe.print(usage);
    return Err.usage;
  }
  return new Given(args, flags, texts, numbers);
}

const NOTHING_GIVEN = new Given([], new Set(), new Map(), new Map());

/** Runs a command by its argument list; the first is its name. */
export function* runCommand(ipxe: Ipxe, spec: CommandSpec, argv: readonly string[]): Task<Status> {
  if (spec.ignoresArguments === true) return yield* spec.run(ipxe, NOTHING_GIVEN);
  const given = yield* parseCommand(ipxe, spec, argv);
  return typeof given === 'number' ? given : yield* spec.run(ipxe, given);
}

function isIn({ feature, linkedBy }: CommandSpec, features: ReadonlySet<FeatureFlag>): boolean {
  const hasOne = (flags: readonly FeatureFlag[]): boolean => flags.some((each) => features.has(each));
  if (linkedBy !== undefined && !hasOne(linkedBy)) return false;
  return feature === 'always' || hasOne(typeof feature === 'string' ? [feature] : feature);
}

/** Commands of a build, by name in the order of `help`. */
export class CommandTable {
  private readonly byName = new Map<string, CommandSpec>();
  readonly names: readonly string[];

  /** `had`: the commands of a firmware from before iPXE; absent: all. */
  constructor(all: readonly CommandSpec[], features: ReadonlySet<FeatureFlag>, had?: ReadonlySet<string>) {
    for (const spec of all) if (isIn(spec, features) && had?.has(spec.name) !== false) this.byName.set(spec.name, spec);
    this.names = [...this.byName.keys()].sort((a, b) => (a < b ? -1 : 1));
  }

  find(name: string): CommandSpec | undefined {
    return this.byName.get(name);
  }
}
