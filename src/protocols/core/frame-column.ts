import { itemAt } from '../../base/lists/list.ts';

/** One small integer for each frame, for what transports remember of a million of them. */
export class FrameColumn {
  private values = new Int32Array(256);

  /** -1 when nothing was set. */
  get(index: number): number {
    return index < this.values.length ? itemAt(this.values, index) - 1 : -1;
  }

  /** From 0 to 2^31 - 2. */
  set(index: number, value: number): void {
    if (index >= this.values.length) {
      const grown = new Int32Array(Math.max(index + 1, this.values.length * 2));
      grown.set(this.values);
      this.values = grown;
    }
    this.values[index] = value + 1;
  }
}
