/** A machine's screen in the form in which it is drawn: text cells, or pixels. */
import type { Backdrop } from '../../firmware/text/graphics.ts';

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
