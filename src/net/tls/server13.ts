/** The server's side of TLS 1.3 (RFC 8446), without resumption. */
import { hmac } from '@noble/hashes/hmac.js';
import { concatBytes, equalBytes, latin1 } from '../../base/bytes.ts';
import {
  certificateStatusExtension,
  extensionData,
  keyShareExtension,
  numbersExtension,
  readKeyShares,
  readNumbers,
  selectedGroupExtension,
  selectedVersionExtension,
} from '../../protocols/tls/extensions.ts';
import { ALERT, EXTENSION, TLS_VERSION } from '../../protocols/tls/fields.ts';
import type {
  CertificateEntry,
  ClientHello,
  DigitallySigned,
  TlsExtension,
  TlsHandshake,
} from '../../protocols/tls/handshake.ts';
import { deriveSecret, expandLabel, hkdfExtract, SUITE_HASHES } from '../../protocols/tls/cipher/key-schedule.ts';
import type { SecretLabel } from '../../protocols/tls/key-log.ts';
import { trafficKeys } from '../../protocols/tls/cipher/protection.ts';
import { CIPHER_SUITES, type CipherSuite } from '../../protocols/tls/cipher/suites.ts';
import { uint, vector } from '../../protocols/tls/wire.ts';
import { groupHalf } from './groups.ts';
import { clientKey, type ServerConnection, type ServerFlow, type TlsIdentity } from './server-flow.ts';
import { fitsVersion13, signHandshake, verifyHandshake } from './signatures.ts';

const NOTHING = new Uint8Array(0);
const V13 = TLS_VERSION.tls13;
/** RFC 8446 §4.1.3: the random of a HelloRetryRequest, the SHA-256 of its name. */
const RETRY_RANDOM = SUITE_HASHES.sha256(latin1('HelloRetryRequest'));

type State = 'retry' | 'certificate' | 'certificate-verify' | 'finished' | 'open';

export class Server13 implements ServerFlow {
  readonly keyExchange = undefined;
  private readonly connection: ServerConnection;
  private state: State = 'retry';
  private suite: CipherSuite | undefined;
  private clientRandom: Uint8Array = NOTHING;
  private retriedGroup: number | undefined;
  private handshakeSecret: Uint8Array = NOTHING;
  private clientHandshake: Uint8Array = NOTHING;
  private clientTraffic: Uint8Array = NOTHING;
  private serverTraffic: Uint8Array = NOTHING;
  private clientChain: readonly Uint8Array[] = [];

  constructor(connection: ServerConnection) {
    this.connection = connection;
  }

  start(hello: ClientHello, bytes: Uint8Array): void {
    const { connection } = this;
    const { options } = connection;
    const identity = options.identity(connection.serverName);
    if (identity === undefined) return connection.fail('unknown-name', ALERT.unrecognizedName);
    const suites = options.suites.map((id) => CIPHER_SUITES.get(id));
    const suite = suites.find(
      (one) => one !== undefined && one.keyExchange === undefined && hello.cipherSuites.includes(one.id),
    );
    if (suite === undefined) return connection.fail('no-suite', ALERT.handshakeFailure);
    this.suite = suite;
    this.clientRandom = hello.random;
    const offered = readNumbers(hello.extensions, EXTENSION.supportedGroups) ?? [];
    const shares = readKeyShares(hello.extensions);
    if (shares === undefined) return connection.fail('hello', ALERT.missingExtension);
    const group = options.groups.find((one) => offered.includes(one));
    if (group === undefined) return connection.fail('no-group', ALERT.handshakeFailure);
    const share = options.groups.flatMap((one) => shares.filter((given) => given.group === one)).at(0);
    if (share === undefined) {
      if (this.retriedGroup !== undefined) return connection.fail('no-group', ALERT.illegalParameter);
      return this.retry(hello, bytes, suite, group);
    }
    const scheme = this.chooseScheme(hello, identity);
    if (scheme === undefined) return connection.fail('no-scheme', ALERT.handshakeFailure);
    const half = groupHalf(share.group, connection.rng);
    const secret = half?.secretWith(share.key);
    if (half === undefined || secret === undefined) return connection.fail('key-exchange', ALERT.illegalParameter);
    connection.transcript.push(bytes);
    connection.send(
      this.serverHello(hello, suite, connection.rng.bytes(32), [
        selectedVersionExtension(V13),
        keyShareExtension({ group: share.group, key: half.publicKey }),
      ]),
    );
    if (this.retriedGroup === undefined) connection.changeCipherSpec();
    this.useHandshakeKeys(suite, secret);
    this.sendFlight(hello, suite, identity, scheme);
  }

