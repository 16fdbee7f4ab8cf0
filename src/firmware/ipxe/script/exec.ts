/**
 * Command lines: split at white space, chained by `||`, `&&` and `;`, ended by a token that begins with `#`.
 * Expansion comes after splitting, token by token, so that a value with spaces stays one argument.
 */
import { itemAt } from '../../../base/lists/list.ts';
import type { Task } from '../../../base/time/task.ts';
import { runCommand } from '../commands/registry.ts';
import { Err, OK, strerror, type Status } from '../errors.ts';
import type { Ipxe } from '../ipxe.ts';
import { ipxeMessage } from '../messages.ts';
import { ExpansionBudget, type Expansion } from '../settings/tree.ts';
import type { StepInfo } from './stepper.ts';

type Operator = ';' | '&&' | '||';

function isOperator(token: string): token is Operator {
  return token === ';' || token === '&&' || token === '||';
}

/** White space as C's `isspace` has it. */
export function splitTokens(line: string): string[] {
  const tokens = line.split(/[ \t\n\v\f\r]+/).filter((token) => token !== '');
  const comment = tokens.findIndex((token) => token.startsWith('#'));
  return comment < 0 ? tokens : tokens.slice(0, comment);
}

/** Runs one command line and returns the status of the last command that ran. */
export function* runLine(ipxe: Ipxe, line: string): Task<Status> {
  const tokens = splitTokens(line);
  let status: Status = OK;
  let operator: Operator = ';';
  // Before iPXE a line was one command, whatever stands in it.
  const isOneCommand = ipxe.build.ancestor !== undefined;
  const budget = new ExpansionBudget();
  ipxe.stop = 'none';
  for (let at = 0; at <= tokens.length;) {
    let end = at;
    if (isOneCommand) end = tokens.length;
    while (end < tokens.length && !isOperator(itemAt(tokens, end))) end++;
    const runs = operator === ';' || (operator === '&&') === (status === OK);
    if (runs) status = yield* runTokens(ipxe, tokens.slice(at, end), budget);
    if (ipxe.stop !== 'none' || ipxe.isEnding) break;
    const next = tokens[end];
    if (next === undefined || !isOperator(next)) break;
    operator = next;
    at = end + 1;
  }
  return status;
}

function* runTokens(ipxe: Ipxe, tokens: readonly string[], budget: ExpansionBudget): Task<Status> {
  yield* ipxe.workload.spend(1);
  // An empty command succeeds: `cmd ||` at the end of a line forgives a failure.
  if (tokens.length === 0) return OK;
  const expansions: Expansion[] = [];
  const before = budget.used;
  const expanded: string[] = [];
  for (const token of tokens) {
    const text = ipxe.settings.expand(token, budget, expansions);
    if (text === undefined) break;
    expanded.push(text);
  }
  yield* ipxe.workload.spend((budget.used - before) / EXPANSIONS_PER_COMMAND);
  if (expanded.length < tokens.length) return noMemory(ipxe, tokens);
  const { script, stepper } = ipxe;
  const step: StepInfo = { place: script?.place, depth: script?.depth ?? 0, tokens, expanded, expansions };
  const hold = stepper?.before(step);
  if (hold !== undefined) yield hold;
  const status = yield* execute(ipxe, expanded);
  if (stepper !== undefined) {
    const nextLine = status === OK && ipxe.stop !== 'sequence' ? script?.nextLine : undefined;
    stepper.after({ ...step, status, errno: ipxe.errno, nextLine });
  }
  return status;
}

/** Expanding this many references takes as long as running a command. */
const EXPANSIONS_PER_COMMAND = 10;

function noMemory(ipxe: Ipxe, tokens: readonly string[]): Status {
  const command = tokens.join(' ').slice(0, SHOWN_CHARS);
  ipxe.warnOnce('script-expansion', ipxeMessage('script.expansion', { command }));
  ipxe.errno = Err.commandNoMemory;
  return Err.commandNoMemory;
}

const SHOWN_CHARS = 60;

/**
 * Scripts that run scripts, and `time` before commands: each takes a part of iPXE's stack, which holds far fewer. A menu
 * that loads itself instead of `chain --replace` gets here.
 */
const MAX_COMMAND_DEPTH = 64;

/** Runs a command by its arguments. A failure becomes `errno`; a success leaves it. */
export function* execute(ipxe: Ipxe, argv: readonly string[]): Task<Status> {
  const spec = ipxe.commands.find(itemAt(argv, 0));
  let status: Status;
  if (ipxe.commandDepth >= MAX_COMMAND_DEPTH) {
    ipxe.warnOnce('script-depth', ipxeMessage('script.depth', { limit: MAX_COMMAND_DEPTH }));
    yield* ipxe.print(`${argv[0]}: ${strerror(Err.commandNoMemory)}\n`);
    status = Err.commandNoMemory;
  } else if (spec === undefined) {
    yield* ipxe.print(`${argv[0]}: command not found\n`);
    status = Err.unknownCommand;
  } else {
    ipxe.commandDepth++;
    try {
      status = yield* runCommand(ipxe, spec, argv);
    } finally {
      ipxe.commandDepth--;
    }
  }
  if (status !== OK) ipxe.errno = status;
  return status;
}
