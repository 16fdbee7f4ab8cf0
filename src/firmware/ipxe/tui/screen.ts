/** Full-screen drawing by ANSI sequences: positions, colour pairs, one write for a whole redraw. */
import type { Task } from '../../../base/time/task.ts';
import type { Ipxe } from '../ipxe.ts';
import { SGR_RESET, type PairName } from './colours.ts';

const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';
const CLEAR = '\x1b[2J';

export class Screen {
  readonly columns: number;
  readonly rows: number;
  private readonly ipxe: Ipxe;
  private pending = '';

  constructor(ipxe: Ipxe) {
    this.ipxe = ipxe;
    this.columns = ipxe.platform.console.columns;
    this.rows = ipxe.platform.console.rows;
  }

  /** Clears the screen in the normal colours. */
  begin(): void {
    this.pending += `${this.ipxe.colours.sgr('normal')}${HIDE_CURSOR}${CLEAR}`;
  }

  /** Text at a place; nothing may pass the right edge. */
  put(row: number, column: number, text: string, pair: PairName = 'normal', bold = false): void {
    const shown = text.slice(0, Math.max(0, this.columns - column));
    this.pending += `\x1b[${row + 1};${column + 1}H${this.ipxe.colours.sgr(pair, bold)}${shown}`;
  }

  centre(row: number, text: string, pair: PairName = 'normal', bold = false): void {
    this.put(row, Math.max(0, Math.floor((this.columns - text.length) / 2)), text, pair, bold);
  }

  /** Blanks a whole row. */
  blank(row: number): void {
    this.put(row, 0, ' '.repeat(this.columns));
  }

  cursorAt(row: number, column: number): void {
    this.pending += `\x1b[${row + 1};${column + 1}H${SHOW_CURSOR}`;
  }

  hideCursor(): void {
    this.pending += HIDE_CURSOR;
  }

  *flush(): Task<void> {
    const { pending } = this;
    this.pending = '';
    yield* this.ipxe.print(pending);
  }

  /** Clears the screen in the console's own colours, and continues at its bottom. */
  *end(): Task<void> {
    this.pending += `${SGR_RESET}${SHOW_CURSOR}${CLEAR}\x1b[${this.rows};1H\n`;
    yield* this.flush();
  }
}
