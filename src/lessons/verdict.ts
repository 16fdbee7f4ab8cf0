/**
 * Whether a step is done: its check against the state of the lab and the reader's answers, with what was looked for and
 * what was found. A pure function, the same in the page and on the command line.
 */
import { compilePattern } from '../base/pattern.ts';
import { NS_PER_S } from '../base/time/clock.ts';
import type { StageBody } from '../base/event-log.ts';
import { decimal, verbatim, type Message } from '../base/sentence.ts';
import type { Scenario } from '../scenario/schema.ts';
import { sameAt } from './edits.ts';
import { lessonMessage } from './messages.ts';
import { leavesOf, type LeafCheck, type LessonCheck, type LessonStep, type Prose } from './schema.ts';
import { wordsMessage } from './text-in.ts';
import { askKey, askOf, type AskFound, type Found, type Observation } from './watch.ts';

/** An answer to a question: the number of an option from 0, or a value. */
export type Answer = number | string;

export interface StepState {
  readonly observation: Observation;
  /** The lab as a document, and as the lesson started it. */
  readonly scenario: Scenario;
  readonly start: Scenario;
  readonly answer: Answer | undefined;
}

export interface Verdict {
  readonly passed: boolean;
  readonly expected: Message;
  readonly found: Message;
  /** What the lesson says about the option that was chosen. */
  readonly because?: Prose;
}

/** Machines that a message lists. */
const MOST_MACHINES = 3;

export function checkStep({ check }: Pick<LessonStep, 'check'>, state: StepState): Verdict {
  return judge(check, state);
}

function judge(check: LessonCheck, state: StepState): Verdict {
  const verdicts = leavesOf(check).map((leaf) => judgeLeaf(leaf, state));
  const decides = check.kind === 'any' ? verdicts.find(({ passed }) => passed) : verdicts.find(({ passed }) => !passed);
  const [first] = verdicts;
  return decides ?? first ?? { passed: false, expected: verbatim(''), found: verbatim('') };
}

function judgeLeaf(leaf: LeafCheck, state: StepState): Verdict {
  const { observation, answer } = state;
  switch (leaf.kind) {
    case 'seen': {
      const { condition } = leaf;
      const found = observation.conditions.get(condition);
      return { ...judgeFound(found, () => notYet(observation)), expected: lessonMessage('lesson.expected.seen', leaf) };
    }
    case 'unseen': {
      const { condition, before } = leaf;
      const expected = lessonMessage('lesson.expected.unseen', { condition, before });
      const happened = observation.conditions.get(condition);
      if (happened === undefined || 'problem' in happened || happened.met)
        return {
          ...judgeFound(happened, () => notYet(observation)),
          passed: false,
          expected,
          ...(happened !== undefined && 'met' in happened
            ? { found: lessonMessage('lesson.found.too-much', { condition }) }
            : {}),
        };
      return { ...judgeFound(observation.conditions.get(before), () => notYet(observation)), expected };
    }
    case 'stage': {
      const { machine, stage } = leaf;
      const expected = lessonMessage('lesson.expected.stage', { machine, stage });
      if (!observation.stages.has(machine))
        return { passed: false, expected, found: lessonMessage('lesson.found.no-machine', { machine }) };
      const latest = observation.stages.get(machine);
      return { passed: latest?.stage === stage, expected, found: placeOf(machine, latest) };
    }
    case 'ask':
      return judgeAsk(leaf, observation);
    case 'choice': {
      const expected = lessonMessage('lesson.expected.choice');
      const option = typeof answer === 'number' ? leaf.options[answer] : undefined;
      if (option === undefined) return { passed: false, expected, found: lessonMessage('lesson.found.no-choice') };
      const { because, right, text } = option;
      const found = lessonMessage('lesson.found.choice', { answer: wordsMessage(text) });
      return { passed: right, expected, found, ...(because === undefined ? {} : { because }) };
    }
    case 'value': {
      const expected = lessonMessage('lesson.expected.value');
      const value = answer === undefined ? '' : String(answer).trim();
      if (value === '') return { passed: false, expected, found: lessonMessage('lesson.found.no-value') };
      const passed = leaf.accept.some((accepted) => isExpected(accepted, value));
      return { passed, expected, found: lessonMessage('lesson.found.value', { answer: value.slice(0, 80) }) };
    }
    case 'frame': {
      const expected = lessonMessage('lesson.expected.frame', { filter: leaf.filter });
      const { selectedFrame: number } = observation;
      if (number === undefined) return { passed: false, expected, found: lessonMessage('lesson.found.no-frame') };
      const { passed, found } = judgeFound(observation.filters.get(leaf.filter), () =>
        lessonMessage('lesson.found.other-frame', { number }),
      );
      return { passed, expected, found: passed ? lessonMessage('lesson.found.frame', { number }) : found };
    }
    case 'same': {
      const passed = sameAt(state.scenario, state.start, leaf.at);
      return {
        passed,
        expected: lessonMessage('lesson.expected.same', { place: leaf.at.join('.') }),
        found: lessonMessage(passed ? 'lesson.found.same' : 'lesson.found.changed'),
      };
    }
  }
}

