/** What the selected event is, what caused it and what it caused, with the rules that say so. */
import { memo, useEffect, useRef, useState, type ReactNode } from 'react';
import { remedyIdFor } from '../../../analysis/story/remedies.ts';
import { troubleOf } from '../../../analysis/story/trouble.ts';
import type { LabEvent } from '../../../base/event-log.ts';
import type { Explanation, PacketRow } from '../../../threads/api/lab-api.ts';
import { useSelected } from '../../../page/time/selection-details.ts';
import { useView } from '../../../page/store.ts';
import { formatSeconds } from '../../format.ts';
import { panelTitle } from '../../../page/panels.ts';
import { useCommands, useController, useText } from '../../hooks.ts';
import { CommandButton } from '../../parts/button.tsx';
import { Empty } from '../../parts/empty.tsx';
import { useEventSentence } from '../story/event-sentence.ts';
import styles from '../story/story.module.css';

/** The frames among the events, as the packet list shows them. */
function useFrameRows(explanation: Explanation | undefined): ReadonlyMap<number, PacketRow> {
  const { client } = useController();
  const [rows, setRows] = useState<ReadonlyMap<number, PacketRow>>(new Map());
  useEffect(() => {
    if (explanation === undefined) return undefined;
    let live = true;
    const { causes, event, consequences } = explanation;
    const frames = [...causes, event, ...consequences].filter(({ kind }) => kind === 'frame');
    void client.analysis.rowsOfEvents(frames.map(({ id }) => id)).then((found) => {
      if (live) setRows(new Map(found.flatMap((row) => (row === undefined ? [] : [[row.event, row]]))));
    });
    return () => {
      live = false;
    };
  }, [client, explanation]);
  return rows;
}

export function Explain(): ReactNode {
  const text = useText();
  const explanation = useSelected((state) => state.explanation);
  const frames = useFrameRows(explanation);
  const isFileFrame = useView(({ selection }) => selection.kind === 'frame');
  if (explanation === undefined) return <Empty title={text(isFileFrame ? 'explain.noEvent' : 'explain.empty')} />;
  const { causes, event, consequences } = explanation;
  return (
    <div
      className={styles['scroll']}
      tabIndex={0}
      role="region"
      aria-label={text(panelTitle('explain'))}
      data-testid="explain"
    >
      <Section title={text('explain.this')} events={[event]} frames={frames} withRemedy />
      <p className={styles['note']}>
        <CommandButton id="time.go-to-selected" />
      </p>
      <Section
        title={text('explain.causes')}
        events={[...causes].reverse()}
        frames={frames}
        empty={text('explain.noCauses')}
      />
      <Section
        title={text('explain.consequences')}
        events={[...consequences].sort((a, b) => Number(a.kind === 'log') - Number(b.kind === 'log') || a.id - b.id)}
        frames={frames}
        empty={text('explain.noConsequences')}
      />
    </div>
  );
}

function Section({
  title,
  events,
  frames,
  empty,
  withRemedy = false,
}: {
  readonly title: string;
  readonly events: readonly LabEvent[];
  readonly frames: ReadonlyMap<number, PacketRow>;
  readonly empty?: string;
  readonly withRemedy?: boolean;
}): ReactNode {
  return (
    <section>
      <h2 className={styles['heading']}>{title}</h2>
      {events.length === 0 ? <p className={styles['note']}>{empty}</p> : null}
      <ol className={styles['events']}>
        {events.map((event) => (
          <EventItem key={event.id} event={event} frame={frames.get(event.id)} withRemedy={withRemedy} />
        ))}
      </ol>
    </section>
  );
}

/** One event as a sentence; a click selects it everywhere. */
export const EventItem = memo(function EventItem({
  event,
  frame,
  isAnchor = false,
  withRemedy = false,
}: {
  readonly event: LabEvent;
  /** With the remedy below it, when it is a problem. */
  readonly withRemedy?: boolean;
  readonly frame?: PacketRow | undefined;
  /** A list is scrolled to it. */
  readonly isAnchor?: boolean;
}): ReactNode {
  const text = useText();
  const commands = useCommands();
  const sentence = useEventSentence();
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isAnchor) item.current?.scrollIntoView({ block: 'nearest' });
  }, [isAnchor]);
  const isRelated = useSelected(({ related }) => related.has(event.id));
  const isSelected = useView(({ selection }) => selection.kind === 'event' && selection.id === event.id);
  const trouble = withRemedy ? troubleOf(event) : undefined;
  const remedy = trouble === undefined ? undefined : remedyIdFor(trouble.code);
  const severity = event.kind === 'decision' || event.kind === 'server' ? event.severity : undefined;
  return (
    <li ref={item} data-kind={event.kind} data-severity={severity} data-related={isRelated}>
      <button
        type="button"
        aria-pressed={isSelected}
        onClick={() => void commands.run('select', { kind: 'event', id: event.id })}
      >
        <time>{formatSeconds(event.timeNs)}</time> <b>{event.node}</b> {sentence(event, frame)}
        {event.rule === undefined ? null : <cite>{event.rule}</cite>}
      </button>
      {event.kind === 'server'
        ? event.lines.map((line) => (
            <code key={`${line.file}:${line.line}`}>
              {line.file}:{line.line} {line.text}
            </code>
          ))
        : null}
      {remedy === undefined ? null : (
        <p className={styles['note']}>{text('explain.remedy', { remedy: text(remedy) })}</p>
      )}
    </li>
  );
});
