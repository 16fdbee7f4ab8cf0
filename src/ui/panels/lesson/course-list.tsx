/** All lessons and challenges of the site, with how far the reader is in each. */
import type { ReactNode } from 'react';
import type { LessonEntry } from '../../../lessons/catalogue.ts';
import { textIn } from '../../../lessons/text-in.ts';
import { progressOf, useLesson } from '../../../page/lessons/lesson-store.ts';
import { useView } from '../../../page/store.ts';
import { useCommands, useText } from '../../hooks.ts';
import { CommandButton } from '../../parts/button.tsx';
import { Icon } from '../../parts/icon.tsx';
import columns from '../../parts/column.module.css';
import styles from './lesson.module.css';
import { LESSON_UI } from './texts.ts';

export function CourseList(): ReactNode {
  const text = useText();
  const list = useLesson((state) => state.list);
  const of = (kind: LessonEntry['kind']): readonly LessonEntry[] => list.filter((entry) => entry.kind === kind);
  return (
    <div className={columns['column']} data-testid="course">
      <header className={columns['head']}>
        <h2>{text(LESSON_UI.course)}</h2>
        <CommandButton id="course.close" kind="icon">
          <Icon name="close" />
        </CommandButton>
      </header>
      <div className={styles['scroll']} tabIndex={0} role="region" aria-label={text(LESSON_UI.course)}>
        <p className={styles['quiet']}>{text(LESSON_UI.intro)}</p>
        <h3>{text(LESSON_UI.lessons)}</h3>
        <Entries entries={of('lesson')} isNumbered />
        {of('challenge').length > 0 ? (
          <>
            <h3>{text(LESSON_UI.challenges)}</h3>
            <p className={styles['quiet']}>{text(LESSON_UI.challengesAbout)}</p>
            <Entries entries={of('challenge')} />
          </>
        ) : null}
        <h3>{text(LESSON_UI.own)}</h3>
        <p className={styles['quiet']}>{text(LESSON_UI.ownAbout)}</p>
        <CommandButton id="lesson.write" />
      </div>
    </div>
  );
}

function Entries({
  entries,
  isNumbered = false,
}: {
  readonly entries: readonly LessonEntry[];
  readonly isNumbered?: boolean;
}): ReactNode {
  return (
    <ol className={styles['course']}>
      {entries.map((entry, i) => (
        <Entry key={entry.id} entry={entry} number={isNumbered ? i + 1 : undefined} />
      ))}
    </ol>
  );
}

function Entry({ entry, number }: { readonly entry: LessonEntry; readonly number: number | undefined }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const language = useView((state) => state.language);
  const done = useLesson((state) => progressOf(state, entry.id).done.length);
  const { id, title, summary, level, minutes, steps } = entry;
  const isDone = done >= steps;
  return (
    <li data-done={isDone}>
      <button type="button" onClick={() => void commands.run('lesson.open', id)}>
        <span className={styles['mark']} aria-hidden="true">
          {isDone ? '✓' : (number ?? '?')}
        </span>
        <span className={styles['words']}>
          <b>{textIn(title, language)}</b>
          <span className={styles['summary']}>{textIn(summary, language)}</span>
          <span className={styles['facts']}>
            {text(LESSON_UI.level, { level })} · {text(LESSON_UI.minutes, { count: minutes })}
            {done > 0 ? ` · ${isDone ? text(LESSON_UI.done) : text(LESSON_UI.progress, { done, count: steps })}` : ''}
          </span>
        </span>
      </button>
    </li>
  );
}
