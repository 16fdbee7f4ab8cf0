/** The platform of an emulated PC: BIOS calls through the stub, real memory, programs on the real CPU. */
import { assert } from '../../base/result.ts';
import type { Task } from '../../base/time/task.ts';
import type { GuestCpu, GuestMemory, GuestRegisters } from '../guest.ts';
import type {
  BlockDevice,
  ChainRequest,
  MachineParts,
  MemoryRegion,
  NonVolatileStore,
  Platform,
  Program,
  ProgramOutcome,
  PxeContext,
} from '../platform.ts';
import { NBP_ADDRESS } from '../platform.ts';
import { PlatformBase } from '../platform-base.ts';
import { placeBootTables } from '../boot-tables.ts';
import { realMode, type CallMode } from '../pxe-api/params.ts';
import { PxeApi } from '../pxe-api/pxe-api.ts';
import { readChainNbp } from '../rom/chain-nbp.ts';
import { BASE_LAYOUT, PXE_UNDI_DATA_SEGMENT, PXE_WAIT } from '../rom/hypercalls.ts';
import { BaseMemory } from './base-memory.ts';
import { DiskService } from './disk-service.ts';
import { prepareEntry } from './entry.ts';
import { PcConsole, PcSerial } from './pc-console.ts';
import type { Service } from './service.ts';
import type { PcNicPort, PcTime } from './time.ts';
import { firmwareMessage } from '../messages.ts';

export interface PcPlatformOptions extends Omit<MachineParts, 'clock'> {
  readonly cpu: GuestCpu;
  readonly time: PcTime;
  readonly service: Service;
  /** The ports of `nics`, in the same order. */
  readonly ports: readonly PcNicPort[];
  readonly store: NonVolatileStore;
  readonly onReboot: () => void;
  readonly onPowerOff: () => void;
}

const E820_SIGNATURE = 0x534d_4150; // 'SMAP'
const E820_TYPES: readonly MemoryRegion['type'][] = ['usable', 'reserved', 'acpi', 'nvs', 'unusable'];

export class PcPlatform extends PlatformBase implements Platform {
  readonly hardware = 'pc';
  readonly console: PcConsole;
  readonly serial: PcSerial;
  readonly store: NonVolatileStore;
  readonly memory: GuestMemory;
  private readonly options: PcPlatformOptions;
  private readonly disks: DiskService;
  private base: BaseMemory | undefined;
  private api: PxeApi | undefined;
  private onReturned: ((ax: number) => void) | undefined;
  /** What RESTART_TFTP has fetched, until it is entered. */
  private restarted: { readonly fileName: string; readonly program: Uint8Array } | undefined;
  private chainDepth = 0;
  /** The stub of a waiting PXE call sleeps. */
  private pxeSleeps = false;

  constructor(options: PcPlatformOptions) {
    super({ ...options, clock: options.time });
    this.options = options;
    this.store = options.store;
    this.memory = options.cpu.memory;
    this.console = new PcConsole(options.service, this.memory, this.clock, options.log);
    this.serial = new PcSerial(options.service);
    this.disks = new DiskService(options.cpu, options.log, options.time);
  }

  get freeBaseBytes(): number {
    return this.base?.start ?? this.memory.readU16(0x413) * 1024;
  }

  /** Undefined when there is no room. */
  allocateBaseMemory(): BaseMemory | undefined {
    this.base ??= BaseMemory.allocate(this.memory);
    return this.base;
  }

  giveBackBaseMemory(): void {
    for (const drive of this.disks.numbers) this.setDrive(drive, undefined);
    this.base?.giveBack();
    this.base = undefined;
  }

  /** The machine was reset: memory is not ours any more. */
  dispose(): void {
    this.api?.close();
    this.api = undefined;
    this.restarted = undefined;
    this.disks.dispose();
    this.holdPorts(false);
  }

