/**
 * `npm run --silent oracle:dnsmasq -- CASES_DIR [CONFIG_SYNTAX.json]`: feeds recorded conversations to our boot
 * server on the virtual clock. Differences come first, by levels; the last line counts the cases.
 * `--verbose` shows differences of the level BYTES too.
 */
import { caseFiles, hasFailed, judgeCase, judgeConfigs, readCases } from '../test/dnsmasq/oracle.ts';
import type { Verdict } from '../test/dnsmasq/oracle.ts';
import type { Level } from '../test/dnsmasq/compare.ts';

const args = process.argv.slice(2);
const isVerbose = args.includes('--verbose');
const [folder, configs] = args.filter((arg) => !arg.startsWith('--'));
if (folder === undefined) {
  process.stderr.write('usage: oracle:dnsmasq CASES_DIR [CONFIG_SYNTAX.json] [--verbose]\n');
  process.exit(2);
}
const verdicts: Verdict[] = caseFiles(folder).flatMap(readCases).map(judgeCase);
if (configs !== undefined) verdicts.push(...judgeConfigs(configs));

const levels: readonly Level[] = isVerbose ? ['MUST', 'ORDER', 'BYTES'] : ['MUST', 'ORDER'];
const out: string[] = [];
for (const level of levels) {
  for (const { name, differences } of verdicts) {
    for (const difference of differences) {
      if (difference.level !== level) continue;
      out.push(`${level} ${name} ${difference.where}`);
      out.push(`  expected ${difference.expected}`, `  actual   ${difference.actual}`);
    }
  }
}
const failed = verdicts.filter(hasFailed).length;
out.push(`${verdicts.length - failed} passed, ${failed} failed`);
process.stdout.write(`${out.join('\n')}\n`);
process.exitCode = failed > 0 ? 1 : 0;
