/** A connection under TLS as tasks use it: the handshake with the checks of the server's certificates, then as TCP. */
import { toHex } from '../../../../base/bytes.ts';
import { err, ok, unreachable } from '../../../../base/result.ts';
import type { Task } from '../../../../base/time/task.ts';
import { TlsClient, type TlsClientOptions, type TlsSession } from '../../../../net/tls/client.ts';
import type { TlsFailure } from '../../../../net/tls/endpoint.ts';
import { IPXE_GROUPS, IPXE_MAX_FRAGMENT_CODE, IPXE_SCHEMES, IPXE_SUITES } from '../../../../net/tls/ipxe-offer.ts';
import {
  ALERT,
  ALERT_DESCRIPTION_NAMES,
  CIPHER_SUITE_NAMES,
  TLS_VERSION,
  TLS_VERSION_NAMES,
} from '../../../../protocols/tls/fields.ts';
import { readPrivateKeyDer, writePublicKey } from '../../../../trust/keys/key-files.ts';
import type { PrivateKey, PublicKey } from '../../../../trust/keys/keys.ts';
import { readCertificate, type Certificate } from '../../../../trust/x509/certificate.ts';
import { completeChain } from '../../../../trust/x509/chain.ts';
import { isForHost } from '../../../../trust/x509/host-names.ts';
import { Err, OK, type Status } from '../../errors.ts';
import type { Ipxe } from '../../ipxe.ts';
import { ipxeMessage } from '../../messages.ts';
import type { Outcome } from '../../settings/types.ts';
import { readForIpxe } from '../../trust/store.ts';
import { verifyTrust } from '../../trust/verify.ts';
import { tcpStatus, type ByteStream, type StreamEvent, type TcpStream } from './tcp-stream.ts';

/** The sessions that servers may be asked to resume, by server. */
export type TlsSessions = Map<string, TlsSession>;

export class TlsStream implements ByteStream {
  private readonly tcp: TcpStream;
  private readonly tls: TlsClient;
  private readonly ipxe: Ipxe;
  private readonly serverName: string;
  private readonly received: StreamEvent[] = [];
  private chain: readonly Uint8Array[] | undefined;
  private failure: TlsFailure | undefined;
  /** The server has chosen version and suite. */
  private isAgreed = false;

  /** `stream` is connected; `server` names it in `sessions`. */
  constructor(ipxe: Ipxe, stream: TcpStream, serverName: string, session: TlsSession | undefined) {
    this.ipxe = ipxe;
    this.tcp = stream;
    this.serverName = serverName;
    const options = {
      serverName,
      version: TLS_VERSION.tls12,
      suites: IPXE_SUITES,
      groups: IPXE_GROUPS,
      schemes: IPXE_SCHEMES,
      maxFragmentCode: IPXE_MAX_FRAGMENT_CODE,
      session,
      identity: clientIdentity(ipxe),
    };
    this.tls = new TlsClient(ipxe.rng, options, {
      output: (bytes) => stream.write(bytes),
      ready: () => undefined,
      data: (data) => this.received.push({ kind: 'data', data }),
      end: () => this.received.push({ kind: 'end' }),
      failed: (failure) => (this.failure = failure),
      // The server logs the same secret.
      secret: () => undefined,
      certificates: (chain) => (this.chain = chain),
      agreed: ({ version, suite, isResumed }) => {
        this.isAgreed = true;
        const about = { version: TLS_VERSION_NAMES[version] ?? '', suite: CIPHER_SUITE_NAMES[suite.id] ?? '' };
        const id = isResumed ? 'ipxe.tls-resumed' : 'ipxe.tls-agreed';
        ipxe.log.emit({
          kind: 'decision',
          code: 'tls-agreed',
          severity: 'info',
          ...ipxeMessage(id, { ...about, server: serverName }),
        });
      },
    });
  }

  get session(): TlsSession | undefined {
    return this.tls.session;
  }

  get isOpen(): boolean {
    return this.tcp.isOpen && !this.tls.isOver;
  }

  get hasNews(): boolean {
    return this.received.length > 0 || this.tcp.hasNews;
  }

  /** The handshake; OK when data may be sent. */
  *handshake(): Task<Status> {
    this.tls.start();
    while (!this.tls.isReady) {
      const event = yield* this.tcp.next();
      if (event.kind === 'end') return this.report(Err.tcpReset);
      if (event.kind === 'closed') return tcpStatus(event.error ?? 'reset');
      if (event.kind === 'data') this.tls.receive(event.data);
      const { chain } = this;
      if (chain !== undefined) {
        this.chain = undefined;
        const key = yield* this.judge(chain);
        if (key.ok) this.tls.accept(key.value);
        // iPXE takes its leave without a word about the certificate.
        else return key.error;
      }
      if (this.failure !== undefined) return this.report(tlsStatus(this.failure));
    }
    return OK;
  }

  private report(status: Status): Status {
    const { failure, ipxe } = this;
    if (failure === undefined) return status;
    const { code, message } = this.explain(failure);
    ipxe.log.emit({ kind: 'decision', code, severity: 'warn', ...message });
    return status;
  }

