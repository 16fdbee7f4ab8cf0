/** What is in an image that is packed: gzip (RFC 1952), zlib (RFC 1950), MIME (RFC 2045). */
import { Gunzip, Unzlib } from 'fflate';
import { inflate } from '../../../base/data/inflate.ts';
import { err, unreachable } from '../../../base/result.ts';
import { Err } from '../errors.ts';
import type { Outcome } from '../settings/types.ts';
import { Image } from './image.ts';
import { extractMime } from './mime.ts';

/** More than any initrd of this lab, and less than what a browser's tab can hold. */
const MAX_UNPACKED_BYTES = 256 * 1024 * 1024;

/** The bytes in an archive, at most `roomBytes` of them. */
export function unpack({ type, data }: Image, roomBytes: number): Outcome<Uint8Array> {
  switch (type) {
    case 'MIME':
      return extractMime(data);
    case 'gzip':
    case 'zlib': {
      const unpacked = inflate(type === 'gzip' ? Gunzip : Unzlib, data, Math.min(roomBytes, MAX_UNPACKED_BYTES));
      if (unpacked.ok) return unpacked;
      if (unpacked.error === 'too-large') return err(Err.imageNoMemory);
      return err(type === 'gzip' ? Err.gzipInvalid : Err.zlibInvalid);
    }
    case 'script':
    case 'Multiboot':
    case 'bzImage':
    case 'ELF':
    case 'NBI':
    case 'DER':
    case 'PEM':
    case 'PNG':
    case 'PXE-NBP':
    case 'PXE-NBP (may be EFI?)':
    case undefined:
      return err(Err.archiveUnsupported);
    default:
      return unreachable(type);
  }
}

/** The name of what is in an archive, where none is given: the archive's without the last suffix. */
export function unpackedName(name: string): string {
  return name.replace(/\.[^.]*$/, '');
}