  *memoryMap(): Task<readonly MemoryRegion[]> {
    assert(this.base !== undefined, 'the memory map is asked for at boot');
    const { dataSegment, dataLinear } = this.base;
    const regions: MemoryRegion[] = [];
    let next = 0;
    do {
      const result = yield* this.options.service.bios(0x15, {
        eax: 0xe820,
        edx: E820_SIGNATURE,
        ebx: next,
        ecx: 20,
        es: dataSegment,
        edi: BASE_LAYOUT.bufferOffset,
      });
      if (result.carry || result.eax !== E820_SIGNATURE) break;
      const at = dataLinear + BASE_LAYOUT.bufferOffset;
      const u64 = (offset: number): number =>
        this.memory.readU32(at + offset) + this.memory.readU32(at + offset + 4) * 0x1_0000_0000;
      const type = E820_TYPES[this.memory.readU32(at + 16) - 1] ?? 'reserved';
      regions.push({ start: u64(0), length: u64(8), type });
      next = result.ebx;
    } while (next !== 0);
    return regions;
  }

  setDrive(drive: number, device: BlockDevice | undefined): void {
    this.disks.set(drive, device);
    if (this.disks.isEmpty) this.base?.unhookInt13();
    else this.base?.hookInt13();
    this.holdPorts(!this.disks.isEmpty);
  }

  setBootTables(tables: readonly Uint8Array[]): boolean {
    return this.base !== undefined && placeBootTables(this.memory, this.base.dataLinear, tables);
  }

  /** Drives of the network are read whatever program runs: until a driver of the guest's takes the card. */
  private holdPorts(isHeld: boolean): void {
    for (const port of this.options.ports) port.hold(isHeld);
  }

  *startProgram(program: Program): Task<ProgramOutcome> {
    const { base } = this;
    assert(base !== undefined, 'programs are started at boot');
    let running = program;
    if (this.onReturned !== undefined) {
      // A command for the program that runs: that one is over.
      this.api?.abandon();
      this.api = undefined;
      base.unhookInt1a();
    }
    for (;;) {
      if (running.pxe === undefined) for (const port of this.options.ports) port.release();
      else this.installApi(running.pxe, base);
      const { ax, stackIsDown } = yield* this.enter(running, base);
      const next = this.replacement();
      if (next === undefined) {
        const returned = { program: running.name, ax: ax.toString(16) };
        this.log.emit({
          kind: 'stage',
          stage: 'nbp-exit',
          ...firmwareMessage('firmware.program-returned-ax', returned),
        });
      }
      this.api?.close();
      this.api = undefined;
      base.unhookInt1a();
      for (const port of this.options.ports) port.take();
      if (next === undefined) return { kind: 'returned', ax, stackIsDown };
      running = next;
    }
  }

  /** Runs a program until it comes back, or until another takes its place. */
  private *enter(program: Program, base: BaseMemory): Task<{ readonly ax: number; readonly stackIsDown: boolean }> {
    const { service } = this.options;
    const isKernel = program.kind === 'linux' || program.kind === 'multiboot';
    const outcome = { ax: 0, stackIsDown: false };
    const depth = this.chainDepth;
    yield (resume) => {
      this.onReturned = (ax) => {
        outcome.ax = ax;
        outcome.stackIsDown = this.chainDepth > depth;
        this.chainDepth = depth;
        resume();
      };
      service.push({
        action: program.entry.mode === 'real' ? 'enterReal' : 'enterProtected',
        prepare: () => {
          prepareEntry(this.memory, base, program);
          this.log.emit({
            kind: 'stage',
            stage: isKernel ? 'kernel-entry' : 'nbp-entry',
            ...firmwareMessage('firmware.program-starts', { program: program.name }),
          });
        },
      });
      return () => {
        this.onReturned = undefined;
      };
    };
    return outcome;
  }

  /** Puts what RESTART_TFTP has fetched in the place of the program that called it, with the packets as that left them. */
  private replacement(): Program | undefined {
    const { restarted, api } = this;
    this.restarted = undefined;
    if (restarted === undefined || api === undefined) return undefined;
    this.memory.write(NBP_ADDRESS, restarted.program);
    return {
      kind: 'nbp',
      name: restarted.fileName,
      entry: { mode: 'real', cs: 0, ip: NBP_ADDRESS, interrupts: true },
      pxe: api.network,
    };
  }

  *reboot(): Task<void> {
    this.options.onReboot();
    yield () => () => {};
  }

  *powerOff(): Task<void> {
    this.options.onPowerOff();
    yield () => () => {};
  }

  // --- Hypercalls ----------------------------------------------------------------------------------------------

  programReturned({ registers }: GuestCpu): void {
    const ax = registers.get('eax') & 0xffff;
    registers.set('eax', this.base?.dataSegment ?? 0);
    const { onReturned } = this;
    this.onReturned = undefined;
    onReturned?.(ax);
  }

