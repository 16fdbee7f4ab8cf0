/**
 * A boot by UEFI firmware as stages: its own phases from what it keeps in memory for debuggers, what it tries and says from
 * its console, DHCP and files from its frames, and the end of its boot services. Nothing is inferred from times.
 */
import type { EventSink, StageId } from '../../base/event-log.ts';
import { itemAt } from '../../base/lists/list.ts';
import { verbatim, type Message } from '../../base/sentence.ts';
import { stripAnsi } from '../../firmware/text/ansi.ts';
import { machineMessage } from '../messages.ts';
import type { GuestObserver } from '../observe/guest-observer.ts';
import type { Board } from '../powered.ts';
import { CPU_STATE } from '../v86/internals.ts';
import { PEIFV } from './layout.ts';
import { FirmwareTables } from './memory-tables.ts';
import { NetWatch } from './net-watch.ts';
import { PollWatch } from './poll-watch.ts';
import { FirmwareTerminal } from './terminal.ts';

/** The drivers' core hands over to the boot manager (UEFI PI specification, volume 3 §6: EFI_SW_DXE_CORE_PC_HANDOFF_TO_NEXT). */
const HANDOFF_TO_BDS = 0x0304_1001;
/** The type of codes that report progress. */
const TYPE_MASK = 0xff;
const TYPE_PROGRESS = 1;

/**
 * How long the firmware, which has sent a frame, stands still for the answer: it polls the memory of its card, and what
 * comes in the middle of a slice would be seen at its end only, a millisecond late. A server next door needs 40 µs.
 */
const ANSWER_NS = 100_000;

/** A program that never ends its line does not fill the memory. */
const LONGEST_LINE = 4096;

type Phase = 'sec' | 'pei' | 'dxe' | 'bds' | 'os';

export class UefiObserver implements GuestObserver {
  readonly terminal = new FirmwareTerminal();
  /** Lines of the screen are those of the terminal, which need not be asked for. */
  readonly awaitsText = false;
  private readonly log: EventSink;
  private readonly net: NetWatch;
  private readonly polls = new PollWatch();
  private phase: Phase = 'sec';
  private tables: FirmwareTables | undefined;
  private isNew = true;
  /** The way to boot that is being tried, in the firmware's words. */
  private attempt: string | undefined;
  /** What has been written since the last line end. */
  private console = '';
  private isWritten = false;
  /** A frame has left in this slice. */
  private hasSent = false;
  private hasProgram = false;
  private hasKernel = false;

  constructor(log: EventSink) {
    this.log = log;
    this.net = new NetWatch(log);
  }

  start(timeNs: number): void {
    this.phase = 'sec';
    this.tables = undefined;
    this.isNew = true;
    this.attempt = undefined;
    this.console = '';
    this.isWritten = false;
    this.hasProgram = false;
    this.hasKernel = false;
    this.terminal.reset();
    this.polls.startOver();
    this.net.start();
    this.report('uefi-sec', machineMessage('machine.uefi-sec'), timeNs);
  }

  get awaitsKernel(): boolean {
    return this.phase === 'os' && !this.hasKernel;
  }

  get shownTerminal(): FirmwareTerminal | undefined {
    return this.phase === 'os' ? undefined : this.terminal;
  }

  /** Later, the port is the operating system's. */
  serialByte(port: number, byte: number): boolean {
    if (port !== 0 || this.phase === 'os') return false;
    this.terminal.put(byte);
    this.polls.startOver();
    this.console += String.fromCharCode(byte);
    this.isWritten = true;
    return true;
  }

  pagingOn(timeNs: number): void {
    if (!this.awaitsKernel) return;
    this.hasKernel = true;
    this.report('kernel-entry', machineMessage('machine.kernel-runs'), timeNs);
  }

  consoleText(line: string, timeNs: number): void {
    if (!/\bLinux version \d/.test(line) || this.hasKernel) return;
    this.hasKernel = true;
    this.report('kernel-entry', verbatim(line.trim()), timeNs);
  }

