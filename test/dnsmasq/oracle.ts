/** Judges our server by recordings: a folder of cases, and configurations with dnsmasq's verdict. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configVerdict, parseConfig } from '../../src/services/dnsmasq/config/parse/parse.ts';
import type { ConfigSample, RecordedCase } from './case.ts';
import { compareCase } from './compare.ts';
import type { Difference } from './compare.ts';
import { play } from './play.ts';

export interface Verdict {
  readonly name: string;
  readonly differences: readonly Difference[];
}

export function hasFailed(verdict: Verdict): boolean {
  return verdict.differences.some((difference) => difference.level === 'MUST');
}

/** The cases of a file: one, or a list. */
export function readCases(file: string): RecordedCase[] {
  const parsed = JSON.parse(readFileSync(file, 'utf8')) as RecordedCase | RecordedCase[];
  return Array.isArray(parsed) ? parsed : [parsed];
}

export function judgeCase(recorded: RecordedCase): Verdict {
  try {
    return { name: recorded.name, differences: compareCase(recorded, play(recorded)) };
  } catch (error) {
    const thrown = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return {
      name: recorded.name,
      differences: [{ level: 'MUST', where: 'play', expected: 'an answer', actual: thrown }],
    };
  }
}

export function caseFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => join(folder, name));
}

export function judgeConfigs(file: string): Verdict[] {
  const samples = JSON.parse(readFileSync(file, 'utf8')) as ConfigSample[];
  return samples.map((sample) => {
    const verdict = configVerdict(parseConfig(sample.config, 'FILE'));
    const differences: Difference[] = [];
    const accepted = verdict === undefined;
    if (accepted !== sample.accepted) {
      const actual = verdict === undefined ? 'accepted' : verdict.text;
      differences.push({
        level: 'MUST',
        where: 'verdict',
        expected: sample.accepted ? 'accepted' : sample.message,
        actual,
      });
    } else if (verdict !== undefined && verdict.text !== sample.message) {
      differences.push({ level: 'ORDER', where: 'message', expected: sample.message, actual: verdict.text });
    }
    return { name: `config ${JSON.stringify(sample.config)}`, differences };
  });
}
