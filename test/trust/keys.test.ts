/** Keys, signatures and encryption, each way against OpenSSL. */
import { afterAll, describe, expect, test } from 'vitest';
import { latin1, utf8 } from '../../src/base/bytes.ts';
import { SeededRng } from '../../src/base/rng.ts';
import { readElement } from '../../src/trust/der.ts';
import { DIGESTS, type DigestName } from '../../src/trust/digests.ts';
import { readPrivateKey, readPublicKey, writePrivateKey, writePublicKey } from '../../src/trust/keys/key-files.ts';
import { generateKey, keyName, signHash, verifySignature, type KeyKind } from '../../src/trust/keys/keys.ts';
import { rsaDecrypt, rsaEncrypt } from '../../src/trust/keys/rsa.ts';
import { readPem, writePem } from '../../src/trust/pem.ts';
import { Openssl } from './openssl.ts';

const openssl = new Openssl();
afterAll(() => openssl.dispose());

const rng = new SeededRng('keys');
const message = utf8('What is signed.');

const KEYS: readonly (readonly [KeyKind, string])[] = [
  ['P-256', 'genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256'],
  ['P-384', 'genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384'],
  ['RSA-2048', 'genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048'],
];

describe.each(KEYS)('%s', (kind, generate) => {
  const scheme = kind.startsWith('RSA') ? 'rsa-pkcs1' : 'ecdsa';
  const ours = generateKey(kind, new SeededRng(`key ${kind}`));
  openssl.write(`${kind}.pem`, writePem({ label: 'PRIVATE KEY', der: writePrivateKey(ours) }));
  openssl.must(`${generate} -out theirs-${kind}.pem`);
  const theirs = readPrivateKey(openssl.read(`theirs-${kind}.pem`));
  if (theirs === undefined) throw new Error('no key');

  test('a key that is made is one for OpenSSL, and the same seed makes the same', () => {
    expect(openssl.must(`pkey -in ${kind}.pem -check -noout`)).toContain('Key is valid');
    expect(writePrivateKey(generateKey(kind, new SeededRng(`key ${kind}`)))).toEqual(writePrivateKey(ours));
    expect(writePrivateKey(generateKey(kind, new SeededRng('another')))).not.toEqual(writePrivateKey(ours));
  });

  test('keys of OpenSSL are read in every form and written back the same', () => {
    expect(keyName(theirs)).toBe(kind.replace('RSA-', 'RSA '));
    openssl.must(`pkcs8 -topk8 -nocrypt -in theirs-${kind}.pem -outform DER -out p8.der`);
    expect(writePrivateKey(theirs)).toEqual(openssl.read('p8.der'));
    openssl.must(`pkey -in theirs-${kind}.pem -traditional -out old.pem`);
    expect(readPrivateKey(openssl.read('old.pem'))).toEqual(theirs);
    openssl.must(`pkey -in theirs-${kind}.pem -pubout -outform DER -out pub.der`);
    const info = readElement(openssl.read('pub.der'));
    expect(writePublicKey(theirs)).toEqual(openssl.read('pub.der'));
    expect(info && readPublicKey(info)).toMatchObject({ kind: theirs.kind });
  });

  test.each<DigestName>(['sha1', 'sha256', 'sha384', 'sha512'])('signatures with %s', (digest) => {
    const hash = DIGESTS[digest].compute(message);
    openssl.write('message', message);
    openssl.must(`dgst -${digest} -sign theirs-${kind}.pem -out signature message`);
    expect(verifySignature(theirs, { scheme, digest }, hash, openssl.read('signature'))).toBe(true);
    expect(verifySignature(ours, { scheme, digest }, hash, openssl.read('signature'))).toBe(false);
    openssl.write('signature', signHash(ours, { scheme, digest }, hash, rng) ?? new Uint8Array(0));
    openssl.must(`pkey -in ${kind}.pem -pubout -out pub.pem`);
    expect(openssl.must(`dgst -${digest} -verify pub.pem -signature signature message`)).toContain('Verified OK');
  });
});

describe('RSA alone', () => {
  const key = generateKey('RSA-1024', new SeededRng('rsa'));
  if (key.kind !== 'rsa') throw new Error('not RSA');
  openssl.write('rsa.pem', writePem({ label: 'PRIVATE KEY', der: writePrivateKey(key) }));
  openssl.write('message', message);

  test.each<DigestName>(['sha256', 'sha384'])('PSS with %s', (digest) => {
    const options = `-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest`;
    const hash = DIGESTS[digest].compute(message);
    openssl.must(`dgst -${digest} -sign rsa.pem ${options} -out signature message`);
    expect(verifySignature(key, { scheme: 'rsa-pss', digest }, hash, openssl.read('signature'))).toBe(true);
    const wrong = openssl.read('signature').with(40, 0);
    expect(verifySignature(key, { scheme: 'rsa-pss', digest }, hash, wrong)).toBe(false);
    openssl.write('signature', signHash(key, { scheme: 'rsa-pss', digest }, hash, rng) ?? new Uint8Array(0));
    openssl.must('pkey -in rsa.pem -pubout -out pub.pem');
    const verified = openssl.must(`dgst -${digest} -verify pub.pem ${options} -signature signature message`);
    expect(verified).toContain('Verified OK');
  });

  test('encryption', () => {
    openssl.must('pkeyutl -encrypt -inkey rsa.pem -in message -out secret');
    expect(rsaDecrypt(key, openssl.read('secret'))).toEqual(message);
    openssl.write('secret', rsaEncrypt(key, message, rng) ?? new Uint8Array(0));
    openssl.must('pkeyutl -decrypt -inkey rsa.pem -in secret -out plain');
    expect(openssl.read('plain')).toEqual(message);
    expect(rsaEncrypt(key, new Uint8Array(118), rng)).toBeUndefined();
    expect(rsaDecrypt(key, new Uint8Array(128).fill(1))).toBeUndefined();
    expect(rsaDecrypt(key, new Uint8Array(128).fill(255))).toBeUndefined();
  });

  test('the two digests of TLS 1.1, without their names', () => {
    const both = Uint8Array.from([...DIGESTS.md5.compute(message), ...DIGESTS.sha1.compute(message)]);
    openssl.write('both', both);
    openssl.must('pkeyutl -sign -inkey rsa.pem -in both -out signature');
    const algorithm = { scheme: 'rsa-pkcs1', digest: 'md5-sha1' } as const;
    expect(verifySignature(key, algorithm, both, openssl.read('signature'))).toBe(true);
  });
});

test('PEM is read among other text, written in lines of 64 characters, and may be hostile', () => {
  const der = rng.bytes(100);
  const text = writePem({ label: 'CERTIFICATE', der });
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBe(64);
  expect(readPem(`subject=x\r\n${text.replaceAll('\n', '\r\n')}\nmore`)).toEqual([{ label: 'CERTIFICATE', der }]);
  expect(readPem('-----BEGIN A-----\n'.repeat(20_000))).toEqual([]);
  expect(readPrivateKey(latin1('no key'))).toBeUndefined();
});
