/**
 * A CD, a floppy and a USB stick with iPXE and a script, written by `lab medium`: an emulated PC of the lab starts each, and
 * prints what a PC of QEMU prints that boots the same bytes beside the real dnsmasq. Without QEMU the second half is
 * skipped.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runMedium } from '../../src/cli/medium.ts';
import { contentBytes } from '../../src/lab/content/files.ts';
import { readImages } from '../../src/cli/images.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import type { Scenario } from '../../src/scenario/schema.ts';
import { play } from '../support/lab.ts';
import { bootInQemu, qemuAvailable } from './qemu.ts';

const SCRIPT = `#!ipxe
echo script of the medium
dhcp net0
echo address \${net0/ip} from \${net0/next-server}
chain tftp://\${net0/next-server}/next.ipxe
echo end of the medium
`;
const NEXT = '#!ipxe\necho fetched by TFTP\n';
const CONFIG = 'dhcp-range=10.0.2.10,10.0.2.10\ndhcp-authoritative\nno-ping\nport=0\nenable-tftp\n';
/** What the script prints; what comes from iPXE itself has times and cards in it. */
const PRINTED = ['script of the medium', 'address 10.0.2.10 from 10.0.2.2', 'fetched by TFTP', 'end of the medium'];

const MEDIA = [
  { medium: 'iso', device: 'cdrom', drive: (file: string) => ['-boot', 'd', '-cdrom', file] },
  {
    medium: 'floppy',
    device: 'floppy',
    drive: (file: string) => ['-boot', 'a', '-drive', `if=floppy,format=raw,file=${file}`],
  },
  { medium: 'usb', device: 'disk', drive: (file: string) => ['-boot', 'c', '-drive', `format=raw,file=${file}`] },
] as const;

function labWith(medium: string, device: string): Scenario {
  const parsed = parseScenario({
    version: 1,
    name: medium,
    seed: medium,
    nodes: [
      {
        kind: 'pc',
        name: 'pc1',
        nics: [{ mac: '52:54:00:12:34:56' }],
        bootOrder: [device],
        media: { [device]: { medium, ipxeScript: SCRIPT } },
      },
      {
        kind: 'server',
        name: 'boot',
        nics: [{ mac: '02:00:00:00:00:01', address: '10.0.2.2/24' }],
        services: { dnsmasq: { config: `${CONFIG}tftp-root=/srv/tftp\n` } },
        files: [{ path: '/srv/tftp/next.ipxe', content: { text: NEXT } }],
      },
    ],
    links: [{ a: 'pc1.net0', b: 'boot.eth0' }],
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
}

const folder = mkdtempSync(join(tmpdir(), 'ipxe-media-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Those of the lines that the script prints. */
const ofScript = (lines: readonly string[]): readonly string[] => lines.filter((line) => PRINTED.includes(line.trim()));

describe.each(MEDIA)('iPXE on a $medium', ({ medium, device, drive }) => {
  const scenario = labWith(medium, device);

  it('runs its script in the lab', () => {
    const { lab } = play(scenario, { until: 'screen:/end of the medium/', timeoutS: 60 });
    expect(ofScript(lab.machine('pc1').screenText().split('\n'))).toEqual(PRINTED);
  });

  it.skipIf(!qemuAvailable())('runs it on a PC of QEMU, from the file that the command writes', async () => {
    const [script, image] = [join(folder, 'script.ipxe'), join(folder, medium)];
    writeFileSync(script, SCRIPT);
    const said: string[] = [];
    const io = { out: (line: string) => said.push(line), err: (line: string) => said.push(line) };
    expect([runMedium([medium, '--script', script, '--out', image], io), said.length]).toEqual([0, 1]);
    const bytes = readFileSync(image);
    const lines = await bootInQemu({
      drive: drive(image),
      dnsmasq: `${CONFIG}tftp-root=FOLDER\ninterface=tap0\nbind-interfaces\n`,
      serverAddress: '10.0.2.2/24',
      files: { 'next.ipxe': NEXT },
      until: 'end of the medium',
    });
    expect(ofScript(lines)).toEqual(PRINTED);
    // What the lab has booted are the same bytes.
    const images = readImages(scenario);
    const [pc] = scenario.nodes;
    if (!images.ok || pc?.kind !== 'pc') throw new Error('the lab has a PC and its images');
    const content = pc.media[device];
    const own = content === undefined ? new Uint8Array(0) : contentBytes(content, images.value);
    const hash = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');
    expect(hash(own)).toBe(hash(bytes));
  });
});
