/**
 * The boot server against what was recorded of dnsmasq 2.90, byte by byte: the observed sample, our own recordings
 * (`tools/record/dnsmasq.py`), and the verdicts on configurations.
 */
import { describe, expect, it } from 'vitest';
import type { Difference } from './compare.ts';
import { caseFiles, judgeCase, judgeConfigs, readCases } from './oracle.ts';

const fixtures = new URL('fixtures/', import.meta.url).pathname;

/** Log lines are for people: they may differ in words. */
function matters({ where }: Difference): boolean {
  return !where.endsWith(' log');
}

describe('recorded conversations', () => {
  for (const recorded of caseFiles(`${fixtures}cases`).flatMap(readCases)) {
    it(`plays ${recorded.name}`, () => {
      expect(judgeCase(recorded).differences.filter(matters)).toEqual([]);
    });
  }
  for (const file of caseFiles(`${fixtures}recorded`)) {
    it(`own recordings: ${file.replace(/^.*\//, '')}`, () => {
      const failing = readCases(file)
        .map(judgeCase)
        .map(({ name, differences }) => ({ name, differences: differences.filter(matters) }))
        .filter(({ differences }) => differences.length > 0);
      expect(failing).toEqual([]);
    });
  }
});

describe('verdicts on configurations', () => {
  for (const { name, differences } of judgeConfigs(`${fixtures}config-syntax.json`)) {
    it(`judges ${name}`, () => expect(differences).toEqual([]));
  }
  it('own recordings of verdicts', () => {
    const failing = judgeConfigs(`${fixtures}config-verdicts.json`).filter(({ differences }) => differences.length > 0);
    expect(failing).toEqual([]);
  });
});
