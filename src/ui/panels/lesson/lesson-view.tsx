/** The step of a lesson: its text scrolls, its task and what checks it stay in sight below. */
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { leavesOf, type Lesson, type LessonStep } from '../../../lessons/schema.ts';
import { textIn } from '../../../lessons/text-in.ts';
import { panelPlaces } from '../../../page/panels.ts';
import { progressOf, useLesson } from '../../../page/lessons/lesson-store.ts';
import { useLive, useView } from '../../../page/store.ts';
import { useCommands, usePageQueries, useText } from '../../hooks.ts';
import { Button, CommandButton } from '../../parts/button.tsx';
import { Icon } from '../../parts/icon.tsx';
import columns from '../../parts/column.module.css';
import styles from './lesson.module.css';
import { Prose, ProseLine } from './prose.tsx';
import { Question } from './question.tsx';
import { LESSON_UI } from './texts.ts';
import { VerdictView } from './verdict-view.tsx';

export function LessonView({ lesson }: { readonly lesson: Lesson }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const language = useView((state) => state.language);
  const at = useLesson((state) => state.step);
  const done = useLesson((state) => progressOf(state, lesson.id).done);
  const isAway = useLesson((state) => state.isAway);
  const hints = useLesson((state) => state.hints);
  const step = lesson.steps[at];
  const scroll = useRef<HTMLDivElement>(null);
  useEffect(() => {
    scroll.current?.scrollTo({ top: 0 });
  }, [at]);
  if (step === undefined) return null;
  const isDone = done.includes(step.id);
  return (
    <div className={columns['column']} data-testid="lesson" data-step={step.id} data-done={isDone}>
      <header className={columns['head']}>
        <CommandButton id="lesson.leave">
          <span aria-hidden="true">‹</span> {text(LESSON_UI.course)}
        </CommandButton>
        <h2>{textIn(lesson.title, language)}</h2>
        <CommandButton id="course.close" kind="icon">
          <Icon name="close" />
        </CommandButton>
      </header>
      <ol className={styles['steps']} aria-label={text(LESSON_UI.steps)}>
        {lesson.steps.map(({ id, title }, i) => {
          const isStepDone = done.includes(id);
          const name = `${i + 1}. ${textIn(title, language)}${isStepDone ? ` (${text(LESSON_UI.done)})` : ''}`;
          return (
            <li key={id}>
              <button
                type="button"
                aria-label={name}
                title={name}
                aria-current={i === at ? 'step' : undefined}
                data-done={isStepDone}
                onClick={() => void commands.run('lesson.go-to', i)}
              >
                {isStepDone ? '✓' : i + 1}
              </button>
            </li>
          );
        })}
      </ol>
      <div
        ref={scroll}
        className={styles['scroll']}
        tabIndex={0}
        role="region"
        aria-label={textIn(step.title, language)}
      >
        <h3>{textIn(step.title, language)}</h3>
        <Prose text={step.text} />
        {step.hints.slice(0, hints).map((hint, i) => (
          // oxlint-disable-next-line react/no-array-index-key
          <div key={i} className={styles['hint']} data-testid="hint">
            <Prose text={hint} />
          </div>
        ))}
        {isDone && step.after !== undefined ? (
          <div className={styles['after']} data-testid="after">
            <Prose text={step.after} />
          </div>
        ) : null}
        <More />
      </div>
      <section className={styles['task']} aria-label={text(LESSON_UI.task)}>
        {isAway ? <Away /> : <Task key={step.id} step={step} isDone={isDone} isLast={at + 1 === lesson.steps.length} />}
      </section>
    </div>
  );
}

function Away(): ReactNode {
  const text = useText();
  return (
    <>
      <p>{text(LESSON_UI.away)}</p>
      <CommandButton id="lesson.open-lab" kind="primary" />
    </>
  );
}

