/** The lesson that is open, or the list of all. */
import { useEffect, type ReactNode } from 'react';
import { useLesson } from '../../../page/lessons/lesson-store.ts';
import { useCommands } from '../../hooks.ts';
import { lazyPart } from '../../parts/states/lazy-part.tsx';
import { CourseList } from './course-list.tsx';
import { LessonView } from './lesson-view.tsx';

const [LessonEditor] = lazyPart(async () => (await import('./editor/editor.tsx')).LessonEditor, null);

export function LessonPanel(): ReactNode {
  const commands = useCommands();
  const open = useLesson((state) => state.open);
  useEffect(() => void commands.run('course.load'), [commands]);
  const isWriting = useLesson((state) => state.isWriting);
  if (isWriting) return <LessonEditor />;
  return open === undefined ? <CourseList /> : <LessonView key={open.lesson.id} lesson={open.lesson} />;
}
