/**
 * Captures of whole boots before tshark: every frame for checksums and form, and a part of them field by field. PDML of
 * fifty thousand frames would be gigabytes of text, so of the steady middle of a transfer only samples are compared.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FrameStore } from '../../src/analysis/frame-store.ts';
import { readCapture } from '../../src/analysis/pcapng/reader.ts';
import { writePcapng } from '../../src/analysis/pcapng/writer.ts';
import { compareCapture, isKnown, report, type Comparison } from './compare-tshark.ts';
import { KNOWN_DIFFERENCES, type KnownDifference } from './known-differences.ts';

const CHECKED = ['ip', 'udp', 'tcp'];

const BAD = [
  '_ws.malformed',
  '_ws.short',
  '_ws.unreassembled',
  ...['ip', 'udp', 'tcp', 'icmp'].map((protocol) => `${protocol}.checksum.status == "Bad"`),
].join(' || ');

function withFile<T>(pcapng: Uint8Array, action: (file: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'netboot-lab-'));
  try {
    const file = join(folder, 'boot.pcapng');
    writeFileSync(file, pcapng);
    return action(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export interface WholeCheck {
  /** Frames that tshark read. */
  readonly frames: number;
  /** Whose checksums it found right, of IP headers. */
  readonly goodIp: number;
  /** One line each, of frames that are malformed, cut short or have a wrong checksum. */
  readonly bad: readonly string[];
}

/** All frames through tshark, with every checksum verified. */
export function checkWhole(pcapng: Uint8Array): WholeCheck {
  return withFile(pcapng, (file) => {
    const checks = CHECKED.flatMap((protocol) => ['-o', `${protocol}.check_checksum:TRUE`]);
    const run = (...args: string[]): string[] =>
      execFileSync('tshark', ['-n', '-r', file, ...checks, ...args], {
        encoding: 'utf8',
        maxBuffer: 1 << 28,
        stdio: ['ignore', 'pipe', 'ignore'],
      })
        .split('\n')
        .filter((line) => line !== '');
    return {
      frames: run('-T', 'fields', '-e', 'frame.number').length,
      goodIp: run('-Y', 'ip.checksum.status == "Good"', '-T', 'fields', '-e', 'frame.number').length,
      bad: run('-Y', BAD),
    };
  });
}

export interface PartComparison extends Comparison {
  /** What differs and is not known; empty when nothing does. */
  readonly report: string;
}

/** Segments that come again, because a card or a machine that ended did not take them. */
export const SENT_AGAIN: readonly KnownDifference[] = [
  { field: 'tcp.segment_data', what: 'missing', reason: 'of an answer that comes again tshark shows the segment too' },
];

/** The chosen frames (from 0) as a capture of their own, field by field. `known` are differences of this capture only. */
export function comparePart(
  pcapng: Uint8Array,
  isChosen: (frame: number) => boolean = () => true,
  known: readonly KnownDifference[] = [],
): PartComparison {
  const { store } = readCapture(pcapng);
  const part = new FrameStore(store.originS);
  for (const info of store.interfaces) part.addInterface(info);
  for (let i = 0; i < store.length; i++) if (isChosen(i)) part.append(store.record(i));
  return withFile(writePcapng(part), (file) => {
    const comparison = compareCapture(file);
    const all = [...KNOWN_DIFFERENCES, ...known];
    return { ...comparison, report: report(comparison.differences.filter((one) => !isKnown(one, all))) };
  });
}

/** Of a long boot: its beginning, its end, and a few frames now and then between. */
export function samples(frames: number, beginning: number, end: number): (frame: number) => boolean {
  return (frame) => frame < beginning || frame >= frames - end || frame % 997 < 4;
}
