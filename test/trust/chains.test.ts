/**
 * Verdicts on chains: iPXE's rules, and OpenSSL's on the same chains; where the two differ, the reason stands beside it.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { LAB_EPOCH_MS } from '../../src/base/time/calendar.ts';
import { SeededRng } from '../../src/base/rng.ts';
import { writePrivateKey } from '../../src/trust/keys/key-files.ts';
import { writePem } from '../../src/trust/pem.ts';
import { completeChain, rootFingerprint, TIME_GRACE_MS, verifyChain } from '../../src/trust/x509/chain.ts';
import { isForHost } from '../../src/trust/x509/host-names.ts';
import { certificateId, ocspFault, ocspRequest } from '../../src/trust/x509/ocsp.ts';
import { ocspResponse, type OcspAnswer } from '../../src/trust/x509/ocsp-responder.ts';
import { readCertificate } from '../../src/trust/x509/certificate.ts';
import { Authority, DAY_MS, type Holder } from './authority.ts';
import { Openssl } from './openssl.ts';

const openssl = new Openssl();
afterAll(() => openssl.dispose());
const authority = new Authority('chains');
const nowMs = LAB_EPOCH_MS;
const root = authority.root();
const other = authority.root('Other root');
const middle = authority.intermediate('Middle', root);
const short = authority.intermediate('Short', root, { authority: { pathLength: 0 } });
const below = authority.intermediate('Below', short);
const notCa = authority.server('server', root);
const wrongUsage = authority.intermediate('Wrong usage', root, { keyUsage: ['digitalSignature'] });
const past = { notBeforeMs: nowMs - 9 * DAY_MS, notAfterMs: nowMs - DAY_MS };
const future = { notBeforeMs: nowMs + DAY_MS, notAfterMs: nowMs + 9 * DAY_MS };
const justPast = { notBeforeMs: nowMs - 9 * DAY_MS, notAfterMs: nowMs - TIME_GRACE_MS + 60_000 };
const leaf = authority.server('boot.lab.test', middle);
const forged = authority.server('boot.lab.test', { certificate: middle.certificate, key: other.key });
const rsa = authority.root('RSA root', { kind: 'RSA-2048' });
const sha1Leaf = authority.server('sha1', rsa, { digest: 'sha1' });

interface Case {
  readonly chain: readonly Holder[];
  readonly fault?: string;
  readonly trusted?: Holder;
  /** Why OpenSSL has another verdict. */
  readonly differs?: string;
}

const CASES: Readonly<Record<string, Case>> = {
  'a whole chain': { chain: [leaf, middle, root] },
  'an RSA root': { chain: [authority.server('a', rsa), rsa], trusted: rsa },
  'a root that is not trusted': { chain: [authority.server('b', other), other], fault: 'untrusted' },
  'self-signed': { chain: [authority.make({ subject: 'self' })], fault: 'untrusted' },
  'a leaf that is trusted itself': {
    chain: [leaf],
    trusted: leaf,
    differs: 'iPXE trusts any certificate whose fingerprint is listed',
  },
  'without its intermediate': { chain: [leaf], fault: 'untrusted' },
  'in the wrong order': {
    chain: [leaf, root, middle],
    fault: 'wrong-issuer',
    differs: 'iPXE takes a chain in the order in which it comes',
  },
  'signed by a server': { chain: [authority.server('c', notCa), notCa, root], fault: 'not-ca' },
  'signed by a key for other uses': {
    chain: [authority.server('d', wrongUsage), wrongUsage, root],
    fault: 'issuer-key-usage',
  },
  'an authority below path length 0': {
    chain: [authority.server('e', below), below, short, root],
    fault: 'path-length',
  },
  'a server below path length 0': { chain: [authority.server('f', short), short, root] },
  expired: { chain: [authority.server('g', middle, past), middle, root], fault: 'expired' },
  'not yet valid': { chain: [authority.server('h', middle, future), middle, root], fault: 'expired' },
  'expired for less than 12.5 hours': {
    chain: [authority.server('i', middle, justPast), middle, root],
    differs: 'iPXE forgives a wrong clock of half a day',
  },
  'a signature of another key': { chain: [forged, middle, root], fault: 'ecdsa-signature' },
  'signed with SHA-1': { chain: [sha1Leaf, rsa], trusted: rsa },
};

describe('chains', () => {
  test.each(Object.entries(CASES))('%s', (_, { chain, fault, trusted = root, differs }) => {
    const certificates = chain.map(({ certificate }) => certificate);
    const verdict = verifyChain(certificates, { roots: [rootFingerprint(trusted.certificate)], nowMs });
    expect(verdict.fault).toBe(fault);
    const pem = ({ certificate: { der } }: Holder) => writePem({ label: 'CERTIFICATE', der });
    openssl.write('root.pem', pem(trusted));
    openssl.write('others.pem', chain.slice(1).map(pem).join(''));
    openssl.write('leaf.pem', chain.slice(0, 1).map(pem).join(''));
    const others = chain.length > 1 ? '-untrusted others.pem ' : '';
    const { status } = openssl.run(`verify -attime ${nowMs / 1000} -CAfile root.pem ${others}leaf.pem`);
    expect((status === 0) === (fault === undefined)).toBe(differs === undefined);
  });

  test('is continued from a store, and an empty one has its own fault', () => {
    const store = [other.certificate, root.certificate, middle.certificate];
    const chain = completeChain([leaf.certificate], store);
    expect(chain).toEqual([leaf.certificate, middle.certificate, root.certificate]);
    expect(verifyChain([], { roots: [], nowMs }).fault).toBe('empty-chain');
  });
});

