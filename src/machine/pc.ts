/**
 * An emulated PC on the lab's virtual time. v86 runs in slices of about a virtual millisecond, each an event of
 * the lab's clock; its own time is instructions executed at a fixed rate plus the time slept in HLT, so that a whole
 * PC is a function of its inputs, JIT and all. Frames, keys and wake-ups enter at slice borders only.
 *
 * Inside a slice the machine's time runs ahead of the lab's: what it sends is put on the cable at its own time, which
 * then still lies in the future.
 */
import { LAB_EPOCH_MS } from '../base/time/calendar.ts';
import { NS_PER_US, type Clock, type Timer } from '../base/time/clock.ts';
import { itemAt } from '../base/lists/list.ts';
import { assert } from '../base/result.ts';
import type { Rng } from '../base/rng.ts';
import type { EventBody, EventId } from '../base/event-log.ts';
import { failureEvent } from '../base/failures.ts';
import type { FramePort } from '../net/port.ts';
import type { GuestCpu } from '../firmware/guest.ts';
import { isBiosPowerOff } from './bios-power.ts';
import {
  instructionCounter,
  isHalted,
  isPaging,
  setHalted,
  setInstructionCounter,
  setPaging,
  tapeViews,
} from './cpu-state.ts';
import { GuestTime } from './guest-time.ts';
import { BootObserver } from './observe/boot-observer.ts';
import type { GuestObserver } from './observe/guest-observer.ts';
import { UefiObserver } from './uefi/uefi-observer.ts';
import { DiskBoot, type DriveKind } from './observe/disk-boot.ts';
import { makeDrives, withMedium, type Drives } from './devices/drives.ts';
import { LoopWatch, type Stuck } from './observe/loop-watch.ts';
import { KeyQueue } from './input/key-queue.ts';
import { assertNics } from './devices/nic.ts';
import type { PcOptions, PcState } from './pc-options.ts';
import type { PcKeyframe } from './keyframes/keyframe.ts';
import { PcRecorder, type RecordedPc } from './keyframes/pc-recorder.ts';
import { TapeMismatch, type CpuStatus, type SliceHead } from './keyframes/tape.ts';
import { TapedCpu } from './keyframes/taped-cpu.ts';
import { playDrawing, playPart, recorded, TapedScreen } from './keyframes/taped-parts.ts';
import { assemble, changeMedium, restOf, type Board, type PartsOwner, type Powered } from './powered.ts';
import { PcScreen, type ScreenFrame } from './screen/screen.ts';
import { SerialConsole } from './devices/serial.ts';
import { hashState } from './state-hash.ts';
import { ScreenConsole } from './screen/screen-console.ts';
import { isTripleFault, wasmTrap } from './trap.ts';
import { runAs, type EmulatorHost } from './v86/host.ts';
import { machineMessage } from './messages.ts';
import { firmwareMessage } from '../firmware/messages.ts';

/** How often the VGA card passes a vertical retrace. */
const FRAME_NS = 16_666_667;
/**
 * A guest that goes on computing begins its slices at multiples of this, which is a little more than a slice takes: all
 * PCs of a lab begin theirs at the same time, so that those in different threads run side by side.
 */
const SLICE_GRID_NS = 1_024_000;
/** Actions pending while the machine is stopped. */
const MAX_PENDING = 1_024;
/** So often an emulator is used again after a panic: each costs it a part of its stack. */
const MAX_PANICS = 32;
/** How long a guest that polls its card runs on before frames in flight can come in. */
const POLL_SLICE_NS = 50 * NS_PER_US;
/** The shortest sleep, so that a timer that is due "now" cannot stop time. */
const MIN_SLEEP_NS = 1_000;

/** State of the guest between slices. */
const RESTS = ['running', 'sleeping', 'dead', 'crashed'] as const;
type Rest = (typeof RESTS)[number];

