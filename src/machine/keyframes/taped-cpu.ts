/**
 * The CPU that firmware is given, for as long as the power is on: its answers are recorded, or played from a tape while
 * there is no emulator behind it.
 */
import type { GuestCpu, GuestMemory, GuestRegisters, Register32, SegmentRegister } from '../../firmware/guest.ts';
import type { CpuOwner, V86GuestCpu } from '../guest-cpu.ts';
import type { Tape } from './tape.ts';

type Handler =
  | { readonly kind: 'write'; readonly run: (value: number) => void }
  | { readonly kind: 'read'; readonly run: () => number };

interface Registered {
  readonly port: number;
  readonly widthBits: 8 | 16 | 32;
  readonly handler: Handler;
}

export class TapedCpu implements GuestCpu {
  readonly memory: GuestMemory;
  readonly registers: GuestRegisters;
  private readonly owner: CpuOwner;
  private readonly tape: Tape;
  private real: V86GuestCpu | undefined;
  private readonly registered: Registered[] = [];
  /** Lines that firmware holds up. */
  private readonly raised = new Set<number>();

  constructor(owner: CpuOwner, tape: Tape, sizeBytes: number) {
    this.owner = owner;
    this.tape = tape;
    this.memory = new TapedMemory(tape, sizeBytes, () => this.now);
    this.registers = new TapedRegisters(tape, () => this.now.registers);
  }

  private get now(): V86GuestCpu {
    if (this.real === undefined) throw new Error('there is no emulator while a tape is played');
    return this.real;
  }

  /** The emulator's own. */
  connect(real: V86GuestCpu): void {
    this.real = real;
    this.registered.forEach((each, index) => this.register(each, index));
  }

  get nowNs(): number {
    return this.owner.now();
  }

  onPortWrite(port: number, widthBits: 8 | 16 | 32, run: (value: number) => void): void {
    this.add({ port, widthBits, handler: { kind: 'write', run } });
  }

  onPortRead(port: number, widthBits: 8 | 16 | 32, run: () => number): void {
    this.add({ port, widthBits, handler: { kind: 'read', run } });
  }

  sleep(): void {
    this.owner.sleep();
  }

  wake(): void {
    this.owner.wake();
  }

  raiseIrq(irq: number): void {
    this.raised.add(irq);
    // Not inside an `out`: v86 would enter the interrupt's handler in the middle of the instruction.
    this.owner.atBorder(() => {
      if (this.raised.has(irq)) this.now.raiseIrq(irq);
    });
  }

  lowerIrq(irq: number): void {
    this.raised.delete(irq);
    // At once: a level-triggered line still high at the end of interrupt would interrupt again.
    if (this.tape.mode !== 'play') this.now.lowerIrq(irq);
  }

  /** The guest has accessed a port, by the tape. */
  playPort(kind: 'read' | 'write'): void {
    const each = this.registered[this.tape.int()];
    const value = kind === 'write' ? this.tape.int() : 0;
    try {
      if (each?.handler.kind === 'write') each.handler.run(value);
      else each?.handler.run();
    } catch (error) {
      this.owner.threw(error);
    }
  }

  private add(each: Registered): void {
    this.registered.push(each);
    if (this.real !== undefined) this.register(each, this.registered.length - 1);
  }

  private register({ port, widthBits, handler }: Registered, index: number): void {
    const { tape } = this;
    if (handler.kind === 'write')
      this.now.onPortWrite(port, widthBits, (value) => {
        if (tape.callback('write')) {
          tape.putInt(index);
          tape.putInt(value);
        }
        handler.run(value);
      });
    else
      this.now.onPortRead(port, widthBits, () => {
        if (tape.callback('read')) tape.putInt(index);
        return handler.run();
      });
  }
}

class TapedMemory implements GuestMemory {
  readonly sizeBytes: number;
  private readonly tape: Tape;
  private readonly cpu: () => V86GuestCpu;

  constructor(tape: Tape, sizeBytes: number, cpu: () => V86GuestCpu) {
    this.tape = tape;
    this.sizeBytes = sizeBytes;
    this.cpu = cpu;
  }

  readU8(address: number): number {
    return this.tape.answer(() => this.cpu().memory.readU8(address));
  }

  readU16(address: number): number {
    return this.tape.answer(() => this.cpu().memory.readU16(address));
  }

  readU32(address: number): number {
    return this.tape.answer(() => this.cpu().memory.readU32(address));
  }

  read(address: number, length: number): Uint8Array {
    return this.tape.answerBytes(() => this.cpu().memory.read(address, length));
  }

  // What is written is in the keyframe.
  writeU8(address: number, value: number): void {
    if (this.tape.mode !== 'play') this.cpu().memory.writeU8(address, value);
  }

  writeU16(address: number, value: number): void {
    if (this.tape.mode !== 'play') this.cpu().memory.writeU16(address, value);
  }

  writeU32(address: number, value: number): void {
    if (this.tape.mode !== 'play') this.cpu().memory.writeU32(address, value);
  }

  write(address: number, bytes: Uint8Array): void {
    if (this.tape.mode !== 'play') this.cpu().memory.write(address, bytes);
  }
}

/** For a selector that has no base. */
const NO_BASE = -1;

class TapedRegisters implements GuestRegisters {
  private readonly tape: Tape;
  private readonly real: () => GuestRegisters;

  constructor(tape: Tape, real: () => GuestRegisters) {
    this.tape = tape;
    this.real = real;
  }

  get(register: Register32): number {
    return this.tape.answer(() => this.real().get(register));
  }

  segment(register: SegmentRegister): number {
    return this.tape.answer(() => this.real().segment(register));
  }

  segmentBase(register: SegmentRegister): number {
    return this.tape.answer(() => this.real().segmentBase(register));
  }

  selectorBase(selector: number): number | undefined {
    const base = this.tape.answer(() => this.real().selectorBase(selector) ?? NO_BASE);
    return base === NO_BASE ? undefined : base;
  }

  get isProtected(): boolean {
    return this.tape.answer(() => (this.real().isProtected ? 1 : 0)) === 1;
  }

  get eip(): number {
    return this.tape.answer(() => this.real().eip);
  }

  get interruptFlag(): boolean {
    return this.tape.answer(() => (this.real().interruptFlag ? 1 : 0)) === 1;
  }

  set(register: Register32, value: number): void {
    if (this.tape.mode !== 'play') this.real().set(register, value);
  }

  jump(eip: number): void {
    if (this.tape.mode !== 'play') this.real().jump(eip);
  }

  setCarry(carry: boolean): void {
    if (this.tape.mode !== 'play') this.real().setCarry(carry);
  }
}
