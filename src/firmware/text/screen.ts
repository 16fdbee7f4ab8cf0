/**
 * The text screen of a bare machine: 80 by 25 cells of character and attribute, with the behaviour of the video
 * BIOS (INT 10h): teletype output wraps and scrolls, a carriage return and a line feed are apart.
 */
import { itemAt } from '../../base/lists/list.ts';
import { DEFAULT_ATTRIBUTE } from './ansi.ts';
import type { ScreenOp } from './ansi.ts';
import { fromCp437 } from './cp437.ts';
import type { Backdrop, GraphicsScreen } from './graphics.ts';

const COLUMNS = 80;
const ROWS = 25;

export class TextScreen {
  columns = COLUMNS;
  rows = ROWS;
  /** A cell is `attribute << 8 | code`, as in the PC's video memory. */
  cells = new Uint16Array(COLUMNS * ROWS);
  /** What the text lies over, in a graphics mode. */
  backdrop: Backdrop | undefined;
  row = 0;
  column = 0;
  cursorVisible = true;
  /** Grows with each change: a view redraws when it differs. */
  version = 0;

  constructor() {
    this.reset();
  }

  /** As after a change of video mode: 80 by 25 cells, or a graphics mode. */
  reset(graphics?: Partial<GraphicsScreen>): void {
    this.columns = graphics?.columns ?? COLUMNS;
    this.rows = graphics?.rows ?? ROWS;
    this.backdrop = graphics?.backdrop;
    this.cells = new Uint16Array(this.columns * this.rows).fill((DEFAULT_ATTRIBUTE << 8) | 0x20);
    this.row = 0;
    this.column = 0;
    this.cursorVisible = true;
    this.version++;
  }

  apply(ops: readonly ScreenOp[]): void {
    for (const op of ops) this.applyOne(op);
    this.version++;
  }

  /** A row as Unicode text, with its trailing blanks. */
  rowText(row: number): string {
    let text = '';
    for (let column = 0; column < this.columns; column++)
      text += fromCp437(itemAt(this.cells, row * this.columns + column) & 0xff);
    return text;
  }

  /** The whole screen, trailing blanks and blank rows at the end taken off. */
  text(): string {
    const lines: string[] = [];
    for (let row = 0; row < this.rows; row++) lines.push(this.rowText(row).trimEnd());
    return lines.join('\n').trimEnd();
  }

  private applyOne(op: ScreenOp): void {
    switch (op.op) {
      case 'teletype':
        return this.teletype(op.code);
      case 'put':
        this.cells[this.row * this.columns + this.column] = (op.attribute << 8) | op.code;
        return;
      case 'cursor':
        this.row = op.row;
        this.column = op.column;
        return;
      case 'clear':
        for (let row = op.top; row <= op.bottom; row++) {
          const start = row * this.columns;
          this.cells.fill((op.attribute << 8) | 0x20, start + op.left, start + op.right + 1);
        }
        return;
      case 'cursor-shape':
        this.cursorVisible = op.visible;
    }
  }

  private teletype(code: number): void {
    if (code === 7) return;
    if (code === 13) this.column = 0;
    else if (code === 8) this.column = Math.max(this.column - 1, 0);
    else if (code === 10) this.lineFeed();
    else {
      const at = this.row * this.columns + this.column;
      this.cells[at] = (itemAt(this.cells, at) & 0xff00) | code;
      this.column++;
      if (this.column === this.columns) {
        this.column = 0;
        this.lineFeed();
      }
    }
  }

  private lineFeed(): void {
    if (this.row < this.rows - 1) {
      this.row++;
      return;
    }
    this.cells.copyWithin(0, this.columns);
    this.cells.fill((DEFAULT_ATTRIBUTE << 8) | 0x20, (this.rows - 1) * this.columns);
  }
}