export class PcMachine {
  readonly name: string;
  readonly screen = new PcScreen();
  private readonly options: PcOptions;
  private readonly clock: Clock;
  private readonly time: GuestTime;
  private readonly serial: readonly SerialConsole[];
  private readonly screenConsole: ScreenConsole;
  private readonly observer: GuestObserver;
  private readonly disks: DiskBoot;
  private readonly loops = new LoopWatch();
  private readonly host: EmulatorHost;
  private powered: Powered | undefined;
  private rng: Rng;
  /** Undefined before it was switched on. */
  drives: Drives | undefined;
  private timer: Timer | undefined;
  private timerNs = 0;
  private timerCause: EventId | undefined;
  private nextRetraceNs = 0;
  private insideSlice = false;
  /** The host has set the halt flag to end the slice; an interrupt clears it. */
  private haltedByHost = false;
  /** Firmware sleeps: only an interrupt or `wake` goes on. */
  private asleep = false;
  private rest: Rest = 'running';
  private paused = false;
  private pending: (() => void)[] = [];
  private powerCount = 0;
  /** The emulator's messages in this slice: the reason for a crash. */
  private lastWords: string | undefined;
  /** How often this emulator has panicked and gone on. */
  private panics = 0;
  /** What a port handler threw, kept until v86 has come back from the instruction. */
  private thrown: { readonly error: unknown } | undefined;
  private readonly keys: KeyQueue;
  /** The machine as its emulator sees it. */
  private readonly parts: PartsOwner;
  private readonly recorder: PcRecorder;
  /** Random numbers that the emulator has drawn since power-on. */
  private draws = 0;

  constructor(options: PcOptions) {
    assertNics(options.nics ?? []);
    this.options = options;
    this.name = options.name;
    this.clock = options.clock;
    this.rng = options.rng;
    this.time = new GuestTime(1_000 / (options.instructionsPerUs ?? 100));
    const { clock, log } = options;
    this.disks = new DiskBoot(log);
    this.observer = options.uefi === undefined ? new BootObserver(log, this.disks) : new UefiObserver(log);
    const watch = (text: string): void => this.observer.consoleText(text, this.localNs);
    this.serial = Array.from(
      { length: options.serialPorts ?? 1 },
      (_, port) => new SerialConsole({ channel: `serial${port}`, clock, log, onLine: watch }),
    );
    this.screenConsole = new ScreenConsole({
      screen: this.observer.terminal ?? this.screen,
      clock,
      log,
      onLine: watch,
    });
    const epochMs = options.epochMs ?? LAB_EPOCH_MS;
    this.host = {
      elapsedMs: () => (this.localNs - (this.powered?.poweredAtNs ?? this.time.baseNs)) / 1e6,
      wallMs: () => Math.floor(epochMs + this.localNs / 1e6),
      random32: () => {
        this.draws++;
        return this.rng.u32();
      },
    };
    this.keys = new KeyQueue({
      clock,
      layout: options.keyboardLayout ?? 'us',
      life: () => this.powered,
      send: (codes) => this.atBorder(() => this.sendScancodes(codes)),
    });
    this.recorder = new PcRecorder(this.recordedPc());
    const { tape } = this.recorder;
    const parts: PartsOwner = {
      host: this.host,
      screen: new TapedScreen(this.screen, tape),
      now: () => this.localNs,
      sleep: () => this.sleep(),
      wake: () => this.wake(),
      atBorder: (action) => this.atBorder(action),
      threw: (error) => {
        this.thrown ??= { error };
        this.endSlice();
      },
      said: (text) => {
        this.lastWords = text;
      },
      woken: () => {
        this.haltedByHost = false;
        this.asleep = false;
      },
      driveRead: (drive, startByte, data) => this.driveRead(drive, startByte, data),
      sendFrame: (port, frame) => this.sendFrame(port, frame),
      frameReceived: (frame) => this.observer.frameReceived?.(frame, this.clock.nowNs),
      polled: () => {
        if (this.localNs - this.time.baseNs >= POLL_SLICE_NS) this.endSlice();
      },
      serialByte: (port, byte) => {
        if (this.observer.serialByte?.(port, byte) !== true) itemAt(this.serial, port).put(byte, this.localNs);
        options.onSerial?.(port, byte);
      },
      switchesOff: () => {
        this.clock.schedule(Math.max(0, this.localNs - this.clock.nowNs), () => this.switchOff());
        this.endSlice();
      },
      resets: (reset) => this.resetBy(reset),
    };
    this.parts = recorded(parts, tape, options.nics ?? []);
  }

