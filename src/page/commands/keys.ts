/** Keys that the reader has given to commands, and the commands that were used last; both are kept by the browser. */
import { create } from 'zustand';
import * as z from 'zod/mini';

/** By the id of the command; null: it has none. */
export type ChangedKeys = Readonly<Record<string, string | null>>;

export interface KeysState {
  readonly changed: ChangedKeys;
  /** Ids, the last one first. */
  readonly recent: readonly string[];
  /** Whether the dialog is open. */
  readonly isOpen: boolean;
  /** Whether the menu of the page is open. */
  readonly menuOpen: boolean;
}

export const useKeys = create<KeysState>()(() => ({ changed: {}, recent: [], isOpen: false, menuOpen: false }));

const KEY = 'netboot-lab.keys';
const MAX_CHANGED = 300;
const MAX_RECENT = 6;

const id = z.string().check(z.maxLength(80));
const kept = z.object({
  version: z.literal(1),
  changed: z.record(id, z.nullable(z.string().check(z.maxLength(40)))),
  recent: z.array(id).check(z.maxLength(MAX_RECENT)),
});

/** Restores both, and stores them when they change. Called once. */
export function startKeys(): void {
  try {
    const parsed = kept.safeParse(JSON.parse(localStorage.getItem(KEY) ?? ''));
    if (parsed.success && Object.keys(parsed.data.changed).length <= MAX_CHANGED)
      useKeys.setState({ changed: parsed.data.changed, recent: parsed.data.recent });
  } catch {
    // Storage is denied in some embeddings, or contains something else.
  }
  useKeys.subscribe(({ changed, recent }, before) => {
    if (changed === before.changed && recent === before.recent) return;
    try {
      localStorage.setItem(KEY, JSON.stringify({ version: 1, changed, recent }));
    } catch {
      // They hold until the page is closed.
    }
  });
}

export function noteUsed(command: string): void {
  useKeys.setState(({ recent }) => ({
    recent: [command, ...recent.filter((known) => known !== command)].slice(0, MAX_RECENT),
  }));
}

/** Keys that browsers do not give to pages, or that nobody could leave a field or dialog without. */
const RESERVED = /^(?:(?:Shift\+)?Tab|Escape|Enter|(?:Ctrl\+)(?:Shift\+)?[NTW]|Alt\+F4|F11|F12|Ctrl\+Shift\+I)$/;

export function isReserved(key: string): boolean {
  return RESERVED.test(key);
}

/** A modifier that is held, before the key that it is for. */
export function isModifier(key: string): boolean {
  return /^(?:Control|Shift|Alt|AltGraph|Meta|CapsLock|Dead|Unidentified)$/.test(key);
}
