/** The labs of the site, as its index lists them. */
import { fetchJson } from '../../threads/api/site-text.ts';
import { useLive } from '../store.ts';

export interface LabTexts {
  readonly name: string;
  readonly description: string;
}

export interface SiteLab extends LabTexts {
  readonly file: string;
  /** A list kept from an earlier version of the site has none. */
  readonly fr?: LabTexts;
}

/** Empty when the list cannot be fetched, which is reported. */
export async function readSiteLabs(baseUrl: string): Promise<readonly SiteLab[]> {
  const index = await fetchJson('scenarios/index.json', baseUrl);
  if (index.ok) return index.value as SiteLab[];
  useLive.setState(({ faults }) => ({ faults: [...faults, index.error] }));
  return [];
}
