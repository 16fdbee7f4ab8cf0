/**
 * Turns text with ANSI sequences (ECMA-48) into the operations that the PC's video BIOS has, so that one firmware
 * text looks the same through INT 10h and on the screen model of a bare machine.
 */
import { itemAt } from '../../base/lists/list.ts';
import { toCp437 } from './cp437.ts';

/** One call of INT 10h. Rows and columns from 0. */
export type ScreenOp =
  /** AH=0Eh: the character at the cursor, keeping the attribute of the cell; moves on, wraps and scrolls. */
  | { readonly op: 'teletype'; readonly code: number }
  /** AH=09h: character and attribute at the cursor, which stays. */
  | { readonly op: 'put'; readonly code: number; readonly attribute: number }
  /** AH=02h. */
  | { readonly op: 'cursor'; readonly row: number; readonly column: number }
  /** AH=06h with AL=0: blanks a rectangle (bounds included). */
  | {
      readonly op: 'clear';
      readonly top: number;
      readonly left: number;
      readonly bottom: number;
      readonly right: number;
      readonly attribute: number;
    }
  /** AH=01h. */
  | { readonly op: 'cursor-shape'; readonly visible: boolean };

/** Light grey on black: what the BIOS starts with. */
export const DEFAULT_ATTRIBUTE = 0x07;

/** ANSI colour number to the PC's: red and blue change places. */
const PC_COLOUR = [0, 4, 2, 6, 1, 5, 3, 7] as const;

export class AnsiInterpreter {
  readonly columns: number;
  readonly rows: number;
  row = 0;
  column = 0;
  private foreground = 7;
  private background = 0;
  private bold = false;
  private blink = false;
  private inverse = false;
  /** Characters of a sequence that has begun: `\x1b`, `\x1b[`, `\x1b[1;3`. */
  private pending = '';

  constructor(columns = 80, rows = 25) {
    this.columns = columns;
    this.rows = rows;
  }

  get attribute(): number {
    const [front, back] = this.inverse ? [this.background, this.foreground] : [this.foreground, this.background];
    return (this.blink ? 0x80 : 0) | (back << 4) | front | (this.bold ? 8 : 0);
  }

  /** Takes over where others have left the cursor. */
  moveTo(row: number, column: number): void {
    this.row = Math.min(Math.max(row, 0), this.rows - 1);
    this.column = Math.min(Math.max(column, 0), this.columns - 1);
  }

  feed(text: string): ScreenOp[] {
    const ops: ScreenOp[] = [];
    for (const character of text) {
      if (this.pending !== '') this.sequence(character, ops);
      else if (character === '\x1b') this.pending = character;
      else this.print(character, ops);
    }
    return ops;
  }

  private print(character: string, ops: ScreenOp[]): void {
    switch (character) {
      case '\n':
        // Firmware text ends lines with LF alone: the carriage returns too.
        ops.push({ op: 'teletype', code: 13 }, { op: 'teletype', code: 10 });
        this.column = 0;
        this.row = Math.min(this.row + 1, this.rows - 1);
        return;
      case '\r':
        ops.push({ op: 'teletype', code: 13 });
        this.column = 0;
        return;
      case '\b':
        ops.push({ op: 'teletype', code: 8 });
        this.column = Math.max(this.column - 1, 0);
        return;
      case '\x07':
        ops.push({ op: 'teletype', code: 7 });
        return;
      case '\t': {
        const next = Math.min((this.column | 7) + 1, this.columns - 1);
        while (this.column < next) this.print(' ', ops);
        return;
      }
      default:
    }
    const code = toCp437(character);
    // The attribute is written each time: the cell may hold that of an earlier text.
    ops.push({ op: 'put', code, attribute: this.attribute }, { op: 'teletype', code });
    this.column++;
    if (this.column === this.columns) {
      this.column = 0;
      this.row = Math.min(this.row + 1, this.rows - 1);
    }
  }

  private sequence(character: string, ops: ScreenOp[]): void {
    if (this.pending === '\x1b') {
      this.pending = character === '[' ? '\x1b[' : '';
      return;
    }
    const code = character.charCodeAt(0);
    if (code >= 0x20 && code <= 0x3f) {
      this.pending += character;
      return;
    }
    const body = this.pending.slice(2);
    this.pending = '';
    this.execute(character, body, ops);
  }

