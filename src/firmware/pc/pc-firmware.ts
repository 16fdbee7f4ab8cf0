/**
 * The firmware of an emulated PC: an option ROM that the BIOS finds, and behind its stubs a personality. One object
 * lives as long as the machine; `attach` at power-on, `reset` at each reset.
 */
import { unreachable } from '../../base/result.ts';
import { startTask } from '../../base/time/task.ts';
import type { RunningTask, Task } from '../../base/time/task.ts';
import { MemoryStore } from '../bare/bare-platform.ts';
import type { GuestCpu } from '../guest.ts';
import type {
  BootOutcome,
  ChainPersonality,
  MachineParts,
  NonVolatileStore,
  Personality,
  PlatformNic,
} from '../platform.ts';
import { PORT } from '../rom/hypercalls.ts';
import { buildOptionRom } from '../rom/option-rom.ts';
import { PcPlatform } from './pc-platform.ts';
import { Service } from './service.ts';
import { PcNicPort, PcTime } from './time.ts';
import { firmwareMessage } from '../messages.ts';
import type { Message } from '../../base/sentence.ts';

/** The cards are the firmware's side of each card's cable. */
export interface PcFirmwareOptions extends MachineParts {
  /** Created at each power-on and reset. */
  readonly personality: () => Personality;
  /** Makes what a chainloaded image of the lab's stands for. */
  readonly chained?: ChainPersonality;
  /** What the BIOS shows in its boot menu. */
  readonly product: string;
  readonly store?: NonVolatileStore;
  /** Resets the machine, or switches it off. Called outside of the guest's instructions. */
  readonly onReboot: () => void;
  readonly onPowerOff: () => void;
}

export class PcFirmware {
  /** For the machine's option ROMs. */
  readonly rom: Uint8Array;
  private readonly options: PcFirmwareOptions;
  private readonly time: PcTime;
  private readonly service: Service;
  private readonly ports: readonly PcNicPort[];
  private readonly nics: readonly PlatformNic[];
  private readonly store: NonVolatileStore;
  private cpu: GuestCpu | undefined;
  private platform: PcPlatform | undefined;
  private personality: Personality | undefined;
  private task: RunningTask<unknown> | undefined;
  /** Chainloaded firmware that runs, the oldest first: each waits for the next to end. */
  private chain: RunningTask<void>[] = [];

  constructor(options: PcFirmwareOptions) {
    this.options = options;
    const bus = options.nics[0]?.bus;
    this.rom = buildOptionRom({
      vendorId: bus?.vendorId ?? 0,
      deviceId: bus?.deviceId ?? 0,
      manufacturer: 'Netboot Lab',
      product: options.product,
    }).bytes;
    this.time = new PcTime(options.clock);
    this.service = new Service(this.time);
    const nics = options.nics.map((nic) => ({ ...nic, port: new PcNicPort(nic.port, this.time) }));
    this.nics = nics;
    this.ports = nics.map(({ port }) => port);
    this.store = options.store ?? new MemoryStore();
    for (const port of this.ports) port.release();
  }

  /** At each power-on, before the first instruction. */
  attach(cpu: GuestCpu): void {
    this.cpu = cpu;
    this.time.attach(cpu);
    this.service.attach(cpu);
    const handle = (port: number, handler: (cpu: GuestCpu) => void): void =>
      cpu.onPortWrite(port, 8, () => this.time.within(() => handler(cpu)));
    handle(PORT.init, () => this.init());
    handle(PORT.boot, (guest) => this.boot(guest));
    handle(PORT.returned, (guest) => this.platform?.programReturned(guest));
    handle(PORT.chain, (guest) => this.chainload(guest));
    handle(PORT.pxe, (guest) => this.platform?.pxeCall(guest));
    handle(PORT.pxenv, (guest) => this.platform?.pxenvCall(guest));
    handle(PORT.pxeWait, (guest) => this.platform?.pxeWait(guest));
    handle(PORT.disk, (guest) => this.platform?.diskCall(guest));
    handle(PORT.diskWait, (guest) => this.platform?.diskWait(guest));
    this.reset();
  }

