/**
 * What UEFI firmware tells debuggers about itself in memory (UEFI 2.10 §18.4): at a multiple of 4 MiB a pointer to its system
 * table, in that the list of images in memory, and a ring of its progress codes (UEFI PI specification, volume 3 §6).
 */
import { fromHex } from '../../base/bytes.ts';
import type { GuestMemory } from '../../firmware/guest.ts';

const POINTER_ALIGNMENT = 0x40_0000;
/** "IBI SYST" as two words. */
const SIGNATURE_LOW = 0x2049_4249;
const SIGNATURE_HIGH = 0x5453_5953;
/** EFI_SYSTEM_TABLE of 32-bit firmware (§4.3). */
const BOOT_SERVICES = 0x3c;
const TABLE_COUNT = 0x40;
const TABLES = 0x44;
const TABLE_ENTRY_BYTES = 20;
/** More than any firmware has: memory that a guest has overwritten costs no more. */
const MOST_TABLES = 64;
const MOST_IMAGES = 512;

const DEBUG_IMAGES = guid('49152e77-1ada-4764-b7a2-7afefed95e8b');
/** EDK II's ring of status codes. */
const STATUS_CODES = guid('060cc026-4c0d-4dda-8f41-595fef00a502');
const RING_HEADER_BYTES = 12;

/** EFI_LOADED_IMAGE_PROTOCOL of 32-bit firmware (§9.1). */
const IMAGE = { filePath: 0x10, base: 0x20, size: 0x28 } as const;
/** A device path of one node: a file of a firmware volume, by its GUID. */
const MEDIA_PATH = 4;
const FIRMWARE_FILE = 6;

export interface ProgressCode {
  /** EFI_STATUS_CODE_TYPE. */
  readonly type: number;
  readonly value: number;
}

export interface LoadedImage {
  readonly base: number;
  readonly sizeBytes: number;
  /** It is part of the firmware. */
  readonly isOwn: boolean;
}

/** The words of a GUID as memory has them. */
function guid(text: string): readonly number[] {
  const bytes = fromHex(text) ?? new Uint8Array(16);
  const at = (i: number): number => bytes[i] ?? 0;
  const big = (i: number): number => ((at(i) << 24) | (at(i + 1) << 16) | (at(i + 2) << 8) | at(i + 3)) >>> 0;
  const little = (i: number): number => ((at(i + 3) << 24) | (at(i + 2) << 16) | (at(i + 1) << 8) | at(i)) >>> 0;
  const middle = ((at(6) << 24) | (at(7) << 16) | (at(4) << 8) | at(5)) >>> 0;
  return [big(0), middle, little(8), little(12)];
}

export class FirmwareTables {
  private readonly memory: GuestMemory;
  private systemTable = 0;
  private ring = 0;
  private images = 0;
  private codesRead = 0;
  /** Of each place in the list of images, what was there. */
  private readonly seen: number[] = [];

  constructor(memory: GuestMemory) {
    this.memory = memory;
  }

  /** Takes away what an earlier life of the machine has left: its memory survives a reset. */
  static forget(memory: GuestMemory): void {
    for (let at = 0; at < memory.sizeBytes; at += POINTER_ALIGNMENT)
      if (memory.readU32(at) === SIGNATURE_LOW && memory.readU32(at + 4) === SIGNATURE_HIGH) memory.writeU32(at, 0);
  }

  /** True from when there is a system table on: the drivers' phase (DXE). */
  find(): boolean {
    const { memory } = this;
    for (let at = 0; this.systemTable === 0 && at < memory.sizeBytes; at += POINTER_ALIGNMENT) {
      if (!this.isSigned(at)) continue;
      const table = memory.readU32(at + 8);
      if (this.isSigned(table)) this.systemTable = table;
    }
    return this.systemTable !== 0;
  }

  /** An operating system has taken over (ExitBootServices): the pointer is cleared. */
  get hasExited(): boolean {
    return this.isSigned(this.systemTable) && this.memory.readU32(this.systemTable + BOOT_SERVICES) === 0;
  }

  /** Progress codes since the last call; those that the ring has lost are not among them. */
  newCodes(): readonly ProgressCode[] {
    this.ring ||= this.table(STATUS_CODES);
    if (this.ring === 0) return [];
    const { memory, ring } = this;
    const next = memory.readU32(ring);
    const total = memory.readU32(ring + 4);
    const room = memory.readU32(ring + 8);
    const fresh = Math.min(total - this.codesRead, room, 64);
    this.codesRead = total;
    if (fresh <= 0 || room === 0) return [];
    return Array.from({ length: fresh }, (_, i) => {
      const at = ring + RING_HEADER_BYTES + ((next - fresh + i + room) % room) * 12;
      return { type: memory.readU32(at), value: memory.readU32(at + 4) };
    });
  }

  /** Images that were loaded since the last call. */
  newImages(): readonly LoadedImage[] {
    this.images ||= this.table(DEBUG_IMAGES);
    if (this.images === 0) return [];
    const { memory } = this;
    const count = Math.min(memory.readU32(this.images + 4), MOST_IMAGES);
    const list = memory.readU32(this.images + 8);
    const fresh: LoadedImage[] = [];
    for (let i = 0; i < count; i++) {
      const entry = memory.readU32(list + 4 * i);
      // An image that has ended leaves its place to the next.
      if (this.seen[i] === entry) continue;
      this.seen[i] = entry;
      const image = entry === 0 ? 0 : memory.readU32(entry + 4);
      if (image !== 0) fresh.push(this.imageAt(image));
    }
    return fresh;
  }

  private imageAt(image: number): LoadedImage {
    const { memory } = this;
    const path = memory.readU32(image + IMAGE.filePath);
    const isOwn = path !== 0 && memory.readU8(path) === MEDIA_PATH && memory.readU8(path + 1) === FIRMWARE_FILE;
    return { base: memory.readU32(image + IMAGE.base), sizeBytes: memory.readU32(image + IMAGE.size), isOwn };
  }

  private isSigned(at: number): boolean {
    return this.memory.readU32(at) === SIGNATURE_LOW && this.memory.readU32(at + 4) === SIGNATURE_HIGH;
  }

  /** A configuration table by its GUID; 0 when there is none. */
  private table(wanted: readonly number[]): number {
    const { memory, systemTable } = this;
    const count = Math.min(memory.readU32(systemTable + TABLE_COUNT), MOST_TABLES);
    const list = memory.readU32(systemTable + TABLES);
    for (let i = 0; i < count; i++) {
      const at = list + i * TABLE_ENTRY_BYTES;
      if (wanted.every((word, j) => memory.readU32(at + 4 * j) === word)) return memory.readU32(at + 16);
    }
    return 0;
  }
}
