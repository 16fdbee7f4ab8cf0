/** How a scenario refers to a file that the reader provides, so that a link carries as much of it as possible. */
import { sha256 } from '@noble/hashes/sha2.js';
import { equalBytes, fromUtf8, toHex, utf8 } from '../../../base/bytes.ts';
import type { FileContent } from '../../../scenario/schema.ts';
import { keepUserFile } from '../../../threads/api/user-files.ts';
import { catalogueContent, type CatalogueFile } from './catalogue-files.ts';

/** Text up to here travels in the scenario, where it can be read and edited. */
export const MAX_TEXT_BYTES = 64 * 1024;

/** What the site's catalogue has is named by it; other files are put into the scenario, or kept in this browser. */
export async function contentOfFile(
  name: string,
  bytes: Uint8Array,
  catalogue: readonly CatalogueFile[],
): Promise<FileContent> {
  return catalogueContent(catalogue, toHex(sha256(bytes))) ?? (await keepUserFile(name, bytes));
}

/** Text stays text, so that the link is short and can be read. */
export function textContent(bytes: Uint8Array): FileContent | undefined {
  if (bytes.length > MAX_TEXT_BYTES) return undefined;
  const text = fromUtf8(bytes);
  return equalBytes(utf8(text), bytes) ? { text } : undefined;
}
