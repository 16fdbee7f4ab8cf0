/**
 * HTTPS: the 30 MB initrd to a bare machine and to an emulated PC, beside the same by HTTP from the same server and beside
 * real iPXE in the same emulator, and what a handshake of each family of suites costs both ends together, in full and resumed.
 *
 * Debian 12's iPXE has no HTTPS. The file `ipxe.pxe` of a later Debian package does (NETBOOT_LAB_IPXE names it); the server's
 * DHCP tells it which root to trust (option 175.90), as it reads that only when it starts. It gets less than the initrd: its
 * cryptography runs on the emulated CPU.
 */
import { toHex } from '../../../src/base/bytes.ts';
import { toBase64 } from '../../../src/base/data/base64.ts';
import { itemAt } from '../../../src/base/lists/list.ts';
import { SessionStore } from '../../../src/net/tls/session-store.ts';
import { Conversation, selfSigned, serverOptions } from '../../../src/net/tls/testing.ts';
import { CIPHER_SUITE_NAMES } from '../../../src/protocols/tls/fields.ts';
import { scenarioSchema, type ScenarioInput } from '../../../src/scenario/schema.ts';
import { DIGESTS } from '../../../src/trust/digests.ts';
import { writePrivateKey } from '../../../src/trust/keys/key-files.ts';
import type { KeyKind } from '../../../src/trust/keys/keys.ts';
import { writePem } from '../../../src/trust/pem.ts';
import { benchScenario, bootServer, INITRD, median, openLab, runUntil, SERVER_IP, stampEvents } from '../labs.ts';
import { measured, type BenchHost, type Measure, type Row, type Values } from '../types.ts';

const NAME = 'boot.lab';
const MAC = '52:54:00:be:00:01';
const HANDSHAKES = 20;
/** Bytes that real iPXE gets. */
const REAL_BYTES = 3_000_000;
const IDENTITY = selfSigned('P-256', NAME);

type Station = ScenarioInput['nodes'][number] & { readonly name: string };

/** Megabytes a second of the last of two transfers by each scheme, and the milliseconds of the first small one by HTTPS. */
async function download(
  host: BenchHost,
  machine: 'bare' | 'pc' | 'real',
  { suite, ipxe }: { readonly suite?: number; readonly ipxe?: Uint8Array | undefined },
): Promise<Record<string, number>> {
  const der = itemAt(IDENTITY.chain, 0);
  const certificate = writePem({ label: 'CERTIFICATE', der });
  const schemes = machine === 'real' && ipxe === undefined ? ['http'] : ['http', 'https'];
  const fetch = (uri: string): string => `imgfetch --name a ${uri} || goto failed\nimgfree\n`;
  const lines = schemes.flatMap((scheme) => [
    // Twice, as the first one has the handshake in it.
    ...Array.from({ length: 2 }, () => fetch(`${scheme}://${NAME}/mark`)),
    ...Array.from({ length: 2 }, () => fetch(`${scheme}://${NAME}/file`)),
  ]);
  const script = `${lines.join('')}${fetch(`http://${NAME}/mark`)}:failed\nshell\n`;
  const nics = [{ mac: MAC }];
  const personality = {
    personality: 'ipxe' as const,
    embeddedScript: `#!ipxe\ndhcp\n${script}`,
    options: { preset: 'all' as const, trust: certificate },
  };
  const pc = { kind: 'pc' as const, name: 'pc1', nics, memMiB: 256 };
  const station: Station =
    machine === 'bare'
      ? { kind: 'bare', name: 'pc1', nics, firmware: personality }
      : machine === 'pc'
        ? { ...pc, firmware: personality }
        : { ...pc, ...(ipxe === undefined ? { optionRom: { image: 'ipxe/pxe-ne2k_pci.rom' } } : {}) };
  const trust = `dhcp-option-force=encap:175,90,${toHex(DIGESTS.sha256.compute(der)).replaceAll(/..(?=.)/g, '$&:')}\n`;
  const boot = `dhcp-userclass=set:ipxe,iPXE\ndhcp-boot=tag:!ipxe,ipxe.pxe\ndhcp-boot=tag:ipxe,http://${SERVER_IP}/bench.ipxe\n`;
  const name = `dhcp-option=option:dns-server,${SERVER_IP}\naddress=/${NAME}/${SERVER_IP}\n`;
  const content = machine === 'real' ? { patternBytes: REAL_BYTES } : { image: INITRD };
  const server = bootServer(machine === 'real' ? `${name}${trust}${boot}` : name, [
    { path: '/srv/file', content },
    { path: '/srv/mark', content: { text: 'mark\n' } },
    { path: '/srv/bench.ipxe', content: { text: `#!ipxe\n${script}` } },
    ...(ipxe === undefined ? [] : [{ path: '/srv/ipxe.pxe', content: { base64: toBase64(ipxe) } }]),
  ]);
  const suites = suite === undefined ? {} : { suites: [CIPHER_SUITE_NAMES[suite] ?? ''] };
  const https = { certificates: [NAME], ...suites };
  const scenario = benchScenario(station, {
    ...server,
    services: { ...server.services, http: { root: '/srv', https } },
  });
  const privateKey = writePem({ label: 'PRIVATE KEY', der: writePrivateKey(IDENTITY.key) });
  const lab = await openLab(
    host,
    scenarioSchema.parse({ ...scenario, certificates: [{ name: NAME, certificate, privateKey }] }),
  );
  const bytes = machine === 'real' ? REAL_BYTES : (await host.image(INITRD)).length;
  const stamps = stampEvents(
    host,
    lab,
    (event) =>
      event.node === 'boot' && event.kind === 'server' && event.code === 'http.200' && !event.text.includes('.ipxe'),
  );
  runUntil(host, lab, () => stamps.length > 4 * schemes.length);
  const wallMs = stamps.slice(1).map((stamp, i) => stamp.wallMs - itemAt(stamps, i).wallMs);
  const rate = (which: number): number => bytes / 1000 / itemAt(wallMs, which);
  // What comes before a request counts to the one before it: the handshake to the last transfer by HTTP.
  return schemes.length === 1 ? { http: rate(2) } : { http: rate(2), https: rate(7) };
}

