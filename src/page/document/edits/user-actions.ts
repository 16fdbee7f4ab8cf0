/**
 * User actions during a run, as part of a scenario: a lab opened with them repeats the run to the nanosecond. Going
 * back and shared links need this.
 */
import { NS_PER_MS } from '../../../base/time/clock.ts';
import type { Scenario, ScenarioUserInput } from '../../../scenario/schema.ts';

/** A link that a person took down. */
export interface ManualOutage {
  /** Index of the link in the scenario. */
  readonly link: number;
  readonly fromNs: number;
  /** Absent: it is still down. */
  readonly untilNs?: number;
}

export interface UserActions {
  readonly inputs: readonly ScenarioUserInput[];
  readonly outages: readonly ManualOutage[];
}

/** The actions up to a time. */
export function doneUpTo({ inputs, outages }: UserActions, timeNs: number): UserActions {
  return {
    inputs: inputs.filter(({ at }) => 'ms' in at && at.ms * NS_PER_MS <= timeNs),
    outages: outages
      .filter(({ fromNs }) => fromNs <= timeNs)
      .map(({ link, fromNs, untilNs }) => ({
        link,
        fromNs,
        ...(untilNs === undefined || untilNs > timeNs ? {} : { untilNs }),
      })),
  };
}

/** Notes that a link was taken down or up. */
export function withOutage(
  outages: readonly ManualOutage[],
  link: number,
  up: boolean,
  atNs: number,
): readonly ManualOutage[] {
  if (!up) return [...outages, { link, fromNs: atNs }];
  return outages.map((outage) =>
    outage.link === link && outage.untilNs === undefined ? { ...outage, untilNs: atNs } : outage,
  );
}

/** The scenario that replays these actions. */
export function withUserActions(scenario: Scenario, { inputs, outages }: UserActions): Scenario {
  const links = scenario.links.map((link, index) => {
    const own = outages.filter((outage) => outage.link === index);
    const faults = own.map(({ fromNs, untilNs }) => ({
      kind: 'down' as const,
      direction: 'both' as const,
      fromMs: fromNs / NS_PER_MS,
      ...(untilNs === undefined ? {} : { toMs: untilNs / NS_PER_MS }),
    }));
    return own.length === 0 ? link : { ...link, faults: [...link.faults, ...faults] };
  });
  return { ...scenario, links, inputs: [...scenario.inputs, ...inputs] };
}
