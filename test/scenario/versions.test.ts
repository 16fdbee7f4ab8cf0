/**
 * What has left the page stays readable: a document of each version, with every field that the version has, opens, and
 * keeps its meaning. A field that is added belongs into the newest of them; when one cannot be read any more as it was,
 * the change needs a new version and a step in `migrate.ts`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { compactScenario } from '../../src/scenario/compact.ts';
import { migrate, type MigrationSteps } from '../../src/scenario/migrate.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { SCENARIO_VERSION, scenarioSchema, type Scenario } from '../../src/scenario/schema.ts';
import { definitionOf, unwrapOptional } from '../../src/scenario/schema-walk.ts';

const FOLDER = new URL('./', import.meta.url);

function documentOf(version: number): unknown {
  return JSON.parse(readFileSync(new URL(`version-${version}.json`, FOLDER), 'utf8'));
}

function parsed(value: unknown): Scenario {
  const result = parseScenario(value);
  if (!result.ok) throw new Error(JSON.stringify(result.error, undefined, 1));
  return result.value;
}

/** All fields of a schema, as the objects that have them. */
function shapesOf(wrapped: z.core.$ZodType, into = new Set<z.core.$ZodType>()): ReadonlySet<z.core.$ZodType> {
  const schema = unwrapOptional(wrapped);
  if (into.has(schema)) return into;
  const { options = [], element, shape } = definitionOf(schema);
  if (shape !== undefined) into.add(schema);
  for (const inner of [...options, ...(element === undefined ? [] : [element]), ...Object.values(shape ?? {})])
    shapesOf(inner, into);
  return into;
}

/** Marks the fields that a value has, in the schemas that it obeys. */
function mark(wrapped: z.core.$ZodType, value: unknown, used: Map<z.core.$ZodType, Set<string>>): void {
  const schema = unwrapOptional(wrapped);
  const { options, element, shape } = definitionOf(schema);
  for (const option of options ?? []) if (z.safeParse(option, value).success) mark(option, value, used);
  if (element !== undefined && Array.isArray(value)) for (const each of value) mark(element, each, used);
  if (shape === undefined || typeof value !== 'object' || value === null) return;
  const own = used.get(schema) ?? new Set();
  used.set(schema, own);
  for (const [key, field] of Object.entries(value)) {
    own.add(key);
    const inner = shape[key];
    if (inner !== undefined) mark(inner, field, used);
  }
}

describe('documents of every version', () => {
  it('are there', () => {
    const files = readdirSync(FOLDER).filter((name) => /^version-\d+\.json$/.test(name));
    expect(files).toHaveLength(SCENARIO_VERSION);
  });

  it.each(Array.from({ length: SCENARIO_VERSION }, (_, i) => i + 1))('version %i opens', (version) => {
    const scenario = parsed(documentOf(version));
    expect(scenario.version).toBe(SCENARIO_VERSION);
    expect(parsed(compactScenario(scenario))).toEqual(scenario);
  });

  it('the newest has every field of the schema', () => {
    const used = new Map<z.core.$ZodType, Set<string>>();
    mark(scenarioSchema, documentOf(SCENARIO_VERSION), used);
    const missing = [...shapesOf(scenarioSchema)].flatMap((schema) => {
      const { shape = {} } = definitionOf(schema);
      const fields = Object.keys(shape);
      return fields
        .filter((key) => used.get(schema)?.has(key) !== true)
        .map((key) => `${key} of {${fields.join(', ')}}`);
    });
    expect(missing).toEqual([]);
  });

  it('nothing in it is lost or changed by the schema', () => {
    const document = documentOf(SCENARIO_VERSION);
    expect(parsed(document)).toMatchObject(document as object);
  });
});

describe('defaults', () => {
  it('are what they have always been: links leave them out', () => {
    const least = parsed({
      version: 1,
      name: 'least',
      nodes: [
        { kind: 'pc', name: 'pc1', nics: [{ mac: '52:54:00:00:00:01' }] },
        { kind: 'bare', name: 'pc2', nics: [{ mac: '52:54:00:00:00:02' }] },
        {
          kind: 'switch',
          name: 'sw1',
          ports: [
            { name: '1', mode: 'access' },
            { name: '2', mode: 'trunk' },
          ],
        },
        {
          kind: 'server',
          name: 'boot',
          nics: [{ mac: '02:00:00:00:00:01' }],
          services: { dnsmasq: { config: '' }, http: {}, ftp: {}, nfs: {}, ntp: {}, syslog: {} },
        },
      ],
      links: [{ a: 'pc1.net0', b: 'sw1.1', faults: [{ kind: 'match', filter: 'arp', action: 'drop' }] }],
    });
    expect(least).toMatchSnapshot();
  });
});

describe('migration', () => {
  type Step = (document: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
  const steps: MigrationSteps = new Map<number, Step>([
    [1, (document) => ({ ...document, two: document['one'] })],
    [2, ({ two, ...rest }) => ({ ...rest, three: `${String(two)}!` })],
  ]);

  it('takes a document through all steps from its version on', () => {
    expect(migrate({ version: 1, one: 'a' }, steps, 3)).toEqual({
      ok: true,
      value: { version: 3, one: 'a', three: 'a!' },
    });
    expect(migrate({ version: 2, two: 'b' }, steps, 3)).toEqual({ ok: true, value: { version: 3, three: 'b!' } });
    expect(migrate({ version: 3, three: 'c' }, steps, 3)).toEqual({ ok: true, value: { version: 3, three: 'c' } });
  });

  it('does not change the document that it was given', () => {
    const document = Object.freeze({ version: 1, one: 'a' });
    migrate(document, steps, 3);
    expect(document).toEqual({ version: 1, one: 'a' });
  });

  it('refuses versions that are newer, and those that never were', () => {
    const place = (version: number): unknown => {
      const result = migrate({ version }, steps, 3);
      return result.ok ? undefined : result.error[0];
    };
    expect(place(4)).toMatchObject({ path: '$.version', message: expect.stringContaining('newer') });
    expect(place(0)).toMatchObject({ path: '$.version', message: expect.stringContaining('the versions are 1 to 3') });
    expect(place(-1e15)).toMatchObject({ path: '$.version' });
  });

  it('leaves what is no document to the schema', () => {
    for (const value of [null, 1, 'x', [], { version: '1' }, { version: 1.5 }, {}])
      expect(migrate(value, steps, 3)).toEqual({ ok: true, value });
  });
});
