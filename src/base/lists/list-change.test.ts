/** A list sent as changes is the same list at the other end. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { listChange, withChange } from './list-change.ts';

const entry = fc.record({ name: fc.string(), up: fc.boolean(), ports: fc.array(fc.nat(3), { maxLength: 3 }) });

it('gives the list back from the one before and the change', () => {
  fc.assert(
    fc.property(fc.array(entry), fc.array(entry), (before, now) => {
      expect(withChange(before, listChange(before, now))).toEqual(now);
    }),
  );
});

it('sends nothing for what is as it was, and keeps the very list', () => {
  const before = [{ name: 'a', ports: [1, 2] }, { name: 'b' }];
  const change = listChange(before, [{ name: 'a', ports: [1, 2] }, { name: 'b' }]);
  expect(change).toEqual({ length: 2, changed: [] });
  expect(withChange(before, change)).toBe(before);
  expect(listChange(before, [{ name: 'a', ports: [1, 3] }, { name: 'b' }]).changed).toEqual([
    [0, { name: 'a', ports: [1, 3] }],
  ]);
});
