/** Keys of a US keyboard: names, ASCII codes and the scan codes of set 1, as INT 16h AH=00h gives them in AL and AH. */
import type { Key } from '../platform.ts';

const SPECIAL: readonly (readonly [name: string, ascii: number, scanCode: number])[] = [
  ['Escape', 0x1b, 0x01],
  ['Backspace', 0x08, 0x0e],
  ['Tab', 0x09, 0x0f],
  ['Enter', 0x0d, 0x1c],
  ['F1', 0, 0x3b],
  ['F2', 0, 0x3c],
  ['F3', 0, 0x3d],
  ['F4', 0, 0x3e],
  ['F5', 0, 0x3f],
  ['F6', 0, 0x40],
  ['F7', 0, 0x41],
  ['F8', 0, 0x42],
  ['F9', 0, 0x43],
  ['F10', 0, 0x44],
  ['F11', 0, 0x85],
  ['F12', 0, 0x86],
  ['Home', 0, 0x47],
  ['Up', 0, 0x48],
  ['PageUp', 0, 0x49],
  ['Left', 0, 0x4b],
  ['Right', 0, 0x4d],
  ['End', 0, 0x4f],
  ['Down', 0, 0x50],
  ['PageDown', 0, 0x51],
  ['Insert', 0, 0x52],
  ['Delete', 0, 0x53],
];

/** The characters of a row of keys, plain and with shift, from the scan code of the first. */
const ROWS: readonly (readonly [scanCode: number, plain: string, shifted: string])[] = [
  [0x02, '1234567890-=', '!@#$%^&*()_+'],
  [0x10, 'qwertyuiop[]', 'QWERTYUIOP{}'],
  [0x1e, "asdfghjkl;'`", 'ASDFGHJKL:"~'],
  [0x2b, '\\zxcvbnm,./', '|ZXCVBNM<>?'],
  [0x39, ' ', ' '],
];

const byName = new Map<string, Key>();
for (const [name, ascii, scanCode] of SPECIAL) byName.set(name, { name, ascii, scanCode });
for (const [first, plain, shifted] of ROWS) {
  for (let i = 0; i < plain.length; i++) {
    for (const name of [plain.charAt(i), shifted.charAt(i)]) {
      byName.set(name, { name, ascii: name.charCodeAt(0), scanCode: first + i });
    }
    if (/[a-z]/.test(plain.charAt(i))) {
      const name = `Ctrl-${shifted.charAt(i)}`;
      byName.set(name, { name, ascii: shifted.charCodeAt(i) & 0x1f, scanCode: first + i });
    }
  }
}

const specialByScanCode = new Map(SPECIAL.map(([name, , scanCode]) => [scanCode, name]));

/** The key of a name (`a`, `Enter`, `Ctrl-B`), or undefined when a US keyboard has none. */
export function keyNamed(name: string): Key | undefined {
  return byName.get(name);
}

/** The key in AX after INT 16h AH=00h. The grey keys of enhanced keyboards give E0h for the ASCII code. */
export function keyFromBios(ax: number): Key {
  const scanCode = (ax >>> 8) & 0xff;
  const low = ax & 0xff;
  const ascii = low === 0xe0 ? 0 : low;
  const special = specialByScanCode.get(scanCode);
  // Ctrl-[ and Ctrl-M have codes of special keys, and the numeric pad has digits at the scan codes of the arrows.
  if (special !== undefined && (ascii === 0 || ascii === byName.get(special)?.ascii)) {
    return { name: special, ascii, scanCode };
  }
  if (ascii > 0 && ascii < 0x20) return { name: `Ctrl-${String.fromCharCode(ascii + 0x40)}`, ascii, scanCode };
  return { name: ascii === 0 ? `Scan-${scanCode.toString(16)}` : String.fromCharCode(ascii), ascii, scanCode };
}
