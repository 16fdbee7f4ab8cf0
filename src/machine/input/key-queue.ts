/** Keys at the pace of a quick typist: they queue up, each is held and followed by a pause. */
import { NS_PER_MS, type Clock } from '../../base/time/clock.ts';
import { keyStroke, textStrokes, type KeyboardLayout, type KeyStroke } from './keyboard.ts';

const KEY_HELD_NS = 20 * NS_PER_MS;
const KEY_PAUSE_NS = 20 * NS_PER_MS;

export interface KeyQueueOptions {
  readonly clock: Clock;
  readonly layout: KeyboardLayout;
  /**
   * The machine's life that the keys belong to. They are lost when the machine has been reset before they are typed.
   */
  readonly life: () => object | undefined;
  readonly send: (scancodes: readonly number[]) => void;
}

export class KeyQueue {
  private readonly options: KeyQueueOptions;
  private freeNs = 0;

  constructor(options: KeyQueueOptions) {
    this.options = options;
  }

  /** Presses and releases a key (named as in `keyStroke`). False when the keyboard has no such key. */
  press(key: string): boolean {
    const stroke = keyStroke(key, this.options.layout);
    if (stroke !== undefined) this.strike(stroke);
    return stroke !== undefined;
  }

  /** Characters that the layout lacks are left out. */
  type(text: string): void {
    for (const stroke of textStrokes(text, this.options.layout)) this.strike(stroke);
  }

  private strike({ press, release }: KeyStroke): void {
    const startNs = Math.max(this.options.clock.nowNs, this.freeNs);
    this.freeNs = startNs + KEY_HELD_NS + KEY_PAUSE_NS;
    this.send(press, startNs);
    this.send(release, startNs + KEY_HELD_NS);
  }

  private send(scancodes: readonly number[], timeNs: number): void {
    const { clock, life, send } = this.options;
    const before = life();
    clock.schedule(timeNs - clock.nowNs, () => {
      if (before !== undefined && before === life()) send(scancodes);
    });
  }
}
