/**
 * The firmware's console as text. In a graphics mode the screen has no characters, but UEFI firmware writes the same to
 * its serial terminal, with ANSI sequences for colours and places.
 */
import { AnsiInterpreter } from '../../firmware/text/ansi.ts';
import { fromCp437 } from '../../firmware/text/cp437.ts';
import { TextScreen } from '../../firmware/text/screen.ts';

/** The largest that the firmware may choose: 1280 by 800 dots have room for it. */
const COLUMNS = 160;
const ROWS = 50;

export class FirmwareTerminal {
  private readonly screen = new TextScreen();
  private ansi = new AnsiInterpreter(COLUMNS, ROWS);
  private bytes: number[] = [];

  constructor() {
    this.reset();
  }

  /** Grows with what is written. */
  get changes(): number {
    return this.screen.version + this.bytes.length;
  }

  reset(): void {
    this.ansi = new AnsiInterpreter(COLUMNS, ROWS);
    this.bytes = [];
    this.screen.reset({ columns: COLUMNS, rows: ROWS });
  }

  put(byte: number): void {
    this.bytes.push(byte);
  }

  /** The rows without trailing blanks. */
  textRows(): string[] {
    this.write();
    return Array.from({ length: ROWS }, (_, row) => this.screen.rowText(row).trimEnd());
  }

  private write(): void {
    if (this.bytes.length === 0) return;
    // Lines and arrows are in the PC's own character set.
    const text = this.bytes.map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : fromCp437(byte))).join('');
    this.bytes = [];
    this.screen.apply(this.ansi.feed(text));
  }
}
