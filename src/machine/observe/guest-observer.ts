/** How a boot is seen from outside the machine, by what its firmware is. */
import type { FirmwareTerminal } from '../uefi/terminal.ts';
import type { Board } from '../powered.ts';

export interface GuestObserver {
  /** Power-on, or a reset. */
  start(timeNs: number): void;
  /** A line that may scroll away before the screen settles is still to come. */
  readonly awaitsText: boolean;
  /** No kernel has been seen yet. */
  readonly awaitsKernel: boolean;
  /** The CPU translates addresses. */
  pagingOn(timeNs: number): void;
  /** The firmware's console, when that is not the text on the screen. */
  readonly terminal?: FirmwareTerminal;
  /** The same, while the screen shows its text. */
  readonly shownTerminal?: FirmwareTerminal | undefined;
  /** True when the byte is the firmware's console. */
  serialByte?(port: number, byte: number): boolean;
  /** A line of the console, on the screen or a serial port. */
  consoleText(line: string, timeNs: number): void;
  /** All rows of the screen, from the top. */
  screenText(rows: readonly string[], timeNs: number): void;
  frameSent(frame: Uint8Array, timeNs: number): void;
  frameReceived?(frame: Uint8Array, timeNs: number): void;
  sliceEnded?(machine: Board, timeNs: number): void;
  /** A key or another input has come. */
  inputCame?(timeNs: number): void;
  /**
   * How long the guest, which is not halted but only polls, may rest as of this slice's end: nanoseconds, or up to its
   * next timer. `wasEnded`: the slice was ended for what the guest did, such as sending a frame.
   */
  rest?(machine: Board, timeNs: number, wasEnded: boolean): number | 'timer';
}
