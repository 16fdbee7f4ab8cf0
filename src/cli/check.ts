/**
 * `lab check`: corrects what readers of a lesson hand in, or tries the lesson by its own solutions. Exit code 0 when all
 * is right, 1 when something is not, 2 for a lesson, a link or an argument that cannot be used, 3 when the wall-clock
 * limit was reached.
 */
import { readOptions, readSeconds } from './options.ts';
import { readFileSync } from 'node:fs';
import { err, ok, type Result } from '../base/result.ts';
import type { Message } from '../base/sentence.ts';
import { Lab } from '../lab/lab.ts';
import { correct, countingSteps, holds, trySolutions, type Marks } from '../lessons/correct.ts';
import { answerOfLink, lessonOfLink } from '../lessons/hand-in.ts';
import { parseLessonText, startOf } from '../lessons/parse.ts';
import type { PlayerHost } from '../lessons/player.ts';
import type { Lesson } from '../lessons/schema.ts';
import { textIn } from '../lessons/text-in.ts';
import type { Verdict } from '../lessons/verdict.ts';
import { problemAt, scenarioMessage, type ScenarioProblem } from '../scenario/problems.ts';
import { parseScenarioText } from '../scenario/parse.ts';
import { needsEmulator } from '../scenario/nodes/queries.ts';
import type { Scenario } from '../scenario/schema.ts';
import { readImages, readWasm } from './images.ts';
import type { RunIo } from './run.ts';
import { inLanguage, readLanguage, checkMessage, type CliLanguage } from './language.ts';
import { startWatchdog, wallMs } from './watchdog.ts';

type Reports = readonly ScenarioProblem[];

const DEFAULT_WALL_S = 600;
const WALL_GRACE_S = 30;
/** Links of one file. */
const MOST_ANSWERS = 1000;

interface Arguments {
  readonly lesson: string;
  readonly answer: string | undefined;
  readonly answers: string | undefined;
  readonly solution: boolean;
  readonly json: boolean;
  readonly wallS: number;
  readonly language: CliLanguage;
}

function readArguments(args: readonly string[]): Result<Arguments, string> {
  const parsed = readOptions(args, {
    answer: { type: 'string' },
    answers: { type: 'string' },
    solution: { type: 'boolean' },
    json: { type: 'boolean' },
    'wall-s': { type: 'string' },
    lang: { type: 'string' },
  });
  if (!parsed.ok) return parsed;
  const { values, positionals } = parsed.value;
  const [lesson, ...extra] = positionals;
  if (lesson === undefined || extra.length > 0)
    return err('expected one lesson: a file, a link, or the id of a lesson of the site');
  const { answer, answers } = values;
  const solution = values.solution === true;
  if ([answer !== undefined, answers !== undefined, solution].filter(Boolean).length !== 1)
    return err('expected one of --answer LINK, --answers FILE and --solution');
  const wallS = readSeconds('wall-s', values['wall-s'], DEFAULT_WALL_S);
  if (!wallS.ok) return wallS;
  const language = readLanguage(values.lang);
  if (!language.ok) return language;
  return ok({
    lesson,
    answer,
    answers,
    solution,
    json: values.json === true,
    wallS: wallS.value,
    language: language.value,
  });
}

function readText(path: string | URL): Result<string, Reports> {
  try {
    return ok(readFileSync(path, 'utf8'));
  } catch (error) {
    return err([problemAt('$', scenarioMessage('scenario.not-read', { reason: (error as Error).message }))]);
  }
}

/** A lesson by its id on the site, by a link, or by its file. */
function readLesson(named: string): Result<Lesson, Reports> {
  const link = named.includes('#') ? lessonOfLink(named) : undefined;
  if (link?.ok === false) return link;
  if (link?.ok === true && 'lesson' in link.value) return ok(link.value.lesson);
  const id = link?.ok === true && 'id' in link.value ? link.value.id : /^[a-z][a-z0-9-]*$/.exec(named)?.[0];
  const text = readText(id === undefined ? named : new URL(`../../public/lessons/${id}.json`, import.meta.url));
  return text.ok ? parseLessonText(text.value) : text;
}

