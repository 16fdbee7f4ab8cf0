/** What the selected event is, what caused it and what it caused, with the rules that say so. */
import type { ReactNode } from 'react';
import type { LabEvent } from '../../base/event-log.ts';
import { useLive, useView } from '../../app/store.ts';
import { formatClock } from '../format.ts';
import { useText } from '../hooks.ts';
import { Empty } from '../parts/empty.tsx';
import styles from './story.module.css';

/** One line for any event. */
export function eventSentence(event: LabEvent): string {
  switch (event.kind) {
    case 'frame':
      return `Frame ${event.frame + 1} ${event.direction === 'out' ? 'leaves' : 'reaches'} ${event.port}`;
    case 'transfer':
      return `${event.protocol} ${event.name}: ${event.state}, ${event.doneBytes} bytes`;
    case 'menu':
      return `${event.menu.source}: ${event.menu.title} (${event.menu.items.length})`;
    case 'console':
    case 'input':
      return `${event.channel}: ${event.text}`;
    case 'log':
      return `${event.service}: ${event.text}`;
    case 'stage':
    case 'decision':
    case 'server':
    case 'fault':
      return event.text;
  }
}

export function Explain(): ReactNode {
  const text = useText();
  const selection = useView((state) => state.selection);
  const events = useLive((state) => state.events);
  if (selection.kind !== 'event') return <Empty title={text('explain.empty')} />;
  const byId = new Map(events.map((event) => [event.id, event]));
  const chosen = byId.get(selection.id);
  const causes: LabEvent[] = [];
  for (let at = chosen?.cause; at !== undefined && causes.length < 12;) {
    const cause = byId.get(at);
    if (cause === undefined) break;
    causes.unshift(cause);
    at = cause.cause;
  }
  const consequences = events.filter((event) => event.cause === selection.id).slice(0, 40);
  const item = (event: LabEvent): ReactNode => (
    <li key={event.id} data-kind={event.kind}>
      <button type="button" onClick={() => useView.setState({ selection: { kind: 'event', id: event.id } })}>
        <time>{formatClock(event.timeNs)}</time> <b>{event.node}</b> {eventSentence(event)}
        {event.rule === undefined ? null : <cite>{event.rule}</cite>}
      </button>
      {event.kind === 'server'
        ? event.lines.map((line) => (
            <code key={`${line.file}:${line.line}`}>
              {line.file}:{line.line} {line.text}
            </code>
          ))
        : null}
    </li>
  );
  return (
    <div className={styles['scroll']} tabIndex={0} role="region" aria-label={text('panel.explain')}>
      <h2 className={styles['heading']}>{text('explain.causes')}</h2>
      <ol className={styles['events']}>{causes.map(item)}</ol>
      <h2 className={styles['heading']}>{text('explain.this')}</h2>
      <ol className={styles['events']}>
        {chosen === undefined ? <li>{text('explain.frame', { id: selection.id })}</li> : item(chosen)}
      </ol>
      <h2 className={styles['heading']}>{text('explain.consequences')}</h2>
      <ol className={styles['events']}>{consequences.map(item)}</ol>
    </div>
  );
}