const FAMILIES: Readonly<Record<string, { readonly suite: number; readonly kind: KeyKind; readonly title: string }>> = {
  'ecdhe-ecdsa': { suite: 0xc02b, kind: 'P-256', title: 'ECDHE, signed with ECDSA (P-256)' },
  'ecdhe-rsa': { suite: 0xc02f, kind: 'RSA-2048', title: 'ECDHE, signed with RSA-2048' },
  'dhe-rsa': { suite: 0x009e, kind: 'RSA-2048', title: 'DHE, signed with RSA-2048' },
  rsa: { suite: 0x009c, kind: 'RSA-2048', title: 'RSA-2048 alone' },
};

/** Milliseconds of a handshake of both ends. */
function handshakes(host: BenchHost, suite: number, kind: KeyKind): Record<string, number> {
  const options = { ...serverOptions(selfSigned(kind, NAME)), suites: [suite], sessions: new SessionStore() };
  const full: number[] = [];
  const resumed: number[] = [];
  for (let which = 0; which < HANDSHAKES; which++) {
    const startMs = host.nowMs();
    const first = new Conversation({}, options).start();
    const middleMs = host.nowMs();
    const again = new Conversation({ session: first.client.session }, options).start();
    if (first.agreement?.suite.id !== suite || again.agreement?.isResumed !== true) throw new Error('no agreement');
    full.push(middleMs - startMs);
    resumed.push(host.nowMs() - middleMs);
  }
  return { full: median(full), resumed: median(resumed) };
}

const rate = (value: number): string => `${value.toFixed(1)} MB/s`;

function rows(values: Values): Row[] {
  const list: Row[] = [];
  for (const [part, title] of [
    ['bare', 'bare machine, HTTPS with AES-128-GCM'],
    ['bare-cbc', 'bare machine, HTTPS with AES-256-CBC and SHA-384'],
  ] as const) {
    const value = values[part];
    if (value === undefined) continue;
    const [http, https] = [measured(value, 'http'), measured(value, 'https')];
    list.push({
      what: title,
      value: rate(https),
      peer: `HTTP ${rate(http)}`,
      target: { text: 'at least 5 MB/s', met: https >= 5 },
    });
  }
  const { pc } = values;
  const real = values['real-ipxe'];
  if (pc !== undefined) {
    const https = measured(pc, 'https');
    const theirs = real?.['https'] ?? real?.['http'];
    const scheme = real?.['https'] === undefined ? 'HTTP, as its build has no HTTPS,' : 'HTTPS';
    list.push({
      what: 'emulated PC, HTTPS with AES-128-GCM',
      value: `${rate(https)} (HTTP ${rate(measured(pc, 'http'))})`,
      ...(theirs === undefined
        ? {}
        : {
            peer: `real iPXE by ${scheme} ${theirs.toFixed(2)} MB/s, ratio ${(https / theirs).toFixed(1)}`,
            target: { text: 'at least real iPXE’s', met: https >= theirs },
          }),
    });
  }
  if (real?.['https'] !== undefined)
    list.push({ what: 'real iPXE in the same emulator, HTTP', value: `${measured(real, 'http').toFixed(2)} MB/s` });
  for (const [part, { title }] of Object.entries(FAMILIES)) {
    const value = values[part];
    if (value === undefined) continue;
    const [full, resumed] = [measured(value, 'full'), measured(value, 'resumed')];
    list.push({
      what: `handshake, both ends: ${title}`,
      value: `${full.toFixed(1)} ms, resumed ${resumed.toFixed(1)} ms`,
      target: { text: 'at most 100 ms', met: full <= 100 },
    });
  }
  return list;
}

export const tls: Measure = {
  name: 'tls',
  title: 'HTTPS: the 30 MB initrd, and what a handshake costs. Peers: HTTP from the same server, real iPXE',
  parts: ['bare', 'bare-cbc', 'pc', 'real-ipxe', ...Object.keys(FAMILIES)],
  hosts: ['node', 'chromium'],
  run: async (host, part) => {
    const family = FAMILIES[part];
    if (family !== undefined) return handshakes(host, family.suite, family.kind);
    if (part === 'pc') return await download(host, 'pc', {});
    if (part === 'real-ipxe') return await download(host, 'real', { ipxe: host.ipxeWithHttps });
    return await download(host, 'bare', part === 'bare-cbc' ? { suite: 0xc024 } : {});
  },
  rows,
};
