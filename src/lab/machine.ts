/** What the lab asks of a machine, emulated or bare. Keys are named as in scenarios: `Enter`, `F8`, `Ctrl-B`. */

import type { Backdrop } from '../firmware/text/graphics.ts';
import type { IpxeDebugger } from './ipxe-debugger.ts';

export interface ScreenCells {
  readonly kind: 'text';
  readonly columns: number;
  readonly rows: number;
  /** Code page 437 code in the low byte, attribute in the high byte, row by row. */
  readonly cells: Uint16Array<ArrayBuffer>;
  readonly cursor: { readonly row: number; readonly column: number; readonly visible: boolean };
  /** The picture under the text, where a bare machine's console has one. It is never changed. */
  readonly backdrop?: Backdrop | undefined;
}

export interface ScreenPixels {
  readonly kind: 'graphics';
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
}

export type Screen = ScreenCells | ScreenPixels;

export interface Machine {
  /** Whatever iPXE runs on it. */
  readonly ipxe: IpxeDebugger;
  readonly name: string;
  readonly kind: 'pc' | 'bare';
  readonly memMiB: number;
  readonly powered: boolean;
  powerOn(): void;
  powerOff(): void;
  reset(): void;
  /** False when there is no such key. */
  press(key: string): boolean;
  type(text: string): void;
  serialInput(text: string): void;
  /** What came out of the first serial port since this was last asked. */
  takeSerial(): string;
  /** Text of the screen, a line a row, blanks at the ends cut off; empty in graphics modes. */
  screenText(): string;
  /** A copy of what the screen shows, and a number that changes with it. */
  screen(): Screen;
  readonly screenVersion: number;
  /** Instructions executed since power-on. */
  readonly instructions: number;
  /** sha256 of memory and device state; undefined where there is no CPU. */
  stateHash(): string | undefined;
}
