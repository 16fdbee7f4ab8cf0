/**
 * Takes over the one lab that earlier versions of the page kept in localStorage. They kept whatever was open, so a lab of
 * the site that nobody has edited is not made the reader's own.
 */
import { sameJson } from '../../../scenario/compact.ts';
import { parseScenarioText } from '../../../scenario/parse.ts';
import type { Scenario } from '../../../scenario/schema.ts';

const KEY = 'netboot-lab.autosave.1';

export type OldAutosave =
  | { readonly kind: 'own'; readonly scenario: Scenario }
  | { readonly kind: 'site'; readonly path: string };

/** The saved lab; undefined when there is none, or it is not readable by this version. */
export async function readOldAutosave(
  storage: Pick<Storage, 'getItem'> | undefined,
  fetchText: (path: string) => Promise<string | undefined>,
): Promise<OldAutosave | undefined> {
  let text: string | null | undefined;
  try {
    text = storage?.getItem(KEY);
  } catch {
    return undefined;
  }
  const parsed = text === null || text === undefined ? undefined : parseScenarioText(text);
  if (parsed?.ok !== true) return undefined;
  const path = await siteLabLike(parsed.value, fetchText);
  return path === undefined ? { kind: 'own', scenario: parsed.value } : { kind: 'site', path };
}

export function forgetOldAutosave(storage: Pick<Storage, 'removeItem'> | undefined): void {
  try {
    storage?.removeItem(KEY);
  } catch {
    // It could not be read either.
  }
}

/** The address of the site's lab that is the same. */
async function siteLabLike(
  scenario: Scenario,
  fetchText: (path: string) => Promise<string | undefined>,
): Promise<string | undefined> {
  const index = await fetchText('scenarios/index.json');
  if (index === undefined) return undefined;
  const entries = parseIndex(index);
  for (const { file } of entries.filter(({ name }) => name === scenario.name)) {
    const text = await fetchText(`scenarios/${file}`);
    const lab = text === undefined ? undefined : parseScenarioText(text);
    if (lab?.ok === true && sameJson(lab.value, scenario)) return `scenarios/${file}`;
  }
  return undefined;
}

/** Some hosts answer with a page of HTML for what they have not. */
function parseIndex(text: string): readonly { readonly file: string; readonly name: string }[] {
  try {
    return JSON.parse(text) as readonly { readonly file: string; readonly name: string }[];
  } catch {
    return [];
  }
}
