/** The screen keeps what a VGA card draws, counts changes only when something changed, and reports new lines once. */
import { describe, expect, it } from 'vitest';
import { newLines } from './screen-console.ts';
import { PcScreen } from './screen.ts';

const GREY = 0xaaaaaa;
const BLUE = 0x0000a8;

describe('PcScreen', () => {
  it('shows text with code page 437 and VGA attributes', () => {
    const screen = new PcScreen();
    screen.set_size_text(4, 2);
    screen.put_char(0, 0, 0x41, 0, BLUE, 0xffff55);
    screen.put_char(0, 1, 0xc9, screen.FLAG_BLINKING, 0, GREY);
    expect(screen.textRows()).toEqual(['A╔', '']);
    expect(Array.from(screen.textCells().subarray(0, 3))).toEqual([0x1e41, 0x87c9, 0x0720]);
  });

  it('counts what changes the picture, and nothing else', () => {
    const screen = new PcScreen();
    screen.put_char(0, 0, 0x41, 0, 0, GREY);
    const { changes } = screen;
    screen.put_char(0, 0, 0x41, 0, 0, GREY);
    screen.update_cursor(0, 0);
    screen.set_mode(false);
    expect(screen.changes).toBe(changes);
    screen.update_cursor(0, 1);
    expect(screen.changes).toBe(changes + 1);
  });

  it('joins the rectangles of a graphics screen that changed', () => {
    const screen = new PcScreen();
    screen.set_mode(true);
    screen.set_size_graphical(4, 3);
    const image = { data: new Uint8ClampedArray(4 * 4 * 3).fill(7), width: 4, height: 3 };
    const row = (y: number) => ({
      image_data: image,
      screen_x: 0,
      screen_y: y,
      buffer_x: 0,
      buffer_y: y,
      buffer_width: 4,
      buffer_height: 1,
    });
    screen.update_buffer([row(0), row(1)]);
    expect(screen.takeDirty()).toEqual({ x: 0, y: 0, width: 4, height: 2 });
    expect(screen.takeDirty()).toBeUndefined();
    const { frame } = screen;
    expect(frame.kind === 'graphics' && Array.from(frame.rgba.subarray(28, 36))).toEqual([7, 7, 7, 7, 0, 0, 0, 0]);
  });
});

describe('newLines', () => {
  it('gives the lines that were not there', () => {
    expect(newLines(['a', '', ''], ['a', 'b', 'c'])).toEqual(['b', 'c']);
  });

  it('knows a screen that scrolled', () => {
    expect(newLines(['a', 'b', 'c'], ['b', 'c', 'd'])).toEqual(['d']);
    expect(newLines(['a', 'x', 'b', 'c'], ['b', 'c', 'x', 'd'])).toEqual(['x', 'd']);
  });

  it('gives everything of another screen', () => {
    expect(newLines(['a', 'b'], ['x', '', 'y'])).toEqual(['x', 'y']);
  });
});
