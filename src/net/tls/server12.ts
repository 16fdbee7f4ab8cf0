/** The server's side of TLS 1.1 and 1.2 (RFC 4346, RFC 5246). */
import { concatBytes, equalBytes } from '../../base/bytes.ts';
import {
  emptyExtension,
  extensionData,
  readMaxFragmentLength,
  readNumbers,
  readRenegotiationInfo,
  renegotiationInfoExtension,
} from '../../protocols/tls/extensions.ts';
import { ALERT, EXTENSION, NAMED_GROUP, SIGNATURE_SCHEME, TLS_VERSION } from '../../protocols/tls/fields.ts';
import {
  encodeServerKeyParams,
  type ClientHello,
  type DigitallySigned,
  type ServerKeyParams,
  type TlsExtension,
  type TlsHandshake,
} from '../../protocols/tls/handshake.ts';
import { keyBlock } from '../../protocols/tls/cipher/protection.ts';
import {
  CIPHER_SUITES,
  suiteFitsVersion,
  type CipherSuite,
  type KeyExchange,
} from '../../protocols/tls/cipher/suites.ts';
import { rsaDecrypt } from '../../trust/keys/rsa.ts';
import { curveGroupHalf, fieldHalf, finiteField, withoutLeadingZeros, type KeyHalf } from './groups.ts';
import { masterSecretOf, verifyDataOf } from './master-secret.ts';
import {
  clientKey,
  offersSecureRenegotiation,
  type ServerConnection,
  type ServerFlow,
  type TlsIdentity,
} from './server-flow.ts';
import type { ServerSession } from './session-store.ts';
import { fitsKey, signHandshake, verifyHandshake } from './signatures.ts';

const NOTHING = new Uint8Array(0);
const TICKET_BYTES = 32;
const TICKET_LIFETIME_S = 7200;
const PREMASTER_BYTES = 48;
/** Kinds of certificates that are asked for: RSA and ECDSA (RFC 5246 §7.4.4, RFC 8422 §5.5). */
const CERTIFICATE_TYPES = Uint8Array.of(1, 64);

type State = 'certificate' | 'key-exchange' | 'certificate-verify' | 'change-cipher-spec' | 'finished' | 'open';

export class Server12 implements ServerFlow {
  private readonly connection: ServerConnection;
  private readonly version: number;
  private state: State = 'key-exchange';
  private hello: ClientHello | undefined;
  private suite: CipherSuite | undefined;
  private identity: TlsIdentity | undefined;
  private half: KeyHalf | undefined;
  private serverRandom: Uint8Array = NOTHING;
  private masterSecret: Uint8Array = NOTHING;
  private isExtended = false;
  private willTicket = false;
  private resumed: ServerSession | undefined;
  private clientChain: readonly Uint8Array[] = [];

  constructor(connection: ServerConnection, version: number) {
    this.connection = connection;
    this.version = version;
  }

  get keyExchange(): KeyExchange | undefined {
    return this.suite?.keyExchange;
  }

  start(hello: ClientHello, bytes: Uint8Array): void {
    const { connection } = this;
    const { options } = connection;
    this.hello = hello;
    const { extensions } = hello;
    this.identity = options.identity(connection.serverName);
    if (this.identity === undefined) return connection.fail('unknown-name', ALERT.unrecognizedName);
    this.suite = this.chooseSuite(hello, this.identity);
    if (this.suite === undefined) return connection.fail('no-suite', ALERT.handshakeFailure);
    this.isExtended = extensionData(extensions, EXTENSION.extendedMasterSecret) !== undefined;
    const ticket = extensionData(extensions, EXTENSION.sessionTicket);
    this.willTicket = ticket !== undefined && options.sessions !== undefined;
    this.resumed = this.resumable(hello, ticket ?? NOTHING);
    if (this.resumed !== undefined) this.suite = this.resumed.suite;
    this.serverRandom = connection.rng.bytes(32);
    connection.transcript.push(bytes);
    connection.send({
      kind: 'server-hello',
      version: this.version,
      random: this.serverRandom,
      sessionId: this.resumed === undefined ? NOTHING : hello.sessionId,
      cipherSuite: this.suite.id,
      compressionMethod: 0,
      extensions: this.extensions(hello, this.identity),
    });
    const limit = readMaxFragmentLength(extensions);
    if (limit !== undefined) connection.limitFragments(limit);
    if (this.resumed === undefined) return this.sendFlight(hello, this.suite, this.identity);
    this.clientChain = this.resumed.clientChain;
    this.useMasterSecret(this.resumed.masterSecret);
    this.sendFinished();
    this.state = 'change-cipher-spec';
  }

