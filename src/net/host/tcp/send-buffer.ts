/** What a connection has to send and may have to send again: a ring that grows up to its limit. */

const FIRST_CAPACITY = 16 * 1024;

export class SendBuffer {
  private ring = new Uint8Array(0);
  private readonly limit: number;
  /** Sequence number of the oldest byte kept. */
  private first: number;
  private length = 0;

  /** `first` is the sequence number of the first byte that will be written. */
  constructor(limit: number, first: number) {
    this.limit = limit;
    this.first = first;
  }

  /** Sequence number behind the last byte. */
  get end(): number {
    return this.first + this.length;
  }

  /** Bytes that `append` would take. */
  get free(): number {
    return this.limit - this.length;
  }

  /** Copies as much as there is room for; returns how much that was. */
  append(data: Uint8Array): number {
    const taken = Math.min(data.length, this.free);
    if (this.length + taken > this.ring.length) this.grow(this.length + taken);
    const at = this.end % this.ring.length;
    const tail = Math.min(taken, this.ring.length - at);
    if (taken > 0) {
      this.ring.set(data.subarray(0, tail), at);
      this.ring.set(data.subarray(tail, taken), 0);
      this.length += taken;
    }
    return taken;
  }

  /** Copies `length` bytes from sequence number `sequence` on into `target`. */
  copy(sequence: number, length: number, target: Uint8Array, offset: number): void {
    if (length === 0) return;
    const at = sequence % this.ring.length;
    const tail = Math.min(length, this.ring.length - at);
    target.set(this.ring.subarray(at, at + tail), offset);
    if (tail < length) target.set(this.ring.subarray(0, length - tail), offset + tail);
  }

  /** Forgets what is acknowledged: all below `sequence`. */
  release(sequence: number): void {
    const gone = Math.min(sequence - this.first, this.length);
    if (gone <= 0) return;
    this.first += gone;
    this.length -= gone;
  }

  private grow(needed: number): void {
    let capacity = Math.max(this.ring.length, FIRST_CAPACITY);
    while (capacity < needed) capacity *= 2;
    const ring = new Uint8Array(capacity);
    // Positions are sequence numbers modulo the capacity, so the bytes move to new ones.
    const kept = new Uint8Array(this.length);
    this.copy(this.first, this.length, kept, 0);
    this.ring = ring;
    const at = this.first % capacity;
    const tail = Math.min(kept.length, capacity - at);
    ring.set(kept.subarray(0, tail), at);
    ring.set(kept.subarray(tail), 0);
  }
}
