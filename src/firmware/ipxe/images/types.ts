/**
 * Which kind of image some bytes are. Probes go in a fixed order; on a BIOS, anything else that is small enough is an
 * NBP.
 */
import { byteAt, fromLatin1, readU16, readU32 } from '../../../base/bytes.ts';
import type { FeatureFlag, IpxeBuild } from '../build.ts';
import { isScript } from '../script/script.ts';
import type { ImageTypeName } from './image.ts';
import { isNbi } from '../../loaders/nbi.ts';
import { le32 } from './memory.ts';
import { isMime } from './mime.ts';
import { isPng } from './png.ts';

/** What fits between 0000:7C00 and the top of base memory. */
const MAX_NBP_BYTES = 0xa0000 - 0x7c00;

const MULTIBOOT_MAGIC = 0x1badb002;
/** The header lies within the first 8 KiB, on a 4-byte boundary (Multiboot 0.6.96 §3.1). */
const MULTIBOOT_SEARCH = 8192;

/** Where the Multiboot header is, or undefined. Magic, flags and checksum add up to zero. */
export function findMultibootHeader(data: Uint8Array): number | undefined {
  const end = Math.min(data.length, MULTIBOOT_SEARCH) - 12;
  for (let at = 0; at <= end; at += 4) {
    if (le32(data, at) !== MULTIBOOT_MAGIC) continue;
    if (((MULTIBOOT_MAGIC + le32(data, at + 4) + le32(data, at + 8)) & 0xffffffff) === 0) return at;
  }
  return undefined;
}

/** Boot protocol 2.00 and later: `HdrS` at 0x202 (Linux x86 boot protocol). */
function isBzImage(data: Uint8Array): boolean {
  return (
    data.length >= 0x206 && fromLatin1(data, 0x202, 0x206) === 'HdrS' && data[0x1fe] === 0x55 && data[0x1ff] === 0xaa
  );
}

/** A DER SEQUENCE that fills the file exactly (X.690 §8.1). */
function isDer(data: Uint8Array): boolean {
  if (data.length < 2 || data[0] !== 0x30) return false;
  const short = byteAt(data, 1);
  if (short < 0x80) return data.length === 2 + short;
  const width = short & 0x7f;
  if (width === 0 || width > 4 || data.length < 2 + width) return false;
  let length = 0;
  for (let i = 0; i < width; i++) length = length * 256 + byteAt(data, 2 + i);
  return data.length === 2 + width + length;
}

interface Probe {
  readonly type: ImageTypeName;
  readonly feature: FeatureFlag;
  readonly matches: (data: Uint8Array, build: IpxeBuild) => boolean;
}

const PROBES: readonly Probe[] = [
  { type: 'Multiboot', feature: 'IMAGE_MULTIBOOT', matches: (data) => findMultibootHeader(data) !== undefined },
  { type: 'script', feature: 'IMAGE_SCRIPT', matches: (data, { ancestor }) => isScript(data, ancestor?.scriptMagic) },
  { type: 'bzImage', feature: 'IMAGE_BZIMAGE', matches: isBzImage },
  {
    type: 'ELF',
    feature: 'IMAGE_ELF',
    // 32-bit, little-endian (System V ABI, "ELF Identification").
    matches: (data) => data.length >= 52 && readU32(data, 0) === 0x7f454c46 && data[4] === 1 && data[5] === 1,
  },
  { type: 'NBI', feature: 'IMAGE_NBI', matches: isNbi },
  { type: 'DER', feature: 'IMAGE_DER', matches: isDer },
  {
    type: 'PEM',
    feature: 'IMAGE_PEM',
    matches: (data) => /(^|\n)-----BEGIN /.test(fromLatin1(data, 0, Math.min(data.length, 65_536))),
  },
  {
    type: 'PNG',
    feature: 'IMAGE_PNG',
    matches: isPng,
  },
  // RFC 1952 §2.3.1, RFC 1950 §2.2.
  { type: 'gzip', feature: 'IMAGE_GZIP', matches: (data) => data.length >= 18 && data[0] === 0x1f && data[1] === 0x8b },
  {
    type: 'zlib',
    feature: 'IMAGE_ZLIB',
    matches: (data) => data.length >= 6 && (byteAt(data, 0) & 0x0f) === 8 && readU16(data, 0) % 31 === 0,
  },
  { type: 'MIME', feature: 'IMAGE_MIME', matches: isMime },
];

export function probeImage(data: Uint8Array, build: IpxeBuild): ImageTypeName | undefined {
  for (const { type, feature, matches } of PROBES) if (build.features.has(feature) && matches(data, build)) return type;
  if (!build.features.has('IMAGE_PXE') || data.length === 0 || data.length > MAX_NBP_BYTES) return undefined;
  // An EFI program begins as DOS programs do.
  return data[0] === 0x4d && data[1] === 0x5a ? 'PXE-NBP (may be EFI?)' : 'PXE-NBP';
}