  /** At each reset, and when the power goes: whatever ran is over. */
  reset(): void {
    for (const task of this.chain.toReversed()) task.cancel();
    this.chain = [];
    this.task?.cancel();
    this.task = undefined;
    this.platform?.dispose();
    this.platform = undefined;
    this.personality = undefined;
    this.service.reset();
    for (const port of this.ports) port.release();
  }

  /** The text that the firmware has drawn on a screen of dots; undefined while the screen is one of text. */
  get graphicsText(): string | undefined {
    return this.platform?.console.graphicsText;
  }

  /** A byte that came in at the first serial port, for a personality with a serial console. */
  serialInput(byte: number): void {
    this.platform?.serial.input.push(byte);
  }

  private start(cpu: GuestCpu): { readonly platform: PcPlatform; readonly personality: Personality } {
    const { options } = this;
    this.platform ??= new PcPlatform({
      name: options.name,
      rng: options.rng,
      nics: this.nics,
      identity: options.identity,
      cpu,
      time: this.time,
      log: this.time.sink(options.log),
      service: this.service,
      ports: this.ports,
      store: this.store,
      onReboot: () => options.clock.schedule(0, options.onReboot),
      onPowerOff: () => options.clock.schedule(0, options.onPowerOff),
    });
    this.personality ??= options.personality();
    return { platform: this.platform, personality: this.personality };
  }

  private init(): void {
    if (this.cpu === undefined) return;
    const { platform, personality } = this.start(this.cpu);
    platform.log.emit({
      kind: 'stage',
      stage: 'rom-init',
      ...firmwareMessage('firmware.rom-init', { rom: personality.id }),
    });
    this.task = startTask(personality.init(platform), () => this.service.push({ action: 'leave' }));
  }

  /** The boot vector: AX, BX and CX tell the stub where to go on. */
  private boot(cpu: GuestCpu): void {
    const { platform, personality } = this.start(cpu);
    const base = platform.allocateBaseMemory();
    cpu.registers.set('eax', base?.dataSegment ?? 0);
    if (base === undefined) return;
    cpu.registers.set('ebx', base.codeSegment);
    cpu.registers.set('ecx', base.code.main);
    for (const port of this.ports) port.take();
    platform.log.emit({
      kind: 'stage',
      stage: 'rom-boot',
      ...firmwareMessage('firmware.rom-boot', { rom: personality.id }),
    });
    const leave = (reason: Message): void => {
      platform.log.emit({ kind: 'stage', stage: 'next-device', ...reason });
      for (const port of this.ports) port.release();
      platform.giveBackBaseMemory();
      this.service.push({ action: 'leave' });
    };
    this.task = startTask(this.run(platform, personality, leave));
  }

  /** A boot program is an image of the lab's: its personality takes over, with the answer of the boot vector. */
  private chainload(cpu: GuestCpu): void {
    const { platform, options } = this;
    const taken = options.chained === undefined ? undefined : platform?.takeOver();
    cpu.registers.set('eax', taken?.base.dataSegment ?? 0);
    if (platform === undefined || options.chained === undefined || taken === undefined) return;
    cpu.registers.set('ebx', taken.base.codeSegment);
    cpu.registers.set('ecx', taken.base.code.main);
    const personality = options.chained(taken.request);
    const place = this.chain.length;
    const ended = (): void => {
      this.chain.length = place;
      taken.end();
    };
    this.chain.push(startTask(this.run(platform, personality, ended)));
  }

  /** `leave` is what follows when there is nothing to boot. */
  private *run(platform: PcPlatform, personality: Personality, leave: (reason: Message) => void): Task<void> {
    const outcome: BootOutcome = yield* personality.boot(platform);
    switch (outcome.kind) {
      case 'next-device':
        leave(outcome.reason);
        return;
      case 'reboot':
        return yield* platform.reboot();
      case 'power-off':
        return yield* platform.powerOff();
      case 'stopped':
        return;
      default:
        return unreachable(outcome);
    }
  }
}
