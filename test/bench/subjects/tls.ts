/**
 * HTTPS: the 30 MB initrd to a bare machine, beside the same by HTTP from the same server, and what a handshake costs both
 * ends together, in full and resumed.
 */
import { itemAt } from '../../../src/base/lists/list.ts';
import { SessionStore } from '../../../src/net/tls/session-store.ts';
import { Conversation, selfSigned, serverOptions } from '../../../src/net/tls/testing.ts';
import { scenarioSchema } from '../../../src/scenario/schema.ts';
import { writePrivateKey } from '../../../src/trust/keys/key-files.ts';
import type { KeyKind } from '../../../src/trust/keys/keys.ts';
import { writePem } from '../../../src/trust/pem.ts';
import { benchScenario, bootServer, INITRD, median, openLab, runUntil, SERVER_IP, stampEvents } from '../labs.ts';
import { measured, type BenchHost, type Measure, type Row, type Values } from '../types.ts';

const NAME = 'boot.lab';
const HANDSHAKES = 20;

async function download(host: BenchHost): Promise<Record<string, number>> {
  const { chain, key } = selfSigned('P-256', NAME);
  const certificate = writePem({ label: 'CERTIFICATE', der: itemAt(chain, 0) });
  const fetch = (scheme: string): string => `imgfetch --name a ${scheme}://${NAME}/initrd.gz || goto failed\nimgfree\n`;
  const script = `#!ipxe\ndhcp\n${fetch('http').repeat(2)}${fetch('https').repeat(2)}imgfetch http://${NAME}/mark\n:failed\nshell\n`;
  const server = bootServer(`address=/${NAME}/${SERVER_IP}\n`, [
    { path: '/srv/initrd.gz', content: { image: INITRD } },
    { path: '/srv/mark', content: { text: 'mark\n' } },
  ]);
  const scenario = benchScenario(
    {
      kind: 'bare',
      name: 'pc1',
      nics: [{ mac: '52:54:00:be:00:01' }],
      firmware: { personality: 'ipxe', embeddedScript: script, options: { preset: 'all', trust: certificate } },
    },
    { ...server, services: { ...server.services, http: { root: '/srv', https: { certificates: [NAME] } } } },
  );
  const privateKey = writePem({ label: 'PRIVATE KEY', der: writePrivateKey(key) });
  const lab = await openLab(
    host,
    scenarioSchema.parse({ ...scenario, certificates: [{ name: NAME, certificate, privateKey }] }),
  );
  const bytes = (await host.image(INITRD)).length;
  const stamps = stampEvents(
    host,
    lab,
    (event) => event.node === 'boot' && event.kind === 'server' && event.code === 'http.200',
  );
  runUntil(host, lab, () => stamps.length > 4);
  const rates = stamps.slice(1).map(({ wallMs }, i) => bytes / 1000 / (wallMs - itemAt(stamps, i).wallMs));
  return { http: itemAt(rates, 1), https: itemAt(rates, 3) };
}

/** Milliseconds of a handshake of both ends. */
function handshakes(host: BenchHost, kind: KeyKind): Record<string, number> {
  const options = { ...serverOptions(selfSigned(kind, NAME)), sessions: new SessionStore() };
  const full: number[] = [];
  const resumed: number[] = [];
  for (let which = 0; which < HANDSHAKES; which++) {
    const startMs = host.nowMs();
    const { session } = new Conversation({}, options).start().client;
    const middleMs = host.nowMs();
    const again = new Conversation({ session }, options).start();
    if (again.agreement?.isResumed !== true) throw new Error('the session was not resumed');
    full.push(middleMs - startMs);
    resumed.push(host.nowMs() - middleMs);
  }
  return { full: median(full), resumed: median(resumed) };
}

function rows(values: Values): Row[] {
  const list: Row[] = [];
  const { bare } = values;
  if (bare !== undefined) {
    const [http, https] = [measured(bare, 'http'), measured(bare, 'https')];
    list.push({
      what: 'bare machine, HTTPS with AES-128-GCM',
      value: `${https.toFixed(1)} MB/s`,
      peer: `HTTP ${http.toFixed(1)} MB/s`,
      target: { text: 'at least 5 MB/s', met: https >= 5 },
    });
  }
  for (const kind of ['P-256', 'RSA-2048']) {
    const value = values[kind];
    if (value === undefined) continue;
    const [full, resumed] = [measured(value, 'full'), measured(value, 'resumed')];
    list.push({
      what: `handshake with a key of ${kind}, both ends`,
      value: `${full.toFixed(1)} ms, resumed ${resumed.toFixed(1)} ms`,
      target: { text: 'at most 100 ms', met: full <= 100 },
    });
  }
  return list;
}

export const tls: Measure = {
  name: 'tls',
  title: 'HTTPS: the 30 MB initrd, and what a handshake costs. Peer: HTTP from the same server',
  parts: ['bare', 'P-256', 'RSA-2048'],
  hosts: ['node', 'chromium'],
  run: async (host, part) => {
    if (part === 'bare') return await download(host);
    return handshakes(host, part === 'P-256' ? 'P-256' : 'RSA-2048');
  },
  rows,
};
