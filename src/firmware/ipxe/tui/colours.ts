/** The colours of the text screens: eight pairs of a foreground and a background, which `cpair` can change. */

import { itemAt } from '../../../base/lists/list.ts';

/** ANSI colours 0 to 7; 9 is the terminal's own. */
export interface ColourPair {
  foreground: number;
  background: number;
}

/** Numbers of the pairs, as `cpair` counts them. */
export const PAIR = { default: 0, normal: 1, select: 2, separator: 3, edit: 4, alert: 5, url: 6, pxe: 7 } as const;
export type PairName = keyof typeof PAIR;

const BLACK = 0;
const RED = 1;
const BLUE = 4;
const CYAN = 6;
const WHITE = 7;
const DEFAULT = 9;

export class ConsoleColours {
  readonly pairs: ColourPair[] = [
    { foreground: DEFAULT, background: DEFAULT },
    { foreground: WHITE, background: BLUE },
    { foreground: WHITE, background: RED },
    { foreground: CYAN, background: BLUE },
    { foreground: BLACK, background: CYAN },
    { foreground: WHITE, background: RED },
    { foreground: CYAN, background: BLUE },
    { foreground: BLACK, background: WHITE },
  ];
  /** `colour --rgb`: what a colour index is shown as, by index. */
  readonly rgb = new Map<number, number>();
  /** `colour --basic`: the ANSI colour that stands for an index. */
  readonly basic = new Map<number, number>();

  /** The SGR sequence that turns a pair on (ECMA-48 §8.3.117). */
  sgr(name: PairName, bold = false): string {
    const { foreground, background } = itemAt(this.pairs, PAIR[name]);
    const colour = (index: number): number => this.basic.get(index) ?? index;
    return `\x1b[0;${bold ? '1;' : ''}${30 + colour(foreground)};${40 + colour(background)}m`;
  }
}

export const SGR_RESET = '\x1b[0m';
