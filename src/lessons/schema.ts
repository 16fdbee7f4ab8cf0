/**
 * A lesson as a document: what `public/lessons/` holds, what a teacher writes in the page, and what a link carries. A
 * lesson names a lab to start from, and steps; each step has a text, a check of the lab's state (never of keystrokes),
 * hints, and a recorded solution that the tests, the command line and the page can play. Additive changes use defaults; a
 * breaking one raises `LESSON_VERSION`.
 */
import * as z from 'zod/mini';
import { _default as withDefault } from 'zod/mini';
import { expects } from '../scenario/nodes/parts.ts';
import { inputActionSchema } from '../scenario/schema.ts';
import { ASK_KINDS, ASK_MESSAGES } from '../services/dnsmasq/ask/client.ts';

export const LESSON_VERSION = 1;

/** What a link may ask of the page that opens it: it is untrusted input. */
export const LESSON_LIMITS = {
  maxSteps: 40,
  maxTextChars: 8000,
  maxChecks: 8,
  /** Conditions and filters that a run of the lab is watched for. */
  maxWatched: 100,
  /** Virtual seconds. */
  maxRunS: 3600,
} as const;

const id = z.string().check(z.regex(/^[a-z][a-z0-9-]{0,39}$/, expects('lesson-id')));
const line = z.string().check(z.minLength(1), z.maxLength(400));
const markdown = z.string().check(z.minLength(1), z.maxLength(LESSON_LIMITS.maxTextChars));
const condition = z.string().check(z.minLength(1), z.maxLength(1000));
const node = z.string().check(z.minLength(1), z.maxLength(40));

/** A text that is the same in every language, or one for each. */
function inLanguages<T extends z.core.$ZodType>(text: T) {
  return z.union([text, z.strictObject({ en: text, fr: z.optional(text) }), z.strictObject({ fr: text })], 'a text');
}
const words = inLanguages(line);
/** Markdown (`markdown.ts` says which part of it); a list is one of paragraphs. */
const prose = inLanguages(z.union([markdown, z.array(markdown).check(z.minLength(1), z.maxLength(40))], 'a text'));

/** Keys from the scenario down: a name in a list of named things, a path in a list of files, a number from 0, `+` to append. */
const place = z
  .array(z.union([z.string().check(z.maxLength(400)), z.int().check(z.gte(0))], expects('name-or-number')))
  .check(z.minLength(1), z.maxLength(12));
const replacement = z.string().check(z.maxLength(100_000));

/** A change of the lab as a document. */
const edit = z.union(
  [
    z.strictObject({ at: place, value: z.json() }),
    z.strictObject({ at: place, remove: z.literal(true) }),
    /** The first occurrence in the text at that place. */
    z.strictObject({ at: place, replace: z.string().check(z.minLength(1), z.maxLength(10_000)), with: replacement }),
  ],
  '{at, value}, {at, remove: true} or {at, replace, with}',
);
const edits = z.array(edit).check(z.maxLength(60));

const start = z.union(
  [
    /** A lab of the site by its file name, changed. */
    z.strictObject({
      lab: z.string().check(z.regex(/^[\w-]+\.json$/, expects('lab-file'))),
      edits: withDefault(edits, []),
    }),
    /** A scenario; `scenario/parse.ts` checks it. */
    z.strictObject({ scenario: z.record(z.string(), z.json()) }),
  ],
  '{lab, edits} or {scenario}',
);

/** Exactly this text, or one that matches a pattern between slashes. */
const expected = z.string().check(z.maxLength(400));

