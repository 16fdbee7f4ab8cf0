/**
 * The explanation of the selected event: what it is and by which rule, why it happened, what its sender waits for and what
 * came of it; then the chain from the power switch to here, and what it led to.
 */
import { memo, useEffect, useRef, type ReactNode } from 'react';
import type { ChainLink, EventExplanation } from '../../../analysis/story/explain/explain.ts';
import type { ExplanationPart } from '../../../analysis/story/explain/explain-event.ts';
import { remedyIdFor } from '../../../analysis/story/findings/remedies.ts';
import { remedyMessage, troubleOf } from '../../../analysis/story/findings/trouble.ts';
import type { LabEvent } from '../../../base/event-log.ts';
import type { AnyText } from '../../../page/i18n/index.ts';
import { useSelected } from '../../../page/time/selection-details.ts';
import { useView } from '../../../page/store.ts';
import { panelTitle } from '../../../page/panels.ts';
import { useCommands, useMessage, useNumbers, useText } from '../../hooks.ts';
import { CommandButton } from '../../parts/button.tsx';
import { Empty } from '../../parts/states/empty.tsx';
import { FrameMarks } from '../../parts/marks/frame-marks.tsx';
import { useEventSentence } from '../story/event-sentence.ts';
import styles from '../story/story.module.css';

const ROLES: Readonly<Record<ExplanationPart['role'], AnyText>> = {
  mark: { en: 'On its way', fr: 'En chemin' },
  cause: { en: 'Why', fr: 'Pourquoi' },
  waits: { en: 'What it waits for', fr: 'Ce qu’il attend' },
  outcome: { en: 'What came of it', fr: 'Ce qui s’ensuit' },
  note: { en: 'Good to know', fr: 'Bon à savoir' },
};
const FRAME: AnyText = { en: 'Frame {number}', fr: 'Trame {number}' };
const LINES: AnyText = { en: 'Decided by', fr: 'Décidé par' };
const CHAIN: AnyText = {
  en: 'How it came to this, from the beginning',
  fr: 'Comment on en est arrivé là, depuis le début',
};

function useSelect(): (id: number) => void {
  const commands = useCommands();
  return (id) => void commands.run('select', { kind: 'event', id });
}

export function Explain(): ReactNode {
  const text = useText();
  const explanation = useSelected((state) => state.explanation);
  const isFileFrame = useView(({ selection }) => selection.kind === 'frame');
  if (explanation === undefined) return <Empty title={text(isFileFrame ? 'explain.noEvent' : 'explain.empty')} />;
  return (
    <div
      className={styles['scroll']}
      tabIndex={0}
      role="region"
      aria-label={text(panelTitle('explain'))}
      data-testid="explain"
    >
      <Subject explanation={explanation} />
      <p className={styles['note']}>
        <CommandButton id="time.go-to-selected" /> <CommandButton id="event.cause" />{' '}
        <CommandButton id="event.effect" />
      </p>
      <Chain title={text(CHAIN)} links={explanation.causes} empty={text('explain.noCauses')} />
      <Chain title={text('explain.consequences')} links={explanation.effects} empty={text('explain.noConsequences')} />
    </div>
  );
}

/** What, why, what for, what then. */
function Subject({ explanation }: { readonly explanation: EventExplanation }): ReactNode {
  const text = useText();
  const numbers = useNumbers();
  const message = useMessage();
  const select = useSelect();
  const { event, number, says, rule, parts, lines } = explanation;
  const trouble = troubleOf(event);
  const remedy = trouble === undefined ? undefined : remedyIdFor(trouble.code);
  const kinds = explanation.marks.map(({ kind }) => kind);
  return (
    <section className={styles['subject']}>
      <h2 className={styles['heading']}>
        {number === undefined ? null : `${text(FRAME, { number })}, `}
        {event.node}, {numbers.seconds(event.timeNs)} s
      </h2>
      <p className={styles['says']}>
        <FrameMarks kinds={kinds} />
        {message(says)}
        {rule === undefined ? null : <cite>{rule}</cite>}
      </p>
      <dl>
        {parts.map((part, i) => (
          <div key={`${part.role} ${i}`} data-role={part.role}>
            <dt>{parts[i - 1]?.role === part.role ? null : text(ROLES[part.role])}</dt>
            <dd>
              {part.event === undefined ? (
                message(part.says)
              ) : (
                <button type="button" onClick={() => select(part.event ?? 0)}>
                  {message(part.says)}
                </button>
              )}
              {part.rule === undefined ? null : <cite>{part.rule}</cite>}
            </dd>
          </div>
        ))}
        {lines.length === 0 ? null : (
          <div>
            <dt>{text(LINES)}</dt>
            <dd>
              {lines.map((line) => (
                <code key={`${line.file}:${line.line}`}>
                  {line.file}:{line.line} {line.text}
                </code>
              ))}
            </dd>
          </div>
        )}
      </dl>
      {remedy === undefined ? null : (
        <p className={styles['note']}>{text('explain.remedy', { remedy: message(remedyMessage(remedy)) })}</p>
      )}
    </section>
  );
}

function Chain({
  title,
  links,
  empty,
}: {
  readonly title: string;
  readonly links: readonly ChainLink[];
  readonly empty: string;
}): ReactNode {
  return (
    <section>
      <h2 className={styles['heading']}>{title}</h2>
      {links.length === 0 ? <p className={styles['note']}>{empty}</p> : null}
      <ol className={styles['events']}>
        {links.map((link) => (
          <ChainItem key={link.event.id} link={link} />
        ))}
      </ol>
    </section>
  );
}

/** An event of a chain, or several; a click selects it. */
export function ChainItem({ link }: { readonly link: ChainLink }): ReactNode {
  const text = useText();
  const numbers = useNumbers();
  const message = useMessage();
  const select = useSelect();
  const { event, number, marks, says } = link;
  const severity = event.kind === 'decision' || event.kind === 'server' ? event.severity : undefined;
  return (
    <li data-kind={event.kind} data-severity={severity}>
      <button type="button" onClick={() => select(link.last.id)}>
        <time>{numbers.seconds(event.timeNs)}</time> <b>{event.node}</b>{' '}
        {number === undefined ? null : <span className={styles['quiet']}>{text(FRAME, { number })} </span>}
        <FrameMarks kinds={marks.map(({ kind }) => kind)} />
        {message(says)}
      </button>
    </li>
  );
}

/** One event as a sentence; a click selects it everywhere. */
export const EventItem = memo(function EventItem({
  event,
  isAnchor = false,
}: {
  readonly event: LabEvent;
  /** A list is scrolled to it. */
  readonly isAnchor?: boolean;
}): ReactNode {
  const numbers = useNumbers();
  const select = useSelect();
  const sentence = useEventSentence();
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isAnchor) item.current?.scrollIntoView({ block: 'nearest' });
  }, [isAnchor]);
  const isRelated = useSelected(({ related }) => related.has(event.id));
  const isSelected = useView(({ selection }) => selection.kind === 'event' && selection.id === event.id);
  const severity = event.kind === 'decision' || event.kind === 'server' ? event.severity : undefined;
  return (
    <li ref={item} data-kind={event.kind} data-severity={severity} data-related={isRelated}>
      <button type="button" aria-pressed={isSelected} onClick={() => select(event.id)}>
        <time>{numbers.seconds(event.timeNs)}</time> <b>{event.node}</b> {sentence(event)}
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
});
