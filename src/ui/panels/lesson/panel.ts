/** The course: the list of lessons, and the lesson that is open, beside the lab. */
import { definePanel, loadPanel } from '../../parts/panel.ts';

export const lessonPanel = definePanel({
  id: 'lesson',
  area: 'side',
  title: { en: 'Lesson', fr: 'Leçon' },
  content: loadPanel(async () => (await import('./lesson-panel.tsx')).LessonPanel),
});
