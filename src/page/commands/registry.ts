/**
 * Every action of the page is a command with an id. Menus, buttons, keys, the palette, lessons, links and tests
 * call the same ids.
 */
import type { AnyText } from '../i18n/index.ts';

export interface Command {
  /** Stable, such as `time.run`. */
  readonly id: string;
  readonly title: AnyText;
  /** As labelled on keys: `Ctrl+K`, `F9`. */
  readonly key?: string;
  /** Not offered in the palette: it means nothing without its argument. */
  readonly needsArgument?: true;
  /** Absent: always. */
  readonly isEnabled?: () => boolean;
  readonly run: (argument?: string) => unknown;
}

export class CommandRegistry {
  private readonly commands = new Map<string, Command>();

  /** Returns a function that removes it. Throws when there is already a command with that id. */
  register(command: Command): () => void {
    if (this.commands.has(command.id)) throw new Error(`there are two commands with the id ${command.id}`);
    this.commands.set(command.id, command);
    return () => {
      this.commands.delete(command.id);
    };
  }

  get(id: string): Command | undefined {
    return this.commands.get(id);
  }

  list(): readonly Command[] {
    return [...this.commands.values()];
  }

  async run(id: string, argument?: string): Promise<boolean> {
    const command = this.commands.get(id);
    if (command === undefined || command.isEnabled?.() === false) return false;
    await command.run(argument);
    return true;
  }

  /** The command of a key press, written as `Ctrl+Shift+K`. */
  forKey(key: string): Command | undefined {
    return this.list().find((command) => command.key === key && command.isEnabled?.() !== false);
  }
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
  if (event.shiftKey && event.key.length > 1) parts.push('Shift');
  parts.push(event.key.length === 1 ? event.key.toUpperCase() : event.key);
  return parts.join('+');
}
