/** What a server of TLS is given, and what the flows of its versions have in common. */
import type { Rng } from '../../base/rng.ts';
import { EMPTY_RENEGOTIATION_INFO_SCSV } from '../../protocols/tls/fields.ts';
import type { ClientHello, TlsHandshake } from '../../protocols/tls/handshake.ts';
import type { TlsSecret } from '../../protocols/tls/key-log.ts';
import type { RecordKeys } from '../../protocols/tls/cipher/protection.ts';
import type { CipherSuite, KeyExchange } from '../../protocols/tls/cipher/suites.ts';
import type { PrivateKey, PublicKey } from '../../trust/keys/keys.ts';
import { readCertificate } from '../../trust/x509/certificate.ts';
import type { TlsFailureCode } from './endpoint.ts';
import type { SessionStore } from './session-store.ts';

/** What a server shows: its chain, its own certificate first. */
export interface TlsIdentity {
  readonly chain: readonly Uint8Array[];
  readonly key: PrivateKey;
  /** An OCSP response that is stapled to the certificate (RFC 6066 §8). */
  readonly stapled?: Uint8Array;
}

export interface TlsServerOptions {
  /** By the name that the client asked for; undefined refuses the connection. */
  identity(serverName: string | undefined): TlsIdentity | undefined;
  readonly minVersion: number;
  readonly maxVersion: number;
  /** In the order in which the server prefers them. */
  readonly suites: readonly number[];
  readonly groups: readonly number[];
  readonly schemes: readonly number[];
  readonly clientAuth: 'none' | 'request' | 'require';
  /** Names of the authorities that are told to the client, in DER. */
  readonly authorities: readonly Uint8Array[];
  /** Whether the server trusts a chain that a client showed; an alert when not. */
  verifyClient(chain: readonly Uint8Array[]): number | undefined;
  /** Sessions that clients may resume; undefined: none. */
  readonly sessions: SessionStore | undefined;
}

/** What a handshake led to. */
export interface TlsAgreement {
  readonly version: number;
  readonly suite: CipherSuite;
  readonly serverName: string | undefined;
  readonly isResumed: boolean;
  readonly clientChain: readonly Uint8Array[];
}

/** The flow of one version, once it is agreed on. */
export interface ServerFlow {
  readonly keyExchange: KeyExchange | undefined;
  start(hello: ClientHello, bytes: Uint8Array): void;
  onMessage(message: TlsHandshake, bytes: Uint8Array): void;
  onChangeCipherSpec(): void;
}

/** What a flow does with its connection. */
export interface ServerConnection {
  readonly options: TlsServerOptions;
  readonly rng: Rng;
  /** The messages of the handshake so far; what is sent is added by itself. */
  readonly transcript: Uint8Array[];
  readonly serverName: string | undefined;
  limitFragments(bytes: number): void;
  send(message: TlsHandshake): Uint8Array;
  changeCipherSpec(): void;
  read(keys: RecordKeys): void;
  write(keys: RecordKeys): void;
  ready(agreement: TlsAgreement): void;
  fail(code: TlsFailureCode, alert: number): void;
  secret(secret: TlsSecret): void;
}

/** RFC 5746 §3.6. */
export function offersSecureRenegotiation(hello: ClientHello, info: Uint8Array | undefined): boolean {
  return info !== undefined || hello.cipherSuites.includes(EMPTY_RENEGOTIATION_INFO_SCSV);
}

/** The key of the first certificate that a client showed. */
export function clientKey(chain: readonly Uint8Array[]): PublicKey | undefined {
  const [first] = chain;
  const certificate = first === undefined ? undefined : readCertificate(first);
  return certificate?.ok === true ? certificate.value.publicKey : undefined;
}
