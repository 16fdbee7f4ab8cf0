/** Labs in IndexedDB: versions are counted, nobody's version is overwritten, and what is refused leaves nothing behind. */
import 'fake-indexeddb/auto';
import { IDBFactory, IDBObjectStore } from 'fake-indexeddb';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { LabDatabase } from './lab-database.ts';
import type { StoredLab } from './stored-labs.ts';

const LAB: StoredLab = {
  id: 'a',
  name: 'First',
  changedMs: 1,
  version: 1,
  writer: 'page 1',
  sketch: { nodes: [], cables: [] },
  text: '{"seed":"1"}',
};

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

describe('LabDatabase', () => {
  it('lists the latest change first, and reads the document of each', async () => {
    const database = new LabDatabase();
    expect(await database.list()).toEqual({ ok: true, value: [] });
    await database.write(LAB);
    await database.write({ ...LAB, id: 'b', name: 'Second', changedMs: 2 });
    const list = await database.list();
    expect(list.ok && list.value.map(({ name }) => name)).toEqual(['Second', 'First']);
    expect(await database.read('a')).toEqual({ ok: true, value: LAB });
    await database.remove('a');
    expect(await database.read('a')).toEqual({ ok: true, value: undefined });
  });

  it('takes the version after the one that is stored, and refuses one that another page has overtaken', async () => {
    const database = new LabDatabase();
    await database.write(LAB);
    expect(await database.write({ ...LAB, version: 2, writer: 'page 2', text: '{"seed":"2"}' })).toEqual({
      ok: true,
      value: 2,
    });
    expect(await database.write({ ...LAB, version: 2, text: '{"seed":"3"}' })).toEqual({ ok: true, value: undefined });
    expect(await database.read('a')).toMatchObject({ value: { version: 2, text: '{"seed":"2"}' } });
    // The same document is no conflict.
    expect(await database.write({ ...LAB, version: 2, text: '{"seed":"2"}' })).toEqual({ ok: true, value: 2 });
  });

  it('lets a page replace what it has stored itself, whatever version it knows of', async () => {
    const database = new LabDatabase();
    await database.write(LAB);
    expect(await database.write({ ...LAB, text: '{"seed":"2"}' })).toEqual({ ok: true, value: 2 });
  });

  it('says that the browser is full, keeps no half of an entry, and works again when there is room', async () => {
    const database = new LabDatabase();
    await database.write(LAB);
    const { put } = IDBObjectStore.prototype;
    const full = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (
      this: IDBObjectStore,
      ...given
    ) {
      if (this.name === 'texts') throw new DOMException('no room', 'QuotaExceededError');
      return put.apply(this, given);
    });
    const next = { ...LAB, version: 2, name: 'Renamed', text: '{"seed":"2"}' };
    expect(await database.write(next)).toEqual({ ok: false, error: 'full' });
    full.mockRestore();
    expect(await database.read('a')).toEqual({ ok: true, value: LAB });
    expect(await database.write(next)).toEqual({ ok: true, value: 2 });
  });

  it('says that the browser keeps nothing, and works once it does', async () => {
    const allowed = globalThis.indexedDB;
    globalThis.indexedDB = {
      open: () => {
        throw new DOMException('denied', 'SecurityError');
      },
    } as unknown as IDBFactory;
    const database = new LabDatabase();
    expect(await database.write(LAB)).toEqual({ ok: false, error: 'refused' });
    globalThis.indexedDB = allowed;
    expect(await database.write(LAB)).toEqual({ ok: true, value: 1 });
  });
});
