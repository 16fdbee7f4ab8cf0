/**
 * What the dissection has found out about a connection while it sees its records for the first time: version, suite, whether a side
 * encrypts, the keys if they were logged, and messages that lie in several records. It is asked once for each record, in
 * order; what it answered is remembered with the frame.
 */
import { StateBag, StateKey } from '../core/conversation.ts';
import { byteAt, concatBytes, readU16 } from '../../base/bytes.ts';
import { extensionData, readSelectedVersion } from './extensions.ts';
import { CONTENT_TYPE, EXTENSION, HANDSHAKE_TYPE, HANDSHAKE_TYPE_NAMES, TLS_VERSION } from './fields.ts';
import { decodeHandshake, type HandshakeContext } from './handshake.ts';
import type { SecretStore } from './key-log.ts';
import { expandLabel, SUITE_HASHES } from './cipher/key-schedule.ts';
import { keyBlock, openRecord, trafficKeys, type RecordKeys } from './cipher/protection.ts';
import { CIPHER_SUITES, type CipherSuite } from './cipher/suites.ts';
import type { TlsRecord } from './records.ts';

export const TLS_STATE = new StateKey(() => new ConnectionState());

/** A message, or a piece of the stream of data, that lies in several records. */
export class Fragments {
  readonly parts: { readonly bytes: Uint8Array; readonly frame: number }[] = [];
  length = 0;
  /** Frame that completed it; -1 until then. */
  completedIn = -1;
  /** What the protocol above keeps while data come in; used up when they are complete. */
  progress: StateBag | undefined = new StateBag();
  /** Bytes that make it whole, as `Dissection.desegmentLength` and the length so far say; 0: any more will do. */
  wanted = 0;
  private gathered: Uint8Array | undefined;

  push(bytes: Uint8Array, frame: number): void {
    this.parts.push({ bytes, frame });
    this.length += bytes.length;
    this.gathered = undefined;
  }

  get bytes(): Uint8Array {
    if (this.completedIn >= 0) return concatBytes(this.parts.map((part) => part.bytes));
    this.gathered ??= concatBytes(this.parts.map((part) => part.bytes));
    return this.gathered;
  }

  complete(frame: number): void {
    this.completedIn = frame;
    this.gathered = undefined;
    this.progress = undefined;
  }
}

/** How the handshake bytes of a record are cut into messages. */
export interface HandshakePlan {
  /** The end of a message that began earlier, or more of it. */
  readonly head: { readonly message: Fragments; readonly taken: number } | undefined;
  /** Where messages begin that are whole in this record, and where the last of them ends. */
  readonly whole: readonly number[];
  readonly wholeEnd: number;
  /** The beginning of a message that goes on in the next record. */
  readonly tail: Fragments | undefined;
}

/** What was known when a record came. */
export interface SeenRecord {
  readonly isEncrypted: boolean;
  readonly keys: RecordKeys | undefined;
  readonly sequence: number;
  readonly handshake: HandshakePlan | undefined;
}

class Side {
  isEncrypted = false;
  secret: Uint8Array | undefined;
  keys: RecordKeys | undefined;
  sequence = 0;
  pending: Fragments | undefined;
  /** Data that the protocol above waits for. */
  data: Fragments | undefined;
}

const HEADER_BYTES = 4;
const MAX_MESSAGE_BYTES = 1 << 18;

export class ConnectionState {
  /** As agreed; before that, as the first record says. */
  version = 0;
  suite: CipherSuite | undefined;
  private encryptThenMac = false;
  private clientRandom: Uint8Array | undefined;
  private serverRandom: Uint8Array | undefined;
  private readonly client = new Side();
  private readonly server = new Side();

  side(isClient: boolean): Side {
    return isClient ? this.client : this.server;
  }

  get context(): HandshakeContext {
    return { version: this.version, keyExchange: this.suite?.keyExchange };
  }

  /** The next record of a side. */
  see(record: TlsRecord, isClient: boolean, frame: number, secrets: SecretStore): SeenRecord {
    const side = this.side(isClient);
    if (this.version === 0) this.version = record.version;
    const is13 = this.version >= TLS_VERSION.tls13;
    const isEncrypted = is13
      ? record.type === CONTENT_TYPE.applicationData
      : side.isEncrypted && record.type !== CONTENT_TYPE.changeCipherSpec;
    if (!isEncrypted) {
      if (record.type === CONTENT_TYPE.changeCipherSpec && !is13) {
        side.isEncrypted = true;
        side.keys = undefined;
        side.sequence = 0;
      }
      const isHandshake = record.type === CONTENT_TYPE.handshake && looksLikeHandshake(record.fragment, side.pending);
      if (record.type === CONTENT_TYPE.handshake && !isHandshake) {
        return { isEncrypted: true, keys: undefined, sequence: 0, handshake: undefined };
      }
      const handshake = isHandshake ? this.handshake(side, isClient, record.fragment, frame, secrets) : undefined;
      return { isEncrypted, keys: undefined, sequence: 0, handshake };
    }
    side.keys ??= this.keysOf(isClient, secrets);
    const { keys, sequence } = side;
    side.sequence++;
    const isData = record.type === CONTENT_TYPE.applicationData && !is13;
    if (keys === undefined || isData) return { isEncrypted, keys, sequence, handshake: undefined };
    const opened = openRecord(keys, sequence, record.type, record.fragment);
    if (!opened.ok) return { isEncrypted, keys: undefined, sequence, handshake: undefined };
    const { type, data } = opened.value;
    const handshake =
      type === CONTENT_TYPE.handshake ? this.handshake(side, isClient, data, frame, secrets) : undefined;
    return { isEncrypted, keys, sequence, handshake };
  }

