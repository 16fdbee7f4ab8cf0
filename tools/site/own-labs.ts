/** The labs and lessons of a folder that somebody publishes as a site of their own, and the images that they need. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '../../src/base/result.ts';
import type { ImageFile, ImageManifest } from '../../src/lab/content/image-manifest.ts';
import { neededImages } from '../../src/lab/content/images.ts';
import { entryOf, type LessonEntry } from '../../src/lessons/catalogue.ts';
import { parseLessonText, startOf } from '../../src/lessons/parse.ts';
import type { Lesson } from '../../src/lessons/schema.ts';
import { sketchOf } from '../../src/page/document/kept/lab-sketch.ts';
import type { LabGroup, SiteLab } from '../../src/page/document/site-lab.ts';
import { parseJson, parseScenarioText } from '../../src/scenario/parse.ts';
import { problemAt, scenarioMessage, type ScenarioProblem } from '../../src/scenario/problems.ts';
import type { Scenario } from '../../src/scenario/schema.ts';

export interface OwnLab {
  readonly entry: SiteLab;
  readonly text: string;
  readonly images: readonly ImageFile[];
}

export interface OwnLesson {
  readonly entry: LessonEntry;
  readonly text: string;
  readonly images: readonly ImageFile[];
}

export interface OwnSite {
  readonly labs: readonly OwnLab[];
  readonly lessons: readonly OwnLesson[];
}

/** A file as the page asks for it. */
const FILE_NAME = /^[\w-]+\.json$/;

function groupOf({ nodes }: Scenario): LabGroup {
  const machines = nodes.filter((node) => node.kind === 'pc' || node.kind === 'bare');
  if (machines.some((node) => node.kind === 'pc' && node.media !== undefined)) return 'disks';
  return machines.some(({ firmware }) => firmware.personality === 'ipxe') ? 'ipxe' : 'pxe';
}

function labEntry(file: string, scenario: Scenario): SiteLab {
  const { name, description } = scenario;
  const machine = scenario.nodes.some(({ kind }) => kind === 'pc') ? 'pc' : 'bare';
  const [first = ''] = /^[^.]*\.?/.exec(description) ?? [];
  const shows = { en: first, fr: first };
  const place = { group: groupOf(scenario), level: 1 as const, shows, machine, sketch: sketchOf(scenario) } as const;
  return { file, name: name === '' ? file : name, description, place };
}

/** Reads all `.json` files of a folder; the problems name file and place. */
export async function readOwnSite(
  folder: string,
  manifest: ImageManifest,
): Promise<Result<OwnSite, readonly ScenarioProblem[]>> {
  const problems: ScenarioProblem[] = [];
  const labs: OwnLab[] = [];
  const lessons: OwnLesson[] = [];
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
  const within = <T>(file: string, result: Result<T, readonly ScenarioProblem[]>): T | undefined => {
    if (result.ok) return result.value;
    problems.push(...result.error.map((problem) => ({ ...problem, path: `${file}: ${problem.path}` })));
    return undefined;
  };
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()) {
    if (!FILE_NAME.test(file)) {
      problems.push(problemAt(file, scenarioMessage('scenario.file-name', { pattern: FILE_NAME.source })));
      continue;
    }
    const text = read(file);
    const value = within(file, parseJson(text));
    if (value === undefined) continue;
    const isLesson = typeof value === 'object' && value !== null && 'steps' in value;
    const lesson: Lesson | undefined = isLesson ? within(file, parseLessonText(text)) : undefined;
    const start = lesson === undefined ? undefined : await startOf(lesson, (name) => parseScenarioText(read(name)));
    const scenario = within(file, start ?? (isLesson ? err([]) : parseScenarioText(text)));
    if (scenario === undefined) continue;
    const images = within(file, neededImages(scenario, manifest));
    if (images === undefined) continue;
    if (lesson === undefined) labs.push({ entry: labEntry(file, scenario), text, images });
    else if (`${lesson.id}.json` !== file)
      problems.push(problemAt(`${file}: $.id`, scenarioMessage('scenario.lesson-file', { id: lesson.id })));
    else lessons.push({ entry: entryOf(lesson), text, images });
  }
  if (problems.length === 0 && labs.length === 0 && lessons.length === 0)
    problems.push(problemAt(folder, scenarioMessage('scenario.no-labs')));
  return problems.length > 0 ? err(problems) : ok({ labs, lessons });
}
