/**
 * The TLS handshake of a connection, put together from its frames: what the client offered, what the server chose, the
 * certificates, and how it ended. What is encrypted is read where the keys were logged.
 */
import { readU16 } from '../../base/bytes.ts';
import { itemAt } from '../../base/lists/list.ts';
import { unreachable } from '../../base/result.ts';
import type { FrameSource } from '../../protocols/core/frame-source.ts';
import { ConnectionState } from '../../protocols/tls/connection-state.ts';
import {
  extensionData,
  readNumbers,
  readSelectedVersion,
  readServerName,
  readSupportedVersions,
} from '../../protocols/tls/extensions.ts';
import { CONTENT_TYPE, EXTENSION, TLS_VERSION } from '../../protocols/tls/fields.ts';
import {
  decodeHandshake,
  HandshakeReader,
  type ClientHello,
  type ServerHello,
  type TlsHandshake,
} from '../../protocols/tls/handshake.ts';
import { openRecord } from '../../protocols/tls/cipher/protection.ts';
import { looksLikeRecord, RecordReader, type TlsRecord } from '../../protocols/tls/records.ts';
import { followStream, type Side, type Turn } from './follow.ts';

/** Numbers are those of the registries of TLS; `names` of `protocols/tls/fields.ts` say them. */
export interface HandshakeOffer {
  /** Index of the frame. */
  readonly frame: number;
  readonly versions: readonly number[];
  readonly suites: readonly number[];
  readonly groups: readonly number[];
  readonly schemes: readonly number[];
  readonly serverName: string | undefined;
  readonly extensions: readonly number[];
}

export interface HandshakeChoice {
  readonly frame: number;
  readonly version: number;
  readonly suite: number;
  readonly group: number | undefined;
  readonly scheme: number | undefined;
  readonly extensions: readonly number[];
  /** The server goes on with an earlier session: it shows no certificate. */
  readonly isResumed: boolean;
}

export interface ShownCertificates {
  readonly frame: number;
  /** When they were shown, milliseconds since 1970. */
  readonly timeMs: number;
  /** In DER, its own first. */
  readonly chain: readonly Uint8Array[];
}

export interface HandshakeView {
  readonly client: string;
  readonly server: string;
  readonly offer: HandshakeOffer;
  readonly choice: HandshakeChoice | undefined;
  readonly certificates: ShownCertificates | undefined;
  /** The OCSP answer about the certificate, in DER. */
  readonly stapled: Uint8Array | undefined;
  readonly isClientAsked: boolean;
  /** Empty when the client has none to show. */
  readonly clientCertificates: ShownCertificates | undefined;
  readonly alerts: readonly {
    readonly frame: number;
    readonly from: 'client' | 'server';
    readonly level: number;
    readonly description: number;
  }[];
  /** Data have crossed: the handshake was done. */
  readonly isDone: boolean;
  /** Something of the handshake is encrypted, and its keys are not in the capture. */
  readonly isHidden: boolean;
}

/** Of a stream so many bytes are looked at: a handshake is far shorter. */
const MAX_BYTES = 1 << 18;

/** The handshake of the stream that the frame belongs to; undefined without TLS. */
export function tlsHandshake(frames: FrameSource, index: number): HandshakeView | undefined {
  const stream = followStream(frames, index);
  const [first] = stream?.turns ?? [];
  if (stream?.kind !== 'tcp' || first === undefined || first.missing > 0) return undefined;
  const { bytes } = first;
  const [type, major = 0, minor = 0] = bytes;
  if (type !== CONTENT_TYPE.handshake || !looksLikeRecord(type, major * 256 + minor)) return undefined;
  const reader = new Reader(frames, first.side);
  let left = MAX_BYTES;
  for (const turn of stream.turns) {
    if (turn.missing > 0 || left <= 0 || reader.hasData) break;
    reader.turn({ ...turn, bytes: turn.bytes.subarray(0, left) });
    left -= turn.bytes.length;
  }
  return reader.view(stream.endpoints);
}

class Reader {
  private readonly frames: FrameSource;
  private readonly clientSide: Side;
  private readonly state = new ConnectionState();
  private readonly records = [new RecordReader(), new RecordReader()] as const;
  private readonly messages = [new HandshakeReader(), new HandshakeReader()] as const;
  private offer: HandshakeOffer | undefined;
  private choice: HandshakeChoice | undefined;
  private certificates: ShownCertificates | undefined;
  private clientCertificates: ShownCertificates | undefined;
  private stapled: Uint8Array | undefined;
  private isClientAsked = false;
  private readonly alerts: HandshakeView['alerts'][number][] = [];
  private isHidden = false;
  hasData = false;

  constructor(frames: FrameSource, clientSide: Side) {
    this.frames = frames;
    this.clientSide = clientSide;
  }

  turn(turn: Turn): void {
    this.records[turn.side].push(turn.bytes, (record) => this.record(record, turn));
  }

