/** Progress is kept in the browser's storage, where anything may stand, and which may be refused. */
import { describe, expect, it } from 'vitest';
import { ProgressMemory } from './progress.ts';

function storageOf(text: string | null): Pick<Storage, 'getItem' | 'setItem'> & { text: string | null } {
  return {
    text,
    getItem() {
      return this.text;
    },
    setItem(_key: string, value: string) {
      this.text = value;
    },
  };
}

describe('the memory of progress', () => {
  it('gives back what was stored', () => {
    const storage = storageOf(null);
    const progress = { 'first-boot': { done: ['run', 'file'], answers: { file: 'boot.bin', wait: 1 } } };
    new ProgressMemory(storage).write(progress);
    expect(new ProgressMemory(storage).read()).toEqual(progress);
  });

  it.each([
    ['nothing', null, {}],
    ['no JSON', '{', {}],
    ['something else', '[1]', {}],
    [
      'odd values',
      JSON.stringify({ a: { done: ['x', 1, null], answers: { x: {}, y: true, z: 'z'.repeat(401), w: 2 } }, b: 7 }),
      { a: { done: ['x'], answers: { w: 2 } } },
    ],
  ])('takes %s as far as it can be progress', (_what, text, expected) => {
    expect(new ProgressMemory(storageOf(text)).read()).toEqual(expected);
  });

  it('goes on without a storage, and with one that refuses', () => {
    const refusing = {
      getItem: () => {
        throw new Error('denied');
      },
      setItem: () => {
        throw new Error('full');
      },
    };
    for (const storage of [undefined, refusing]) {
      const memory = new ProgressMemory(storage);
      memory.write({});
      memory.writeDraft({});
      expect(memory.read()).toEqual({});
      expect(memory.readDraft() ?? undefined).toBeUndefined();
    }
  });
});
