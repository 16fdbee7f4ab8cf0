/**
 * Boot programs that go nowhere: a loop of a few bytes that calls nothing, or code that runs through empty memory because
 * it jumped to the wrong place. Seen from where the CPU is at the end of each slice.
 */
import type { Message } from '../../base/sentence.ts';
import { itemAt } from '../../base/lists/list.ts';
import { machineMessage } from '../messages.ts';
import type { Powered } from '../powered.ts';
import { CPU_STATE } from '../v86/internals.ts';

export interface CpuSample {
  /** Linear address of the next instruction. */
  readonly address: number;
  readonly interruptsOn: boolean;
  /** The first bytes there. */
  readonly code: Uint8Array;
  readonly timeNs: number;
}

/** Of the code at the instruction pointer, so much is looked at. */
const CODE_BYTES = 16;
/** No program waits for anything in so few bytes for so long. */
const LOOP_BYTES = 32;
const LOOP_NS = 3_000_000_000;
/** Interrupts of the clock are in the BIOS; a program that asks it for keys is there for most of its time. */
const MOST_IN_BIOS = 0.2;
const BIOS_START = 0xc_0000;
const BIOS_END = 0x10_0000;
/** So many slices in a row: no jump table or text is run for so long. */
const EMPTY_SAMPLES = 100;

export class LoopWatch {
  private hasReported = false;
  private low = 0;
  private high = 0;
  private sinceNs = 0;
  private samples = 0;
  private inBios = 0;
  private empty = 0;

  /** Power-on, or a reset. */
  start(): void {
    this.hasReported = false;
    this.pause();
  }

  /** The CPU sleeps, or the host does its work: what has been seen does not count. */
  pause(): void {
    this.samples = 0;
    this.inBios = 0;
    this.empty = 0;
  }

  /** To be called between slices. */
  watch({ views, cpu, memory }: Powered, timeNs: number): Message | undefined {
    if (views.bytes[CPU_STATE.inHlt] !== 0) {
      this.pause();
      return undefined;
    }
    const address = itemAt(views.words, CPU_STATE.instructionPointer / 4) >>> 0;
    const code = memory.read(Math.min(address, memory.sizeBytes - CODE_BYTES), CODE_BYTES);
    return this.sample({ address, interruptsOn: cpu.registers.interruptFlag, code, timeNs });
  }

  /** What there is to say now, once a boot. */
  sample({ address, interruptsOn, code, timeNs }: CpuSample): Message | undefined {
    if (this.hasReported) return undefined;
    if (address >= BIOS_START && address < BIOS_END) {
      this.inBios++;
      return undefined;
    }
    const at = `${address.toString(16).toUpperCase()}h`;
    this.empty = code.every((byte) => byte === 0) || code.every((byte) => byte === 0xff) ? this.empty + 1 : 0;
    if (this.empty >= EMPTY_SAMPLES) return this.report(machineMessage('machine.empty-memory', { address: at }));
    const low = Math.min(this.low, address);
    const high = Math.max(this.high, address);
    if (this.samples === 0 || high - low > LOOP_BYTES) {
      this.low = address;
      this.high = address;
      this.sinceNs = timeNs;
      this.samples = 1;
      this.inBios = 0;
      return undefined;
    }
    this.low = low;
    this.high = high;
    this.samples++;
    if (timeNs - this.sinceNs < LOOP_NS || this.inBios > MOST_IN_BIOS * this.samples) return undefined;
    const seconds = LOOP_NS / 1e9;
    return this.report(machineMessage(interruptsOn ? 'machine.loop' : 'machine.deaf-loop', { address: at, seconds }));
  }

  private report(message: Message): Message {
    this.hasReported = true;
    return message;
  }
}
