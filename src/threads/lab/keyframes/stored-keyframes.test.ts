/** Which stored keyframe is found: only one of this build, these images and this run, and only a whole one. */
import { describe, expect, it } from 'vitest';
import { NS_PER_S } from '../../../base/time/clock.ts';
import type { PcKeyframe } from '../../../machine/keyframes/keyframe.ts';
import { parseScenario } from '../../../scenario/parse.ts';
import { StoredKeyframes, type FileFolder, type StoredSubject } from './stored-keyframes.ts';

class MemoryFolder implements FileFolder {
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>();
  isFull = false;
  /** There is room for so many files. */
  room = Number.POSITIVE_INFINITY;

  list(): Promise<readonly string[]> {
    return Promise.resolve([...this.files.keys()]);
  }

  read(name: string): Promise<Uint8Array<ArrayBuffer>> {
    return Promise.resolve(this.files.get(name) ?? new Uint8Array(0));
  }

  write(name: string, parts: readonly Uint8Array[]): Promise<void> {
    if (this.isFull || this.files.size >= this.room) return Promise.reject(new Error('no room'));
    const file = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
    parts.reduce((at, part) => (file.set(part, at), at + part.length), 0);
    this.files.set(name, file);
    return Promise.resolve();
  }

  remove(name: string): Promise<void> {
    this.files.delete(name);
    return Promise.resolve();
  }
}

function lab(changes: object = {}, images: readonly string[] = ['aa'], machine = 'pc1'): StoredSubject {
  const parsed = parseScenario({
    version: 1,
    name: 'Keyframes',
    nodes: [{ kind: 'pc', name: 'pc1', nics: [{ name: 'net0', mac: '52:54:00:00:00:01' }] }],
    ...changes,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return { scenario: parsed.value, images, machine };
}

function keyframe(seconds: number): PcKeyframe {
  const memory = { bytes: 0, blocks: [], table: new Int32Array(0) };
  const devices = { known: 0, nodes: [] };
  const made = { timeNs: seconds * NS_PER_S, tape: Uint8Array.of(seconds), emulator: { memory, code: [], devices } };
  return made as unknown as PcKeyframe;
}

async function tapeOf(stored: StoredKeyframes, untilS: number): Promise<Uint8Array | undefined> {
  const found = await stored.find(lab(), 0, untilS * NS_PER_S);
  return found.ok ? found.value?.tape : undefined;
}

describe('StoredKeyframes', () => {
  it('finds the last one before the moment, for the same lab alone', async () => {
    const folder = new MemoryFolder();
    const stored = new StoredKeyframes(folder, 'build 1');
    for (const seconds of [10, 30, 20]) await stored.keep(lab(), keyframe(seconds));
    const found = async (
      from: StoredKeyframes,
      of: StoredSubject,
      untilS: number,
      aboveS = 0,
    ): Promise<number | undefined> => {
      const result = await from.find(of, aboveS * NS_PER_S, untilS * NS_PER_S);
      return result.ok ? result.value?.tape[0] : undefined;
    };
    expect(await found(stored, lab(), 25)).toBe(20);
    expect(await found(stored, lab(), 25, 20)).toBeUndefined();
    expect(await found(stored, lab(), 30)).toBe(30);
    expect(await found(stored, lab(), 9)).toBeUndefined();
    expect(await found(stored, lab({}, ['aa'], 'pc2'), 25)).toBeUndefined();
    expect(await found(stored, lab({ seed: 'other' }), 25)).toBeUndefined();
    expect(await found(stored, lab({}, ['bb']), 25)).toBeUndefined();
    expect(await found(new StoredKeyframes(folder, 'build 2'), lab(), 25)).toBeUndefined();
    // What is typed later does not count.
    const inputs = [{ machine: 'pc1', at: { ms: 15_000 }, do: { keys: ['Enter'] } }];
    expect(await found(stored, lab({ inputs }), 25)).toBe(10);
  });

  it('keeps three files, and drops one that is not whole', async () => {
    const folder = new MemoryFolder();
    const stored = new StoredKeyframes(folder, 'build 1');
    folder.files.set('something-else', new Uint8Array(1));
    for (const seconds of [1, 2, 3, 4, 4]) await stored.keep(lab(), keyframe(seconds));
    expect(folder.files.size).toBe(4);
    expect(await tapeOf(stored, 1)).toBeUndefined();
    const [name = ''] = [...folder.files.keys()].filter((each) => each.includes('-4000000000'));
    folder.files.set(name, (folder.files.get(name) ?? new Uint8Array(0)).slice(0, -8));
    expect(await stored.find(lab(), 0, 9 * NS_PER_S)).toEqual({ ok: false, error: { kind: 'damaged' } });
    expect(folder.files.has(name)).toBe(false);
    expect(await tapeOf(stored, 9)).toEqual(Uint8Array.of(3));
    // One of another moment under this name, with a whole file.
    const [third = '', other = ''] = [...folder.files.keys()].filter((each) => each !== 'something-else').reverse();
    folder.files.set(third, folder.files.get(other) ?? new Uint8Array(0));
    expect(await stored.find(lab(), 0, 9 * NS_PER_S)).toEqual({ ok: false, error: { kind: 'damaged' } });
    expect(await tapeOf(stored, 9)).toEqual(Uint8Array.of(2));
  });

  it('does without a browser that has no room', async () => {
    const folder = new MemoryFolder();
    folder.isFull = true;
    const stored = new StoredKeyframes(folder, 'build 1');
    expect(await stored.keep(lab(), keyframe(1))).toEqual({ ok: false, error: 'no room' });
    expect(await tapeOf(stored, 1)).toBeUndefined();
  });

  it('says why the browser does not give what it has', async () => {
    const folder = new MemoryFolder();
    const stored = new StoredKeyframes(folder, 'build 1');
    folder.list = () => Promise.reject(new Error('denied'));
    expect(await stored.keep(lab(), keyframe(1))).toEqual({ ok: false, error: 'denied' });
    const error = { kind: 'unreadable', reason: 'denied' };
    expect(await stored.find(lab(), 0, NS_PER_S)).toEqual({ ok: false, error });
  });

  it('gives up the oldest where there is no room for one more', async () => {
    const folder = new MemoryFolder();
    folder.room = 1;
    const stored = new StoredKeyframes(folder, 'build 1');
    for (const seconds of [1, 2]) expect((await stored.keep(lab(), keyframe(seconds))).ok).toBe(true);
    expect(await tapeOf(stored, 9)).toEqual(Uint8Array.of(2));
    expect(folder.files.size).toBe(1);
  });

  it('removes all that are its own when one did not fit its run', async () => {
    const folder = new MemoryFolder();
    const stored = new StoredKeyframes(folder, 'build 1');
    folder.files.set('something-else', new Uint8Array(1));
    await stored.keep(lab(), keyframe(1));
    expect(await tapeOf(stored, 1)).toEqual(Uint8Array.of(1));
    await stored.clear();
    expect([...folder.files.keys()]).toEqual(['something-else']);
    // What this page still has in memory is not stored again.
    await stored.keep(lab(), keyframe(1));
    expect(await tapeOf(stored, 1)).toBeUndefined();
  });
});
