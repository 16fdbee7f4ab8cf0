/**
 * Handshake messages as values (RFC 5246 §7.4, RFC 8446 §4). What a message means may depend on the version and on the key
 * exchange, so reading takes both. Extensions keep their bytes; `extensions.ts` reads the ones that the lab understands.
 */
import { concatBytes } from '../../base/bytes.ts';
import { decodeError, ok, type DecodeError, type Result } from '../../base/result.ts';
import { HANDSHAKE_TYPE as TYPE, TLS_VERSION } from './fields.ts';
import type { KeyExchange } from './cipher/suites.ts';
import { uint, uint16s, vector, WireReader } from './wire.ts';

export interface TlsExtension {
  readonly type: number;
  readonly data: Uint8Array;
}

export interface ClientHello {
  readonly kind: 'client-hello';
  readonly version: number;
  readonly random: Uint8Array;
  readonly sessionId: Uint8Array;
  readonly cipherSuites: readonly number[];
  readonly compressionMethods: Uint8Array;
  /** Absent in a hello that ends before them (RFC 5246 §7.4.1.2). */
  readonly extensions: readonly TlsExtension[] | undefined;
}

export interface ServerHello {
  readonly kind: 'server-hello';
  readonly version: number;
  readonly random: Uint8Array;
  readonly sessionId: Uint8Array;
  readonly cipherSuite: number;
  readonly compressionMethod: number;
  readonly extensions: readonly TlsExtension[] | undefined;
}

/** A signature; the scheme is absent before TLS 1.2, where the kind of key decides (RFC 4346 §7.4.3). */
export interface DigitallySigned {
  readonly scheme: number | undefined;
  readonly signature: Uint8Array;
}

export type ServerKeyParams =
  | { readonly kind: 'ecdhe'; readonly group: number; readonly publicKey: Uint8Array }
  | { readonly kind: 'dhe'; readonly p: Uint8Array; readonly g: Uint8Array; readonly publicKey: Uint8Array };

export interface CertificateEntry {
  readonly certificate: Uint8Array;
  /** TLS 1.3 only. */
  readonly extensions: readonly TlsExtension[];
}

export type TlsHandshake =
  | { readonly kind: 'hello-request' }
  | ClientHello
  | ServerHello
  | { readonly kind: 'new-session-ticket'; readonly lifetimeS: number; readonly ticket: Uint8Array }
  | {
      readonly kind: 'new-session-ticket-13';
      readonly lifetimeS: number;
      readonly ageAdd: number;
      readonly nonce: Uint8Array;
      readonly ticket: Uint8Array;
      readonly extensions: readonly TlsExtension[];
    }
  | { readonly kind: 'encrypted-extensions'; readonly extensions: readonly TlsExtension[] }
  | { readonly kind: 'certificate'; readonly chain: readonly Uint8Array[] }
  | { readonly kind: 'certificate-13'; readonly context: Uint8Array; readonly entries: readonly CertificateEntry[] }
  | ({ readonly kind: 'server-key-exchange'; readonly params: ServerKeyParams } & DigitallySigned)
  | {
      readonly kind: 'certificate-request';
      readonly types: Uint8Array;
      /** Absent before TLS 1.2. */
      readonly schemes: readonly number[] | undefined;
      readonly authorities: readonly Uint8Array[];
    }
  | {
      readonly kind: 'certificate-request-13';
      readonly context: Uint8Array;
      readonly extensions: readonly TlsExtension[];
    }
  | { readonly kind: 'server-hello-done' }
  | ({ readonly kind: 'certificate-verify' } & DigitallySigned)
  | { readonly kind: 'client-key-exchange'; readonly exchange: KeyExchange; readonly value: Uint8Array }
  | { readonly kind: 'finished'; readonly verifyData: Uint8Array }
  | { readonly kind: 'certificate-status'; readonly response: Uint8Array }
  | { readonly kind: 'key-update'; readonly isRequest: boolean };

/** What was agreed on when the message came. */
export interface HandshakeContext {
  readonly version: number;
  readonly keyExchange: KeyExchange | undefined;
}

const HEADER_BYTES = 4;
/** RFC 8422 §5.4: the only form of curve that is left. */
const CURVE_TYPE_NAMED = 3;
const STATUS_TYPE_OCSP = 1;

export function encodeExtensions(extensions: readonly TlsExtension[]): Uint8Array {
  return vector(2, ...extensions.map(({ type, data }) => concatBytes([uint(type, 2), vector(2, data)])));
}

function readExtensions(reader: WireReader): TlsExtension[] {
  const list = new WireReader(reader.vector(2));
  const extensions: TlsExtension[] = [];
  while (list.left > 0) extensions.push({ type: list.uint(2), data: list.vector(2) });
  if (list.failed) reader.failed = true;
  return extensions;
}

export function encodeServerKeyParams(params: ServerKeyParams): Uint8Array {
  return params.kind === 'ecdhe'
    ? concatBytes([uint(CURVE_TYPE_NAMED, 1), uint(params.group, 2), vector(1, params.publicKey)])
    : concatBytes([vector(2, params.p), vector(2, params.g), vector(2, params.publicKey)]);
}

