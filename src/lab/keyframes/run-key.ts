/**
 * What a run depends on up to a moment: two runs with equal keys are the same up to there. What people do, and what breaks,
 * later does not count.
 */
import { NS_PER_MS } from '../../base/time/clock.ts';
import type { Scenario } from '../../scenario/schema.ts';

type Link = Scenario['links'][number];

export function runKey(scenario: Scenario, timeNs: number): string {
  const { seed, nodes, links, inputs, certificates } = scenario;
  return JSON.stringify([
    seed,
    nodes.map((node) => ({ ...node, position: undefined })),
    links.map((link) => ({ ...link, faults: link.faults.flatMap((fault) => faultUpTo(fault, timeNs)) })),
    inputs.filter(({ at }) => !('ms' in at) || at.ms * NS_PER_MS <= timeNs),
    certificates,
  ]);
}

function faultUpTo(fault: Link['faults'][number], timeNs: number): Link['faults'] {
  if (fault.kind !== 'down') return [fault];
  const { fromMs = 0, toMs } = fault;
  if (fromMs * NS_PER_MS > timeNs) return [];
  return [toMs === undefined || toMs * NS_PER_MS <= timeNs ? fault : { ...fault, toMs: undefined }];
}
