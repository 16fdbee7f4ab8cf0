/** A person before a machine in a test: waits for something on the screen, then types. Machines are all in this thread. */
import { NS_PER_MS, NS_PER_S } from '../../src/base/time/clock.ts';
import type { Lab } from '../../src/lab/lab.ts';

/** Long enough for a screen to be drawn. */
const DRAWING_NS = 300 * NS_PER_MS;
/** Long enough for keys to be told apart. */
const BETWEEN_KEYS_NS = 60 * NS_PER_MS;
const PATIENCE_NS = 120 * NS_PER_S;

export class Person {
  readonly lab: Lab;
  private readonly machine: string;

  constructor(lab: Lab, machine = 'pc1') {
    this.lab = lab;
    this.machine = machine;
  }

  get screen(): string {
    return this.lab.machine(this.machine).screenText();
  }

  /** Waits for a pattern on the screen. Throws with the screen when it does not come. */
  await(pattern: RegExp): void {
    const { queue } = this.lab;
    const machine = this.lab.machine(this.machine);
    const endNs = queue.nowNs + PATIENCE_NS;
    let version = -1;
    for (;;) {
      if (machine.screenVersion !== version) {
        version = machine.screenVersion;
        if (pattern.test(this.screen)) return;
      }
      if ((queue.nextNs ?? endNs) >= endNs) throw new Error(`${pattern} does not come:\n${this.screen}`);
      queue.step();
    }
  }

  pass(ns: number): void {
    const { queue } = this.lab;
    queue.runUntil(queue.nowNs + ns);
  }

  /** Lets a screen be drawn. */
  settle(): void {
    this.pass(DRAWING_NS);
  }

  press(...keys: readonly string[]): void {
    for (const key of keys) {
      this.lab.userInput(this.machine, { keys: [key] });
      this.pass(BETWEEN_KEYS_NS);
    }
  }

  type(text: string): void {
    for (const character of text) {
      this.lab.userInput(this.machine, { type: character });
      this.pass(BETWEEN_KEYS_NS);
    }
  }
}
