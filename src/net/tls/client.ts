/**
 * A client of TLS 1.1 and 1.2 (RFC 4346, RFC 5246). What it offers and in which order is given to it; whether the server's
 * certificates are good its owner decides, which may take time.
 */
import { concatBytes, equalBytes } from '../../base/bytes.ts';
import type { Rng } from '../../base/rng.ts';
import {
  emptyExtension,
  extensionData,
  maxFragmentLengthExtension,
  numbersExtension,
  readMaxFragmentLength,
  readRenegotiationInfo,
  renegotiationInfoExtension,
  serverNameExtension,
} from '../../protocols/tls/extensions.ts';
import { ALERT, EXTENSION, HANDSHAKE_TYPE, TLS_VERSION } from '../../protocols/tls/fields.ts';
import {
  decodeHandshake,
  encodeServerKeyParams,
  type ServerHello,
  type TlsExtension,
  type TlsHandshake,
} from '../../protocols/tls/handshake.ts';
import { keyBlock } from '../../protocols/tls/cipher/protection.ts';
import { CIPHER_SUITES, suiteFitsVersion, type CipherSuite } from '../../protocols/tls/cipher/suites.ts';
import { uint } from '../../protocols/tls/wire.ts';
import type { PrivateKey, PublicKey } from '../../trust/keys/keys.ts';
import { rsaEncrypt } from '../../trust/keys/rsa.ts';
import { TlsEndpoint, type TlsEvents, type TlsFailureCode } from './endpoint.ts';
import { curveGroupHalf, fieldHalf, isKnownField, withoutLeadingZeros } from './groups.ts';
import { masterSecretOf, verifyDataOf } from './master-secret.ts';
import { fitsKey, signHandshake, verifyHandshake } from './signatures.ts';

/** A session that may be resumed. */
export interface TlsSession {
  readonly id: Uint8Array;
  readonly ticket: Uint8Array;
  readonly masterSecret: Uint8Array;
  readonly version: number;
  readonly suite: CipherSuite;
  readonly isExtended: boolean;
}

export interface TlsClientOptions {
  /** For SNI. */
  readonly serverName: string;
  /** The highest version that is offered. */
  readonly version: number;
  readonly suites: readonly number[];
  readonly groups: readonly number[];
  readonly schemes: readonly number[];
  /** RFC 6066 §4: codes 1 to 4 for 512 to 4096 bytes. */
  readonly maxFragmentCode: number | undefined;
  readonly session: TlsSession | undefined;
  /** What the client shows when the server asks. */
  readonly identity: { readonly chain: readonly Uint8Array[]; readonly key: PrivateKey } | undefined;
}

export interface TlsClientEvents extends TlsEvents {
  /** The server's certificates, its own first. The handshake goes on with `accept` or ends with `close`. */
  certificates(chain: readonly Uint8Array[], stapled: Uint8Array | undefined): void;
  /** What was agreed on, when the server's hello came. */
  agreed(agreed: { readonly version: number; readonly suite: CipherSuite; readonly isResumed: boolean }): void;
}

type State = 'hello' | 'certificate' | 'server' | 'verdict' | 'finished' | 'open';

const NOTHING = new Uint8Array(0);

export class TlsClient extends TlsEndpoint {
  private readonly options: TlsClientOptions;
  private readonly clientEvents: TlsClientEvents;
  private state: State = 'hello';
  private clientRandom: Uint8Array = NOTHING;
  private serverRandom: Uint8Array = NOTHING;
  private sessionId: Uint8Array = NOTHING;
  private suite: CipherSuite | undefined;
  private isExtended = false;
  private isResumed = false;
  private isSecureRenegotiation = false;
  private willTicket = false;
  private ticket: Uint8Array = NOTHING;
  private masterSecret: Uint8Array = NOTHING;
  private chain: readonly Uint8Array[] | undefined;
  private stapled: Uint8Array | undefined;
  private serverKey: PublicKey | undefined;
  private exchange: (TlsHandshake & { kind: 'server-key-exchange' }) | undefined;
  private request: (TlsHandshake & { kind: 'certificate-request' }) | undefined;
  /** The server's next record is its Finished, under the new keys. */
  private hasChangedCipher = false;
  /** Of the last handshake (RFC 5746 §3.1). */
  private clientVerifyData: Uint8Array = NOTHING;
  private serverVerifyData: Uint8Array = NOTHING;