  private serverHello(
    hello: ClientHello,
    suite: CipherSuite,
    random: Uint8Array,
    extensions: readonly TlsExtension[],
  ): TlsHandshake {
    return {
      kind: 'server-hello',
      version: TLS_VERSION.tls12,
      random,
      sessionId: hello.sessionId,
      cipherSuite: suite.id,
      compressionMethod: 0,
      extensions,
    };
  }

  /** RFC 8446 §4.1.4: the client must send its half in another group. */
  private retry(hello: ClientHello, bytes: Uint8Array, suite: CipherSuite, group: number): void {
    const { connection } = this;
    this.retriedGroup = group;
    // RFC 8446 §4.4.1: the first hello counts by its hash.
    const hash = SUITE_HASHES[suite.hash](bytes);
    connection.transcript.splice(0, Infinity, concatBytes([Uint8Array.of(254), vector(3, hash)]));
    connection.send(
      this.serverHello(hello, suite, RETRY_RANDOM, [selectedVersionExtension(V13), selectedGroupExtension(group)]),
    );
    connection.changeCipherSpec();
  }

  private chooseScheme(hello: ClientHello, { key }: TlsIdentity): number | undefined {
    const offered = readNumbers(hello.extensions, EXTENSION.signatureAlgorithms) ?? [];
    return this.connection.options.schemes.find((one) => offered.includes(one) && fitsVersion13(one, key));
  }

  private get transcriptHash(): Uint8Array {
    return SUITE_HASHES[this.suite?.hash ?? 'sha256'](concatBytes(this.connection.transcript));
  }

  private logged(label: SecretLabel, secret: Uint8Array): Uint8Array {
    this.connection.secret({ label, clientRandom: this.clientRandom, secret });
    return secret;
  }

  /** RFC 8446 §7.1. */
  private useHandshakeKeys(suite: CipherSuite, shared: Uint8Array): void {
    const { hash } = suite;
    const zeros = new Uint8Array(SUITE_HASHES[hash].outputLen);
    const early = hkdfExtract(hash, zeros, zeros);
    const derived = deriveSecret(hash, early, 'derived', SUITE_HASHES[hash](NOTHING));
    this.handshakeSecret = hkdfExtract(hash, derived, shared);
    const transcript = this.transcriptHash;
    const secretOf = (label: string): Uint8Array => deriveSecret(hash, this.handshakeSecret, label, transcript);
    this.clientHandshake = this.logged('CLIENT_HANDSHAKE_TRAFFIC_SECRET', secretOf('c hs traffic'));
    const server = this.logged('SERVER_HANDSHAKE_TRAFFIC_SECRET', secretOf('s hs traffic'));
    this.serverTraffic = server;
    this.connection.write(trafficKeys(suite, server));
    this.connection.read(trafficKeys(suite, this.clientHandshake));
  }

  private sendFlight(hello: ClientHello, suite: CipherSuite, identity: TlsIdentity, scheme: number): void {
    const { connection } = this;
    const { options } = connection;
    connection.send({ kind: 'encrypted-extensions', extensions: [] });
    this.state = 'finished';
    if (options.clientAuth !== 'none') {
      const names = options.authorities.map((name) => vector(2, name));
      const authorities =
        names.length === 0 ? [] : [{ type: EXTENSION.certificateAuthorities, data: vector(2, ...names) }];
      const schemes = numbersExtension(EXTENSION.signatureAlgorithms, options.schemes);
      connection.send({ kind: 'certificate-request-13', context: NOTHING, extensions: [schemes, ...authorities] });
      this.state = 'certificate';
    }
    const isStapled =
      identity.stapled !== undefined && extensionData(hello.extensions, EXTENSION.statusRequest) !== undefined;
    const entries: CertificateEntry[] = identity.chain.map((certificate, at) => ({
      certificate,
      extensions:
        at === 0 && isStapled && identity.stapled !== undefined ? [certificateStatusExtension(identity.stapled)] : [],
    }));
    connection.send({ kind: 'certificate-13', context: NOTHING, entries });
    const signed = signHandshake(identity.key, scheme, V13, this.signedContent('server'), connection.rng);
    if (signed === undefined) return connection.fail('no-scheme', ALERT.internalError);
    connection.send({ kind: 'certificate-verify', ...signed });
    connection.send({ kind: 'finished', verifyData: this.verifyData(suite, this.serverTraffic) });
    this.useTrafficSecrets(suite);
  }