  /**
   * A chainloaded image of the lab's takes the place of the program that runs: the PXE stack goes down. `end` lets the
   * caller that started the image continue. Undefined when it may not.
   */
  takeOver(): { readonly request: ChainRequest; readonly base: BaseMemory; readonly end: () => void } | undefined {
    const { base, api, onReturned } = this;
    const options = readChainNbp(this.memory);
    if (base === undefined || api === undefined || onReturned === undefined || options === undefined) return undefined;
    const { network } = api;
    api.close();
    this.api = undefined;
    base.unhookInt1a();
    for (const port of this.options.ports) port.take();
    this.chainDepth++;
    this.onReturned = undefined;
    return { request: { options, network, depth: this.chainDepth }, base, end: () => onReturned(0) };
  }

  /** !PXE, in real or 16-bit protected mode: opcode and parameters lie on the stack, above flags and return address. */
  pxeCall({ registers, memory }: GuestCpu): void {
    const stack = stackOf(registers);
    this.callApi(registers, memory.readU16(stack + 6), memory.readU16(stack + 10), memory.readU16(stack + 8));
  }

  /** PXENV+, in real mode: opcode in BX, parameters at ES:DI. */
  pxenvCall({ registers }: GuestCpu): void {
    const opcode = registers.get('ebx') & 0xffff;
    this.callApi(registers, opcode, registers.segment('es'), registers.get('edi') & 0xffff);
  }

  private callApi(registers: GuestRegisters, opcode: number, segment: number, offset: number): void {
    const base = registers.selectorBase(segment);
    const { api } = this;
    if (api === undefined || this.base === undefined || base === undefined) return this.answer(registers, 1);
    const { code, codeSegment, dataSegment } = this.base;
    const stack = stackOf(registers);
    const mode: CallMode = registers.isProtected
      ? {
          name: 'protected',
          // A selector that does not exist points to where nothing lies.
          baseOf: (selector) => registers.selectorBase(selector) ?? this.memory.sizeBytes,
          dataSegment: this.memory.readU16(codeSegment * 16 + code.pxe + PXE_UNDI_DATA_SEGMENT),
        }
      : realMode(dataSegment);
    const caller = { mode, segment: this.memory.readU16(stack + 4), offset: this.memory.readU16(stack + 2) };
    this.answer(registers, api.call(opcode, base + offset, caller));
  }

  pxeWait(cpu: GuestCpu): void {
    const exit = this.api?.ask() ?? 1;
    this.answer(cpu.registers, exit);
    // The caller is no more: the stub leaves as if it had returned.
    if (this.restarted !== undefined && this.base !== undefined) cpu.registers.jump(this.base.code.programReturn);
    this.pxeSleeps = exit === PXE_WAIT;
    if (this.pxeSleeps) cpu.sleep();
  }

  diskCall(cpu: GuestCpu): void {
    this.disks.call(cpu);
  }

  diskWait(cpu: GuestCpu): void {
    this.disks.wait(cpu);
  }

  private answer(registers: GuestRegisters, ax: number): void {
    registers.set('eax', ((registers.get('eax') & 0xffff_0000) | ax) >>> 0);
  }

  private installApi(network: PxeContext, base: BaseMemory): void {
    const { cpu, ports, nics } = this.options;
    const port = ports[nics.findIndex((nic) => nic.port === network.nic.port)];
    assert(port !== undefined, 'the PXE context names a card of this machine');
    const api = new PxeApi({
      clock: this.clock,
      log: this.log,
      memory: this.memory,
      network,
      port,
      dataSegment: base.dataSegment,
      onRestart: (fileName, program) => {
        this.restarted = { fileName, program };
      },
      unhook: () => base.unhookInt1a(),
      onServed: () => this.options.service.push({ action: 'leave' }),
      raiseIrq: (irq) => cpu.raiseIrq(irq),
      lowerIrq: (irq) => cpu.lowerIrq(irq),
    });
    api.onReady = () => {
      if (!this.pxeSleeps) return;
      this.pxeSleeps = false;
      cpu.wake();
    };
    this.api = api;
    base.hookInt1a();
  }
}

/** Linear address of the top of a 16-bit stack. */
function stackOf(registers: GuestRegisters): number {
  return registers.segmentBase('ss') + (registers.get('esp') & 0xffff);
}
