/**
 * `docs/how-to-add.md` is complete: its steps, followed in a copy of the sources, give a program whose types are right and
 * in which the toys work.
 */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);

const STEP =
  /(?:New file `(?<file>[^`]+)`|In `(?<list>[^`]+)`, (?<how>after|instead of) `(?<anchor>[^`]+)`):\n\n```tsx?\n(?<code>[^]*?)```\n/g;

let tree = '';

/** Carries out a step of the page; throws when there is no such place. */
function follow({ file, list, how, anchor = '', code = '' }: Readonly<Record<string, string | undefined>>): void {
  const path = join(tree, file ?? list ?? '');
  if (file !== undefined) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, code);
    return;
  }
  const before = readFileSync(path, 'utf8');
  const parts = before.split(how === 'after' ? `${anchor}\n` : anchor);
  if (parts.length !== 2) throw new Error(`${list} has ${parts.length - 1} places "${anchor}"`);
  writeFileSync(path, parts.join(how === 'after' ? `${anchor}\n${code}` : code.trimEnd()));
}

/** A lab with the service behind a hub, a machine whose script uses the command and the scheme. */
const LAB = {
  version: 1,
  name: 'Toys',
  nodes: [
    {
      kind: 'bare',
      name: 'pc1',
      nics: [{ mac: '52:54:00:00:00:01' }],
      firmware: {
        personality: 'ipxe',
        embeddedScript:
          '#!ipxe\ngreet lab\nset net0/ip 10.0.0.9\nset net0/netmask 255.255.255.0\nifopen net0\nimgfetch http://10.0.0.1/ ||\nimgfetch --name toy text:made-of-text\nimgstat\nshell\n',
      },
    },
    { kind: 'switch', name: 'sw1' },
    { kind: 'hub', name: 'hub1' },
    {
      kind: 'server',
      name: 'boot',
      nics: [{ mac: '02:00:00:00:00:01', address: '10.0.0.1/24' }],
      services: { daytime: {} },
    },
  ],
  links: [
    { a: 'pc1.net0', b: 'sw1.1' },
    { a: 'sw1.2', b: 'hub1.1' },
    { a: 'boot.eth0', b: 'hub1.2' },
  ],
};

/** What the parts of the page know of the toys, printed as JSON. */
const ASK = `
import { pageCommands } from './src/page/commands/all.ts';
import { translate } from './src/page/i18n/index.ts';
import { makeRegistry } from './src/protocols/all.ts';
import { SERVICE_IDS } from './src/services/all.ts';
const commands = pageCommands({} as never);
console.log(JSON.stringify({
  reason: (await commands.invoke('time.skip', { ms: -1 }))?.text,
  title: translate('en', 'time.skip'),
  offer: commands.get('topology.add-hub')?.title,
  service: SERVICE_IDS.includes('daytime'),
  field: makeRegistry().field('daytime.string')?.label,
}));
`;

beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'how-to-add-'));
  for (const part of ['src', 'workers', 'public/scenarios']) cpSync(part, join(tree, part), { recursive: true });
  for (const part of ['core', 'threads', 'web', 'base'])
    cpSync(`tsconfig.${part}.json`, join(tree, `tsconfig.${part}.json`));
  cpSync('package.json', join(tree, 'package.json'));
  symlinkSync(resolve('node_modules'), join(tree, 'node_modules'));
  for (const { groups = {} } of readFileSync('docs/how-to-add.md', 'utf8').matchAll(STEP)) follow(groups);
});

afterAll(() => rmSync(tree, { recursive: true, force: true }));

describe('the steps of how-to-add.md', () => {
  it('are all read', () => {
    const page = readFileSync('docs/how-to-add.md', 'utf8');
    expect([...page.matchAll(STEP)]).toHaveLength([...page.matchAll(/^```tsx?$/gm)].length);
  });

  it.each(['core', 'threads', 'web'])('give sources whose types are right: %s', async (part) => {
    const checked = await run('node_modules/.bin/tsc', ['-p', `tsconfig.${part}.json`], { cwd: tree }).catch(
      ({ stdout }: { readonly stdout: string }) => ({ stdout }),
    );
    expect(checked.stdout).toBe('');
  });

  it('are known to the page, the schema and the filters', async () => {
    writeFileSync(join(tree, 'ask.ts'), ASK);
    const { stdout } = await run('node_modules/.bin/tsx', ['ask.ts'], { cwd: tree });
    expect(JSON.parse(stdout)).toEqual({
      reason: 'The argument does not fit at $.ms: expected at least 0; found -1',
      title: 'Skip to a time',
      offer: 'topology.add.hub',
      service: true,
      field: 'Daytime',
    });
  });

  it.each(['screen:/Good day, lab/', 'arp.opcode == 2', 'screen:/toy : 12 bytes/'])(
    'run in a lab, until %s',
    async (condition) => {
      writeFileSync(join(tree, 'toys.json'), JSON.stringify(LAB));
      // It ends with 0 only when the condition was met.
      await run(
        'node_modules/.bin/tsx',
        ['src/cli/main.ts', 'run', 'toys.json', '--until', condition, '--timeout-s', '60'],
        {
          cwd: tree,
        },
      );
    },
  );
});
