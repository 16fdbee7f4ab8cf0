/** Proves that the newest keys are kept, and that the old ones are let go. */
import { describe, expect, it } from 'vitest';
import { itemAt } from './list.ts';
import { RecentMap } from './recent-map.ts';

describe('a map of recent keys', () => {
  it('has the newest keys, however many there were', () => {
    const map = new RecentMap<object, number>(10);
    const keys = Array.from({ length: 95 }, () => ({}));
    keys.forEach((key, i) => {
      map.set(key, i);
      for (let back = Math.max(0, i - 9); back <= i; back++) expect(map.get(itemAt(keys, back))).toBe(back);
    });
    expect(keys.filter((key) => map.get(key) !== undefined).length).toBeLessThanOrEqual(20);
  });

  it('takes a later value for a key that it had', () => {
    const map = new RecentMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.set('a', 3);
    expect(map.get('a')).toBe(3);
  });
});
