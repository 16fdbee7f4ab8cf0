/**
 * What firmware sees of an emulated PC: its memory, its registers and its ports. The v86 adapter in `machine`
 * implements it; tests may give a plain array. Nothing here knows v86.
 */

/** Guest physical memory. Writes tell the CPU of code that may have changed. */
export interface GuestMemory {
  readonly sizeBytes: number;
  readU8(address: number): number;
  readU16(address: number): number;
  readU32(address: number): number;
  writeU8(address: number, value: number): void;
  writeU16(address: number, value: number): void;
  writeU32(address: number, value: number): void;
  /** A copy. */
  read(address: number, length: number): Uint8Array;
  write(address: number, bytes: Uint8Array): void;
}

export type Register32 = 'eax' | 'ecx' | 'edx' | 'ebx' | 'esp' | 'ebp' | 'esi' | 'edi';
export type SegmentRegister = 'es' | 'cs' | 'ss' | 'ds' | 'fs' | 'gs';

export interface GuestRegisters {
  get(register: Register32): number;
  set(register: Register32, value: number): void;
  segment(register: SegmentRegister): number;
  /** Linear address at which the register's segment begins, in whatever mode the CPU is. */
  segmentBase(register: SegmentRegister): number;
  /**
   * Linear address at which a segment begins that would be loaded with this value: 16 times it in real mode, what its
   * descriptor in the GDT says in protected mode (Intel SDM volume 3 §3.4.5). Undefined for one that the GDT does not hold.
   */
  selectorBase(selector: number): number | undefined;
  readonly isProtected: boolean;
  /** Instruction pointer after the `out` that trapped. */
  readonly eip: number;
  /** Lets the guest go on at another offset of its code segment. */
  jump(eip: number): void;
  setCarry(carry: boolean): void;
  readonly interruptFlag: boolean;
}

/** Valid inside a port handler, which runs synchronously within the guest's `in` or `out`. */
export interface GuestCpu {
  readonly memory: GuestMemory;
  readonly registers: GuestRegisters;
  /** The guest's own time, which inside a slice is later than the lab's clock shows. */
  readonly nowNs: number;
  onPortWrite(port: number, widthBits: 8 | 16 | 32, handler: (value: number) => void): void;
  onPortRead(port: number, widthBits: 8 | 16 | 32, handler: () => number): void;
  /** Ends the slice after this instruction: the guest sleeps as in HLT until an interrupt or `wake`. */
  sleep(): void;
  wake(): void;
  raiseIrq(irq: number): void;
  lowerIrq(irq: number): void;
}
