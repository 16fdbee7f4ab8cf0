/**
 * What is handed in, and lessons in links: parameters of the page's hash beside `lab`.
 *
 *     #lesson=first-boot                 a lesson of the site
 *     #lesson-doc=PACKED                 a lesson of a teacher's own, whole
 *     #lab=PACKED&lesson=ID&answers=PACKED   a reader's lab and answers, as `lab check` corrects them (or with lesson-doc)
 */
import { err, ok, type Result } from '../base/result.ts';
import { compactScenario } from '../scenario/compact.ts';
import { problemAt, scenarioMessage, type ScenarioProblem } from '../scenario/problems.ts';
import { MAX_HASH_CHARS, packText, unpackText } from '../scenario/packed.ts';
import { parseJson, parseScenarioText } from '../scenario/parse.ts';
import { lessonMessage } from './messages.ts';
import { parseLessonText } from './parse.ts';
import type { LessonAnswer } from './player.ts';
import type { Lesson } from './schema.ts';
import type { Answer } from './verdict.ts';

type Reports = readonly ScenarioProblem[];

const MAX_ANSWER_CHARS = 400;

/** The part of a link behind its first `#`, as parameters. */
function parametersOf(link: string): Result<ReadonlyMap<string, string>, Reports> {
  if (link.length > MAX_HASH_CHARS + 2000)
    return err([
      problemAt('#', scenarioMessage('scenario.link-too-long', { count: link.length, limit: MAX_HASH_CHARS })),
    ]);
  const hash = link.slice(link.indexOf('#') + 1);
  const pairs = hash.split('&').map((pair) => pair.split('=', 2));
  return ok(
    new Map(pairs.flatMap(([name, value]) => (name === undefined || value === undefined ? [] : [[name, value]]))),
  );
}

/** Where a lesson comes from. */
export type LessonSource = { readonly id: string } | { readonly lesson: Lesson };

/** The lesson that a hash names or carries; undefined when there is none. */
export function lessonOfLink(hash: string): Result<LessonSource, Reports> | undefined {
  const parameters = parametersOf(hash);
  if (!parameters.ok) return parameters;
  const packed = parameters.value.get('lesson-doc');
  if (packed !== undefined) {
    const text = unpackText(packed);
    if (!text.ok) return err([problemAt('#lesson-doc', text.error)]);
    const lesson = parseLessonText(text.value);
    return lesson.ok ? ok({ lesson: lesson.value }) : lesson;
  }
  const id = parameters.value.get('lesson');
  return id !== undefined && /^[a-z][a-z0-9-]{0,39}$/.test(id) ? ok({ id }) : undefined;
}

export function lessonHash(source: LessonSource): string {
  return 'id' in source ? `lesson=${source.id}` : `lesson-doc=${packText(JSON.stringify(source.lesson))}`;
}

/** The hash of what a reader hands in, without its `#`. */
export function answerHash(source: LessonSource, { scenario, answers }: LessonAnswer): string {
  const lab = `lab=${packText(JSON.stringify(compactScenario(scenario)))}&${lessonHash(source)}`;
  return Object.keys(answers).length === 0 ? lab : `${lab}&answers=${packText(JSON.stringify(answers))}`;
}

/** What a link hands in. */
export function answerOfLink(link: string): Result<LessonAnswer, Reports> {
  const parameters = parametersOf(link.trim());
  if (!parameters.ok) return parameters;
  const lab = parameters.value.get('lab');
  if (lab === undefined) return err([problemAt('#lab', lessonMessage('lesson.no-lab-in-link'))]);
  const text = unpackText(lab);
  if (!text.ok) return err([problemAt('#lab', text.error)]);
  const scenario = parseScenarioText(text.value);
  if (!scenario.ok) return scenario;
  const answers = answersOf(parameters.value.get('answers'));
  return answers.ok ? ok({ scenario: scenario.value, answers: answers.value }) : answers;
}

function answersOf(packed: string | undefined): Result<Record<string, Answer>, Reports> {
  if (packed === undefined) return ok({});
  const text = unpackText(packed);
  if (!text.ok) return err([problemAt('#answers', text.error)]);
  const value = parseJson(text.value);
  if (!value.ok) return value;
  if (typeof value.value !== 'object' || value.value === null) return ok({});
  const given = Object.entries(value.value).filter((pair): pair is [string, Answer] => isAnswer(pair[1]));
  return ok(Object.fromEntries(given));
}

/** Whether a value from a link or a storage can be an answer. */
export function isAnswer(value: unknown): value is Answer {
  return typeof value === 'number' || (typeof value === 'string' && value.length <= MAX_ANSWER_CHARS);
}