  private chooseSuite(hello: ClientHello, { key }: TlsIdentity): CipherSuite | undefined {
    const { options } = this.connection;
    const auth = key.kind === 'rsa' ? 'rsa' : 'ecdsa';
    for (const id of options.suites) {
      const suite = CIPHER_SUITES.get(id);
      if (suite === undefined || suite.auth !== auth || !hello.cipherSuites.includes(id)) continue;
      if (!suiteFitsVersion(suite, this.version)) continue;
      if (suite.keyExchange === 'ecdhe' && this.chooseGroup(hello, isCurve) === undefined) continue;
      if (suite.keyExchange === 'dhe' && this.chooseGroup(hello, isField) === undefined) continue;
      return suite;
    }
    return undefined;
  }

  private chooseGroup(hello: ClientHello, fits: (group: number) => boolean): number | undefined {
    const { groups } = this.connection.options;
    const offered = readNumbers(hello.extensions, EXTENSION.supportedGroups);
    // RFC 8422 §4, RFC 7919 §4: a client that names none takes any; then what every client knows.
    const named = offered?.some(fits) === true ? offered : undefined;
    if (named === undefined) return groups.find((group) => fits(group) && group !== NAMED_GROUP.x25519);
    return groups.find((group) => fits(group) && named.includes(group));
  }

  private chooseScheme(hello: ClientHello, { key }: TlsIdentity): number | undefined {
    if (this.version < TLS_VERSION.tls12) return 0;
    const { schemes } = this.connection.options;
    // RFC 5246 §7.4.1.4.1: a client that says nothing takes SHA-1.
    const offered = readNumbers(hello.extensions, EXTENSION.signatureAlgorithms) ?? [
      SIGNATURE_SCHEME.rsaPkcs1Sha1,
      SIGNATURE_SCHEME.ecdsaSha1,
    ];
    return schemes.find((scheme) => offered.includes(scheme) && fitsKey(scheme, key));
  }

  private resumable(hello: ClientHello, ticket: Uint8Array): ServerSession | undefined {
    const session = this.connection.options.sessions?.find(ticket);
    if (session === undefined || session.version !== this.version) return undefined;
    // RFC 7627 §5.3.
    if (session.isExtended !== this.isExtended || session.serverName !== this.connection.serverName) return undefined;
    return hello.cipherSuites.includes(session.suite.id) && hello.sessionId.length > 0 ? session : undefined;
  }

  private extensions(hello: ClientHello, identity: TlsIdentity): TlsExtension[] {
    const { extensions } = hello;
    const isAsked = (type: number): boolean => extensionData(extensions, type) !== undefined;
    const out: TlsExtension[] = [];
    const renegotiation = readRenegotiationInfo(extensions);
    if (offersSecureRenegotiation(hello, renegotiation)) out.push(renegotiationInfoExtension(NOTHING));
    const fragment = extensionData(extensions, EXTENSION.maxFragmentLength);
    if (fragment !== undefined && readMaxFragmentLength(extensions) !== undefined) {
      out.push({ type: EXTENSION.maxFragmentLength, data: fragment });
    }
    if (this.suite?.keyExchange === 'ecdhe' && isAsked(EXTENSION.ecPointFormats)) {
      out.push({ type: EXTENSION.ecPointFormats, data: Uint8Array.of(1, 0) });
    }
    if (this.willTicket && this.resumed === undefined) out.push(emptyExtension(EXTENSION.sessionTicket));
    if (this.isExtended) out.push(emptyExtension(EXTENSION.extendedMasterSecret));
    if (this.resumed === undefined && identity.stapled !== undefined && isAsked(EXTENSION.statusRequest)) {
      out.push(emptyExtension(EXTENSION.statusRequest));
    }
    return out;
  }

