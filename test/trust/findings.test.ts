/** What the lab says when iPXE does not trust: one finding for each fault, and none where there is none. */
import { describe, expect, test } from 'vitest';
import { utf8 } from '../../src/base/bytes.ts';
import { say } from '../../src/base/sentence.ts';
import {
  FIRST_DAY,
  LAST_DAY,
  makeCertificate,
  signatureBy,
  type CertificateWish,
} from '../../src/page/document/certificates.ts';
import { labFr } from '../../src/page/i18n/fr/lab.ts';
import type { Scenario } from '../../src/scenario/schema.ts';
import { toBase64 } from '../../src/base/data/base64.ts';
import { labFindings, play, siteScenario } from '../support/lab.ts';
import { Authority } from './authority.ts';
import { signDetached } from '../../src/trust/cms/signed-data.ts';
import { SeededRng } from '../../src/base/rng.ts';
import { writePem } from '../../src/trust/pem.ts';

const SCRIPT = '#!ipxe\necho This script is as it was signed.\n';
const BASE = siteScenario('bare-ipxe-signed');

function edited(change: (draft: Scenario) => void): Scenario {
  const draft = structuredClone(BASE);
  change(draft);
  return draft;
}

function setSignature(draft: Scenario, base64: string): void {
  for (const node of draft.nodes) {
    if (node.kind !== 'server') continue;
    node.files = node.files.map((file) =>
      file.path.endsWith('.sig') ? { path: file.path, content: { base64 } } : file,
    );
  }
}

function setLines(draft: Scenario, from: string, to: string): void {
  for (const node of draft.nodes) {
    if (node.kind !== 'bare') continue;
    node.firmware.embeddedScript = node.firmware.embeddedScript?.replace(from, to);
  }
}

/** The lab, signed by a certificate that is made for it. */
function signedBy(wish: Partial<CertificateWish>): Scenario {
  return edited((draft) => {
    const made = makeCertificate(draft, {
      name: 'Signer',
      kind: 'code-signing',
      issuer: 'Code authority',
      hosts: '',
      from: FIRST_DAY,
      until: LAST_DAY,
      key: 'P-256',
      ...wish,
    });
    if (!made.ok) throw new Error(made.error.text);
    draft.certificates.push(made.value);
    const signed = signatureBy(draft, 'Signer', utf8(SCRIPT));
    if (!signed.ok || !('base64' in signed.value)) throw new Error('not signed');
    setSignature(draft, signed.value.base64);
  });
}

/** The lab, signed below a root of RSA that is made for it, with a digest. */
function signedBelow(kind: 'RSA-1024' | 'RSA-2048', digest: 'sha1' | 'sha256'): Scenario {
  const authority = new Authority(`findings ${kind}`);
  const root = authority.root('RSA root', { kind });
  const signer = authority.codeSigner('Rita', root, { digest });
  const message = signDetached(utf8(SCRIPT), { ...signer, digest: 'sha256', chain: [] }, new SeededRng('findings'));
  return edited((draft) => {
    setSignature(draft, toBase64(message));
    draft.certificates = [
      { name: 'Lab root', certificate: writePem({ label: 'CERTIFICATE', der: root.certificate.der }) },
    ];
  });
}

const found = (scenario: Scenario) => labFindings(play(scenario, { timeoutS: 60 }).lab);

