/** A lab of the site as the catalogue lists it. */
import type { Language } from '../i18n/index.ts';
import type { LabSketch } from './kept/lab-sketch.ts';

export interface LabTexts {
  readonly name: string;
  readonly description: string;
}

/** In the order of the catalogue. */
export const LAB_GROUPS = ['start', 'pxe', 'ipxe', 'history', 'disks', 'servers', 'networks', 'wrong'] as const;
export type LabGroup = (typeof LAB_GROUPS)[number];
export type LabLevel = 1 | 2 | 3;

/** Where a lab stands in the catalogue, and what its card says. */
export interface LabPlace {
  readonly group: LabGroup;
  readonly level: LabLevel;
  /** Of wall time, for a whole run at full speed; absent where nobody has measured it. */
  readonly seconds?: number | undefined;
  readonly shows: Readonly<Record<Language, string>>;
  /** An emulated PC, or machines without a CPU alone. */
  readonly machine: 'pc' | 'bare';
  readonly sketch: LabSketch;
}

export interface SiteLab extends LabTexts {
  readonly file: string;
  /** A list kept from an earlier version of the site has none. */
  readonly fr?: LabTexts;
  /** Absent: the catalogue does not list it. */
  readonly place?: LabPlace;
}

/** The lab's texts in a language. */
export function textsOf(lab: SiteLab, language: Language): LabTexts {
  return (language === 'fr' ? lab.fr : undefined) ?? lab;
}
