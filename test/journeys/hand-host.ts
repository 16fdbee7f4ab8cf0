/** The computer of a lab's thread, with a wall clock that tests move by hand. */
import type { Host } from '../../src/threads/api/host.ts';

const LOOK_MS = 0.02;

async function turn(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}

export class HandHost implements Host {
  private nowMs = 0;
  private sleepers: { readonly atMs: number; readonly wake: () => void }[] = [];
  /** How often the thread went to sleep. */
  sleeps = 0;

  /** A look at the clock takes a little time, so that work ends. */
  wallMs(): number {
    this.nowMs += LOOK_MS;
    return this.nowMs;
  }

  async nextTurn(): Promise<void> {
    await turn();
  }

  async waitMs(ms: number): Promise<void> {
    this.sleeps++;
    await new Promise<void>((wake) => {
      this.sleepers.push({ atMs: this.nowMs + ms, wake });
    });
  }

  /** Lets wall time pass; sleepers are woken in time. */
  async pass(ms: number): Promise<void> {
    const endMs = this.nowMs + ms;
    for (;;) {
      await this.settle();
      const next = this.sleepers.reduce((first, { atMs }) => Math.min(first, atMs), Number.POSITIVE_INFINITY);
      this.nowMs = Math.max(this.nowMs, Math.min(next, endMs));
      const due = this.sleepers.filter(({ atMs }) => atMs <= this.nowMs);
      this.sleepers = this.sleepers.filter(({ atMs }) => atMs > this.nowMs);
      for (const { wake } of due) wake();
      if (due.length === 0 && this.nowMs >= endMs) break;
    }
    await this.settle();
  }

  /** Lets everything happen that needs no wall time, until `isDone` or for some turns. */
  async settle(isDone?: () => boolean): Promise<void> {
    const most = isDone === undefined ? 20 : 100_000;
    for (let i = 0; i < most; i++) {
      if (isDone?.() === true) return;
      await turn();
    }
  }
}
