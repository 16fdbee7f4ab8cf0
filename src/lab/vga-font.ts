/**
 * The true font of the PC's text screen: 256 glyphs of 8 by 16 dots, found in the VGA BIOS image that the machines
 * themselves use. Without that image the page draws with its own monospace font.
 */
import type { ScreenCells } from './machine.ts';

export const GLYPH_ROWS = 16;

/** The smiling face at code 1, which every code page 437 font has: where it stands, the font begins a glyph before. */
const GLYPH_1 = [0x00, 0x00, 0x7e, 0x81, 0xa5, 0x81, 0x81, 0xbd, 0x99, 0x81, 0x81, 0x7e];

/** 4096 bytes, a byte a row of dots, or undefined when the image holds no such font. */
export function findVgaFont(vgaBios: Uint8Array): Uint8Array | undefined {
  for (let at = GLYPH_ROWS; at + 255 * GLYPH_ROWS <= vgaBios.length; at++) {
    if (GLYPH_1.every((byte, i) => vgaBios[at + i] === byte) && vgaBios[at + 12] === 0 && vgaBios[at + 15] === 0)
      return vgaBios.slice(at - GLYPH_ROWS, at + 255 * GLYPH_ROWS);
  }
  return undefined;
}

/** The sixteen colours of text attributes as the VGA's default palette shows them, 0xRRGGBB. */
export const VGA_COLOURS: readonly number[] = [
  0x000000, 0x0000aa, 0x00aa00, 0x00aaaa, 0xaa0000, 0xaa00aa, 0xaa5500, 0xaaaaaa, 0x555555, 0x5555ff, 0x55ff55,
  0x55ffff, 0xff5555, 0xff55ff, 0xffff55, 0xffffff,
];

/** The same in the byte order of RGBA pixels on a little-endian computer. */
const PALETTE = VGA_COLOURS.map((colour) => 0xff000000 | ((colour & 0xff) << 16) | (colour & 0xff00) | (colour >> 16));

/** The rows of dots that the cursor fills, from the top of the cell. */
const CURSOR_TOP = 14;

/** Draws a text screen, eight dots a column. */
export function renderText(
  screen: ScreenCells,
  font: Uint8Array,
): { readonly width: number; readonly height: number; readonly rgba: Uint8ClampedArray<ArrayBuffer> } {
  const { columns, rows, cells, cursor } = screen;
  const width = columns * 8;
  const height = rows * GLYPH_ROWS;
  const pixels = new Uint32Array(width * height);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const cell = cells[row * columns + column];
      const ink = PALETTE[(cell >> 8) & 15];
      const paper = PALETTE[(cell >> 12) & 7];
      const isCursor = cursor.visible && cursor.row === row && cursor.column === column;
      for (let y = 0; y < GLYPH_ROWS; y++) {
        const bits = isCursor && y >= CURSOR_TOP ? 0xff : font[(cell & 0xff) * GLYPH_ROWS + y];
        const at = (row * GLYPH_ROWS + y) * width + column * 8;
        for (let x = 0; x < 8; x++) pixels[at + x] = (bits & (0x80 >> x)) !== 0 ? ink : paper;
      }
    }
  }
  return { width, height, rgba: new Uint8ClampedArray(pixels.buffer) };
}