const leaves = [
  /** The condition has been met in this run (`lab/conditions/condition.ts`). */
  z.strictObject({ kind: z.literal('seen'), condition }),
  /** The condition has not been met in this run, and another has. */
  z.strictObject({ kind: z.literal('unseen'), condition, before: condition }),
  /** The machine's latest stage. */
  z.strictObject({ kind: z.literal('stage'), machine: node, stage: z.string().check(z.regex(/^[a-z-]+$/)) }),
  /** How the server answers a client that asks now; nothing is sent. */
  z.strictObject({
    kind: z.literal('ask'),
    server: node,
    client: z.strictObject({
      kind: withDefault(z.enum(ASK_KINDS), 'bios'),
      mac: withDefault(z.string().check(z.maxLength(40)), '52:54:00:ba:00:01'),
      message: withDefault(z.enum(ASK_MESSAGES), 'discover'),
      interfaceName: z.optional(node),
    }),
    silent: z.optional(z.literal(true)),
    file: z.optional(expected),
    nextServer: z.optional(expected),
    address: z.optional(expected),
  }),
  /** Of several answers one is chosen; any that is right will do. */
  z.strictObject({
    kind: z.literal('choice'),
    options: z
      .array(z.strictObject({ text: words, right: withDefault(z.boolean(), false), because: z.optional(prose) }))
      .check(z.minLength(2), z.maxLength(8)),
  }),
  /** A value is typed; blanks around it, and capitals, do not matter. */
  z.strictObject({
    kind: z.literal('value'),
    accept: z.array(expected).check(z.minLength(1), z.maxLength(20)),
  }),
  /** A frame that the filter chooses is selected, in any panel. */
  z.strictObject({ kind: z.literal('frame'), filter: condition }),
  /** A part of the lab is as it was at the start. */
  z.strictObject({ kind: z.literal('same'), at: place }),
] as const;
const leaf = z.discriminatedUnion('kind', leaves);
const group = z.array(leaf).check(z.minLength(1), z.maxLength(LESSON_LIMITS.maxChecks));
const check = z.discriminatedUnion('kind', [
  ...leaves,
  z.strictObject({ kind: z.literal('all'), of: group }),
  z.strictObject({ kind: z.literal('any'), of: group }),
]);

/** What a person does to solve a step, as the page and the command line repeat it. */
const action = z.union(
  [
    /** Runs the lab until the condition is met; not at all when it has been. */
    z.strictObject({ run: condition }),
    /** Runs until nothing is left to happen, or `limitS`. */
    z.strictObject({ runToEnd: z.literal(true) }),
    /** Changes the lab, which then is at power-on. */
    z.strictObject({ edits }),
    z.strictObject({ input: z.strictObject({ machine: node, do: inputActionSchema }) }),
    /** The number of the option from 0, or the value. */
    z.strictObject({ answer: z.union([z.int().check(z.gte(0), z.lte(8)), expected], expects('number-or-text')) }),
    /** The first frame that the filter chooses. */
    z.strictObject({ select: condition }),
  ],
  expects('lesson-action'),
);

const step = z.strictObject({
  id,
  title: words,
  text: prose,
  /** What to do, in one line. */
  task: words,
  /** A button of the step: runs the lab, or brings the panel for it to the front. */
  action: z.optional(
    z.union(
      [
        z.strictObject({ run: condition }),
        z.strictObject({ show: z.string().check(z.regex(/^[a-z-]{1,24}$/)), node: z.optional(node) }),
      ],
      '{run} or {show, node}',
    ),
  ),
  check,
  /** From a small hint to a bigger one. */
  hints: withDefault(z.array(prose).check(z.maxLength(4)), []),
  solution: withDefault(z.array(action).check(z.maxLength(12)), []),
  /** Shown when the step is done. */
  after: z.optional(prose),
});

export const lessonSchema = z.strictObject({
  lesson: z.literal(LESSON_VERSION),
  id,
  /** A challenge tells its goal only. */
  kind: withDefault(z.enum(['lesson', 'challenge']), 'lesson'),
  title: words,
  /** What it is about, for the list. */
  summary: words,
  level: withDefault(z.int().check(z.gte(1), z.lte(3)), 1),
  minutes: withDefault(z.int().check(z.gte(1), z.lte(60)), 5),
  start,
  /** Of the lab that it starts from, where the title is another; the page shows it in its language. */
  labName: z.optional(words),
  /** Virtual seconds after which a run that has not reached its condition is given up. */
  limitS: withDefault(z.number().check(z.gte(1), z.lte(LESSON_LIMITS.maxRunS)), 120),
  steps: z.array(step).check(z.minLength(1), z.maxLength(LESSON_LIMITS.maxSteps)),
});

export type Lesson = z.output<typeof lessonSchema>;
export type LessonInput = z.input<typeof lessonSchema>;
export type LessonStep = Lesson['steps'][number];
export type LessonCheck = LessonStep['check'];
export type LeafCheck = Exclude<LessonCheck, { readonly kind: 'all' | 'any' }>;
export type LessonAction = LessonStep['solution'][number];
export type ScenarioEdit = z.output<typeof edit>;
export type Words = z.output<typeof words>;
export type Prose = z.output<typeof prose>;

/** The checks of a step that are not made of others. */
export function leavesOf(check: LessonCheck): readonly LeafCheck[] {
  return check.kind === 'all' || check.kind === 'any' ? check.of : [check];
}
