/** Certificates, read and made, against OpenSSL. */
import { afterAll, describe, expect, test } from 'vitest';
import { latin1, toHex } from '../../src/base/bytes.ts';
import { LAB_EPOCH_MS } from '../../src/base/time/calendar.ts';
import { SeededRng } from '../../src/base/rng.ts';
import { writePrivateKey } from '../../src/trust/keys/key-files.ts';
import { generateKey, keyName, type KeyKind } from '../../src/trust/keys/keys.ts';
import { writePem } from '../../src/trust/pem.ts';
import { hasSigned } from '../../src/trust/signature-algorithms.ts';
import { isSelfIssued, readCertificate, readCertificates, sha1Fingerprint } from '../../src/trust/x509/certificate.ts';
import { issueCertificate } from '../../src/trust/x509/issue.ts';
import { commonName, nameText } from '../../src/trust/x509/names.ts';
import { PURPOSES } from '../../src/trust/x509/oids.ts';
import { Openssl } from './openssl.ts';

const openssl = new Openssl();
afterAll(() => openssl.dispose());
const DAY_MS = 86_400_000;

test('a certificate of OpenSSL is read as OpenSSL reads it', () => {
  openssl.must(
    'req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out c.pem -subj /C=FR/O=Lab/CN=boot.lab.test -days 30 ' +
      '-addext subjectAltName=DNS:boot.lab.test,DNS:*.lab.test,IP:192.168.1.1 -addext keyUsage=digitalSignature,keyEncipherment ' +
      '-addext extendedKeyUsage=serverAuth,codeSigning -addext authorityInfoAccess=OCSP;URI:http://ocsp.lab.test/',
  );
  const read = readCertificates(openssl.read('c.pem'));
  if (!read.ok) throw new Error(read.error);
  const [certificate] = read.value;
  if (certificate === undefined) throw new Error('none');
  expect(nameText(certificate.subject)).toBe('C=FR, O=Lab, CN=boot.lab.test');
  expect(commonName(certificate.subject)).toBe('boot.lab.test');
  expect(certificate.version).toBe(3);
  expect(isSelfIssued(certificate)).toBe(true);
  expect(certificate.altNames).toEqual([
    { kind: 'dns', name: 'boot.lab.test' },
    { kind: 'dns', name: '*.lab.test' },
    { kind: 'ip', address: Uint8Array.of(192, 168, 1, 1) },
  ]);
  expect(certificate.isCa).toBe(true);
  expect(certificate.pathLength).toBeUndefined();
  expect(certificate.keyUsage).toEqual(new Set(['digitalSignature', 'keyEncipherment']));
  expect(certificate.extKeyUsage).toEqual([PURPOSES.serverAuth, PURPOSES.codeSigning]);
  expect(certificate.ocspUrl).toBe('http://ocsp.lab.test/');
  expect(certificate.publicKey && keyName(certificate.publicKey)).toBe('RSA 2048');
  const text = openssl.must('x509 -in c.pem -noout -fingerprint -sha1').replaceAll(':', '').toLowerCase();
  expect(text).toContain(toHex(sha1Fingerprint(certificate)));
  const dates = openssl.must('x509 -in c.pem -noout -dates');
  expect(Date.parse(/notBefore=(.*)/.exec(dates)?.[1] ?? '')).toBe(certificate.notBeforeMs);
  expect(Date.parse(/notAfter=(.*)/.exec(dates)?.[1] ?? '')).toBe(certificate.notAfterMs);
  const { publicKey, signatureAlgorithm, tbs, signature } = certificate;
  expect(hasSigned(publicKey, signatureAlgorithm, tbs, signature)).toBe(true);
});

describe.each<KeyKind>(['P-256', 'P-384', 'RSA-2048'])('a chain made with %s', (kind) => {
  const rng = new SeededRng(`chain ${kind}`);
  const digest = kind === 'P-384' ? 'sha384' : 'sha256';
  const times = { notBeforeMs: LAB_EPOCH_MS - DAY_MS, notAfterMs: LAB_EPOCH_MS + 36_500 * DAY_MS };
  const rootKey = generateKey(kind, rng.derive('root'));
  const root = issueCertificate(
    {
      subject: 'Lab root',
      publicKey: rootKey,
      ...times,
      authority: {},
      keyUsage: ['keyCertSign', 'cRLSign'],
      purposes: [],
      altNames: [],
    },
    { key: rootKey, digest },
    rng,
  );
  const rootRead = readCertificate(root);
  if (!rootRead.ok) throw new Error(rootRead.error);
  const serverKey = generateKey(kind, rng.derive('server'));
  const server = issueCertificate(
    {
      subject: 'boot.lab.test',
      publicKey: serverKey,
      ...times,
      keyUsage: ['digitalSignature', 'keyEncipherment'],
      purposes: ['serverAuth'],
      altNames: [
        { kind: 'dns', name: 'boot.lab.test' },
        { kind: 'ip', address: Uint8Array.of(10, 0, 0, 1) },
      ],
      ocspUrl: 'http://ocsp.lab.test',
    },
    { name: rootRead.value.subject.der, key: rootKey, digest },
    rng,
  );

  test('is one for OpenSSL, strictly', () => {
    openssl.write('root.pem', writePem({ label: 'CERTIFICATE', der: root }));
    openssl.write('server.pem', writePem({ label: 'CERTIFICATE', der: server }));
    openssl.write('server.key', writePem({ label: 'PRIVATE KEY', der: writePrivateKey(serverKey) }));
    const at = `-attime ${LAB_EPOCH_MS / 1000}`;
    expect(
      openssl.must(
        `verify ${at} -x509_strict -purpose sslserver -verify_hostname boot.lab.test -CAfile root.pem server.pem`,
      ),
    ).toContain('OK');
    expect(openssl.run(`verify ${at} -verify_hostname other.test -CAfile root.pem server.pem`).status).not.toBe(0);
    const text = openssl.must('x509 -in server.pem -noout -text');
    expect(text).toContain('DNS:boot.lab.test, IP Address:10.0.0.1');
    expect(text).toContain('OCSP - URI:http://ocsp.lab.test');
    expect(text).toContain('TLS Web Server Authentication');
  });

  test('is read as it was asked for', () => {
    const read = readCertificate(server);
    if (!read.ok) throw new Error(read.error);
    expect(read.value).toMatchObject({ ...times, isCa: false, extKeyUsage: [PURPOSES.serverAuth] });
    expect(read.value.authorityKeyId).toEqual(rootRead.value.subjectKeyId);
    const { signatureAlgorithm, tbs, signature } = read.value;
    expect(hasSigned(rootRead.value.publicKey, signatureAlgorithm, tbs, signature)).toBe(true);
    expect(hasSigned(read.value.publicKey, signatureAlgorithm, tbs, signature)).toBe(false);
  });
});

test('what is no certificate has its fault', () => {
  const fault = (data: Uint8Array) => {
    const read = readCertificate(data);
    return read.ok ? undefined : read.error;
  };
  expect(fault(latin1('x'))).toBe('der');
  expect(fault(Uint8Array.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff))).toBe('der');
  expect(fault(Uint8Array.of(0x30, 0))).toBe('certificate');
});
