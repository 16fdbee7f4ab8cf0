/**
 * The true font of the PC's text screen: 256 glyphs of 8 by 16 dots, found in the VGA BIOS image that the machines
 * themselves use. Without that image the page draws with its own monospace font.
 */

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
