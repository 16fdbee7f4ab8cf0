/**
 * `npm test`: everything that must hold, the quick checks first. `npm test -- quick` leaves out the emulator and
 * the browser.
 */
import { ensureTools } from './ensure-tools.ts';
import { runSteps, type StepCommand } from './steps.ts';

const quickOnly = process.argv.includes('quick');

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

const slow: readonly StepCommand[] = [
  { name: 'images', command: ['npm', 'run', '--silent', 'images'] },
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
process.exit(runSteps(quickOnly ? quick : [...quick, ...slow]));
