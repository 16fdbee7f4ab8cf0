/** Proves that a datagram is whole exactly when its fragments leave no gap, in any order, with overlaps and repeats. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StateBag } from '../core/conversation.ts';
import { IPV4_REASSEMBLY } from './reassembly.ts';

interface Fragment {
  readonly offset: number;
  readonly length: number;
  readonly more: boolean;
}

/** Of the fragments so far: whether sorted by offset they touch each other, and go as far as the last one says. */
function isWhole(fragments: readonly Fragment[]): boolean {
  const last = fragments.findLast(({ more }) => !more);
  if (last === undefined) return false;
  let reached = 0;
  for (const { offset, length } of [...fragments].sort((a, b) => a.offset - b.offset)) {
    if (offset > reached) return false;
    reached = Math.max(reached, offset + length);
  }
  return reached >= last.offset + last.length;
}

describe('fragments', () => {
  it('make a datagram when none is missing', () => {
    const fragment = fc.record({
      offset: fc.nat(12).map((eighth) => eighth * 8),
      length: fc.nat(40),
      more: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 20 }), (fragments) => {
        const reassembly = new StateBag().state(IPV4_REASSEMBLY);
        let pending: Fragment[] = [];
        for (const [frame, one] of fragments.entries()) {
          reassembly.add('a', frame, one.offset, new Uint8Array(one.length).fill(frame + 1), one.more);
          pending.push(one);
          const whole = isWhole(pending);
          expect(reassembly.done.get(frame)?.frame).toBe(whole ? frame : undefined);
          if (whole) pending = [];
        }
      }),
      { numRuns: 500 },
    );
  });
});
