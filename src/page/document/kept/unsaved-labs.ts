/**
 * Edits that could not be stored before the page was closed. IndexedDB answers too late for a closing page, so the last
 * edits are put into localStorage at once, and moved to IndexedDB at the next start.
 */
import type { StoredLab } from './stored-labs.ts';

const PREFIX = 'netboot-lab.unsaved.';

/** The part of the browser's `Storage` that is needed; undefined where it is refused. */
type KeyStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

export class UnsavedLabs {
  private readonly storage: KeyStorage | undefined;

  constructor(storage: KeyStorage | undefined) {
    this.storage = storage;
  }

  /** Whether it is kept. */
  put(lab: StoredLab): boolean {
    try {
      this.storage?.setItem(PREFIX + lab.id, JSON.stringify(lab));
      return this.storage !== undefined;
    } catch {
      return false;
    }
  }

  get(id: string): StoredLab | undefined {
    try {
      const text = this.storage?.getItem(PREFIX + id);
      return text === null || text === undefined ? undefined : toLab(JSON.parse(text));
    } catch {
      return undefined;
    }
  }

  remove(id: string): void {
    try {
      this.storage?.removeItem(PREFIX + id);
    } catch {
      // Storage that cannot be accessed contains nothing to recover.
    }
  }

  all(): readonly StoredLab[] {
    try {
      const { storage } = this;
      if (storage === undefined) return [];
      const keys = Array.from({ length: storage.length }, (_, i) => storage.key(i) ?? '');
      return keys.filter((key) => key.startsWith(PREFIX)).flatMap((key) => this.get(key.slice(PREFIX.length)) ?? []);
    } catch {
      return [];
    }
  }
}

function toLab(value: unknown): StoredLab | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { id, name, version, text, changedMs } = value as Readonly<Record<string, unknown>>;
  const isWhole =
    typeof id === 'string' &&
    typeof name === 'string' &&
    typeof version === 'number' &&
    typeof changedMs === 'number' &&
    typeof text === 'string';
  return isWhole ? (value as StoredLab) : undefined;
}
