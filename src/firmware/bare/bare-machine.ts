/** A machine that is firmware alone: power button, keyboard, screen, and its boot devices in order. */
import { NS_PER_MS } from '../../base/time/clock.ts';
import type { EventBody } from '../../base/event-log.ts';
import { unreachable } from '../../base/result.ts';
import { sleep, startTask } from '../../base/time/task.ts';
import type { RunningTask, Task } from '../../base/time/task.ts';
import type { ChainPersonality, MachineParts, NonVolatileStore, Personality, Platform, Program } from '../platform.ts';
import { TextScreen } from '../text/screen.ts';
import { BarePlatform, MemoryStore } from './bare-platform.ts';
import { firmwareMessage } from '../messages.ts';
import { verbatim } from '../../base/sentence.ts';

export interface BareMachineOptions extends MachineParts {
  readonly memoryBytes?: number;
  /** The ROMs in boot order; called at each power-on. */
  readonly personalities: () => readonly Personality[];
  /** Makes what a chainloaded image of the lab's stands for. */
  readonly chained?: ChainPersonality;
  /** Time from power-on to the first ROM's initialisation; 300 ms is what an emulated PC takes. */
  readonly postNs?: number;
}

/** Whether nothing else is to be tried, and whether the screen says that nothing is left. */
interface RomEnd {
  readonly isOver: boolean;
  readonly isSaid: boolean;
}

const OVER: RomEnd = { isOver: true, isSaid: false };

export class BareMachine {
  readonly screen = new TextScreen();
  private readonly options: BareMachineOptions;
  private readonly store: NonVolatileStore = new MemoryStore();
  private platform: BarePlatform | undefined;
  private task: RunningTask<void> | undefined;

  constructor(options: BareMachineOptions) {
    this.options = options;
  }

  get powered(): boolean {
    return this.platform !== undefined;
  }

  /** The program that the last boot loaded, once it has. */
  get started(): Program | undefined {
    return this.platform?.started;
  }

  /** The machine's inside, for lessons and tests; undefined while it is off. */
  get hardware(): BarePlatform | undefined {
    return this.platform;
  }

  powerOn(): void {
    if (this.platform !== undefined) return;
    const { options } = this;
    this.screen.reset();
    const platform = new BarePlatform({
      ...options,
      store: this.store,
      screen: this.screen,
      onReboot: () => this.soon(() => this.reset()),
      onPowerOff: () => this.soon(() => this.powerOff()),
    });
    this.platform = platform;
    options.log.emit({ kind: 'stage', stage: 'power-on', isNameOnly: true, ...firmwareMessage('firmware.power-on') });
    this.task = startTask(this.run(platform));
  }

  powerOff(): void {
    if (this.platform === undefined) return;
    this.stop();
    this.screen.reset();
    this.options.log.emit({
      kind: 'stage',
      stage: 'power-off',
      isNameOnly: true,
      ...firmwareMessage('firmware.power-off'),
    });
  }

  reset(): void {
    if (this.platform === undefined) return;
    this.stop();
    this.powerOn();
  }

  /** The firmware cannot go on; the machine stands until somebody resets it. */
  fail(failure: EventBody): void {
    const { log } = this.options;
    const cause = log.emit(failure);
    log.emit({ kind: 'stage', stage: 'halted', ...firmwareMessage('firmware.cannot-go-on') }, { cause });
    try {
      this.stopFirmware();
    } catch {
      // Tasks clean up after themselves, and may stumble over the same.
    }
  }

  /** A key of the keyboard by its name (`a`, `Enter`, `F8`, `Ctrl-B`); false when there is no such key or no power. */
  press(name: string): boolean {
    if (this.platform === undefined || !this.platform.press(name)) return false;
    this.options.log.emit({ kind: 'input', channel: 'keyboard', ...verbatim(name) });
    return true;
  }

  /** Presses the keys of a text; a line feed is Enter. */
  type(text: string): void {
    for (const character of text) this.press(character === '\n' ? 'Enter' : character);
  }

  private stop(): void {
    this.stopFirmware();
    this.platform = undefined;
  }

  private stopFirmware(): void {
    const { task } = this;
    this.task = undefined;
    for (const nic of this.options.nics) nic.port.setReceiver(undefined);
    task?.cancel();
  }

  /** The task that asked must first come to its wait. */
  private soon(action: () => void): void {
    const { platform } = this;
    this.options.clock.schedule(0, () => {
      if (this.platform === platform) action();
    });
  }

  private *run(platform: BarePlatform): Task<void> {
    const { log, clock, personalities, postNs } = this.options;
    yield* sleep(clock, postNs ?? 300 * NS_PER_MS);
    const roms = personalities();
    for (const rom of roms) {
      if (rom.isWhole !== true) {
        log.emit({ kind: 'stage', stage: 'rom-init', ...firmwareMessage('firmware.rom-init', { rom: rom.id }) });
      }
      yield* rom.init(platform);
    }
    let isSaid = false;
    for (const rom of roms) {
      const outcome = yield* this.boot(rom, platform);
      if (outcome.isOver) return;
      isSaid ||= outcome.isSaid;
    }
    if (!isSaid) yield* platform.console.write('No bootable device.\n');
    log.emit({ kind: 'stage', stage: 'halted', ...firmwareMessage('firmware.no-device') });
  }

  private *boot(rom: Personality, platform: Platform): Task<RomEnd> {
    const { log } = this.options;
    if (rom.isWhole !== true) {
      log.emit({ kind: 'stage', stage: 'rom-boot', ...firmwareMessage('firmware.rom-boot', { rom: rom.id }) });
    }
    const outcome = yield* rom.boot(platform);
    switch (outcome.kind) {
      case 'next-device':
        log.emit({ kind: 'stage', stage: 'next-device', ...outcome.reason });
        return { isOver: false, isSaid: outcome.isSaid === true };
      case 'stopped':
        log.emit({ kind: 'stage', stage: 'halted', ...firmwareMessage('firmware.bare-stops') });
        return OVER;
      case 'reboot':
        yield* platform.reboot();
        return OVER;
      case 'power-off':
        yield* platform.powerOff();
        return OVER;
      default:
        return unreachable(outcome);
    }
  }
}
