/**
 * `npm test`: everything that must hold, the quick checks first. `npm test -- quick` leaves out the emulator and
 * the browser. `npm test -- uefi` builds UEFI firmware beside the quick checks, for the boots that need it and are skipped
 * otherwise.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { ensureTools } from './ensure-tools.ts';
import { runSteps, type StepCommand } from './steps.ts';

const quickOnly = process.argv.includes('quick');
const withUefi = !quickOnly && process.argv.includes('uefi');

/** Where the build beside the quick checks leaves its output, and its exit code. */
const UEFI_LOG = '.cache/uefi-images.log';
const UEFI_CODE = '.cache/uefi-images.code';

/** The checks run one by one in this thread, which hears nothing from a child meanwhile: a shell keeps what it has to say. */
function startUefi(): void {
  mkdirSync('.cache', { recursive: true });
  rmSync(UEFI_CODE, { force: true });
  const script = `npm run --silent images -- --uefi >${UEFI_LOG} 2>&1; echo $? >${UEFI_CODE}`;
  const { pid } = spawn('sh', ['-c', script], { stdio: 'ignore', detached: true });
  process.on('exit', () => {
    // A check has failed: nobody waits for it any more.
    if (pid !== undefined && !existsSync(UEFI_CODE)) process.kill(-pid);
  });
}

const quick: readonly StepCommand[] = [
  { name: 'format', command: ['npx', 'oxfmt', '--check'] },
  { name: 'types', command: ['npm', 'run', '--silent', 'typecheck'] },
  { name: 'lint', command: ['npm', 'run', '--silent', 'lint'] },
  { name: 'layers', command: ['npm', 'run', '--silent', 'layers'] },
  { name: 'words', command: ['npm', 'run', '--silent', 'words'] },
  { name: 'unused code', command: ['npx', 'knip'] },
  {
    name: 'code that only tests use',
    command: ['npx', 'knip', '--production', '-c', 'knip.production.json', '--include', 'files,exports'],
  },
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

const waitForUefi = `while [ ! -s ${UEFI_CODE} ]; do sleep 1; done; cat ${UEFI_LOG}; exit $(cat ${UEFI_CODE})`;

const slow: readonly StepCommand[] = [
  withUefi
    ? { name: 'images with UEFI', command: ['sh', '-c', waitForUefi] }
    : { name: 'images', command: ['npm', 'run', '--silent', 'images'] },
  { name: 'build', command: ['npm', 'run', '--silent', 'build'] },
  {
    name: 'fresh conversations with dnsmasq',
    command: ['npm', 'run', '--silent', 'oracle:dnsmasq', '--', '--generate', 'fresh', '30'],
  },
  { name: 'bundle budget', command: ['npx', 'size-limit'] },
  { name: 'boots and journeys', command: ['npx', 'vitest', 'run', '--config', 'vitest.slow.config.ts'] },
];

const tools = ensureTools({ needsBrowser: !quickOnly });
if (tools !== 0) process.exit(tools);
if (withUefi) startUefi();
process.exit(runSteps(quickOnly ? quick : [...quick, ...slow]));