function readShipped(file: string): Result<Scenario, Reports> {
  const text = readText(new URL(`../../public/scenarios/${file}`, import.meta.url));
  return text.ok ? parseScenarioText(text.value) : text;
}

/** Opens labs with the images of this checkout. */
export function playerHost(endMs = Infinity): PlayerHost {
  return {
    open: (scenario) => {
      const images = readImages(scenario);
      if (!images.ok) return images;
      const needsCpu = needsEmulator(scenario.nodes);
      return Lab.open(scenario, { images: images.value, ...(needsCpu ? { wasm: readWasm() } : {}) });
    },
    isTimeOver: () => wallMs() > endMs,
  };
}

interface HandedIn {
  /** What stands before the link in its line. */
  readonly name: string;
  readonly link: string;
}

/** A link in each line, behind a name or not. */
function linesOf(text: string): readonly HandedIn[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('//'))
    .slice(0, MOST_ANSWERS)
    .map((line, i) => {
      const at = line.search(/\S*#/);
      const name = at > 0 ? line.slice(0, at).replace(/[\s,;:]+$/, '') : '';
      return { name: name === '' ? String(i + 1) : name, link: at < 0 ? line : line.slice(at) };
    });
}

export async function checkLesson(args: readonly string[], io: RunIo): Promise<number> {
  const read = readArguments(args);
  if (!read.ok) {
    io.err(`check: ${read.error}`);
    return 2;
  }
  const options = read.value;
  startWatchdog((options.wallS + WALL_GRACE_S) * 1000, `check: the wall-clock limit of ${options.wallS} s is over`);
  const host = playerHost(wallMs() + options.wallS * 1000);
  const refuse = (place: string, reports: Reports): number => {
    for (const { path, message } of reports) io.err(`${place}: ${path}: ${message}`);
    return 2;
  };
  const lesson = readLesson(options.lesson);
  if (!lesson.ok) return refuse(options.lesson, lesson.error);
  const start = await startOf(lesson.value, readShipped);
  if (!start.ok) return refuse(`${options.lesson}: start`, start.error);
  let code: number;
  if (options.solution) code = trial(lesson.value, start.value, host, options, io);
  else {
    const tried = trySolutions(lesson.value, start.value, host);
    if (!tried.ok) return refuse(`${options.lesson}: solution`, tried.error);
    const counting = countingSteps(lesson.value, start.value, tried.value, host);
    if (!counting.ok) return refuse(`${options.lesson}: solution`, counting.error);
    const given = options.answer === undefined ? readText(options.answers ?? '') : ok(options.answer);
    if (!given.ok) return refuse(options.answers ?? '', given.error);
    const lines = options.answer === undefined ? linesOf(given.value) : [{ name: '', link: given.value }];
    const corrected = lines.map(({ name, link }): Corrected => {
      const answer = answerOfLink(link);
      const marks = answer.ok ? correct(lesson.value, start.value, answer.value, counting.value, host) : answer;
      return { name, marks };
    });
    code = report(corrected, options, io);
  }
  if (!host.isTimeOver()) return code;
  io.err(`check: the wall-clock limit of ${options.wallS} s is over: --wall-s sets another`);
  return 3;
}

interface Corrected {
  readonly name: string;
  readonly marks: Result<Marks, Reports>;
}

function verdictLine({ passed, expected, found }: Verdict): Message {
  return checkMessage(passed ? 'check.passed' : 'check.failed', { expected, found });
}