function encodeSigned({ scheme, signature }: DigitallySigned): Uint8Array {
  return concatBytes([...(scheme === undefined ? [] : [uint(scheme, 2)]), vector(2, signature)]);
}

function typeAndBody(message: TlsHandshake): readonly [type: number, body: readonly Uint8Array[]] {
  switch (message.kind) {
    case 'hello-request':
      return [TYPE.helloRequest, []];
    case 'client-hello':
      return [
        TYPE.clientHello,
        [
          uint(message.version, 2),
          message.random,
          vector(1, message.sessionId),
          uint16s(2, message.cipherSuites),
          vector(1, message.compressionMethods),
          ...(message.extensions === undefined ? [] : [encodeExtensions(message.extensions)]),
        ],
      ];
    case 'server-hello':
      return [
        TYPE.serverHello,
        [
          uint(message.version, 2),
          message.random,
          vector(1, message.sessionId),
          uint(message.cipherSuite, 2),
          uint(message.compressionMethod, 1),
          ...(message.extensions === undefined ? [] : [encodeExtensions(message.extensions)]),
        ],
      ];
    case 'new-session-ticket':
      return [TYPE.newSessionTicket, [uint(message.lifetimeS, 4), vector(2, message.ticket)]];
    case 'new-session-ticket-13':
      return [
        TYPE.newSessionTicket,
        [
          uint(message.lifetimeS, 4),
          uint(message.ageAdd, 4),
          vector(1, message.nonce),
          vector(2, message.ticket),
          encodeExtensions(message.extensions),
        ],
      ];
    case 'encrypted-extensions':
      return [TYPE.encryptedExtensions, [encodeExtensions(message.extensions)]];
    case 'certificate':
      return [TYPE.certificate, [vector(3, ...message.chain.map((one) => vector(3, one)))]];
    case 'certificate-13':
      return [
        TYPE.certificate,
        [
          vector(1, message.context),
          vector(
            3,
            ...message.entries.map((one) =>
              concatBytes([vector(3, one.certificate), encodeExtensions(one.extensions)]),
            ),
          ),
        ],
      ];
    case 'server-key-exchange':
      return [TYPE.serverKeyExchange, [encodeServerKeyParams(message.params), encodeSigned(message)]];
    case 'certificate-request':
      return [
        TYPE.certificateRequest,
        [
          vector(1, message.types),
          ...(message.schemes === undefined ? [] : [uint16s(2, message.schemes)]),
          vector(2, ...message.authorities.map((one) => vector(2, one))),
        ],
      ];
    case 'certificate-request-13':
      return [TYPE.certificateRequest, [vector(1, message.context), encodeExtensions(message.extensions)]];
    case 'server-hello-done':
      return [TYPE.serverHelloDone, []];
    case 'certificate-verify':
      return [TYPE.certificateVerify, [encodeSigned(message)]];
    case 'client-key-exchange':
      return [TYPE.clientKeyExchange, [vector(message.exchange === 'ecdhe' ? 1 : 2, message.value)]];
    case 'finished':
      return [TYPE.finished, [message.verifyData]];
    case 'certificate-status':
      return [TYPE.certificateStatus, [uint(STATUS_TYPE_OCSP, 1), vector(3, message.response)]];
    case 'key-update':
      return [TYPE.keyUpdate, [uint(message.isRequest ? 1 : 0, 1)]];
  }
}

export function encodeHandshake(message: TlsHandshake): Uint8Array {
  const [type, body] = typeAndBody(message);
  return concatBytes([uint(type, 1), vector(3, ...body)]);
}

function readSigned(reader: WireReader, version: number): DigitallySigned {
  const scheme = version >= TLS_VERSION.tls12 ? reader.uint(2) : undefined;
  return { scheme, signature: reader.vector(2) };
}

function readHello(reader: WireReader): { version: number; random: Uint8Array; sessionId: Uint8Array } {
  return { version: reader.uint(2), random: reader.take(32), sessionId: reader.vector(1) };
}

function readCertificates(reader: WireReader, version: number): TlsHandshake {
  if (version < TLS_VERSION.tls13) return { kind: 'certificate', chain: reader.vectors(3, 3) };
  const context = reader.vector(1);
  const list = new WireReader(reader.vector(3));
  const entries: CertificateEntry[] = [];
  while (list.left > 0) entries.push({ certificate: list.vector(3), extensions: readExtensions(list) });
  if (list.failed) reader.failed = true;
  return { kind: 'certificate-13', context, entries };
}

function readServerKeyExchange(
  reader: WireReader,
  { version, keyExchange }: HandshakeContext,
): TlsHandshake | undefined {
  let params: ServerKeyParams;
  if (keyExchange === 'ecdhe') {
    if (reader.uint(1) !== CURVE_TYPE_NAMED) return undefined;
    params = { kind: 'ecdhe', group: reader.uint(2), publicKey: reader.vector(1) };
  } else if (keyExchange === 'dhe') {
    params = { kind: 'dhe', p: reader.vector(2), g: reader.vector(2), publicKey: reader.vector(2) };
  } else return undefined;
  return { kind: 'server-key-exchange', params, ...readSigned(reader, version) };
}

