/**
 * A sample of generated conversations (`generate/`), as dnsmasq 2.90 answered them: recorded with `--keep`, packed with
 * `gzip -9n`. The same seed gives the same configurations and packets again.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { RecordedCase, Step } from './case.ts';
import { generatedCase } from './generate/cases.ts';
import { shrink } from './generate/shrink.ts';
import { replyDifferences } from './generate/run.ts';

const SAMPLE = new URL('fixtures/generated.json.gz', import.meta.url).pathname;

describe('generated conversations', () => {
  const recorded = JSON.parse(gunzipSync(readFileSync(SAMPLE)).toString('utf8')) as RecordedCase[];

  it('are answered as dnsmasq answered them', () => {
    expect(recorded.length).toBeGreaterThanOrEqual(60);
    const failing = recorded
      .map((one) => ({ name: one.name, config: one.config, differences: replyDifferences(one) }))
      .filter(({ differences }) => differences.length > 0);
    expect(failing).toEqual([]);
  });

  it('come out the same for the same seed', () => {
    expect(generatedCase('same', 3)).toEqual(generatedCase('same', 3));
    expect(generatedCase('same', 3)).not.toEqual(generatedCase('same', 4));
  });
});

describe('shrinking', () => {
  it('leaves the lines and packets that a difference needs', () => {
    const packet = (note: string): Step => ({
      send: '00',
      src_mac: '',
      src_ip: '',
      sport: 1,
      dst: '',
      dport: 1,
      note,
    });
    const whole: RecordedCase = {
      name: 'whole',
      config: Array.from({ length: 20 }, (_, i) => `line${i}\n`).join(''),
      server: { interfaces: [] },
      exchange: ['a', 'b', 'c', 'd'].map(packet),
    };
    const needs = ({ config, exchange }: RecordedCase): boolean =>
      ['line3\n', 'line17\n'].every((line) => config.includes(line)) &&
      exchange.some((step) => 'send' in step && step.note === 'c');
    const small = shrink(whole, (candidates) => candidates.map(needs));
    expect(small.config).toBe('line3\nline17\n');
    expect(small.exchange).toEqual([packet('c')]);
  });
});
