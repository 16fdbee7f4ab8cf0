/** A cable of the lab: the wire, with the faults of its link round one of its ends. */
import { NS_PER_US } from '../base/clock.ts';
import { FaultPort } from '../net/faults.ts';
import { Wire, type PlugPort } from '../net/link.ts';
import type { FramePort } from '../net/port.ts';
import type { ScenarioFaultReport } from '../scenario/parse.ts';
import type { ScenarioLink } from '../scenario/schema.ts';
import type { NodeContext } from './context.ts';
import { applyFaults, readFaults } from './faults.ts';
import type { FrameFilters } from './triggers.ts';

export interface LabLink {
  /** Which link of the scenario it is (or is one of). */
  readonly index: number;
  readonly a: string;
  readonly b: string;
  readonly wire: Wire;
}

export function buildWire(context: NodeContext, link: ScenarioLink, index: number, a: PlugPort, b: PlugPort): LabLink {
  const name = `${a.name} – ${b.name}`;
  const options = { latencyNs: link.latencyUs * NS_PER_US, bandwidthBps: link.bandwidthMbps * 1e6 };
  const wire = new Wire(name, context.clock, options, context.log.sink(name)).connect(a, b);
  return { index, a: a.name, b: b.name, wire };
}

/**
 * The port as its owner sees it: with the faults of the link that is plugged in there, if this is the end that has
 * them. A faulty filter is reported by its place.
 */
export function faultyPort(
  context: Pick<NodeContext, 'clock' | 'rng' | 'log'>,
  filters: FrameFilters,
  links: readonly ScenarioLink[],
  isSwitch: (node: string) => boolean,
  port: PlugPort,
  report: (fault: ScenarioFaultReport) => void,
): FramePort {
  const index = links.findIndex(({ a, b, faults }) => faults.length > 0 && (a === port.name || b === port.name));
  if (index < 0) return port;
  const link = links[index];
  // One end has them, and sees both directions: that of a station if there is one, else the first.
  const side = isSwitch(link.a.split('.')[0]) && !isSwitch(link.b.split('.')[0]) ? 'b' : 'a';
  if (link[side] !== port.name) return port;
  const faults = readFaults(link, side, filters);
  if (!faults.ok) {
    const { index: which, offset, message } = faults.error;
    report({ path: `$.links[${index}].faults[${which}].filter`, message: `at ${offset + 1}: ${message}` });
    return port;
  }
  const rng = context.rng.derive(`faults of ${link.a} ${link.b}`);
  const faulty = new FaultPort(port, context.clock, rng, context.log.sink(`${link.a} – ${link.b}`));
  applyFaults(faulty, faults.value, context.clock);
  return faulty;
}
