/**
 * The true font of the PC's text screen: 256 glyphs of 8 by 16 dots, found in the VGA BIOS image that the machines
 * themselves use. Without that image the page draws with its own monospace font.
 */
import { itemAt } from '../../base/lists/list.ts';
import { drawGlyph, GLYPH_COLUMNS, GLYPH_ROWS, VGA_COLOURS } from '../../firmware/text/graphics.ts';
import type { ScreenCells } from './screen-image.ts';

export { GLYPH_ROWS, VGA_COLOURS };

/** The smiling face at code 1, which every code page 437 font has: the font begins one glyph before it. */
const GLYPH_1 = [0x00, 0x00, 0x7e, 0x81, 0xa5, 0x81, 0x81, 0xbd, 0x99, 0x81, 0x81, 0x7e];

/** 4096 bytes, a byte a row of dots, or undefined when the image holds no such font. */
export function findVgaFont(vgaBios: Uint8Array): Uint8Array | undefined {
  for (let at = GLYPH_ROWS; at + 255 * GLYPH_ROWS <= vgaBios.length; at++) {
    if (GLYPH_1.every((byte, i) => vgaBios[at + i] === byte) && vgaBios[at + 12] === 0 && vgaBios[at + 15] === 0)
      return vgaBios.slice(at - GLYPH_ROWS, at + 255 * GLYPH_ROWS);
  }
  return undefined;
}

/** A colour in the byte order of RGBA pixels on a little-endian computer. */
function rgba(colour: number): number {
  return 0xff000000 | ((colour & 0xff) << 16) | (colour & 0xff00) | (colour >> 16);
}

const PALETTE = VGA_COLOURS.map(rgba);

/** The rows of dots that the cursor fills, from the top of the cell. */
const CURSOR_TOP = 14;

/** How many dots a text screen is wide and high. */
export function textScreenSize({ columns, rows, backdrop }: Pick<ScreenCells, 'columns' | 'rows' | 'backdrop'>): {
  readonly width: number;
  readonly height: number;
} {
  return { width: backdrop?.width ?? columns * GLYPH_COLUMNS, height: backdrop?.height ?? rows * GLYPH_ROWS };
}

/** The picture under a text screen as pixels, or black. */
export function renderBackdrop(screen: ScreenCells): Uint32Array<ArrayBuffer> {
  const { width, height } = textScreenSize(screen);
  return screen.backdrop === undefined ? new Uint32Array(width * height) : screen.backdrop.pixels.map(rgba);
}

/** Draws a text screen, eight dots a column. Over a picture the console's own background is transparent. */
export function renderText(
  screen: ScreenCells,
  font: Uint8Array,
): { readonly width: number; readonly height: number; readonly rgba: Uint8ClampedArray<ArrayBuffer> } {
  const { columns, rows, cells, cursor, backdrop } = screen;
  const { width, height } = textScreenSize(screen);
  const to = { width, height, pixels: renderBackdrop(screen) };
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const cell = itemAt(cells, row * columns + column);
      const isCursor = cursor.visible && cursor.row === row && cursor.column === column;
      const letter = font.subarray((cell & 0xff) * GLYPH_ROWS, ((cell & 0xff) + 1) * GLYPH_ROWS);
      const glyph = isCursor ? Uint8Array.from(letter).fill(0xff, CURSOR_TOP) : letter;
      const paper = (cell >> 12) & 7;
      const at = ((backdrop?.top ?? 0) + row * GLYPH_ROWS) * width + (backdrop?.left ?? 0) + column * GLYPH_COLUMNS;
      const isOpen = backdrop !== undefined && paper === 0;
      drawGlyph(to, at, glyph, itemAt(PALETTE, (cell >> 8) & 15), isOpen ? undefined : PALETTE[paper]);
    }
  }
  return { width, height, rgba: new Uint8ClampedArray(to.pixels.buffer) };
}
