/**
 * Which of the files that a lab names by hash are in this browser, and how the missing ones are provided under any
 * name.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { toHex } from '../../../base/bytes.ts';
import type { Scenario } from '../../../scenario/schema.ts';
import { hasUserFile, storeUserFile } from '../../../threads/api/user-files.ts';
import { ownFiles, type OwnFile } from './catalogue-files.ts';

export async function missingFiles(scenario: Scenario): Promise<readonly OwnFile[]> {
  const wanted = ownFiles(scenario);
  const isHere = await Promise.all(wanted.map(async (use) => await hasUserFile(use.sha256)));
  return wanted.filter((_, i) => !(isHere[i] ?? false));
}

/**
 * Keeps those of the files that the lab names by hash, and returns the others. Files of another size are not read. Throws
 * when the browser has no room, or keeps nothing.
 */
export async function keepNamedFiles(
  scenario: Scenario,
  files: readonly File[],
): Promise<{ readonly kept: readonly File[]; readonly others: readonly File[] }> {
  const wanted = ownFiles(scenario);
  const kept: File[] = [];
  for (const file of files) {
    if (!wanted.some(({ sizeBytes }) => sizeBytes === file.size)) continue;
    const bytes = new Uint8Array(await file.arrayBuffer());
    const hash = toHex(sha256(bytes));
    if (!wanted.some((use) => use.sha256 === hash)) continue;
    await storeUserFile(hash, bytes);
    kept.push(file);
  }
  return { kept, others: files.filter((file) => !kept.includes(file)) };
}
