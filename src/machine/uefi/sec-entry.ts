/**
 * Finds where the first code of UEFI firmware begins: the SEC file of a firmware volume (UEFI PI specification, volume 3)
 * holds it as an image in PE or in the shorter TE format.
 */
import { byteAt, fromLatin1 } from '../../base/bytes.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { readLe16, readLe24, readLe32 } from './bytes.ts';

/** EFI_FIRMWARE_VOLUME_HEADER (§3.2.1): the signature, and the length of the header. */
const VOLUME_SIGNATURE = 40;
const VOLUME_HEADER_BYTES = 48;
/** EFI_FFS_FILE_HEADER (§3.2.3). */
const FILE_TYPE = 18;
const FILE_SIZE = 20;
const FILE_HEADER_BYTES = 24;
const FILE_SECURITY_CORE = 3;
/** Sections of a file (§3.2.4): 24 bits of length, then the type. */
const SECTION_TYPE = 3;
const SECTION_HEADER_BYTES = 4;
const SECTION_PE32 = 0x10;
const SECTION_TE = 0x12;

function aligned(offset: number, to: number): number {
  return Math.ceil(offset / to) * to;
}

/** The offset of the entry point in an image at `at`. */
function entryOf(volume: Uint8Array, at: number, type: number): number {
  if (type === SECTION_PE32) {
    const header = at + readLe32(volume, at + 0x3c);
    return at + readLe32(volume, header + 0x28);
  }
  // A TE image lacks the PE headers that were cut off, but counts addresses as if they were there.
  const cutBytes = readLe16(volume, at + 6);
  return at + readLe32(volume, at + 8) + 40 - cutBytes;
}

/** Offset of SEC's entry point in the volume. */
export function findSecEntry(volume: Uint8Array): Result<number, string> {
  if (fromLatin1(volume, VOLUME_SIGNATURE, VOLUME_SIGNATURE + 4) !== '_FVH') return err('it is no firmware volume');
  let at = readLe16(volume, VOLUME_HEADER_BYTES);
  while (at + FILE_HEADER_BYTES < volume.length) {
    at = aligned(at, 8);
    const size = readLe24(volume, at + FILE_SIZE);
    if (size < FILE_HEADER_BYTES || at + size > volume.length) break;
    if (byteAt(volume, at + FILE_TYPE) === FILE_SECURITY_CORE) {
      let section = at + FILE_HEADER_BYTES;
      while (section + SECTION_HEADER_BYTES < at + size) {
        const length = readLe24(volume, section);
        const type = byteAt(volume, section + SECTION_TYPE);
        if (type === SECTION_PE32 || type === SECTION_TE) {
          const entry = entryOf(volume, section + SECTION_HEADER_BYTES, type);
          return entry < volume.length ? ok(entry) : err('its first code is outside of it');
        }
        if (length < SECTION_HEADER_BYTES) break;
        section = aligned(section + length, 4);
      }
    }
    at += size;
  }
  return err('it has no SEC file');
}
