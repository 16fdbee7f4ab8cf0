/**
 * The PC's screen as plain data: what v86's VGA card draws is kept here, for a canvas on a page, for tests and for
 * the event log. A change counter tells viewers when to redraw.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { toHex, utf8 } from '../../base/bytes.ts';
import { itemAt } from '../../base/lists/list.ts';
import { fromCp437 } from '../../firmware/text/cp437.ts';
import { VGA_COLOURS } from '../../firmware/text/graphics.ts';
import type { V86Layer, V86Screen } from '../v86/internals.ts';

const FLAG_BLINKING = 1;
const FLAG_FONT_PAGE_B = 2;

export interface TextCursor {
  readonly row: number;
  readonly column: number;
  readonly visible: boolean;
}

/** Character cells in rows. Colours are 24-bit RGB. */
export interface TextFrame {
  readonly kind: 'text';
  readonly columns: number;
  readonly rows: number;
  /** CP437 codes. */
  readonly codes: Uint8Array;
  readonly foreground: Uint32Array;
  readonly background: Uint32Array;
  /** 1 where the cell blinks. */
  readonly blink: Uint8Array;
  readonly cursor: TextCursor;
}

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface GraphicsFrame {
  readonly kind: 'graphics';
  readonly width: number;
  readonly height: number;
  /** Red, green, blue, 255 a pixel, rows from the top. */
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
}

export type ScreenFrame = TextFrame | GraphicsFrame;

const colourNumbers = new Map<number, number>();

/** The number of a colour, or of the one that comes nearest: guests may load other palettes. */
function colourNumber(rgb: number): number {
  const known = colourNumbers.get(rgb);
  if (known !== undefined) return known;
  const channel = (colour: number, shift: number): number => (colour >>> shift) & 255;
  const distance = (colour: number): number =>
    [0, 8, 16].reduce((sum, shift) => sum + (channel(colour, shift) - channel(rgb, shift)) ** 2, 0);
  const distances = VGA_COLOURS.map(distance);
  const nearest = distances.indexOf(Math.min(...distances));
  colourNumbers.set(rgb, nearest);
  return nearest;
}

function emptyText(columns: number, rows: number): TextFrame {
  const cells = columns * rows;
  return {
    kind: 'text',
    columns,
    rows,
    codes: new Uint8Array(cells).fill(32),
    foreground: new Uint32Array(cells).fill(0xaaaaaa),
    background: new Uint32Array(cells),
    blink: new Uint8Array(cells),
    cursor: { row: 0, column: 0, visible: false },
  };
}

/** Receives what v86 draws, and is read by viewers. The arrays of a frame are live: copy what must not change. */
export class PcScreen implements V86Screen {
  readonly FLAG_BLINKING = FLAG_BLINKING;
  readonly FLAG_FONT_PAGE_B = FLAG_FONT_PAGE_B;
  private text = emptyText(80, 25);
  private graphics: GraphicsFrame = { kind: 'graphics', width: 0, height: 0, rgba: new Uint8ClampedArray(0) };
  private graphical = false;
  private changeCount = 0;
  private dirty: Rectangle | undefined;

  /** Grows with every change of what is seen. */
  get changes(): number {
    return this.changeCount;
  }

  get frame(): ScreenFrame {
    return this.graphical ? this.graphics : this.text;
  }

  /** The part of the graphics frame that changed since the last call; undefined when nothing did. */
  takeDirty(): Rectangle | undefined {
    const { dirty } = this;
    this.dirty = undefined;
    return dirty;
  }

  /** As at power-on. */
  reset(): void {
    this.text = emptyText(80, 25);
    this.graphical = false;
    this.dirty = undefined;
    this.changeCount++;
  }

  /** SHA-256 of the RGBA bytes in a graphics mode, of the text otherwise: equal for equal pictures. */
  hash(): string {
    const { frame } = this;
    const isGraphics = frame.kind === 'graphics';
    return toHex(sha256(isGraphics ? new Uint8Array(frame.rgba.buffer) : utf8(this.textRows().join('\n'))));
  }

  /** The rows of the text screen without trailing blanks; no rows in a graphics mode. */
  textRows(): string[] {
    if (this.graphical) return [];
    const { columns, rows, codes } = this.text;
    return Array.from({ length: rows }, (_, row) => {
      let line = '';
      for (let i = row * columns; i < (row + 1) * columns; i++) line += fromCp437(itemAt(codes, i));
      return line.trimEnd();
    });
  }

  /** Text cells as in video memory: CP437 code in the low byte, attribute in the high byte. A copy. */
  textCells(): Uint16Array<ArrayBuffer> {
    const { codes, foreground, background, blink } = this.text;
    const cells = new Uint16Array(codes.length);
    for (let i = 0; i < cells.length; i++) {
      const attribute =
        (itemAt(blink, i) << 7) | (colourNumber(itemAt(background, i)) << 4) | colourNumber(itemAt(foreground, i));
      cells[i] = itemAt(codes, i) | ((attribute & 255) << 8);
    }
    return cells;
  }

