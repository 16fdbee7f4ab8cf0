/** All measures, in the order in which they are run. */
import { frames } from './frames.ts';
import { transfer } from './transfer.ts';
import type { Measure } from './types.ts';

export const MEASURES: readonly Measure[] = [transfer, frames];

export function findMeasure(name: string): Measure {
  const found = MEASURES.find((measure) => measure.name === name);
  if (found === undefined) throw new Error(`no such measure: ${name}`);
  return found;
}
