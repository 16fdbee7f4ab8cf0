/**
 * Writes captures as pcapng, for Wireshark and for keeping. The same capture gives the same bytes: no date of
 * the host goes in, times count from the lab's virtual zero (which Wireshark shows as 1970-01-01 00:00:00).
 */
import { concatBytes, utf8 } from '../../base/bytes.ts';
import type { CaptureInterface, FrameStore } from '../frame-store.ts';
import {
  BLOCK_DECRYPTION_SECRETS,
  BLOCK_ENHANCED_PACKET,
  BLOCK_INTERFACE_DESCRIPTION,
  BLOCK_SECTION_HEADER,
  BYTE_ORDER_MAGIC,
  EPB_FLAG_INBOUND,
  EPB_FLAG_OUTBOUND,
  EPB_FLAGS,
  IF_DESCRIPTION,
  IF_NAME,
  IF_TSRESOL,
  OPT_COMMENT,
  OPT_END,
  SECRETS_TLS_KEY_LOG,
  SHB_USERAPPL,
} from './blocks.ts';

const APPLICATION = 'Netboot Lab';
/** if_tsresol: stamps are in units of 10^-9 s. */
const TSRESOL_NANOSECONDS = 9;
/** Frames a part of the file holds when it is written piecewise. */
const FRAMES_PER_PART = 4096;

interface FileOption {
  readonly code: number;
  readonly value: Uint8Array;
}

function padded(length: number): number {
  return (length + 3) & ~3;
}

function optionsLength(options: readonly FileOption[]): number {
  if (options.length === 0) return 0;
  return options.reduce((sum, option) => sum + 4 + padded(option.value.length), 4);
}

/** A block with room for its body; little-endian, as most writers do (pcapng §3.1). */
class BlockWriter {
  readonly bytes: Uint8Array;
  private readonly view: DataView;
  private at = 8;

  constructor(type: number, bodyLength: number, options: readonly FileOption[]) {
    const total = 12 + padded(bodyLength) + optionsLength(options);
    this.bytes = new Uint8Array(total);
    this.view = new DataView(this.bytes.buffer);
    this.view.setUint32(0, type, true);
    this.view.setUint32(4, total, true);
    this.view.setUint32(total - 4, total, true);
  }

  u16(value: number): this {
    this.view.setUint16(this.at, value, true);
    this.at += 2;
    return this;
  }

  u32(value: number): this {
    this.view.setUint32(this.at, value, true);
    this.at += 4;
    return this;
  }

  data(value: Uint8Array): this {
    this.bytes.set(value, this.at);
    this.at += padded(value.length);
    return this;
  }

  options(options: readonly FileOption[]): Uint8Array {
    for (const option of options) this.u16(option.code).u16(option.value.length).data(option.value);
    if (options.length > 0) this.u16(OPT_END).u16(0);
    return this.bytes;
  }
}

/** The longest UTF-8 an option can hold is 65535 bytes; a cut comment is better than a broken file. */
function text(code: number, value: string): FileOption {
  return { code, value: utf8(value).subarray(0, 0xffff) };
}

export function sectionHeaderBlock(): Uint8Array {
  const options = [text(SHB_USERAPPL, APPLICATION)];
  // Section length -1: not specified (pcapng §4.1).
  return new BlockWriter(BLOCK_SECTION_HEADER, 16, options)
    .u32(BYTE_ORDER_MAGIC)
    .u16(1)
    .u16(0)
    .u32(0xffffffff)
    .u32(0xffffffff)
    .options(options);
}

export function interfaceBlock(info: CaptureInterface): Uint8Array {
  const options: FileOption[] = [];
  if (info.name !== '') options.push(text(IF_NAME, info.name));
  if (info.description !== undefined) options.push(text(IF_DESCRIPTION, info.description));
  options.push({ code: IF_TSRESOL, value: Uint8Array.of(TSRESOL_NANOSECONDS) });
  return new BlockWriter(BLOCK_INTERFACE_DESCRIPTION, 8, options)
    .u16(info.linkType)
    .u16(0)
    .u32(info.snapLen)
    .options(options);
}

export function enhancedPacketBlock(store: FrameStore, index: number): Uint8Array {
  const bytes = store.bytes(index);
  const direction = store.direction(index);
  const comment = store.comment(index);
  const options: FileOption[] = [];
  if (comment !== undefined) options.push(text(OPT_COMMENT, comment));
  if (direction !== undefined) {
    const flags = direction === 'in' ? EPB_FLAG_INBOUND : EPB_FLAG_OUTBOUND;
    options.push({ code: EPB_FLAGS, value: Uint8Array.of(flags, 0, 0, 0) });
  }
  // Since 1970 the count of nanoseconds passes 2^53.
  const stamp = BigInt(store.originS) * 1_000_000_000n + BigInt(Math.round(store.timeNs(index)));
  return new BlockWriter(BLOCK_ENHANCED_PACKET, 20 + bytes.length, options)
    .u32(store.interfaceId(index))
    .u32(Number((stamp >> 32n) & 0xffff_ffffn))
    .u32(Number(stamp & 0xffff_ffffn))
    .u32(bytes.length)
    .u32(store.origLen(index))
    .data(bytes)
    .options(options);
}

/** The keys of connections, for a reader to look inside (pcapng §4.7). */
function secretsBlock(keyLog: string): Uint8Array {
  const data = utf8(keyLog);
  return new BlockWriter(BLOCK_DECRYPTION_SECRETS, 8 + data.length, [])
    .u32(SECRETS_TLS_KEY_LOG)
    .u32(data.length)
    .data(data)
    .options([]);
}

/** The file in parts, for captures that are better not held twice in memory. */
export function* pcapngParts(store: FrameStore): Generator<Uint8Array, void, void> {
  const keyLog = store.secrets.text;
  const secrets = keyLog === '' ? [] : [secretsBlock(keyLog)];
  yield concatBytes([sectionHeaderBlock(), ...store.interfaces.map(interfaceBlock), ...secrets]);
  for (let start = 0; start < store.length; start += FRAMES_PER_PART) {
    const blocks: Uint8Array[] = [];
    const end = Math.min(store.length, start + FRAMES_PER_PART);
    for (let index = start; index < end; index++) blocks.push(enhancedPacketBlock(store, index));
    yield concatBytes(blocks);
  }
}

/** The whole capture as one pcapng file. */
export function writePcapng(store: FrameStore): Uint8Array {
  return concatBytes([...pcapngParts(store)]);
}