function judgeFound(found: Found | undefined, otherwise: () => Message): Pick<Verdict, 'passed' | 'found'> {
  if (found !== undefined && 'problem' in found)
    return { passed: false, found: lessonMessage('lesson.found.bad-condition', { reason: found.problem }) };
  return found?.met === true
    ? { passed: true, found: lessonMessage('lesson.found.met') }
    : { passed: false, found: otherwise() };
}

function placeOf(machine: string, stage: StageBody | undefined): Message {
  return stage === undefined
    ? lessonMessage('lesson.found.nowhere', { machine })
    : lessonMessage('lesson.found.at', { machine, stage: stage.stage, text: { text: stage.text, says: stage.says } });
}

/** How far the run has come. */
function notYet({ timeNs, frames, stages }: Observation): Message {
  const places = [...stages].slice(0, MOST_MACHINES).map(([machine, stage]) => placeOf(machine, stage));
  if (timeNs === 0) return lessonMessage('lesson.found.not-started');
  return lessonMessage('lesson.found.not-yet', {
    seconds: decimal((timeNs / NS_PER_S).toFixed(3)),
    frames,
    machines: listOf(places),
  });
}

function listOf(messages: readonly Message[]): Message {
  const [first, ...rest] = messages;
  if (first === undefined) return lessonMessage('lesson.nothing');
  return rest.reduce((list, next) => lessonMessage('lesson.list', { first: list, next }), first);
}

type AskCheck = LeafCheck & { readonly kind: 'ask' };

function judgeAsk(leaf: AskCheck, observation: Observation): Verdict {
  const { server, client, silent } = leaf;
  const about = { server, mac: client.mac, client: client.kind };
  const wanted = valuesOf(leaf);
  const expected =
    silent === true
      ? lessonMessage('lesson.expected.silent', about)
      : wanted.length === 0
        ? lessonMessage('lesson.expected.any-answer', about)
        : lessonMessage('lesson.expected.answer', { ...about, values: listOf(wanted) });
  const found = observation.asks.get(askKey(askOf(leaf)));
  if (found === undefined)
    return { passed: false, expected, found: lessonMessage('lesson.found.no-server', { server }) };
  if (found.silence !== undefined)
    return { passed: silent === true, expected, found: lessonMessage('lesson.found.silence', { why: found.silence }) };
  const passed =
    silent !== true &&
    (['file', 'nextServer', 'address'] as const).every((key) => {
      const expected = leaf[key];
      return expected === undefined || isExpected(expected, found[key]);
    });
  return { passed, expected, found: lessonMessage('lesson.found.answer', { values: listOf(valuesOf(found)) }) };
}

function valuesOf({ file, nextServer, address }: Partial<AskFound> | AskCheck): readonly Message[] {
  const some = (value: string): string | Message => (value === '' ? lessonMessage('lesson.nothing') : value);
  return [
    ...(file === undefined ? [] : [lessonMessage('lesson.file', { value: some(file) })]),
    ...(nextServer === undefined ? [] : [lessonMessage('lesson.next-server', { value: some(nextServer) })]),
    ...(address === undefined ? [] : [lessonMessage('lesson.address', { value: some(address) })]),
  ];
}

/** Whether a text is the expected one, or matches the pattern between slashes. */
function isExpected(expected: string, text: string): boolean {
  const source = /^\/(.*)\/$/s.exec(expected)?.[1];
  if (source === undefined) return expected.trim().toLowerCase() === text.trim().toLowerCase();
  const pattern = compilePattern(source, { ignoreCase: true });
  return pattern.ok && pattern.value.test(text);
}
