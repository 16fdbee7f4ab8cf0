/**
 * From keys to the scancodes (set 1) that the keyboard controller hands to the guest. A layout says which key bears
 * which character: the guest must be set to the same layout to read it so; the BIOS reads the US one.
 */

import { itemAt } from '../../base/lists/list.ts';

export type KeyboardLayout = 'us' | 'fr' | 'de';

/** What a key press sends: all `press` codes, then, when it is let go, all `release` codes. */
export interface KeyStroke {
  readonly press: readonly number[];
  readonly release: readonly number[];
}

const EXTENDED = 0xe0;
const RELEASE = 0x80;

const SHIFT: readonly number[] = [0x2a];
const ALT_GR: readonly number[] = [EXTENDED, 0x38];

const MODIFIERS: Readonly<Record<string, readonly number[]>> = {
  Ctrl: [0x1d],
  Shift: SHIFT,
  Alt: [0x38],
  AltGr: ALT_GR,
};

const NAMED_KEYS: Readonly<Record<string, readonly number[]>> = {
  Escape: [0x01],
  Backspace: [0x0e],
  Tab: [0x0f],
  Enter: [0x1c],
  Space: [0x39],
  Home: [EXTENDED, 0x47],
  Up: [EXTENDED, 0x48],
  PageUp: [EXTENDED, 0x49],
  Left: [EXTENDED, 0x4b],
  Right: [EXTENDED, 0x4d],
  End: [EXTENDED, 0x4f],
  Down: [EXTENDED, 0x50],
  PageDown: [EXTENDED, 0x51],
  Insert: [EXTENDED, 0x52],
  Delete: [EXTENDED, 0x53],
  ...Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`F${i + 1}`, [0x3b + i]])),
  F11: [0x57],
  F12: [0x58],
};

/** First scancode of each row of keys, and the key left of the bottom row that US keyboards lack. */
const ROWS = [0x29, 0x02, 0x10, 0x1e, 0x2b, 0x56, 0x2c] as const;

/** The characters of each row of `ROWS`, left to right; a blank where a key gives no character by itself (dead keys). */
interface Levels {
  readonly plain: readonly string[];
  readonly shift: readonly string[];
  readonly altGr: readonly string[];
}

const NONE = ['', '', '', '', '', '', ''];

const LAYOUTS: Readonly<Record<KeyboardLayout, Levels>> = {
  us: {
    plain: ['`', '1234567890-=', 'qwertyuiop[]', "asdfghjkl;'", '\\', '', 'zxcvbnm,./'],
    shift: ['~', '!@#$%^&*()_+', 'QWERTYUIOP{}', 'ASDFGHJKL:"', '|', '', 'ZXCVBNM<>?'],
    altGr: NONE,
  },
  de: {
    plain: [' ', '1234567890ß ', 'qwertzuiopü+', 'asdfghjklöä', '#', '<', 'yxcvbnm,.-'],
    shift: ['°', '!"§$%&/()=? ', 'QWERTZUIOPÜ*', 'ASDFGHJKLÖÄ', "'", '>', 'YXCVBNM;:_'],
    altGr: ['', ' ²³   {[]}\\ ', '@ €        ~', '', '', '|', '      µ   '],
  },
  fr: {
    plain: ['²', '&é"\'(-è_çà)=', 'azertyuiop $', 'qsdfghjklmù', '*', '<', 'wxcvbn,;:!'],
    shift: ['', '1234567890°+', 'AZERTYUIOP £', 'QSDFGHJKLM%', 'µ', '>', 'WXCVBN?./§'],
    altGr: ['', ' ~#{[|`\\^@]}', '  €        ¤', '', '', '', ''],
  },
};

interface CharacterKey {
  readonly code: number;
  readonly level: keyof Levels;
}

function characterKeys(levels: Levels): ReadonlyMap<string, CharacterKey> {
  const keys = new Map<string, CharacterKey>([[' ', { code: 0x39, level: 'plain' }]]);
  for (const level of ['plain', 'shift', 'altGr'] as const) {
    levels[level].forEach((characters, row) => {
      Array.from(characters).forEach((character, i) => {
        if (!keys.has(character)) keys.set(character, { code: itemAt(ROWS, row) + i, level });
      });
    });
  }
  return keys;
}

const CHARACTER_KEYS: Readonly<Record<KeyboardLayout, ReadonlyMap<string, CharacterKey>>> = {
  us: characterKeys(LAYOUTS.us),
  fr: characterKeys(LAYOUTS.fr),
  de: characterKeys(LAYOUTS.de),
};

/** The scancodes of the modifiers that a level needs. */
const LEVEL_MODIFIERS: Readonly<Record<keyof Levels, readonly (readonly number[])[]>> = {
  plain: [],
  shift: [SHIFT],
  altGr: [ALT_GR],
};

const CONTROL_CHARACTERS: Readonly<Record<string, string>> = {
  '\n': 'Enter',
  '\r': 'Enter',
  '\t': 'Tab',
  '\b': 'Backspace',
  '\u001b': 'Escape',
};

function release(code: readonly number[]): readonly number[] {
  return code.map((byte) => (byte === EXTENDED ? byte : byte | RELEASE));
}

function stroke(held: readonly (readonly number[])[], key: readonly number[]): KeyStroke {
  return {
    press: [...held, key].flat(),
    release: [key, ...held.toReversed()].flatMap(release),
  };
}

/**
 * The scancodes of a key: a character, a name such as `Enter`, `F8` or `PageUp`, or either with modifiers before it:
 * `Ctrl-B`, `Alt-F2`, `Ctrl-Alt-Delete`, `Shift-Tab`. Undefined when the keyboard has no such key.
 */
export function keyStroke(key: string, layout: KeyboardLayout): KeyStroke | undefined {
  const parts = key.length === 1 ? [key] : key.split(/-(?=.)/);
  const name = parts.at(-1) ?? '';
  const modifiers: (readonly number[])[] = [];
  for (const part of parts.slice(0, -1)) {
    const modifier = MODIFIERS[part];
    if (modifier === undefined) return undefined;
    modifiers.push(modifier);
  }
  const named = NAMED_KEYS[name];
  if (named !== undefined) return stroke(modifiers, named);
  const character = modifiers.length === 0 ? name : name.toLowerCase();
  const found = CHARACTER_KEYS[layout].get(character);
  if (found === undefined) return undefined;
  return stroke([...modifiers, ...LEVEL_MODIFIERS[found.level]], [found.code]);
}

/** The strokes of a text; characters that the layout lacks are left out. */
export function textStrokes(text: string, layout: KeyboardLayout): KeyStroke[] {
  return Array.from(text).flatMap((character) => keyStroke(CONTROL_CHARACTERS[character] ?? character, layout) ?? []);
}
