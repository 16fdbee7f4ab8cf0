/**
 * A text screen in a graphics mode: characters of eight by sixteen dots over a picture. What a machine has for a screen
 * is its own business; what is on it is worked out here, for the emulated PC and the bare machine alike.
 */

import { byteAt } from '../../base/bytes.ts';

/** Dots as 0xRRGGBB, row by row from the top. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint32Array<ArrayBuffer>;
}

/** Dots at the edges of the screen where no text goes. */
export interface Margins {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface GraphicsRequest {
  /** The screen must have as many dots at least. */
  readonly width: number;
  readonly height: number;
  /** Bits a dot, at least. */
  readonly depth: number;
  readonly margins: Margins;
  readonly picture: Picture | undefined;
}

export type GraphicsOutcome = 'ok' | 'no-mode' | 'no-room-for-text';

/** The whole screen without its text, and where the text begins. */
export interface Backdrop extends Picture {
  readonly left: number;
  readonly top: number;
}

export interface GraphicsScreen {
  readonly backdrop: Backdrop;
  readonly columns: number;
  readonly rows: number;
}

export const GLYPH_COLUMNS = 8;
export const GLYPH_ROWS = 16;

/** The picture in the upper left corner of a screen, cut off where it is larger; undefined when no text has room. */
export function graphicsScreen(request: GraphicsRequest, width: number, height: number): GraphicsScreen | undefined {
  const { margins, picture } = request;
  const columns = Math.floor((width - margins.left - margins.right) / GLYPH_COLUMNS);
  const rows = Math.floor((height - margins.top - margins.bottom) / GLYPH_ROWS);
  if (columns < 1 || rows < 1) return undefined;
  const pixels = new Uint32Array(width * height);
  if (picture !== undefined) {
    const shown = Math.min(width, picture.width);
    for (let y = 0; y < Math.min(height, picture.height); y++) {
      pixels.set(picture.pixels.subarray(y * picture.width, y * picture.width + shown), y * width);
    }
  }
  return { columns, rows, backdrop: { width, height, pixels, left: margins.left, top: margins.top } };
}

/** The sixteen colours of text attributes as the VGA's default palette shows them, 0xRRGGBB. */
export const VGA_COLOURS: readonly number[] = [
  0x000000, 0x0000aa, 0x00aa00, 0x00aaaa, 0xaa0000, 0xaa00aa, 0xaa5500, 0xaaaaaa, 0x555555, 0x5555ff, 0x55ff55,
  0x55ffff, 0xff5555, 0xff55ff, 0xffff55, 0xffffff,
];

/** Draws a glyph of the font, a byte a row of dots; without a paper what is there stays around the letter. */
export function drawGlyph(to: Picture, at: number, glyph: Uint8Array, ink: number, paper: number | undefined): void {
  for (let y = 0; y < GLYPH_ROWS; y++) {
    for (let x = 0; x < GLYPH_COLUMNS; x++) {
      const colour = (byteAt(glyph, y) & (0x80 >> x)) !== 0 ? ink : paper;
      if (colour !== undefined) to.pixels[at + y * to.width + x] = colour;
    }
  }
}
