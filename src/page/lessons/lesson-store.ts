/** The state of the course in the page: the list, the lesson that is open, and how far it is. */
import { create } from 'zustand';
import type { Message } from '../../base/sentence.ts';
import type { Glossary, LessonEntry } from '../../lessons/catalogue.ts';
import type { LessonDraft } from '../../lessons/draft.ts';
import type { LessonSource } from '../../lessons/hand-in.ts';
import type { Lesson } from '../../lessons/schema.ts';
import type { Answer, Verdict } from '../../lessons/verdict.ts';
import type { Scenario } from '../../scenario/schema.ts';
import type { LessonProgress } from './progress.ts';

export interface OpenLesson {
  readonly source: LessonSource;
  readonly lesson: Lesson;
  /** The lab that it starts from. */
  readonly start: Scenario;
}

export interface LessonState {
  /** The site's lessons, as soon as they are needed. */
  readonly list: readonly LessonEntry[];
  readonly glossary: Glossary;
  readonly open: OpenLesson | undefined;
  /** The step that is shown, from 0. */
  readonly step: number;
  /** By lesson. */
  readonly progress: Readonly<Record<string, LessonProgress>>;
  /** Of the step that is shown, as the lab is now. */
  readonly verdict: Verdict | undefined;
  /** A check was asked for and failed: what it found is shown. */
  readonly isAsked: boolean;
  /** How many hints of the step are shown. */
  readonly hints: number;
  /** The solution is being played. */
  readonly isPlaying: boolean;
  /** Another lab is open than the lesson's. */
  readonly isAway: boolean;
  /** The lesson that is being written, and whether the editor is shown. */
  readonly draft: LessonDraft | undefined;
  /** The first of what the draft lacks. */
  readonly missing: Message | undefined;
  readonly isWriting: boolean;
}

export const useLesson = create<LessonState>()(() => ({
  list: [],
  glossary: {},
  open: undefined,
  step: 0,
  progress: {},
  verdict: undefined,
  isAsked: false,
  hints: 0,
  isPlaying: false,
  isAway: false,
  draft: undefined,
  missing: undefined,
  isWriting: false,
}));

const NONE: LessonProgress = { done: [], answers: {} };

export function progressOf({ progress }: LessonState, id: string): LessonProgress {
  return (Object.hasOwn(progress, id) ? progress[id] : undefined) ?? NONE;
}

export function answerIn(state: LessonState, step: string): Answer | undefined {
  const { answers } = progressOf(state, state.open?.lesson.id ?? '');
  return Object.hasOwn(answers, step) ? answers[step] : undefined;
}