function trial(lesson: Lesson, start: Scenario, host: PlayerHost, { json, language }: Arguments, io: RunIo): number {
  const said = (message: Message): string => inLanguage(language, message);
  const tried = trySolutions(lesson, start, host);
  if (!tried.ok) {
    for (const { path, message } of tried.error) io.err(`${lesson.id}: ${path}: ${message}`);
    return 2;
  }
  const { steps } = tried.value;
  if (json) {
    const plain = steps.map((trial) => ({
      step: trial.step.id,
      holds: holds(trial),
      before: plainVerdict(trial.before, said),
      ...(trial.unchanged === undefined ? {} : { unchanged: plainVerdict(trial.unchanged, said) }),
      after: plainVerdict(trial.after, said),
    }));
    io.out(JSON.stringify({ lesson: lesson.id, steps: plain }, undefined, 2));
  } else
    for (const trial of steps) {
      io.out(`${holds(trial) ? 'ok' : 'NOT OK'} ${trial.step.id}: ${textIn(trial.step.title, language)}`);
      io.out(`  ${said(checkMessage('check.before', { verdict: verdictLine(trial.before) }))}`);
      if (trial.unchanged !== undefined) {
        const verdict = verdictLine(trial.unchanged);
        io.out(`  ${said(checkMessage('check.unchanged', { verdict }))}`);
      }
      io.out(`  ${said(checkMessage('check.after', { verdict: verdictLine(trial.after) }))}`);
    }
  return steps.every(holds) ? 0 : 1;
}

function plainVerdict({ passed, expected, found }: Verdict, said: (message: Message) => string): object {
  return { passed, expected: said(expected), found: said(found) };
}

function report(corrected: readonly Corrected[], { json, answers, language }: Arguments, io: RunIo): number {
  const said = (message: Message): string => inLanguage(language, message);
  if (json) {
    const plain = corrected.map(({ name, marks }) => ({
      ...(name === '' ? {} : { name }),
      ...(marks.ok
        ? {
            passed: marks.value.passed,
            steps: marks.value.steps.map(({ step, verdict, counts }) => ({
              step: step.id,
              counts,
              ...plainVerdict(verdict, said),
            })),
          }
        : { problems: marks.error.map(({ path, message }) => `${path}: ${message}`) }),
    }));
    io.out(JSON.stringify(answers === undefined ? plain[0] : plain, undefined, 2));
  } else if (answers === undefined) {
    for (const { marks } of corrected) {
      if (!marks.ok) for (const { path, message } of marks.error) io.err(`answer: ${path}: ${message}`);
      else
        for (const { step, verdict, counts } of marks.value.steps)
          io.out(
            `${step.id}: ${said(counts || verdict.passed ? verdictLine(verdict) : checkMessage('check.not-counted'))}`,
          );
    }
  } else io.out(table(corrected, said));
  if (corrected.some(({ marks }) => !marks.ok)) return 2;
  return corrected.every(({ marks }) => marks.ok && marks.value.passed) ? 0 : 1;
}

/** A line for each answer: done steps, and what the first missing one looked for. */
function table(corrected: readonly Corrected[], said: (message: Message) => string): string {
  const [title, steps, first] = [
    checkMessage('check.name'),
    checkMessage('check.steps'),
    checkMessage('check.missing'),
  ].map(said);
  const width = Math.max(...corrected.map(({ name }) => name.length), 4);
  const lines = corrected.map(({ name, marks }) => {
    if (!marks.ok)
      return `${name.padEnd(width)}  ${said(checkMessage('check.unusable'))}  ${marks.error.map((problem) => said({ text: problem.message, says: problem.says })).join('; ')}`;
    const counting = marks.value.steps.filter(({ counts }) => counts);
    const done = counting.filter(({ verdict }) => verdict.passed).length;
    const missing = counting.find(({ verdict }) => !verdict.passed);
    const why = missing === undefined ? '' : `${missing.step.id}: ${said(missing.verdict.found)}`;
    return `${name.padEnd(width)}  ${`${done}/${counting.length}`.padEnd(8)}  ${why}`.trimEnd();
  });
  return [`${title?.padEnd(width)}  ${steps?.padEnd(8)}  ${first}`, ...lines].join('\n');
}
