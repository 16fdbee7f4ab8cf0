/** What our iPXE fetches to trust a signer: cross-signed certificates and OCSP answers, by HTTP from a server of the lab. */
import { afterAll, describe, expect, test } from 'vitest';
import { utf8 } from '../../src/base/bytes.ts';
import { LAB_EPOCH_MS } from '../../src/base/time/calendar.ts';
import { toBase64 } from '../../src/base/data/base64.ts';
import { crc32 } from '../../src/base/data/crc32.ts';
import { SeededRng } from '../../src/base/rng.ts';
import type { Scenario } from '../../src/scenario/schema.ts';
import { signDetached } from '../../src/trust/cms/signed-data.ts';
import { writePem } from '../../src/trust/pem.ts';
import { certificateId, ocspRequest } from '../../src/trust/x509/ocsp.ts';
import { ocspResponse, type OcspAnswer } from '../../src/trust/x509/ocsp-responder.ts';
import { labFindings, play, siteScenario } from '../support/lab.ts';
import { Authority, DAY_MS, type Holder } from './authority.ts';
import { Openssl } from './openssl.ts';

const openssl = new Openssl();
afterAll(() => openssl.dispose());
const authority = new Authority('fetched');
const root = authority.root();
const middle = authority.intermediate('Middle', root);
const rng = new SeededRng('fetched');
const SCRIPT = '#!ipxe\necho This script is as it was signed.\n';
const pem = ({ certificate: { der } }: Holder): string => writePem({ label: 'CERTIFICATE', der });

/** The lab of the site, signed by a holder without its chain, with files more and lines before the script's own. */
function lab(signer: Holder, files: Readonly<Record<string, Uint8Array>>, lines = ''): Scenario {
  const draft = structuredClone(siteScenario('bare-ipxe-signed'));
  draft.certificates = [{ name: 'Lab root', certificate: pem(root) }];
  const signature = signDetached(utf8(SCRIPT), { ...signer, digest: 'sha256', chain: [] }, rng);
  const all = { ...files, '/srv/http/boot.ipxe.sig': signature };
  for (const node of draft.nodes) {
    if (node.kind === 'bare') {
      node.firmware.embeddedScript = node.firmware.embeddedScript?.replace('dhcp\n', `dhcp\n${lines}`);
    } else if (node.kind === 'server') {
      const kept = node.files.filter(({ path }) => !path.endsWith('.sig'));
      const added = Object.entries(all).map(([path, bytes]) => ({ path, content: { base64: toBase64(bytes) } }));
      node.files = [...kept, ...added];
    }
  }
  return draft;
}

/** The findings of a run, and whether the script was started. */
function outcome(scenario: Scenario): { readonly ran: boolean; readonly findings: readonly string[] } {
  const played = play(scenario, { timeoutS: 60 }).lab;
  const ran = played.log.events.some((event) => event.kind === 'decision' && event.code === 'trust-signed');
  return { ran, findings: labFindings(played).map(({ id }) => id) };
}

describe('cross-signed certificates', () => {
  const signer = authority.codeSigner('Anna', middle);
  const name = (~crc32(middle.certificate.subject.der) >>> 0).toString(16).padStart(8, '0');
  openssl.write('middle.pem', pem(middle));
  openssl.must('crl2pkcs7 -nocrl -certfile middle.pem -outform DER -out auto.der');
  const files = { [`/srv/http/auto/${name}.der`]: openssl.read('auto.der') };

  test('complete a chain', () => {
    const setting = 'set crosscert http://10.0.2.1/auto\n';
    expect(outcome(lab(signer, files, setting))).toEqual({ ran: true, findings: [] });
  });

  test('that are not there leave the chain as it was', () => {
    const { ran, findings } = outcome(lab(signer, {}, 'set crosscert http://10.0.2.1/auto\n'));
    expect(ran).toBe(false);
    expect(findings).toContain('trust-incomplete-chain');
  });
});

describe('OCSP', () => {
  const signer = authority.codeSigner('Otto', root, { ocspUrl: 'http://10.0.2.1/ocsp' });
  const good: OcspAnswer = { status: 'good', thisUpdateMs: LAB_EPOCH_MS, nextUpdateMs: LAB_EPOCH_MS + DAY_MS };
  const path = `/srv/http/ocsp/${toBase64(ocspRequest(signer.certificate, root.certificate))}`;
  const answer = (about: OcspAnswer): Readonly<Record<string, Uint8Array>> => ({
    [path]: ocspResponse(certificateId(signer.certificate, root.certificate), root, about, rng),
  });

  test('a good answer', () => {
    expect(outcome(lab(signer, answer(good)))).toEqual({ ran: true, findings: [] });
  });

  test.each<readonly [string, Readonly<Record<string, Uint8Array>>]>([
    ['revoked', answer({ ...good, status: 'revoked' })],
    ['none', {}],
  ])('%s', (_, files) => {
    const { ran, findings } = outcome(lab(signer, files));
    expect(ran).toBe(false);
    expect(findings).toContain('trust-ocsp');
  });
});
