/** The labs of the site, as its index lists them. */
import { fetchJson } from '../../threads/api/site-text.ts';
import { useLive } from '../store.ts';
import type { SiteLab } from './site-lab.ts';

/** Empty when the list cannot be fetched, which is reported. */
export async function readSiteLabs(baseUrl: string): Promise<readonly SiteLab[]> {
  const index = await fetchJson('scenarios/index.json', baseUrl);
  if (index.ok) return index.value as SiteLab[];
  useLive.setState(({ problems }) => ({ problems: [...problems, index.error] }));
  return [];
}
