/** What a board keeps of its UEFI firmware without power: variables, as a flash chip would keep them. */
import type { GuestMemory } from '../../firmware/guest.ts';
import { makeStore, readStore, STORE_BYTES, type UefiVariable } from './variables.ts';

export class Nvram {
  private kept: readonly UefiVariable[] | undefined;
  /** Of the machine that has power. */
  private memory: GuestMemory | undefined;

  /** Without variables the firmware finds a new board. */
  constructor(kept?: readonly UefiVariable[]) {
    this.kept = kept;
  }

  /** Power is on, and the memory empty. */
  plug(memory: GuestMemory): void {
    this.memory = memory;
    if (this.kept !== undefined) memory.write(memory.sizeBytes - STORE_BYTES, makeStore(this.kept));
  }

  /** The power goes. */
  unplug(): void {
    this.kept = this.variables;
    this.memory = undefined;
  }

  /** As of now; undefined where the firmware has made none yet. */
  get variables(): readonly UefiVariable[] | undefined {
    const { memory } = this;
    return (
      (memory === undefined ? undefined : readStore(memory.read(memory.sizeBytes - STORE_BYTES, STORE_BYTES))) ??
      this.kept
    );
  }
}
