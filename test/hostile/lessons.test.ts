/** Lessons and answers in links are from strangers: their cost is bounded, and a refusal names the place. */
import { expect, it } from 'vitest';
import { answerOfLink, lessonOfLink } from '../../src/lessons/hand-in.ts';
import { parseMarkdown } from '../../src/lessons/markdown.ts';
import { parseLesson, parseLessonText } from '../../src/lessons/parse.ts';
import { LESSON_LIMITS } from '../../src/lessons/schema.ts';
import { checkStep } from '../../src/lessons/verdict.ts';
import { packText } from '../../src/scenario/packed.ts';
import { parseScenario } from '../../src/scenario/parse.ts';

const SCENARIO = { version: 1, name: 'lab', nodes: [{ kind: 'switch', name: 'sw1' }] };
const step = (
  id: number,
  check: object = { kind: 'seen', condition: `stage:post` },
  text: unknown = 'text',
): object => ({
  id: `s${id}`,
  title: 'step',
  text,
  task: 'task',
  check,
});
const lesson = (...steps: readonly object[]): object => ({
  lesson: 1,
  id: 'hostile',
  title: 'Hostile',
  summary: 'Hostile',
  start: { scenario: SCENARIO },
  steps,
});
const places = (value: unknown): readonly string[] => {
  const parsed = parseLesson(value);
  return parsed.ok ? [] : parsed.error.map(({ path }) => path);
};
const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);

it('a lesson of too many steps, texts, checks or conditions is refused at its place', () => {
  expect(places(lesson(...numbers(LESSON_LIMITS.maxSteps + 1).map((i) => step(i))))).toEqual(['$.steps']);
  expect(places(lesson(step(0, undefined, 'x'.repeat(LESSON_LIMITS.maxTextChars + 1))))[0]).toMatch(
    /^\$\.steps\[0\]\.text/,
  );
  const leaf = (i: number): object => ({ kind: 'seen', condition: `frame.number == ${i}` });
  expect(places(lesson(step(0, { kind: 'all', of: numbers(9).map(leaf) })))).toEqual(['$.steps[0].check.of']);
  const full = numbers(40).map((i) => step(i, { kind: 'all', of: numbers(8).map((j) => leaf(8 * i + j)) }));
  expect(places(lesson(...full))).toEqual(['$.steps']);
});

it('lists in lists, and packed texts that are not what they seem, are refused unread', () => {
  const deep = parseLessonText(`{"lesson":${'['.repeat(100_000)}`);
  expect(deep.ok ? '' : deep.error[0]?.message).toContain('deep');
  for (const hash of [
    'lesson-doc=AAAA',
    `lesson-doc=${packText('[')}`,
    `lesson-doc=${packText('x'.repeat(9_000_000))}`,
  ])
    expect(lessonOfLink(`#${hash}`)?.ok, hash.slice(0, 20)).toBe(false);
  const lab = packText(JSON.stringify(SCENARIO));
  expect(answerOfLink(`#lab=${lab}&lesson=x&answers=AAAA`).ok).toBe(false);
  const odd = packText('{"__proto__":{"polluted":1},"a":{"b":1},"c":[1],"d":"right"}');
  const answers = answerOfLink(`#lab=${lab}&lesson=x&answers=${odd}`);
  expect(answers.ok && Object.entries(answers.value.answers)).toEqual([['d', 'right']]);
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
});

it('patterns of a lesson are matched in bounded time, and its text is never markup', () => {
  const parsed = parseLesson(
    lesson(step(0, { kind: 'value', accept: ['/(a+)+$/', '/(/', `/${'(x?){40}'.repeat(40)}y/`] })),
  );
  const scenario = parseScenario(SCENARIO);
  if (!parsed.ok || !scenario.ok) throw new Error('the lesson of this test is wrong');
  const nothing = { conditions: new Map(), filters: new Map(), asks: new Map(), stages: new Map() };
  const observation = { timeNs: 0, frames: 0, ...nothing, selectedFrame: undefined };
  const answer = `${'a'.repeat(399)}!`;
  const [first] = parsed.value.steps;
  if (first === undefined) throw new Error('the lesson has a step');
  const state = { observation, scenario: scenario.value, start: scenario.value, answer };
  expect(checkStep(first, state).passed).toBe(false);
  for (const piece of ['<script>alert(1)</script>', '[x](javascript:alert)', '*a', '`', '[', '**'])
    for (const block of parseMarkdown(piece.repeat(LESSON_LIMITS.maxTextChars / piece.length)))
      expect(['paragraph', 'list', 'code']).toContain(block.kind);
});
