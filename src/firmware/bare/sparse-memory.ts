/** Guest memory whose pages exist once they are written: a bare machine loads images, yet hundreds cost little. */
import { assert } from '../../base/result.ts';
import type { GuestMemory } from '../guest.ts';

const PAGE_BITS = 12;
const PAGE_BYTES = 1 << PAGE_BITS;

export class SparseMemory implements GuestMemory {
  readonly sizeBytes: number;
  private readonly pages = new Map<number, Uint8Array>();

  constructor(sizeBytes: number) {
    this.sizeBytes = sizeBytes;
  }

  /** Bytes that really exist. */
  get allocatedBytes(): number {
    return this.pages.size * PAGE_BYTES;
  }

  clear(): void {
    this.pages.clear();
  }

  readU8(address: number): number {
    return this.pages.get(address >>> PAGE_BITS)?.[address & (PAGE_BYTES - 1)] ?? 0;
  }

  readU16(address: number): number {
    return this.readU8(address) | (this.readU8(address + 1) << 8);
  }

  readU32(address: number): number {
    return (this.readU16(address) | (this.readU16(address + 2) << 16)) >>> 0;
  }

  writeU8(address: number, value: number): void {
    this.page(address)[address & (PAGE_BYTES - 1)] = value;
  }

  writeU16(address: number, value: number): void {
    this.writeU8(address, value);
    this.writeU8(address + 1, value >>> 8);
  }

  writeU32(address: number, value: number): void {
    this.writeU16(address, value);
    this.writeU16(address + 2, value >>> 16);
  }

  read(address: number, length: number): Uint8Array {
    const out = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const at = address + done;
      const offset = at & (PAGE_BYTES - 1);
      const count = Math.min(PAGE_BYTES - offset, length - done);
      const page = this.pages.get(at >>> PAGE_BITS);
      if (page !== undefined) out.set(page.subarray(offset, offset + count), done);
      done += count;
    }
    return out;
  }

  write(address: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;) {
      const at = address + done;
      const offset = at & (PAGE_BYTES - 1);
      const count = Math.min(PAGE_BYTES - offset, bytes.length - done);
      this.page(at).set(bytes.subarray(done, done + count), offset);
      done += count;
    }
  }

  private page(address: number): Uint8Array {
    assert(address >= 0 && address < this.sizeBytes, `guest address ${address.toString(16)} lies outside of memory`);
    const number = address >>> PAGE_BITS;
    let page = this.pages.get(number);
    if (page === undefined) {
      page = new Uint8Array(PAGE_BYTES);
      this.pages.set(number, page);
    }
    return page;
  }
}