  private sendFlight(hello: ClientHello, suite: CipherSuite, identity: TlsIdentity): void {
    const { connection } = this;
    const { options } = connection;
    connection.send({ kind: 'certificate', chain: identity.chain });
    if (identity.stapled !== undefined && extensionData(hello.extensions, EXTENSION.statusRequest) !== undefined) {
      connection.send({ kind: 'certificate-status', response: identity.stapled });
    }
    if (suite.keyExchange !== 'rsa') {
      const params = this.makeParams(hello, suite);
      const scheme = this.chooseScheme(hello, identity);
      if (params === undefined || scheme === undefined) {
        return connection.fail('no-scheme', ALERT.handshakeFailure);
      }
      const data = concatBytes([hello.random, this.serverRandom, encodeServerKeyParams(params)]);
      const signed = signHandshake(identity.key, scheme, this.version, data, connection.rng);
      if (signed === undefined) return connection.fail('no-scheme', ALERT.internalError);
      connection.send({ kind: 'server-key-exchange', params, ...signed });
    }
    this.state = 'key-exchange';
    if (options.clientAuth !== 'none') {
      connection.send({
        kind: 'certificate-request',
        types: CERTIFICATE_TYPES,
        schemes: this.version >= TLS_VERSION.tls12 ? options.schemes : undefined,
        authorities: options.authorities,
      });
      this.state = 'certificate';
    }
    connection.send({ kind: 'server-hello-done' });
  }

  private makeParams(hello: ClientHello, suite: CipherSuite): ServerKeyParams | undefined {
    const { rng } = this.connection;
    if (suite.keyExchange === 'ecdhe') {
      const group = this.chooseGroup(hello, isCurve);
      this.half = group === undefined ? undefined : curveGroupHalf(group, rng);
      if (group === undefined || this.half === undefined) return undefined;
      return { kind: 'ecdhe', group, publicKey: this.half.publicKey };
    }
    const field = finiteField(this.chooseGroup(hello, isField) ?? 0);
    if (field === undefined) return undefined;
    this.half = fieldHalf(field, rng);
    return { kind: 'dhe', ...field, publicKey: this.half.publicKey };
  }

  onMessage(message: TlsHandshake, bytes: Uint8Array): void {
    const { connection, hello } = this;
    const { kind } = message;
    // The lab's server starts no handshake again (RFC 5746 §4.5 leaves it free to).
    if (kind === 'client-hello') return connection.fail('renegotiation-unsupported', ALERT.noRenegotiation);
    if (kind === 'certificate' && this.state === 'certificate') {
      connection.transcript.push(bytes);
      return this.clientCertificate(message.chain);
    }
    if (kind === 'client-key-exchange' && this.state === 'key-exchange' && hello !== undefined) {
      connection.transcript.push(bytes);
      return this.clientKeyExchange(message.value, hello);
    }
    if (kind === 'certificate-verify' && this.state === 'certificate-verify') return this.verifyClient(message, bytes);
    if (kind === 'finished' && this.state === 'finished') return this.finished(message.verifyData, bytes);
    return connection.fail('unexpected-message', ALERT.unexpectedMessage);
  }

  private verifyClient(signed: DigitallySigned, bytes: Uint8Array): void {
    const { connection } = this;
    const key = clientKey(this.clientChain);
    const data = concatBytes(connection.transcript);
    if (key === undefined || !verifyHandshake(key, this.version, data, signed)) {
      return connection.fail('certificate-verify', ALERT.decryptError);
    }
    connection.transcript.push(bytes);
    this.state = 'change-cipher-spec';
  }

  private clientCertificate(chain: readonly Uint8Array[]): void {
    const { connection } = this;
    const { options } = connection;
    this.clientChain = chain;
    this.state = 'key-exchange';
    if (chain.length === 0) {
      if (options.clientAuth === 'require') connection.fail('no-certificate', ALERT.handshakeFailure);
      return;
    }
    const alert = options.verifyClient(chain);
    if (alert !== undefined) connection.fail('certificate-refused', alert);
  }

