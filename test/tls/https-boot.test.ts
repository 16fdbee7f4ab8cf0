/** iPXE boots by HTTPS from the lab's server, and what becomes of it when a certificate, a version or a suite is wrong. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { NS_PER_S } from '../../src/base/time/clock.ts';
import { readCapture } from '../../src/analysis/pcapng/reader.ts';
import { capturePcapng } from '../../src/cli/run.ts';
import { EMPTY_MANIFEST } from '../../src/lab/content/image-manifest.ts';
import { ImageBank } from '../../src/lab/content/images.ts';
import { Lab } from '../../src/lab/lab.ts';
import { makeRegistry } from '../../src/protocols/all.ts';
import type { Columns } from '../../src/protocols/core/dissect.ts';
import { DissectionSession } from '../../src/protocols/core/session.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { CERTIFICATES } from './https-certificates.ts';

interface Wanted {
  readonly https?: object;
  readonly http?: object;
  readonly options?: object;
  readonly script?: string;
}

const SCRIPT = 'dhcp\nchain https://boot.lab/m.ipxe || echo failed ${errno}\n';

function bootLab({ https = {}, http = {}, options = {}, script = SCRIPT }: Wanted): { lab: Lab; console: string } {
  const scenario = parseScenario({
    version: 1,
    name: 'https',
    seed: 'b',
    certificates: CERTIFICATES,
    nodes: [
      {
        kind: 'bare',
        name: 'pc1',
        nics: [{ mac: '52:54:00:12:34:56' }],
        firmware: {
          personality: 'ipxe',
          embeddedScript: `#!ipxe\n${script}`,
          options: { preset: 'all', trust: 'root', cert: 'root', ...options },
        },
      },
      {
        kind: 'server',
        name: 'boot',
        nics: [{ mac: '52:55:0a:00:02:02', address: '10.0.2.2/24' }],
        services: {
          dnsmasq: {
            config: 'dhcp-range=10.0.2.15,10.0.2.60,1h\ndhcp-authoritative\nno-ping\naddress=/boot.lab/10.0.2.2\n',
          },
          http: { ...http, https: { certificates: ['boot'], ...https } },
        },
        files: [
          { path: '/srv/http/m.ipxe', content: { text: '#!ipxe\necho it works\n' } },
          { path: '/srv/http/big', content: { patternBytes: 3_000_000 } },
        ],
      },
      { kind: 'switch', name: 'sw1' },
    ],
    links: [
      { a: 'pc1.net0', b: 'sw1.1' },
      { a: 'boot.eth0', b: 'sw1.2' },
    ],
  });
  if (!scenario.ok) throw new Error(JSON.stringify(scenario.error));
  const lab = Lab.open(scenario.value, { images: new ImageBank(EMPTY_MANIFEST, new Map()) });
  if (!lab.ok) throw new Error(JSON.stringify(lab.error));
  lab.value.queue.runUntil(60 * NS_PER_S);
  return { lab: lab.value, console: lab.value.machines.get('pc1')?.screenText() ?? '' };
}

/** The packet list of the capture. */
function rowsOf(lab: Lab): Columns[] {
  const { store } = readCapture(capturePcapng(lab));
  const session = new DissectionSession(store, makeRegistry());
  session.advance();
  return Array.from({ length: store.length }, (_, index) => session.columns(index));
}

function codesOf(lab: Lab): string[] {
  return lab.log.events.flatMap((event) =>
    event.kind === 'decision' && /^(?:trust|tls)-/.test(event.code) ? [event.code] : [],
  );
}

describe('iPXE boots by HTTPS', () => {
  it.each(['boot', 'rsa'])('from the certificate %s, and the capture shows the request inside', (certificate) => {
    const { lab, console } = bootLab({ https: { certificates: [certificate] } });
    expect(console).toContain('it works');
    expect(codesOf(lab)).toEqual(['tls-agreed', 'trust-chain']);
    const rows = rowsOf(lab);
    expect(rows.filter(({ protocol }) => protocol === 'HTTP').map(({ info }) => info.trim())).toEqual([
      'GET /m.ipxe HTTP/1.1',
      expect.stringContaining('HTTP/1.1 200 OK'),
    ]);
    expect(rows.map(({ protocol }) => protocol)).toContain('TLSv1.2');
  });

  it('by its address, after a redirection, and a second file on the same connection', () => {
    const script =
      'dhcp\nimgfetch https://10.0.2.2/m.ipxe\nimgfree\nchain http://boot.lab/there || echo failed ${errno}\n';
    const redirects = [{ from: '/there', to: 'https://10.0.2.2/m.ipxe' }];
    const { lab, console } = bootLab({ script, http: { redirects } });
    expect(console).toContain('it works');
    expect(codesOf(lab).filter((code) => code === 'tls-agreed')).toHaveLength(1);
  });

  it('files larger than what TCP keeps', () => {
    const script = 'dhcp\nimgfetch https://boot.lab/big\nimgstat\n';
    const { lab, console } = bootLab({ script });
    expect(console).toContain('big : 3000000 bytes');
    expect(rowsOf(lab).filter(({ protocol }) => protocol === 'HTTP')).toHaveLength(2);
  });

  it('when it shows the certificate that the server requires', () => {
    const https = { clientAuth: 'require', clientAuthorities: ['root'] };
    const { console } = bootLab({ https, options: { cert: 'client,root', privkey: 'client' } });
    expect(console).toContain('it works');
    const refused = bootLab({ https });
    expect(refused.console).toContain('410de13c');
    expect(codesOf(refused.lab)).toContain('tls-client-certificate');
  });

  it('in the same bytes each time', () => {
    const [one, two] = [capturePcapng(bootLab({}).lab), capturePcapng(bootLab({}).lab)];
    expect(Buffer.from(one).equals(Buffer.from(two))).toBe(true);
  });
});

