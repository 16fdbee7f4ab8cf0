/** Problems by severity, with their remedies; and what happened, as sentences in order. */
import { useDeferredValue, useMemo, type ReactNode } from 'react';
import type { Finding } from '../../../analysis/story/findings/judge.ts';
import type { LabEvent, Severity } from '../../../base/event-log.ts';
import { useFindings } from '../../../page/findings.ts';
import { useSelected } from '../../../page/time/selection-details.ts';
import { useView } from '../../../page/store.ts';
import { panelTitle } from '../../../page/panels.ts';
import { useCommands, useMessage, useText } from '../../hooks.ts';
import { useLatest } from '../../use-events.ts';
import { Empty } from '../../parts/states/empty.tsx';
import { BootStory } from './boot-story.tsx';
import { EventItem } from '../explain/explain.tsx';
import styles from './story.module.css';

type ListedEvent = LabEvent & { readonly kind: 'stage' | 'decision' | 'server' | 'fault' | 'input' };

const LISTED: ReadonlySet<LabEvent['kind']> = new Set(['stage', 'decision', 'server', 'fault', 'input']);

function isListed(event: LabEvent): event is ListedEvent {
  return LISTED.has(event.kind);
}

const SHOWN = 400;
/** Findings in the list. */
const MOST = 50;
const NONE: readonly ListedEvent[] = [];

/** Of one finding; all of them are counted. */
const FRAMES_SHOWN = 4;
const MACHINES_SHOWN = 3;

const SIGNS: Readonly<Record<Severity, string>> = { error: '✖', warn: '▲', note: '●', info: 'ℹ' };

export function Story(): ReactNode {
  const text = useText();
  // Hundreds of lines may change at once while looking back: the page does not wait for them.
  const capture = useView((state) => state.capture);
  const listed = useDeferredValue(useLatest(SHOWN, isListed), NONE);
  const findings = useFindings((state) => state.list);
  const selected = useSelected((state) => state.explanation?.event);
  const related = useSelected((state) => state.related);
  const anchor = useMemo(
    () =>
      selected === undefined
        ? undefined
        : (listed.find(({ id }) => id === selected.id) ??
          listed.find(({ id }) => related.has(id)) ??
          listed.findLast(({ timeNs }) => timeNs <= selected.timeNs)),
    [listed, selected, related],
  );
  if (listed.length === 0 && findings.length === 0)
    return <Empty title={text(capture === undefined ? 'story.empty' : 'story.nothingFound')} />;
  return (
    <div
      className={styles['scroll']}
      tabIndex={0}
      role="region"
      aria-label={text(panelTitle('story'))}
      data-testid="story"
    >
      <BootStory />
      <section aria-label={text('story.findings')} data-testid="findings">
        <h2 className={styles['heading']}>{text('story.findings')}</h2>
        {findings.length === 0 ? (
          <p className={styles['fine']}>
            <span aria-hidden="true">✔</span> {text('story.nothingWrong')}
          </p>
        ) : (
          <ul className={styles['findings']}>
            {findings.slice(0, MOST).map((finding) => (
              <FindingItem key={`${finding.id} ${finding.text}`} finding={finding} />
            ))}
          </ul>
        )}
        {findings.length > MOST ? (
          <p className={styles['note']}>{text('story.moreFindings', { count: findings.length - MOST })}</p>
        ) : null}
      </section>
      {listed.length > 0 ? <h2 className={styles['heading']}>{text('story.events')}</h2> : null}
      <ol className={styles['events']}>
        {listed.map((event) => (
          <EventItem key={event.id} event={event} isAnchor={event === anchor} />
        ))}
      </ol>
    </div>
  );
}

function FindingItem({ finding }: { readonly finding: Finding }): ReactNode {
  const text = useText();
  const message = useMessage();
  const { severity, count, machines, remedy, rule, line, frames, events } = finding;
  const more = machines.length - MACHINES_SHOWN;
  const named = machines.slice(0, MACHINES_SHOWN).join(', ');
  return (
    <li data-severity={severity} data-finding={finding.id}>
      <p className={styles['says']}>
        <span className={styles['sign']} aria-hidden="true">
          {SIGNS[severity]}
        </span>{' '}
        <b className={styles['severity']}>{text(`severity.${severity}`)}</b>{' '}
        {machines.length === 0 ? null : (
          <span className={styles['machines']}>
            {more > 0 ? text('story.andMachines', { names: named, count: more }) : named}
          </span>
        )}{' '}
        <strong>{message(finding)}</strong>
        {count > 1 ? <span className={styles['count']}>{text('story.times', { count })}</span> : null}
      </p>
      <p className={styles['remedy']}>{message(remedy)}</p>
      <p className={styles['where']}>
        {line === undefined ? null : (
          <code>
            {line.file}:{line.line} {line.text}
          </code>
        )}
        {frames.length === events.length
          ? frames
              .slice(0, FRAMES_SHOWN)
              .map((frame, i) => (
                <ShowButton key={frame} event={events[i]} label={text('story.frame', { number: frame + 1 })} />
              ))
          : null}
        {frames.length === 0 ? <ShowButton event={events[0]} label={text('story.show')} /> : null}
        {rule === undefined ? null : <cite>{rule}</cite>}
      </p>
    </li>
  );
}

function ShowButton({ event, label }: { readonly event: number | undefined; readonly label: string }): ReactNode {
  const commands = useCommands();
  if (event === undefined) return null;
  return (
    <button type="button" onClick={() => void commands.run('select', { kind: 'event', id: event })}>
      {label}
    </button>
  );
}