  private clientKeyExchange(value: Uint8Array, hello: ClientHello): void {
    const { connection, suite } = this;
    if (suite === undefined) return;
    const premaster = this.premaster(value, hello, suite);
    if (premaster === undefined) return connection.fail('key-exchange', ALERT.illegalParameter);
    const transcript = this.isExtended ? connection.transcript : undefined;
    const randoms = { client: hello.random, server: this.serverRandom };
    this.useMasterSecret(masterSecretOf(this.version, suite, premaster, randoms, transcript));
    this.state = this.clientChain.length > 0 ? 'certificate-verify' : 'change-cipher-spec';
  }

  private premaster(value: Uint8Array, hello: ClientHello, suite: CipherSuite): Uint8Array | undefined {
    if (suite.keyExchange !== 'rsa') {
      const secret = this.half?.secretWith(value);
      if (secret === undefined) return undefined;
      return suite.keyExchange === 'dhe' ? withoutLeadingZeros(secret) : secret;
    }
    const key = this.identity?.key;
    if (key?.kind !== 'rsa') return undefined;
    // RFC 5246 §7.4.7.1: a client must not learn from the answer what was wrong with its secret.
    const random = this.connection.rng.bytes(PREMASTER_BYTES);
    const secret = rsaDecrypt(key, value);
    const isGood = secret?.length === PREMASTER_BYTES && (secret[0] ?? 0) * 256 + (secret[1] ?? 0) === hello.version;
    return isGood ? secret : random;
  }

  private useMasterSecret(secret: Uint8Array): void {
    this.masterSecret = secret;
    const clientRandom = this.hello?.random ?? NOTHING;
    this.connection.secret({ label: 'CLIENT_RANDOM', clientRandom, secret });
  }

  private keys(suite: CipherSuite): ReturnType<typeof keyBlock> {
    return keyBlock(this.version, suite, this.masterSecret, this.hello?.random ?? NOTHING, this.serverRandom);
  }

  onChangeCipherSpec(): void {
    const { suite, connection } = this;
    if (this.state !== 'change-cipher-spec' || suite === undefined) {
      return connection.fail('change-cipher-spec', ALERT.unexpectedMessage);
    }
    connection.read(this.keys(suite).client);
    this.state = 'finished';
  }

  private finished(verifyData: Uint8Array, bytes: Uint8Array): void {
    const { connection, suite } = this;
    if (suite === undefined) return;
    const expected = verifyDataOf(this.version, suite, this.masterSecret, 'client', connection.transcript);
    if (!equalBytes(verifyData, expected)) return connection.fail('finished-wrong', ALERT.decryptError);
    connection.transcript.push(bytes);
    if (this.resumed === undefined) {
      if (this.willTicket) this.sendTicket(suite);
      this.sendFinished();
    }
    this.state = 'open';
    const { version, clientChain, resumed } = this;
    const { serverName } = connection;
    connection.ready({ version, suite, serverName, isResumed: resumed !== undefined, clientChain });
  }

  private sendTicket(suite: CipherSuite): void {
    const { connection, masterSecret, version, isExtended, clientChain } = this;
    const ticket = connection.rng.bytes(TICKET_BYTES);
    const { serverName, options } = connection;
    options.sessions?.add(ticket, { masterSecret, version, suite, isExtended, serverName, clientChain });
    connection.send({ kind: 'new-session-ticket', lifetimeS: TICKET_LIFETIME_S, ticket });
  }

  private sendFinished(): void {
    const { connection, suite } = this;
    if (suite === undefined) return;
    const verifyData = verifyDataOf(this.version, suite, this.masterSecret, 'server', connection.transcript);
    connection.changeCipherSpec();
    connection.write(this.keys(suite).server);
    connection.send({ kind: 'finished', verifyData });
  }
}

function isField(group: number): boolean {
  return group >= NAMED_GROUP.ffdhe2048 && group <= NAMED_GROUP.ffdhe4096;
}

function isCurve(group: number): boolean {
  return group < NAMED_GROUP.ffdhe2048;
}
