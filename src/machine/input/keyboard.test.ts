/** Keys become the scancodes that a keyboard of the layout sends (IBM scancode set 1), and are let go in reverse. */
import { describe, expect, it } from 'vitest';
import { keyStroke, textStrokes } from './keyboard.ts';

describe('keyStroke', () => {
  it('sends make and break codes', () => {
    expect(keyStroke('a', 'us')).toEqual({ press: [0x1e], release: [0x9e] });
    expect(keyStroke('Enter', 'us')).toEqual({ press: [0x1c], release: [0x9c] });
    expect(keyStroke('Up', 'us')).toEqual({ press: [0xe0, 0x48], release: [0xe0, 0xc8] });
    expect(keyStroke('F12', 'us')).toEqual({ press: [0x58], release: [0xd8] });
  });

  it('holds modifiers round the key', () => {
    expect(keyStroke('Ctrl-B', 'us')).toEqual({ press: [0x1d, 0x30], release: [0xb0, 0x9d] });
    expect(keyStroke('Ctrl-Alt-Delete', 'us')).toEqual({
      press: [0x1d, 0x38, 0xe0, 0x53],
      release: [0xe0, 0xd3, 0xb8, 0x9d],
    });
    expect(keyStroke('A', 'us')).toEqual({ press: [0x2a, 0x1e], release: [0x9e, 0xaa] });
  });

  it('knows where a layout has a character', () => {
    expect(keyStroke('q', 'fr')?.press).toEqual([0x1e]);
    expect(keyStroke('1', 'fr')?.press).toEqual([0x2a, 0x02]);
    expect(keyStroke('/', 'fr')?.press).toEqual([0x2a, 0x34]);
    expect(keyStroke('@', 'fr')?.press).toEqual([0xe0, 0x38, 0x0b]);
    expect(keyStroke('z', 'de')?.press).toEqual([0x15]);
    expect(keyStroke('-', 'de')?.press).toEqual([0x35]);
    expect(keyStroke('\\', 'de')?.press).toEqual([0xe0, 0x38, 0x0c]);
    expect(keyStroke('{', 'de')?.press).toEqual([0xe0, 0x38, 0x08]);
  });

  it('says that there is no such key', () => {
    expect(keyStroke('€', 'us')).toBeUndefined();
    expect(keyStroke('Hyper-A', 'us')).toBeUndefined();
    expect(keyStroke('F13', 'us')).toBeUndefined();
  });

  it('gives every printable ASCII character that has a key', () => {
    for (const layout of ['us', 'fr', 'de'] as const) {
      const missing = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).filter(
        (character) => keyStroke(character, layout) === undefined,
      );
      // On a German keyboard these two are dead keys.
      expect(missing).toEqual(layout === 'de' ? ['^', '`'] : []);
    }
  });
});

describe('textStrokes', () => {
  it('types line ends as Enter', () => {
    expect(textStrokes('a\n', 'us').map(({ press }) => press)).toEqual([[0x1e], [0x1c]]);
  });
});
