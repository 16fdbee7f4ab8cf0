/** All measures, in the order in which they are run. */
import { boot, machineMemory } from './subjects/boot.ts';
import { dhcp } from './subjects/dhcp.ts';
import { filter } from './subjects/filter.ts';
import { frames } from './frames.ts';
import { linear } from './subjects/linear.ts';
import { multicast } from './subjects/multicast.ts';
import { san } from './subjects/san.ts';
import { script } from './subjects/script.ts';
import { storm } from './subjects/storm.ts';
import { tls } from './subjects/tls.ts';
import { transfer } from './subjects/transfer.ts';
import type { Measure } from './types.ts';

export const MEASURES: readonly Measure[] = [
  transfer,
  tls,
  san,
  boot,
  frames,
  machineMemory,
  storm,
  multicast,
  filter,
  linear,
  dhcp,
  script,
];

export function findMeasure(name: string): Measure {
  const found = MEASURES.find((measure) => measure.name === name);
  if (found === undefined) throw new Error(`no such measure: ${name}`);
  return found;
}
