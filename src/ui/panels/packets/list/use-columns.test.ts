/** Proves which cells of the packet list are left without a clip: those whose text certainly fits. */
import { expect, it } from 'vitest';
import { fits } from './use-columns.ts';

it('clips what is longer than its column, and what may be wider than the font says', () => {
  expect(fits('52:54:00:12:34:56', 130)).toBe(true);
  expect(fits('255.255.255.255', 106)).toBe(false);
  expect(fits('0.000 000', 78)).toBe(true);
  expect(fits('日本', 78)).toBe(false);
});