  /** RFC 8446 §4.4.3. */
  private signedContent(side: 'client' | 'server'): Uint8Array {
    const title = latin1(`TLS 1.3, ${side} CertificateVerify`);
    return concatBytes([new Uint8Array(64).fill(0x20), title, uint(0, 1), this.transcriptHash]);
  }

  /** RFC 8446 §4.4.4. */
  private verifyData({ hash }: CipherSuite, secret: Uint8Array): Uint8Array {
    const key = expandLabel(hash, secret, 'finished', NOTHING, SUITE_HASHES[hash].outputLen);
    return hmac(SUITE_HASHES[hash], key, this.transcriptHash);
  }

  /** The server may write under them at once; the client's come into use with its Finished. */
  private useTrafficSecrets(suite: CipherSuite): void {
    const { hash } = suite;
    const zeros = new Uint8Array(SUITE_HASHES[hash].outputLen);
    const derived = deriveSecret(hash, this.handshakeSecret, 'derived', SUITE_HASHES[hash](NOTHING));
    const master = hkdfExtract(hash, derived, zeros);
    const transcript = this.transcriptHash;
    this.clientTraffic = this.logged('CLIENT_TRAFFIC_SECRET_0', deriveSecret(hash, master, 'c ap traffic', transcript));
    this.serverTraffic = this.logged('SERVER_TRAFFIC_SECRET_0', deriveSecret(hash, master, 's ap traffic', transcript));
    this.connection.write(trafficKeys(suite, this.serverTraffic));
  }

  onMessage(message: TlsHandshake, bytes: Uint8Array): void {
    const { connection, suite } = this;
    if (suite === undefined) return;
    const { kind } = message;
    if (kind === 'client-hello' && this.state === 'retry') return this.start(message, bytes);
    if (kind === 'certificate-13' && this.state === 'certificate') {
      connection.transcript.push(bytes);
      return this.clientCertificate(message.entries.map((entry) => entry.certificate));
    }
    if (kind === 'certificate-verify' && this.state === 'certificate-verify') return this.verifyClient(message, bytes);
    if (kind === 'finished' && this.state === 'finished') return this.finished(message.verifyData, bytes, suite);
    if (kind === 'key-update' && this.state === 'open') return this.keyUpdate(suite, message.isRequest);
    return connection.fail('unexpected-message', ALERT.unexpectedMessage);
  }

  private verifyClient(signed: DigitallySigned, bytes: Uint8Array): void {
    const { connection } = this;
    const key = clientKey(this.clientChain);
    const fits = key !== undefined && signed.scheme !== undefined && fitsVersion13(signed.scheme, key);
    if (!fits || !verifyHandshake(key, V13, this.signedContent('client'), signed)) {
      return connection.fail('certificate-verify', ALERT.decryptError);
    }
    connection.transcript.push(bytes);
    this.state = 'finished';
  }

  private clientCertificate(chain: readonly Uint8Array[]): void {
    const { connection } = this;
    const { options } = connection;
    this.clientChain = chain;
    this.state = chain.length > 0 ? 'certificate-verify' : 'finished';
    if (chain.length === 0) {
      if (options.clientAuth === 'require') connection.fail('no-certificate', ALERT.certificateRequired);
      return;
    }
    const alert = options.verifyClient(chain);
    if (alert !== undefined) connection.fail('certificate-refused', alert);
  }

  private finished(verifyData: Uint8Array, bytes: Uint8Array, suite: CipherSuite): void {
    const { connection, clientChain } = this;
    const expected = this.verifyData(suite, this.clientHandshake);
    if (!equalBytes(verifyData, expected)) return connection.fail('finished-wrong', ALERT.decryptError);
    connection.transcript.push(bytes);
    connection.read(trafficKeys(suite, this.clientTraffic));
    this.state = 'open';
    const { serverName } = connection;
    connection.ready({ version: V13, suite, serverName, isResumed: false, clientChain });
  }

  /** RFC 8446 §4.6.3. */
  private keyUpdate(suite: CipherSuite, isRequest: boolean): void {
    const { connection } = this;
    const { hash } = suite;
    const next = (secret: Uint8Array): Uint8Array =>
      expandLabel(hash, secret, 'traffic upd', NOTHING, SUITE_HASHES[hash].outputLen);
    this.clientTraffic = next(this.clientTraffic);
    connection.read(trafficKeys(suite, this.clientTraffic));
    if (!isRequest) return;
    connection.send({ kind: 'key-update', isRequest: false });
    this.serverTraffic = next(this.serverTraffic);
    connection.write(trafficKeys(suite, this.serverTraffic));
  }

  onChangeCipherSpec(): void {
    // It means nothing in this version.
  }
}