  /** The machine's own time: inside a slice ahead of the lab's clock. */
  get localNs(): number {
    return this.time.localNs;
  }

  /** Instructions executed since the first power-on. */
  get instructions(): number {
    return this.time.instructions;
  }

  get state(): PcState {
    if (this.powered === undefined) return 'off';
    if (this.rest === 'crashed') return 'crashed';
    if (this.paused) return 'paused';
    switch (this.rest) {
      case 'running':
        return 'running';
      case 'sleeping':
        return 'sleeping';
      case 'dead':
        return 'halted';
    }
  }

  /** Up to then a tape is played; undefined while the emulator runs. */
  get playedUpToNs(): number | undefined {
    return this.recorder.playedUpToNs;
  }

  /** The CPU as firmware sees it. Only with power on. */
  get guestCpu(): GuestCpu {
    return this.power().cpu;
  }

  powerOn(): void {
    if (this.powered !== undefined) return;
    this.plugIn(this.clock.nowNs);
    this.options.log.emit({
      kind: 'stage',
      stage: 'power-on',
      ...machineMessage('machine.power-on', { machine: this.name }),
    });
    this.start();
  }

  /** A new emulator, at time `nowNs` of its life. */
  private plugIn(nowNs: number): void {
    const { options } = this;
    if (this.powerCount === 0) this.recorder.start();
    this.time.begin(nowNs);
    // Each life of the machine draws its own entropy; the first is the same in every run.
    this.rng = options.rng.derive(`power-${this.powerCount++}`);
    this.draws = 0;
    const cpu = new TapedCpu(this.parts, this.recorder.tape, options.memMiB * 1024 * 1024);
    if (this.recorder.isPlaying) {
      const views = tapeViews();
      this.powered = { board: undefined, views, cpu, poweredAtNs: nowNs };
      for (const { port } of options.nics ?? []) port.setReceiver(() => this.atBorder(() => undefined));
    } else {
      const board = this.assemble();
      cpu.connect(board.rawCpu);
      this.powered = { board, views: board.views, cpu, poweredAtNs: nowNs };
    }
    this.time.connect(this.power().views);
    this.screen.reset();
    this.rest = 'running';
    this.panics = 0;
    this.thrown = undefined;
    this.asleep = false;
    this.haltedByHost = false;
    this.paused = false;
    this.pending = [];
    this.nextRetraceNs = nowNs + FRAME_NS;
  }

  private assemble(): Board {
    const { options } = this;
    this.drives ??= makeDrives(options.media ?? {});
    return assemble(options, this.drives, this.parts, this.recorder.needsCopies);
  }

  private start(): void {
    this.observer.start(this.localNs);
    this.loops.start();
    this.options.onPowerOn?.(this.power().cpu);
    if (this.recorder.isPlaying) this.recorder.schedule();
    else this.scheduleSlice(this.time.baseNs);
  }

  powerOff(): void {
    if (this.powered === undefined) return;
    this.unplug();
    this.screen.reset();
    this.options.log.emit({
      kind: 'stage',
      stage: 'power-off',
      ...machineMessage('machine.power-off', { machine: this.name }),
    });
  }

  private unplug(): void {
    this.serial.forEach((console) => console.flush());
    this.screenConsole.flush();
    this.options.uefi?.nvram.unplug();
    this.time.end();
    for (const { port } of this.options.nics ?? []) port.setReceiver(undefined);
    this.powered = undefined;
    this.timer?.cancel();
    this.timer = undefined;
    this.recorder.cancel();
  }

  /** The reset button. */
  reset(): void {
    if (this.rest === 'crashed') this.renew();
    else this.atBorder(() => this.board().emulator.cpu.reboot_internal());
  }

