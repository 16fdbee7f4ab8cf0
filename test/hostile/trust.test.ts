/** A thousand damaged signatures, certificates, OCSP answers, key files and TLS conversations: refused, never by an exception. */
import { describe, expect, it } from 'vitest';
import { SeededRng } from '../../src/base/rng.ts';
import { mutated, TARGETS } from './trust-mutations.ts';

const COUNT = 1000;

describe.each(TARGETS)('$name', (target) => {
  const count = target.name.includes('TLS') ? COUNT / 2 : target.name.startsWith('the image') ? COUNT / 5 : COUNT;

  it(`${count} times damaged: never taken for good`, { timeout: 60_000 }, () => {
    const taken: number[] = [];
    for (let i = 0; i < count; i++) if (target.isTaken(new SeededRng(`${target.name} ${i}`))) taken.push(i);
    expect(taken).toEqual([]);
  });
});

it('the damage is done', () => {
  const bytes = new SeededRng('x').bytes(100);
  const changed = Array.from({ length: 100 }, (_, i) => Buffer.from(mutated(bytes, new SeededRng(`${i}`))));
  expect(changed.filter((one) => one.equals(Buffer.from(bytes))).length).toBeLessThan(5);
});
