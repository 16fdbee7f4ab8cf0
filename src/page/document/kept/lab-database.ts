/** The reader's labs in the browser's IndexedDB: short summaries for the list, and the documents beside them. */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { err, ok, type Result } from '../../../base/result.ts';
import { waitMs } from '../../../threads/api/host.ts';
import type { LabStorage, LabSummary, StorageTrouble, StoredLab } from './stored-labs.ts';

/** Files that labs name by hash are in a database of their own, which workers open too. */
const NAME = 'netboot-lab-labs';
/** Some browsers never answer when they refuse storage; the page does not wait longer for its first lab. */
const PATIENCE_MS = 4000;

interface Schema extends DBSchema {
  summaries: { key: string; value: LabSummary };
  texts: { key: string; value: string };
}

type Database = IDBPDatabase<Schema>;

export class LabDatabase implements LabStorage {
  private opened: Promise<Database> | undefined;

  async list(): Promise<Result<readonly LabSummary[], StorageTrouble>> {
    return await this.attempt(async (db) => {
      const labs = await db.getAll('summaries');
      return labs.sort((a, b) => b.changedMs - a.changedMs);
    });
  }

  async read(id: string): Promise<Result<StoredLab | undefined, StorageTrouble>> {
    return await this.attempt(async (db) => {
      const transaction = db.transaction(['summaries', 'texts']);
      const [summary, text] = await Promise.all([
        transaction.objectStore('summaries').get(id),
        transaction.objectStore('texts').get(id),
      ]);
      return summary === undefined || text === undefined ? undefined : { ...summary, text };
    });
  }

  async write({ text, ...summary }: StoredLab): Promise<Result<number | undefined, StorageTrouble>> {
    return await this.attempt(async (db) => {
      const transaction = db.transaction(['summaries', 'texts'], 'readwrite');
      const { done } = transaction;
      // It is awaited below, unless something fails before.
      done.catch(() => undefined);
      try {
        const stored = await transaction.objectStore('summaries').get(summary.id);
        const isNext =
          stored === undefined || stored.version === summary.version - 1 || stored.writer === summary.writer;
        if (!isNext) {
          const isSame = (await transaction.objectStore('texts').get(summary.id)) === text;
          return isSame ? stored.version : undefined;
        }
        const version = stored === undefined ? summary.version : stored.version + 1;
        await transaction.objectStore('summaries').put({ ...summary, version });
        await transaction.objectStore('texts').put(text, summary.id);
        await done;
        return version;
      } catch (error) {
        // A summary without its document, or the other way round, must not stay.
        abort(transaction);
        throw error;
      }
    });
  }

  async remove(id: string): Promise<Result<undefined, StorageTrouble>> {
    return await this.attempt(async (db) => {
      const transaction = db.transaction(['summaries', 'texts'], 'readwrite');
      await Promise.all([
        transaction.objectStore('summaries').delete(id),
        transaction.objectStore('texts').delete(id),
        transaction.done,
      ]);
      return undefined;
    });
  }

  private async attempt<T>(work: (db: Database) => Promise<T>): Promise<Result<T, StorageTrouble>> {
    try {
      this.opened ??= this.open();
      return ok(await work(await this.opened));
    } catch (error) {
      const isFull = error instanceof Error && error.name === 'QuotaExceededError';
      // Storage that was denied once may be allowed later: then it is reopened.
      if (!isFull) this.opened = undefined;
      return err(isFull ? 'full' : 'refused');
    }
  }

  private async open(): Promise<Database> {
    const opening = openDB<Schema>(NAME, 1, {
      upgrade: (db) => {
        db.createObjectStore('summaries', { keyPath: 'id' });
        db.createObjectStore('texts');
      },
      // Another tab wants to delete it, or has a newer page.
      blocking: (_current, _blocked, event) => {
        (event.target as IDBDatabase).close();
        this.opened = undefined;
      },
      terminated: () => {
        this.opened = undefined;
      },
    });
    const tooLate = waitMs(PATIENCE_MS).then(() => {
      throw new Error('the browser does not open its storage');
    });
    return await Promise.race([opening, tooLate]);
  }
}

function abort(transaction: { abort(): void }): void {
  try {
    transaction.abort();
  } catch {
    // It has ended by itself.
  }
}
