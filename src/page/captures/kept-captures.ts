/** Captures that this browser keeps, in a database of their own: what each is in one list, the files beside it. */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { CaptureEntry } from './capture-store.ts';

const NAME = 'netboot-lab-captures';
/** Larger files stay in this tab only. */
export const MAX_KEPT_BYTES = 64 * 1024 ** 2;
/** Of all together. */
const MAX_KEPT_IN_ALL = 512 * 1024 ** 2;

type KeptEntry = Omit<CaptureEntry, 'file' | 'keeping'> & { readonly place: number };

interface Schema extends DBSchema {
  entries: { key: string; value: KeptEntry };
  files: { key: string; value: Blob };
}

let database: Promise<IDBPDatabase<Schema>> | undefined;

async function open(): Promise<IDBPDatabase<Schema>> {
  database ??= openDB<Schema>(NAME, 1, {
    upgrade: (db) => {
      db.createObjectStore('entries', { keyPath: 'id' });
      db.createObjectStore('files');
    },
  });
  return await database;
}

/** False when the browser has no room for it, or keeps nothing. */
export async function keepCapture({ file, keeping: _keeping, ...entry }: CaptureEntry): Promise<boolean> {
  try {
    const db = await open();
    const others = await db.getAll('entries');
    const used = others.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    if (used + entry.sizeBytes > MAX_KEPT_IN_ALL) return false;
    const place = Math.max(0, ...others.map((other) => other.place)) + 1;
    const transaction = db.transaction(['entries', 'files'], 'readwrite');
    await Promise.all([
      transaction.objectStore('entries').put({ ...entry, place }),
      transaction.objectStore('files').put(file, entry.id),
      transaction.done,
    ]);
    return true;
  } catch {
    database = undefined;
    return false;
  }
}

export async function forgetCapture(id: string): Promise<void> {
  try {
    const db = await open();
    await Promise.all([db.delete('entries', id), db.delete('files', id)]);
  } catch {
    database = undefined;
  }
}

/** In the order in which they were opened. */
export async function keptCaptures(): Promise<readonly CaptureEntry[]> {
  try {
    const db = await open();
    const entries = await db.getAll('entries');
    const found: CaptureEntry[] = [];
    for (const { place: _place, ...entry } of entries.sort((a, b) => a.place - b.place)) {
      const file = await db.get('files', entry.id);
      if (file !== undefined) found.push({ ...entry, file, keeping: 'kept' });
    }
    return found;
  } catch {
    database = undefined;
    return [];
  }
}
