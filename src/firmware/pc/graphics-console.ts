/** Text over a picture on a PC's screen in a graphics mode: what changed is drawn with the VGA BIOS's own font. */
import { itemAt } from '../../base/lists/list.ts';
import type { Task } from '../../base/time/task.ts';
import type { GuestMemory } from '../guest.ts';
import { AnsiInterpreter } from '../text/ansi.ts';
import { drawGlyph, GLYPH_COLUMNS, GLYPH_ROWS, VGA_COLOURS, type GraphicsScreen } from '../text/graphics.ts';
import { TextScreen } from '../text/screen.ts';
import type { Service } from './service.ts';
import { showDots, type VbeMode } from './vbe.ts';

/** The font of the graphics modes: INT 43h points at its 256 glyphs. */
const FONT_VECTOR = 0x43 * 4;
const CURSOR_TOP = 14;
const CURSOR = 0x1_0000;

export class GraphicsConsole {
  readonly screen = new TextScreen();
  private readonly service: Service;
  private readonly memory: GuestMemory;
  private readonly mode: VbeMode;
  private readonly graphics: GraphicsScreen;
  private readonly ansi: AnsiInterpreter;
  private readonly font: Uint8Array;
  /** What stands on the screen, cell by cell, with `CURSOR` where the cursor is. */
  private readonly drawn: Uint32Array;

  constructor(service: Service, memory: GuestMemory, mode: VbeMode, graphics: GraphicsScreen) {
    this.service = service;
    this.memory = memory;
    this.mode = mode;
    this.graphics = graphics;
    this.screen.reset(graphics);
    this.ansi = new AnsiInterpreter(graphics.columns, graphics.rows);
    const vector = memory.readU16(FONT_VECTOR + 2) * 16 + memory.readU16(FONT_VECTOR);
    this.font = memory.read(vector, 256 * GLYPH_ROWS);
    this.drawn = new Uint32Array(graphics.columns * graphics.rows).fill(BLANK);
  }

  /** The picture, before there is any text. */
  *begin(): Task<void> {
    const { width, pixels } = this.graphics.backdrop;
    yield* showDots(this.service, this.memory, this.mode, { x: 0, y: 0, width }, pixels);
  }

  /** The text is there; `draw` shows it. */
  put(text: string): void {
    this.screen.apply(this.ansi.feed(text));
  }

  *draw(): Task<void> {
    for (let row = 0; row < this.screen.rows; row++) yield* this.drawRow(row);
  }

  /** Draws the part of a row that is not yet on the screen as it should be. */
  private *drawRow(row: number): Task<void> {
    const { columns, cells, column, cursorVisible } = this.screen;
    const wanted = Uint32Array.from(cells.subarray(row * columns, (row + 1) * columns));
    if (cursorVisible && row === this.screen.row) wanted[column] = itemAt(wanted, column) | CURSOR;
    const before = this.drawn.subarray(row * columns, (row + 1) * columns);
    const isOld = (cell: number, i: number): boolean => before[i] === cell;
    let first = 0;
    while (first < columns && isOld(itemAt(wanted, first), first)) first++;
    if (first === columns) return;
    let last = columns - 1;
    while (isOld(itemAt(wanted, last), last)) last--;
    before.set(wanted);

    const { backdrop } = this.graphics;
    const width = (last + 1 - first) * GLYPH_COLUMNS;
    const x = backdrop.left + first * GLYPH_COLUMNS;
    const y = backdrop.top + row * GLYPH_ROWS;
    const part = { width, height: GLYPH_ROWS, pixels: new Uint32Array(width * GLYPH_ROWS) };
    for (let line = 0; line < GLYPH_ROWS; line++) {
      const from = (y + line) * backdrop.width + x;
      part.pixels.set(backdrop.pixels.subarray(from, from + width), line * width);
    }
    for (let i = first; i <= last; i++) {
      const cell = itemAt(wanted, i);
      const glyph = this.font.slice((cell & 0xff) * GLYPH_ROWS, ((cell & 0xff) + 1) * GLYPH_ROWS);
      if ((cell & CURSOR) !== 0) glyph.fill(0xff, CURSOR_TOP);
      const paper = (cell >> 12) & 7;
      const ink = itemAt(VGA_COLOURS, (cell >> 8) & 15);
      // The console's own background lets the picture through.
      drawGlyph(part, (i - first) * GLYPH_COLUMNS, glyph, ink, paper === 0 ? undefined : VGA_COLOURS[paper]);
    }
    yield* showDots(this.service, this.memory, this.mode, { x, y, width }, part.pixels);
  }
}

/** A cell of a screen without text. */
const BLANK = 0x0720;
