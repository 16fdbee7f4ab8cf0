/**
 * The dissection of TLS over TCP: records, their handshake messages, alerts, and with logged keys what is inside of
 * encrypted records, up to HTTP.
 */
import { itemAt } from '../../base/lists/list.ts';
import { StateBag, frameKey } from '../core/conversation.ts';
import { GENERATED, ONE_MORE_SEGMENT, UNTIL_END, type Dissection } from '../core/dissect.ts';
import { SCOPES_OF_A_STEP } from '../tcp/payload-dissect.ts';
import { defineProtocol, REJECTED } from '../core/registry.ts';
import { httpProtocol } from '../http/dissect.ts';
import { Fragments, lengthOf, TLS_STATE, type ConnectionState, type SeenRecord } from './connection-state.ts';
import { TLS, TLS_EXTENSION } from './dissect-fields.ts';
import { dissectHandshake, handshakeName } from './dissect-handshake.ts';
import {
  ALERT_DESCRIPTION_NAMES,
  ALERT_LEVEL_NAMES,
  CONTENT_TYPE,
  CONTENT_TYPE_NAMES,
  HTTPS_PORT,
  TLS_VERSION,
} from './fields.ts';
import type { HandshakeContext } from './handshake.ts';
import { openRecord, type Plaintext } from './cipher/protection.ts';
import { looksLikeRecord, RECORD_HEADER_BYTES } from './records.ts';

/** HTTPS, syslog over TLS, and ports on which people try HTTPS. */
const PORTS = [HTTPS_PORT, 4433, 6514, 8443];
const SEEN = frameKey<SeenRecord>();
const DATA_STEP = frameKey<DataStep>();
const CLOSE_NOTIFY = 0;

/** What becomes of the data of a record. */
type DataStep =
  | { readonly kind: 'direct' }
  | { readonly kind: 'part'; readonly message: Fragments }
  | { readonly kind: 'complete'; readonly message: Fragments };

function dissectTls(d: Dissection, start: number, end: number): number {
  if (end - start >= 3 && !looksLikeRecord(d.u8(start), d.u16(start + 1))) return REJECTED;
  const client = isClient(d);
  const state = d.conversation?.state(TLS_STATE);
  let at = start;
  let stop = start;
  // The protocol's item is as long as its records, which may end before the segment does.
  for (stop = start; end - stop >= RECORD_HEADER_BYTES;) {
    const next = stop + RECORD_HEADER_BYTES + d.u16(stop + 3);
    if (next > end || !looksLikeRecord(d.u8(stop), d.u16(stop + 1))) break;
    stop = next;
  }
  if (stop === start) {
    if (!d.canDesegment) return end - start < RECORD_HEADER_BYTES ? REJECTED : cutOff(d, start, end);
    return wait(d, start, end);
  }
  d.begin(tlsProtocol.field, start, stop - start);
  if (d.columns !== undefined) {
    d.columns.protocol = `TLSv${versionText(state?.version ?? d.u16(start + 1))}`;
    d.columns.info = '';
  }
  const inner: (() => void)[] = [];
  for (let which = 0; at < stop; which++) {
    const next = at + RECORD_HEADER_BYTES + d.u16(at + 3);
    new RecordView(d, state, client, at, next, which, inner).show();
    at = next;
  }
  d.end();
  for (const show of inner) show();
  if (stop < end && d.canDesegment) return wait(d, stop, end);
  if (stop < end) d.data(stop, end);
  return end;
}

/** The records that end here are dissected; the next one begins at `at`. */
function wait(d: Dissection, at: number, end: number): number {
  d.desegmentOffset = at;
  const isHeader = end - at < RECORD_HEADER_BYTES;
  d.desegmentLength = isHeader ? RECORD_HEADER_BYTES - (end - at) : at + RECORD_HEADER_BYTES + d.u16(at + 3) - end;
  if (!isHeader && !looksLikeRecord(d.u8(at), d.u16(at + 1))) {
    d.desegmentLength = 0;
    d.data(at, end);
  }
  return end;
}

/** The stream ends inside a record. */
function cutOff(d: Dissection, start: number, end: number): number {
  d.begin(tlsProtocol.field, start, end - start);
  d.add(TLS.contentType, start, 1);
  d.add(TLS.recordVersion, start + 1, 2);
  d.add(TLS.recordLength, start + 3, 2);
  d.end();
  return end;
}

function isClient(d: Dissection): boolean {
  if (PORTS.includes(d.destinationPort)) return true;
  return !PORTS.includes(d.sourcePort) && d.direction === 0;
}

function versionText(version: number): string {
  return version === TLS_VERSION.tls10 ? '1' : `1.${version & 0xff ? (version & 0xff) - 1 : 0}`;
}

