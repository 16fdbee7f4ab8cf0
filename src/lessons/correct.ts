/** Corrects what readers hand in, and tries a lesson by its own solutions. */
import { ok, type Result } from '../base/result.ts';
import type { ScenarioProblem } from '../scenario/problems.ts';
import type { Scenario } from '../scenario/schema.ts';
import { LessonPlayer, type LessonAnswer, type PlayerHost } from './player.ts';
import { leavesOf, type Lesson, type LessonStep } from './schema.ts';
import type { Verdict } from './verdict.ts';

type Reports = readonly ScenarioProblem[];

export interface StepTrial {
  readonly step: LessonStep;
  /** Before its solution: it must fail. */
  readonly before: Verdict;
  /** Only in steps that are solved by a change: after running the unchanged lab to its end. It must fail too. */
  readonly unchanged: Verdict | undefined;
  /** After its solution: it must pass. */
  readonly after: Verdict;
}

export interface LessonTrial {
  readonly steps: readonly StepTrial[];
  readonly handedIn: LessonAnswer;
}

/** Plays the solutions one after the other, with each check before and after. */
export function trySolutions(lesson: Lesson, start: Scenario, host: PlayerHost): Result<LessonTrial, Reports> {
  const opened = LessonPlayer.open(lesson, start, host);
  if (!opened.ok) return opened;
  const player = opened.value;
  const steps: StepTrial[] = [];
  for (const step of lesson.steps) {
    const before = player.check(step);
    const unchanged = step.solution.some((action) => 'edits' in action) ? runOn(player, step) : undefined;
    const solved = player.solve(step);
    if (!solved.ok) return solved;
    steps.push({ step, before, unchanged, after: player.check(step) });
  }
  const { handedIn } = player;
  player.close();
  return ok({ steps, handedIn });
}

function runOn(player: LessonPlayer, step: LessonStep): Verdict {
  player.run([]);
  return player.check(step);
}

export function holds({ before, unchanged, after }: StepTrial): boolean {
  return !before.passed && unchanged?.passed !== true && after.passed;
}

export interface StepMark {
  readonly step: LessonStep;
  readonly verdict: Verdict;
  /**
   * False: what the step asks for is over at the end of the lesson, or was done in the page only (a fault seen before it
   * is mended, a frame that was selected), so that what is handed in cannot show it.
   */
  readonly counts: boolean;
}

export interface Marks {
  readonly steps: readonly StepMark[];
  /** All steps that count are done. */
  readonly passed: boolean;
}

/** The steps that what is handed in shows: those that hold when the lesson's own solution (`trySolutions`) is handed in. */
export function countingSteps(
  lesson: Lesson,
  start: Scenario,
  { handedIn }: LessonTrial,
  host: PlayerHost,
): Result<ReadonlySet<string>, Reports> {
  const verdicts = judgeAnswer(lesson, start, handedIn, host);
  if (!verdicts.ok) return verdicts;
  return ok(new Set(lesson.steps.filter((_, i) => verdicts.value.at(i)?.passed === true).map(({ id }) => id)));
}

/** Runs the lab that was handed in, and checks each step. */
export function correct(
  lesson: Lesson,
  start: Scenario,
  answer: LessonAnswer,
  counting: ReadonlySet<string>,
  host: PlayerHost,
): Result<Marks, Reports> {
  const verdicts = judgeAnswer(lesson, start, answer, host);
  if (!verdicts.ok) return verdicts;
  const steps = lesson.steps.flatMap((step, i) => {
    const verdict = verdicts.value[i];
    return verdict === undefined ? [] : [{ step, verdict, counts: counting.has(step.id) }];
  });
  return ok({ steps, passed: steps.every(({ counts, verdict }) => !counts || verdict.passed) });
}

function judgeAnswer(
  lesson: Lesson,
  start: Scenario,
  { scenario, answers }: LessonAnswer,
  host: PlayerHost,
): Result<readonly Verdict[], Reports> {
  const opened = LessonPlayer.open(lesson, start, host, scenario);
  if (!opened.ok) return opened;
  const player = opened.value;
  for (const step of lesson.steps) {
    const answer = Object.hasOwn(answers, step.id) ? answers[step.id] : undefined;
    if (answer !== undefined) player.answer(step, answer);
  }
  const isForEnd = lesson.steps.some(({ check }) =>
    leavesOf(check).some(({ kind }) => kind === 'stage' || kind === 'unseen'),
  );
  const conditions = lesson.steps.flatMap(({ check }) =>
    leavesOf(check).flatMap((leaf) => (leaf.kind === 'seen' ? [leaf.condition] : [])),
  );
  // A stage, and what must not happen, are known only at the end. Answers alone need no run.
  if (isForEnd) player.run([]);
  else if (conditions.length > 0) player.run(conditions);
  const verdicts = lesson.steps.map((step) => player.check(step));
  player.close();
  return ok(verdicts);
}
