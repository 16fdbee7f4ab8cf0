import { itemAt } from '../../base/lists/list.ts';

/** The protocols of a frame in the order in which they were met, and how often each was. */
export class LayerList {
  /** `eth`, `ethertype`, `ip` ... */
  readonly ids: string[] = [];
  /** Beside `ids`: the protocol's index, or -1 for what is no protocol of its own. */
  private readonly indexes: number[] = [];
  /** By `Protocol.index`. */
  private readonly counts: Uint32Array;

  constructor(protocolCount: number) {
    this.counts = new Uint32Array(protocolCount);
  }

  /** Adds a protocol; returns which one of its kind it is, from 1. */
  add({ id, index }: { readonly id: string; readonly index: number }): number {
    this.ids.push(id);
    this.indexes.push(index);
    const count = itemAt(this.counts, index) + 1;
    this.counts[index] = count;
    return count;
  }

  /** Adds what is no protocol of its own: `ethertype`, `data`. */
  addName(id: string): void {
    this.ids.push(id);
    this.indexes.push(-1);
  }

  /** Takes layers off until `length` are left. */
  truncate(length: number): void {
    for (let at = this.ids.length - 1; at >= length; at--) {
      const index = itemAt(this.indexes, at);
      if (index >= 0) this.counts[index] = itemAt(this.counts, index) - 1;
    }
    this.ids.length = length;
    this.indexes.length = length;
  }
}
