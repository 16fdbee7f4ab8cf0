/** A body that is gathered while it comes. */
import type { Progress } from '../net/transfer/job.ts';

/** An announced size is trusted up to this limit: memory is reserved for received data, not for promises. */
const MAX_BELIEVED_BYTES = 64 * 1024 * 1024;

/** Collects a body whose size may be announced late or never. */
export class Collector {
  private buffer = new Uint8Array(0);
  private length = 0;
  private readonly progress: Progress;

  constructor(progress: Progress) {
    this.progress = progress;
  }

  /** The announced size: reserving room for it at once saves copying. */
  expect(totalBytes: number): void {
    if (this.length === 0) this.buffer = new Uint8Array(Math.min(totalBytes, MAX_BELIEVED_BYTES));
  }

  add(data: Uint8Array): void {
    const end = this.length + data.length;
    if (end > this.buffer.length) {
      const larger = new Uint8Array(Math.max(end, 2 * this.buffer.length));
      larger.set(this.buffer.subarray(0, this.length));
      this.buffer = larger;
    }
    this.buffer.set(data, this.length);
    this.length = end;
    this.progress.doneBytes += data.length;
  }

  get bytes(): Uint8Array {
    return this.length === this.buffer.length ? this.buffer : this.buffer.slice(0, this.length);
  }
}
