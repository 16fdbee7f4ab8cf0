/** A cable of the lab: the wire, plugged in at both ends, and its outages. */
import { NS_PER_US, type Clock } from '../../base/time/clock.ts';
import { faultEvent, netMessage } from '../../net/messages.ts';
import { Wire, type PlugPort } from '../../net/link.ts';
import type { NodeContext } from '../context.ts';
import { CableHistory } from './cable-history.ts';
import type { Outage } from './faults.ts';
import type { Cable } from '../rows.ts';

export interface LabLink {
  /** Which link of the scenario it is (or is one of). */
  readonly index: number;
  readonly a: string;
  readonly b: string;
  readonly wire: Wire;
  /** Its frames, past and in flight. */
  readonly history: CableHistory;
  /** Takes the link down or up now, and says so in the log. */
  setUp(up: boolean): void;
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
  const setUp = (up: boolean): void => {
    const message = netMessage(up ? 'net.link-up' : 'net.link-down', { link: name });
    sink.withCause(sink.emit(faultEvent('link-down', message)), () => wire.setUp(up));
  };
  planOutages(wire, outages, clock, setUp);
  wire.connect(a, b);
  return { index, a: a.name, b: b.name, wire, history, setUp };
}

/** Takes the link down and up again at its times. */
function planOutages(wire: Wire, outages: readonly Outage[], clock: Clock, setUp: (up: boolean) => void): void {
  const { nowNs } = clock;
  const isDown = (timeNs: number): boolean =>
    outages.some(({ fromNs, untilNs }) => fromNs <= timeNs && timeNs < untilNs);
  // The initial state is not a change, so it is not logged.
  if (isDown(nowNs)) wire.setUp(false);
  const borders = outages.flatMap(({ fromNs, untilNs }) => [fromNs, untilNs]);
  for (const timeNs of new Set(borders)) {
    if (timeNs <= nowNs || !Number.isFinite(timeNs)) continue;
    const up = !isDown(timeNs);
    clock.schedule(timeNs - nowNs, () => setUp(up));
  }
}
