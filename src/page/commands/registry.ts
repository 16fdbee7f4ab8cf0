/**
 * Every action of the page is a command with an id. Menus, buttons, keys, the palette, lessons, links, embedding pages
 * and tests call the same ids; an argument that comes from outside is checked by the command's schema.
 */
import type * as z from 'zod/mini';
import type { Message } from '../../base/sentence.ts';
import { explainIssues } from '../../scenario/explain.ts';
import type { AnyText } from '../i18n/index.ts';
import type { ChangedKeys } from './keys.ts';
import { commandMessage } from './messages.ts';

export interface Command {
  /** Stable, such as `time.run`. */
  readonly id: string;
  readonly title: AnyText;
  /** As labelled on keys: `Ctrl+K`, `F9`. */
  readonly key?: string;
  /** The key holds only while the focus is in this panel. */
  readonly panel?: string;
  /** Absent: it takes none. */
  readonly argument?: z.ZodMiniType;
  /** Why it cannot be done now; undefined: it can. Absent: always. */
  readonly whyNot?: () => Message | undefined;
  /** Why it cannot be done with this argument, which obeys the schema. */
  readonly refusal?: (argument: unknown) => Promise<Message | undefined>;
  readonly run: (argument: unknown) => unknown;
}

/** `Arguments`: the argument of each command whose id the compiler knows. */
export class CommandRegistry<Arguments extends object = Readonly<Record<string, unknown>>> {
  private readonly commands = new Map<string, Command>();
  private changed: ChangedKeys = {};

  constructor(commands: readonly Command[] = []) {
    for (const command of commands) this.register(command);
  }

  /** Returns a function that removes it. Throws when there is already a command with that id. */
  register(command: Command): () => void {
    if (this.commands.has(command.id)) throw new Error(`there are two commands with the id ${command.id}`);
    this.commands.set(command.id, command);
    return () => {
      this.commands.delete(command.id);
    };
  }

  /** Gives commands other keys than they were defined with. */
  setKeys(changed: ChangedKeys): void {
    this.changed = changed;
  }

  /** With the key that it has now. */
  get(id: string): Command | undefined {
    const command = this.commands.get(id);
    return command === undefined ? undefined : this.withKey(command);
  }

  list(): readonly Command[] {
    return [...this.commands.values()].map((command) => this.withKey(command));
  }

  private withKey(command: Command): Command {
    const key = this.changed[command.id];
    if (key === undefined) return command;
    const { key: _, ...rest } = command;
    return key === null ? rest : { ...rest, key };
  }

  /** Why a command cannot be done now; undefined: it can. */
  whyNot(id: string): Message | undefined {
    const command = this.commands.get(id);
    return command === undefined ? commandMessage('command.unknown', { id }) : command.whyNot?.();
  }

  /** Runs a command that the compiler knows. Returns why it was not done; undefined: it was. */
  async run<Id extends keyof Arguments & string>(
    id: Id,
    ...argument: undefined extends Arguments[Id] ? [argument?: Arguments[Id]] : [argument: Arguments[Id]]
  ): Promise<Message | undefined> {
    return await this.invoke(id, argument[0]);
  }

  /** Runs a command by any id, with an argument from anywhere. Returns why it was not done; undefined: it was. */
  async invoke(id: string, argument?: unknown): Promise<Message | undefined> {
    const command = this.commands.get(id);
    if (command === undefined) return commandMessage('command.unknown', { id: id.slice(0, MAX_QUOTED) });
    let given: unknown;
    if (command.argument !== undefined) {
      const parsed = command.argument.safeParse(argument);
      if (!parsed.success) return argumentProblem(parsed.error.issues, argument);
      given = parsed.data;
    } else if (argument !== undefined) return commandMessage('command.no-argument');
    const reason = command.whyNot?.() ?? (await command.refusal?.(given));
    if (reason !== undefined) return reason;
    await command.run(given);
    return undefined;
  }

  /** The command of a key press, written as `Ctrl+Shift+K`, in a panel, whose own keys come first. */
  forKey(key: string, panel?: string): Command | undefined {
    const possible = this.list().filter((command) => command.key === key && command.whyNot?.() === undefined);
    return (
      possible.find((command) => command.panel !== undefined && command.panel === panel) ??
      possible.find((command) => command.panel === undefined)
    );
  }
}

const MAX_QUOTED = 80;

function argumentProblem(issues: readonly z.core.$ZodIssue[], argument: unknown): Message {
  const [first] = explainIssues(issues, argument);
  return first === undefined
    ? commandMessage('command.no-argument')
    : commandMessage('command.argument', { place: first.path, problem: { text: first.message, says: first.says } });
}

/** Whether a command means nothing without its argument. */
export function needsArgument({ argument }: Command): boolean {
  return argument !== undefined && !argument.safeParse(undefined).success;
}

/** A key press as commands write it; `Ctrl` stands for Command too on a Mac. */
export function keyName(event: {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}): string {
  const parts: string[] = [];
  if (event.ctrlKey || event.metaKey) parts.push('Ctrl');
  if (event.altKey) parts.push('Alt');
  const key = event.key === ' ' ? 'Space' : event.key;
  // With Ctrl or Alt a capital letter is another key; alone it is only another letter.
  const isLetter = /^[a-z]$/i.test(key) && parts.length > 0;
  if (event.shiftKey && (key.length > 1 || isLetter)) parts.push('Shift');
  parts.push(key.length === 1 ? key.toUpperCase() : key);
  return parts.join('+');
}