  /** Stops the CPU at once; the lab's time continues without it. */
  pause(): void {
    this.paused = true;
    this.timer?.cancel();
    this.timer = undefined;
  }

  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    if (this.powered !== undefined) this.kick();
  }

  /** Presses and releases a key (named as in `keyStroke`). False when the keyboard has no such key. */
  press(key: string): boolean {
    return this.keys.press(key);
  }

  /** Types a text at the pace of a quick typist; characters that the layout lacks are left out. */
  type(text: string): void {
    this.keys.type(text);
  }

  /** Bytes to a serial port. */
  sendSerial(port: number, bytes: Uint8Array): void {
    this.atBorder(() => {
      const { emulator } = this.board().emulator;
      for (const byte of bytes) emulator.bus.send(`serial${port}-input`, byte);
    });
  }

  /** Puts a medium in, or takes it out with undefined. It stays in when the power goes. */
  setMedium(drive: 'floppy' | 'cdrom', image: Uint8Array | undefined): void {
    // What is in drives is in no keyframe.
    this.recorder.tape.stop();
    this.drives = withMedium(this.drives ?? makeDrives(this.options.media ?? {}), drive, image);
    const { drives } = this;
    if (this.powered !== undefined) this.atBorder(() => changeMedium(this.board(), drive, drives, this.parts));
  }

  /** What is on the screen now; its arrays change as the guest goes on. */
  get screenFrame(): ScreenFrame {
    return this.screen.frame;
  }

  /** The rows of the text screen, without trailing blanks. */
  screenText(): string[] {
    return (this.observer.shownTerminal ?? this.screen).textRows();
  }

  /**
   * SHA-256 of all guest memory and device state: equal for equal runs. Takes a second for 128 MiB. Undefined while a tape
   * is played.
   */
  stateHash(): string | undefined {
    const { board } = this.power();
    return board === undefined ? undefined : hashState(board, this.host);
  }

  /** A copy of the beginning of memory; undefined while a tape is played. */
  memoryStart(lengthBytes: number): Uint8Array | undefined {
    return this.power().board?.memory.view().slice(0, lengthBytes);
  }

  // --- Running -------------------------------------------------------------------------------------------------

  private board(): Board {
    const { board } = this.power();
    assert(board !== undefined, `${this.name} has an emulator`);
    return board;
  }

  private power(): Powered {
    assert(this.powered !== undefined, `${this.name} has no power`);
    return this.powered;
  }

  private scheduleSlice(timeNs: number): void {
    if (this.recorder.isPlaying) return;
    this.timer?.cancel();
    this.timerNs = timeNs;
    this.timerCause = this.options.log.currentCause;
    this.timer = this.clock.schedule(timeNs - this.clock.nowNs, () => this.slice());
  }

  /** There is something to do: goes on as soon as the machine's time allows. */
  private kick(): void {
    if (this.powered === undefined || this.paused || this.insideSlice || this.rest === 'crashed') return;
    if (this.recorder.isPlaying) return;
    const timeNs = Math.max(this.localNs, this.clock.nowNs);
    if (this.timer === undefined || timeNs < this.timerNs) this.scheduleSlice(timeNs);
  }

  /** Runs `action` between two slices, with v86's globals in place; a running slice is ended for it. */
  private atBorder(action: () => void): void {
    // Nothing takes them: a paused or crashed machine loses frames like one whose card is full.
    if ((this.paused || this.rest === 'crashed') && this.pending.length >= MAX_PENDING) return;
    this.pending.push(action);
    this.observer.inputCame?.(this.localNs);
    this.recorder.countBorderCall();
    this.endSlice();
    this.kick();
  }

  private slice(): void {
    this.timer = undefined;
    this.recorder.slice(this.pending.length === 0);
  }

  private runSlice(): void {
    const { board, views } = this.power();
    const { tape } = this.recorder;
    this.time.rebase(this.clock.nowNs);
    let sleepMs = 0;
    this.lastWords = undefined;
    try {
      sleepMs = runAs(this.host, () => {
        for (let action = this.pending.shift(); action !== undefined; action = this.pending.shift()) this.work(action);
        if (this.localNs >= this.nextRetraceNs) this.retrace();
        // Without interrupts only `wake` or a reset ends the sleep: v86 need not be asked.
        if (this.cannotWakeByItself()) return 0;
        this.insideSlice = true;
        return tape.call(() => this.board().emulator.cpu.main_loop());
      });
    } catch (error) {
      this.insideSlice = false;
      if (error instanceof TapeMismatch) throw error;
      tape.stop();
      this.trapped(error);
      return;
    } finally {
      this.insideSlice = false;
    }
    if (this.thrown !== undefined) throw this.thrown.error;
    this.time.rebase(0);
    const pages = isPaging(views);
    board?.emulator.installJitModules();
    if (!pages) board?.emulator.forgetTranslations();
    if (this.screenConsole.check(this.localNs) && this.observer.awaitsText)
      this.observer.screenText(this.screenText(), this.localNs);
    if (board !== undefined) this.observer.sliceEnded?.(board, this.localNs);
    if (this.observer.awaitsKernel && pages) this.observer.pagingOn(this.localNs);

    // Once a kernel runs, it is not a boot program that goes nowhere.
    const stuck = this.observer.awaitsKernel ? this.watchLoops() : undefined;
    if (stuck !== undefined)
      this.options.log.emit({ kind: 'stage', stage: 'boot-failed', ...stuck }, { timeNs: this.localNs });

    const wasEnded = this.haltedByHost;
    if (isHalted(views) && this.haltedByHost && !this.asleep) setHalted(views, false);
    this.haltedByHost = false;
    if (!isHalted(views)) {
      this.rest = 'running';
      const { localNs } = this;
      const nextNs = localNs + this.restNs(wasEnded);
      this.scheduleSlice(wasEnded ? nextNs : Math.ceil(nextNs / SLICE_GRID_NS) * SLICE_GRID_NS);
    } else if (this.cannotWakeByItself()) {
      if (!this.asleep && this.rest !== 'dead') this.die();
      else this.rest = this.asleep ? 'sleeping' : 'dead';
      if (this.pending.length > 0) this.kick();
    } else {
      this.rest = 'sleeping';
      const sleepNs = Math.max(MIN_SLEEP_NS, Math.ceil(sleepMs * 1e6));
      this.scheduleSlice(this.localNs + (this.pending.length > 0 ? 0 : sleepNs));
    }
  }

  /** How long a guest that is not halted may rest all the same, ns, unless something comes in. */
  private restNs(wasEnded: boolean): number {
    const { board } = this.power();
    const rest = board === undefined ? 0 : (this.observer.rest?.(board, this.localNs, wasEnded) ?? 0);
    if (board === undefined || this.pending.length > 0) return 0;
    return rest === 'timer' ? restOf(board, this.host) : rest;
  }

  /** Work of the emulator outside of its loop. */
  private work(action: () => void): void {
    this.recorder.tape.call(() => {
      action();
      return 0;
    });
  }

  private watchLoops(): Stuck | undefined {
    const found = this.recorder.tape.note(() => {
      const message = this.loops.watch(this.board(), this.localNs);
      return message === undefined ? undefined : JSON.stringify(message);
    });
    return found === undefined ? undefined : (JSON.parse(found) as Stuck);
  }

  private cannotWakeByItself(): boolean {
    const { views, cpu } = this.power();
    return isHalted(views) && !cpu.registers.interruptFlag;
  }

  private retrace(): void {
    this.work(() => this.board().emulator.cpu.devices.vga.screen_fill_buffer());
    this.nextRetraceNs = this.localNs + FRAME_NS;
  }

  private sendScancodes(codes: readonly number[]): void {
    const { bus } = this.board().emulator.emulator;
    for (const code of codes) bus.send('keyboard-code', code);
  }

  private die(): void {
    this.rest = 'dead';
    const isPowerOff = this.recorder.tape.answer(() => {
      const { views, memory, rawCpu } = this.board();
      return isBiosPowerOff(views, memory, rawCpu.registers.eip) ? 1 : 0;
    });
    if (isPowerOff === 1) {
      this.scheduleAtLocal(() => this.switchOff());
      return;
    }
    // An operating system that has stopped itself is no boot program that has failed.
    const trouble = this.observer.awaitsKernel ? { trouble: 'program/halted' } : {};
    this.options.log.emit(
      { kind: 'stage', stage: 'halted', ...machineMessage('machine.dead'), ...trouble },
      { timeNs: this.localNs },
    );
  }

  private switchOff(): void {
    this.options.onPowerOff?.();
    this.powerOff();
  }

  /** v86 has stopped in the middle of an instruction. */
  private trapped(error: unknown): void {
    const trap = wasmTrap(error);
    if (trap === undefined) throw error;
    const { views, memory } = this.board();
    if (!isTripleFault(views, memory)) {
      this.fail(failureEvent('machine/emulator-trap', { reason: this.lastWords ?? trap }));
      return;
    }
    this.rest = 'crashed';
    const { log } = this.options;
    const timeNs = this.localNs;
    const cause = log.emit(failureEvent('machine/triple-fault', {}), { timeNs });
    // A kernel may do it on purpose: to start again.
    if (this.observer.awaitsKernel)
      log.emit({ kind: 'stage', stage: 'boot-failed', ...machineMessage('machine.triple-fault') }, { timeNs, cause });
    // A panic leaves the emulator whole but for a little of its stack; endless recursion leaves it nothing.
    const isWhole = this.lastWords !== undefined && ++this.panics <= MAX_PANICS;
    this.scheduleAtLocal(() => (isWhole ? this.restart() : this.renew()));
  }

  private restart(): void {
    runAs(this.host, () => this.board().emulator.cpu.reboot_internal());
    this.kick();
  }

  /** Nothing is left of this emulator that could be reset: the machine gets a new one. */
  private renew(): void {
    this.options.onReset?.();
    this.unplug();
    this.plugIn(this.clock.nowNs);
    this.options.log.emit({
      kind: 'stage',
      stage: 'power-on',
      ...machineMessage('machine.reset', { machine: this.name }),
    });
    this.start();
  }

  /** The machine cannot continue, and stays stopped until a reset. */
  fail(failure: EventBody): void {
    if (this.rest === 'crashed') return;
    this.rest = 'crashed';
    this.timer?.cancel();
    this.timer = undefined;
    this.serial.forEach((console) => console.flush());
    this.screenConsole.flush();
    const { log } = this.options;
    const timeNs = Math.max(this.localNs, this.clock.nowNs);
    const fault = log.emit(failure, { timeNs });
    log.emit({ kind: 'stage', stage: 'halted', ...firmwareMessage('firmware.cannot-go-on') }, { timeNs, cause: fault });
  }

  /** An event at the machine's own time, which the lab's may not have come to yet. Nothing else runs before. */
  private scheduleAtLocal(action: () => void): void {
    this.timer?.cancel();
    this.timerNs = Math.max(this.localNs, this.clock.nowNs);
    this.timer = this.clock.schedule(this.timerNs - this.clock.nowNs, () => {
      this.timer = undefined;
      action();
    });
  }

  /** Ends the slice after this instruction, so that an answer can come in. */
  private endSlice(): void {
    if (!this.insideSlice) return;
    setHalted(this.power().views, true);
    this.haltedByHost = true;
  }

  private sleep(): void {
    this.asleep = true;
    setHalted(this.power().views, true);
  }

  private wake(): void {
    this.recorder.countWake();
    if (!this.asleep) return;
    this.asleep = false;
    setHalted(this.power().views, false);
    this.kick();
  }

  /** A kernel drives the drives itself: its reads are not the boot's. */
  private driveRead(drive: DriveKind, startByte: number, data: Uint8Array): void {
    if (this.observer.awaitsKernel) this.disks.read({ drive, startByte, data, timeNs: this.localNs });
  }

  private sendFrame(port: FramePort, frame: Uint8Array): void {
    const { localNs } = this;
    this.observer.frameSent(frame, localNs);
    this.clock.schedule(Math.max(0, localNs - this.clock.nowNs), () => port.send(frame));
    this.endSlice();
  }

  /** v86's reset sets the instruction counter to 0, also in the middle of a slice. */
  private resetBy(reset: () => void): void {
    this.time.rebase(0);
    reset();
    this.time.restartCounter();
    this.asleep = false;
    this.rest = 'running';
    this.options.log.emit(
      { kind: 'stage', stage: 'power-on', ...machineMessage('machine.reset', { machine: this.name }) },
      { timeNs: this.localNs },
    );
    this.observer.start(this.localNs);
    this.loops.start();
    this.options.onReset?.();
  }

  // --- Keyframes -----------------------------------------------------------------------------------------------

  private recordedPc(): RecordedPc {
    const { options, clock } = this;
    const { log, nics = [], media, kernel, uefi, keyframes } = options;
    // What is in drives or flash, or in memory before the BIOS, is in no keyframe.
    const isPlain = Object.keys(media ?? {}).length === 0 && kernel === undefined && uefi === undefined;
    const nextNs = (): number | undefined => (this.timer === undefined ? undefined : this.timerNs);
    return {
      clock,
      log,
      keyframes: isPlain ? keyframes : undefined,
      status: () => this.status(),
      setStatus: (status) => this.setStatus(status),
      play: (callback) => {
        const { tape } = this.recorder;
        if (callback === 'draw' || callback === 'paint') playDrawing(tape, this.screen, callback);
        else if (callback === 'read' || callback === 'write') this.power().cpu.playPort(callback);
        else playPart(callback, tape, this.parts, (index) => itemAt(nics, index).port);
      },
      head: () => {
        const { rest, nextRetraceNs } = this;
        const { baseNs, instructionTotal, counterStart } = this.time;
        return { rest: RESTS.indexOf(rest), baseNs, instructionTotal, counterStart, nextRetraceNs };
      },
      setHead: (head) => this.setHead(head),
      runSlice: () => this.runSlice(),
      traces: () => {
        const { awaitsKernel } = this.observer;
        const isOver = this.rest === 'dead' || this.loops.state.hasReported;
        return `${this.screen.changes} ${awaitsKernel} ${isOver}`;
      },
      nextNs,
      nextCause: () => this.timerCause,
      state: () => {
        const isBusy = this.pending.length > 0 || this.powered?.board?.areNicsIdle() === false;
        if (isBusy || this.panics > 0 || this.paused || this.rest === 'dead') return undefined;
        return { nextNs: nextNs(), draws: this.draws, loops: { ...this.loops.state } };
      },
      board: () => this.powered?.board,
      hasPower: () => this.powered !== undefined,
      instructions: () => this.instructions,
      goOn: (keyframe) => this.goOn(keyframe),
    };
  }

  private status(): CpuStatus {
    const { views } = this.power();
    return {
      counter: instructionCounter(views) >>> 0,
      isHalted: isHalted(views),
      isPaging: isPaging(views),
      haltedByHost: this.haltedByHost,
      asleep: this.asleep,
    };
  }

  private setStatus(status: CpuStatus): void {
    const { views } = this.power();
    setInstructionCounter(views, status.counter);
    setHalted(views, status.isHalted);
    setPaging(views, status.isPaging);
    this.haltedByHost = status.haltedByHost;
    this.asleep = status.asleep;
  }

  private setHead(head: SliceHead): void {
    this.rest = itemAt(RESTS, head.rest);
    this.time.baseNs = head.baseNs;
    this.time.instructionTotal = head.instructionTotal;
    this.time.counterStart = head.counterStart;
    this.nextRetraceNs = head.nextRetraceNs;
  }

  /** From here on the emulator itself runs. */
  private goOn({ head, nextNs, draws, loops, emulator }: PcKeyframe): void {
    const { cpu, poweredAtNs } = this.power();
    const board = this.assemble();
    cpu.connect(board.rawCpu);
    if (board.copier?.restore(emulator) !== true) throw new TapeMismatch('a machine of another kind');
    this.powered = { board, views: board.views, cpu, poweredAtNs };
    this.time.connect(board.views);
    this.rng = this.options.rng.derive(`power-${this.powerCount - 1}`);
    for (this.draws = 0; this.draws < draws; this.draws++) this.rng.u32();
    this.loops.state = { ...loops };
    this.setHead(head);
    this.haltedByHost = head.haltedByHost;
    this.asleep = head.asleep;
    this.thrown = undefined;
    if (nextNs !== undefined) this.options.log.withCause(head.cause, () => this.scheduleSlice(nextNs));
  }
}
