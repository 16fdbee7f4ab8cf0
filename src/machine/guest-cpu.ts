/**
 * The emulated CPU as firmware sees it. Registers and memory are read through typed arrays of our own on v86's
 * WebAssembly memory: v86's own accessors are proxies that cost a microsecond each.
 */
import { byteAt } from '../base/bytes.ts';
import { itemAt } from '../base/lists/list.ts';
import type { GuestMemory, GuestRegisters, Register32, SegmentRegister } from '../firmware/guest.ts';
import { CPU_STATE, type V86Cpu } from './v86/internals.ts';

const REGISTER_INDEX: Readonly<Record<Register32, number>> = {
  eax: 0,
  ecx: 1,
  edx: 2,
  ebx: 3,
  esp: 4,
  ebp: 5,
  esi: 6,
  edi: 7,
};
const SEGMENT_INDEX: Readonly<Record<SegmentRegister, number>> = { es: 0, cs: 1, ss: 2, ds: 3, fs: 4, gs: 5 };

const FLAG_CARRY = 1;
const FLAG_VM = 0x2_0000;
const CR0_PE = 1;
/** Table indicator of a selector. */
const SELECTOR_LDT = 4;
const FLAG_INTERRUPT = 1 << 9;

/** Views of the WebAssembly memory, made again when it has grown (the old buffer is then detached). */
export class WasmViews {
  private readonly cpu: V86Cpu;
  private buffer: ArrayBuffer;
  private bytesView: Uint8Array;
  private wordsView: Int32Array;

  constructor(cpu: V86Cpu) {
    this.cpu = cpu;
    this.buffer = cpu.wasm_memory.buffer;
    this.bytesView = new Uint8Array(this.buffer);
    this.wordsView = new Int32Array(this.buffer);
  }

  get bytes(): Uint8Array {
    if (this.bytesView.length === 0) this.renew();
    return this.bytesView;
  }

  /** 32-bit words: index is the byte offset divided by 4. */
  get words(): Int32Array {
    if (this.wordsView.length === 0) this.renew();
    return this.wordsView;
  }

  private renew(): void {
    this.buffer = this.cpu.wasm_memory.buffer;
    this.bytesView = new Uint8Array(this.buffer);
    this.wordsView = new Int32Array(this.buffer);
  }
}

/** Physical memory. Addresses past its end read as FF and swallow writes, as on a bus. */
export class WasmGuestMemory implements GuestMemory {
  readonly sizeBytes: number;
  private readonly cpu: V86Cpu;
  private readonly views: WasmViews;
  private readonly base: number;

  constructor(cpu: V86Cpu, views: WasmViews) {
    this.cpu = cpu;
    this.views = views;
    this.base = cpu.mem8.byteOffset;
    this.sizeBytes = cpu.mem8.length;
  }

  readU8(address: number): number {
    return address < this.sizeBytes ? byteAt(this.views.bytes, this.base + address) : 0xff;
  }

  readU16(address: number): number {
    return this.readU8(address) | (this.readU8(address + 1) << 8);
  }

  readU32(address: number): number {
    return (this.readU16(address) | (this.readU16(address + 2) << 16)) >>> 0;
  }

  writeU8(address: number, value: number): void {
    this.writeNumber(address, value, 1);
  }

  writeU16(address: number, value: number): void {
    this.writeNumber(address, value, 2);
  }

  writeU32(address: number, value: number): void {
    this.writeNumber(address, value, 4);
  }

  /** The memory itself, for hashing: valid until the guest runs on. */
  view(): Uint8Array {
    return this.views.bytes.subarray(this.base, this.base + this.sizeBytes);
  }

  read(address: number, length: number): Uint8Array {
    const out = new Uint8Array(length).fill(0xff);
    const end = Math.min(address + length, this.sizeBytes);
    if (end > address) out.set(this.views.bytes.subarray(this.base + address, this.base + end));
    return out;
  }

  write(address: number, bytes: Uint8Array): void {
    const length = Math.min(bytes.length, this.sizeBytes - address);
    if (length <= 0) return;
    // What is written may have been compiled: without this the CPU goes on running the old code.
    this.cpu.jit_dirty_cache(address, address + length);
    this.views.bytes.set(length === bytes.length ? bytes : bytes.subarray(0, length), this.base + address);
  }

  /** Little-endian. */
  private writeNumber(address: number, value: number, length: number): void {
    const end = Math.min(address + length, this.sizeBytes);
    if (end <= address) return;
    this.cpu.jit_dirty_cache(address, end);
    const { bytes } = this.views;
    for (let at = address, rest = value; at < end; at++, rest >>>= 8) bytes[this.base + at] = rest;
  }
}

class WasmGuestRegisters implements GuestRegisters {
  private readonly cpu: V86Cpu;
  private readonly views: WasmViews;
  private readonly memory: GuestMemory;

  constructor(cpu: V86Cpu, views: WasmViews, memory: GuestMemory) {
    this.cpu = cpu;
    this.views = views;
    this.memory = memory;
  }

