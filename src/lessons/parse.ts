/** From untrusted JSON to a lesson, or to a list of problems that name their place. */
import { err, ok, type Result } from '../base/result.ts';
import { explainIssues, firstReports } from '../scenario/explain.ts';
import { problemAt, type ScenarioProblem } from '../scenario/problems.ts';
import { parseJson, parseScenario } from '../scenario/parse.ts';
import type { Scenario } from '../scenario/schema.ts';
import { applyEdits } from './edits.ts';
import { lessonMessage } from './messages.ts';
import { leavesOf, LESSON_LIMITS, lessonSchema, type Lesson, type LessonStep } from './schema.ts';
import { questionsOf } from './watch.ts';

type Reports = readonly ScenarioProblem[];

export function parseLesson(value: unknown): Result<Lesson, Reports> {
  const parsed = lessonSchema.safeParse(value);
  if (!parsed.success) return err(explainIssues(parsed.error.issues, value, lessonSchema));
  const { steps } = parsed.data;
  const problems = steps.flatMap((step, i) => [
    ...(steps.findIndex(({ id }) => id === step.id) < i
      ? [problemAt(`$.steps[${i}].id`, lessonMessage('lesson.id-twice', { id: step.id }))]
      : []),
    ...quizProblems(step, `$.steps[${i}].check`),
  ]);
  const { conditions, filters } = questionsOf(parsed.data);
  const count = conditions.length + filters.length;
  const tooMany =
    count > LESSON_LIMITS.maxWatched
      ? [problemAt('$.steps', lessonMessage('lesson.too-many', { count, limit: LESSON_LIMITS.maxWatched }))]
      : [];
  const all = [...problems, ...tooMany];
  return all.length > 0 ? err(firstReports(all)) : ok(parsed.data);
}

/** A question without a right answer, or two questions in one step. */
function quizProblems({ check }: LessonStep, path: string): Reports {
  const questions = leavesOf(check).filter(({ kind }) => kind === 'choice' || kind === 'value');
  if (questions.length > 1) return [problemAt(path, lessonMessage('lesson.two-questions'))];
  const [question] = questions;
  if (question?.kind !== 'choice') return [];
  const right = question.options.filter((option) => option.right).length;
  return right > 0 && right < question.options.length ? [] : [problemAt(path, lessonMessage('lesson.no-right'))];
}

export function parseLessonText(text: string): Result<Lesson, Reports> {
  const value = parseJson(text);
  return value.ok ? parseLesson(value.value) : value;
}

/** The lab that a lesson starts from. `shipped` is asked for the lab of the site that it names. */
export async function startOf(
  { start }: Pick<Lesson, 'start'>,
  shipped: (file: string) => Promise<Result<Scenario, Reports>> | Result<Scenario, Reports>,
): Promise<Result<Scenario, Reports>> {
  if ('scenario' in start) return parseScenario(start.scenario);
  const scenario = await shipped(start.lab);
  return scenario.ok ? applyEdits(scenario.value, start.edits) : scenario;
}
