/**
 * PNG: pictures of every colour type, depth and filter, plain and interlaced, are read back dot for dot; whatever else
 * comes ends in an error, never in an exception.
 */
import fc from 'fast-check';
import { zlibSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { byteAt, concatBytes, fromHex, fromLatin1, latin1, readU32, writeU16, writeU32 } from '../../../base/bytes.ts';
import { itemAt } from '../../../base/lists/list.ts';
import { pngChunk } from '../../../cli/png.ts';
import { errorText } from '../errors.ts';
import { decodePng } from './png.ts';

interface Sketch {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colourType: number;
  readonly interlaced: boolean;
  /** A filter for each row, used again and again. */
  readonly filters: readonly number[];
  /** Samples in order, used again and again. */
  readonly samples: readonly number[];
  readonly palette?: readonly number[];
  readonly transparency?: Uint8Array;
}

const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** W3C PNG §8.2, as starts and steps. */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** The samples of the dot at a place. */
function samplesAt({ width, depth, colourType, samples, palette }: Sketch, x: number, y: number): number[] {
  const count = SAMPLES[colourType] ?? 0;
  const limit = colourType === 3 ? (palette?.length ?? 0) / 3 : 2 ** depth;
  return Array.from(
    { length: count },
    (_, i) => itemAt(samples, ((y * width + x) * count + i) % samples.length) % limit,
  );
}

function filterRow(filter: number, row: Uint8Array, above: Uint8Array, dot: number): Uint8Array {
  return row.map((byte, i) => {
    const a = i < dot ? 0 : byteAt(row, i - dot);
    const b = byteAt(above, i);
    const c = i < dot ? 0 : byteAt(above, i - dot);
    const p = a + b - c;
    const [nearest = a] = [a, b, c].sort((u, v) => Math.abs(p - u) - Math.abs(p - v));
    const predicted = itemAt([0, a, b, (a + b) >> 1, nearest], filter);
    return byte - predicted;
  });
}

function encode(sketch: Sketch): Uint8Array {
  const { width, height, depth, colourType, interlaced, filters, palette, transparency } = sketch;
  const count = SAMPLES[colourType] ?? 0;
  const parts: Uint8Array[] = [];
  let rowCount = 0;
  for (const [x0, y0, stepX, stepY] of interlaced ? PASSES : ([[0, 0, 1, 1]] as const)) {
    const columns = Math.ceil((width - x0) / stepX);
    if (columns <= 0) continue;
    const bytes = Math.ceil((columns * count * depth) / 8);
    let above = new Uint8Array(bytes);
    for (let y = y0; y < height; y += stepY) {
      const row = new Uint8Array(bytes);
      for (let column = 0; column < columns; column++) {
        for (const [i, value] of samplesAt(sketch, x0 + column * stepX, y).entries()) {
          const index = column * count + i;
          if (depth === 16) writeU16(row, 2 * index, value);
          else
            row[(index * depth) >> 3] =
              itemAt(row, (index * depth) >> 3) | (value << (8 - depth - ((index * depth) & 7)));
        }
      }
      const filter = itemAt(filters, rowCount++ % filters.length);
      parts.push(Uint8Array.of(filter), filterRow(filter, row, above, Math.max(1, (count * depth) >> 3)));
      above = row;
    }
  }
  const header = new Uint8Array(13);
  writeU32(header, 0, width);
  writeU32(header, 4, height);
  header.set([depth, colourType, 0, 0, interlaced ? 1 : 0], 8);
  const packed = zlibSync(concatBytes(parts));
  const half = packed.length >> 1;
  return concatBytes([
    fromHex('89504e470d0a1a0a') ?? new Uint8Array(0),
    pngChunk('IHDR', header),
    pngChunk('tEXt', latin1('Comment\0skipped')),
    ...(palette === undefined ? [] : [pngChunk('PLTE', Uint8Array.from(palette))]),
    ...(transparency === undefined ? [] : [pngChunk('tRNS', transparency)]),
    pngChunk('IDAT', packed.subarray(0, half)),
    pngChunk('IDAT', packed.subarray(half)),
    pngChunk('IEND', new Uint8Array(0)),
  ]);
}

/** The colour that a dot must have, transparent ones over black. */
function expected(sketch: Sketch, x: number, y: number): number {
  const { depth, colourType, palette = [], transparency } = sketch;
  const values = samplesAt(sketch, x, y);
  const to8 = (value: number): number => Math.round((value * 255) / (2 ** depth - 1));
  let rgb: number[];
  let alpha = 255;
  if (colourType === 3) {
    rgb = palette.slice(3 * itemAt(values, 0), 3 * itemAt(values, 0) + 3);
    alpha = transparency?.[itemAt(values, 0)] ?? 255;
  } else {
    rgb =
      colourType === 0 || colourType === 4
        ? Array.from({ length: 3 }, () => to8(itemAt(values, 0)))
        : values.slice(0, 3).map(to8);
    if (colourType >= 4) alpha = to8(values.at(-1) ?? 0);
    else if (transparency !== undefined) {
      const named = Array.from(
        { length: values.length },
        (_, i) => itemAt(transparency, 2 * i) * 256 + itemAt(transparency, 2 * i + 1),
      );
      if (values.every((value, i) => value === named[i])) alpha = 0;
    }
  }
  return rgb.reduce((sum, value) => sum * 256 + Math.round((value * alpha) / 255), 0);
}

const FORMS = [
  [0, 1],
  [0, 2],
  [0, 4],
  [0, 8],
  [0, 16],
  [2, 8],
  [2, 16],
  [3, 1],
  [3, 2],
  [3, 4],
  [3, 8],
  [4, 8],
  [4, 16],
  [6, 8],
  [6, 16],
] as const;

const sketches = fc
  .record({
    form: fc.constantFrom(...FORMS),
    width: fc.integer({ min: 1, max: 20 }),
    height: fc.integer({ min: 1, max: 20 }),
    interlaced: fc.boolean(),
    filters: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 7 }),
    samples: fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1, maxLength: 97 }),
    colours: fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 6, maxLength: 6 }),
    hasTransparency: fc.boolean(),
  })
  .map(({ form: [colourType, depth], colours, hasTransparency, ...rest }): Sketch => {
    const sketch = { ...rest, colourType, depth };
    if (colourType === 3) {
      return {
        ...sketch,
        palette: colours,
        ...(hasTransparency ? { transparency: Uint8Array.of(itemAt(colours, 0), itemAt(colours, 5)) } : {}),
      };
    }
    if (colourType >= 4 || !hasTransparency) return sketch;
    // The first dot's own colour is the transparent one.
    const first = samplesAt(sketch, 0, 0);
    const transparency = new Uint8Array(2 * first.length);
    first.forEach((value, i) => writeU16(transparency, 2 * i, value));
    return { ...sketch, transparency };
  });

