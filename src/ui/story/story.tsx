/** What happened, as sentences in order, and what looks wrong, by severity, with the remedy. */
import { useMemo, type ReactNode } from 'react';
import type { LabEvent } from '../../base/event-log.ts';
import { useLive, useView } from '../../app/store.ts';
import { formatSeconds } from '../format.ts';
import { useText } from '../hooks.ts';
import { Empty } from '../parts/empty.tsx';
import { eventSentence } from './explain.tsx';
import styles from './story.module.css';

const TOLD: ReadonlySet<LabEvent['kind']> = new Set(['stage', 'decision', 'server', 'fault', 'input']);

export function Story(): ReactNode {
  const text = useText();
  const events = useLive((state) => state.events);
  const told = useMemo(() => events.filter((event) => TOLD.has(event.kind)).slice(-600), [events]);
  if (told.length === 0) return <Empty title={text('story.empty')} />;
  return (
    <div className={styles['scroll']} tabIndex={0} role="region" aria-label={text('panel.story')} data-testid="story">
      <ol className={styles['events']}>
        {told.map((event) => (
          <li
            key={event.id}
            data-kind={event.kind}
            data-severity={event.kind === 'decision' || event.kind === 'server' ? event.severity : undefined}
          >
            <button type="button" onClick={() => useView.setState({ selection: { kind: 'event', id: event.id } })}>
              <time>{formatSeconds(event.timeNs)}</time> <b>{event.node}</b> {eventSentence(event)}
              {event.rule === undefined ? null : <cite>{event.rule}</cite>}
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}
