/**
 * What the schema refuses, in words: the place as a JSON path, what is expected there and what was found. The schema
 * library's own issues say what kind of rule was broken; a union's say it for each of its branches.
 */
import type * as z from 'zod/mini';
import { problemAt, isExpectation, scenarioMessage, type ScenarioProblem } from './problems.ts';
import { scenarioSchema } from './schema.ts';
import { definitionOf, unwrapOptional } from './schema-walk.ts';
import type { Message } from '../base/sentence.ts';

/** More would bury the first. */
const MAX_REPORTS = 20;
const MAX_QUOTED = 40;

function shorten(text: string): string {
  return text.length <= MAX_QUOTED ? text : `${text.slice(0, MAX_QUOTED)}…`;
}

/** `$.nodes[1].nics[0].mac`; keys that are no identifiers stand in brackets. */
export function formatPath(path: readonly PropertyKey[]): string {
  let out = '$';
  for (const key of path) {
    const text = shorten(String(key));
    if (typeof key === 'number') out += `[${key}]`;
    else out += /^[A-Za-z_]\w*$/.test(text) ? `.${text}` : `[${JSON.stringify(text)}]`;
  }
  return out;
}

type Issue = z.core.$ZodIssue;

/** What an issue says when the schema has no words of its own for it. */
const NO_WORDS = 'Invalid input';

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<PropertyKey, unknown>>)[key];
  }
  return value;
}

/** Words that are the same in each language, or a sentence. */
type Words = string | Message;

function found(value: unknown): Message {
  if (value === undefined) return scenarioMessage('scenario.found.nothing');
  if (Array.isArray(value)) return scenarioMessage('scenario.found.list', { count: value.length });
  if (typeof value === 'object' && value !== null) return scenarioMessage('scenario.found.object');
  return scenarioMessage('scenario.found', { value: shorten(JSON.stringify(value)) });
}

function either(options: readonly Words[]): Words {
  const each = [...new Map(options.map((words) => [typeof words === 'string' ? words : words.text, words])).values()];
  const last = each.pop() ?? '';
  if (each.length === 0) return last;
  return scenarioMessage('scenario.or', {
    first: each.reduce((first, next) => scenarioMessage('scenario.list', { first, next })),
    last,
  });
}

const TYPES: Readonly<Record<string, `scenario.type.${'string' | 'number' | 'int' | 'boolean' | 'array' | 'object'}`>> =
  {
    string: 'scenario.type.string',
    number: 'scenario.type.number',
    int: 'scenario.type.int',
    boolean: 'scenario.type.boolean',
    array: 'scenario.type.array',
    object: 'scenario.type.object',
    record: 'scenario.type.object',
  };

/** What would be right. */
function expectation(issue: Issue): Words {
  switch (issue.code) {
    case 'invalid_type': {
      const id = TYPES[issue.expected];
      return id === undefined ? issue.expected : scenarioMessage(id);
    }
    case 'invalid_value':
      return either(issue.values.map((value) => JSON.stringify(value)));
    case 'too_big':
    case 'too_small': {
      const limit = String(issue.code === 'too_big' ? issue.maximum : issue.minimum);
      if (issue.inclusive === false) return scenarioMessage('scenario.more-than', { limit });
      const bound = issue.code === 'too_big' ? 'at-most' : 'at-least';
      if (issue.origin === 'string') return scenarioMessage(`scenario.${bound}.string`, { limit });
      if (issue.origin === 'array') return scenarioMessage(`scenario.${bound}.array`, { limit });
      return scenarioMessage(`scenario.${bound}`, { limit });
    }
    case 'invalid_format':
      if ('prefix' in issue) return scenarioMessage('scenario.begins-with', { prefix: JSON.stringify(issue.prefix) });
      return scenarioMessage('scenario.form', { form: issue.pattern ?? issue.format });
    case 'invalid_union':
      return either(issue.errors.flatMap(([first]) => (first === undefined ? [] : [wordsOf(first)])));
    case 'unrecognized_keys':
    case 'not_multiple_of':
    case 'invalid_key':
    case 'invalid_element':
    case 'custom':
      return issue.message;
  }
}

function wordsOf(issue: Issue): Words {
  if (issue.message === NO_WORDS) return expectation(issue);
  return isExpectation(issue.message) ? scenarioMessage(issue.message) : issue.message;
}

/** A refused value, and the schema that refuses it. */
interface Document {
  readonly schema: z.core.$ZodType;
  readonly root: unknown;
}

