/**
 * Values that components derive from the lab's events. Each event is processed once, however often a component renders;
 * when looking back, only events up to that time count.
 */
import { useMemo } from 'react';
import type { LabEvent } from '../base/event-log.ts';
import { useShown } from '../page/time/displayed-lab.ts';
import { EventFold, latest, LatestFold, type Fold } from '../page/time/event-history.ts';

/** `make` must stay the same function for as long as the fold is used. */
export function useFold<S>(make: () => Fold<S>): S {
  const history = useShown((state) => state.history);
  const count = useShown((state) => state.count);
  const pastNs = useShown((state) => state.pastNs);
  const fold = useMemo(() => new EventFold(make(), history, pastNs), [make, history, pastNs]);
  return fold.upTo(count);
}

/** The last `most` events that `picks` takes; `picks` must stay the same function. */
export function useLatest<E extends LabEvent>(most: number, picks: (event: LabEvent) => event is E): readonly E[] {
  const history = useShown((state) => state.history);
  const pastNs = useShown((state) => state.pastNs);
  const count = useShown((state) => (pastNs === undefined ? state.count : -1));
  const fold = useMemo(
    () => (pastNs === undefined ? new EventFold(new LatestFold(most, picks), history, undefined) : undefined),
    [most, picks, history, pastNs],
  );
  const past = useMemo(
    () => (pastNs === undefined ? undefined : latest({ history, count: history.count, pastNs }, most, picks)),
    [most, picks, history, pastNs],
  );
  return fold === undefined ? (past ?? []) : fold.upTo(count);
}
