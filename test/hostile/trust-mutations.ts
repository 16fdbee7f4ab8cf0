/**
 * Signatures, certificates, OCSP answers, key files and TLS conversations, damaged from a seed: bytes changed, cut off,
 * repeated, lengths that lie, elements moved from elsewhere.
 */
import { concatBytes, equalBytes, latin1 } from '../../src/base/bytes.ts';
import { itemAt } from '../../src/base/lists/list.ts';
import { SeededRng, type Rng } from '../../src/base/rng.ts';
import { LAB_EPOCH_MS } from '../../src/base/time/calendar.ts';
import { Conversation, serverOptions } from '../../src/net/tls/testing.ts';
import type { TlsServerOptions } from '../../src/net/tls/server-flow.ts';
import { SessionStore } from '../../src/net/tls/session-store.ts';
import { readSignedData, signDetached } from '../../src/trust/cms/signed-data.ts';
import { verifyDetached } from '../../src/trust/cms/verify.ts';
import { readPrivateKey, writePrivateKey } from '../../src/trust/keys/key-files.ts';
import { writePem } from '../../src/trust/pem.ts';
import { readCertificates } from '../../src/trust/x509/certificate.ts';
import { completeChain, rootFingerprint, verifyChain, type Trust } from '../../src/trust/x509/chain.ts';
import { certificateId, ocspFault, ocspRequest } from '../../src/trust/x509/ocsp.ts';
import { ocspResponse, readOcspRequest } from '../../src/trust/x509/ocsp-responder.ts';
import { importCertificate } from '../../src/page/document/certificates.ts';
import { Authority } from '../trust/authority.ts';

const authority = new Authority('mutations');
const root = authority.root();
const middle = authority.intermediate('Middle', root);
const NAMES = [{ kind: 'dns', name: 'boot.lab' }] as const;
const server = authority.server('boot.lab', middle, { altNames: NAMES });
const rsa = authority.server('rsa', middle, { altNames: NAMES, kind: 'RSA-2048' });
const signer = authority.codeSigner('Anna', middle);
const trust: Trust = { roots: [rootFingerprint(root.certificate)], nowMs: LAB_EPOCH_MS };
const CONTENT = latin1('#!ipxe\necho signed\n');

/** The same bytes, damaged in one to three places. */
export function mutated(bytes: Uint8Array, rng: Rng): Uint8Array {
  let out: Uint8Array = bytes.slice();
  for (let times = 1 + rng.below(3); times > 0 && out.length > 0; times--) {
    const at = rng.below(out.length);
    switch (rng.below(6)) {
      case 0:
        out[at] = rng.below(256);
        break;
      case 1:
        out[at] = (out[at] ?? 0) ^ (1 << rng.below(8));
        break;
      case 2:
        out = out.slice(0, at);
        break;
      case 3:
        out = concatBytes([out.subarray(0, at), rng.bytes(1 + rng.below(40)), out.subarray(at)]);
        break;
      case 4:
        out = concatBytes([out.subarray(0, at), out.subarray(Math.max(0, at - rng.below(200)))]);
        break;
      default:
        // A length of DER, or of TLS, that says more than there is.
        out[at] = itemAt([0x80, 0x82, 0x84, 0xff], rng.below(4));
    }
  }
  return out;
}

/** What is damaged, and who judges it: true when something else than before was taken for good. */
export interface Target {
  readonly name: string;
  isTaken(rng: Rng): boolean;
}

const signature = signDetached(
  CONTENT,
  { ...signer, digest: 'sha256', chain: [middle.certificate] },
  new SeededRng('s'),
);
const times = { thisUpdateMs: LAB_EPOCH_MS, nextUpdateMs: LAB_EPOCH_MS + 3_600_000 };
const ocsp = ocspResponse(
  certificateId(server.certificate, middle.certificate),
  middle,
  { status: 'good', ...times },
  new SeededRng('o'),
);
const question = ocspRequest(server.certificate, middle.certificate);
const pem = (der: Uint8Array, label = 'CERTIFICATE'): Uint8Array => latin1(writePem({ label, der }));
const keyFiles = [server.key, rsa.key].flatMap((key) => [
  writePrivateKey(key),
  pem(writePrivateKey(key), 'PRIVATE KEY'),
]);
const certificateFiles = [server, rsa, signer].flatMap(({ certificate: { der } }) => [der, pem(der)]);

