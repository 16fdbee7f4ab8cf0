/** A cable of the lab: the wire, plugged in at both ends, and when it has no link. */
import { NS_PER_US, type Clock } from '../base/clock.ts';
import type { EventSink } from '../base/event-log.ts';
import { Wire, type PlugPort } from '../net/link.ts';
import type { NodeContext } from './context.ts';
import { CableHistory } from './cable-history.ts';
import type { Outage } from './faults.ts';
import type { Cable } from './rows.ts';

export interface LabLink {
  /** Which link of the scenario it is (or is one of). */
  readonly index: number;
  readonly a: string;
  readonly b: string;
  readonly wire: Wire;
  /** What has been on it, and is. */
  readonly history: CableHistory;
}

/** Plugs a cable of the scenario into its ports. */
export function buildWire(
  { clock, log }: Pick<NodeContext, 'clock' | 'log'>,
  { link, index }: Cable,
  outages: readonly Outage[],
  a: PlugPort,
  b: PlugPort,
): LabLink {
  const name = `${a.name} – ${b.name}`;
  const options = { latencyNs: link.latencyUs * NS_PER_US, bandwidthBps: link.bandwidthMbps * 1e6 };
  const sink = log.sink(name);
  const wire = new Wire(name, clock, options, sink);
  const history = new CableHistory(clock, log);
  wire.watch(history);
  planOutages(wire, outages, clock, sink);
  wire.connect(a, b);
  return { index, a: a.name, b: b.name, wire, history };
}

/** Takes the link down and up again at its times. */
function planOutages(wire: Wire, outages: readonly Outage[], clock: Clock, log: EventSink): void {
  const { nowNs } = clock;
  const isDown = (timeNs: number): boolean =>
    outages.some(({ fromNs, untilNs }) => fromNs <= timeNs && timeNs < untilNs);
  // What holds from the start is no change that anybody sees.
  if (isDown(nowNs)) wire.setUp(false);
  const borders = outages.flatMap(({ fromNs, untilNs }) => [fromNs, untilNs]);
  for (const timeNs of new Set(borders)) {
    if (timeNs <= nowNs || !Number.isFinite(timeNs)) continue;
    const up = !isDown(timeNs);
    clock.schedule(timeNs - nowNs, () => {
      const text = up ? 'the link comes up again' : 'the link goes down';
      log.withCause(log.emit({ kind: 'fault', code: 'fault.link-down', text: `${wire.name}: ${text}.` }), () =>
        wire.setUp(up),
      );
    });
  }
}