  private handshake(
    side: Side,
    isClient: boolean,
    bytes: Uint8Array,
    frame: number,
    secrets: SecretStore,
  ): HandshakePlan {
    let at = 0;
    let head: HandshakePlan['head'];
    if (side.pending !== undefined) {
      const message = side.pending;
      const all = concatBytes([message.bytes, bytes.subarray(0, HEADER_BYTES)]);
      const taken =
        all.length < HEADER_BYTES ? bytes.length : Math.min(bytes.length, lengthOf(all, 0) - message.length);
      message.push(bytes.subarray(0, taken), frame);
      head = { message, taken };
      at = taken;
      if (message.length >= HEADER_BYTES && message.length === lengthOf(message.bytes, 0)) {
        this.seeMessage(side, isClient, message.bytes, secrets);
        message.complete(frame);
        side.pending = undefined;
      }
    }
    const whole: number[] = [];
    while (bytes.length - at >= HEADER_BYTES && at + lengthOf(bytes, at) <= bytes.length) {
      whole.push(at);
      const end = at + lengthOf(bytes, at);
      this.seeMessage(side, isClient, bytes.subarray(at, end), secrets);
      at = end;
    }
    let tail: Fragments | undefined;
    if (at < bytes.length) {
      tail = new Fragments();
      tail.push(bytes.subarray(at), frame);
      side.pending = tail;
    }
    return { head, whole, wholeEnd: at, tail };
  }

  private seeMessage(side: Side, isClient: boolean, bytes: Uint8Array, secrets: SecretStore): void {
    switch (byteAt(bytes, 0)) {
      case HANDSHAKE_TYPE.clientHello: {
        const hello = decodeHandshake(bytes, this.context);
        if (hello.ok && hello.value.kind === 'client-hello') this.clientRandom = hello.value.random;
        return;
      }
      case HANDSHAKE_TYPE.serverHello: {
        const hello = decodeHandshake(bytes, this.context);
        if (!hello.ok || hello.value.kind !== 'server-hello') return;
        this.serverRandom = hello.value.random;
        this.version = readSelectedVersion(hello.value.extensions) ?? hello.value.version;
        this.suite = CIPHER_SUITES.get(hello.value.cipherSuite);
        this.encryptThenMac = extensionData(hello.value.extensions, EXTENSION.encryptThenMac) !== undefined;
        return;
      }
      case HANDSHAKE_TYPE.finished:
        if (this.version < TLS_VERSION.tls13 || this.clientRandom === undefined) return;
        this.use13(
          side,
          secrets.find(isClient ? 'CLIENT_TRAFFIC_SECRET_0' : 'SERVER_TRAFFIC_SECRET_0', this.clientRandom),
        );
        return;
      case HANDSHAKE_TYPE.keyUpdate: {
        // RFC 8446 §7.2.
        const { suite } = this;
        const { secret } = side;
        if (suite === undefined || secret === undefined || this.version < TLS_VERSION.tls13) return;
        const length = SUITE_HASHES[suite.hash].outputLen;
        this.use13(side, expandLabel(suite.hash, secret, 'traffic upd', new Uint8Array(0), length));
        return;
      }
      default:
    }
  }

  private use13(side: Side, secret: Uint8Array | undefined): void {
    side.secret = secret;
    side.sequence = 0;
    side.keys = secret === undefined || this.suite === undefined ? undefined : trafficKeys(this.suite, secret);
  }

  private keysOf(isClient: boolean, secrets: SecretStore): RecordKeys | undefined {
    const { suite, clientRandom, serverRandom, version } = this;
    if (suite === undefined || clientRandom === undefined || serverRandom === undefined) return undefined;
    if (version >= TLS_VERSION.tls13) {
      const label = isClient ? 'CLIENT_HANDSHAKE_TRAFFIC_SECRET' : 'SERVER_HANDSHAKE_TRAFFIC_SECRET';
      const secret = secrets.find(label, clientRandom);
      return secret === undefined ? undefined : trafficKeys(suite, secret);
    }
    const master = secrets.find('CLIENT_RANDOM', clientRandom);
    if (master === undefined || version < TLS_VERSION.tls11) return undefined;
    const keys = keyBlock(version, suite, master, clientRandom, serverRandom, this.encryptThenMac);
    return isClient ? keys.client : keys.server;
  }
}

/** Of the message at an offset, header and all. */
export function lengthOf(bytes: Uint8Array, at: number): number {
  return HEADER_BYTES + (bytes[at + 1] ?? 0) * 0x1_0000 + readU16(bytes, at + 2);
}

/** Where the handshake was not seen, bytes that cannot be a header are encrypted ones. */
function looksLikeHandshake(fragment: Uint8Array, pending: Fragments | undefined): boolean {
  if (pending !== undefined) return true;
  const name = HANDSHAKE_TYPE_NAMES[fragment[0] ?? -1];
  return name !== undefined && (fragment.length < HEADER_BYTES || lengthOf(fragment, 0) <= MAX_MESSAGE_BYTES);
}
