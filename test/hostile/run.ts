/**
 * Hostile captures for as long as one likes: random families at random sizes, their frames damaged, moved, repeated and
 * mixed with those of another family, through every consumer.
 *
 *     npx tsx test/hostile/run.ts [COUNT] [SEED]
 *
 * COUNT captures (1000 by default) of SEED; a failure is printed with the seed of its capture (`1.42`), which makes it again:
 * `run.ts 1 1.42`. Exit code 1 when something failed.
 */
import { Capture } from '../../src/analysis/capture.ts';
import { FrameStore } from '../../src/analysis/frame-store.ts';
import { atLeast, itemAt } from '../../src/base/lists/list.ts';
import { SeededRng, type Rng } from '../../src/base/rng.ts';
import type { DissectionSession } from '../../src/protocols/core/session.ts';
import type { TreeItem } from '../../src/protocols/core/tree.ts';
import { HOSTILE_FAMILIES } from './captures.ts';
import { CONSUMERS } from './consumers.ts';

const MAX_FRAMES = 400;
const BUG = '_ws.malformed.dissector_bug';

function pick<T>(rng: Rng, items: readonly T[]): T {
  return itemAt(items, rng.below(items.length));
}

function damaged(frame: Uint8Array, rng: Rng): Uint8Array {
  const bytes = frame.slice();
  switch (rng.below(4)) {
    case 0:
      return bytes.subarray(0, rng.below(bytes.length + 1));
    case 1:
      for (let i = 1 + rng.below(4); i > 0 && bytes.length > 0; i--) bytes[rng.below(bytes.length)] = rng.below(256);
      return bytes;
    case 2: {
      // Of what lies behind the headers of Ethernet, IP and TCP.
      const from = Math.min(bytes.length, 54);
      bytes.set(rng.bytes(bytes.length - from), from);
      return bytes;
    }
    default:
      return bytes;
  }
}

function mixedCapture(rng: Rng): { readonly store: FrameStore; readonly name: string } {
  const families = [pick(rng, HOSTILE_FAMILIES), pick(rng, HOSTILE_FAMILIES)];
  const frames: Uint8Array[] = [];
  for (const family of families) {
    const made = family.make(1 + rng.below(Math.ceil(family.size / 20)), rng);
    for (let i = 0; i < Math.min(made.length, MAX_FRAMES); i++) frames.push(made.bytes(i));
  }
  const store = new FrameStore();
  const ports = [store.addInterface({ name: 'a.net0' }), store.addInterface({ name: 'b.net0' })];
  const isOrdered = rng.below(2) === 0;
  while (frames.length > 0) {
    const [frame] = atLeast(frames.splice(isOrdered ? 0 : rng.below(Math.min(frames.length, 6)), 1), 1);
    const bytes = rng.below(8) === 0 ? damaged(frame, rng) : frame;
    for (let times = rng.below(16) === 0 ? 2 : 1; times > 0; times--) {
      store.append({
        timeNs: store.length * 1000,
        interfaceId: pick(rng, ports),
        direction: 'out',
        bytes,
        origLen: Math.max(bytes.length, frame.length),
      });
    }
  }
  return { store, name: families.map(({ name }) => name).join(' + ') };
}

function findBug(session: DissectionSession): string | undefined {
  for (let index = 0; index < session.frames.length; index++) {
    const tree = session.tree(index);
    const waiting: TreeItem[] = [...tree.items];
    for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) {
      if (item.field.name === BUG) return `a dissector bug in frame ${index + 1}: ${tree.columns.info}`;
      const source = itemAt(tree.sources, item.source);
      if (item.start < 0 || item.start + item.length > source.bytes.length) {
        return `${item.field.name} of frame ${index + 1} lies outside its bytes`;
      }
      waiting.push(...item.children);
    }
  }
  return undefined;
}

function tryOne(seed: string): string | undefined {
  const { store, name } = mixedCapture(new SeededRng(seed));
  const capture = new Capture(store);
  for (const consumer of CONSUMERS) {
    try {
      consumer.use(store, capture);
    } catch (error) {
      return `${name}, ${consumer.name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
    }
  }
  const bug = findBug(capture.session);
  return bug === undefined ? undefined : `${name}: ${bug}`;
}

const [count = '1000', seed = '1'] = process.argv.slice(2);
let failures = 0;
for (let i = 0; i < Number(count); i++) {
  const one = seed.includes('.') ? seed : `${seed}.${i}`;
  const failure = tryOne(one);
  if (failure !== undefined) {
    failures++;
    console.log(`seed ${one}: ${failure}`);
  }
  if ((i + 1) % 100 === 0) console.error(`${i + 1} captures, ${failures} failed`);
}
process.exitCode = failures === 0 ? 0 : 1;
