/** The handshakes in a capture of OpenSSL, curl and Python, with its keys and without. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCapture } from '../pcapng/reader.ts';
import { FrameList } from '../../protocols/core/frame-source.ts';
import { CIPHER_SUITE_NAMES, NAMED_GROUP_NAMES, SIGNATURE_SCHEME_NAMES } from '../../protocols/tls/fields.ts';
import { readCertificate } from '../../trust/x509/certificate.ts';
import { tlsHandshake, type HandshakeView } from './handshake.ts';

const FILE = new URL('../../../test/oracle/fixtures/tls.pcapng', import.meta.url);
const { store } = readCapture(readFileSync(FILE));

function all(frames: typeof store | FrameList): HandshakeView[] {
  const found = new Map<number, HandshakeView>();
  for (let index = 0; index < frames.length; index++) {
    const view = tlsHandshake(frames, index);
    if (view !== undefined) found.set(view.offer.frame, view);
  }
  return [...found.values()];
}

describe('handshakes of a capture', () => {
  const views = all(store);

  it('say what was offered and what was chosen', () => {
    expect(
      views.map(({ choice, isDone }) => [
        choice?.version.toString(16),
        CIPHER_SUITE_NAMES[choice?.suite ?? 0],
        NAMED_GROUP_NAMES[choice?.group ?? -1],
        SIGNATURE_SCHEME_NAMES[choice?.scheme ?? -1],
        isDone,
      ]),
    ).toMatchInlineSnapshot(`
      [
        [
          "303",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "x25519",
          "ecdsa_secp256r1_sha256",
          true,
        ],
        [
          "304",
          "TLS_AES_256_GCM_SHA384",
          "x25519",
          "ecdsa_secp256r1_sha256",
          true,
        ],
        [
          "303",
          "TLS_RSA_WITH_AES_256_CBC_SHA256",
          undefined,
          undefined,
          true,
        ],
        [
          "303",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "x25519",
          "ecdsa_secp256r1_sha256",
          true,
        ],
        [
          "304",
          "TLS_AES_256_GCM_SHA384",
          "x25519",
          "ecdsa_secp256r1_sha256",
          true,
        ],
        [
          "303",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "x25519",
          "ecdsa_secp256r1_sha256",
          false,
        ],
      ]
    `);
    for (const { offer, choice } of views) {
      expect(offer.serverName).toBe('boot.lab');
      expect(offer.suites).toContain(choice?.suite);
      expect(offer.versions).toContain(choice?.version);
    }
  });

  it('have the certificates, in TLS 1.3 too', () => {
    for (const { certificates, clientCertificates, isClientAsked, isHidden, choice } of views) {
      expect(isHidden).toBe(false);
      // A session of TLS 1.3 that is resumed shows none either.
      if (choice?.isResumed === true || certificates === undefined) continue;
      for (const der of certificates.chain) expect(readCertificate(der).ok).toBe(true);
      expect(certificates.chain.length).toBeGreaterThan(0);
      if (isClientAsked) expect(clientCertificates?.chain.length).toBeGreaterThan(0);
    }
    expect(views.filter(({ certificates }) => certificates !== undefined).length).toBeGreaterThan(3);
  });

  it('without keys say what the frames tell', () => {
    const blind = all(new FrameList(Array.from({ length: store.length }, (_, i) => ({ bytes: store.bytes(i) }))));
    expect(blind.map(({ offer, choice }) => [offer, choice?.suite])).toEqual(
      views.map(({ offer, choice }) => [offer, choice?.suite]),
    );
    for (const { choice, isHidden } of blind) expect(isHidden).toBe((choice?.version ?? 0) >= 0x0304);
  });
});
