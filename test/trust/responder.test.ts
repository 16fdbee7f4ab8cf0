/** The lab's responder against `openssl ocsp`: its questions are understood, and it takes the answers. */
import { afterAll, describe, expect, it } from 'vitest';
import { toBase64 } from '../../src/base/data/base64.ts';
import { SeededRng } from '../../src/base/rng.ts';
import { LAB_EPOCH_MS } from '../../src/base/time/calendar.ts';
import { writePrivateKey } from '../../src/trust/keys/key-files.ts';
import { writePem } from '../../src/trust/pem.ts';
import type { HttpRequest } from '../../src/protocols/http/codec.ts';
import { Authority, type Holder } from './authority.ts';
import { Openssl } from './openssl.ts';
import { LabResponder, ocspQuestion } from '../../src/services/http/ocsp.ts';

const openssl = new Openssl();
afterAll(() => openssl.dispose());
const authority = new Authority('responder');
const root = authority.root();
const stranger = authority.root('Stranger');
const good = authority.server('good', root);
const revoked = authority.server('revoked', root);
const unknown = authority.server('unknown', root);
const pem = ({ certificate: { der } }: Holder): string => writePem({ label: 'CERTIFICATE', der });

const responder = new LabResponder(
  Object.entries({ root, good, revoked }).map(([name, holder]) => ({
    name,
    certificate: pem(holder),
    privateKey: writePem({ label: 'PRIVATE KEY', der: writePrivateKey(holder.key) }),
    revoked: holder === revoked,
  })),
  new SeededRng('responder'),
  () => LAB_EPOCH_MS,
);

function question(about: Holder, issuer: Holder, digest: string): Uint8Array {
  openssl.write('issuer.pem', pem(issuer));
  openssl.write('cert.pem', pem(about));
  openssl.must(`ocsp -${digest} -issuer issuer.pem -cert cert.pem -reqout request.der`);
  return openssl.read('request.der');
}

describe.each(['sha1', 'sha256'])('a question by %s', (digest) => {
  it.each([
    ['good', good],
    ['revoked', revoked],
    ['unknown', unknown],
  ] as const)('%s', (status, holder) => {
    const verdict = responder.answer(question(holder, root, digest));
    expect(verdict.status).toBe(status);
    openssl.write('response.der', verdict.response);
    const text = openssl.must(
      `ocsp -${digest} -issuer issuer.pem -cert cert.pem -CAfile issuer.pem -respin response.der -attime ${LAB_EPOCH_MS / 1000}`,
    );
    expect(text).toContain('Response verify OK');
    // OpenSSL looks at the times of the answer by the clock of this computer.
    expect(text).toMatch(new RegExp(`\\b${status}\n`));
  });

  it('of an authority that is not here is refused', () => {
    expect(responder.answer(question(good, stranger, digest)).status).toBe('unauthorized');
  });
});

describe('a request', () => {
  const request = (method: string, target: string): HttpRequest => ({
    kind: 'request',
    method,
    target,
    version: 'HTTP/1.1',
    fields: [],
  });
  const der = question(good, root, 'sha1');
  const digits = toBase64(der);

  it.each([
    ['GET with its digits escaped', request('GET', `/ocsp/${encodeURIComponent(digits)}`), new Uint8Array(0)],
    ['GET with its digits as they are', request('GET', `/ocsp/${digits}`), new Uint8Array(0)],
    ['POST', request('POST', '/ocsp'), der],
  ])('by %s', (_, asked, body) => {
    const read = ocspQuestion(asked, body, '/ocsp');
    expect(read && responder.answer(read).status).toBe('good');
  });

  it('for a file is not a question, and one that is damaged gets an answer', () => {
    expect(ocspQuestion(request('GET', '/ocsp.txt'), der, '/ocsp')).toBeUndefined();
    expect(responder.answer(ocspQuestion(request('GET', '/ocsp/%%%'), der, '/ocsp') ?? der).status).toMatch(
      /malformed|good/,
    );
    expect(responder.answer(new Uint8Array(0)).status).toBe('malformed');
  });
});
