/** Which labs a site opens by itself. Who publishes labs of their own sets them when the site is built (`docs/publish.md`). */
import type { LabSource } from './kept/lab-trail.ts';

export interface SiteSettings {
  /** Files of `scenarios/`: what a first visit is shown, and what "the real PC" is. */
  readonly openingLab: string;
  readonly pcLab: string;
}

/** The lab that plays by itself, with sentences that explain it. */
const FIRST_BOOT = 'bare-first.json';

/** `data`: the data attributes of the page's root element. */
export function siteSettings(data: Readonly<Record<string, string | undefined>>): SiteSettings {
  const { openingLab = FIRST_BOOT, pcLab = openingLab === FIRST_BOOT ? 'debian-installer.json' : openingLab } = data;
  return { openingLab, pcLab };
}

export function openingSource({ openingLab }: SiteSettings): LabSource & { readonly kind: 'site' } {
  const source = { kind: 'site', path: `scenarios/${openingLab}` } as const;
  return openingLab === FIRST_BOOT ? { ...source, isOpening: true } : source;
}
