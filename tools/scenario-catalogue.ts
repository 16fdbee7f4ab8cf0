/** The texts of the site's scenarios for the page's list of labs, in each of its languages. */
import { readdirSync, readFileSync } from 'node:fs';

const SCENARIOS = new URL('../public/scenarios/', import.meta.url);
/** Beside the scenarios it would be taken for one of them; in the texts of the page it would be in its first script. */
const FRENCH = new URL('scenarios-fr.json', import.meta.url);

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
      throw new Error(`tools/scenarios-fr.json: there is no public/scenarios/${file}; take its entry away`);
  return Object.entries(scenarios)
    .sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map(([file, { name = '', description = '' }]) => {
      const fr = { name: french[file]?.name ?? '', description: french[file]?.description ?? '' };
      if (fr.name === '' || fr.description === '')
        throw new Error(`tools/scenarios-fr.json: ${file} needs a French name and description there`);
      return { file, name, description, fr };
    });
}

export function readScenarioCatalogue(): readonly CatalogueEntry[] {
  const read = (url: URL): unknown => JSON.parse(readFileSync(url, 'utf8'));
  const files = readdirSync(SCENARIOS).filter((file) => file.endsWith('.json') && file !== 'index.json');
  const scenarios = files.map((file) => [file, read(new URL(file, SCENARIOS)) as Partial<ScenarioTexts>] as const);
  return scenarioCatalogue(Object.fromEntries(scenarios), read(FRENCH) as Record<string, Partial<ScenarioTexts>>);
}