/** One record. */
class RecordView {
  private readonly d: Dissection;
  private readonly state: ConnectionState | undefined;
  private readonly client: boolean;
  private readonly start: number;
  private readonly end: number;
  private readonly which: number;
  /** What is shown behind the protocol's item. */
  private readonly inner: (() => void)[];

  constructor(
    d: Dissection,
    state: ConnectionState | undefined,
    client: boolean,
    start: number,
    end: number,
    which: number,
    inner: (() => void)[],
  ) {
    this.d = d;
    this.state = state;
    this.client = client;
    this.start = start;
    this.end = end;
    this.which = which;
    this.inner = inner;
  }

  show(): void {
    const { d, start, end, state } = this;
    const type = d.u8(start);
    const fragmentAt = start + RECORD_HEADER_BYTES;
    const fragment = d.bytes.subarray(fragmentAt, end);
    const version = d.u16(start + 1);
    const seen: SeenRecord =
      state === undefined
        ? { isEncrypted: false, keys: undefined, sequence: 0, handshake: undefined }
        : d.remember(
            SEEN,
            () => state.see({ type, version, fragment }, this.client, d.index, d.context.frames.secrets),
            this.which,
          );
    const agreed = state?.version ?? version;
    d.begin(TLS.record, start, end - start);
    const isOpaque = agreed >= TLS_VERSION.tls13 && type === CONTENT_TYPE.applicationData;
    d.add(isOpaque ? TLS.opaqueType : TLS.contentType, start, 1);
    d.add(TLS.recordVersion, start + 1, 2);
    d.add(TLS.recordLength, start + 3, 2);
    const plain = this.open(seen, type, fragment);
    if (isOpaque && plain !== undefined) d.add(TLS.contentType, start, 1, plain.type, GENERATED);
    const what = this.content(seen, plain?.type ?? type, fragmentAt, plain);
    if (d.building) d.labelOpen(`TLSv${versionText(agreed)} Record Layer: ${what}`);
    d.end();
  }

  /** What an encrypted record says, when the keys are known and somebody looks. */
  private open(seen: SeenRecord, type: number, fragment: Uint8Array): Plaintext | undefined {
    const { d } = this;
    if (!seen.isEncrypted || seen.keys === undefined) return undefined;
    const isData = type === CONTENT_TYPE.applicationData && seen.keys.version < TLS_VERSION.tls13;
    // A filter for other things need not pay for the decryption of a long download.
    if (isData && d.visited && d.recall(DATA_STEP, this.which)?.kind === 'part' && !d.building) return undefined;
    const opened = openRecord(seen.keys, seen.sequence, type, fragment);
    return opened.ok ? opened.value : undefined;
  }

  private content(seen: SeenRecord, type: number, at: number, plain: Plaintext | undefined): string {
    const { d, end } = this;
    switch (type) {
      case CONTENT_TYPE.changeCipherSpec:
        this.info('Change Cipher Spec');
        d.add(TLS.changeCipherSpec, at, end - at);
        return 'Change Cipher Spec Protocol: Change Cipher Spec';
      case CONTENT_TYPE.alert:
        return this.alert(seen, at, plain);
      case CONTENT_TYPE.handshake:
        return this.handshake(seen, at, plain);
      case CONTENT_TYPE.applicationData:
        return this.data(seen, at, plain);
      default:
        return CONTENT_TYPE_NAMES[type] ?? `Unknown (${type})`;
    }
  }

  /** As the whole handshake agreed: a later pass knows it from the first message on. */
  private get context(): HandshakeContext {
    return this.state?.context ?? NO_CONTEXT;
  }

  private info(text: string): void {
    const { columns } = this.d;
    if (columns !== undefined) columns.info += columns.info === '' ? text : `, ${text}`;
  }

  private alert(seen: SeenRecord, at: number, plain: Plaintext | undefined): string {
    const { d, end } = this;
    const size = plain?.data.length ?? end - at;
    if ((seen.isEncrypted && plain === undefined) || size !== 2) {
      this.info('Encrypted Alert');
      d.add(TLS.alert, at, end - at);
      if (d.building) d.label('Alert Message: Encrypted Alert');
      return 'Encrypted Alert';
    }
    let text = '';
    const show = (place: number, whole: number): void => {
      const level = d.u8(place);
      const description = d.u8(place + 1);
      d.begin(TLS.alert, whole, plain === undefined ? 2 : 0);
      d.add(TLS.alertLevel, place, 1);
      d.add(TLS.alertDescription, place + 1, 1);
      d.end();
      const [name, said] = [ALERT_LEVEL_NAMES[level] ?? level, ALERT_DESCRIPTION_NAMES[description] ?? description];
      text = `Alert (Level: ${name}, Description: ${said})`;
      if (description === CLOSE_NOTIFY) this.streamEnds();
    };
    if (plain === undefined) show(at, at);
    else d.within('Decrypted TLS', plain.data, () => show(0, 0));
    this.info(text);
    return text;
  }

