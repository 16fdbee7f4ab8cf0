/** The emulator's callbacks, recorded on their way to the machine, and played. */
import { itemAt } from '../../base/lists/list.ts';
import type { FramePort } from '../../net/port.ts';
import type { PcNic } from '../devices/nic.ts';
import type { PartsOwner } from '../powered.ts';
import type { PcScreen } from '../screen/screen.ts';
import type { V86Layer, V86Screen } from '../v86/internals.ts';
import type { Tape } from './tape.ts';

/** What draws on a text screen or changes the mode, with numbers only. */
const DRAWINGS = [
  'put_char',
  'set_mode',
  'clear_screen',
  'clear_text_state',
  'set_size_text',
  'set_size_graphical',
  'update_cursor_scanline',
  'update_cursor',
] as const;
type Drawing = (typeof DRAWINGS)[number];

/** Records what changes the screen. */
export class TapedScreen implements V86Screen {
  readonly FLAG_BLINKING: number;
  readonly FLAG_FONT_PAGE_B: number;
  private readonly screen: PcScreen;
  private readonly tape: Tape;

  constructor(screen: PcScreen, tape: Tape) {
    this.screen = screen;
    this.tape = tape;
    this.FLAG_BLINKING = screen.FLAG_BLINKING;
    this.FLAG_FONT_PAGE_B = screen.FLAG_FONT_PAGE_B;
  }

  put_char(row: number, column: number, code: number, flags: number, background: number, foreground: number): void {
    this.draw('put_char', [row, column, code, flags, background, foreground]);
  }

  set_mode(graphical: boolean): void {
    this.draw('set_mode', [graphical ? 1 : 0]);
  }

  clear_screen(): void {
    this.draw('clear_screen', []);
  }

  clear_text_state(): void {
    this.draw('clear_text_state', []);
  }

  set_size_text(columns: number, rows: number): void {
    this.draw('set_size_text', [columns, rows]);
  }

  set_size_graphical(width: number, height: number): void {
    this.draw('set_size_graphical', [width, height]);
  }

  update_cursor_scanline(start: number, end: number, visible: boolean): void {
    this.draw('update_cursor_scanline', [start, end, visible ? 1 : 0]);
  }

  update_cursor(row: number, column: number): void {
    this.draw('update_cursor', [row, column]);
  }

  update_buffer(layers: readonly V86Layer[]): void {
    for (const layer of layers) {
      const part = this.screen.drawLayer(layer);
      if (part === undefined || !this.tape.callback('paint')) continue;
      for (const value of [part.x, part.y, part.width, part.height]) this.tape.putInt(value);
      this.tape.putBlob(this.screen.pixels(part));
    }
  }

  set_font_bitmap(): void {}
  set_font_page(): void {}
  set_scale(): void {}
  pause(): void {}
  continue(): void {}
  destroy(): void {}

  private draw(drawing: Drawing, values: readonly number[]): void {
    const { screen, tape } = this;
    const before = screen.changes;
    drawOn(screen, drawing, values);
    if (screen.changes === before || !tape.callback('draw')) return;
    tape.putByte(DRAWINGS.indexOf(drawing));
    tape.putByte(values.length);
    for (const value of values) tape.putInt(value);
  }
}

function drawOn(screen: PcScreen, drawing: Drawing, values: readonly number[]): void {
  const value = (i: number): number => itemAt(values, i);
  switch (drawing) {
    case 'put_char':
      screen.put_char(value(0), value(1), value(2), value(3), value(4), value(5));
      break;
    case 'set_mode':
      screen.set_mode(value(0) === 1);
      break;
    case 'clear_screen':
      screen.clear_screen();
      break;
    case 'clear_text_state':
      screen.clear_text_state();
      break;
    case 'set_size_text':
      screen.set_size_text(value(0), value(1));
      break;
    case 'set_size_graphical':
      screen.set_size_graphical(value(0), value(1));
      break;
    case 'update_cursor_scanline':
      screen.update_cursor_scanline(value(0), value(1), value(2) === 1);
      break;
    case 'update_cursor':
      screen.update_cursor(value(0), value(1));
  }
}

/** Plays something drawn. */
export function playDrawing(tape: Tape, screen: PcScreen, kind: 'draw' | 'paint'): void {
  if (kind === 'paint') {
    const [x, y, width, height] = [tape.int(), tape.int(), tape.int(), tape.int()];
    screen.paint({ x, y, width, height }, tape.blob());
    return;
  }
  const drawing = itemAt(DRAWINGS, tape.byte());
  const values = Array.from({ length: tape.byte() }, () => tape.int());
  drawOn(screen, drawing, values);
}

/** The machine as its emulator sees it: what comes out of the emulator is recorded. */
export function recorded(parts: PartsOwner, tape: Tape, nics: readonly PcNic[]): PartsOwner {
  return {
    ...parts,
    sendFrame: (port, frame) => {
      if (tape.callback('frame')) {
        tape.putInt(nics.findIndex((nic) => nic.port === port));
        tape.putBlob(frame);
      }
      parts.sendFrame(port, frame);
    },
    serialByte: (port, byte) => {
      if (tape.callback('serial')) {
        tape.putInt(port);
        tape.putByte(byte);
      }
      parts.serialByte(port, byte);
    },
    resets: (reset) => {
      tape.callback('reset');
      parts.resets(() => tape.call(() => (reset(), 0)));
    },
  };
}

/** Plays a callback to the machine. */
export function playPart(
  kind: 'frame' | 'serial' | 'reset',
  tape: Tape,
  parts: PartsOwner,
  portOf: (index: number) => FramePort,
): void {
  switch (kind) {
    case 'frame':
      parts.sendFrame(portOf(tape.int()), tape.blob());
      break;
    case 'serial':
      parts.serialByte(tape.int(), tape.byte());
      break;
    case 'reset':
      parts.resets(() => tape.call(() => 0));
  }
}
