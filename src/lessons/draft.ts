/** A lesson while it is being written: what is still missing, and a solution from the lab as its author has left it. */
import type { Message } from '../base/sentence.ts';
import { compactScenario, sameJson } from '../scenario/compact.ts';
import type { Scenario } from '../scenario/schema.ts';
import { lessonMessage } from './messages.ts';
import {
  leavesOf,
  LESSON_VERSION,
  type Lesson,
  type LessonAction,
  type LessonCheck,
  type LessonStep,
  type Prose,
  type ScenarioEdit,
  type Words,
} from './schema.ts';
import { textIn } from './text-in.ts';

/** Texts may be empty, and there may be no lab yet. */
export type LessonDraft = Omit<Lesson, 'start'> & { readonly start?: Lesson['start'] };

export function newStep(steps: readonly { readonly id: string }[]): LessonStep {
  let number = steps.length + 1;
  while (steps.some(({ id }) => id === `step-${number}`)) number++;
  const check: LessonCheck = { kind: 'seen', condition: '' };
  return { id: `step-${number}`, title: '', text: '', task: '', check, hints: [], solution: [] };
}

export function newDraft(): LessonDraft {
  const facts = { kind: 'lesson', title: '', summary: '', level: 1, minutes: 5, limitS: 120 } as const;
  return { lesson: LESSON_VERSION, id: 'own-lesson', ...facts, steps: [newStep([])] };
}

/** The text with other words in one language; a text without languages stays without. */
export function withText(text: Words | Prose, language: 'en' | 'fr', words: string): Words {
  if (typeof text === 'string' || Array.isArray(text)) return words;
  return { en: textIn(text, 'en'), fr: textIn(text, 'fr'), [language]: words };
}

/** An id for a title. */
export function idFor(title: string): string {
  const plain = title.normalize('NFD').toLowerCase();
  const id = plain
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 40);
  return id === '' ? 'own-lesson' : id;
}

/** What must be there before it can be tried or shared; empty: nothing is missing. */
export function missingIn(draft: LessonDraft): readonly Message[] {
  return [
    ...(isEmpty(draft.title) ? [lessonMessage('lesson.missing.title')] : []),
    ...(isEmpty(draft.summary) ? [lessonMessage('lesson.missing.summary')] : []),
    ...(draft.start === undefined ? [lessonMessage('lesson.missing.start')] : []),
    ...(draft.steps.length === 0 ? [lessonMessage('lesson.missing.step')] : []),
    ...draft.steps.flatMap((step, i) => missingInStep(step, i + 1)),
  ];
}

function missingInStep({ title, text, task, check, hints, solution }: LessonStep, number: number): readonly Message[] {
  return [
    ...(isEmpty(title) ? [lessonMessage('lesson.missing.step-title', { number })] : []),
    ...(isEmpty(text) ? [lessonMessage('lesson.missing.step-text', { number })] : []),
    ...(isEmpty(task) ? [lessonMessage('lesson.missing.task', { number })] : []),
    ...(hasGoal(check) ? [] : [lessonMessage('lesson.missing.goal', { number })]),
    ...(hints.some((hint) => !isEmpty(hint)) ? [] : [lessonMessage('lesson.missing.hint', { number })]),
    ...(solution.length > 0 ? [] : [lessonMessage('lesson.missing.solution', { number })]),
  ];
}

function isEmpty(text: Words | Prose): boolean {
  return textIn(text, 'en').trim() === '' || textIn(text, 'fr').trim() === '';
}

function hasGoal(check: LessonCheck): boolean {
  return leavesOf(check).every((leaf) => {
    switch (leaf.kind) {
      case 'seen':
        return leaf.condition.trim() !== '';
      case 'unseen':
        return leaf.condition.trim() !== '' && leaf.before.trim() !== '';
      case 'stage':
        return leaf.machine !== '' && leaf.stage !== '';
      case 'ask':
        return leaf.server !== '';
      case 'choice': {
        const right = leaf.options.filter((option) => option.right).length;
        const isWritten = leaf.options.every((option) => !isEmpty(option.text));
        return isWritten && right > 0 && right < leaf.options.length;
      }
      case 'value':
        return leaf.accept.some((value) => value.trim() !== '');
      case 'frame':
        return leaf.filter.trim() !== '';
      case 'same':
        return leaf.at.length > 0;
    }
  });
}

/**
 * The solution of a step from what its author has done: the changes from `before` to `after`, then what the check needs.
 */
export function solutionFor({ check }: LessonStep, before: Scenario, after: Scenario): readonly LessonAction[] {
  const edits = changesBetween(before, after);
  const leaves = leavesOf(check);
  const runs = leaves.flatMap((leaf) => (leaf.kind === 'seen' ? [{ run: leaf.condition }] : []));
  const runsToEnd = leaves.some(({ kind }) => kind === 'unseen' || kind === 'stage');
  const answers = leaves.flatMap((leaf): readonly LessonAction[] => {
    if (leaf.kind === 'choice') return [{ answer: leaf.options.findIndex(({ right }) => right) }];
    if (leaf.kind === 'value') return [{ answer: leaf.accept[0] ?? '' }];
    return leaf.kind === 'frame' ? [{ run: leaf.filter }, { select: leaf.filter }] : [];
  });
  return [
    ...(edits.length > 0 ? [{ edits: [...edits] }] : []),
    ...runs,
    ...(runsToEnd ? [{ runToEnd: true as const }] : []),
    ...answers,
  ];
}

/** The parts of a lab that differ, as they are after. */
function changesBetween(before: Scenario, after: Scenario): readonly ScenarioEdit[] {
  const whole = compactScenario(after);
  return (['nodes', 'links', 'inputs'] as const).flatMap((part) =>
    sameJson(before[part], after[part])
      ? []
      : [
          {
            at: [part],
            value: JSON.parse(JSON.stringify(whole[part] ?? [])) as Extract<ScenarioEdit, { value: unknown }>['value'],
          },
        ],
  );
}
