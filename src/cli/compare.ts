/** `lab compare A B`: what the boots in one capture do otherwise than those in another. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { compareCaptures, type ComparedCapture } from '../analysis/inferred/compare.ts';
import { fileView } from '../analysis/frame-view.ts';
import { readCapture } from '../analysis/pcapng/reader.ts';
import { inLanguage } from './language.ts';

interface Io {
  out(line: string): void;
  err(line: string): void;
}

const USAGE = 'usage: lab compare A.pcap[ng] B.pcap[ng] [--lang fr]';

/** Returns the exit code: 0 when the boots are alike, 1 when they differ, 2 for wrong arguments or a bad file. */
export function runCompare(args: readonly string[], io: Io): number {
  const [fileA, fileB, ...rest] = args;
  const isFrench = rest.length === 2 && rest[0] === '--lang' && rest[1] === 'fr';
  if (fileA === undefined || fileB === undefined || (rest.length > 0 && !isFrench)) {
    io.err(USAGE);
    return 2;
  }
  const [a, b] = [open(fileA, io), open(fileB, io)];
  if (a === undefined || b === undefined) return 2;
  const found = compareCaptures(a, b);
  let client = '';
  for (const difference of found) {
    if (difference.client !== client) io.out(difference.client);
    ({ client } = difference);
    const places = [difference.a, difference.b].map((number) => (number === undefined ? '-' : String(number)));
    io.out(`  ${places.join(' / ').padEnd(12)} ${isFrench ? inLanguage('fr', difference.says) : difference.says.text}`);
  }
  return found.length === 0 ? 0 : 1;
}

function open(file: string, io: Io): ComparedCapture | undefined {
  try {
    const read = readCapture(readFileSync(file));
    if (read.error !== undefined) io.err(`compare: ${file}: ${read.error.message.text} (offset ${read.error.offset})`);
    if (read.error !== undefined && read.store.length === 0) return undefined;
    return { name: basename(file), frames: fileView(read.store).ethernet };
  } catch (error) {
    io.err(`compare: ${file}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
