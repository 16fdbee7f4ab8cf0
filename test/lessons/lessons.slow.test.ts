/** The site's lessons on emulated PCs: each check fails before its action and passes after. */
import { it } from 'vitest';
import { readLessons } from '../../tools/catalogue/lessons.ts';
import { needsPc, startScenario, tryLesson } from './trial.ts';

const lessons = await Promise.all(
  readLessons().map(async (lesson) => ({ lesson, isSlow: needsPc(await startScenario(lesson)) })),
);

it.each(lessons.filter(({ isSlow }) => isSlow).map(({ lesson }) => [lesson.id, lesson] as const))(
  'the lesson %s fails before each action and passes after',
  async (_id, lesson) => await tryLesson(lesson),
);
