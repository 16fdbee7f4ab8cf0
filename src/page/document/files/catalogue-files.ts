/** A reader's own files that the site's catalogue of images has too: a lab names those by the catalogue, so that a link carries them. */
import { neededUserFiles, type UserFileUse } from '../../../lab/content/images.ts';
import { fileContents } from '../../../scenario/file-contents.ts';
import type { FileContent, Scenario } from '../../../scenario/schema.ts';

/** A file of the reader's own that a lab names by its hash. */
export type OwnFile = UserFileUse;

export interface CatalogueFile {
  readonly path: string;
  readonly sha256: string;
}

/** How a scenario names the catalogue's file of that hash. */
export function catalogueContent(catalogue: readonly CatalogueFile[], sha256: string): FileContent | undefined {
  const file = catalogue.find((known) => known.sha256 === sha256);
  return file === undefined ? undefined : { image: file.path, sha256 };
}

/** The same lab with every file named by the catalogue that has it; the lab itself when there is none. */
export function withCatalogueFiles(scenario: Scenario, catalogue: readonly CatalogueFile[]): Scenario {
  const found = fileContents(scenario).flatMap(({ content, path }) => {
    const named = 'userFile' in content ? catalogueContent(catalogue, content.sha256) : undefined;
    return named === undefined ? [] : [{ path, named }];
  });
  if (found.length === 0) return scenario;
  const copy = structuredClone(scenario);
  for (const { path, named } of found) put(copy, path, named);
  return copy;
}

function put(document: object, path: readonly PropertyKey[], value: unknown): void {
  const holder = path.slice(0, -1).reduce<object>((at, key) => Reflect.get(at, key) as object, document);
  Reflect.set(holder, path[path.length - 1] ?? '', value);
}

/** The reader's own files that a lab names by hash, each once: a link does not contain them. */
export function ownFiles(scenario: Scenario): readonly OwnFile[] {
  const byHash = new Map(neededUserFiles(scenario).map((use) => [use.sha256, use]));
  return [...byHash.values()];
}