  constructor(rng: Rng, options: TlsClientOptions, events: TlsClientEvents) {
    super(rng, events);
    this.options = options;
    this.clientEvents = events;
    this.version = options.version;
  }

  /** What the next connection may resume; undefined when the server gives nothing for it. */
  get session(): TlsSession | undefined {
    const { suite, sessionId: id, ticket, masterSecret, version, isExtended } = this;
    if (suite === undefined || !this.isReady || (id.length === 0 && ticket.length === 0)) return undefined;
    return { id, ticket, masterSecret, version, suite, isExtended };
  }

  /** The server has asked for a certificate of the client. */
  get isAskedForCertificate(): boolean {
    return this.request !== undefined;
  }

  /** Sends the hello. */
  start(): void {
    const { options, rng } = this;
    const { session } = options;
    this.state = 'hello';
    this.transcript = [];
    this.hasChangedCipher = false;
    this.exchange = undefined;
    this.request = undefined;
    this.chain = undefined;
    this.clientRandom = rng.bytes(32);
    // RFC 5077 §3.4: an ID of the client's own comes back if a ticket is taken. iPXE sends one with any hello, and for
    // that its random once more.
    this.sessionId = session !== undefined && session.id.length > 0 ? session.id : this.clientRandom;
    this.sendMessage({
      kind: 'client-hello',
      version: options.version,
      random: this.clientRandom,
      sessionId: this.sessionId,
      cipherSuites: options.suites,
      compressionMethods: Uint8Array.of(0),
      extensions: this.extensions(),
    });
    this.flush();
  }

  private extensions(): TlsExtension[] {
    const { serverName, maxFragmentCode, schemes, groups, session } = this.options;
    return [
      serverNameExtension(serverName),
      ...(maxFragmentCode === undefined ? [] : [maxFragmentLengthExtension(maxFragmentCode)]),
      numbersExtension(EXTENSION.signatureAlgorithms, schemes),
      renegotiationInfoExtension(this.clientVerifyData),
      { type: EXTENSION.sessionTicket, data: session?.ticket ?? NOTHING },
      emptyExtension(EXTENSION.extendedMasterSecret),
      numbersExtension(EXTENSION.supportedGroups, groups),
    ];
  }

  /** The server's certificates are good, and this is the key of the first one. */
  accept(serverKey: PublicKey): void {
    if (this.state !== 'verdict' || this.isOver) return;
    this.serverKey = serverKey;
    this.sendFlight();
    if (!this.isOver) this.resume();
  }

  protected onMessage(bytes: Uint8Array): void {
    const context = { version: this.version, keyExchange: this.suite?.keyExchange };
    const decoded = decodeHandshake(bytes, context);
    if (!decoded.ok) return this.fail(MALFORMED.get(bytes[0] ?? -1) ?? 'unexpected-message', ALERT.decodeError);
    const message = decoded.value;
    if (message.kind === 'hello-request') return this.helloRequest();
    // Its own verify data are over what came before it.
    if (message.kind !== 'finished') this.transcript.push(bytes);
    this.take(message, bytes);
  }

  private take(message: TlsHandshake, bytes: Uint8Array): void {
    const { kind } = message;
    const { state } = this;
    if (kind === 'server-hello' && state === 'hello') return this.serverHello(message);
    if (kind === 'certificate' && state === 'certificate') {
      this.chain = message.chain;
      this.state = 'server';
    } else if (kind === 'certificate-status' && state === 'server') this.stapled = message.response;
    else if (kind === 'server-key-exchange' && state === 'server' && this.exchange === undefined)
      this.exchange = message;
    else if (kind === 'certificate-request' && state === 'server') this.request = message;
    else if (kind === 'server-hello-done' && state === 'server') this.helloDone(this.chain ?? []);
    else if (kind === 'new-session-ticket' && state === 'finished' && this.willTicket) this.ticket = message.ticket;
    else if (kind === 'finished' && state === 'finished' && this.hasChangedCipher) {
      this.finished(message.verifyData, bytes);
    } else this.fail('unexpected-message', ALERT.unexpectedMessage);
  }

  private helloDone(chain: readonly Uint8Array[]): void {
    if (chain.length === 0) return this.fail('no-certificate', ALERT.badCertificate);
    this.state = 'verdict';
    this.pause();
    this.clientEvents.certificates(chain, this.stapled);
  }

