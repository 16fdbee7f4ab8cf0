/**
 * What client and server of TLS have in common: records in and out, with their protection, handshake messages put
 * together, alerts, data. A state machine on bytes: its owner passes on what it gives out. It knows no clock, and its
 * randomness is given.
 */
import { concatBytes } from '../../base/bytes.ts';
import type { Rng } from '../../base/rng.ts';
import { ALERT, CONTENT_TYPE, TLS_VERSION } from '../../protocols/tls/fields.ts';
import { encodeHandshake, HandshakeReader, type TlsHandshake } from '../../protocols/tls/handshake.ts';
import type { TlsSecret } from '../../protocols/tls/key-log.ts';
import { openRecord, sealRecord, type OpenFailure, type RecordKeys } from '../../protocols/tls/cipher/protection.ts';
import { encodeRecord, MAX_PLAINTEXT_BYTES, RecordReader, type TlsRecord } from '../../protocols/tls/records.ts';

/** Why a connection failed. */
export interface TlsFailure {
  readonly code: TlsFailureCode;
  /** Of the alert that was sent or, with `alert-received`, came. */
  readonly alert?: number;
}

export type TlsFailureCode =
  | 'alert-received'
  | 'alert-malformed'
  | 'alert-level'
  | 'change-cipher-spec'
  | 'hello'
  | 'no-version'
  | 'no-suite'
  | 'null-suite'
  | 'no-group'
  | 'no-scheme'
  | 'certificate-malformed'
  | 'no-certificate'
  | 'certificate-refused'
  | 'key-exchange'
  | 'key-exchange-signature'
  | 'certificate-verify'
  | 'hello-done'
  | 'finished-malformed'
  | 'finished-wrong'
  | 'ticket'
  | 'extended-master-secret'
  | 'renegotiation-unsupported'
  | 'renegotiation-wrong'
  | 'unexpected-message'
  | 'record-length'
  | 'record-padding'
  | 'record-mac'
  | 'unknown-name';

export interface TlsEvents {
  /** Bytes for the other side. */
  output(bytes: Uint8Array): void;
  /** The handshake is done: data may be sent. */
  ready(): void;
  data(bytes: Uint8Array): void;
  /** The other side sends no more data. */
  end(): void;
  failed(failure: TlsFailure): void;
  /** A secret that opens the records of this connection, before the first record under it is sent. */
  secret(secret: TlsSecret): void;
}

/** One direction under protection. */
interface Protected {
  readonly keys: RecordKeys;
  sequence: number;
}

const RECORD_FAILURES = { length: 'record-length', padding: 'record-padding', mac: 'record-mac' } as const;
const WARNING = 1;
const FATAL = 2;
/** The first byte of the versions of SSL 3.0 and all TLS. */
const TLS_MAJOR = 3;

export abstract class TlsEndpoint {
  protected readonly rng: Rng;
  protected readonly events: TlsEvents;
  /** As agreed; what records say before that. */
  protected version: number = TLS_VERSION.tls12;
  /** The messages of the handshake so far. */
  protected transcript: Uint8Array[] = [];
  /** The most that a record may carry (RFC 6066 §4). */
  protected maxFragmentBytes = MAX_PLAINTEXT_BYTES;
  private readonly records = new RecordReader();
  private readonly messages = new HandshakeReader();
  private reading: Protected | undefined;
  private writing: Protected | undefined;
  private readonly waiting: TlsRecord[] = [];
  private output: Uint8Array[] = [];
  private isPaused = false;
  private isWorking = false;
  isReady = false;
  /** Failed, or closed by this side. */
  isOver = false;

  constructor(rng: Rng, events: TlsEvents) {
    this.rng = rng;
    this.events = events;
  }

  // ---- for the owner

  /** Takes in what the other side sent. */
  receive(bytes: Uint8Array): void {
    if (this.isOver) return;
    this.records.push(bytes, (record) => this.waiting.push(record));
    this.work();
    if (this.records.overflow) this.fail('record-length', ALERT.recordOverflow);
    this.flush();
  }

  /** Sends data; only when the handshake is done. */
  send(data: Uint8Array): void {
    for (let at = 0; at < data.length; at += this.maxFragmentBytes) {
      this.write(CONTENT_TYPE.applicationData, data.subarray(at, at + this.maxFragmentBytes));
    }
    this.flush();
  }

  /** Says that no more data come (RFC 5246 §7.2.1). */
  close(): void {
    if (this.isOver) return;
    this.write(CONTENT_TYPE.alert, Uint8Array.of(WARNING, ALERT.closeNotify));
    this.flush();
    this.isOver = true;
  }

  /** Data that go in one record. */
  get recordBytes(): number {
    return this.maxFragmentBytes;
  }

  // ---- for client and server

  /** What goes along with a record in the clear: the IV of CBC, or the part of GCM's nonce that is the sender's to choose. */
  protected explicitIv(length: number, _sequence: number): Uint8Array {
    return this.rng.bytes(length);
  }

  /** A handshake message came. */
  protected abstract onMessage(bytes: Uint8Array): void;
  protected abstract onChangeCipherSpec(): void;

  /** Records wait until `resume`. */
  protected pause(): void {
    this.isPaused = true;
  }

  protected resume(): void {
    this.isPaused = false;
    this.work();
    this.flush();
  }

