/**
 * Boot programs that go nowhere: a loop of a few bytes that calls nothing, an instruction that the CPU refuses again and
 * again, or code that runs through empty memory because it jumped to the wrong place. Seen from where the CPU is at the end
 * of each slice.
 */
import type { Message } from '../../base/sentence.ts';
import { itemAt } from '../../base/lists/list.ts';
import { machineMessage } from '../messages.ts';
import type { Board } from '../powered.ts';
import type { LoopState } from './loop-state.ts';
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
/** Here the BIOS has nothing but IRET, for exceptions that nobody handles: a refused instruction is tried again. */
const BIOS_IRET = 0xf_ff53;
/** Of a CPU that does nothing else, so many slices end there. */
const SOME_AT_IRET = 0.1;
const REFUSED_NS = 300_000_000;
/** So many slices in a row: no jump table or text is run for so long. */
const EMPTY_SAMPLES = 100;

/** What a program that goes nowhere is reported by. */
export interface Stuck extends Message {
  readonly trouble: string;
}

export class LoopWatch {
  /** Plain data, for keyframes. */
  state: LoopState = { hasReported: false, low: 0, high: 0, sinceNs: 0, samples: 0, inBios: 0, atIret: 0, empty: 0 };

  /** Power-on, or a reset. */
  start(): void {
    this.state.hasReported = false;
    this.pause();
  }

  /** The CPU sleeps, or the host does its work: what has been seen does not count. */
  pause(): void {
    this.state.samples = 0;
    this.state.inBios = 0;
    this.state.atIret = 0;
    this.state.empty = 0;
  }

  /** To be called between slices. */
  watch({ views, rawCpu, memory }: Board, timeNs: number): Stuck | undefined {
    if (views.bytes[CPU_STATE.inHlt] !== 0) {
      this.pause();
      return undefined;
    }
    const address = itemAt(views.words, CPU_STATE.instructionPointer / 4) >>> 0;
    const code = memory.read(Math.min(address, memory.sizeBytes - CODE_BYTES), CODE_BYTES);
    return this.sample({ address, interruptsOn: rawCpu.registers.interruptFlag, code, timeNs });
  }

  /** What there is to say now, once a boot. */
  sample({ address, interruptsOn, code, timeNs }: CpuSample): Stuck | undefined {
    const { state } = this;
    if (state.hasReported) return undefined;
    if (address === BIOS_IRET) {
      state.atIret++;
      return undefined;
    }
    if (address >= BIOS_START && address < BIOS_END) {
      state.inBios++;
      return undefined;
    }
    const at = `${address.toString(16).toUpperCase()}h`;
    state.empty = code.every((byte) => byte === 0) || code.every((byte) => byte === 0xff) ? state.empty + 1 : 0;
    if (state.empty >= EMPTY_SAMPLES)
      return this.report('program/empty-memory', machineMessage('machine.empty-memory', { address: at }));
    const low = Math.min(state.low, address);
    const high = Math.max(state.high, address);
    if (state.samples === 0 || high - low > LOOP_BYTES) {
      state.low = address;
      state.high = address;
      state.sinceNs = timeNs;
      state.samples = 1;
      state.inBios = 0;
      state.atIret = 0;
      return undefined;
    }
    state.low = low;
    state.high = high;
    state.samples++;
    const passedNs = timeNs - state.sinceNs;
    if (state.inBios > MOST_IN_BIOS * state.samples) return undefined;
    if (passedNs >= REFUSED_NS && state.atIret > SOME_AT_IRET * state.samples) {
      const seconds = REFUSED_NS / 1e9;
      return this.report('program/refused', machineMessage('machine.refused', { address: at, seconds }));
    }
    if (passedNs < LOOP_NS) return undefined;
    const seconds = LOOP_NS / 1e9;
    return interruptsOn
      ? this.report('program/loop', machineMessage('machine.loop', { address: at, seconds }))
      : this.report('program/deaf-loop', machineMessage('machine.deaf-loop', { address: at, seconds }));
  }

  private report(trouble: string, message: Message): Stuck {
    this.state.hasReported = true;
    return { ...message, trouble };
  }
}
