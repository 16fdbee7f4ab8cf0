/**
 * Runs dependency-cruiser over the sources and fails when a layer rule is broken, or when nothing was looked at
 * (which is what happens when the parser is missing, and looks like success).
 *
 * dependency-cruiser reads TypeScript with swc, and knows no JSX there; TypeScript 7 has no compiler API to offer
 * instead. So it is given a mirror of the sources in which components are reduced to their imports.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

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

const FOLDERS = ['src', 'workers', 'test', 'tools'];
const mirror = join('.cache', `layers-${process.pid}`);

/** The import and re-export statements of a module, and what it imports on demand. */
function importsOf(source: string): string {
  const statements = source.match(/^(?:import|export)\b[^;]*?\bfrom '[^']+';|^import '[^']+';/gm) ?? [];
  const onDemand = source.match(/\bimport\('[^']+'\)/g) ?? [];
  return [...statements, ...onDemand.map((expression) => `void ${expression};`)].join('\n');
}

function makeMirror(): void {
  mkdirSync(mirror, { recursive: true });
  for (const folder of FOLDERS) {
    cpSync(folder, join(mirror, folder), { recursive: true });
    for (const name of readdirSync(join(mirror, folder), { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.tsx')) continue;
      const path = join(mirror, folder, name);
      writeFileSync(path, importsOf(readFileSync(path, 'utf8')));
    }
  }
  for (const name of ['package.json', 'tsconfig.json', 'tsconfig.base.json', '.dependency-cruiser.cjs'])
    cpSync(name, join(mirror, name));
  symlinkSync(join('..', '..', 'node_modules'), join(mirror, 'node_modules'));
}

function cruise(): CruiseReport {
  const run = spawnSync(
    'npx',
    ['depcruise', '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src', 'workers'],
    { cwd: mirror, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 },
  );
  if (run.stdout === '') {
    console.error(run.stderr);
    process.exit(2);
  }
  return JSON.parse(run.stdout) as CruiseReport;
}

try {
  makeMirror();
  const { summary } = cruise();
  for (const { rule, from, to } of summary.violations) console.error(`${rule.name}: ${from} imports ${to}`);
  console.log(`${summary.totalCruised} modules, ${summary.violations.length} broken rules`);
  process.exitCode = summary.totalCruised < 100 || summary.violations.length > 0 ? 1 : 0;
} finally {
  rmSync(mirror, { recursive: true, force: true });
}