  private execute(final: string, body: string, ops: ScreenOp[]): void {
    if (body.startsWith('?')) {
      if (body === '?25' && (final === 'h' || final === 'l')) ops.push({ op: 'cursor-shape', visible: final === 'h' });
      return;
    }
    const numbers = parametersOf(body);
    const count = numbers[0] ?? 1;
    switch (final) {
      case 'H':
      case 'f':
        return this.move((numbers[0] ?? 1) - 1, (numbers[1] ?? 1) - 1, ops);
      case 'A':
        return this.move(this.row - count, this.column, ops);
      case 'B':
        return this.move(this.row + count, this.column, ops);
      case 'C':
        return this.move(this.row, this.column + count, ops);
      case 'D':
        return this.move(this.row, this.column - count, ops);
      case 'J':
        return this.eraseDisplay(numbers[0] ?? 0, ops);
      case 'K':
        return this.eraseLine(numbers[0] ?? 0, ops);
      case 'm':
        for (const number of numbers) this.rendition(number ?? 0);
        return;
      default:
    }
  }

  private move(row: number, column: number, ops: ScreenOp[]): void {
    this.moveTo(row, column);
    ops.push({ op: 'cursor', row: this.row, column: this.column });
  }

  private clear(top: number, left: number, bottom: number, right: number, ops: ScreenOp[]): void {
    if (top > bottom || left > right) return;
    ops.push({ op: 'clear', top, left, bottom, right, attribute: this.attribute });
  }

  private eraseDisplay(part: number, ops: ScreenOp[]): void {
    const [right, bottom] = [this.columns - 1, this.rows - 1];
    if (part === 2) return this.clear(0, 0, bottom, right, ops);
    this.eraseLine(part, ops);
    if (part === 0) this.clear(this.row + 1, 0, bottom, right, ops);
    else this.clear(0, 0, this.row - 1, right, ops);
  }

  private eraseLine(part: number, ops: ScreenOp[]): void {
    const left = part === 0 ? this.column : 0;
    const right = part === 1 ? this.column : this.columns - 1;
    this.clear(this.row, left, this.row, right, ops);
  }

  /** Select Graphic Rendition, ECMA-48 §8.3.117. */
  private rendition(number: number): void {
    if (number === 0) {
      this.foreground = 7;
      this.background = 0;
      this.bold = false;
      this.blink = false;
      this.inverse = false;
    } else if (number === 1) this.bold = true;
    else if (number === 22) this.bold = false;
    else if (number === 5) this.blink = true;
    else if (number === 25) this.blink = false;
    else if (number === 7) this.inverse = true;
    else if (number === 27) this.inverse = false;
    else if (number >= 30 && number <= 37) this.foreground = itemAt(PC_COLOUR, number - 30);
    else if (number === 39) this.foreground = 7;
    else if (number >= 40 && number <= 47) this.background = itemAt(PC_COLOUR, number - 40);
    else if (number === 49) this.background = 0;
  }
}

/**
 * EDK II writes a place as two characters for each number, and counts on in ASCII after 9: column 100 is `:0`, and
 * 110 is `;0`, which other terminals take for something else.
 */
const EDK_PLACE = /^(\d\d);([0-?])(\d)$/;

/** Undefined for what is left out, or is no number. */
function parametersOf(body: string): readonly (number | undefined)[] {
  const [, row, tens, ones] = EDK_PLACE.exec(body) ?? [];
  if (row !== undefined && tens !== undefined)
    return [Number(row), (tens.charCodeAt(0) - '0'.charCodeAt(0)) * 10 + Number(ones)];
  return body.split(';').map((part) => (/^\d+$/.test(part) ? Number(part) : undefined));
}

/** The text without ANSI sequences: for logs. */
export function stripAnsi(text: string): string {
  return text.replace(ANSI_SEQUENCE, '');
}

/** A character that goes back over itself leaves nothing to log. */
export function isSpinner(plain: string): boolean {
  return plain === '' || (plain.length === 2 && plain[1] === '\b');
}

const ANSI_SEQUENCE = new RegExp(String.raw`\u001b\[[0-?]*[@-~]`, 'g');
