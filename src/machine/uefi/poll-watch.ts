/**
 * Firmware and boot programs that wait by asking again and again whether something has come, as GRUB does in its menu under
 * UEFI: they would keep a core of this computer busy for as long as the lab is open. They are known by the states in which
 * the ends of slices find the CPU: a program that computes is seldom found in the same one twice, one that polls mostly is.
 */
import { itemAt } from '../../base/lists/list.ts';
import { CPU_STATE } from '../v86/internals.ts';

/** Slices that are judged together: about a second. */
const SAMPLES = 1_000;
/** So many of them find a known state when it polls: GRUB's menu 870, drivers at their start 440 at most. */
const RECURRING = 700;
/** So many times in a row before the machine rests. */
const ROUNDS = 10;
/** A loop that does nothing else needs fewer: while firmware waits for offers of DHCP, 248 of 250 are known; else 119 at most. */
const CLEAR_SAMPLES = 250;
const CLEAR_RECURRING = 240;
/** While it rests, fewer are judged together: a program that goes on must not be held up. */
const RESTING_SAMPLES = 16;
const RESTING_RECURRING = 4;
/** Places for states, each for those whose hash ends alike: the newest is kept. */
const STATES = 4_096;
/** Something has come in: the machine runs at full speed for as long. */
const ALERT_NS = 200_000_000;

const GENERAL_REGISTERS = 8;

export class PollWatch {
  private readonly states = new Int32Array(STATES);
  private samples = 0;
  private recurring = 0;
  /** Of them, those that the last look at fewer has counted. */
  private recurringBefore = 0;
  private rounds = 0;
  private alertUntilNs = 0;

  /** The program has done something that can be seen outside: it is not only waiting. */
  startOver(): void {
    this.samples = 0;
    this.recurring = 0;
    this.recurringBefore = 0;
    this.rounds = 0;
  }

  /** A key or a frame has come in. */
  alert(timeNs: number): void {
    this.alertUntilNs = timeNs + ALERT_NS;
  }

  /** To be called at the end of each slice with the words of the CPU's state. True when the machine may rest. */
  sample(words: Int32Array, timeNs: number): boolean {
    const hash = hashOf(words);
    const place = (hash >>> 0) % STATES;
    this.samples++;
    if (this.states[place] === hash) this.recurring++;
    else this.states[place] = hash;
    if (this.samples % CLEAR_SAMPLES === 0) {
      if (this.recurring - this.recurringBefore >= CLEAR_RECURRING) this.rounds = ROUNDS;
      this.recurringBefore = this.recurring;
    }
    const isResting = this.rounds >= ROUNDS;
    if (this.samples >= (isResting ? RESTING_SAMPLES : SAMPLES)) {
      const polls = this.recurring >= (isResting ? RESTING_RECURRING : RECURRING);
      if (polls) this.rounds++;
      // A rest that was ended by mistake goes on after one more second.
      else this.rounds = isResting ? ROUNDS - 1 : 0;
      this.samples = 0;
      this.recurring = 0;
      this.recurringBefore = 0;
    }
    return this.rounds >= ROUNDS && timeNs >= this.alertUntilNs;
  }
}

/** Of instruction pointer and general registers. */
function hashOf(words: Int32Array): number {
  let hash = Math.imul(itemAt(words, CPU_STATE.instructionPointer / 4), 0x9e37_79b1);
  for (let register = 0; register < GENERAL_REGISTERS; register++)
    hash = Math.imul(hash ^ (hash >>> 15) ^ itemAt(words, CPU_STATE.reg32 / 4 + register), 0x9e37_79b1);
  return hash;
}
