/** A past moment is made from what was recorded up to it, and from nothing later. */
import { describe, expect, it } from 'vitest';
import type { LabEvent } from '../base/event-log.ts';
import type { LabUpdate } from './lab-api.ts';
import { momentAt } from './shown.ts';
import type { StageEvent } from './store.ts';

const stage = (id: number, timeNs: number, name: StageEvent['stage']): StageEvent => ({
  id,
  timeNs,
  node: 'pc1',
  kind: 'stage',
  stage: name,
  text: name,
});

// What the CPU did within a slice is told after it: the third stands before the second in time.
const stages = [
  stage(0, 100, 'power-on'),
  stage(2, 500, 'nbp-entry'),
  stage(3, 400, 'dhcp-ack'),
  stage(4, 900, 'power-off'),
];
const events: readonly LabEvent[] = [
  ...stages,
  { id: 5, timeNs: 950, node: 'pc2', kind: 'log', service: 'x', text: '' },
];
const machine = {
  name: 'pc1',
  kind: 'bare',
  power: 'off',
  stage: undefined,
  stageText: '',
  memMiB: 0,
  instructionsM: 0,
} as const;
const update: LabUpdate = {
  generation: 1,
  timeNs: 1000,
  mode: { kind: 'paused' },
  stopped: undefined,
  speed: 0,
  frames: 9,
  events: [],
  machines: [machine],
  links: [],
  flights: [{ link: 0, direction: 'a-to-b', sentNs: 990, arrivalNs: 1010, event: 9 }],
  hits: [],
  switches: [],
  leases: [],
};

describe('a past moment', () => {
  it.each([
    [50, 'off', '', 0],
    [100, 'on', 'power-on', 1],
    [450, 'on', 'dhcp-ack', 2],
    [899, 'on', 'nbp-entry', 3],
    [900, 'off', 'power-off', 4],
  ])('at %i shows the machine %s, at stage "%s"', (timeNs, power, stageText, count) => {
    const shown = momentAt({ update, events, stages }, timeNs);
    expect(shown.update).toMatchObject({ timeNs, flights: [], machines: [{ power, stageText }] });
    expect(shown.events).toHaveLength(count);
    expect(shown.events.every((event) => event.timeNs <= timeNs)).toBe(true);
  });
});
