/**
 * PNG pictures (W3C PNG, second edition) for the console: all colour types, depths and interlacing. Transparent dots
 * are laid over black, as there is nothing behind the picture.
 */
import { Unzlib } from 'fflate';
import { byteAt, concatBytes, equalBytes, fromLatin1, readU16, readU32 } from '../../../base/bytes.ts';
import { crc32 } from '../../../base/data/crc32.ts';
import { inflate } from '../../../base/data/inflate.ts';
import { itemAt } from '../../../base/lists/list.ts';
import { err, ok } from '../../../base/result.ts';
import type { Picture } from '../../text/graphics.ts';
import { Err } from '../errors.ts';
import type { Outcome } from '../settings/types.ts';

/** §5.2. */
const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

export function isPng(data: Uint8Array): boolean {
  return data.length >= SIGNATURE.length && equalBytes(data.subarray(0, SIGNATURE.length), SIGNATURE);
}

/** §11.2.2: the samples of a dot, and the depths that they may have, by colour type. */
const COLOUR_TYPES: ReadonlyMap<number, { readonly samples: number; readonly depths: readonly number[] }> = new Map([
  [0, { samples: 1, depths: [1, 2, 4, 8, 16] }],
  [2, { samples: 3, depths: [8, 16] }],
  [3, { samples: 1, depths: [1, 2, 4, 8] }],
  [4, { samples: 2, depths: [8, 16] }],
  [6, { samples: 4, depths: [8, 16] }],
]);
const PALETTE = 3;

/** Maximum number of pixels, more than a screen of 3840 by 2160: bounds what a header may claim. */
const MAX_PIXELS = 1 << 23;

interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colourType: number;
  readonly samples: number;
  readonly isInterlaced: boolean;
}

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
}

/** §5.3: length, type, data, CRC of the last two; up to IEND. Undefined when the file is damaged or cut off. */
function chunksOf(file: Uint8Array): Chunk[] | undefined {
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE.length; at + 12 <= file.length;) {
    const end = at + 8 + readU32(file, at);
    if (end + 4 > file.length || crc32(file.subarray(at + 4, end)) !== readU32(file, end)) return undefined;
    const type = fromLatin1(file, at + 4, at + 8);
    if (type === 'IEND') return chunks;
    chunks.push({ type, data: file.subarray(at + 8, end) });
    at = end + 4;
  }
  return undefined;
}

function readHeader(chunk: Chunk | undefined): Outcome<Header> {
  if (chunk?.type !== 'IHDR' || chunk.data.length !== 13) return err(Err.pngInvalid);
  const { data } = chunk;
  const width = readU32(data, 0);
  const height = readU32(data, 4);
  const [depth = 0, colourType = 0, compression = 0, filter = 0, interlace = 0] = data.subarray(8);
  const kind = COLOUR_TYPES.get(colourType);
  if (width === 0 || height === 0 || kind === undefined || !kind.depths.includes(depth)) return err(Err.pngInvalid);
  if (compression !== 0 || filter !== 0 || interlace > 1) return err(Err.pngUnsupported);
  if (width * height > MAX_PIXELS) return err(Err.pngNoMemory);
  return ok({ width, height, depth, colourType, samples: kind.samples, isInterlaced: interlace === 1 });
}

/** A reduced image: every `stepX`th dot of every `stepY`th row. */
interface Pass {
  readonly x: number;
  readonly y: number;
  readonly stepX: number;
  readonly stepY: number;
}
const WHOLE: readonly Pass[] = [{ x: 0, y: 0, stepX: 1, stepY: 1 }];
/** §8.2, Adam7. */
const ADAM7: readonly Pass[] = [
  { x: 0, y: 0, stepX: 8, stepY: 8 },
  { x: 4, y: 0, stepX: 8, stepY: 8 },
  { x: 0, y: 4, stepX: 4, stepY: 8 },
  { x: 2, y: 0, stepX: 4, stepY: 4 },
  { x: 0, y: 2, stepX: 2, stepY: 4 },
  { x: 1, y: 0, stepX: 2, stepY: 2 },
  { x: 0, y: 1, stepX: 1, stepY: 2 },
];

