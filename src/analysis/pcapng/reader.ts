/**
 * Reads capture files, pcapng and pcap in all their byte orders and resolutions, as their bytes come in. A file
 * that is cut short or damaged gives the frames before the damage, and an error that says where it is and why.
 */
import { byteAt, fromUtf8 } from '../../base/bytes.ts';
import { atLeast } from '../../base/lists/list.ts';
import { err, ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import type { Message } from '../../base/sentence.ts';
import { parseKeyLog, type TlsSecret } from '../../protocols/tls/key-log.ts';
import { FrameStore } from '../frame-store.ts';
import type { CaptureInterface, Direction } from '../frame-store.ts';
import {
  BLOCK_DECRYPTION_SECRETS,
  BLOCK_ENHANCED_PACKET,
  BLOCK_INTERFACE_DESCRIPTION,
  BLOCK_PACKET,
  BLOCK_SECTION_HEADER,
  BLOCK_SIMPLE_PACKET,
  BYTE_ORDER_MAGIC,
  EPB_FLAG_INBOUND,
  EPB_FLAG_OUTBOUND,
  EPB_FLAGS,
  IF_DESCRIPTION,
  IF_NAME,
  IF_TSOFFSET,
  IF_TSRESOL,
  MAX_BLOCK_LENGTH,
  MAX_CAPTURED_LENGTH,
  OPT_COMMENT,
  OPT_END,
  PCAP_MAGIC_MICRO,
  PCAP_MAGIC_NANO,
  SECRETS_TLS_KEY_LOG,
} from './blocks.ts';
import { captureMessage } from './messages.ts';
import { isPacked, pushPacked } from './packed.ts';

export type CaptureFormat = 'pcap' | 'pcapng';

export interface CaptureFileError {
  readonly code: 'not-a-capture' | 'truncated' | 'malformed' | 'unsupported' | 'too-large';
  /** From the start of the file. */
  readonly offset: number;
  /** One plain sentence. */
  readonly message: Message;
}

interface FileInterface {
  /** Id in the store. */
  readonly id: number;
  readonly snapLen: number;
  readonly unitsPerS: bigint;
  readonly offsetS: bigint;
}

/** Times up to here are taken for virtual ones and counted from zero; beyond, nanoseconds would not be exact. */
const VIRTUAL_ZERO_LIMIT_S = 100n * 86_400n;

/** An interface costs some hundred bytes of memory and 20 of the file: more of them are no capture but an attack. */
const MAX_INTERFACES = 1_000_000;

export interface CaptureLimits {
  /** A file with more is refused. None by default. */
  readonly maxFrames?: number;
  /** A packed file that holds more is refused. */
  readonly maxBytes?: number;
}

type Step = Result<boolean, CaptureFileError>;

/** Feed it the file's bytes with `push`, then call `finish`. Frames are in `store` as soon as they are whole. */
export class CaptureReader {
  private pending = new Uint8Array(0);
  /** File offset of the first pending byte. */
  private offset = 0;
  private kind: CaptureFormat | undefined;
  private failed: CaptureFileError | undefined;
  private littleEndian = true;
  private target: FrameStore | undefined;
  /** Interfaces that came before the first frame, which decides the origin of times. */
  private readonly earlyInterfaces: CaptureInterface[] = [];
  private readonly earlySecrets: TlsSecret[] = [];
  private interfaceCount = 0;
  private sectionInterfaces: FileInterface[] = [];
  private readonly maxFrames: number;

  constructor(limits: CaptureLimits = {}) {
    this.maxFrames = limits.maxFrames ?? Number.POSITIVE_INFINITY;
  }

  get format(): CaptureFormat | undefined {
    return this.kind;
  }

  get error(): CaptureFileError | undefined {
    return this.failed;
  }

  get store(): FrameStore {
    return this.target ?? this.makeStore(0);
  }

  push(chunk: Uint8Array): Result<void, CaptureFileError> {
    if (this.failed !== undefined) return err(this.failed);
    const bytes = this.pending.length === 0 ? chunk : joined(this.pending, chunk);
    let at = 0;
    for (;;) {
      const rest = bytes.subarray(at);
      const used =
        this.kind === undefined ? this.start(rest) : this.kind === 'pcap' ? this.record(rest) : this.block(rest);
      if (!used.ok) {
        this.failed = used.error;
        return used;
      }
      if (used.value === 0) break;
      at += used.value;
      this.offset += used.value;
    }
    this.pending = bytes.slice(at);
    return ok(undefined);
  }

  /** Says that the file is at its end; an unfinished block is an error. */
  finish(): Result<FrameStore, CaptureFileError> {
    if (this.failed !== undefined) return err(this.failed);
    if (this.kind === undefined) {
      this.failed = { code: 'not-a-capture', offset: 0, message: captureMessage('capture.too-short') };
    } else if (this.pending.length > 0) {
      this.failed = {
        code: 'truncated',
        offset: this.offset,
        message: captureMessage('capture.cut-short'),
      };
    }
    return this.failed === undefined ? ok(this.store) : err(this.failed);
  }

  private makeStore(originS: number): FrameStore {
    this.target = new FrameStore(originS);
    for (const info of this.earlyInterfaces) this.target.addInterface(info);
    for (const secret of this.earlySecrets) this.target.secrets.add(secret);
    return this.target;
  }

  private addInterface(info: CaptureInterface): number {
    if (this.target === undefined) this.earlyInterfaces.push(info);
    else this.target.addInterface(info);
    return this.interfaceCount++;
  }

  private fail(code: CaptureFileError['code'], message: Message, at = 0): { ok: false; error: CaptureFileError } {
    return err({ code, offset: this.offset + at, message });
  }

  private view(bytes: Uint8Array): DataView {
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Recognises the format; returns bytes used, 0 for "more is needed". */
  private start(bytes: Uint8Array): Result<number, CaptureFileError> {
    if (bytes.length < 4) return ok(0);
    const view = this.view(bytes);
    if (view.getUint32(0) === BLOCK_SECTION_HEADER) {
      this.kind = 'pcapng';
      return this.block(bytes);
    }
    for (const littleEndian of [true, false]) {
      const magic = view.getUint32(0, littleEndian);
      if (magic !== PCAP_MAGIC_MICRO && magic !== PCAP_MAGIC_NANO) continue;
      if (bytes.length < 24) return ok(0);
      this.kind = 'pcap';
      this.littleEndian = littleEndian;
      const nano = magic === PCAP_MAGIC_NANO;
      const snapLen = view.getUint32(16, littleEndian);
      // The upper 16 bits describe the FCS (pcap §4).
      const linkType = view.getUint32(20, littleEndian) & 0xffff;
      const id = this.addInterface({ name: '', linkType, snapLen, timePrecision: nano ? 9 : 6 });
      const unitsPerS = nano ? 1_000_000_000n : 1_000_000n;
      this.sectionInterfaces = [{ id, snapLen, unitsPerS, offsetS: 0n }];
      return ok(24);
    }
    return this.fail('not-a-capture', captureMessage('capture.no-header'));
  }

  /** One packet of a pcap file. */
  private record(bytes: Uint8Array): Result<number, CaptureFileError> {
    if (bytes.length < 16) return ok(0);
    const view = this.view(bytes);
    const capLen = view.getUint32(8, this.littleEndian);
    if (capLen > MAX_CAPTURED_LENGTH) {
      return this.fail(
        'malformed',
        captureMessage('capture.packet-length', { bytes: capLen, limit: MAX_CAPTURED_LENGTH }),
        8,
      );
    }
    if (bytes.length < 16 + capLen) return ok(0);
    const [info] = atLeast(this.sectionInterfaces, 1);
    const seconds = BigInt(view.getUint32(0, this.littleEndian));
    const units = seconds * info.unitsPerS + BigInt(view.getUint32(4, this.littleEndian));
    const done = this.append(info, units, bytes.subarray(16, 16 + capLen), view.getUint32(12, this.littleEndian));
    return done.ok ? ok(16 + capLen) : done;
  }

  /** One block of a pcapng file. */
  private block(bytes: Uint8Array): Result<number, CaptureFileError> {
    if (bytes.length < 12) return ok(0);
    const view = this.view(bytes);
    const isSection = view.getUint32(0) === BLOCK_SECTION_HEADER;
    if (isSection) {
      if (view.getUint32(8, true) === BYTE_ORDER_MAGIC) this.littleEndian = true;
      else if (view.getUint32(8, false) === BYTE_ORDER_MAGIC) this.littleEndian = false;
      else return this.fail('malformed', captureMessage('capture.byte-order'), 8);
    }
    const total = view.getUint32(4, this.littleEndian);
    if (total < 12 || total > MAX_BLOCK_LENGTH || total % 4 !== 0) {
      return this.fail('malformed', captureMessage('capture.block-length', { bytes: total }), 4);
    }
    if (bytes.length < total) return ok(0);
    if (view.getUint32(total - 4, this.littleEndian) !== total) {
      return this.fail('malformed', captureMessage('capture.lengths-differ'), total - 4);
    }
    const body = bytes.subarray(8, total - 4);
    const done = isSection ? this.section(body) : this.body(view.getUint32(0, this.littleEndian), body);
    return done.ok ? ok(total) : done;
  }

  private body(type: number, body: Uint8Array): Step {
    switch (type) {
      case BLOCK_INTERFACE_DESCRIPTION:
        return this.interfaceDescription(body);
      case BLOCK_ENHANCED_PACKET:
        return this.packet(body, false);
      case BLOCK_PACKET:
        return this.packet(body, true);
      case BLOCK_SIMPLE_PACKET:
        return this.simplePacket(body);
      case BLOCK_DECRYPTION_SECRETS:
        return this.secrets(body);
      default:
        // Blocks that a reader does not know are skipped (pcapng §3.1).
        return ok(true);
    }
  }

  private section(body: Uint8Array): Step {
    if (body.length < 16) return this.fail('malformed', captureMessage('capture.section-too-short'), 8);
    const major = this.view(body).getUint16(4, this.littleEndian);
    if (major !== 1) return this.fail('unsupported', captureMessage('capture.version', { version: major }), 12);
    this.sectionInterfaces = [];
    return ok(true);
  }

  private *options(body: Uint8Array, start: number): Generator<{ code: number; value: Uint8Array }, void, void> {
    const view = this.view(body);
    for (let at = start; at + 4 <= body.length;) {
      const code = view.getUint16(at, this.littleEndian);
      const length = view.getUint16(at + 2, this.littleEndian);
      if (code === OPT_END || at + 4 + length > body.length) return;
      yield { code, value: body.subarray(at + 4, at + 4 + length) };
      at += 4 + ((length + 3) & ~3);
    }
  }

  private interfaceDescription(body: Uint8Array): Step {
    if (body.length < 8) return this.fail('malformed', captureMessage('capture.interface-too-short'), 8);
    if (this.interfaceCount >= MAX_INTERFACES) {
      return this.fail('too-large', captureMessage('capture.interfaces', { limit: MAX_INTERFACES }));
    }
    const view = this.view(body);
    const snapLen = view.getUint32(4, this.littleEndian);
    let name = '';
    let description: string | undefined;
    // Without if_tsresol stamps are in microseconds (pcapng §4.2).
    let unitsPerS = 1_000_000n;
    let timePrecision = 6;
    let offsetS = 0n;
    for (const { code, value } of this.options(body, 8)) {
      if (code === IF_NAME) name = fromUtf8(value);
      else if (code === IF_DESCRIPTION) description = fromUtf8(value);
      else if (code === IF_TSRESOL && value.length === 1) {
        const resolution = byteAt(value, 0);
        const exponent = resolution & 0x7f;
        const binary = (resolution & 0x80) !== 0;
        if (exponent > (binary ? 63 : 19)) {
          return this.fail('unsupported', captureMessage('capture.resolution', { resolution }), 8);
        }
        unitsPerS = (binary ? 2n : 10n) ** BigInt(exponent);
        timePrecision = Math.min(9, binary ? Math.ceil(exponent * Math.log10(2)) : exponent);
      } else if (code === IF_TSOFFSET && value.length === 8) {
        offsetS = this.view(value).getBigInt64(0, this.littleEndian);
      }
    }
    const linkType = view.getUint16(0, this.littleEndian);
    const id = this.addInterface({
      name,
      linkType,
      snapLen,
      timePrecision,
      ...(description === undefined ? {} : { description }),
    });
    this.sectionInterfaces.push({ id, snapLen, unitsPerS, offsetS });
    return ok(true);
  }

  /** Other kinds of secrets are passed over. */
  private secrets(body: Uint8Array): Step {
    if (body.length < 8) return this.fail('malformed', captureMessage('capture.secrets-too-short'), 8);
    const view = this.view(body);
    const end = 8 + view.getUint32(4, this.littleEndian);
    if (end > body.length) return this.fail('malformed', captureMessage('capture.secrets-length'), 12);
    if (view.getUint32(0, this.littleEndian) !== SECRETS_TLS_KEY_LOG) return ok(true);
    const secrets = parseKeyLog(fromUtf8(body.subarray(8, end)));
    if (this.target === undefined) this.earlySecrets.push(...secrets);
    else for (const secret of secrets) this.target.secrets.add(secret);
    return ok(true);
  }

  /** Enhanced Packet Block, or the obsolete Packet Block: they differ in the first word. */
  private packet(body: Uint8Array, obsolete: boolean): Step {
    if (body.length < 20) return this.fail('malformed', captureMessage('capture.packet-too-short'), 8);
    const view = this.view(body);
    const le = this.littleEndian;
    const info = this.sectionInterfaces.at(obsolete ? view.getUint16(0, le) : view.getUint32(0, le));
    if (info === undefined) return this.fail('malformed', captureMessage('capture.no-interface'), 8);
    const capLen = view.getUint32(12, le);
    if (capLen > MAX_CAPTURED_LENGTH || 20 + capLen > body.length) {
      return this.fail('malformed', captureMessage('capture.packet-over-block', { bytes: capLen }), 20);
    }
    let direction: Direction | undefined;
    let comment: string | undefined;
    for (const { code, value } of this.options(body, 20 + ((capLen + 3) & ~3))) {
      if (code === OPT_COMMENT) comment = comment === undefined ? fromUtf8(value) : `${comment}\n${fromUtf8(value)}`;
      else if (code === EPB_FLAGS && value.length === 4) {
        const flags = this.view(value).getUint32(0, le) & 3;
        if (flags === EPB_FLAG_INBOUND) direction = 'in';
        else if (flags === EPB_FLAG_OUTBOUND) direction = 'out';
      }
    }
    const units = (BigInt(view.getUint32(4, le)) << 32n) | BigInt(view.getUint32(8, le));
    return this.append(info, units, body.subarray(20, 20 + capLen), view.getUint32(16, le), direction, comment);
  }

  private simplePacket(body: Uint8Array): Step {
    const info = this.sectionInterfaces.at(0);
    if (info === undefined) return this.fail('malformed', captureMessage('capture.simple-without-interface'), 8);
    if (body.length < 4) return this.fail('malformed', captureMessage('capture.simple-too-short'), 8);
    const origLen = this.view(body).getUint32(0, this.littleEndian);
    // The captured length is the smallest of three (pcapng §4.4); the block carries no time.
    const capLen = Math.min(origLen, body.length - 4, info.snapLen === 0 ? origLen : info.snapLen);
    return this.append(info, 0n, body.subarray(4, 4 + capLen), origLen);
  }

  private append(
    info: FileInterface,
    units: bigint,
    bytes: Uint8Array,
    origLen: number,
    direction?: Direction,
    comment?: string,
  ): Step {
    if (this.target !== undefined && this.target.length >= this.maxFrames) {
      return this.fail('too-large', captureMessage('capture.frames', { limit: this.maxFrames }));
    }
    const seconds = units / info.unitsPerS;
    const fractionNs = ((units % info.unitsPerS) * 1_000_000_000n) / info.unitsPerS;
    const epochS = seconds + info.offsetS;
    const store = this.target ?? this.makeStore(epochS >= 0n && epochS < VIRTUAL_ZERO_LIMIT_S ? 0 : Number(epochS));
    store.append({
      timeNs: Number((epochS - BigInt(store.originS)) * 1_000_000_000n + fractionNs),
      interfaceId: info.id,
      bytes,
      origLen,
      ...(direction === undefined ? {} : { direction }),
      ...(comment === undefined ? {} : { comment }),
    });
    return ok(true);
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}

export interface CaptureFile {
  readonly format: CaptureFormat | undefined;
  /** The frames up to the end, or up to the damage. */
  readonly store: FrameStore;
  readonly error: CaptureFileError | undefined;
}

/** Reads a whole file, which may be packed by gzip (RFC 1952). */
export function readCapture(bytes: Uint8Array, limits: CaptureLimits = {}): CaptureFile {
  const reader = new CaptureReader(limits);
  const failure = isPacked(bytes) ? pushPacked(reader, bytes, limits.maxBytes) : undefined;
  if (!isPacked(bytes)) reader.push(bytes);
  if (failure === undefined) reader.finish();
  return { format: reader.format, store: reader.store, error: reader.error ?? failure };
}