describe('findings about trust', () => {
  test.each<readonly [id: string, scenario: Scenario, says: RegExp]>([
    ['trust-expired', signedBy({ from: '2024-01-01', until: '2024-12-31' }), /Signer expired on 2024-12-31/],
    ['trust-not-yet-valid', signedBy({ from: '2027-01-01' }), /not valid before 2027-01-01/],
    ['trust-self-signed', signedBy({ issuer: undefined }), /signed by itself/],
    ['trust-not-code-signing', signedBy({ kind: 'server' }), /not for signing code/],
    ['trust-issuer', signedBy({ issuer: 'Anna' }), /may not sign it/],
    [
      'trust-incomplete-chain',
      edited((draft) => {
        for (const node of draft.nodes)
          if (node.kind === 'bare') node.firmware.options = { enable: 'IMAGE_TRUST_CMD CERT_CMD' };
      }),
      /leads? to|is missing|does not trust/,
    ],
    [
      'trust-clock',
      edited((draft) => setLines(draft, 'dhcp\n', 'dhcp\nset builtin/unixtime 1500000000\n')),
      /as the clock of the machine was set to/,
    ],
    [
      'trust-signer',
      edited((draft) => setLines(draft, 'imgverify', 'imgverify --signer Bob')),
      /signer that is asked for/,
    ],
    ['trust-image-signature', siteScenario('wrong-signature'), /is not what Anna has signed/],
    ['trust-sha1', signedBelow('RSA-2048', 'sha1'), /SHA-1/],
    ['trust-small-key', signedBelow('RSA-1024', 'sha256'), /RSA 1024/],
  ])('%s', (id, scenario, says) => {
    const findings = found(scenario).filter(
      (finding) => finding.id.startsWith('trust-') || finding.id.startsWith('ipxe-'),
    );
    const expected =
      id === 'trust-incomplete-chain' ? /^trust-(?:incomplete-chain|unknown-root)$/ : new RegExp(`^${id}$`);
    expect(findings.map((finding) => finding.id).join(' ')).toMatch(expected);
    const [finding] = findings;
    expect(finding?.text).toMatch(says);
    for (const said of finding === undefined ? [] : [finding, finding.remedy]) {
      expect(say(said.says, labFr, 'fr')).toBeDefined();
      expect(say(said.says, labFr, 'fr')).not.toBe(said.text);
    }
  });

  test('none where the signature is right', () => {
    expect(found(BASE)).toEqual([]);
    expect(found(signedBy({ key: 'P-384' }))).toEqual([]);
    expect(found(signedBelow('RSA-2048', 'sha256'))).toEqual([]);
  });
});

const HTTPS = {
  port: 443,
  certificates: ['Server'] as string[],
  minVersion: '1.1',
  maxVersion: '1.3',
  clientAuth: 'none',
  clientAuthorities: [] as string[],
  sendsIntermediates: true,
  stapling: false,
} as const;

/** The lab with its script at an HTTPS server, whose certificate is made by a wish. */
function overHttps(wish: Partial<CertificateWish>, lines = ''): Scenario {
  return edited((draft) => {
    const made = makeCertificate(draft, {
      name: 'Server',
      kind: 'server',
      issuer: 'Lab root',
      hosts: 'boot.lab 10.0.2.1',
      from: FIRST_DAY,
      until: LAST_DAY,
      key: 'P-256',
      ...wish,
    });
    if (!made.ok) throw new Error(made.error.text);
    draft.certificates.push(made.value);
    for (const node of draft.nodes) {
      if (node.kind === 'bare') {
        node.firmware.options = { ...node.firmware.options, enable: 'DOWNLOAD_PROTO_HTTPS' };
        node.firmware.embeddedScript = `#!ipxe\ndhcp\n${lines}chain https://10.0.2.1/boot.ipxe\n`;
      } else if (node.kind === 'server' && node.services.http !== undefined) {
        node.services = { ...node.services, http: { ...node.services.http, https: HTTPS } };
      }
    }
  });
}

describe('findings about the certificate of a server', () => {
  test.each<readonly [id: string, scenario: Scenario]>([
    ['trust-expired', overHttps({ from: '2024-01-01', until: '2024-12-31' })],
    ['trust-not-yet-valid', overHttps({ from: '2027-01-01' })],
    ['trust-self-signed', overHttps({ issuer: undefined })],
    ['tls-wrong-name', overHttps({ hosts: 'other.lab' })],
    ['trust-clock', overHttps({}, 'set builtin/unixtime 1500000000\n')],
    ['trust-small-key', overHttps({ key: 'RSA-1024' })],
  ])('%s', (id, scenario) => {
    expect(found(scenario).map((finding) => finding.id)).toContain(id);
  });

  test('none where it is right', () => {
    expect(found(overHttps({}))).toEqual([]);
  });
});
