/** The site's scenarios for the page's catalogue of labs: texts in each of its languages, place, level, time, drawing. */
import { readdirSync, readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { sketchOf } from '../../src/page/document/kept/lab-sketch.ts';
import { LAB_GROUPS, type SiteLab } from '../../src/page/document/site-lab.ts';
import { parseScenarioText } from '../../src/scenario/parse.ts';

const SCENARIOS = new URL('../../public/scenarios/', import.meta.url);
/** Beside the scenarios it would be taken for one of them; in the texts of the page it would be in its first script. */
const FRENCH = new URL('scenarios-fr.json', import.meta.url);
const PLACES = new URL('places.json', import.meta.url);

/** What is wrong with these is the document itself: tests open them, the catalogue does not list them. */
const FIXTURES: ReadonlySet<string> = new Set(['wrong-field.json', 'wrong-missing-image.json']);

const placeSchema = z.strictObject({
  group: z.enum(LAB_GROUPS),
  level: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  /** Wall time of a whole run at full speed, as measured on a computer with two cores. */
  seconds: z.optional(z.int().check(z.gte(1))),
  shows: z.strictObject({ en: z.string().check(z.minLength(1)), fr: z.string().check(z.minLength(1)) }),
});
const placesSchema = z.record(z.string(), placeSchema);

export interface ScenarioTexts {
  readonly name: string;
  readonly description: string;
}

export interface CatalogueEntry extends ScenarioTexts {
  readonly file: string;
  readonly fr: ScenarioTexts;
}

/** The opening lab first, then real PCs, bare machines, and wrong inputs last. */
const ORDER = ['debian-installer', 'two-vlans', 'debian', 'pc-', 'bare-', 'dnsmasq-', 'wrong-'];

function rank(file: string): number {
  const at = ORDER.findIndex((prefix) => file.startsWith(prefix));
  return at < 0 ? ORDER.length : at;
}

/** Both by file name. Throws when a scenario has no French texts, or French texts have no scenario. */
export function scenarioCatalogue(
  scenarios: Readonly<Record<string, Partial<ScenarioTexts>>>,
  french: Readonly<Record<string, Partial<ScenarioTexts>>>,
): readonly CatalogueEntry[] {
  for (const file of Object.keys(french))
    if (!Object.hasOwn(scenarios, file))
      throw new Error(`tools/catalogue/scenarios-fr.json: there is no public/scenarios/${file}; take its entry away`);
  return Object.entries(scenarios)
    .sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map(([file, { name = '', description = '' }]) => {
      const fr = { name: french[file]?.name ?? '', description: french[file]?.description ?? '' };
      if (fr.name === '' || fr.description === '')
        throw new Error(`tools/catalogue/scenarios-fr.json: ${file} needs a French name and description there`);
      return { file, name, description, fr };
    });
}

/** The catalogue of the page. Throws when a scenario has no place, or a place has no scenario. */
export function readSiteLabs(): readonly SiteLab[] {
  const places = placesSchema.parse(JSON.parse(readFileSync(PLACES, 'utf8')));
  const entries = readScenarioCatalogue();
  for (const file of Object.keys(places))
    if (FIXTURES.has(file) || !entries.some((entry) => entry.file === file))
      throw new Error(`tools/catalogue/places.json: the catalogue has no ${file}; take its entry away`);
  return entries
    .map((entry) => {
      if (FIXTURES.has(entry.file)) return entry;
      const place = places[entry.file];
      if (place === undefined) throw new Error(`tools/catalogue/places.json: ${entry.file} needs a place there`);
      const parsed = parseScenarioText(readFileSync(new URL(entry.file, SCENARIOS), 'utf8'));
      if (!parsed.ok) throw new Error(`public/scenarios/${entry.file}: ${parsed.error[0]?.message ?? ''}`);
      const machine = parsed.value.nodes.some(({ kind }) => kind === 'pc') ? ('pc' as const) : ('bare' as const);
      return { ...entry, place: { ...place, machine, sketch: sketchOf(parsed.value) } };
    })
    .sort((a, b) => rankOf(places, a) - rankOf(places, b));
}

/** By group and level; the first of a group stay as the file has them. */
function rankOf(places: z.output<typeof placesSchema>, { file }: CatalogueEntry): number {
  const at = Object.keys(places).indexOf(file);
  const place = places[file];
  return place === undefined ? Number.MAX_SAFE_INTEGER : LAB_GROUPS.indexOf(place.group) * 1000 + at;
}

export function readScenarioCatalogue(): readonly CatalogueEntry[] {
  const read = (url: URL): unknown => JSON.parse(readFileSync(url, 'utf8'));
  const files = readdirSync(SCENARIOS).filter((file) => file.endsWith('.json') && file !== 'index.json');
  const scenarios = files.map((file) => [file, read(new URL(file, SCENARIOS)) as Partial<ScenarioTexts>] as const);
  return scenarioCatalogue(Object.fromEntries(scenarios), read(FRENCH) as Record<string, Partial<ScenarioTexts>>);
}
