/**
 * Runs dependency-cruiser over the sources and fails when a layer rule is broken, or when nothing was looked at
 * (which is what happens when the parser is missing, and looks like success).
 */
import { spawnSync } from 'node:child_process';

interface CruiseReport {
  readonly summary: {
    readonly totalCruised: number;
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
    }[];
  };
}

const run = spawnSync(
  'npx',
  ['depcruise', '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src', 'workers'],
  {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  },
);
if (run.stdout === '') {
  console.error(run.stderr);
  process.exit(2);
}
const report = JSON.parse(run.stdout) as CruiseReport;
for (const { rule, from, to } of report.summary.violations) console.error(`${rule.name}: ${from} imports ${to}`);
console.log(`${report.summary.totalCruised} modules, ${report.summary.violations.length} broken rules`);
process.exit(report.summary.totalCruised < 20 || report.summary.violations.length > 0 ? 1 : 0);
