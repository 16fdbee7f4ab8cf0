/** Tries a lesson of the site by its own solutions. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { playerHost } from '../../src/cli/check.ts';
import { correct, countingSteps, trySolutions } from '../../src/lessons/correct.ts';
import { answerHash, answerOfLink } from '../../src/lessons/hand-in.ts';
import { startOf } from '../../src/lessons/parse.ts';
import { leavesOf, type Lesson } from '../../src/lessons/schema.ts';
import { parseScenarioText } from '../../src/scenario/parse.ts';
import type { Scenario } from '../../src/scenario/schema.ts';

export async function startScenario(lesson: Lesson): Promise<Scenario> {
  const start = await startOf(lesson, (file) =>
    parseScenarioText(readFileSync(new URL(`../../public/scenarios/${file}`, import.meta.url), 'utf8')),
  );
  if (!start.ok) throw new Error(start.error.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return start.value;
}

/** Whether the emulator and its images are needed. */
export function needsPc(scenario: Scenario): boolean {
  return scenario.nodes.some(({ kind }) => kind === 'pc');
}

/** Each check fails before its action and passes after; what the solution hands in passes, and the start does not. */
export async function tryLesson(lesson: Lesson): Promise<void> {
  const start = await startScenario(lesson);
  const host = playerHost();
  const trial = trySolutions(lesson, start, host);
  if (!trial.ok) throw new Error(trial.error.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  for (const { step, before, unchanged, after } of trial.value.steps) {
    expect(before.passed, `${step.id} before: ${before.found.text}`).toBe(false);
    expect(unchanged?.passed, `${step.id} without its change: ${unchanged?.found.text}`).not.toBe(true);
    expect(after.passed, `${step.id} after: expected ${after.expected.text}; ${after.found.text}`).toBe(true);
  }
  const counting = countingSteps(lesson, start, trial.value, host);
  if (!counting.ok) throw new Error('the solution cannot be handed in');
  const link = answerOfLink(`https://lab.test/#${answerHash({ id: lesson.id }, trial.value.handedIn)}`);
  if (!link.ok) throw new Error(link.error.map(({ message }) => message).join('\n'));
  // What was played above is what arrives, so that its steps count as above.
  expect(link.value).toEqual(trial.value.handedIn);
  expect(counting.value.size).toBeGreaterThan(0);
  const hasProof = [...counting.value].some((id) => {
    const step = lesson.steps.find((known) => known.id === id);
    return step !== undefined && leavesOf(step.check).every(({ kind }) => kind !== 'seen');
  });
  const untouched = correct(lesson, start, { scenario: start, answers: {} }, counting.value, host);
  // A lesson of which only frames are seen shows itself by running the lab: that is all that it asks.
  if (hasProof) expect(untouched.ok && untouched.value.passed).toBe(false);
}