/** Undefined for a type that is not known, or not in this version. */
function readBody(type: number, reader: WireReader, context: HandshakeContext): TlsHandshake | undefined {
  const { version, keyExchange } = context;
  const is13 = version >= TLS_VERSION.tls13;
  switch (type) {
    case TYPE.helloRequest:
      return { kind: 'hello-request' };
    case TYPE.clientHello: {
      const hello = readHello(reader);
      const cipherSuites = reader.uint16s(2);
      const compressionMethods = reader.vector(1);
      const extensions = reader.left === 0 ? undefined : readExtensions(reader);
      return { kind: 'client-hello', ...hello, cipherSuites, compressionMethods, extensions };
    }
    case TYPE.serverHello: {
      const hello = readHello(reader);
      const cipherSuite = reader.uint(2);
      const compressionMethod = reader.uint(1);
      const extensions = reader.left === 0 ? undefined : readExtensions(reader);
      return { kind: 'server-hello', ...hello, cipherSuite, compressionMethod, extensions };
    }
    case TYPE.newSessionTicket:
      if (!is13) return { kind: 'new-session-ticket', lifetimeS: reader.uint(4), ticket: reader.vector(2) };
      return {
        kind: 'new-session-ticket-13',
        lifetimeS: reader.uint(4),
        ageAdd: reader.uint(4),
        nonce: reader.vector(1),
        ticket: reader.vector(2),
        extensions: readExtensions(reader),
      };
    case TYPE.encryptedExtensions:
      return { kind: 'encrypted-extensions', extensions: readExtensions(reader) };
    case TYPE.certificate:
      return readCertificates(reader, version);
    case TYPE.serverKeyExchange:
      return readServerKeyExchange(reader, context);
    case TYPE.certificateRequest:
      if (is13)
        return { kind: 'certificate-request-13', context: reader.vector(1), extensions: readExtensions(reader) };
      return {
        kind: 'certificate-request',
        types: reader.vector(1),
        schemes: version >= TLS_VERSION.tls12 ? reader.uint16s(2) : undefined,
        authorities: reader.vectors(2, 2),
      };
    case TYPE.serverHelloDone:
      return { kind: 'server-hello-done' };
    case TYPE.certificateVerify:
      return { kind: 'certificate-verify', ...readSigned(reader, version) };
    case TYPE.clientKeyExchange:
      if (keyExchange === undefined) return undefined;
      return {
        kind: 'client-key-exchange',
        exchange: keyExchange,
        value: reader.vector(keyExchange === 'ecdhe' ? 1 : 2),
      };
    case TYPE.finished:
      return { kind: 'finished', verifyData: reader.rest() };
    case TYPE.certificateStatus:
      if (reader.uint(1) !== STATUS_TYPE_OCSP) return undefined;
      return { kind: 'certificate-status', response: reader.vector(3) };
    case TYPE.keyUpdate:
      return { kind: 'key-update', isRequest: reader.uint(1) === 1 };
    default:
      return undefined;
  }
}

/** Reads one whole message, header and all. */
export function decodeHandshake(bytes: Uint8Array, context: HandshakeContext): Result<TlsHandshake, DecodeError> {
  const header = new WireReader(bytes);
  const type = header.uint(1);
  const reader = new WireReader(header.vector(3));
  if (header.failed) return decodeError('truncated', bytes.length, 'RFC 5246 §7.4');
  if (header.left > 0) {
    return decodeError('malformed', header.offset, 'RFC 5246 §7.4');
  }
  const message = readBody(type, reader, context);
  if (message === undefined) {
    return decodeError('unsupported', 0, 'RFC 5246 §7.4');
  }
  if (reader.failed || reader.left > 0) {
    return decodeError('malformed', HEADER_BYTES + reader.offset, 'RFC 5246 §7.4');
  }
  return ok(message);
}

/** A message longer than this is refused: no chain of certificates needs it. */
const MAX_MESSAGE_BYTES = 1 << 18;

/** Puts handshake messages together from the fragments of records. */
export class HandshakeReader {
  private buffer: Uint8Array = new Uint8Array(0);
  overflow = false;

  /** Bytes of a message that is not whole yet: keys must not change here (RFC 8446 §5.1). */
  get isInside(): boolean {
    return this.buffer.length > 0;
  }

  push(fragment: Uint8Array): void {
    this.buffer = this.buffer.length === 0 ? fragment : concatBytes([this.buffer, fragment]);
  }

  /** The next whole message with its header. */
  next(): Uint8Array | undefined {
    if (this.buffer.length < HEADER_BYTES) return undefined;
    const reader = new WireReader(this.buffer);
    reader.uint(1);
    const length = HEADER_BYTES + reader.uint(3);
    if (length > MAX_MESSAGE_BYTES) {
      this.overflow = true;
      return undefined;
    }
    if (length > this.buffer.length) return undefined;
    const message = this.buffer.subarray(0, length);
    this.buffer = this.buffer.subarray(length);
    return message;
  }
}
