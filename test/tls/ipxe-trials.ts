/** What a real iPXE was asked to fetch, and from which servers: `record-ipxe.ts` has them recorded, `real-ipxe.test.ts` replays. */
import { latin1 } from '../../src/base/bytes.ts';
import { SeededRng } from '../../src/base/rng.ts';
import { LAB_EPOCH_MS } from '../../src/base/time/calendar.ts';
import { IPXE_SUITES } from '../../src/net/tls/ipxe-offer.ts';
import type { TlsFailure } from '../../src/net/tls/endpoint.ts';
import { TlsServer } from '../../src/net/tls/server.ts';
import type { TlsAgreement, TlsServerOptions } from '../../src/net/tls/server-flow.ts';
import { serverOptions } from '../../src/net/tls/testing.ts';
import { CIPHER_SUITE_NAMES } from '../../src/protocols/tls/fields.ts';
import { CIPHER_SUITES } from '../../src/protocols/tls/cipher/suites.ts';
import { LabResponder } from '../../src/services/http/ocsp.ts';
import { writePrivateKey } from '../../src/trust/keys/key-files.ts';
import { writePem } from '../../src/trust/pem.ts';
import { Authority, DAY_MS, type Holder, type Wish } from '../trust/authority.ts';

const authority = new Authority('real ipxe');
export const IPXE_ROOT = authority.root('Lab root');
const MIDDLE = authority.intermediate('Lab intermediate', IPXE_ROOT);
const RSA_MIDDLE = authority.intermediate('Lab RSA intermediate', IPXE_ROOT, { kind: 'RSA-2048' });
const ALT_NAMES = [{ kind: 'ip', address: Uint8Array.of(10, 0, 2, 2) }] as const;

export const HTTP_BODY = '#!ipxe\necho it works\n';
export const HTTP_ANSWER = latin1(
  `HTTP/1.1 200 OK\r\nContent-Length: ${HTTP_BODY.length}\r\nConnection: close\r\n\r\n${HTTP_BODY}`,
);

/** A server that is set up in one way. */
export interface Trial {
  readonly name: string;
  readonly options: TlsServerOptions;
  /** Its bytes are in the fixture, not only the number. */
  readonly isKept: boolean;
}

function shown(holder: Holder, chain: readonly Holder[] = [MIDDLE]): TlsServerOptions {
  // The root too: a real iPXE that is built with its fingerprint does not have the certificate.
  const ders = [holder, ...chain, IPXE_ROOT].map(({ certificate }) => certificate.der);
  return serverOptions({ chain: ders, key: holder.key });
}

const alone = ({ certificate, key }: Holder): TlsServerOptions => serverOptions({ chain: [certificate.der], key });

const server = (subject: string, wish: Partial<Wish> = {}): Holder =>
  authority.server(subject, MIDDLE, { altNames: ALT_NAMES, ...wish });

/** HTTP, for reports and OCSP. */
export const REPORT_PORT = 8080;

const EC_SERVER = server('ec');
/** Below the root at once: the conversations stay short. */
export const SUITE_SERVERS = {
  ecdsa: authority.server('ec below the root', IPXE_ROOT, { altNames: ALT_NAMES }),
  rsa: authority.server('rsa below the root', IPXE_ROOT, {
    altNames: ALT_NAMES,
    kind: 'RSA-2048',
    keyUsage: ['digitalSignature', 'keyEncipherment'],
  }),
};

/** One for each suite of iPXE, in TLS 1.2. */
export function realSuites(): readonly Trial[] {
  return IPXE_SUITES.map((suite) => {
    const holder = SUITE_SERVERS[CIPHER_SUITES.get(suite)?.auth === 'ecdsa' ? 'ecdsa' : 'rsa'];
    return {
      name: CIPHER_SUITE_NAMES[suite] ?? '',
      options: { ...shown(holder, []), suites: [suite], maxVersion: 0x0303 },
      isKept: true,
    };
  });
}

const OCSP = { ocspUrl: `http://10.0.2.2:${REPORT_PORT}/ocsp` };
const ASKED = server('asked', OCSP);
const REVOKED = server('revoked', OCSP);

/** The lab's responder about both. */
export const RESPONDER = new LabResponder(
  Object.entries({ MIDDLE, ASKED, REVOKED }).map(([name, { certificate, key }]) => ({
    name,
    certificate: writePem({ label: 'CERTIFICATE', der: certificate.der }),
    privateKey: writePem({ label: 'PRIVATE KEY', der: writePrivateKey(key) }),
    revoked: name === 'REVOKED',
  })),
  new SeededRng('real ipxe responder'),
  () => LAB_EPOCH_MS,
);

/** The faults that people meet. */
export function realFaults(): readonly Trial[] {
  const faults: Record<string, TlsServerOptions> = {
    'no-intermediate': alone(EC_SERVER),
    'no-root': serverOptions({
      chain: [EC_SERVER, MIDDLE].map(({ certificate }) => certificate.der),
      key: EC_SERVER.key,
    }),
    good: shown(EC_SERVER),
    expired: shown(server('old', { notAfterMs: LAB_EPOCH_MS - 2 * DAY_MS })),
    'not-yet-valid': shown(server('new', { notBeforeMs: LAB_EPOCH_MS + 2 * DAY_MS })),
    'wrong-name': shown(server('other', { altNames: [{ kind: 'dns', name: 'other.lab' }] })),
    'self-signed': alone(authority.make({ subject: 'self', altNames: ALT_NAMES })),
    'not-ca': shown(authority.server('below a server', EC_SERVER, { altNames: ALT_NAMES }), [EC_SERVER, MIDDLE]),
    sha1: shown(server('sha1', { digest: 'sha1' })),
    'sha1-rsa': shown(authority.server('sha1 rsa', RSA_MIDDLE, { altNames: ALT_NAMES, digest: 'sha1' }), [RSA_MIDDLE]),
    'small-key': shown(server('small', { kind: 'RSA-1024' })),
    'version-13': { ...shown(EC_SERVER), minVersion: 0x0304 },
    'no-suite': { ...shown(EC_SERVER), suites: [0xcca9] },
    'ocsp-good': shown(ASKED),
    'ocsp-revoked': shown(REVOKED),
    'client-certificate': { ...shown(EC_SERVER), clientAuth: 'require', maxVersion: 0x0303 },
  };
  return Object.entries(faults).map(([name, options]) => ({ name, options, isKept: false }));
}

/** Answers a connection as a trial says, by the same randomness each time. */
export class TrialServer {
  agreement: TlsAgreement | undefined;
  failure: TlsFailure | undefined;
  request = '';
  private readonly tls: TlsServer;

  constructor(trial: Trial, events: { output(bytes: Uint8Array): void; request(text: string): void; over(): void }) {
    this.tls = new TlsServer(new SeededRng(`real ipxe ${trial.name}`), trial.options, {
      output: events.output,
      ready: () => undefined,
      data: (bytes) => {
        this.request += Buffer.from(bytes).toString('latin1');
        if (this.request.endsWith('\r\n\r\n')) events.request(this.request);
      },
      end: events.over,
      failed: (failure) => {
        this.failure = failure;
        events.over();
      },
      secret: () => undefined,
      agreed: (agreement) => (this.agreement = agreement),
    });
  }

  receive(bytes: Uint8Array): void {
    this.tls.receive(bytes);
  }

  answer(bytes: Uint8Array): void {
    this.tls.send(bytes);
    this.tls.close();
  }
}
