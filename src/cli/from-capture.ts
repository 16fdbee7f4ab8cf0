/**
 * `lab from-capture FILE --out SCENARIO.json`: a lab of what a capture shows, with a report of what was known, guessed and
 * missing on the standard error. Large files are written beside it by their hash, where `lab run --files` finds them.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { sha256 } from '@noble/hashes/sha2.js';
import { fileView } from '../analysis/frame-view.ts';
import { CaptureStory } from '../analysis/inferred/capture-story.ts';
import { sketchNetwork } from '../analysis/inferred/network-sketch.ts';
import { readCapture } from '../analysis/pcapng/reader.ts';
import { toHex } from '../base/bytes.ts';
import { labOfSketch, type MadeFile } from '../lab/from-capture/lab-of-sketch.ts';
import { fromCaptureMessage } from '../lab/from-capture/messages.ts';

interface Io {
  out(line: string): void;
  err(line: string): void;
}

const USAGE = 'usage: lab from-capture FILE.pcap[ng] --out SCENARIO.json';

/** Returns the exit code: 0, 1 when no client boots in the capture, or 2 for wrong arguments or a bad file. */
export function runFromCapture(args: readonly string[], io: Io): number {
  const [file, option, out, ...rest] = args;
  if (file === undefined || option !== '--out' || out === undefined || rest.length > 0) {
    io.err(USAGE);
    return 2;
  }
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    io.err(`from-capture: ${file}: ${error instanceof Error ? error.message : String(error)}`);
    return 2;
  }
  const read = readCapture(bytes);
  if (read.error !== undefined)
    io.err(`from-capture: ${file}: ${read.error.message.text} (offset ${read.error.offset})`);
  if (read.error !== undefined && read.store.length === 0) return 2;
  const frames = fileView(read.store);
  const story = new CaptureStory(frames);
  story.advance();
  const made = labOfSketch(sketchNetwork(frames, story), basename(file));
  if (made === undefined) {
    io.err(fromCaptureMessage('from-capture.no-client').text);
    return 1;
  }
  const folder = dirname(out);
  mkdirSync(folder, { recursive: true });
  const nodes = made.scenario.nodes.map((node) =>
    node.files === undefined ? node : { ...node, files: node.files.map((one) => writtenFile(one, folder)) },
  );
  writeFileSync(out, `${JSON.stringify({ ...made.scenario, nodes }, undefined, 2)}\n`);
  for (const { part, says } of made.report) io.err(`${part}: ${says.text}`);
  return 0;
}

function writtenFile(file: MadeFile, folder: string): unknown {
  if (!('content' in file) || !('bytes' in file.content)) return file;
  const { bytes } = file.content;
  const name = basename(file.path);
  writeFileSync(join(folder, name), bytes);
  return { path: file.path, content: { userFile: name, sha256: toHex(sha256(bytes)), sizeBytes: bytes.length } };
}