  /** A line of the firmware's console, as soon as it ends; of one that does not, what is there of it. */
  private firmwareLine(text: string, timeNs: number): void {
    const line = stripAnsi(text).trim();
    const attempt = /^>>(Start \w+(?: Boot)? over IPv\d)/.exec(line)?.[1];
    if (attempt !== undefined) {
      // The line grows by dots while the firmware waits.
      if (attempt === this.attempt) return;
      this.attempt = attempt;
      this.hasProgram = false;
      this.net.attempt();
      this.report('boot-option', verbatim(attempt), timeNs);
    } else if (/^(PXE-E\d\d|Error: )/.test(line)) this.failed('boot-failed', line, timeNs);
    else if (line.startsWith('BdsDxe: failed to ')) this.failed('next-device', line, timeNs);
    else if (line.includes('Welcome to GRUB')) {
      this.net.programRuns();
      this.report('boot-loader', machineMessage('machine.uefi-grub'), timeNs);
    } else if (line.startsWith('EFI stub: ')) this.report('kernel-loaded', verbatim(line), timeNs);
  }

  private failed(stage: StageId, line: string, timeNs: number): void {
    this.attempt = undefined;
    this.report(stage, verbatim(line), timeNs);
  }

  private readConsole(timeNs: number): void {
    const lines = this.console.split('\n');
    this.console = (lines.pop() ?? '').slice(-LONGEST_LINE);
    for (const line of lines) this.firmwareLine(line, timeNs);
    if (this.console.includes('>>Start ')) this.firmwareLine(this.console, timeNs);
    this.isWritten = false;
  }

  screenText(): void {}

  frameSent(frame: Uint8Array, timeNs: number): void {
    this.polls.startOver();
    this.hasSent = true;
    if (this.phase === 'os') this.net.systemSends(frame, timeNs);
    else this.net.sent(frame, timeNs);
  }

  frameReceived(frame: Uint8Array, timeNs: number): void {
    if (this.phase !== 'os') this.net.received(frame, timeNs);
  }

  inputCame(timeNs: number): void {
    this.polls.alert(timeNs);
  }

  /** A kernel halts by itself. */
  rest({ views }: Board, timeNs: number, wasEnded: boolean): number | 'timer' {
    if (this.phase === 'os') return 0;
    const { hasSent } = this;
    this.hasSent = false;
    if (wasEnded) return hasSent ? ANSWER_NS : 0;
    return this.polls.sample(views.words, timeNs) ? 'timer' : 0;
  }

  sliceEnded({ memory, views }: Board, timeNs: number): void {
    if (this.isWritten) this.readConsole(timeNs);
    if (this.phase === 'os') return;
    // Its memory survives a reset, and with it what the last boot has left.
    if (this.isNew) FirmwareTables.forget(memory);
    this.isNew = false;
    this.tables ??= new FirmwareTables(memory);
    const { tables } = this;
    if (this.phase === 'sec') {
      const address = itemAt(views.words, CPU_STATE.instructionPointer / 4) >>> 0;
      if (address >= PEIFV.address && address < PEIFV.address + PEIFV.bytes)
        this.enter('pei', machineMessage('machine.uefi-pei'), timeNs);
    }
    if (!tables.find()) return;
    if (this.phase === 'sec' || this.phase === 'pei') this.enter('dxe', machineMessage('machine.uefi-dxe'), timeNs);
    const hasHandedOver = tables
      .newCodes()
      .some(({ type, value }) => (type & TYPE_MASK) === TYPE_PROGRESS && value === HANDOFF_TO_BDS);
    if (hasHandedOver && this.phase === 'dxe') this.enter('bds', machineMessage('machine.uefi-bds'), timeNs);
    if (this.phase !== 'bds') return;
    this.checkPrograms(tables, timeNs);
    if (tables.hasExited) {
      this.phase = 'os';
      this.report('exit-boot-services', machineMessage('machine.exit-boot-services'), timeNs);
    }
  }

  /** An image that is no part of the firmware was loaded: the boot program. What it loads by itself is not listed. */
  private checkPrograms(tables: FirmwareTables, timeNs: number): void {
    const program = tables.newImages().find(({ isOwn }) => !isOwn);
    if (program === undefined || this.hasProgram) return;
    this.hasProgram = true;
    const { file } = this.net;
    const address = `${program.base.toString(16).toUpperCase()}h`;
    const { sizeBytes: bytes } = program;
    const message =
      file === undefined
        ? machineMessage('machine.uefi-image', { address, bytes })
        : machineMessage('machine.uefi-nbp', { file, address, bytes });
    this.report('nbp-entry', message, timeNs);
  }

  private enter(phase: 'pei' | 'dxe' | 'bds', message: Message, timeNs: number): void {
    this.phase = phase;
    this.report(`uefi-${phase}`, message, timeNs);
  }

  private report(stage: StageId, message: Message, timeNs: number): void {
    this.log.emit({ kind: 'stage', stage, ...message }, { timeNs });
  }
}
