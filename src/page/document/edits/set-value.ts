/** Sets one value of the lab as a document, checked by the scenario's schema, which also fills in what is left out. */
import { err, ok, type Result } from '../../../base/result.ts';
import { problemAt, type ScenarioProblem, scenarioMessage } from '../../../scenario/problems.ts';
import { parseScenario } from '../../../scenario/parse.ts';
import type { Scenario } from '../../../scenario/schema.ts';

/** A part of the document: a node by its name, anything else by its index. */
export type DocumentPart =
  | { readonly node: string }
  | { readonly link: number }
  | { readonly breakpoint: number }
  | { readonly note: number }
  | { readonly moment: number };

/** From the part to the value: keys of objects, indexes of lists. */
export type ValuePath = readonly (string | number)[];

function indexOf(scenario: Scenario, part: DocumentPart): number {
  if ('node' in part) return scenario.nodes.findIndex(({ name }) => name === part.node);
  if ('link' in part) return part.link;
  if ('note' in part) return part.note;
  return 'moment' in part ? part.moment : part.breakpoint;
}

function listOf(scenario: Scenario, part: DocumentPart): unknown[] {
  if ('node' in part) return scenario.nodes;
  if ('link' in part) return scenario.links;
  if ('note' in part) return scenario.notes;
  return 'moment' in part ? scenario.moments : scenario.breakpoints;
}

export function hasPart(scenario: Scenario, part: DocumentPart): boolean {
  return listOf(scenario, part)[indexOf(scenario, part)] !== undefined;
}

/** Writes into plain JSON; undefined removes the key. False when the path leads nowhere. */
function write(target: unknown, path: ValuePath, value: unknown): boolean {
  const [key, ...rest] = path;
  if (key === undefined || typeof target !== 'object' || target === null) return false;
  const holder = target as Record<string | number, unknown>;
  if (rest.length > 0) return Object.hasOwn(holder, key) && write(holder[key], rest, value);
  if (value === undefined) return Reflect.deleteProperty(holder, key);
  return Reflect.set(holder, key, value);
}

/** The part with the value set, as the schema has it; or the first thing that would be wrong with the lab. */
export function partWith(
  scenario: Scenario,
  part: DocumentPart,
  path: ValuePath,
  value: unknown,
): Result<unknown, ScenarioProblem> {
  const changed = structuredClone(scenario);
  const index = indexOf(changed, part);
  if (!write(listOf(changed, part)[index], path, structuredClone(value)))
    return err(problemAt(path.join('.'), scenarioMessage('scenario.found.nothing')));
  const parsed = parseScenario(changed);
  if (parsed.ok) return ok(listOf(parsed.value, part)[index]);
  const [first] = parsed.error;
  return first === undefined ? ok(listOf(changed, part)[index]) : err(first);
}

/** Puts the part into a draft of the document. */
export function replacePart(draft: Scenario, part: DocumentPart, value: unknown): void {
  listOf(draft, part).splice(indexOf(draft, part), 1, value);
}
