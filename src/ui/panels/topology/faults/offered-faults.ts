/** Initial settings of added faults: strong enough to be noticed in the next boot. */
import type { ScenarioFault, ScenarioPortFault } from '../../../../scenario/schema.ts';

/** Of a cable and of a port alike. */
export const OFFERED_FAULTS = [
  { kind: 'loss', probability: 0.2, direction: 'both' },
  { kind: 'delay', delayUs: 50_000, jitterUs: 10_000, direction: 'both' },
  { kind: 'reorder', probability: 0.2, delayUs: 2_000, direction: 'both' },
  { kind: 'duplicate', probability: 0.2, direction: 'both' },
  { kind: 'corrupt', probability: 0.05, direction: 'both' },
  { kind: 'bandwidth', mbps: 1, direction: 'both' },
  { kind: 'mtu', bytes: 1000, direction: 'both' },
  { kind: 'down', fromMs: 2_000, toMs: 5_000, direction: 'both' },
] as const satisfies readonly (ScenarioFault & ScenarioPortFault)[];
