/** What a disk says about itself: standard INQUIRY data and capacity (SPC-4 §6.6.2, SBC-3 §5.15, §5.16). */
import { byteAt, concatBytes, fromLatin1, latin1, readU32, writeU32 } from '../../base/bytes.ts';
import { decodeError, ok, type DecodeError, type Result } from '../../base/result.ts';
import { readU64, writeU64 } from './cdb.ts';

export interface InquiryData {
  /** 0 connected; 3 no unit there. */
  readonly qualifier: number;
  /** 0 disk, 5 CD or DVD, 0x0c controller, 0x1f none. */
  readonly deviceType: number;
  readonly isRemovable: boolean;
  /** At most 8, 16 and 4 characters. */
  readonly vendor: string;
  readonly product: string;
  readonly revision: string;
}

const STANDARD_BYTES = 96;
const SPC_4 = 0x06;
/** Version descriptors (SPC-4 annex D.6): SAM-5, iSCSI, SPC-4, SBC-3. */
const VERSION_DESCRIPTORS = Uint8Array.of(0x00, 0xa0, 0x09, 0x60, 0x04, 0x60, 0x04, 0xc0);

export function encodeInquiry(data: InquiryData): Uint8Array {
  const out = new Uint8Array(STANDARD_BYTES);
  out[0] = (data.qualifier << 5) | data.deviceType;
  out[1] = data.isRemovable ? 0x80 : 0;
  out[2] = SPC_4;
  // Response data format 2; HISUP: LUNs in a hierarchy.
  out[3] = 0x12;
  out[4] = STANDARD_BYTES - 5;
  // CMDQUE: several commands at once.
  out[7] = 0x02;
  const text = (value: string, length: number): Uint8Array => latin1(value.slice(0, length).padEnd(length));
  out.set(concatBytes([text(data.vendor, 8), text(data.product, 16), text(data.revision, 4)]), 8);
  out.set(VERSION_DESCRIPTORS, 58);
  return out;
}

export function decodeInquiry(bytes: Uint8Array): Result<InquiryData, DecodeError> {
  if (bytes.length < 36) {
    return decodeError('truncated', bytes.length, 'SPC-4 §6.6.2');
  }
  return ok({
    qualifier: byteAt(bytes, 0) >> 5,
    deviceType: byteAt(bytes, 0) & 0x1f,
    isRemovable: byteAt(bytes, 1) >= 0x80,
    vendor: fromLatin1(bytes, 8, 16).trimEnd(),
    product: fromLatin1(bytes, 16, 32).trimEnd(),
    revision: fromLatin1(bytes, 32, 36).trimEnd(),
  });
}

export interface Capacity {
  readonly blockCount: number;
  readonly blockBytes: number;
}

/** READ CAPACITY (10): the last block, or 0xFFFFFFFF when it does not fit. */
export function encodeCapacity10({ blockCount, blockBytes }: Capacity): Uint8Array {
  const out = new Uint8Array(8);
  writeU32(out, 0, Math.min(blockCount - 1, 0xffff_ffff));
  writeU32(out, 4, blockBytes);
  return out;
}

/** READ CAPACITY (16), 32 bytes. */
export function encodeCapacity16({ blockCount, blockBytes }: Capacity): Uint8Array {
  const out = new Uint8Array(32);
  writeU64(out, 0, blockCount - 1);
  writeU32(out, 8, blockBytes);
  return out;
}

/** Of READ CAPACITY (10) with 8 bytes, or (16) with 12 or more; of (10), 2^32 blocks stand for "more than that". */
export function decodeCapacity(bytes: Uint8Array): Result<Capacity, DecodeError> {
  if (bytes.length < 8) return decodeError('truncated', bytes.length, 'SBC-3 §5.15');
  if (bytes.length < 12) return ok({ blockCount: readU32(bytes, 0) + 1, blockBytes: readU32(bytes, 4) });
  return ok({ blockCount: readU64(bytes, 0) + 1, blockBytes: readU32(bytes, 8) });
}