  /** An alert says little; when it comes says more. */
  private explain({ code, alert }: TlsFailure): { code: string; message: ReturnType<typeof ipxeMessage> } {
    const server = this.serverName;
    if (code !== 'alert-received') {
      return { code: 'tls-failed', message: ipxeMessage('ipxe.tls-failed', { server, reason: code }) };
    }
    const said = { server, alert: alert === undefined ? '' : (ALERT_DESCRIPTION_NAMES[alert] ?? String(alert)) };
    if (this.tls.isAskedForCertificate) {
      return { code: 'tls-client-certificate', message: ipxeMessage('ipxe.tls-client-certificate', said) };
    }
    if (!this.isAgreed && alert === ALERT.protocolVersion) {
      return { code: 'tls-no-version', message: ipxeMessage('ipxe.tls-no-version', said) };
    }
    if (!this.isAgreed && alert === ALERT.handshakeFailure) {
      return { code: 'tls-no-suite', message: ipxeMessage('ipxe.tls-no-suite', said) };
    }
    return { code: 'tls-alert', message: ipxeMessage('ipxe.tls-alert', said) };
  }

  /** Whether the certificates are to be trusted, and are the server's. */
  private *judge(ders: readonly Uint8Array[]): Task<Outcome<PublicKey>> {
    const chain: Certificate[] = [];
    for (const der of ders) {
      const read = readForIpxe(der);
      if (!read.ok) return read;
      chain.push(read.value);
    }
    const { ipxe, serverName } = this;
    const trusted = yield* verifyTrust(ipxe, chain, { by: serverName });
    if (!trusted.ok) return trusted;
    const [first] = chain;
    if (first?.publicKey === undefined) return err(Err.certAlgorithm);
    if (!isForHost(first, serverName)) {
      const message = ipxeMessage('ipxe.tls-wrong-name', { server: serverName });
      ipxe.log.emit({ kind: 'decision', code: 'tls-wrong-name', severity: 'warn', ...message });
      return err(Err.chainName);
    }
    return ok(first.publicKey);
  }

  *next(): Task<StreamEvent> {
    for (;;) {
      const known = this.received.shift();
      if (known !== undefined) return known;
      if (this.failure !== undefined) return { kind: 'closed', error: 'reset' };
      const event = yield* this.tcp.next();
      if (event.kind !== 'data') return event;
      this.tls.receive(event.data);
    }
  }

  write(data: Uint8Array): void {
    this.tls.send(data);
  }

  close(): void {
    this.tls.close();
    this.tcp.close();
  }

  abort(): void {
    this.tcp.abort();
  }
}

/** Of the build, or of the setting `privkey`. */
export function privateKeyOf({ build, settings }: Ipxe): PrivateKey | undefined {
  const set = settings.get('privkey')?.raw;
  return build.privateKey ?? (set === undefined ? undefined : readPrivateKeyDer(set));
}

/** What the client shows to servers that ask: of the build, or of the settings `cert` and `privkey`. */
function clientIdentity(ipxe: Ipxe): TlsClientOptions['identity'] {
  const { build, settings } = ipxe;
  const key = privateKeyOf(ipxe);
  if (key === undefined) return undefined;
  const der = settings.get('cert')?.raw;
  const given = der === undefined ? undefined : readCertificate(der);
  const known = given?.ok === true ? [given.value, ...build.certificates] : build.certificates;
  const bits = toHex(writePublicKey(key));
  const own = known.find(({ publicKeyInfo }) => toHex(publicKeyInfo) === bits);
  return own === undefined ? undefined : { chain: completeChain([own], known).map((one) => one.der), key };
}

/** iPXE's number for a failure. */
function tlsStatus({ code }: TlsFailure): Status {
  switch (code) {
    case 'alert-received':
      return Err.tlsAlert;
    case 'alert-malformed':
      return Err.tlsAlertInvalid;
    case 'alert-level':
      return Err.tlsAlertLevel;
    case 'change-cipher-spec':
      return Err.tlsChangeCipher;
    case 'hello':
      return Err.tlsHello;
    case 'no-version':
      return Err.tlsVersion;
    case 'no-suite':
      return Err.tlsCipher;
    case 'null-suite':
      return Err.tlsNullCipher;
    case 'no-group':
      return Err.tlsGroup;
    case 'no-scheme':
      return Err.tlsScheme;
    case 'certificate-malformed':
    case 'certificate-refused':
      return Err.tlsCertificate;
    case 'no-certificate':
      return Err.tlsNoCertificate;
    case 'key-exchange':
      return Err.tlsKeyExchange;
    case 'key-exchange-signature':
    case 'certificate-verify':
      return Err.tlsKeyExchangeSignature;
    case 'hello-done':
      return Err.tlsHelloDone;
    case 'finished-malformed':
      return Err.tlsFinished;
    case 'finished-wrong':
      return Err.tlsVerify;
    case 'ticket':
      return Err.tlsTicket;
    case 'extended-master-secret':
      return Err.tlsExtendedMasterSecret;
    case 'renegotiation-unsupported':
      return Err.tlsRenegotiation;
    case 'renegotiation-wrong':
      return Err.tlsRenegotiationWrong;
    case 'unexpected-message':
    case 'unknown-name':
      return Err.tlsProtocol;
    case 'record-length':
      return Err.tlsInitVector;
    case 'record-padding':
      return Err.tlsPadding;
    case 'record-mac':
      return Err.tlsMac;
    default:
      return unreachable(code);
  }
}
