/**
 * `npm run bench [-- NAME...] [--node|--chromium] [--quick]`: measures the lab in Node and in Chromium, each figure with
 * its peer from the same run and its target. `README.md` tells how to read it.
 */
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { itemAt } from '../../src/base/lists/list.ts';
import { ChromiumBench } from './chromium/chromium.ts';
import { MEASURES } from './measures.ts';
import { table } from './table.ts';
import type { HostName, Measure } from './types.ts';

const PART_TIMEOUT_MS = 300_000;

const args = process.argv.slice(2);
const names = args.filter((arg) => !arg.startsWith('-'));
const isQuick = args.includes('--quick');
const unknown = [
  ...names.filter((name) => !MEASURES.some((measure) => measure.name === name)),
  ...args.filter((arg) => arg.startsWith('-') && !['--node', '--chromium', '--quick'].includes(arg)),
];
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(' ')}; measures are ${MEASURES.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
const hosts = (['node', 'chromium'] as const).filter(
  (host) => args.includes(`--${host}`) || !(args.includes('--node') || args.includes('--chromium')),
);
const measures = MEASURES.filter(({ name }) => names.length === 0 || names.includes(name));

function runInNode(measure: Measure, part: string): Record<string, number> {
  const child = fileURLToPath(new URL('node-host.ts', import.meta.url));
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--expose-gc', '--import', 'tsx', child, measure.name, part, ...(isQuick ? ['--quick'] : [])],
    { encoding: 'utf8', timeout: PART_TIMEOUT_MS, maxBuffer: 1 << 26 },
  );
  if (status !== 0) throw new Error(stderr.trim().split('\n').slice(0, 12).join('\n') || 'it took too long');
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Record<string, number>;
}

async function measureOn(host: HostName, measure: Measure, chromium: ChromiumBench | undefined): Promise<boolean> {
  const values: Record<string, Record<string, number>> = {};
  const failures: string[] = [];
  for (let round = 0; round < (isQuick ? 1 : (measure.rounds ?? 1)); round++) {
    for (const part of measure.parts) {
      process.stderr.write(`${host} ${measure.name} ${part} ...\n`);
      try {
        const found =
          chromium === undefined
            ? runInNode(measure, part)
            : await chromium.run(measure.name, part, isQuick, PART_TIMEOUT_MS);
        const best = (values[part] ??= found);
        for (const [name, value] of Object.entries(found)) best[name] = Math.min(value, best[name] ?? value);
      } catch (error) {
        failures.push(`${part} failed: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
  const rows = measure.rows(values, host);
  console.log(`\n${measure.title} (${host === 'node' ? `Node ${process.version}` : chromium?.version})`);
  console.log(table(rows));
  for (const failure of failures) console.log(failure);
  return failures.length === 0;
}

console.log(`${cpus().length} cores, ${itemAt(cpus(), 0).model}${isQuick ? ', quick: short runs, rough figures' : ''}`);
let isWhole = true;
for (const host of hosts) {
  const chromium = host === 'chromium' ? await ChromiumBench.start() : undefined;
  try {
    for (const measure of measures)
      if (measure.hosts.includes(host)) isWhole = (await measureOn(host, measure, chromium)) && isWhole;
  } finally {
    await chromium?.close();
  }
}
process.exit(isWhole ? 0 : 1);
