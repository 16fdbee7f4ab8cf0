/** Lessons are documents from strangers; their checks compare states and say what was found. */
import { describe, expect, it } from 'vitest';
import { playerHost } from '../cli/check.ts';
import { answerHash, answerOfLink, lessonHash, lessonOfLink } from './hand-in.ts';
import { parseLesson } from './parse.ts';
import { LessonPlayer } from './player.ts';
import type { Lesson, LessonInput } from './schema.ts';
import { textIn } from './text-in.ts';
import { parseScenario } from '../scenario/parse.ts';

const SCENARIO = {
  version: 1,
  name: 'lab',
  nodes: [
    { kind: 'bare', name: 'pc1', nics: [{ mac: '52:54:00:ba:00:01' }] },
    {
      kind: 'server',
      name: 'boot',
      nics: [{ mac: '02:00:00:00:00:01', address: '10.0.2.1/24' }],
      services: { dnsmasq: { config: 'dhcp-range=10.0.2.50,10.0.2.99,1h\ndhcp-authoritative\nno-ping\n' } },
    },
  ],
  links: [{ a: 'pc1.net0', b: 'boot.eth0' }],
};
const STEP: LessonInput['steps'][number] = {
  id: 'one',
  title: 'One',
  text: ['First.', 'Second.'],
  task: { en: 'Do it', fr: 'Faites-le' },
  check: { kind: 'seen', condition: 'dhcp.option.dhcp == 2' },
};
const LESSON: LessonInput = {
  lesson: 1,
  id: 'own',
  title: { fr: 'Ma leçon' },
  summary: 'About it',
  start: { scenario: SCENARIO },
  steps: [STEP],
};

function lessonWith(...checks: readonly LessonInput['steps'][number]['check'][]): Lesson {
  const steps = checks.map((check, i) => ({ ...STEP, id: `s${i}`, check }));
  const parsed = parseLesson({ ...LESSON, steps });
  if (!parsed.ok) throw new Error(parsed.error.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return parsed.value;
}

function faultsOf(value: unknown): readonly string[] {
  const parsed = parseLesson(value);
  return parsed.ok ? [] : parsed.error.map(({ path, message }) => `${path}: ${message}`);
}

describe('a lesson', () => {
  it('has texts in one language or in each', () => {
    expect(textIn('same', 'fr')).toBe('same');
    expect(textIn(STEP.text, 'en')).toBe('First.\n\nSecond.');
    expect(textIn(STEP.task, 'fr')).toBe('Faites-le');
    expect(textIn(LESSON.title, 'en')).toBe('Ma leçon');
  });

  it('is refused with the place of what is wrong', () => {
    expect(faultsOf({ ...LESSON, steps: [] })).toEqual(['$.steps: expected at least 1 in the list; found a list of 0']);
    expect(faultsOf({ ...LESSON, id: 'My lesson' })[0]).toContain('$.id: expected small letters');
    expect(faultsOf({ ...LESSON, stepz: 1 })[0]).toMatch(/^\$\.stepz: no such field here; the fields are lesson, id/);
    expect(faultsOf({ ...LESSON, steps: [STEP, STEP] })).toEqual([
      '$.steps[1].id: two steps have the id one: give this one another',
    ]);
    const question = { kind: 'choice', options: [{ text: 'a' }, { text: 'b' }] };
    expect(faultsOf({ ...LESSON, steps: [{ ...STEP, check: question }] })).toEqual([
      '$.steps[0].check: mark the right answers, and leave a wrong one',
    ]);
    expect(faultsOf({ ...LESSON, lesson: 2 })[0]).toContain('$.lesson');
  });

  it('travels in a link, as its answers do', () => {
    const lesson = lessonWith(STEP.check);
    expect(lessonOfLink(`https://lab.test/#${lessonHash({ lesson })}`)).toEqual({ ok: true, value: { lesson } });
    expect(lessonOfLink('#lesson=first-boot')).toEqual({ ok: true, value: { id: 'first-boot' } });
    expect(lessonOfLink('#lab=x')).toBeUndefined();
    expect(lessonOfLink('#lesson-doc=%%')?.ok).toBe(false);
    const scenario = parseScenario(SCENARIO);
    if (!scenario.ok) throw new Error('the lab of this test is wrong');
    const answer = { scenario: scenario.value, answers: { s0: 1, s1: 'boot.bin' } };
    expect(answerOfLink(`https://lab.test/?x#${answerHash({ id: 'own' }, answer)}`)).toEqual({
      ok: true,
      value: answer,
    });
    expect(answerOfLink('https://lab.test/').ok).toBe(false);
  });
});

describe('a check', () => {
  const scenario = parseScenario(SCENARIO);
  const ask = (expected: object): LessonInput['steps'][number]['check'] => ({
    kind: 'ask',
    server: 'boot',
    client: {},
    ...expected,
  });
  const lesson = lessonWith(
    STEP.check,
    { kind: 'unseen', condition: 'tftp', before: 'stage:halted' },
    { kind: 'stage', machine: 'pc1', stage: 'halted' },
    ask({ file: 'boot.bin' }),
    ask({ address: '/^10\\.0\\.2\\./', file: '' }),
    { kind: 'ask', server: 'boot', client: { mac: 'no address' }, silent: true },
    {
      kind: 'any',
      of: [
        { kind: 'stage', machine: 'pc2', stage: 'post' },
        { kind: 'same', at: ['nodes', 'pc1'] },
      ],
    },
    { kind: 'seen', condition: 'tftp.nothing ==' },
    { kind: 'value', accept: ['10.0.2.1', '/^boot$/'] },
    { kind: 'frame', filter: 'dhcp.option.dhcp == 3' },
  );

  function played(act: (player: LessonPlayer) => void): readonly (readonly [boolean, string])[] {
    if (!scenario.ok) throw new Error('the lab of this test is wrong');
    const player = LessonPlayer.open(lesson, scenario.value, playerHost());
    if (!player.ok) throw new Error('the lab of this test does not open');
    act(player.value);
    return lesson.steps.map((step) => {
      const { passed, found } = player.value.check(step);
      return [passed, found.text];
    });
  }

  it('compares the state of the lab, and says what it found', () => {
    expect(played(() => undefined)).toEqual([
      [false, 'the lab has not run yet'],
      [false, 'the lab has not run yet'],
      [false, 'pc1 is off'],
      [false, 'it answers with the file none, the next server 10.0.2.1, the address 10.0.2.65'],
      [true, 'it answers with the file none, the next server 10.0.2.1, the address 10.0.2.65'],
      [true, 'it does not answer: that is no MAC address'],
      [true, 'it is'],
      [false, expect.stringContaining('the condition cannot be read') as string],
      [false, 'nothing is written yet'],
      [false, 'no frame is selected'],
    ]);
    const after = played((player) => {
      player.run([]);
      const [, , , , , , , , value, frame] = lesson.steps;
      if (value !== undefined) player.answer(value, ' BOOT ');
      if (frame !== undefined) player.solve({ ...frame, solution: [{ select: 'dhcp.option.dhcp == 2' }] });
    });
    expect(after.map(([passed]) => passed)).toEqual([true, true, true, false, true, true, true, false, true, false]);
    expect(after[9]).toEqual([false, 'the selected frame 2 does not match']);
  });
});
