/** A line being edited: text, cursor, and the keys that change them. Shared by the shell, `read`, forms and `config`. */
import type { Key } from '../../platform.ts';

const DEL = 0x7f;

export class EditString {
  text: string;
  cursor: number;
  private readonly maxLength: number;

  constructor(text = '', maxLength = Number.POSITIVE_INFINITY) {
    this.text = text;
    this.cursor = text.length;
    this.maxLength = maxLength;
  }

  set(text: string): void {
    this.text = text;
    this.cursor = text.length;
  }

  /** True when the key was one of editing; the caller handles the others (Enter, Escape, Up ...). */
  press(key: Key): boolean {
    switch (key.name) {
      case 'Left':
        return this.moveTo(this.cursor - 1);
      case 'Right':
        return this.moveTo(this.cursor + 1);
      case 'Home':
        return this.moveTo(0);
      case 'End':
        return this.moveTo(this.text.length);
      case 'Delete':
        return this.remove(this.cursor, this.cursor + 1);
      case 'Backspace':
        return this.remove(this.cursor - 1, this.cursor);
      default:
        return this.pressCode(key.ascii);
    }
  }

  private pressCode(code: number): boolean {
    switch (code) {
      case 0x01:
        return this.moveTo(0);
      case 0x02:
        return this.moveTo(this.cursor - 1);
      case 0x04:
        return this.remove(this.cursor, this.cursor + 1);
      case 0x05:
        return this.moveTo(this.text.length);
      case 0x06:
        return this.moveTo(this.cursor + 1);
      case 0x08:
      case DEL:
        return this.remove(this.cursor - 1, this.cursor);
      case 0x0b:
        return this.remove(this.cursor, this.text.length);
      case 0x15:
        return this.remove(0, this.cursor);
      case 0x17:
        return this.remove(this.wordStart(), this.cursor);
      default:
        return code >= 0x20 && this.insert(String.fromCharCode(code));
    }
  }

  private moveTo(cursor: number): boolean {
    this.cursor = Math.max(0, Math.min(this.text.length, cursor));
    return true;
  }

  private remove(from: number, to: number): boolean {
    const start = Math.max(0, from);
    this.text = this.text.slice(0, start) + this.text.slice(to);
    if (this.cursor > start) this.cursor = start;
    return true;
  }

  private insert(text: string): boolean {
    if (this.text.length + text.length > this.maxLength) return true;
    this.text = this.text.slice(0, this.cursor) + text + this.text.slice(this.cursor);
    this.cursor += text.length;
    return true;
  }

  /** Where the word before the cursor begins; blanks behind it go with it. */
  private wordStart(): number {
    let at = this.cursor;
    while (at > 0 && /\s/.test(this.text.charAt(at - 1))) at--;
    while (at > 0 && !/\s/.test(this.text.charAt(at - 1))) at--;
    return at;
  }
}