/** §9.4: which of left, above and upper left is nearest to their sum. */
function paeth(left: number, above: number, corner: number): number {
  const toLeft = Math.abs(above - corner);
  const toAbove = Math.abs(left - corner);
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

/** Undoes the filter of a row in place (§9.2); false when there is no such filter. */
function unfilter(filter: number, row: Uint8Array, above: Uint8Array, dotBytes: number): boolean {
  for (let i = 0; i < row.length; i++) {
    const value = byteAt(row, i);
    const left = i < dotBytes ? 0 : byteAt(row, i - dotBytes);
    switch (filter) {
      case 0:
        break;
      case 1:
        row[i] = value + left;
        break;
      case 2:
        row[i] = value + byteAt(above, i);
        break;
      case 3:
        row[i] = value + ((left + byteAt(above, i)) >>> 1);
        break;
      case 4:
        row[i] = value + paeth(left, byteAt(above, i), i < dotBytes ? 0 : byteAt(above, i - dotBytes));
        break;
      default:
        return false;
    }
  }
  return true;
}

/** The samples of a row as they are in the file, most significant bits first (§7.2). */
function sampleAt(row: Uint8Array, index: number, depth: number): number {
  if (depth === 16) return readU16(row, 2 * index);
  if (depth === 8) return byteAt(row, index);
  const bit = index * depth;
  return (byteAt(row, bit >>> 3) >>> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
}

/** Turns samples into a colour; undefined when they name none. */
type Colour = (sample: (index: number) => number) => number | undefined;

function colourOf(header: Header, palette: Uint8Array | undefined, transparent: Uint8Array | undefined): Colour {
  const { depth, colourType } = header;
  const max = 2 ** depth - 1;
  const grey = (value: number): number => Math.round((value * 255) / max);
  /** §13.16, over black. */
  const mix = (red: number, green: number, blue: number, alpha: number): number =>
    (Math.round((red * alpha) / 255) << 16) |
    (Math.round((green * alpha) / 255) << 8) |
    Math.round((blue * alpha) / 255);
  // §11.3.2: one colour of a picture without alpha may be transparent.
  const isTransparent = (values: readonly number[]): boolean =>
    transparent?.length === 2 * values.length && values.every((value, i) => value === readU16(transparent, 2 * i));
  switch (colourType) {
    case 0:
      return (sample) => mix(grey(sample(0)), grey(sample(0)), grey(sample(0)), isTransparent([sample(0)]) ? 0 : 255);
    case 2:
      return (sample) => {
        const [red, green, blue] = [sample(0), sample(1), sample(2)];
        return mix(grey(red), grey(green), grey(blue), isTransparent([red, green, blue]) ? 0 : 255);
      };
    case PALETTE:
      return (sample) => {
        const index = sample(0);
        if (palette === undefined || 3 * index + 3 > palette.length) return undefined;
        const [red = 0, green = 0, blue = 0] = palette.subarray(3 * index);
        return mix(red, green, blue, transparent?.[index] ?? 255);
      };
    case 4:
      return (sample) => mix(grey(sample(0)), grey(sample(0)), grey(sample(0)), grey(sample(1)));
    default:
      return (sample) => mix(grey(sample(0)), grey(sample(1)), grey(sample(2)), grey(sample(3)));
  }
}

export function decodePng(file: Uint8Array): Outcome<Picture> {
  if (!isPng(file)) return err(Err.pngNone);
  const chunks = chunksOf(file);
  if (chunks === undefined) return err(Err.pngInvalid);
  const header = readHeader(chunks[0]);
  if (!header.ok) return header;
  const { width, height, depth, samples, isInterlaced } = header.value;
  // §5.4: a chunk with a capital first letter must be understood.
  const known = ['IHDR', 'PLTE', 'IDAT'];
  if (chunks.some(({ type }) => /^[A-Z]/.test(type) && !known.includes(type))) return err(Err.pngUnsupported);
  const one = (wanted: string): Uint8Array | undefined => chunks.find(({ type }) => type === wanted)?.data;
  const colour = colourOf(header.value, one('PLTE'), one('tRNS'));
  const passes = isInterlaced ? ADAM7 : WHOLE;
  const sizes = passes.map(({ x, y, stepX, stepY }) => ({
    columns: Math.ceil((width - x) / stepX),
    rows: Math.ceil((height - y) / stepY),
  }));
  const rowBytes = (columns: number): number => Math.ceil((columns * samples * depth) / 8);
  const total = sizes.reduce((sum, { columns, rows }) => sum + (columns > 0 ? rows * (1 + rowBytes(columns)) : 0), 0);
  const packed = concatBytes(chunks.filter(({ type }) => type === 'IDAT').map((chunk) => chunk.data));
  // No more is inflated than the header declares.
  const inflated = inflate(Unzlib, packed, total, true);
  if (!inflated.ok) return err(Err.deflateInvalid);
  const data = inflated.value;
  if (data.length < total) return err(Err.pngInvalid);

  const pixels = new Uint32Array(width * height);
  const dotBytes = Math.max(1, (samples * depth) >>> 3);
  let at = 0;
  for (const [index, { x, y, stepX, stepY }] of passes.entries()) {
    const { columns, rows } = itemAt(sizes, index);
    if (columns <= 0) continue;
    const length = rowBytes(columns);
    let above = new Uint8Array(length);
    for (let row = 0; row < rows; row++, at += 1 + length) {
      const current = data.slice(at + 1, at + 1 + length);
      if (!unfilter(byteAt(data, at), current, above, dotBytes)) return err(Err.pngInvalid);
      above = current;
      for (let column = 0; column < columns; column++) {
        const value = colour((sample) => sampleAt(current, column * samples + sample, depth));
        if (value === undefined) return err(Err.pngInvalid);
        pixels[(y + row * stepY) * width + x + column * stepX] = value;
      }
    }
  }
  return ok({ width, height, pixels });
}