describe('names', () => {
  const certificate = authority.server('boot.lab.test', middle, {
    altNames: [
      { kind: 'dns', name: '*.wild.test' },
      { kind: 'ip', address: Uint8Array.of(10, 0, 0, 1) },
      { kind: 'ip', address: Uint8Array.from({ length: 16 }, (_, i) => (i === 15 ? 1 : 0)) },
    ],
  }).certificate;

  test.each([
    ['boot.lab.test', true],
    ['BOOT.lab.TEST', true],
    ['lab.test', false],
    ['a.wild.test', true],
    ['a.b.wild.test', false],
    ['wild.test', false],
    ['.wild.test', false],
    ['10.0.0.1', true],
    ['10.0.0.2', false],
    ['::1', true],
    ['::2', false],
  ])('%s', (host, fits) => {
    expect(isForHost(certificate, host)).toBe(fits);
  });
});

describe('OCSP', () => {
  const wish = { ocspUrl: 'http://ocsp.lab.test' };
  const asked = authority.server('asked', root, wish);
  const [certificate, issuer] = [asked.certificate, root.certificate];
  const trust = { roots: [rootFingerprint(issuer)], nowMs };
  const answer = { status: 'good', thisUpdateMs: nowMs, nextUpdateMs: nowMs + DAY_MS } as const;
  const rng = new SeededRng('ocsp');
  const respond = (about: Holder, { key }: Holder, said: OcspAnswer) =>
    ocspResponse(certificateId(about.certificate, issuer), { certificate: issuer, key }, said, rng);
  const pem = (holder: Holder) => writePem({ label: 'CERTIFICATE', der: holder.certificate.der });

  test('is required of a certificate that names a responder', () => {
    expect(verifyChain([certificate, issuer], trust).fault).toBe('ocsp-required');
    expect(verifyChain([certificate, issuer], { ...trust, isGood: () => true }).fault).toBeUndefined();
  });

  test('an answer that is made is good for OpenSSL, and for us', () => {
    const response = respond(asked, root, answer);
    expect(ocspFault(response, certificate, issuer, nowMs)).toBeUndefined();
    openssl.write('root.pem', pem(root));
    openssl.write('asked.pem', pem(asked));
    openssl.write('response.der', response);
    const text = openssl.must(
      `ocsp -issuer root.pem -cert asked.pem -CAfile root.pem -respin response.der -attime ${nowMs / 1000}`,
    );
    expect(text).toContain('Response verify OK');
    // OpenSSL looks at the times of the answer by the clock of this computer.
    expect(text).toMatch(/\bgood\n/);
  });

  test.each([
    ['revoked', { ...answer, status: 'revoked' as const }, 'not-good'],
    ['old', { ...answer, thisUpdateMs: nowMs - 9 * DAY_MS, nextUpdateMs: nowMs - DAY_MS }, 'stale'],
    ['early', { ...answer, thisUpdateMs: nowMs + DAY_MS }, 'stale'],
  ])('%s', (_, answer, fault) => {
    const response = respond(asked, root, answer);
    expect(ocspFault(response, certificate, issuer, nowMs)).toBe(fault);
  });

  test('of another key, or about another certificate, is refused', () => {
    const of = (about: Holder, key: Holder) => ocspFault(respond(about, key, answer), certificate, issuer, nowMs);
    expect(of(asked, other)).toBe('ecdsa-signature');
    expect(of(authority.server('another', root), root)).toBe('id-mismatch');
    expect(ocspFault(Uint8Array.of(0x30, 3, 0x0a, 1, 6), certificate, issuer, nowMs)).toBe('unauthorized');
  });

  test('questions and answers agree with the responder of OpenSSL', () => {
    openssl.write('root.pem', pem(root));
    openssl.write('root.key', writePem({ label: 'PRIVATE KEY', der: writePrivateKey(root.key) }));
    openssl.write('request.der', ocspRequest(certificate, issuer));
    const serial = BigInt(`0x${Buffer.from(certificate.serial).toString('hex')}`)
      .toString(16)
      .toUpperCase();
    openssl.write('index.txt', `V\t300101000000Z\t\t${serial}\tunknown\t/CN=asked\n`);
    openssl.must(
      'ocsp -index index.txt -CA root.pem -rsigner root.pem -rkey root.key -reqin request.der -respout answer.der -ndays 1',
    );
    // It answers by the clock of this computer.
    expect(ocspFault(openssl.read('answer.der'), certificate, issuer, Date.now())).toBeUndefined();
    expect(ocspFault(openssl.read('answer.der'), certificate, issuer, Date.now() + 9 * DAY_MS)).toBe('stale');
  });
});

test('a certificate that is cut or changed anywhere is refused, or has another signature, without an exception', () => {
  const { der } = leaf.certificate;
  const rng = new SeededRng('mutations');
  const trust = { roots: [rootFingerprint(root.certificate)], nowMs };
  let refused = 0;
  for (let i = 0; i < 1000; i++) {
    const bytes = i % 10 === 0 ? der.slice(0, rng.below(der.length)) : der.slice();
    if (i % 10 !== 0) for (let n = rng.below(3); n >= 0; n--) bytes[rng.below(bytes.length)] = rng.below(256);
    if (Buffer.compare(bytes, der) === 0) continue;
    const read = readCertificate(bytes);
    const fault = read.ok ? verifyChain([read.value, middle.certificate, root.certificate], trust).fault : read.error;
    expect(fault).toBeDefined();
    refused++;
  }
  expect(refused).toBeGreaterThan(950);
});