  put_char(row: number, column: number, code: number, flags: number, background: number, foreground: number): void {
    const { text } = this;
    if (row >= text.rows || column >= text.columns) return;
    const i = row * text.columns + column;
    const blink = flags & FLAG_BLINKING;
    if (
      text.codes[i] === code &&
      text.foreground[i] === foreground &&
      text.background[i] === background &&
      text.blink[i] === blink
    ) {
      return;
    }
    text.codes[i] = code;
    text.foreground[i] = foreground;
    text.background[i] = background;
    text.blink[i] = blink;
    this.changeCount++;
  }

  set_mode(graphical: boolean): void {
    if (graphical === this.graphical) return;
    this.graphical = graphical;
    this.changeCount++;
  }

  set_size_text(columns: number, rows: number): void {
    if (columns === this.text.columns && rows === this.text.rows) return;
    this.text = emptyText(columns, rows);
    this.changeCount++;
  }

  set_size_graphical(width: number, height: number): void {
    this.graphics = { kind: 'graphics', width, height, rgba: new Uint8ClampedArray(4 * width * height) };
    this.changeCount++;
  }

  update_cursor(row: number, column: number): void {
    const { cursor } = this.text;
    if (cursor.row === row && cursor.column === column) return;
    this.text = { ...this.text, cursor: { ...cursor, row, column } };
    this.changeCount++;
  }

  update_cursor_scanline(_start: number, _end: number, visible: boolean): void {
    const { cursor } = this.text;
    if (cursor.visible === visible) return;
    this.text = { ...this.text, cursor: { ...cursor, visible } };
    this.changeCount++;
  }

  update_buffer(layers: readonly V86Layer[]): void {
    for (const layer of layers) this.drawLayer(layer);
  }

  /** The red, green and blue of the pixels in a part of the graphics frame. */
  pixels({ x, y, width, height }: Rectangle): Uint8Array<ArrayBuffer> {
    const { rgba, width: rowPixels } = this.graphics;
    const rgb = new Uint8Array(3 * width * height);
    for (let row = 0, to = 0; row < height; row++)
      for (let from = 4 * ((y + row) * rowPixels + x), i = 0; i < width; i++, from += 4, to += 3) {
        rgb[to] = rgba[from] ?? 0;
        rgb[to + 1] = rgba[from + 1] ?? 0;
        rgb[to + 2] = rgba[from + 2] ?? 0;
      }
    return rgb;
  }

  /** Draws such pixels. */
  paint(part: Rectangle, rgb: Uint8Array): void {
    const { x, y, width, height } = part;
    const { rgba, width: rowPixels } = this.graphics;
    for (let row = 0, from = 0; row < height; row++)
      for (let to = 4 * ((y + row) * rowPixels + x), i = 0; i < width; i++, from += 3, to += 4) {
        rgba[to] = rgb[from] ?? 0;
        rgba[to + 1] = rgb[from + 1] ?? 0;
        rgba[to + 2] = rgb[from + 2] ?? 0;
        rgba[to + 3] = 255;
      }
    this.markDirty(part);
  }

  clear_screen(): void {
    this.graphics.rgba.fill(0);
    this.markDirty({ x: 0, y: 0, width: this.graphics.width, height: this.graphics.height });
  }

  clear_text_state(): void {
    this.text = emptyText(this.text.columns, this.text.rows);
    this.changeCount++;
  }

  // Fonts and scale are the viewer's business; the loop of v86 that would pause a canvas is not used.
  set_font_bitmap(): void {}
  set_font_page(): void {}
  set_scale(): void {}
  pause(): void {}
  continue(): void {}
  destroy(): void {}

  /** Draws a layer. The part of the picture that it covers; undefined when that is nothing. */
  drawLayer(layer: V86Layer): Rectangle | undefined {
    const { width, height, rgba } = this.graphics;
    const source = layer.image_data;
    const left = Math.max(0, layer.screen_x, layer.screen_x - layer.buffer_x);
    const right = Math.min(width, layer.screen_x + layer.buffer_width);
    const top = Math.max(0, layer.screen_y);
    const bottom = Math.min(height, layer.screen_y + layer.buffer_height);
    if (right <= left || bottom <= top) return undefined;
    for (let y = top; y < bottom; y++) {
      const sourceY = y - layer.screen_y + layer.buffer_y;
      if (sourceY < 0 || sourceY >= source.height) continue;
      const from = 4 * (sourceY * source.width + left - layer.screen_x + layer.buffer_x);
      rgba.set(source.data.subarray(from, from + 4 * (right - left)), 4 * (y * width + left));
    }
    const part = { x: left, y: top, width: right - left, height: bottom - top };
    this.markDirty(part);
    return part;
  }

  private markDirty(rectangle: Rectangle): void {
    this.changeCount++;
    const before = this.dirty;
    if (before === undefined) {
      this.dirty = rectangle;
      return;
    }
    const x = Math.min(before.x, rectangle.x);
    const y = Math.min(before.y, rectangle.y);
    this.dirty = {
      x,
      y,
      width: Math.max(before.x + before.width, rectangle.x + rectangle.width) - x,
      height: Math.max(before.y + before.height, rectangle.y + rectangle.height) - y,
    };
  }
}
