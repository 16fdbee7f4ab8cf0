/** On a small screen, where the lesson is one tab of many: its task stays in sight above the other panels. */
import type { ReactNode } from 'react';
import { plainText } from '../../../lessons/markdown.ts';
import { textIn } from '../../../lessons/text-in.ts';
import { progressOf, useLesson } from '../../../page/lessons/lesson-store.ts';
import { useLayout } from '../../../page/layout/layout-store.ts';
import { panelsIn } from '../../../page/layout/layout.ts';
import { useView } from '../../../page/store.ts';
import { useCommands } from '../../hooks.ts';
import styles from './task-strip.module.css';

export function TaskStrip(): ReactNode {
  const commands = useCommands();
  const language = useView((state) => state.language);
  const isBehind = useView(({ shownPanel }) => shownPanel !== 'lesson');
  const isLessonOpen = useLayout(({ layout }) => panelsIn(layout).includes('lesson'));
  const open = useLesson((state) => state.open);
  const at = useLesson((state) => state.step);
  const step = open?.lesson.steps[at];
  const isDone = useLesson((state) => progressOf(state, open?.lesson.id ?? '').done.includes(step?.id ?? ''));
  if (!isBehind || !isLessonOpen || step === undefined) return null;
  return (
    <button
      type="button"
      className={styles['strip']}
      data-done={isDone}
      onClick={() => void commands.run('view.panel', 'lesson')}
    >
      <span aria-hidden="true">{isDone ? '✓' : at + 1}</span> {plainText(textIn(step.task, language))}
    </button>
  );
}
