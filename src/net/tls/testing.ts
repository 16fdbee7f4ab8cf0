/** For tests: identities from a seed, and a client and a server of TLS that talk over nothing. */
import { SeededRng } from '../../base/rng.ts';

import type { TlsSecret } from '../../protocols/tls/key-log.ts';
import { generateKey, type KeyKind } from '../../trust/keys/keys.ts';
import { readCertificate } from '../../trust/x509/certificate.ts';
import { issueCertificate } from '../../trust/x509/issue.ts';
import { TlsClient, type TlsClientOptions, type TlsSession } from './client.ts';
import type { TlsFailure } from './endpoint.ts';
import { IPXE_GROUPS, IPXE_SCHEMES, IPXE_SUITES } from './ipxe-offer.ts';
import { SERVER_GROUPS, SERVER_SCHEMES, SERVER_SUITES } from './server-defaults.ts';
import { TlsServer } from './server.ts';
import type { TlsAgreement, TlsIdentity, TlsServerOptions } from './server-flow.ts';

/** A key and a certificate that it signs itself. */
export function selfSigned(kind: KeyKind, name: string): TlsIdentity {
  const rng = new SeededRng(`${kind} ${name}`);
  const key = generateKey(kind, rng);
  const certificate = issueCertificate(
    {
      subject: name,
      publicKey: key,
      notBeforeMs: 0,
      notAfterMs: 3_000_000_000_000,
      keyUsage: [],
      purposes: [],
      altNames: [{ kind: 'dns', name }],
    },
    { key, digest: 'sha256' },
    rng,
  );
  return { chain: [certificate], key };
}

export const CLIENT_OPTIONS: TlsClientOptions = {
  serverName: 'boot.lab',
  version: 0x0303,
  suites: IPXE_SUITES,
  groups: IPXE_GROUPS,
  schemes: IPXE_SCHEMES,
  maxFragmentCode: 4,
  session: undefined,
  identity: undefined,
};

export function serverOptions(identity: TlsIdentity): TlsServerOptions {
  return {
    identity: () => identity,
    minVersion: 0x0302,
    maxVersion: 0x0304,
    suites: SERVER_SUITES,
    groups: SERVER_GROUPS,
    schemes: SERVER_SCHEMES,
    clientAuth: 'none',
    authorities: [],
    verifyClient: () => undefined,
    sessions: undefined,
  };
}

/** What a conversation led to. */
export class Conversation {
  readonly client: TlsClient;
  readonly server: TlsServer;
  readonly secrets: TlsSecret[] = [];
  /** All that each side has sent. */
  readonly sent: { readonly client: Uint8Array[]; readonly server: Uint8Array[] } = { client: [], server: [] };
  readonly received: { readonly client: Uint8Array[]; readonly server: Uint8Array[] } = { client: [], server: [] };
  readonly failures: Record<string, TlsFailure> = {};
  agreement: TlsAgreement | undefined;
  session: TlsSession | undefined;
  chain: readonly Uint8Array[] = [];
  /** Changes what a side sent on its way. */
  change: (bytes: Uint8Array, from: 'client' | 'server') => Uint8Array = (bytes) => bytes;
  private readonly wire: { readonly to: 'client' | 'server'; readonly bytes: Uint8Array }[] = [];

  constructor(client: Partial<TlsClientOptions>, server: TlsServerOptions) {
    const { failures, received, secrets } = this;
    this.client = new TlsClient(
      new SeededRng('client'),
      { ...CLIENT_OPTIONS, ...client },
      {
        output: (bytes) => this.put('client', bytes),
        ready: () => undefined,
        data: (bytes) => received.client.push(bytes),
        end: () => undefined,
        failed: (failure) => (failures['client'] = failure),
        secret: (secret) => secrets.push(secret),
        agreed: () => undefined,
        certificates: (chain) => {
          this.chain = chain;
          const first = readCertificate(chain[0] ?? new Uint8Array(0));
          if (first.ok && first.value.publicKey !== undefined) this.client.accept(first.value.publicKey);
          else this.client.close();
        },
      },
    );
    this.server = new TlsServer(new SeededRng('server'), server, {
      output: (bytes) => this.put('server', bytes),
      ready: () => undefined,
      data: (bytes) => received.server.push(bytes),
      end: () => undefined,
      failed: (failure) => (failures['server'] = failure),
      secret: () => undefined,
      agreed: (agreement) => (this.agreement = agreement),
    });
  }

  private put(from: 'client' | 'server', bytes: Uint8Array): void {
    this.sent[from].push(bytes);
    this.wire.push({ to: from === 'client' ? 'server' : 'client', bytes: this.change(bytes, from) });
  }

  /** Carries bytes until nobody sends more. */
  run(): this {
    for (let next = this.wire.shift(); next !== undefined; next = this.wire.shift()) {
      if (next.to === 'client') this.client.receive(next.bytes);
      else this.server.receive(next.bytes);
    }
    return this;
  }

  start(): this {
    this.client.start();
    return this.run();
  }
}
