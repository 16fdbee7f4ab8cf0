/** What the schema lets a field of the lab be: forms take their bounds and choices from here. */
import type * as z from 'zod/mini';
import { assert } from '../base/result.ts';
import { scenarioSchema } from './schema.ts';
import { definitionOf, unwrapOptional, type Check } from './schema-walk.ts';

/** A field by its keys. Lists need no key; where the kind of an object decides, the kind is a key: `nodes pc memMiB`. */
export type FieldPath = readonly string[];

/** Bounds are inclusive; infinite where there is none. */
export interface NumberLimits {
  readonly min: number;
  readonly max: number;
  readonly isInteger: boolean;
}

type Schema = z.core.$ZodType;

function elementOf(schema: Schema): Schema {
  const whole = unwrapOptional(schema);
  const { element } = definitionOf(whole);
  return element === undefined ? whole : elementOf(element);
}

/** The options below a schema: its own where it is a union, else itself. */
function optionsOf(schema: Schema): readonly Schema[] {
  const whole = elementOf(schema);
  return definitionOf(whole).options?.flatMap((option) => optionsOf(option)) ?? [whole];
}

function isKind(option: Schema, kind: string): boolean {
  return Object.values(definitionOf(option).shape ?? {}).some(
    (field) => definitionOf(unwrapOptional(field)).values?.includes(kind) === true,
  );
}

function fieldOf(path: FieldPath): Schema {
  let schemas: readonly Schema[] = [scenarioSchema];
  for (const key of path) {
    const options = schemas.flatMap((schema) => optionsOf(schema));
    const ofKind = options.length > 1 ? options.filter((option) => isKind(option, key)) : [];
    schemas = ofKind.length > 0 ? ofKind : options.flatMap((option) => definitionOf(option).shape?.[key] ?? []);
  }
  const [field] = schemas;
  assert(field !== undefined, `the schema has a field ${path.join(' ')}`);
  return elementOf(field);
}

function checksOf(field: Schema): readonly Check[] {
  return (definitionOf(field).checks ?? []).map(({ _zod: { def } }) => def);
}

export function numberLimits(...path: FieldPath): NumberLimits {
  const field = fieldOf(path);
  let [min, max] = [-Infinity, Infinity];
  for (const { check, value } of checksOf(field)) {
    if (check === 'greater_than' && value !== undefined) min = Math.max(min, value);
    if (check === 'less_than' && value !== undefined) max = Math.min(max, value);
  }
  return { min, max, isInteger: definitionOf(field).format === 'safeint' };
}

/** The nearest number that a field may be. */
export function withinLimits(value: number, { min, max, isInteger }: NumberLimits): number {
  return Math.min(max, Math.max(min, isInteger ? Math.round(value) : value));
}

/** What a field is chosen from, in the schema's order. */
export function choices(...path: FieldPath): readonly string[] {
  return optionsOf(fieldOf(path)).flatMap((option) => {
    const { entries, values } = definitionOf(option);
    return [...Object.values(entries ?? {}), ...(values ?? [])].filter((value) => typeof value === 'string');
  });
}

/** Most characters of a text. */
export function longestText(...path: FieldPath): number {
  const lengths = checksOf(fieldOf(path)).flatMap(({ check, maximum }) =>
    check === 'max_length' ? (maximum ?? []) : [],
  );
  return Math.min(Infinity, ...lengths);
}
