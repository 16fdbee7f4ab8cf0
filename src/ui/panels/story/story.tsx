/** Problems by severity, with their remedies; and what happened, as sentences in order. */
import { useDeferredValue, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { LabEvent } from '../../../base/event-log.ts';
import type { FindingView } from '../../../threads/api/lab-api.ts';
import { useSelected } from '../../../page/time/selection-details.ts';
import { useShown } from '../../../page/time/displayed-lab.ts';
import { useDocument, useLive, useView } from '../../../page/store.ts';
import { panelTitle } from '../../../page/panels.ts';
import { useCommands, useController, useText } from '../../hooks.ts';
import { CaptureFile } from '../packets/filter-bar.tsx';
import { useLatest } from '../../use-events.ts';
import { Empty } from '../../parts/empty.tsx';
import { EventItem } from '../explain/explain.tsx';
import { useTroubles, type Trouble } from './troubles.ts';
import styles from './story.module.css';

type ToldEvent = LabEvent & { readonly kind: 'stage' | 'decision' | 'server' | 'fault' | 'input' };

const TOLD: ReadonlySet<LabEvent['kind']> = new Set(['stage', 'decision', 'server', 'fault', 'input']);

function isTold(event: LabEvent): event is ToldEvent {
  return TOLD.has(event.kind);
}

const SHOWN = 400;
const NONE: readonly ToldEvent[] = [];

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

/** Minimum interval between requests for findings: the more frames, the longer the answer takes. */
const FINDINGS_MS = 500;

/** Requested when the lab is paused, and from time to time while it runs. */
function useFindings(): readonly FindingView[] {
  const { client } = useController();
  const names = useMachineNames();
  const [findings, setFindings] = useState<readonly FindingView[]>([]);
  const frames = useLive((state) => state.update?.frames ?? 0);
  const generation = useLive((state) => state.update?.generation);
  const pastNs = useShown((state) => state.pastNs);
  const asker = useRef<() => Promise<void>>(undefined);
  const asking = useRef({ wanted: 0, busy: false });
  const capture = useView((state) => state.capture);
  useEffect(() => {
    asker.current = async () => setFindings(await client.analysis.findings(names));
  }, [client, names]);
  useEffect(() => {
    const { current } = asking;
    current.wanted++;
    if (current.busy) return;
    current.busy = true;
    const ask = async (): Promise<void> => {
      try {
        for (let asked = 0; asked !== current.wanted; await wait(FINDINGS_MS)) {
          asked = current.wanted;
          await asker.current?.();
        }
      } finally {
        current.busy = false;
      }
    };
    void ask();
  }, [names, generation, frames, pastNs, capture]);
  return findings;
}

async function wait(ms: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

export function Story(): ReactNode {
  const text = useText();
  // Hundreds of lines may change at once while looking back: the page does not wait for them. A capture file contains
  // only frames.
  const capture = useView((state) => state.capture);
  const own = useDeferredValue(useLatest(SHOWN, isTold), NONE);
  const told = capture === undefined ? own : NONE;
  const troubles = useTroubles(useFindings(), capture === undefined);
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
    <div
      className={styles['scroll']}
      tabIndex={0}
      role="region"
      aria-label={text(panelTitle('story'))}
      data-testid="story"
    >
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
  const commands = useCommands();
  const { event, severity, says, remedy, rule } = trouble;
  return (
    <li data-severity={severity}>
      <strong>{text('story.finding', { severity: text(`severity.${severity}`), text: says })}</strong> {text(remedy)}
      {rule === undefined ? null : <cite>{rule}</cite>}
      {event === undefined ? null : (
        <button type="button" onClick={() => void commands.run('select', { kind: 'event', id: event })}>
          {text('story.show')}
        </button>
      )}
    </li>
  );
}
