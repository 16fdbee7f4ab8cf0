/** What looks wrong, by severity, with the remedy; and what happened, as sentences in order. */
import { useDeferredValue, useEffect, useMemo, useState, type ReactNode } from 'react';
import type { LabEvent } from '../../base/event-log.ts';
import type { FindingView } from '../../threads/api/lab-api.ts';
import { useSelected } from '../../page/time/selection-details.ts';
import { useShown } from '../../page/time/displayed-lab.ts';
import { useDocument, useLive, useView } from '../../page/store.ts';
import { useController, useText } from '../hooks.ts';
import { CaptureFile } from '../packets/filter-bar.tsx';
import { Empty } from '../parts/empty.tsx';
import { EventItem } from './explain.tsx';
import { useTroubles, type Trouble } from './troubles.ts';
import styles from './story.module.css';

const TOLD: ReadonlySet<LabEvent['kind']> = new Set(['stage', 'decision', 'server', 'fault', 'input']);
const SHOWN = 400;
const NONE: readonly LabEvent[] = [];

/** Names by MAC address. */
function useMachineNames(): Readonly<Record<string, string>> {
  const scenario = useDocument((state) => state.scenario);
  return useMemo(() => {
    const nics = (scenario?.nodes ?? []).flatMap((node) =>
      node.kind === 'switch' ? [] : node.nics.map(({ mac }) => [mac.toLowerCase(), node.name]),
    );
    return Object.fromEntries(nics) as Readonly<Record<string, string>>;
  }, [scenario]);
}

/** Asked for when the lab stands still, and now and then while it runs. */
function useFindings(): readonly FindingView[] {
  const { client } = useController();
  const names = useMachineNames();
  const [findings, setFindings] = useState<readonly FindingView[]>([]);
  const second = useShown((state) => Math.floor((state.update?.timeNs ?? 0) / 1e9));
  const generation = useLive((state) => state.update?.generation);
  const capture = useView((state) => state.capture);
  const atRest = useLive((state) => state.update?.mode.kind === 'paused');
  useEffect(() => {
    let live = true;
    void client.analysis.findings(names).then((found) => {
      if (live) setFindings(found);
    });
    return () => {
      live = false;
    };
  }, [client, names, generation, capture, atRest, second]);
  return findings;
}

export function Story(): ReactNode {
  const text = useText();
  // Hundreds of lines come at once, and change while somebody looks back: the page does not wait for them.
  const events = useDeferredValue(
    useShown((state) => state.events),
    NONE,
  );
  // Of a capture file nothing is known but its frames.
  const capture = useView((state) => state.capture);
  const own = capture === undefined ? events : NONE;
  const told = useMemo(() => own.filter((event) => TOLD.has(event.kind)).slice(-SHOWN), [own]);
  const troubles = useTroubles(useFindings(), own);
  const selected = useSelected((state) => state.explanation?.event);
  const related = useSelected((state) => state.related);
  const anchor = useMemo(
    () =>
      selected === undefined
        ? undefined
        : (told.find(({ id }) => id === selected.id) ??
          told.find(({ id }) => related.has(id)) ??
          told.findLast(({ timeNs }) => timeNs <= selected.timeNs)),
    [told, selected, related],
  );
  if (told.length === 0 && troubles.length === 0)
    return (
      <Empty title={text(capture === undefined ? 'story.empty' : 'story.nothingFound')}>
        <CaptureFile />
      </Empty>
    );
  return (
    <div className={styles['scroll']} tabIndex={0} role="region" aria-label={text('panel.story')} data-testid="story">
      <CaptureFile />
      {troubles.length > 0 ? (
        <section aria-label={text('story.findings')}>
          <h2 className={styles['heading']}>{text('story.findings')}</h2>
          <ul className={styles['findings']}>
            {troubles.map((trouble) => (
              <Finding key={trouble.key} trouble={trouble} />
            ))}
          </ul>
        </section>
      ) : null}
      {told.length > 0 ? <h2 className={styles['heading']}>{text('story.told')}</h2> : null}
      <ol className={styles['events']}>
        {told.map((event) => (
          <EventItem key={event.id} event={event} isAnchor={event === anchor} />
        ))}
      </ol>
    </div>
  );
}

function Finding({ trouble }: { readonly trouble: Trouble }): ReactNode {
  const text = useText();
  const { event, severity, says, remedy, rule } = trouble;
  return (
    <li data-severity={severity}>
      <strong>{text('story.finding', { severity: text(`severity.${severity}`), text: says })}</strong> {text(remedy)}
      {rule === undefined ? null : <cite>{rule}</cite>}
      {event === undefined ? null : (
        <button type="button" onClick={() => useView.setState({ selection: { kind: 'event', id: event } })}>
          {text('story.show')}
        </button>
      )}
    </li>
  );
}