  private serverHello(hello: ServerHello): void {
    const { options } = this;
    if (hello.version > options.version || hello.version < TLS_VERSION.tls11) {
      return this.fail('no-version', ALERT.protocolVersion);
    }
    const suite = CIPHER_SUITES.get(hello.cipherSuite);
    if (hello.cipherSuite === 0) return this.fail('null-suite', ALERT.handshakeFailure);
    const isOffered = options.suites.includes(hello.cipherSuite);
    if (suite === undefined || !isOffered || !suiteFitsVersion(suite, hello.version)) {
      return this.fail('no-suite', ALERT.illegalParameter);
    }
    this.version = hello.version;
    this.suite = suite;
    this.serverRandom = hello.random;
    const { extensions } = hello;
    if (!this.checkRenegotiation(readRenegotiationInfo(extensions))) return undefined;
    this.isExtended = extensionData(extensions, EXTENSION.extendedMasterSecret) !== undefined;
    this.willTicket = extensionData(extensions, EXTENSION.sessionTicket) !== undefined;
    this.maxFragmentBytes = readMaxFragmentLength(extensions) ?? this.maxFragmentBytes;
    const { session } = options;
    this.isResumed = session !== undefined && this.sessionId.length > 0 && equalBytes(this.sessionId, hello.sessionId);
    this.clientEvents.agreed({ version: this.version, suite, isResumed: this.isResumed });
    if (session === undefined || !this.isResumed) {
      this.sessionId = hello.sessionId;
      this.state = 'certificate';
      return undefined;
    }
    if (session.suite !== suite || session.version !== hello.version) {
      return this.fail('no-suite', ALERT.illegalParameter);
    }
    // RFC 7627 §5.3.
    if (session.isExtended !== this.isExtended) return this.fail('extended-master-secret', ALERT.handshakeFailure);
    this.ticket = session.ticket;
    this.useMasterSecret(session.masterSecret);
    this.state = 'finished';
    return undefined;
  }

  /** RFC 5746 §3.4 and §3.5. */
  private checkRenegotiation(info: Uint8Array | undefined): boolean {
    const expected = concatBytes([this.clientVerifyData, this.serverVerifyData]);
    const isFirst = expected.length === 0;
    if (info === undefined) {
      if (isFirst) return true;
      this.fail('renegotiation-unsupported', ALERT.handshakeFailure);
      return false;
    }
    if (!equalBytes(info, expected)) {
      this.fail('renegotiation-wrong', ALERT.handshakeFailure);
      return false;
    }
    this.isSecureRenegotiation = true;
    return true;
  }

  private helloRequest(): void {
    if (this.state !== 'open') return;
    if (this.isSecureRenegotiation) return this.start();
    this.fail('renegotiation-unsupported', ALERT.noRenegotiation);
  }

  /** Everything that the client says up to its Finished. */
  private sendFlight(): void {
    const { request, suite } = this;
    if (suite === undefined) return undefined;
    const mayIdentify = request !== undefined && this.identityFor(request) !== undefined;
    const { identity } = this.options;
    if (request !== undefined) {
      this.sendMessage({ kind: 'certificate', chain: mayIdentify ? (identity?.chain ?? []) : [] });
    }
    const premaster = this.exchangeKeys(suite);
    if (premaster === undefined) return undefined;
    const transcript = this.isExtended ? this.transcript : undefined;
    const randoms = { client: this.clientRandom, server: this.serverRandom };
    const secret = masterSecretOf(this.version, suite, premaster, randoms, transcript);
    if (mayIdentify && identity !== undefined) {
      const scheme = this.identityFor(request) ?? 0;
      const signed = signHandshake(identity.key, scheme, this.version, concatBytes(this.transcript), this.rng);
      if (signed === undefined) return this.fail('no-scheme', ALERT.handshakeFailure);
      this.sendMessage({ kind: 'certificate-verify', ...signed });
    }
    this.useMasterSecret(secret);
    this.sendFinished();
    this.state = 'finished';
    return undefined;
  }

  /** The scheme by which the client's key signs for this request; 0 before TLS 1.2; undefined when it cannot. */
  private identityFor(request: TlsHandshake & { kind: 'certificate-request' }): number | undefined {
    const key = this.options.identity?.key;
    if (key === undefined) return undefined;
    if (request.schemes === undefined) return 0;
    return request.schemes.find((scheme) => fitsKey(scheme, key) && this.options.schemes.includes(scheme));
  }

