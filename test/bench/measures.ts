/** All measures, in the order in which they are run. */
import { boot, machineMemory } from './boot.ts';
import { dhcp } from './dhcp.ts';
import { filter } from './filter.ts';
import { frames } from './frames.ts';
import { linear } from './linear.ts';
import { multicast } from './multicast.ts';
import { san } from './san.ts';
import { script } from './script.ts';
import { storm } from './storm.ts';
import { tls } from './tls.ts';
import { transfer } from './transfer.ts';
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