  protected sendMessage(message: TlsHandshake): Uint8Array {
    const bytes = encodeHandshake(message);
    this.transcript.push(bytes);
    for (let at = 0; at < bytes.length; at += this.maxFragmentBytes) {
      this.write(CONTENT_TYPE.handshake, bytes.subarray(at, at + this.maxFragmentBytes));
    }
    return bytes;
  }

  protected sendChangeCipherSpec(): void {
    this.output.push(encodeRecord(CONTENT_TYPE.changeCipherSpec, this.recordVersion, Uint8Array.of(1)));
  }

  protected sendAlert(level: number, description: number): void {
    this.write(CONTENT_TYPE.alert, Uint8Array.of(level, description));
  }

  protected protectReading(keys: RecordKeys): void {
    this.reading = { keys, sequence: 0 };
  }

  protected protectWriting(keys: RecordKeys): void {
    this.writing = { keys, sequence: 0 };
  }

  protected becomeReady(): void {
    this.isReady = true;
    this.flush();
    this.events.ready();
  }

  /** Ends the connection; `alert` says to the other side why. */
  protected fail(code: TlsFailureCode, alert?: number): void {
    if (this.isOver) return;
    if (alert !== undefined) this.sendAlert(FATAL, alert);
    this.flush();
    this.isOver = true;
    this.waiting.length = 0;
    this.events.failed(alert === undefined ? { code } : { code, alert });
  }

  protected flush(): void {
    if (this.output.length === 0) return;
    const bytes = concatBytes(this.output);
    this.output = [];
    this.events.output(bytes);
  }

  /** RFC 8446 §5.1: records go on saying TLS 1.2. */
  private get recordVersion(): number {
    return Math.min(this.version, TLS_VERSION.tls12);
  }

  private write(type: number, data: Uint8Array): void {
    const { writing } = this;
    if (writing === undefined) {
      this.output.push(encodeRecord(type, this.recordVersion, data));
      return;
    }
    const { keys } = writing;
    const sequence = writing.sequence++;
    const fragment = sealRecord(keys, sequence, { type, data }, (length) => this.explicitIv(length, sequence));
    const is13 = keys.version >= TLS_VERSION.tls13;
    this.output.push(encodeRecord(is13 ? CONTENT_TYPE.applicationData : type, this.recordVersion, fragment));
  }

  private work(): void {
    if (this.isWorking) return;
    this.isWorking = true;
    while (!this.isPaused && !this.isOver) {
      const message = this.messages.next();
      if (message !== undefined) {
        this.onMessage(message);
        continue;
      }
      if (this.messages.overflow) {
        this.isWorking = false;
        return this.fail('unexpected-message', ALERT.decodeError);
      }
      const record = this.waiting.shift();
      if (record === undefined) break;
      this.record(record);
    }
    this.isWorking = false;
  }

  private record(record: TlsRecord): void {
    if (record.version >>> 8 !== TLS_MAJOR) return this.fail('unexpected-message', ALERT.protocolVersion);
    const opened = this.open(record);
    if (typeof opened === 'string') {
      return this.fail(RECORD_FAILURES[opened], opened === 'length' ? ALERT.decodeError : ALERT.badRecordMac);
    }
    const { type, data } = opened;
    if (data.length > MAX_PLAINTEXT_BYTES) return this.fail('record-length', ALERT.recordOverflow);
    switch (type) {
      case CONTENT_TYPE.changeCipherSpec:
        if (data.length !== 1 || data[0] !== 1) return this.fail('change-cipher-spec', ALERT.unexpectedMessage);
        // RFC 8446 §5: in TLS 1.3 it means nothing.
        if (this.version < TLS_VERSION.tls13) this.onChangeCipherSpec();
        return;
      case CONTENT_TYPE.alert:
        return this.alert(data);
      case CONTENT_TYPE.handshake:
        if (data.length === 0) return this.fail('unexpected-message', ALERT.unexpectedMessage);
        return this.messages.push(data);
      case CONTENT_TYPE.applicationData:
        if (this.isReady && this.reading !== undefined) {
          if (data.length > 0) this.events.data(data);
          return;
        }
        return this.fail('unexpected-message', ALERT.unexpectedMessage);
      default:
        this.fail('unexpected-message', ALERT.unexpectedMessage);
    }
  }

  private open({ type, version, fragment }: TlsRecord): { type: number; data: Uint8Array } | OpenFailure {
    const { reading } = this;
    const isPlain = reading === undefined || type === CONTENT_TYPE.changeCipherSpec;
    const is13 = (reading?.keys.version ?? 0) >= TLS_VERSION.tls13;
    // RFC 8446 §6: an alert may come in the clear when the other side could not make its keys.
    if (isPlain || (is13 && type === CONTENT_TYPE.alert)) return { type, data: fragment };
    // RFC 5246 §6.2.3.1: the version of the record goes into its MAC.
    if (!is13 && version !== reading.keys.version) return 'mac';
    const opened = openRecord(reading.keys, reading.sequence++, type, fragment);
    return opened.ok ? opened.value : opened.error;
  }

  private alert(data: Uint8Array): void {
    const [level, description] = data;
    if (data.length !== 2 || description === undefined) return this.fail('alert-malformed', ALERT.decodeError);
    if (description === ALERT.closeNotify && this.isReady) return this.events.end();
    // A side that takes its leave before the handshake is done has refused it.
    if (level === FATAL || description === ALERT.closeNotify) {
      this.isOver = true;
      this.waiting.length = 0;
      return this.events.failed({ code: 'alert-received', alert: description });
    }
    if (level !== WARNING) this.fail('alert-level', ALERT.illegalParameter);
  }
}