  get(register: Register32): number {
    return itemAt(this.views.words, CPU_STATE.reg32 / 4 + REGISTER_INDEX[register]) >>> 0;
  }

  set(register: Register32, value: number): void {
    this.views.words[CPU_STATE.reg32 / 4 + REGISTER_INDEX[register]] = value;
  }

  segment(register: SegmentRegister): number {
    const offset = CPU_STATE.sreg + 2 * SEGMENT_INDEX[register];
    const { bytes } = this.views;
    return byteAt(bytes, offset) | (byteAt(bytes, offset + 1) << 8);
  }

  segmentBase(register: SegmentRegister): number {
    return this.word(CPU_STATE.segmentOffsets + 4 * SEGMENT_INDEX[register]);
  }

  selectorBase(selector: number): number | undefined {
    if (!this.isProtected) return selector * 16;
    const at = selector & ~7;
    if ((selector & SELECTOR_LDT) !== 0 || at === 0 || at + 7 > this.word(CPU_STATE.gdtrSize)) return undefined;
    const descriptor = this.word(CPU_STATE.gdtrOffset) + at;
    const low = this.memory.readU32(descriptor + 2) & 0xff_ffff;
    return (low | (this.memory.readU8(descriptor + 7) << 24)) >>> 0;
  }

  get isProtected(): boolean {
    const isVirtual8086 = (this.cpu.get_eflags() & FLAG_VM) !== 0;
    return (this.word(CPU_STATE.cr0) & CR0_PE) !== 0 && !isVirtual8086;
  }

  get eip(): number {
    return this.cpu.get_real_eip() >>> 0;
  }

  jump(eip: number): void {
    // The emulator's pointer is a linear address.
    this.views.words[CPU_STATE.instructionPointer / 4] = this.segmentBase('cs') + eip;
  }

  private word(offset: number): number {
    return itemAt(this.views.words, offset / 4) >>> 0;
  }

  setCarry(carry: boolean): void {
    const { words } = this.views;
    const flags = itemAt(words, CPU_STATE.flags / 4);
    words[CPU_STATE.flags / 4] = carry ? flags | FLAG_CARRY : flags & ~FLAG_CARRY;
    // The carry is otherwise worked out from the last arithmetic operation.
    words[CPU_STATE.flagsChanged / 4] = itemAt(words, CPU_STATE.flagsChanged / 4) & ~FLAG_CARRY;
  }

  get interruptFlag(): boolean {
    return (this.cpu.get_eflags() & FLAG_INTERRUPT) !== 0;
  }
}

/** What the CPU needs from the machine that runs it. */
export interface CpuOwner {
  now(): number;
  sleep(): void;
  wake(): void;
  /** Runs `action` at the next slice border: now, unless the guest is running. */
  atBorder(action: () => void): void;
  /** A port handler threw. The error must not pass through the emulator, which would be left in the middle of an instruction. */
  threw(error: unknown): void;
}

/** The emulator's CPU itself, behind a `TapedCpu`. */
export class V86GuestCpu {
  readonly memory: WasmGuestMemory;
  readonly registers: GuestRegisters;
  /** What has been registered with the emulator, by name. */
  readonly handlers = new Map<string, object>();
  private readonly cpu: V86Cpu;
  private readonly owner: Pick<CpuOwner, 'threw'>;

  constructor(cpu: V86Cpu, views: WasmViews, memory: WasmGuestMemory, owner: Pick<CpuOwner, 'threw'>) {
    this.cpu = cpu;
    this.owner = owner;
    this.memory = memory;
    this.registers = new WasmGuestRegisters(cpu, views, memory);
  }

  onPortWrite(port: number, widthBits: 8 | 16 | 32, handler: (value: number) => void): void {
    const unsigned = (value: number): void => {
      try {
        handler(value >>> 0);
      } catch (error) {
        this.owner.threw(error);
      }
    };
    this.handlers.set(`write ${widthBits} ${port}`, unsigned);
    this.cpu.io.register_write(
      port,
      this,
      widthBits === 8 ? unsigned : undefined,
      widthBits === 16 ? unsigned : undefined,
      widthBits === 32 ? unsigned : undefined,
    );
  }

  onPortRead(port: number, widthBits: 8 | 16 | 32, handler: () => number): void {
    const answer = (): number => {
      try {
        return handler();
      } catch (error) {
        this.owner.threw(error);
        return 0;
      }
    };
    this.handlers.set(`read ${widthBits} ${port}`, answer);
    this.cpu.io.register_read(
      port,
      this,
      widthBits === 8 ? answer : undefined,
      widthBits === 16 ? answer : undefined,
      widthBits === 32 ? answer : undefined,
    );
  }

  raiseIrq(irq: number): void {
    this.cpu.device_raise_irq(irq);
  }

  lowerIrq(irq: number): void {
    this.cpu.device_lower_irq(irq);
  }
}
