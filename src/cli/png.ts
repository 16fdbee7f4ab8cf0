/** A machine's screen as a PNG file (RFC 2083): text with the true font of the VGA BIOS, graphics as they are. */
import { zlibSync } from 'fflate';
import { concatBytes, latin1, writeU32 } from '../base/bytes.ts';
import { crc32 } from '../base/data/crc32.ts';
import type { Screen } from '../machine/screen/screen-image.ts';
import { renderText } from '../machine/screen/vga-font.ts';

/** A chunk with its length and CRC (W3C PNG §5.3). */
export function pngChunk(type: string, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(12 + data.length);
  writeU32(out, 0, data.length);
  out.set(latin1(type), 4);
  out.set(data, 8);
  writeU32(out, 8 + data.length, crc32(out.subarray(4, 8 + data.length)));
  return out;
}

/** RGBA rows from the top, 8 bits a sample. */
function encodePng(width: number, height: number, rgba: Uint8Array | Uint8ClampedArray): Uint8Array {
  const header = new Uint8Array(13);
  writeU32(header, 0, width);
  writeU32(header, 4, height);
  header.set([8, 6, 0, 0, 0], 8);
  const rows = new Uint8Array(height * (width * 4 + 1));
  for (let y = 0; y < height; y++) rows.set(rgba.subarray(y * width * 4, (y + 1) * width * 4), y * (width * 4 + 1) + 1);
  const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  return concatBytes([
    signature,
    pngChunk('IHDR', header),
    pngChunk('IDAT', zlibSync(rows)),
    pngChunk('IEND', new Uint8Array(0)),
  ]);
}

/** `font` as `findVgaFont` gives it; without it a text screen has no picture. */
export function screenPng(screen: Screen, font: Uint8Array | undefined): Uint8Array | undefined {
  if (screen.kind === 'graphics') return encodePng(screen.width, screen.height, screen.rgba);
  if (font === undefined) return undefined;
  const { width, height, rgba } = renderText(screen, font);
  return encodePng(width, height, rgba);
}
