/** Random choices of generated cases. */
import type { Rng } from '../../../src/base/rng.ts';

export function pick<T>(rng: Rng, list: readonly T[]): T {
  const chosen = list[rng.below(list.length)];
  if (chosen === undefined) throw new Error('nothing to choose from');
  return chosen;
}

/** From `least` to `most` of what is made. */
export function several<T>(rng: Rng, least: number, most: number, make: () => T): T[] {
  return Array.from({ length: least + rng.below(most - least + 1) }, make);
}