function Task({
  step,
  isDone,
  isLast,
}: {
  readonly step: LessonStep;
  readonly isDone: boolean;
  readonly isLast: boolean;
}): ReactNode {
  const text = useText();
  const commands = useCommands();
  const { lessons } = usePageQueries();
  // The button that plays the solution changes with it.
  useLesson((state) => state.isPlaying);
  const hasNext = useLesson(({ open, list }) => {
    const id = open !== undefined && 'id' in open.source ? open.source.id : undefined;
    return list.findIndex((entry) => entry.id === id) + 1 < list.length && id !== undefined;
  });
  const hints = useLesson((state) => state.hints);
  const stale = useLive((state) => state.stale);
  const question = leavesOf(step.check).find((leaf) => leaf.kind === 'choice' || leaf.kind === 'value');
  const next = !isLast ? undefined : hasNext ? text(LESSON_UI.nextLesson) : text(LESSON_UI.finish);
  return (
    <>
      <p className={styles['goal']}>
        <b>{text(question === undefined ? LESSON_UI.task : LESSON_UI.question)}</b> <ProseLine text={step.task} />
      </p>
      {question === undefined ? null : <Question step={step} leaf={question} />}
      <StepAction step={step} />
      {stale && lessons.needsApply ? (
        <p className={styles['stale']}>
          {text(LESSON_UI.stale)}{' '}
          <Button label={text(LESSON_UI.apply)} onPress={() => void commands.run('time.restart')} />
        </p>
      ) : null}
      <VerdictView isDone={isDone} />
      <div className={styles['actions']}>
        {isDone || question?.kind === 'value' ? null : (
          <Button
            label={text(LESSON_UI.check)}
            title={`${text(LESSON_UI.check)} (Ctrl+Enter)`}
            kind={question === undefined && step.action === undefined ? 'primary' : 'plain'}
            onPress={() => void commands.run('lesson.check')}
          />
        )}
        {hints < step.hints.length && !isDone ? <CommandButton id="lesson.hint" /> : null}
        {isDone || step.solution.length === 0 ? null : <CommandButton id="lesson.show" />}
        <span className={styles['turn']}>
          <CommandButton id="lesson.previous" kind="icon">
            <span aria-hidden="true">‹</span>
          </CommandButton>
          <Button
            label={next ?? text(commands.get('lesson.next')?.title ?? LESSON_UI.finish)}
            title={`${next ?? text(commands.get('lesson.next')?.title ?? LESSON_UI.finish)} (Alt+N)`}
            kind={isDone ? 'primary' : 'plain'}
            onPress={() => void commands.run('lesson.next')}
          />
        </span>
      </div>
    </>
  );
}

function StepAction({ step: { action } }: { readonly step: LessonStep }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const isReady = useLive((state) => state.progress?.kind === 'ready');
  if (action === undefined) return null;
  if ('run' in action)
    return (
      <Button
        label={text(LESSON_UI.run, { condition: action.run })}
        isDisabled={!isReady}
        onPress={() => void commands.run('lesson.run', action.run)}
      >
        <Icon name="run" />
        <span className={styles['condition']}>{text(LESSON_UI.run, { condition: action.run })}</span>
      </Button>
    );
  const place = panelPlaces().find(({ id }) => id === action.show);
  if (place === undefined) return null;
  const { show: panel, node } = action;
  return (
    <Button
      label={text(LESSON_UI.show, { panel: text(place.title) })}
      onPress={() => void commands.run('lesson.show-panel', { panel, node })}
    />
  );
}

/** What is needed seldom. */
function More(): ReactNode {
  const text = useText();
  const { lessons } = usePageQueries();
  const isOwn = useLesson(({ open }) => open !== undefined && 'lesson' in open.source);
  const [copied, setCopied] = useState<'link' | 'answer' | undefined>();
  const copy = (what: 'link' | 'answer', hash: string | undefined): void => {
    if (hash === undefined) return;
    const link = `${location.origin}${location.pathname}${hash}`;
    void navigator.clipboard.writeText(link).then(() => setCopied(what));
  };
  return (
    <details className={styles['more']}>
      <summary>{text(LESSON_UI.more)}</summary>
      <div className={styles['moreActions']}>
        {isOwn ? <CommandButton id="lesson.write" /> : null}
        <CommandButton id="lesson.reset" />
        <CommandButton id="lesson.start-again" />
        <Button
          label={text(copied === 'link' ? LESSON_UI.copied : LESSON_UI.link)}
          onPress={() => copy('link', lessons.lessonHash())}
        />
        <Button
          label={text(copied === 'answer' ? LESSON_UI.copied : LESSON_UI.handIn)}
          onPress={() => copy('answer', lessons.handInHash())}
        />
        <p className={styles['quiet']}>{text(LESSON_UI.handInAbout)}</p>
      </div>
    </details>
  );
}
