/** The screen's font and drawing, for the page. */
export { findVgaFont, GLYPH_ROWS, renderBackdrop, renderText, textScreenSize, VGA_COLOURS } from '../lab/vga-font.ts';
