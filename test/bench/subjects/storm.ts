/** Hundreds of bare machines at once, and what they cost: each does DHCP, TFTP and HTTP, and runs to its end. */
import { benchScenario, bootServer, openLab, runTo, SERVER_IP } from '../labs.ts';
import type { BenchHost, Measure } from '../types.ts';

const COUNT = 500;
const FILE_BYTES = 30_000;
const SCRIPT = `#!ipxe
dhcp || shell
imgfetch --name t tftp://${SERVER_IP}/boot.bin || shell
imgfetch --name h http://${SERVER_IP}/boot.bin || shell
exit
`;

async function run(host: BenchHost): Promise<Record<string, number>> {
  const count = host.quick ? 50 : COUNT;
  const scenario = benchScenario(
    {
      kind: 'bare',
      name: 'pc',
      nics: [{ mac: '52:54:00:be:00:01' }],
      count,
      staggerMs: 2,
      firmware: { personality: 'ipxe', embeddedScript: SCRIPT },
    },
    bootServer('', [{ path: '/srv/boot.bin', content: { patternBytes: FILE_BYTES } }]),
  );
  const before = await host.memory(Number.MAX_SAFE_INTEGER);
  const lab = await openLab(host, scenario);
  const wallS = runTo(host, lab, 'stage:halted', count) / 1000;
  const failed = lab.log.events.filter((event) => event.kind === 'stage' && event.stage === 'boot-failed').length;
  const fetched = lab.log.events.filter((event) => event.kind === 'server' && event.code === 'http.200').length;
  if (fetched !== count) throw new Error(`${fetched} of ${count} machines fetched the file (${failed} failed)`);
  const after = await host.memory(Number.MAX_SAFE_INTEGER);
  const bytes =
    before === undefined || after === undefined ? {} : { bytes: after.residentBytes - before.residentBytes };
  return { count, wallS, frames: lab.capture.sentCount, virtualS: lab.queue.nowNs / 1e9, ...bytes };
}

export const storm: Measure = {
  name: 'storm',
  title: `${COUNT} bare machines: DHCP, TFTP and HTTP of ${FILE_BYTES} bytes, to their end`,
  parts: ['storm'],
  hosts: ['node', 'chromium'],
  run,
  rows: (values) => {
    const { count, wallS, frames, virtualS, bytes } = values['storm'] ?? {};
    if (wallS === undefined || count === undefined || frames === undefined || virtualS === undefined) return [];
    const perMachine = bytes === undefined ? undefined : bytes / count;
    return [
      {
        what: `${count} machines, wall time`,
        value: `${wallS.toFixed(1)} s (${virtualS.toFixed(0)} s of the lab)`,
        target: { text: 'under 20 s', met: wallS < 20 },
      },
      { what: 'frames sent', value: `${frames}, ${(frames / wallS / 1000).toFixed(1)} k frames/s` },
      ...(perMachine === undefined
        ? []
        : [
            {
              what: 'memory a machine, with its share of capture and log',
              value: `${(perMachine / 1e6).toFixed(2)} MB`,
              target: { text: 'under 1 MB', met: perMachine < 1e6 },
            },
          ]),
    ];
  },
};
