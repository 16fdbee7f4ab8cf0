/** `lab run`: once as the README starts it, with files of a person's own; else in this process. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runLab } from './run.ts';

const program = Uint8Array.from({ length: 1200 }, (_, index) => index * 7);
const sha256 = createHash('sha256').update(program).digest('hex');

/** A bare machine that loads its boot program from a file that the scenario names by its hash. */
const scenario = {
  version: 1,
  name: 'Own files',
  nodes: [
    { kind: 'bare', name: 'pc1', nics: [{ mac: '52:54:00:12:34:01' }] },
    {
      kind: 'server',
      name: 'boot',
      nics: [{ mac: '02:00:00:00:00:01', address: '10.0.2.1/24' }],
      services: {
        dnsmasq: {
          config:
            'dhcp-range=10.0.2.50,10.0.2.99,1h\ndhcp-authoritative\nno-ping\nenable-tftp\ntftp-root=/srv\ndhcp-boot=own.0\n',
        },
      },
      files: [{ path: '/srv/own.0', content: { userFile: 'own.0', sha256, sizeBytes: program.length } }],
    },
  ],
  links: [{ a: 'pc1.net0', b: 'boot.eth0' }],
  until: 'stage:nbp-entry',
};

let folder = '';
const path = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lab-run-'));
  mkdirSync(path('files'));
  writeFileSync(path('lab.json'), JSON.stringify(scenario));
  // The name in the folder is of no interest: files are found by their hash.
  writeFileSync(path('files/renamed.bin'), program);
});

afterAll(() => rmSync(folder, { recursive: true }));

async function lab(...args: readonly string[]): Promise<{ readonly status: number; readonly stderr: string }> {
  let stderr = '';
  const err = (line: string): void => void (stderr += `${line}\n`);
  return { status: await runLab(args, { out: () => undefined, err }), stderr };
}

describe('lab run --files', () => {
  it('serves the file of the folder to the machine (boot-02)', () => {
    const command = ['run', '--silent', 'lab', '--', 'run', path('lab.json'), '--files', path('files')];
    const output = execFileSync('npm', [...command, '--events', path('events.jsonl')], { encoding: 'utf8' });
    expect(output).toContain('reached stage:nbp-entry');
    const events = readFileSync(path('events.jsonl'), 'utf8').trim().split('\n');
    const transfers = events.map((line) => JSON.parse(line) as object).filter((event) => 'transfer' in event);
    expect(transfers).toContainEqual(
      expect.objectContaining({ node: 'pc1', name: 'own.0', doneBytes: 1200, state: 'done' }),
    );
  });

  it('names the file that is missing, and a folder that is none', async () => {
    const missing = await lab(path('lab.json'));
    expect(missing.status).toBe(2);
    expect(missing.stderr).toContain('--files');
    expect(missing.stderr).toContain(sha256);
    const none = await lab(path('lab.json'), '--files', path('nowhere'));
    expect(none.status).toBe(2);
    expect(none.stderr).toBe(`run: --files: ${path('nowhere')} is not a folder\n`);
  });
});

describe('lab run --findings', () => {
  const run = async (name: string): Promise<unknown> => {
    const file = path('findings.json');
    expect(await lab(`public/scenarios/${name}.json`, '--findings', file)).toEqual({ status: 0, stderr: '' });
    return JSON.parse(readFileSync(file, 'utf8'));
  };

  it('writes what looks wrong, in both languages, with the frames and the line of the configuration', async () => {
    expect(await run('wrong-missing-file')).toEqual([
      {
        id: 'tftp-missing-file',
        severity: 'error',
        machine: 'pc1',
        machines: ['pc1'],
        count: 1,
        timeNs: 4_300_058_448,
        frames: [7, 8],
        line: { file: 'dnsmasq.conf', line: 4, text: 'dhcp-boot=pxelinux.0' },
        text: {
          en: 'pc1 asks 10.0.2.1 for pxelinux.0, which is not there.',
          fr: 'pc1 demande à 10.0.2.1 le fichier pxelinux.0, qui n’y est pas.',
        },
        remedy: { en: expect.stringContaining('dhcp-boot'), fr: expect.stringContaining('majuscules') },
        rule: 'RFC 1350 §5',
      },
    ]);
  });

  it('writes an empty list for a boot that went well', async () => {
    expect(await run('bare-pxe')).toEqual([]);
  });
});