  private handshake(seen: SeenRecord, at: number, plain: Plaintext | undefined): string {
    const { d, end } = this;
    const plan = seen.handshake;
    if (plan === undefined) {
      this.info('Encrypted Handshake Message');
      d.add(TLS.handshake, at, end - at);
      if (d.building) d.label('Handshake Protocol: Encrypted Handshake Message');
      return 'Handshake Protocol: Encrypted Handshake Message';
    }
    const names: string[] = [];
    const show = (first: number): void => {
      if (plan.head !== undefined) names.push(this.headFragment(plan.head, first));
      for (const offset of plan.whole) {
        const from = first + offset;
        const name = handshakeName(d.u8(from));
        dissectHandshake(d, from, from + lengthOf(d.bytes, from), this.context);
        names.push(name);
        this.info(name);
      }
      if (plan.tail !== undefined) names.push(this.fragment(plan.tail, first + plan.wholeEnd, plan.tail));
    };
    if (plain === undefined) show(at);
    else d.within('Decrypted TLS', plain.data, () => show(0));
    const [only] = names;
    return `Handshake Protocol: ${names.length === 1 && only !== undefined ? only : 'Multiple Handshake Messages'}`;
  }

  /** A piece of a message that is complete in a later record. */
  private fragment(message: Fragments, at: number, { parts }: Fragments): string {
    const { d } = this;
    const name = handshakeName(itemAt(parts, 0).bytes[0] ?? -1);
    const length = itemAt(parts, 0).bytes.length;
    d.add(TLS.handshake, at, length);
    if (d.building) d.label(`Handshake Protocol: ${name} (fragment)`);
    this.info(`[${name} Fragment]`);
    this.reassembledIn(message);
    return `${name} (fragment)`;
  }

  private reassembledIn(message: Fragments): void {
    const { d, start } = this;
    const isFrame = d.bytes.length >= this.end;
    if (message.completedIn >= 0) {
      d.add(TLS.handshakeReassembledIn, isFrame ? start : 0, 0, message.completedIn + 1, GENERATED);
    }
  }

  private headFragment(
    { message, taken }: { readonly message: Fragments; readonly taken: number },
    at: number,
  ): string {
    const { d } = this;
    const name = handshakeName(itemAt(message.parts, 0).bytes[0] ?? -1);
    d.add(TLS.handshake, at, taken);
    const isLast = message.completedIn === d.index && this.isLastPart(message);
    if (d.building) d.label(`Handshake Protocol: ${name} (${isLast ? 'last ' : ''}fragment)`);
    if (!isLast) {
      this.info(`[${name} Fragment]`);
      this.reassembledIn(message);
      return `${name} (fragment)`;
    }
    this.info(name);
    d.within('Reassembled TLS Handshake', message.bytes, () => {
      d.begin(TLS.fragments, 0, message.length, undefined, GENERATED);
      let offset = 0;
      for (const { bytes, frame } of message.parts) {
        d.add(TLS.fragment, offset, bytes.length, frame + 1, GENERATED);
        offset += bytes.length;
      }
      d.add(TLS.fragmentCount, 0, 0, message.parts.length, GENERATED);
      d.end();
      dissectHandshake(d, 0, message.length, this.context);
    });
    return name;
  }

  /** Several records of one frame may hold parts of the message; the last one shows it. */
  private isLastPart(message: Fragments): boolean {
    const later = this.d.recall(SEEN, this.which + 1)?.handshake?.head?.message;
    return later !== message;
  }

  private data(seen: SeenRecord, at: number, plain: Plaintext | undefined): string {
    const { d, end, start } = this;
    this.info('Application Data');
    d.add(TLS.appData, at, end - at);
    d.add(TLS.appDataProto, start, 0, httpProtocol.name, GENERATED);
    if (this.state !== undefined && seen.keys !== undefined && (plain !== undefined || d.visited)) {
      const message = plain?.data;
      this.inner.push(() => this.dataOf(message));
    }
    return `Application Data Protocol: ${httpProtocol.name}`;
  }

  /** The data of a record, in the stream of its direction. */
  private dataOf(data: Uint8Array | undefined): void {
    const { d, state } = this;
    const side = state?.side(this.client);
    if (side === undefined) return;
    const known = d.recall(DATA_STEP, this.which);
    if (known !== undefined) {
      if (data !== undefined || known.kind !== 'direct') this.follow(known, data);
      return;
    }
    if (data === undefined || d.visited || data.length === 0) return;
    d.remember(DATA_STEP, () => this.decide(side, data), this.which);
  }

