/** iPXE's key numbers: a character is itself, other keys are numbered from 0x110000 by their ANSI sequences. */
import type { Key } from '../../platform.ts';

/** The number of the key that sends `ESC [ n letter`. */
function ansi(n: number, letter: string): number {
  return 0x110000 + 0x100 * (n + 1) + letter.charCodeAt(0);
}

const CODES: ReadonlyMap<string, number> = new Map([
  ['Up', ansi(0, 'A')],
  ['Down', ansi(0, 'B')],
  ['Right', ansi(0, 'C')],
  ['Left', ansi(0, 'D')],
  ['End', ansi(0, 'F')],
  ['Home', ansi(0, 'H')],
  ['Insert', ansi(2, '~')],
  ['Delete', ansi(3, '~')],
  ['PageUp', ansi(5, '~')],
  ['PageDown', ansi(6, '~')],
  ['F1', ansi(11, '~')],
  ['F2', ansi(12, '~')],
  ['F3', ansi(13, '~')],
  ['F4', ansi(14, '~')],
  ['F5', ansi(15, '~')],
  ['F6', ansi(17, '~')],
  ['F7', ansi(18, '~')],
  ['F8', ansi(19, '~')],
  ['F9', ansi(20, '~')],
  ['F10', ansi(21, '~')],
  ['F11', ansi(23, '~')],
  ['F12', ansi(24, '~')],
]);

export function keyCode(key: Key): number {
  return CODES.get(key.name) ?? key.ascii;
}

/** The name of a key in a menu's event: `a`, `F5`. */
export function keyLabel(code: number): string {
  for (const [name, each] of CODES) if (each === code) return name;
  if (code < 0x20) return `Ctrl-${String.fromCharCode(code + 0x40)}`;
  return String.fromCharCode(code);
}
