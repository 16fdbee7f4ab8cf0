/**
 * A scenario without what the schema would fill in: what links and downloaded files hold. The schema itself is asked:
 * a field is left out when a lab without it is parsed to the same field again, so that this file never disagrees with it.
 */
import { parseScenario } from './parse.ts';
import type { Scenario, ScenarioInput } from './schema.ts';
import * as z from 'zod/mini';
import { scenarioSchema } from './schema.ts';
import { definitionOf } from './schema-walk.ts';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Two values of a scenario; absent and undefined fields are the same, the order of fields is ignored. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b))
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => sameJson(item, b[i]));
  const left = a as Readonly<Record<string, unknown>>;
  const right = b as Readonly<Record<string, unknown>>;
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) => sameJson(left[key], right[key]));
}

/** What a schema makes of a value that lacks the field, or undefined when it refuses. */
function without(schema: z.core.$ZodType, value: Readonly<Record<string, Json>>, key: string): unknown {
  const rest = Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
  const parsed = z.safeParse(schema, rest);
  return parsed.success ? (parsed.data as Readonly<Record<string, unknown>>)[key] : undefined;
}

/** The schema that a value obeys below defaults, options and unions. */
function unwrap(schema: z.core.$ZodType, value: unknown): z.core.$ZodType {
  const { innerType, options } = definitionOf(schema);
  if (innerType !== undefined) return unwrap(innerType, value);
  const taken = options?.find((option) => z.safeParse(option, value).success);
  return taken === undefined ? schema : unwrap(taken, value);
}

function strip(wrapped: z.core.$ZodType, value: Json): Json {
  const { element, shape } = definitionOf(unwrap(wrapped, value));
  if (element !== undefined && Array.isArray(value)) return value.map((item: Json) => strip(element, item));
  if (shape === undefined || typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const schema = unwrap(wrapped, value);
  const fields = value as Readonly<Record<string, Json>>;
  const kept: Record<string, Json> = {};
  for (const [key, field] of Object.entries(fields)) {
    const inner = shape[key];
    if (field === undefined || inner === undefined || sameJson(without(schema, fields, key), field)) continue;
    kept[key] = strip(inner, field);
  }
  return kept;
}

/** The shortest document that parses to the same scenario. */
export function compactScenario(scenario: Scenario): ScenarioInput {
  const whole = JSON.parse(JSON.stringify(scenario)) as Json;
  const compact = strip(scenarioSchema, whole) as unknown as ScenarioInput;
  const again = parseScenario(compact);
  // A field whose default depends on another would be lost here: then the whole document is the shortest true one.
  return again.ok && sameJson(again.value, scenario) ? compact : (whole as unknown as ScenarioInput);
}
