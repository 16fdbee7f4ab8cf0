/** Detached signatures, each way against OpenSSL, and iPXE's verdicts on them. */
import { afterAll, describe, expect, test } from 'vitest';
import { utf8 } from '../../src/base/bytes.ts';
import { LAB_EPOCH_MS } from '../../src/base/time/calendar.ts';
import { SeededRng } from '../../src/base/rng.ts';
import { readSignedData, signDetached, type CmsFault, type SignedData } from '../../src/trust/cms/signed-data.ts';
import { signerChain, verifyDetached } from '../../src/trust/cms/verify.ts';
import { writePrivateKey } from '../../src/trust/keys/key-files.ts';
import { writePem } from '../../src/trust/pem.ts';
import { rootFingerprint } from '../../src/trust/x509/chain.ts';
import { Authority, DAY_MS, type Holder } from './authority.ts';
import { Openssl } from './openssl.ts';

const openssl = new Openssl();
afterAll(() => openssl.dispose());
const authority = new Authority('cms');
const rng = new SeededRng('cms');
const content = utf8('#!ipxe\necho signed\n');
const root = authority.root();
const middle = authority.intermediate('Middle', root);
const trust = { roots: [rootFingerprint(root.certificate)], nowMs: LAB_EPOCH_MS };

const pem = ({ certificate: { der } }: Holder) => writePem({ label: 'CERTIFICATE', der });
const signed = (bytes: Uint8Array): SignedData => {
  const read = readSignedData(bytes);
  if (typeof read === 'string') throw new Error(read);
  return read;
};
const faultOf = (bytes: Uint8Array, about: Partial<Parameters<typeof verifyDetached>[1]> = {}) =>
  verifyDetached(signed(bytes), { content, trust, others: [], ...about }).fault;

openssl.write('content', content);
openssl.write('root.pem', pem(root));
openssl.write('middle.pem', pem(middle));
const at = `-attime ${LAB_EPOCH_MS / 1000}`;

describe.each(['P-256', 'P-384', 'RSA-2048'] as const)('a signer with %s', (kind) => {
  const signer = authority.codeSigner(`Signer ${kind}`, middle, { kind });
  openssl.write('signer.pem', pem(signer));
  openssl.write('signer.key', writePem({ label: 'PRIVATE KEY', der: writePrivateKey(signer.key) }));
  const prepare = () => {
    openssl.write('signer.pem', pem(signer));
    openssl.write('signer.key', writePem({ label: 'PRIVATE KEY', der: writePrivateKey(signer.key) }));
  };
  const sign = (options: string): Uint8Array => {
    prepare();
    openssl.must(`cms -sign -binary -in content -signer signer.pem -inkey signer.key -out sig ${options}`);
    return openssl.read('sig');
  };

  test.each(['sha256', 'sha384'] as const)('what OpenSSL signs with %s', (digest) => {
    const bytes = sign(`-noattr -outform DER -md ${digest} -certfile middle.pem`);
    expect(faultOf(bytes, { others: [root.certificate] })).toBeUndefined();
    expect(faultOf(bytes, { others: [root.certificate], content: utf8('other') })).toMatch(/signature$/);
  });

  test('in PEM; without certificates, when the store has them', () => {
    const bytes = sign('-noattr -outform PEM -md sha256 -nocerts');
    expect(faultOf(bytes)).toBe('no-certificate');
    const others = [root, middle, signer].map(({ certificate }) => certificate);
    expect(faultOf(bytes, { others })).toBeUndefined();
  });

  test('signed attributes are not what iPXE verifies', () => {
    const bytes = sign('-outform DER -md sha256 -certfile middle.pem');
    expect(signed(bytes).signers[0]?.hasSignedAttributes).toBe(true);
    expect(faultOf(bytes, { others: [root.certificate] })).toMatch(/signature$/);
  });

  test.each(['sha256', 'sha384'] as const)('what is signed with %s is right for OpenSSL', (digest) => {
    const bytes = signDetached(content, { ...signer, digest, chain: [middle.certificate] }, rng);
    openssl.write('sig', bytes);
    const verify = `cms -verify -binary -inform DER -in sig -purpose any ${at} -CAfile root.pem -out plain -content`;
    openssl.write('wrong', utf8('other'));
    expect(openssl.must(`${verify} content`)).toMatch(/Verification successful/i);
    expect(openssl.run(`${verify} wrong`).status).not.toBe(0);
    expect(faultOf(bytes, { others: [root.certificate] })).toBeUndefined();
  });
});

describe('verdicts', () => {
  const sign = (holder: Holder) =>
    signDetached(content, { ...holder, digest: 'sha256', chain: [middle.certificate, root.certificate] }, rng);
  const past = { notBeforeMs: LAB_EPOCH_MS - 9 * DAY_MS, notAfterMs: LAB_EPOCH_MS - DAY_MS };

  test.each<readonly [string, Holder, string | undefined]>([
    ['right', authority.codeSigner('a', middle), undefined],
    ['no code signer', authority.server('b', middle), 'not-code-signing'],
    ['key not for signatures', authority.codeSigner('c', middle, { keyUsage: ['keyEncipherment'] }), 'not-signing'],
    ['no key usage said', authority.codeSigner('d', middle, { keyUsage: [] }), 'not-signing'],
    ['expired', authority.codeSigner('e', middle, past), 'expired'],
    ['of another authority', authority.codeSigner('f', authority.root('Other')), 'untrusted'],
  ])('%s', (_, holder, fault) => {
    expect(faultOf(sign(holder))).toBe(fault);
  });

  test('the name of the signer', () => {
    const bytes = sign(authority.codeSigner('Anna', middle));
    expect(faultOf(bytes, { signerName: 'anna' })).toBeUndefined();
    expect(faultOf(bytes, { signerName: 'Bob' })).toBe('wrong-signer');
  });

  test('the chain of a signer, and messages that are none', () => {
    const message = signed(sign(authority.codeSigner('Anna', middle)));
    const [signer] = message.signers;
    expect(signer && signerChain(signer, message, [])).toHaveLength(3);
    expect(verifyDetached({ ...message, signers: [] }, { content, trust, others: [] }).fault).toBe('no-signatures');
    const fault = (bytes: Uint8Array): SignedData | CmsFault => readSignedData(bytes);
    expect(fault(utf8('x'))).toBe('message');
    expect(fault(root.certificate.der)).toBe('message');
    openssl.must('cms -data_create -in content -outform DER -out data');
    expect(fault(openssl.read('data'))).toBe('message-type');
  });
});

test('a signature that is cut or changed anywhere is refused, without an exception', () => {
  const signer = authority.codeSigner('Anna', middle);
  const bytes = signDetached(content, { ...signer, digest: 'sha256', chain: [middle.certificate] }, rng);
  const others = [root.certificate];
  let accepted = 0;
  for (let i = 0; i < 1000; i++) {
    const changed = i % 10 === 0 ? bytes.slice(0, rng.below(bytes.length)) : bytes.slice();
    if (i % 10 !== 0) changed[rng.below(changed.length)] = rng.below(256);
    const read = readSignedData(changed);
    if (typeof read !== 'string' && verifyDetached(read, { content, trust, others }).fault === undefined) accepted++;
  }
  // Versions, lists of digests and the like are not signed: a change there does no harm, as with OpenSSL.
  expect(accepted).toBeLessThan(120);
  for (let i = 0; i < content.length; i++) {
    const changed = content.map((byte, at) => (at === i ? byte ^ (1 + rng.below(255)) : byte));
    expect(verifyDetached(signed(bytes), { content: changed, trust, others }).fault).toBe('ecdsa-signature');
  }
});