  /** Sends the client's half and gives the premaster secret (RFC 5246 §7.4.7). */
  private exchangeKeys(suite: CipherSuite): Uint8Array | undefined {
    const fail = (code: TlsFailureCode, alert: number): undefined => {
      this.fail(code, alert);
      return undefined;
    };
    const { exchange, serverKey } = this;
    if (serverKey === undefined || (serverKey.kind === 'rsa') !== (suite.auth === 'rsa')) {
      return fail('certificate-malformed', ALERT.illegalParameter);
    }
    if (suite.keyExchange === 'rsa') {
      if (exchange !== undefined || serverKey.kind !== 'rsa')
        return fail('unexpected-message', ALERT.unexpectedMessage);
      const secret = concatBytes([uint(this.options.version, 2), this.rng.bytes(46)]);
      const value = rsaEncrypt(serverKey, secret, this.rng);
      if (value === undefined) return fail('certificate-malformed', ALERT.illegalParameter);
      this.sendMessage({ kind: 'client-key-exchange', exchange: 'rsa', value });
      return secret;
    }
    if (exchange === undefined) return fail('unexpected-message', ALERT.unexpectedMessage);
    const { params } = exchange;
    const { scheme } = exchange;
    if (scheme !== undefined && (!this.options.schemes.includes(scheme) || !fitsKey(scheme, serverKey))) {
      return fail('no-scheme', ALERT.illegalParameter);
    }
    const signed = concatBytes([this.clientRandom, this.serverRandom, encodeServerKeyParams(params)]);
    if (!verifyHandshake(serverKey, this.version, signed, exchange)) {
      return fail('key-exchange-signature', ALERT.decryptError);
    }
    const isCurve = params.kind === 'ecdhe';
    if (isCurve ? !this.options.groups.includes(params.group) : !isKnownField(params)) {
      return fail('no-group', ALERT.illegalParameter);
    }
    const half = isCurve ? curveGroupHalf(params.group, this.rng) : fieldHalf(params, this.rng);
    const secret = half?.secretWith(params.publicKey);
    if (half === undefined || secret === undefined) return fail('key-exchange', ALERT.illegalParameter);
    this.sendMessage({ kind: 'client-key-exchange', exchange: params.kind, value: half.publicKey });
    return isCurve ? secret : withoutLeadingZeros(secret);
  }

  private useMasterSecret(secret: Uint8Array): void {
    this.masterSecret = secret;
    this.events.secret({ label: 'CLIENT_RANDOM', clientRandom: this.clientRandom, secret });
  }

  private get keys(): ReturnType<typeof keyBlock> | undefined {
    const { suite } = this;
    if (suite === undefined) return undefined;
    return keyBlock(this.version, suite, this.masterSecret, this.clientRandom, this.serverRandom);
  }

  private sendFinished(): void {
    const { keys, suite } = this;
    if (keys === undefined || suite === undefined) return;
    this.clientVerifyData = verifyDataOf(this.version, suite, this.masterSecret, 'client', this.transcript);
    this.sendChangeCipherSpec();
    this.protectWriting(keys.client);
    this.sendMessage({ kind: 'finished', verifyData: this.clientVerifyData });
  }

  protected onChangeCipherSpec(): void {
    const { keys } = this;
    if (this.state !== 'finished' || this.hasChangedCipher || keys === undefined) {
      return this.fail('change-cipher-spec', ALERT.unexpectedMessage);
    }
    this.hasChangedCipher = true;
    this.protectReading(keys.server);
  }

  private finished(verifyData: Uint8Array, bytes: Uint8Array): void {
    const { suite } = this;
    if (suite === undefined) return;
    const expected = verifyDataOf(this.version, suite, this.masterSecret, 'server', this.transcript);
    if (verifyData.length !== expected.length) return this.fail('finished-malformed', ALERT.decodeError);
    if (!equalBytes(verifyData, expected)) return this.fail('finished-wrong', ALERT.decryptError);
    this.serverVerifyData = verifyData;
    this.transcript.push(bytes);
    if (this.isResumed) this.sendFinished();
    this.state = 'open';
    this.becomeReady();
  }
}

/** The failure that a malformed message is. */
const MALFORMED: ReadonlyMap<number, TlsFailureCode> = new Map([
  [HANDSHAKE_TYPE.serverHello, 'hello'],
  [HANDSHAKE_TYPE.certificate, 'certificate-malformed'],
  [HANDSHAKE_TYPE.serverKeyExchange, 'key-exchange'],
  [HANDSHAKE_TYPE.serverHelloDone, 'hello-done'],
  [HANDSHAKE_TYPE.newSessionTicket, 'ticket'],
  [HANDSHAKE_TYPE.finished, 'finished-malformed'],
]);
