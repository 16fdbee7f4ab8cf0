/**
 * What an image that the tools make depends on besides its package: their own files. An image that was made by others than
 * those of today is made again.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { CataloguePackage } from './catalogue.ts';

/** Folders and files below `tools/`, by the way of making. EDK II has a recipe of its own. */
const INPUTS: Readonly<Partial<Record<NonNullable<CataloguePackage['make']>, readonly string[]>>> = {
  'grub-core': ['images/grub.ts'],
  'grub-efi': ['images/grub.ts'],
  'san-disk': ['images/grub.ts', 'san-disk/'],
};

const tools = new URL('../', import.meta.url);

function filesOf(input: string): readonly string[] {
  if (!input.endsWith('/')) return [input];
  return readdirSync(new URL(input, tools))
    .filter((name) => !name.includes('.test.'))
    .sort()
    .map((name) => `${input}${name}`);
}

/** What the version of a made file ends with; undefined for the files of a package. */
export function recipeSuffix({ make }: Pick<CataloguePackage, 'make'>): string | undefined {
  const inputs = make === undefined ? undefined : INPUTS[make];
  if (inputs === undefined) return undefined;
  const hash = createHash('sha256');
  for (const name of inputs.flatMap(filesOf)) hash.update(name).update(readFileSync(new URL(name, tools)));
  return `+lab.${hash.digest('hex').slice(0, 12)}`;
}
