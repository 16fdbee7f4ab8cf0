/**
 * Commands take time: a script that waits for nothing, such as a `goto` loop, yields to the rest of the lab after a
 * number of commands, and virtual time passes.
 */
import type { Clock } from '../../../base/time/clock.ts';
import { NS_PER_MS } from '../../../base/time/clock.ts';
import { after, type Task } from '../../../base/time/task.ts';

const COMMANDS_PER_MS = 20;

export class Workload {
  private readonly clock: Clock;
  private spent = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Lets the time of this many commands pass, a millisecond at once. */
  *spend(commands: number): Task<void> {
    this.spent += commands;
    if (this.spent < COMMANDS_PER_MS) return;
    const ms = Math.floor(this.spent / COMMANDS_PER_MS);
    this.spent -= ms * COMMANDS_PER_MS;
    yield after(this.clock, ms * NS_PER_MS);
  }
}