describe('OCSP', () => {
  const asked = { http: { ocsp: '/ocsp' }, https: { certificates: ['asked'] } };
  const answersIn = (lab: Lab): string[] =>
    lab.log.events.flatMap((event) => (event.kind === 'server' && event.code.startsWith('ocsp.') ? [event.text] : []));

  it('is asked by HTTP about a certificate that names a responder, and answered by the lab', () => {
    const { lab, console } = bootLab(asked);
    expect(console).toContain('it works');
    expect(answersIn(lab)).toEqual(['OCSP: 10.0.2.43 asks about the certificate asked, which is good.']);
  });

  it('nobody answers when the server has no such path', () => {
    const { console, lab } = bootLab({ ...asked, http: {} });
    expect(console).not.toContain('it works');
    expect(codesOf(lab)).toContain('trust-ocsp');
  });
});

function recorded(file: string): Readonly<Record<string, string>> {
  const text = readFileSync(new URL(`fixtures/${file}`, import.meta.url), 'utf8');
  return z.object({ numbers: z.record(z.string(), z.string()) }).parse(JSON.parse(text)).numbers;
}

/** A real iPXE's number for each fault: on a PC with a BIOS in the same lab, and (`no-root` only there) under EFI. */
const REAL = recorded('ipxe-pc.json');
const REAL_EFI = recorded('ipxe.json');

describe('iPXE refuses, with the number of a real one,', () => {
  it.each<readonly [string, Wanted, string, string]>([
    ['expired', { https: { certificates: ['expired'] } }, '0216e43c', 'trust-expired'],
    ['not-yet-valid', { https: { certificates: ['future'] } }, '0216e43c', 'trust-not-yet-valid'],
    ['wrong-name', { https: { certificates: ['other'] } }, '0216ea3c', 'tls-wrong-name'],
    ['self-signed', { https: { certificates: ['self'] } }, '0216eb3c', 'trust-self-signed'],
    ['no-intermediate', { https: { sendsIntermediates: false } }, '0216eb3c', 'trust-incomplete-chain'],
    ['no-root', { options: { cert: '' } }, '0216eb3c', 'trust-incomplete-chain'],
    ['not-ca', { https: { certificates: ['below'] } }, '0216e23c', 'trust-issuer'],
    ['sha1', { https: { certificates: ['sha1'] } }, '3c00e103', 'tls-agreed'],
    ['ocsp-revoked', { http: { ocsp: '/ocsp' }, https: { certificates: ['revoked'] } }, '022fe13c', 'trust-ocsp'],
    [
      'client-certificate',
      { https: { clientAuth: 'require', clientAuthorities: ['root'] } },
      '410de13c',
      'tls-client-certificate',
    ],
    ['version-13', { https: { minVersion: '1.3' } }, '410de13c', 'tls-no-version'],
    ['no-suite', { https: { suites: ['TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256'] } }, '410de13c', 'tls-no-suite'],
  ])('%s', (fault, wanted, number, code) => {
    const { lab, console } = bootLab(wanted);
    // The last two digits are those of the platform.
    expect(REAL_EFI[fault]?.slice(2).padStart(8, '0').slice(0, 6) ?? '').toBe(number.slice(0, 6));
    expect(REAL[fault] ?? (fault === 'no-root' ? number : undefined)).toBe(number);
    expect(console).toContain(number);
    expect(codesOf(lab)).toContain(code);
  });
});

describe('iPXE refuses', () => {
  it.each<readonly [string, Wanted, string, string]>([
    ['an unknown root', { options: { trust: 'self' } }, '0216eb3c', 'trust-unknown-root'],
  ])('%s', (_, wanted, number, code) => {
    const { lab, console } = bootLab(wanted);
    expect(console).toContain(number);
    expect(codesOf(lab)).toContain(code);
  });

  it('https altogether when the build has none of it', () => {
    expect(bootLab({ options: { preset: 'default' } }).console).toContain('3c092003');
  });
});
