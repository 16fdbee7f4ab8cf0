/** What the check of a step says: done, or what was looked for and what was found. */
import type { ReactNode } from 'react';
import { useLesson } from '../../../page/lessons/lesson-store.ts';
import { useMessage, useText } from '../../hooks.ts';
import styles from './lesson.module.css';
import { Prose } from './prose.tsx';
import { LESSON_UI } from './texts.ts';

export function VerdictView({ isDone }: { readonly isDone: boolean }): ReactNode {
  const text = useText();
  const message = useMessage();
  const verdict = useLesson((state) => state.verdict);
  const isAsked = useLesson((state) => state.isAsked);
  const isPlaying = useLesson((state) => state.isPlaying);
  const failed = isAsked && !isDone && verdict !== undefined && !verdict.passed;
  return (
    <div
      role="status"
      className={styles['verdict']}
      data-testid="verdict"
      data-state={isDone ? 'done' : failed ? 'failed' : 'open'}
    >
      {isPlaying ? <p>{text(LESSON_UI.playing)}</p> : null}
      {isDone ? (
        <p className={styles['passed']}>
          <span aria-hidden="true">✓</span> {text(LESSON_UI.passed)}
        </p>
      ) : null}
      {failed ? (
        <>
          <p className={styles['failed']}>{text(LESSON_UI.wrong)}</p>
          {verdict.because === undefined ? (
            <>
              <p>{text(LESSON_UI.expected, { what: message(verdict.expected) })}</p>
              <p>{text(LESSON_UI.found, { what: message(verdict.found) })}</p>
            </>
          ) : (
            <Prose text={verdict.because} />
          )}
        </>
      ) : null}
    </div>
  );
}
