/** Changes of a lab as a document, by place: what a lesson's start and its solutions are made of. */
import { err, ok, type Result } from '../base/result.ts';
import { sameJson } from '../scenario/compact.ts';
import { problemAt, type ScenarioProblem } from '../scenario/problems.ts';
import { parseScenario } from '../scenario/parse.ts';
import type { Scenario } from '../scenario/schema.ts';
import { lessonMessage } from './messages.ts';
import type { LessonStep, ScenarioEdit } from './schema.ts';

type Key = string | number;
type Container = Record<Key, unknown>;

/** The key of a list's element: its number, or that of the element with this name or path. */
function keyIn(container: object, key: Key): Key | undefined {
  if (!Array.isArray(container)) return key;
  if (typeof key === 'number') return key < container.length ? key : undefined;
  if (key === '+') return container.length;
  const at = container.findIndex(
    (item: unknown) =>
      typeof item === 'object' &&
      item !== null &&
      (('name' in item && item.name === key) || ('path' in item && item.path === key)),
  );
  return at < 0 ? undefined : at;
}

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}

/** The container of the last key, and that key in it. */
function find(root: unknown, at: readonly Key[]): { readonly holder: Container; readonly key: Key } | undefined {
  let holder = root;
  for (const [i, name] of at.entries()) {
    if (!isContainer(holder)) return undefined;
    const key = keyIn(holder, name);
    if (key === undefined || key === '__proto__') return undefined;
    if (i === at.length - 1) return { holder, key };
    holder = Object.hasOwn(holder, key) ? holder[key] : undefined;
  }
  return undefined;
}

/** What is at a place of the document; undefined when there is nothing. */
export function valueAt(scenario: Scenario, at: readonly Key[]): unknown {
  const found = find(scenario, at);
  return found === undefined || !Object.hasOwn(found.holder, found.key) ? undefined : found.holder[found.key];
}

/** Whether two documents have the same at a place. */
export function sameAt(a: Scenario, b: Scenario, at: readonly Key[]): boolean {
  return sameJson(valueAt(a, at), valueAt(b, at));
}

function copyOf(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** The changed document. The error names the place that an edit does not find, or what the result breaks. */
export function applyEdits(
  scenario: Scenario,
  edits: readonly ScenarioEdit[],
): Result<Scenario, readonly ScenarioProblem[]> {
  const draft = copyOf(scenario);
  for (const edit of edits) {
    const place = edit.at.join('.');
    const found = find(draft, edit.at);
    if (found === undefined) return err([problemAt(place, lessonMessage('lesson.no-place'))]);
    const { holder, key } = found;
    if ('value' in edit) holder[key] = copyOf(edit.value);
    else if ('remove' in edit) {
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else delete holder[key];
    } else {
      const text = holder[key];
      if (typeof text !== 'string' || !text.includes(edit.replace))
        return err([problemAt(place, lessonMessage('lesson.no-text', { text: edit.replace }))]);
      holder[key] = text.replace(edit.replace, () => edit.with);
    }
  }
  return parseScenario(draft);
}

/** The lab as the changes in the solutions of these steps leave it. */
export function afterSteps(
  start: Scenario,
  steps: readonly Pick<LessonStep, 'solution'>[],
): Result<Scenario, readonly ScenarioProblem[]> {
  const edits = steps.flatMap(({ solution }) => solution.flatMap((action) => ('edits' in action ? action.edits : [])));
  return edits.length === 0 ? ok(start) : applyEdits(start, edits);
}