describe('PNG', () => {
  it('reads what was written, dot for dot', () => {
    fc.assert(
      fc.property(sketches, (sketch) => {
        const picture = decodePng(encode(sketch));
        expect(picture.ok).toBe(true);
        if (!picture.ok) return;
        const { width, height, pixels } = picture.value;
        expect([width, height]).toEqual([sketch.width, sketch.height]);
        expect([...pixels]).toEqual(
          Array.from({ length: width * height }, (_, i) => expected(sketch, i % width, Math.floor(i / width))),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('ends with an error on anything damaged', () => {
    fc.assert(
      fc.property(sketches, fc.nat(), fc.integer({ min: 1, max: 255 }), (sketch, place, change) => {
        const file = encode(sketch);
        const bad = file.slice();
        bad[place % bad.length] = itemAt(bad, place % bad.length) ^ change;
        const picture = decodePng(bad);
        // Every byte is covered: by the signature, by a length, or by a CRC.
        expect(picture.ok).toBe(false);
        expect(decodePng(file.subarray(0, place % file.length)).ok).toBe(false);
      }),
    );
  });

  const plain: Sketch = {
    width: 2,
    height: 2,
    depth: 8,
    colourType: 2,
    interlaced: false,
    filters: [0],
    samples: [255, 0, 0],
  };

  /** The file with another chunk in the place of the one of that type. */
  function replaced(file: Uint8Array, type: string, data: Uint8Array): Uint8Array {
    const at = fromLatin1(file).indexOf(type) - 4;
    return concatBytes([file.subarray(0, at), pngChunk(type, data), file.subarray(at + 12 + readU32(file, at))]);
  }
  const header = (height: number): Uint8Array => Uint8Array.of(0, 0, 0, 2, 0, 0, 0, height, 8, 2, 0, 0, 0);
  const indexed: Sketch = { ...plain, colourType: 3, palette: [1, 2, 3, 4, 5, 6], samples: [1] };

  it.each([
    ['no PNG', latin1('GIF89a and so on'), 'Exec format error'],
    ['more rows than the stream has', replaced(encode(plain), 'IHDR', header(3)), 'Invalid argument'],
    ['an index beyond the palette', replaced(encode(indexed), 'PLTE', Uint8Array.of(1, 2, 3)), 'Invalid argument'],
    ['a stream that is none', replaced(encode(plain), 'IDAT', latin1('no deflate')), 'Invalid argument'],
  ])('%s', (_, file, text) => {
    const picture = decodePng(file);
    expect(picture.ok ? undefined : errorText(picture.error)).toBe(text);
  });

  it('believes no header that claims more than a screen', () => {
    const claim = Uint8Array.of(0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 2, 8, 2, 0, 0, 0);
    const huge = replaced(encode(plain), 'IHDR', claim);
    const picture = decodePng(huge);
    expect(picture.ok ? undefined : errorText(picture.error)).toBe('Not enough space');
  });
});