  private follow(step: DataStep, data: Uint8Array | undefined): void {
    const { d } = this;
    switch (step.kind) {
      case 'direct':
        if (data !== undefined) d.within('Decrypted TLS', data, () => void this.http(data.length, undefined, true));
        return;
      case 'part':
        if (data !== undefined) this.segmentData(step.message, data);
        return;
      case 'complete':
        if (data !== undefined) this.segmentData(step.message, data);
        this.showMessage(step.message);
    }
  }

  private segmentData(message: Fragments, data: Uint8Array): void {
    const { d } = this;
    d.within('Decrypted TLS', data, () => {
      if (message.completedIn >= 0 && message.completedIn !== d.index)
        d.add(TLS.reassembledIn, 0, 0, message.completedIn + 1, GENERATED);
      d.add(TLS.segmentData, 0, data.length);
    });
  }

  private showMessage(message: Fragments): void {
    const { d } = this;
    d.within('Reassembled TLS', message.bytes, () => {
      d.begin(TLS.segments, 0, message.length, undefined, GENERATED);
      let offset = 0;
      for (const { bytes, frame } of message.parts) {
        d.add(TLS.segment, offset, bytes.length, frame + 1, GENERATED);
        offset += bytes.length;
      }
      d.add(TLS.segmentCount, 0, 0, message.parts.length, GENERATED);
      d.add(TLS.reassembledLength, 0, 0, message.length, GENERATED);
      d.add(TLS.reassembledData, 0, message.length, undefined, GENERATED);
      d.end();
      this.http(message.length, undefined, false);
    });
  }

  private decide(side: { data: Fragments | undefined }, data: Uint8Array): DataStep {
    const { d } = this;
    const message = side.data;
    if (message === undefined) {
      let left: Left | undefined;
      d.within('Decrypted TLS', data, () => (left = this.http(data.length, undefined, true)));
      side.data = this.tailOf(data, left);
      return left?.at === 0 && side.data !== undefined ? { kind: 'part', message: side.data } : { kind: 'direct' };
    }
    message.push(data, d.index);
    if (message.wanted === UNTIL_END || message.length < message.wanted) return { kind: 'part', message };
    const { bytes } = message;
    let left: Left | undefined;
    d.within('Reassembled TLS', bytes, () => (left = this.http(bytes.length, message.progress, true)));
    if (left?.at === 0) {
      message.wanted = left.wanted;
      return { kind: 'part', message };
    }
    message.complete(d.index);
    side.data = this.tailOf(bytes, left);
    return { kind: 'complete', message };
  }

  private tailOf(bytes: Uint8Array, left: Left | undefined): Fragments | undefined {
    if (left === undefined) return undefined;
    const tail = new Fragments();
    tail.push(bytes.subarray(left.at), this.d.index);
    tail.wanted = left.wanted;
    return tail;
  }

  /** The close of one direction completes data that only the end of the stream ends. */
  private streamEnds(): void {
    const { d, state } = this;
    const side = state?.side(this.client);
    if (side === undefined) return;
    if (!d.visited && side.data !== undefined) {
      const message = side.data;
      side.data = undefined;
      message.complete(d.index);
      d.remember<DataStep>(DATA_STEP, () => ({ kind: 'complete', message }), this.which);
    }
    const step = d.recall(DATA_STEP, this.which);
    if (step?.kind === 'complete') this.inner.push(() => this.showMessage(step.message));
  }

  /** Lets HTTP look at the current source; says what it left for later. */
  private http(length: number, progress: StateBag | undefined, canDesegment: boolean): Left | undefined {
    const { d } = this;
    d.progress = progress;
    d.canDesegment = canDesegment;
    d.desegmentLength = 0;
    d.desegmentOffset = 0;
    const scope = d.memoScope;
    d.memoScope = scope + 1 + Math.min(this.which, SCOPES_OF_A_STEP - 2);
    const layerCount = d.layers.length;
    const result = d.call(httpProtocol, 0, length);
    d.memoScope = scope;
    d.canDesegment = false;
    d.progress = undefined;
    const { desegmentLength, desegmentOffset: at } = d;
    d.desegmentLength = 0;
    if (desegmentLength !== 0 && at === 0) d.truncateLayers(layerCount);
    if (result === REJECTED) d.data(0, length);
    if (desegmentLength === 0 || at >= length) return undefined;
    if (desegmentLength === ONE_MORE_SEGMENT) return { at, wanted: 0 };
    return { at, wanted: desegmentLength === UNTIL_END ? UNTIL_END : length - at + desegmentLength };
  }
}

interface Left {
  readonly at: number;
  readonly wanted: number;
}

const NO_CONTEXT: HandshakeContext = { version: 0, keyExchange: undefined };

export const tlsProtocol = defineProtocol({
  id: 'tls',
  name: 'Transport Layer Security',
  shortName: 'TLS',
  fields: [TLS, TLS_EXTENSION],
  tables: { 'tcp.port': PORTS },
  calls: ['http', 'data-text-lines'],
  dissect: dissectTls,
});