  private record(record: TlsRecord, turn: Turn): void {
    const isClient = turn.side === this.clientSide;
    const seen = this.state.see(record, isClient, turn.index, this.frames.secrets);
    let { type, fragment } = record;
    if (seen.isEncrypted) {
      const opened = seen.keys && openRecord(seen.keys, seen.sequence, type, fragment);
      if (opened?.ok !== true) {
        // In TLS 1.3 certificates are encrypted; before, only what follows them.
        this.isHidden ||= type !== CONTENT_TYPE.applicationData || this.state.version >= TLS_VERSION.tls13;
        this.hasData ||= type === CONTENT_TYPE.applicationData && this.state.version < TLS_VERSION.tls13;
        return;
      }
      ({ type, data: fragment } = opened.value);
    }
    if (type === CONTENT_TYPE.applicationData) this.hasData = true;
    if (type === CONTENT_TYPE.alert && fragment.length === 2) this.alert(fragment, turn, isClient);
    if (type !== CONTENT_TYPE.handshake) return;
    const reader = this.messages[turn.side];
    reader.push(fragment);
    for (let bytes = reader.next(); bytes !== undefined; bytes = reader.next()) {
      const message = decodeHandshake(bytes, this.state.context);
      if (message.ok) this.message(message.value, turn, isClient);
    }
  }

  private alert([level = 0, description = 0]: Uint8Array, turn: Turn, isClient: boolean): void {
    this.alerts.push({ frame: turn.index, from: isClient ? 'client' : 'server', level, description });
  }

  private message(message: TlsHandshake, turn: Turn, isClient: boolean): void {
    switch (message.kind) {
      case 'client-hello':
        this.offer ??= offerOf(message, turn.index);
        return;
      case 'server-hello':
        this.choice = choiceOf(message, turn.index);
        return;
      case 'server-key-exchange':
        if (this.choice === undefined) return;
        this.choice = {
          ...this.choice,
          group: message.params.kind === 'ecdhe' ? message.params.group : undefined,
          scheme: message.scheme,
        };
        return;
      case 'certificate-verify':
        if (!isClient && this.choice !== undefined) this.choice = { ...this.choice, scheme: message.scheme };
        return;
      case 'certificate':
        return this.shown(message.chain, turn, isClient);
      case 'certificate-13': {
        const [own] = message.entries;
        if (!isClient) this.stapled = statusOf(extensionData(own?.extensions, EXTENSION.statusRequest));
        return this.shown(
          message.entries.map(({ certificate }) => certificate),
          turn,
          isClient,
        );
      }
      case 'certificate-status':
        this.stapled = message.response;
        return;
      case 'certificate-request':
      case 'certificate-request-13':
        this.isClientAsked = true;
        return;
      case 'hello-request':
      case 'encrypted-extensions':
      case 'server-hello-done':
      case 'client-key-exchange':
      case 'new-session-ticket':
      case 'new-session-ticket-13':
      case 'finished':
      case 'key-update':
        return;
      default:
        unreachable(message);
    }
  }

  private shown(chain: readonly Uint8Array[], turn: Turn, isClient: boolean): void {
    const timeMs = this.frames.originS * 1000 + turn.timeNs / 1e6;
    const shown = { frame: turn.index, timeMs, chain };
    if (isClient) this.clientCertificates = shown;
    else this.certificates = shown;
  }

  view(endpoints: readonly [string, string]): HandshakeView | undefined {
    const { offer, choice, certificates, clientCertificates, stapled, isClientAsked, alerts, isHidden } = this;
    if (offer === undefined) return undefined;
    const isResumed = choice !== undefined && choice.version < TLS_VERSION.tls13 && certificates === undefined;
    return {
      client: itemAt(endpoints, this.clientSide),
      server: itemAt(endpoints, 1 - this.clientSide),
      offer,
      choice: choice && { ...choice, isResumed: isResumed && this.hasData },
      certificates,
      clientCertificates,
      stapled,
      isClientAsked,
      alerts,
      isDone: this.hasData,
      isHidden: isHidden && certificates === undefined,
    };
  }
}

function offerOf({ version, cipherSuites, extensions }: ClientHello, frame: number): HandshakeOffer {
  return {
    frame,
    versions: readSupportedVersions(extensions) ?? [version],
    suites: cipherSuites,
    groups: readNumbers(extensions, EXTENSION.supportedGroups) ?? [],
    schemes: readNumbers(extensions, EXTENSION.signatureAlgorithms) ?? [],
    serverName: readServerName(extensions),
    extensions: (extensions ?? []).map(({ type }) => type),
  };
}

function choiceOf({ version, cipherSuite, extensions }: ServerHello, frame: number): HandshakeChoice {
  const share = extensionData(extensions, EXTENSION.keyShare);
  return {
    frame,
    version: readSelectedVersion(extensions) ?? version,
    suite: cipherSuite,
    group: share === undefined || share.length < 2 ? undefined : readU16(share, 0),
    scheme: undefined,
    extensions: (extensions ?? []).map(({ type }) => type),
    isResumed: false,
  };
}

/** CertificateStatus (RFC 6066 §8): a type, and a response behind its length. */
function statusOf(data: Uint8Array | undefined): Uint8Array | undefined {
  return data === undefined || data.length < 4 ? undefined : data.subarray(4);
}
