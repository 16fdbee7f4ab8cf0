/** What a lesson that is being written lacks, and the solution that its author's lab gives. */
import { describe, expect, it } from 'vitest';
import { parseScenario } from '../scenario/parse.ts';
import { applyEdits } from './edits.ts';
import { idFor, missingIn, newDraft, newStep, solutionFor, withText, type LessonDraft } from './draft.ts';
import { parseLesson } from './parse.ts';

const SCENARIO = {
  version: 1,
  name: 'lab',
  nodes: [{ kind: 'bare', name: 'pc1', nics: [{ mac: '52:54:00:ba:00:01' }] }],
};

describe('a draft', () => {
  it('says what is missing, until it is a lesson', () => {
    const draft = newDraft();
    expect(missingIn(draft).map(({ text }) => text)).toEqual([
      'a title',
      'a line about it, for the list',
      'the lab to start from',
      'step 1: a title',
      'step 1: a text',
      'step 1: the task',
      'step 1: the goal',
      'step 1: a hint',
      'step 1: a solution',
    ]);
    const [step] = draft.steps;
    if (step === undefined) throw new Error('a new draft has a step');
    const check = { kind: 'seen' as const, condition: 'stage:post' };
    const whole: LessonDraft = {
      ...draft,
      title: 'T',
      summary: 'S',
      start: { scenario: SCENARIO },
      steps: [{ ...step, title: 't', text: 'x', task: 'k', check, hints: ['h'], solution: [{ run: 'stage:post' }] }],
    };
    expect(missingIn(whole)).toEqual([]);
    expect(parseLesson(whole).ok).toBe(true);
    const question = { kind: 'choice' as const, options: [{ text: 'a', right: true }] };
    const asked = { ...whole, steps: whole.steps.map((each) => ({ ...each, check: question })) };
    expect(missingIn(asked).map(({ text }) => text)).toEqual(['step 1: the goal']);
  });

  it('gives steps ids of their own, and lessons an id from their title', () => {
    expect(newStep([{ id: 'step-2' }]).id).toBe('step-3');
    expect(idFor('  Où est l’adresse ? ')).toBe('ou-est-l-adresse');
    expect(idFor('2026')).toBe('own-lesson');
  });

  it('keeps the other language of a text', () => {
    expect(withText({ en: ['a', 'b'], fr: 'c' }, 'fr', 'd')).toEqual({ en: 'a\n\nb', fr: 'd' });
    expect(withText('a', 'fr', 'd')).toBe('d');
  });

  it('takes what its author has changed as the solution', () => {
    const before = parseScenario(SCENARIO);
    if (!before.ok) throw new Error('the lab of this test is wrong');
    const changed = applyEdits(before.value, [{ at: ['nodes', 'pc1', 'power'], value: 'off' }]);
    if (!changed.ok) throw new Error('the change of this test is wrong');
    const step = { ...newStep([]), check: { kind: 'seen' as const, condition: 'stage:post' } };
    const [edit, run] = solutionFor(step, before.value, changed.value);
    expect(run).toEqual({ run: 'stage:post' });
    if (edit === undefined || !('edits' in edit)) throw new Error('a changed lab is solved by a change');
    expect(applyEdits(before.value, edit.edits)).toEqual(changed);
    expect(solutionFor(step, before.value, before.value)).toEqual([{ run: 'stage:post' }]);
    const options = [
      { text: 'a', right: false },
      { text: 'b', right: true },
    ];
    expect(solutionFor({ ...step, check: { kind: 'choice', options } }, before.value, before.value)).toEqual([
      { answer: 1 },
    ]);
  });
});
