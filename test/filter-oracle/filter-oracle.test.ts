/**
 * Proves that display filters choose the frames that Wireshark chooses, and are refused where Wireshark refuses
 * them. Needs tshark; without it the test fails and says so. Run: npx vitest run --config test/filter-oracle/vitest.config.ts
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Capture, FilteredFrames } from '../../src/analysis/capture.ts';
import { compileFilter } from '../../src/analysis/filter/filter.ts';
import { writePcapng } from '../../src/analysis/pcapng/writer.ts';
import { mixedCapture } from './captures.ts';
import { EXPRESSIONS } from './expressions.ts';
import { askSharkd, type OracleAnswer } from './sharkd.ts';
import { askTshark, tsharkVersion } from './tshark.ts';

/** Filters by the bytes of a whole protocol, for which sharkd leaves out frames that tshark chooses. */
const PROTOCOL_BYTES = /^arp\[|^len ?\(tftp\)/;

let answers: ReadonlyMap<string, OracleAnswer> = new Map();
const folder = mkdtempSync(join(tmpdir(), 'filter-oracle-'));
const store = mixedCapture();
const capture = new Capture(store);

beforeAll(async () => {
  tsharkVersion();
  const file = join(folder, 'mixed.pcapng');
  writeFileSync(file, writePcapng(store));
  const bytes = EXPRESSIONS.filter((filter) => PROTOCOL_BYTES.test(filter));
  const ofTshark = bytes.map(async (filter) => [filter, await askTshark(file, filter)] as const);
  answers = new Map([...(await askSharkd(file, EXPRESSIONS)), ...(await Promise.all(ofTshark))]);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe(`display filters, on ${store.length} frames`, () => {
  it.each(EXPRESSIONS.map((filter) => [filter]))('%s', (filter) => {
    const answer = answers.get(filter);
    const compiled = compileFilter(filter, capture.registry);
    if (!compiled.ok) {
      expect({ answer, ours: compiled.error.message }).toMatchObject({ answer: { refused: expect.any(String) } });
      return;
    }
    const frames = new FilteredFrames(capture, compiled.value);
    frames.advance();
    const chosen = [...frames.toArray()].map((index) => index + 1).join(' ');
    expect({ frames: chosen }).toEqual(answer);
  });

  it('asks for at least 150 different filters, most of which choose some frames but not all', () => {
    expect(new Set(EXPRESSIONS).size).toBeGreaterThanOrEqual(150);
    const choosing = [...answers.values()].filter((answer) => 'frames' in answer && answer.frames !== '');
    expect(choosing.length).toBeGreaterThan(150);
  });
});
