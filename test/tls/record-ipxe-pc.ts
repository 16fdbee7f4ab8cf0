/**
 * Records the numbers of a real iPXE with a BIOS at the lab's own HTTPS servers: it runs in an emulated PC of the same lab. It
 * needs the file `ipxe.pxe` of Debian's package `ipxe`, 2.0.0 or later, which speaks HTTPS:
 *
 *     npx tsx test/tls/record-ipxe-pc.ts ipxe.pxe VERSION
 *
 * The lab's DHCP tells it whom to trust (option 175.90): the intermediate authority, as servers do not send their root, and
 * iPXE has no more than its fingerprint.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { toHex } from '../../src/base/bytes.ts';
import { toBase64 } from '../../src/base/data/base64.ts';
import { scenarioSchema, type ScenarioInput } from '../../src/scenario/schema.ts';
import { rootFingerprint } from '../../src/trust/x509/chain.ts';
import { play } from '../support/lab.ts';
import { CERTIFICATES, HOLDERS } from './https-certificates.ts';

type Server = Extract<ScenarioInput['nodes'][number], { readonly kind: 'server' }>;
type Https = NonNullable<NonNullable<Server['services']>['http']>['https'];

const [program, version] = process.argv.slice(2);
const { middle } = HOLDERS;
if (program === undefined || version === undefined || middle === undefined)
  throw new Error('usage: record-ipxe-pc.ts ipxe.pxe VERSION');

/** What iPXE has met it remembers: what lacks a certificate comes first, and what succeeds last. */
const FAULTS: Readonly<Record<string, Partial<NonNullable<Https>>>> = {
  'no-intermediate': { sendsIntermediates: false },
  'self-signed': { certificates: ['self'] },
  expired: { certificates: ['expired'] },
  'not-yet-valid': { certificates: ['future'] },
  'wrong-name': { certificates: ['other'] },
  'not-ca': { certificates: ['below'] },
  sha1: { certificates: ['sha1'] },
  'ocsp-revoked': { certificates: ['revoked'] },
  'client-certificate': { clientAuth: 'require', clientAuthorities: ['root'], maxVersion: '1.2' },
  'version-13': { minVersion: '1.3' },
  'no-suite': { suites: ['TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256'] },
  rsa: { certificates: ['rsa'] },
  good: {},
};

const names = Object.keys(FAULTS);
const addressOf = (name: string): string => `10.0.2.${100 + names.indexOf(name)}`;
const HOME = '10.0.2.2';
const trust = toHex(rootFingerprint(middle.holder.certificate));
const lines = names.map(
  (name) =>
    `set net0.dhcp/dns ${addressOf(name)}\nset number 0\nimgfetch https://boot.lab/m || set number \${errno}\nimgfree\n` +
    `imgfetch http://${HOME}/report/${name}/\${number} ||\n`,
);
const base: Server = {
  kind: 'server',
  name: 'home',
  nics: [{ mac: '52:55:0a:00:02:02', address: `${HOME}/24` }],
  services: {
    dnsmasq: {
      config:
        `dhcp-range=10.0.2.15,10.0.2.60,1h\ndhcp-authoritative\nno-ping\nenable-tftp\ntftp-root=/srv\n` +
        `dhcp-option-force=encap:175,90,${trust.replaceAll(/..(?=.)/g, '$&:')}\ndhcp-userclass=set:ipxe,iPXE\n` +
        `dhcp-boot=tag:!ipxe,ipxe.pxe\ndhcp-boot=tag:ipxe,http://${HOME}/all.ipxe\n`,
    },
    http: { ocsp: '/ocsp' },
  },
  files: [
    { path: '/srv/ipxe.pxe', content: { base64: toBase64(new Uint8Array(readFileSync(program))) } },
    { path: '/srv/http/all.ipxe', content: { text: `#!ipxe\n${lines.join('')}imgfetch http://${HOME}/end\n` } },
  ],
};
const servers = names.map((name, index): Server => ({
  kind: 'server',
  name: `s${index}`,
  nics: [{ mac: `52:55:0a:00:03:${(16 + index).toString(16)}`, address: `${addressOf(name)}/24` }],
  services: {
    dnsmasq: { config: `address=/boot.lab/${addressOf(name)}\n` },
    http: { https: { certificates: ['boot'], ...FAULTS[name] } },
  },
  files: [{ path: '/srv/http/m', content: { text: 'it works\n' } }],
}));
const nodes = [base, ...servers];
const scenario = scenarioSchema.parse({
  version: 1,
  name: 'real iPXE at HTTPS servers',
  seed: 'b',
  certificates: CERTIFICATES,
  nodes: [
    { kind: 'pc', name: 'pc1', memMiB: 64, nics: [{ mac: '52:54:00:12:34:56' }] },
    ...nodes,
    { kind: 'switch', name: 'sw1' },
  ],
  links: [
    { a: 'pc1.net0', b: 'sw1.1' },
    ...nodes.map(({ name }, index) => ({ a: `${name}.eth0`, b: `sw1.${2 + index}` })),
  ],
});
const { lab, stop } = play(scenario, { until: 'http.request.uri == "/end"', timeoutS: 300 });
console.log(stop.kind, lab.machines.get('pc1')?.screenText());
const numbers: Record<string, string> = {};
for (const event of lab.log.events) {
  const [, name, number] = (event.kind === 'server' && /GET \/report\/([^/]+)\/(\S+)/.exec(event.text)) || [];
  if (name !== undefined && number !== undefined) numbers[name] = number.replace('0x', '').padStart(8, '0');
}
console.log(numbers);
writeFileSync(
  new URL('fixtures/ipxe-pc.json', import.meta.url),
  `${JSON.stringify({ ipxe: version, numbers }, undefined, 1)}\n`,
);
