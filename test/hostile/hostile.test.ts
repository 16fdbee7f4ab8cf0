/**
 * Captures made to hurt, against everything that looks at a capture. Sizes are such that a cost that grows with a square
 * is hardly felt and a cube would never end; what is counted is how often the frames are fetched, which no computer's
 * speed sways. `run.ts` does the same with other seeds, for as long as one likes.
 */
import { describe, expect, it } from 'vitest';
import { atLeast } from '../../src/base/lists/list.ts';
import { Capture, FilteredFrames } from '../../src/analysis/capture.ts';
import { compileFilter } from '../../src/analysis/filter/filter.ts';
import { FrameStore } from '../../src/analysis/frame-store.ts';
import { checkSession } from '../support/frames.ts';
import { HOSTILE_FAMILIES, hostileCapture } from './captures.ts';
import { CONSUMERS, FILTERS } from './consumers.ts';

/** Part of a family's size for which the benchmark is made. */
const SMALL = 1 / 32;

/** Counts how often a frame's bytes are asked for. */
class CountedStore extends FrameStore {
  fetches = 0;

  override bytes(index: number): Uint8Array {
    this.fetches++;
    return super.bytes(index);
  }
}

function counted(store: FrameStore): CountedStore {
  const copy = new CountedStore(store.originS);
  for (const info of store.interfaces) copy.addInterface(info);
  for (let index = 0; index < store.length; index++) copy.append(store.record(index));
  return copy;
}

describe.each(HOSTILE_FAMILIES)('$name', (family) => {
  const n = Math.ceil(family.size * SMALL);

  it('every consumer ends, and twice as much costs about twice as many looks at frames', () => {
    for (const consumer of CONSUMERS) {
      const [once, twice] = atLeast(
        [n, 2 * n].map((size) => {
          const store = counted(hostileCapture(family, size, 'ci'));
          const capture = new Capture(store);
          if (consumer.isFirst === undefined) capture.layers.advance();
          store.fetches = 0;
          consumer.use(store, capture);
          return store.fetches;
        }),
        2,
      );
      // Gaps are waited for until 128 segments have come, so what is small costs less; a square would make it four times.
      expect(twice, consumer.name).toBeLessThanOrEqual(2.5 * once + 200);
    }
  });

  it('every item lies in its bytes, and every filter answers alike for the list and for one frame', () => {
    const store = hostileCapture(family, Math.min(n, 24), 'ci');
    const capture = new Capture(store);
    checkSession(capture.session);
    for (const text of FILTERS) {
      const filter = compileFilter(text, capture.registry);
      if (!filter.ok) throw new Error(filter.error.message.text);
      const listed = new FilteredFrames(capture, filter.value);
      listed.advance();
      const matched = Array.from({ length: store.length }, (_, index) => index).filter((index) =>
        filter.value.matches(capture.session, index),
      );
      expect([...listed.toArray()], text).toEqual(matched);
    }
  });
});

describe('texts of which a cube, or a square, would take hours', () => {
  const BLANKS = 60_000;
  it.each([
    'blanks in Content-Length',
    'blanks in a header',
    'words in a start line',
    'folded header lines',
    'syslog newlines',
  ])('%s: every consumer ends', (name) => {
    const family = HOSTILE_FAMILIES.find((one) => one.name === name);
    if (family === undefined) throw new Error(`no family ${name}`);
    const store = hostileCapture(family, BLANKS, 'ci');
    const capture = new Capture(store);
    for (const consumer of CONSUMERS) consumer.use(store, capture);
    expect(capture.layers.length).toBe(store.length);
  });
});
