/**
 * A server of TLS 1.1 to 1.3: reads the client's hello, agrees on a version, and leaves the rest to `server12.ts` or
 * `server13.ts`. What it agrees to, and whose certificate it shows, its owner says.
 */
import type { Rng } from '../../base/rng.ts';
import { readServerName, readSupportedVersions } from '../../protocols/tls/extensions.ts';
import { ALERT, TLS_VERSION } from '../../protocols/tls/fields.ts';
import { EXPLICIT_NONCE_BYTES } from '../../protocols/tls/cipher/protection.ts';
import { uint } from '../../protocols/tls/wire.ts';
import { decodeHandshake, type ClientHello } from '../../protocols/tls/handshake.ts';
import { TlsEndpoint, type TlsEvents } from './endpoint.ts';
import type { ServerConnection, ServerFlow, TlsAgreement, TlsServerOptions } from './server-flow.ts';
import { Server12 } from './server12.ts';
import { Server13 } from './server13.ts';

export interface TlsServerEvents extends TlsEvents {
  agreed(agreement: TlsAgreement): void;
}

export class TlsServer extends TlsEndpoint {
  private readonly options: TlsServerOptions;
  private readonly serverEvents: TlsServerEvents;
  private flow: ServerFlow | undefined;

  constructor(rng: Rng, options: TlsServerOptions, events: TlsServerEvents) {
    super(rng, events);
    this.options = options;
    this.serverEvents = events;
  }

  /** RFC 5288 §3 lets the nonce of GCM count records, which no two can have in common. iPXE draws lots. */
  protected override explicitIv(length: number, sequence: number): Uint8Array {
    return length === EXPLICIT_NONCE_BYTES ? uint(sequence, length) : super.explicitIv(length, sequence);
  }

  protected onMessage(bytes: Uint8Array): void {
    const { flow } = this;
    const decoded = decodeHandshake(bytes, { version: this.version, keyExchange: flow?.keyExchange });
    if (!decoded.ok) return this.fail('hello', ALERT.decodeError);
    const message = decoded.value;
    if (flow !== undefined) return flow.onMessage(message, bytes);
    if (message.kind !== 'client-hello') return this.fail('unexpected-message', ALERT.unexpectedMessage);
    this.begin(message, bytes);
  }

  protected onChangeCipherSpec(): void {
    if (this.flow === undefined) return this.fail('change-cipher-spec', ALERT.unexpectedMessage);
    this.flow.onChangeCipherSpec();
  }

  private begin(hello: ClientHello, bytes: Uint8Array): void {
    const { minVersion, maxVersion } = this.options;
    const offered = readSupportedVersions(hello.extensions);
    // RFC 8446 §4.2.1: without the extension the hello's version is the highest that the client speaks.
    const version =
      offered === undefined
        ? Math.min(hello.version, maxVersion, TLS_VERSION.tls12)
        : Math.max(...offered.filter((one) => one <= maxVersion && one >= minVersion), 0);
    if (version < minVersion || version < TLS_VERSION.tls11) return this.fail('no-version', ALERT.protocolVersion);
    this.version = version;
    const connection = this.connection(readServerName(hello.extensions));
    this.flow = version >= TLS_VERSION.tls13 ? new Server13(connection) : new Server12(connection, version);
    this.flow.start(hello, bytes);
  }

  private connection(serverName: string | undefined): ServerConnection {
    return {
      options: this.options,
      rng: this.rng,
      transcript: this.transcript,
      serverName,
      limitFragments: (bytes) => void (this.maxFragmentBytes = bytes),
      send: (message) => this.sendMessage(message),
      changeCipherSpec: () => this.sendChangeCipherSpec(),
      read: (keys) => this.protectReading(keys),
      write: (keys) => this.protectWriting(keys),
      ready: (agreement) => {
        this.serverEvents.agreed(agreement);
        this.becomeReady();
      },
      fail: (code, alert) => this.fail(code, alert),
      secret: (secret) => this.events.secret(secret),
    };
  }
}
