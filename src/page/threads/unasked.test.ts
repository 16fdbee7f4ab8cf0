/** What was under way when the page was left is asked for after a reload of the same link, once. */
import { expect, it } from 'vitest';
import { UnaskedGuard } from './unasked.ts';

function tab() {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  return (hash: string) =>
    new UnaskedGuard(
      () => storage,
      () => hash,
    );
}

it('asks for what did not come to its end, and only for that', () => {
  const load = tab();
  const first = load('#lab=x');
  first.begin('run');
  first.begin('filter');
  first.end('filter');
  const second = load('#lab=x');
  expect([second.mustAsk('filter'), second.mustAsk('run'), second.mustAsk('run')]).toEqual([false, true, false]);
});

it('asks for nothing when all came to its end, or the link is another one', () => {
  const load = tab();
  const first = load('#lab=x');
  first.begin('run');
  expect(load('#lab=y').mustAsk('run')).toBe(false);
  first.end('run');
  expect(load('#lab=x').mustAsk('run')).toBe(false);
});

it('works without storage', () => {
  const refused = new UnaskedGuard(
    () => {
      throw new Error('refused');
    },
    () => '',
  );
  refused.begin('run');
  expect(refused.mustAsk('run')).toBe(false);
});
