/**
 * `npm test`: everything that must hold, the quick checks first. `npm test -- quick` leaves out the emulator and the
 * browser. UEFI firmware is built beside the quick checks; where it cannot be built, a line says why, and the boots that
 * need it are skipped.
 */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { ensureTools } from './ensure-tools.ts';
import { runLanes, runSteps, type StepCommand } from './steps.ts';
import { CANNOT_BUILD, NO_UEFI_REASON } from './uefi/outcome.ts';

const quickOnly = process.argv.includes('quick');

const UEFI_LOG = '.cache/uefi-build.log';

/** Starts the build. It only writes below `.cache`: what runs beside it finds `public/images` as it was. */
function startUefi(): Promise<number> {
  mkdirSync('.cache', { recursive: true });
  const log = openSync(UEFI_LOG, 'w');
  const child = spawn(process.execPath, ['--import', 'tsx', 'tools/prepare-uefi.ts'], {
    stdio: ['ignore', log, log],
    // A group of its own, so that compilers end with it.
    detached: true,
  });
  closeSync(log);
  let isRunning = true;
  process.on('exit', () => {
    // A check has failed: nobody waits for it any more.
    if (isRunning && child.pid !== undefined) process.kill(-child.pid);
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
  return new Promise((resolve) => {
    const end = (code: number): void => {
      isRunning = false;
      resolve(code);
    };
    child.on('exit', (code) => end(code ?? 1));
    child.on('error', () => end(1));
  });
}

/** Checks of the text of the program, in two lanes side by side: one for each processor of a small machine. */
const CHECKS: readonly (readonly StepCommand[])[] = [
  [
    { name: 'types', command: ['npm', 'run', '--silent', 'typecheck'] },
    { name: 'lint', command: ['npm', 'run', '--silent', 'lint'] },
  ],
  [
    { name: 'format', command: ['npx', 'oxfmt', '--check'] },
    { name: 'layers', command: ['npm', 'run', '--silent', 'layers'] },
    { name: 'words', command: ['npm', 'run', '--silent', 'words'] },
    { name: 'sentences outside the catalogues', command: ['npm', 'run', '--silent', 'sentences'] },
    { name: 'unused code', command: ['npx', 'knip'] },
    {
      name: 'code that only tests use',
      command: ['npx', 'knip', '--production', '-c', 'knip.production.json', '--include', 'files,exports'],
    },
  ],
];

const QUICK_TESTS: readonly StepCommand[] = [
  { name: 'unit tests', command: ['npx', 'vitest', 'run'] },
  {
    name: 'dnsmasq cases',
    command: [
      'npm',
      'run',
      '--silent',
      'oracle:dnsmasq',
      '--',
      'test/dnsmasq/fixtures/cases',
      'test/dnsmasq/fixtures/config-syntax.json',
    ],
  },
];

/** `uefi`: there is firmware; otherwise why there is none. */
function slow(uefi: true | string): readonly StepCommand[] {
  return [
    { name: 'images', command: ['npm', 'run', '--silent', 'images', ...(uefi === true ? ['--', '--uefi'] : [])] },
    { name: 'build', command: ['npm', 'run', '--silent', 'build'] },
    {
      name: 'fresh conversations with dnsmasq',
      command: ['npm', 'run', '--silent', 'oracle:dnsmasq', '--', '--generate', 'fresh', '30'],
    },
    { name: 'bundle budget', command: ['npx', 'size-limit'] },
    {
      name: 'boots and journeys',
      command: ['npx', 'vitest', 'run', '--config', 'vitest.slow.config.ts'],
      env: uefi === true ? {} : { [NO_UEFI_REASON]: uefi },
    },
  ];
}

/** Waits for the build. Undefined when it has failed where it should not. */
async function awaitUefi(build: Promise<number>): Promise<true | string | undefined> {
  const startedMs = Date.now();
  console.log('\n== UEFI firmware, built meanwhile');
  const code = await build;
  const said = readFileSync(UEFI_LOG, 'utf8').trimEnd();
  if (code === CANNOT_BUILD) {
    const reason = said.slice(said.lastIndexOf('\n') + 1);
    console.log(`UEFI firmware cannot be built here, and the boots that need it are skipped: ${reason}`);
    return reason;
  }
  console.log(said);
  if (code !== 0) {
    console.error('\nFailed: UEFI firmware');
    return undefined;
  }
  console.log(`== UEFI firmware: waited ${((Date.now() - startedMs) / 1000).toFixed(1)} s`);
  return true;
}

async function quick(): Promise<number> {
  const checked = await runLanes(CHECKS);
  return checked === 0 ? runSteps(QUICK_TESTS) : checked;
}

async function main(): Promise<number> {
  const tools = ensureTools({ needsBrowser: !quickOnly });
  if (tools !== 0 || quickOnly) return tools === 0 ? await quick() : tools;
  const build = startUefi();
  const checked = await quick();
  if (checked !== 0) return checked;
  const uefi = await awaitUefi(build);
  return uefi === undefined ? 1 : runSteps(slow(uefi));
}

process.exit(await main());
