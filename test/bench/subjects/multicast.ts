/** One image for fifty machines: the bytes on the server's cable and the time, of one stream beside fifty transfers. */
import { benchScenario, bootServer, openLab, runTo, SERVER_IP } from '../labs.ts';
import type { BenchHost, Measure } from '../types.ts';

const COUNT = 50;
const IMAGE_BYTES = 1_000_000;
const CABLE_MBPS = 10;
const SCHEMES = { unicast: 'tftp', multicast: 'tftm' } as const;
type Part = keyof typeof SCHEMES;

async function run(host: BenchHost, part: string): Promise<Record<string, number>> {
  const scheme = SCHEMES[part === 'unicast' ? 'unicast' : 'multicast'];
  const imageBytes = host.quick ? IMAGE_BYTES / 10 : IMAGE_BYTES;
  const server = bootServer('', [{ path: '/srv/tftp/image', content: { patternBytes: imageBytes } }]);
  const dnsmasq = { config: (server.services?.dnsmasq?.config ?? '').replace('enable-tftp\n', '') };
  const plain = benchScenario(
    {
      kind: 'bare',
      name: 'pc',
      nics: [{ mac: '52:54:00:be:00:01' }],
      count: COUNT,
      staggerMs: 1,
      firmware: {
        personality: 'ipxe',
        embeddedScript: `#!ipxe\ndhcp\nimgfetch ${scheme}://${SERVER_IP}/image || shell\nexit\n`,
      },
    },
    { ...server, services: { dnsmasq, atftpd: {} } },
  );
  const links = plain.links.map((link) => (link.a === 'boot.eth0' ? { ...link, bandwidthMbps: CABLE_MBPS } : link));
  const lab = await openLab(host, { ...plain, links });
  const wallS = runTo(host, lab, 'stage:halted', COUNT) / 1000;
  const { store } = lab.capture;
  let cableBytes = 0;
  let firstNs = -1;
  let lastNs = 0;
  for (let i = 0; i < store.length; i++) {
    if (store.interfaceOf(i).name !== 'boot.eth0') continue;
    cableBytes += store.bytes(i).length;
    if (firstNs < 0) firstNs = store.timeNs(i);
    lastNs = store.timeNs(i);
  }
  return { wallS, cableBytes, virtualS: (lastNs - firstNs) / 1e9, copies: cableBytes / imageBytes };
}

function row(part: Part, found: Record<string, number> | undefined, limit: number) {
  const { cableBytes, virtualS, copies, wallS } = found ?? {};
  if (cableBytes === undefined || virtualS === undefined || copies === undefined || wallS === undefined) return [];
  return [
    {
      what: `${part}: bytes on the server's cable`,
      value: `${(cableBytes / 1e6).toFixed(2)} MB, ${copies.toFixed(2)} times the image`,
      target: { text: `under ${limit} times`, met: copies < limit },
    },
    {
      what: `${part}: from the first to the last frame there`,
      value: `${virtualS.toFixed(2)} s (${wallS.toFixed(1)} s of wall time)`,
    },
  ];
}

export const multicast: Measure = {
  name: 'multicast',
  title: `${COUNT} machines get one image of ${IMAGE_BYTES} bytes over a cable of ${CABLE_MBPS} Mbit/s`,
  parts: ['unicast', 'multicast'],
  hosts: ['node'],
  run,
  rows: (values) => [...row('multicast', values['multicast'], 1.5), ...row('unicast', values['unicast'], 60)],
};
