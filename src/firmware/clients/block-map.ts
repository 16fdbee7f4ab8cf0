/** Which blocks of a file are there, when they come in any order. Blocks count from 0. */

export class BlockMap {
  private bits = new Uint8Array(16);
  private expected = 0;
  private count = 0;
  private gap = 0;

  /** The first block that is missing. */
  get firstGap(): number {
    return this.gap;
  }

  /** All that are expected are there, and at least one is. */
  get isFull(): boolean {
    return this.count >= this.expected && this.expected > 0;
  }

  /** There are at least so many blocks. */
  expect(blocks: number): void {
    this.expected = Math.max(this.expected, blocks);
  }

  has(block: number): boolean {
    return (((this.bits[block >>> 3] ?? 0) >>> (block & 7)) & 1) === 1;
  }

  add(block: number): void {
    if (this.has(block)) return;
    const at = block >>> 3;
    if (at >= this.bits.length) {
      const larger = new Uint8Array(Math.max(at + 1, 2 * this.bits.length));
      larger.set(this.bits);
      this.bits = larger;
    }
    this.bits[at] = (this.bits[at] ?? 0) | (1 << (block & 7));
    this.count++;
    while (this.has(this.gap)) this.gap++;
  }
}
