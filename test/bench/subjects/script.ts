/** A script of 10,000 lines: on a bare machine, and by real iPXE in the emulator. */
import { atLeast, itemAt } from '../../../src/base/lists/list.ts';
import { benchScenario, bootServer, openLab, runUntil, SERVER_IP, stampEvents } from '../labs.ts';
import { measured, type BenchHost, type Measure } from '../types.ts';

const LINES = 10_000;

/** Settings, arithmetic, expansion and conditions, as inventory scripts use them; `mark` tells that it is over. */
function longScript(lines: number): string {
  const text = ['#!ipxe', 'set i:int32 0'];
  for (let n = 0; text.length < lines - 2; n++) {
    text.push(`set name${n % 50} machine-\${net0/mac:hexhyp}-${n}`);
    text.push(`inc i`);
    text.push(`iseq \${i} ${n + 1} || goto wrong`);
    text.push(`isset \${name${n % 50}} && set last \${name${n % 50}} ||`);
    text.push(`# line ${text.length + 1}`);
  }
  return `${text.join('\n')}\n:wrong\nimgfetch http://${SERVER_IP}/mark?i=\${i}\n`;
}

async function run(host: BenchHost, part: string): Promise<Record<string, number>> {
  const lines = host.quick ? LINES / 10 : LINES;
  const nics = [{ mac: '52:54:00:be:00:01' }];
  const chain = `#!ipxe\ndhcp\nchain http://${SERVER_IP}/long.ipxe || shell\n`;
  const station =
    part === 'bare'
      ? {
          kind: 'bare' as const,
          name: 'pc1',
          nics,
          firmware: { personality: 'ipxe' as const, embeddedScript: chain },
        }
      : { kind: 'pc' as const, name: 'pc1', nics, optionRom: { image: 'ipxe/pxe-ne2k_pci.rom' } };
  const server = bootServer(part === 'bare' ? '' : `dhcp-boot=http://${SERVER_IP}/long.ipxe\n`, [
    { path: '/srv/long.ipxe', content: { text: longScript(lines) } },
    { path: '/srv/mark', content: { text: 'mark\n' } },
  ]);
  const lab = await openLab(host, benchScenario(station, server));
  const stamps = stampEvents(host, lab, (event) => event.kind === 'server' && event.code === 'http.200');
  runUntil(host, lab, () => stamps.length === 2);
  const expected = `i=${Math.ceil((lines - 4) / 5)} `;
  const [, { event }] = atLeast(stamps, 2);
  if (event.kind !== 'server' || !event.text.includes(expected))
    throw new Error(`not ${expected}: ${JSON.stringify(event)}`);
  return { lines, seconds: (itemAt(stamps, 1).wallMs - itemAt(stamps, 0).wallMs) / 1000 };
}

export const script: Measure = {
  name: 'script',
  title: `An iPXE script of ${LINES} lines`,
  parts: ['bare', 'real-ipxe'],
  hosts: ['node', 'chromium'],
  run,
  rows: ({ bare, 'real-ipxe': real }) => {
    const { lines, seconds } = bare ?? {};
    if (lines === undefined || seconds === undefined) return [];
    return [
      {
        what: `${lines} lines on a bare machine`,
        value: `${seconds.toFixed(2)} s, ${((seconds * 1e6) / lines).toFixed(0)} us a line`,
        ...(real === undefined ? {} : { peer: `real iPXE in the emulator ${measured(real, 'seconds').toFixed(2)} s` }),
      },
    ];
  },
};