function chainTaken(file: Uint8Array): boolean {
  const read = readCertificates(file);
  const [first] = read.ok ? read.value : [];
  if (!read.ok || first === undefined) return false;
  // What the issuer has signed is as it was: the damage lies outside.
  if ([server, rsa, signer].some(({ certificate }) => equalBytes(certificate.tbs, first.tbs))) return false;
  const chain = completeChain(read.value.slice(0, 1), [middle.certificate, root.certificate]);
  return verifyChain(chain, trust).fault === undefined;
}

const suites: Partial<TlsServerOptions>[] = [
  {},
  { maxVersion: 0x0303 },
  { maxVersion: 0x0302 },
  { suites: [0xc023], maxVersion: 0x0303 },
  { suites: [0x009e], maxVersion: 0x0303 },
  { suites: [0x002f], maxVersion: 0x0303 },
  { clientAuth: 'require', maxVersion: 0x0303 },
];

/** The first record of a flight without the minor version that it names. */
function withoutMinor(flight: Uint8Array): Uint8Array {
  const out = flight.slice();
  if (out.length > 2) out[2] = 0;
  return out;
}

/** A conversation, of which one flight is damaged on its way. */
function conversationTaken(from: 'client' | 'server', rng: Rng): boolean {
  const wish = itemAt(suites, rng.below(suites.length));
  const holder = (wish.suites?.[0] ?? 0xc02b) === 0xc02b || wish.suites?.[0] === 0xc023 ? server : rsa;
  const identity = { chain: [holder.certificate.der, middle.certificate.der], key: holder.key };
  const talk = new Conversation(
    { identity: { chain: [signer.certificate.der], key: signer.key } },
    { ...serverOptions(identity), sessions: new SessionStore(), ...wish },
  );
  const which = rng.below(3);
  let flight = 0;
  let isDamaged = false;
  talk.change = (bytes, sender) => {
    if (sender !== from || flight++ !== which) return bytes;
    const out = mutated(bytes, rng);
    isDamaged = !equalBytes(withoutMinor(out), withoutMinor(bytes));
    return out;
  };
  talk.start();
  if (talk.client.isReady && !talk.client.isOver) talk.client.send(latin1('GET / HTTP/1.1\r\n\r\n'));
  talk.run();
  const { client, server: asked } = talk;
  // Nothing may change unnoticed but the minor version of the first records (RFC 5246 appendix E.1).
  const isDone = client.isReady && asked.isReady && talk.received.server.length > 0;
  return isDamaged && isDone && !client.isOver && !asked.isOver;
}

export const TARGETS: readonly Target[] = [
  {
    name: 'a signature of an image',
    isTaken(rng) {
      const message = readSignedData(mutated(signature, rng));
      if (typeof message === 'string') return false;
      const verdict = verifyDetached(message, { content: CONTENT, trust, others: [root.certificate] });
      if (verdict.fault !== undefined || verdict.signer === undefined) return false;
      // Lists of algorithms and the like are not signed.
      return !equalBytes(verdict.signer.tbs, signer.certificate.tbs);
    },
  },
  {
    name: 'the image that is signed',
    isTaken(rng) {
      const message = readSignedData(signature);
      if (typeof message === 'string') throw new Error(message);
      const content = mutated(CONTENT, rng);
      if (equalBytes(content, CONTENT)) return false;
      return verifyDetached(message, { content, trust, others: [root.certificate] }).fault === undefined;
    },
  },
  { name: 'a certificate', isTaken: (rng) => chainTaken(mutated(itemAt(certificateFiles, rng.below(6)), rng)) },
  {
    name: 'an OCSP answer',
    isTaken: (rng) => ocspFault(mutated(ocsp, rng), server.certificate, middle.certificate, LAB_EPOCH_MS) === undefined,
  },
  {
    name: 'an OCSP question',
    isTaken(rng) {
      readOcspRequest(mutated(question, rng));
      return false;
    },
  },
  {
    name: 'an import',
    isTaken(rng) {
      const files = [...certificateFiles, ...keyFiles, concatBytes([itemAt(certificateFiles, 1), itemAt(keyFiles, 1)])];
      const file = mutated(itemAt(files, rng.below(files.length)), rng);
      readPrivateKey(file);
      importCertificate('imported', file);
      return false;
    },
  },
  { name: 'what a client of TLS sends', isTaken: (rng) => conversationTaken('client', rng) },
  { name: 'what a server of TLS sends', isTaken: (rng) => conversationTaken('server', rng) },
];