/** The fields of the object at a path, as the schema has them; empty when that is not clear. */
function fieldsAt({ schema: whole, root }: Document, path: readonly PropertyKey[]): readonly string[] {
  let schema = optionFor(whole, root);
  path.forEach((key, i) => {
    const { element, shape } = definitionOf(schema);
    const next = typeof key === 'number' ? element : shape?.[String(key)];
    if (next !== undefined) schema = optionFor(next, valueAt(root, path.slice(0, i + 1)));
  });
  return Object.keys(definitionOf(schema).shape ?? {});
}

/** Of a union the option that the value was most likely meant to be. */
function optionFor(wrapped: z.core.$ZodType, value: unknown): z.core.$ZodType {
  const schema = unwrapOptional(wrapped);
  const { options, discriminator = 'kind' } = definitionOf(schema);
  if (options === undefined) return schema;
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const score = (option: z.core.$ZodType): number => {
    const { shape = {} } = definitionOf(unwrapOptional(option));
    const kind = shape[discriminator] === undefined ? undefined : definitionOf(shape[discriminator]).values?.[0];
    const isKind = kind !== undefined && kind === valueAt(value, [discriminator]);
    return keys.filter((key) => Object.hasOwn(shape, key)).length + (isKind ? 100 : 0);
  };
  return optionFor(
    options.reduce((best, option) => (score(option) > score(best) ? option : best)),
    value,
  );
}

/** How little a branch of a union fits: fields that it does not know count most, then those that it misses. */
function misfit(branch: readonly Issue[], value: object): number {
  const cost = branch.map((issue) => {
    if (issue.code === 'unrecognized_keys') return issue.keys.length * 3;
    const isMissing = issue.path.length === 1 && !Object.hasOwn(value, issue.path[0] ?? '');
    return issue.code === 'invalid_value' && !isMissing && issue.path.length === 1 ? 2.5 : isMissing ? 2 : 1;
  });
  return cost.reduce((sum, each) => sum + each, 0);
}

/** An issue with the place of the object or list that it is about; a union's goes on in its nearest branch. */
function reportsOf(issue: Issue, base: readonly PropertyKey[], document: Document): ScenarioProblem[] {
  const path = [...base, ...issue.path];
  const value = valueAt(document.root, path);
  if (issue.code === 'unrecognized_keys') {
    const fields = fieldsAt(document, path).join(', ');
    const says =
      fields === ''
        ? scenarioMessage('scenario.no-such-field')
        : scenarioMessage('scenario.no-such-field-of', { fields });
    return issue.keys.map((key) => problemAt(formatPath([...path, key]), says));
  }
  if (issue.code === 'invalid_union' && typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const best = issue.errors
      // A branch that knows none of the fields is not what was meant.
      .filter((branch) => {
        const unknown = branch.find((inner) => inner.code === 'unrecognized_keys' && inner.path.length === 0);
        const count = unknown?.code === 'unrecognized_keys' ? unknown.keys.length : 0;
        return branch.every((inner) => inner.path.length > 0 || count > 0) && Object.keys(value).length > count;
      })
      .toSorted((a, b) => misfit(a, value) - misfit(b, value))[0];
    if (best !== undefined) return best.flatMap((inner) => reportsOf(inner, path, document));
  }
  if (issue.code === 'invalid_key' || issue.code === 'invalid_element')
    return issue.issues.flatMap((inner) => reportsOf(inner, path, document));
  const kinds =
    'options' in issue && issue.options !== undefined ? issue.options.map((kind) => JSON.stringify(kind)) : [];
  const expected = kinds.length > 0 ? either(kinds) : wordsOf(issue);
  return [problemAt(formatPath(path), scenarioMessage('scenario.expected', { expected, found: found(value) }))];
}

/** The issues of a refused document, the first of them. */
export function explainIssues(
  issues: readonly Issue[],
  root: unknown,
  schema: z.core.$ZodType = scenarioSchema,
): readonly ScenarioProblem[] {
  return firstReports(issues.flatMap((issue) => reportsOf(issue, [], { schema, root })));
}

export function firstReports(reports: readonly ScenarioProblem[]): readonly ScenarioProblem[] {
  if (reports.length <= MAX_REPORTS) return reports;
  const more = reports.length - MAX_REPORTS;
  return [...reports.slice(0, MAX_REPORTS), problemAt('$', scenarioMessage('scenario.more-problems', { count: more }))];
}
