/** Our dissection is Wireshark's, on every fixture. Skipped where tshark is not installed. */
import { describe, expect, it } from 'vitest';
import { compareCapture, fixtures, isKnown, report, tsharkAvailable } from './compare-tshark.ts';

describe.skipIf(!tsharkAvailable())('tshark', () => {
  for (const file of fixtures()) {
    it(`agrees on ${file.split('/').at(-1)}`, () => {
      const { frames, agreeing, differences } = compareCapture(file);
      expect(frames).toBeGreaterThan(0);
      // A comparison of nothing proves nothing.
      expect(agreeing).toBeGreaterThan(frames * 20);
      expect(report(differences.filter((one) => !isKnown(one)))).toBe('');
    });
  }
});
