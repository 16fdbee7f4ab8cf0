/** A cable's faults, from the scenario's words to the port that they are put round. */
import type { Clock } from '../base/clock.ts';
import { NS_PER_MS, NS_PER_US } from '../base/clock.ts';
import { err, ok, unreachable, type Result } from '../base/result.ts';
import type { Fault, FaultDirection, FaultPort, FrameAction } from '../net/faults.ts';
import type { ScenarioFault, ScenarioLink } from '../scenario/schema.ts';
import type { ConditionError } from './condition.ts';
import type { FrameFilters } from './triggers.ts';

interface TimedFault {
  readonly fault: Fault;
  readonly fromNs: number;
  readonly toNs: number;
}

/** The faults of a link as seen from the port at its end `a` (or `b`); `index` of the fault that cannot be read. */
export function readFaults(
  link: ScenarioLink,
  side: 'a' | 'b',
  filters: FrameFilters,
): Result<readonly TimedFault[], ConditionError & { readonly index: number }> {
  const timed: TimedFault[] = [];
  for (const [index, fault] of link.faults.entries()) {
    const made = makeFault(fault, side, filters);
    if (!made.ok) return err({ ...made.error, index });
    const fromNs = Math.round((fault.fromMs ?? 0) * NS_PER_MS);
    const toNs = fault.toMs === undefined ? Number.POSITIVE_INFINITY : Math.round(fault.toMs * NS_PER_MS);
    timed.push({ fault: made.value, fromNs, toNs });
  }
  return ok(timed);
}

function makeFault(fault: ScenarioFault, side: 'a' | 'b', filters: FrameFilters): Result<Fault, ConditionError> {
  const direction: FaultDirection =
    fault.direction === 'both' ? 'both' : (fault.direction === 'a-to-b') === (side === 'a') ? 'out' : 'in';
  switch (fault.kind) {
    case 'loss':
    case 'duplicate':
    case 'corrupt':
      return ok({ kind: fault.kind, probability: fault.probability, direction });
    case 'delay':
      return ok({
        kind: 'delay',
        delayNs: fault.delayUs * NS_PER_US,
        jitterNs: fault.jitterUs * NS_PER_US,
        direction,
      });
    case 'reorder':
      return ok({ kind: 'reorder', probability: fault.probability, delayNs: fault.delayUs * NS_PER_US, direction });
    case 'mtu':
      return ok({ kind: 'mtu', mtuBytes: fault.bytes, direction });
    case 'down':
      return ok({
        kind: 'link-down',
        fromNs: Math.round((fault.fromMs ?? 0) * NS_PER_MS),
        ...(fault.toMs === undefined ? {} : { untilNs: Math.round(fault.toMs * NS_PER_MS) }),
      });
    case 'match': {
      const filter = filters.compile(fault.filter);
      if (!filter.ok) return filter;
      return ok({
        kind: 'nth',
        n: fault.nth ?? 1,
        times: fault.nth === undefined ? Number.POSITIVE_INFINITY : 1,
        match: (frame) => filters.matchesFrame(filter.value, frame),
        description: fault.filter,
        action: actionOf(fault),
        direction,
      });
    }
    default:
      return unreachable(fault);
  }
}

function actionOf(fault: ScenarioFault & { kind: 'match' }): FrameAction {
  return fault.action === 'delay' ? { kind: 'delay', delayNs: fault.delayUs * NS_PER_US } : { kind: fault.action };
}

/** Puts the faults on a port, each while its time lasts. */
export function applyFaults(port: FaultPort, faults: readonly TimedFault[], clock: Clock): void {
  const set = (): void => {
    const { nowNs } = clock;
    const holds = ({ fault, fromNs, toNs }: TimedFault): boolean =>
      fault.kind === 'link-down' || (fromNs <= nowNs && nowNs < toNs);
    port.setFaults(faults.filter(holds).map(({ fault }) => fault));
  };
  set();
  const borders = faults
    .filter(({ fault }) => fault.kind !== 'link-down')
    .flatMap(({ fromNs, toNs }) => [fromNs, toNs])
    .filter((timeNs) => timeNs > clock.nowNs && Number.isFinite(timeNs));
  for (const timeNs of new Set(borders)) clock.schedule(timeNs - clock.nowNs, set);
}
