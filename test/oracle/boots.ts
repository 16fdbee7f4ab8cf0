/**
 * Captures of whole boots before tshark: every frame for checksums and form, and a part of them field by field. PDML of
 * fifty thousand frames would be gigabytes of text, so of the steady middle of a transfer only samples are compared.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { FrameStore } from '../../src/analysis/frame-store.ts';
import { readCapture } from '../../src/analysis/pcapng/reader.ts';
import { writePcapng } from '../../src/analysis/pcapng/writer.ts';
import { itemAt } from '../../src/base/lists/list.ts';
import { compareCapture, isKnown, report, type Comparison } from './compare-tshark.ts';
import { KNOWN_DIFFERENCES, type KnownDifference } from './known-differences.ts';

/** What a frame must not have, and the states of its checksums. */
const BAD_PARTS = ['_ws.malformed', '_ws.short', '_ws.unreassembled'];
const CHECKSUMS = ['ip', 'udp', 'tcp', 'icmp'].map((protocol) => `${protocol}.checksum.status`);
const COLUMNS = [...BAD_PARTS, ...CHECKSUMS];

function withFolder<T>(action: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'netboot-lab-'));
  try {
    return action(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function withFile<T>(pcapng: Uint8Array, action: (file: string) => T): T {
  return withFolder((folder) => {
    const file = join(folder, 'boot.pcapng');
    writeFileSync(file, pcapng);
    return action(file);
  });
}

export interface WholeCheck {
  /** Frames that Wireshark read. */
  readonly frames: number;
  /** Whose checksums it found right, of IP headers. */
  readonly goodIp: number;
  /** Frames that are malformed, cut short, have a wrong checksum, or are an error to its experts: number, and what they say. */
  readonly bad: readonly string[];
}

const response = z.object({
  id: z.number(),
  error: z.optional(z.object({ message: z.string() })),
  result: z.unknown(),
});
const rows = z.array(z.object({ num: z.number(), c: z.array(z.string()) }));
const experts = z.object({
  taps: z.array(z.object({ details: z.array(z.object({ f: z.number(), s: z.optional(z.string()), m: z.string() })) })),
});

/**
 * All frames of all captures through one Wireshark without a window (`sharkd`, which tshark's package brings), with every
 * checksum verified: a start of tshark takes longer than most captures. Its frames are asked for without a filter: with one,
 * that of 4.0 names wrong frames after the 320th.
 */
export function checkCaptures(captures: readonly Uint8Array[]): readonly WholeCheck[] {
  const setup = ['ip', 'udp', 'tcp'].map((protocol) => ({
    method: 'setconf',
    params: { name: `${protocol}.check_checksum`, value: 'TRUE' },
  }));
  const columns = Object.fromEntries(COLUMNS.map((name, index) => [`column${index}`, `${name}:1`]));
  return withFolder((folder) => {
    const calls = captures.flatMap((pcapng, index) => {
      const file = join(folder, `${index}.pcapng`);
      writeFileSync(file, pcapng);
      return [
        { method: 'load', params: { file } },
        { method: 'tap', params: { tap0: 'expert' } },
        { method: 'frames', params: columns },
      ];
    });
    const input = [...setup, ...calls].map((call, id) => JSON.stringify({ jsonrpc: '2.0', id: id + 1, ...call }));
    const output = execFileSync('sharkd', ['-'], {
      input: `${input.join('\n')}\n`,
      encoding: 'utf8',
      maxBuffer: 1 << 30,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const answers = output
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => response.parse(JSON.parse(line)));
    const failure = answers.find(({ error }) => error !== undefined)?.error;
    if (failure !== undefined || answers.length !== input.length) throw new Error(`sharkd: ${failure?.message}`);
    return captures.map((_, index) => {
      const [, tapped, listed] = answers.slice(setup.length + 3 * index).map(({ result }) => result);
      return checkOf(rows.parse(listed), experts.parse(tapped));
    });
  });
}

function checkOf(frames: z.output<typeof rows>, { taps }: z.output<typeof experts>): WholeCheck {
  const said = taps.flatMap(({ details }) => details);
  const isError = new Set(said.flatMap(({ f, s }) => (s === 'Error' ? [f] : [])));
  const bad = frames.flatMap(({ num, c }) => {
    const isBad = c.slice(0, BAD_PARTS.length).some((part) => part !== '') || c.includes('Bad') || isError.has(num);
    if (!isBad) return [];
    const words = said.flatMap(({ f, s, m }) => (f === num && (s === 'Error' || s === 'Warning') ? [m] : []));
    return [`${num} ${words.join('; ')}`];
  });
  const goodIp = frames.filter(({ c }) => c[BAD_PARTS.length] === 'Good').length;
  return { frames: frames.length, goodIp, bad };
}

/** The same of one capture. */
export function checkWhole(pcapng: Uint8Array): WholeCheck {
  return itemAt(checkCaptures([pcapng]), 0);
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
