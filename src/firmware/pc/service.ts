/**
 * The firmware's side of the `service` stub: what tasks want done on the CPU stands in a queue, one item is handed
 * over at each `poll`, and the CPU sleeps while the queue is empty.
 */
import { assert } from '../../base/result.ts';
import type { Task } from '../../base/time/task.ts';
import type { GuestCpu, Register32 } from '../guest.ts';
import { ACTION, PORT } from '../rom/hypercalls.ts';
import type { PcTime } from './time.ts';

export type BiosRegisters = { readonly [register in Exclude<Register32, 'esp' | 'ebp'>]?: number } & {
  readonly es?: number;
};

export interface BiosResult {
  readonly eax: number;
  readonly ebx: number;
  readonly ecx: number;
  readonly edx: number;
  readonly carry: boolean;
  readonly zero: boolean;
}

type Item =
  | {
      readonly action: 'call';
      readonly vector: number;
      readonly registers: BiosRegisters;
      readonly onReturn: (result: BiosResult) => void;
    }
  | { readonly action: 'outByte'; readonly port: number; readonly value: number; readonly onDone: () => void }
  /** `prepare` fills in the entry block in the moment of entering. */
  | { readonly action: 'enterReal' | 'enterProtected'; readonly prepare: () => void }
  | { readonly action: 'leave' };

const REGISTERS = ['eax', 'ebx', 'ecx', 'edx', 'esi', 'edi'] as const;

export class Service {
  private readonly time: PcTime;
  private cpu: GuestCpu | undefined;
  private queue: Item[] = [];
  private calling: Extract<Item, { action: 'call' }> | undefined;
  private sleeping = false;
  /** Called at each poll before the queue is looked at: keys may have come. */
  onPoll: () => void = () => {};

  constructor(time: PcTime) {
    this.time = time;
  }

  attach(cpu: GuestCpu): void {
    this.cpu = cpu;
    this.reset();
    cpu.onPortWrite(PORT.poll, 8, () => this.time.within(() => this.poll(cpu)));
    cpu.onPortWrite(PORT.called, 8, () => this.time.within(() => this.called(cpu)));
  }

  /** Forgets everything that was wanted: the machine was reset. */
  reset(): void {
    this.queue = [];
    this.calling = undefined;
    this.sleeping = false;
  }

  push(item: Item): void {
    this.queue.push(item);
    this.notify();
  }

  /** Lets a sleeping stub ask again. */
  notify(): void {
    if (!this.sleeping) return;
    this.sleeping = false;
    this.cpu?.wake();
  }

  /** Calls a software interrupt of the BIOS. */
  *bios(vector: number, registers: BiosRegisters): Task<BiosResult> {
    const returned: { result?: BiosResult } = {};
    yield (resume) => {
      const onReturn = (result: BiosResult): void => {
        returned.result = result;
        resume();
      };
      this.push({ action: 'call', vector, registers, onReturn });
      return () => {};
    };
    assert(returned.result !== undefined, 'a BIOS call has a result');
    return returned.result;
  }

  *outByte(port: number, value: number): Task<void> {
    yield (resume) => {
      this.push({ action: 'outByte', port, value, onDone: resume });
      return () => {};
    };
  }

  private poll(cpu: GuestCpu): void {
    this.sleeping = false;
    this.onPoll();
    const item = this.queue.shift();
    const { registers, memory } = cpu;
    if (item === undefined) {
      registers.set('ebp', ACTION.sleep);
      this.sleeping = true;
      cpu.sleep();
      return;
    }
    switch (item.action) {
      case 'call': {
        this.calling = item;
        const stack = registers.segment('ss') * 16 + (registers.get('esp') & 0xffff);
        memory.writeU16(stack, item.registers.es ?? 0);
        memory.writeU32(stack + 2, memory.readU32(item.vector * 4));
        for (const register of REGISTERS) registers.set(register, item.registers[register] ?? 0);
        break;
      }
      case 'outByte':
        registers.set('edx', item.port);
        registers.set('eax', item.value);
        break;
      case 'enterReal':
      case 'enterProtected':
        item.prepare();
        break;
      case 'leave':
    }
    registers.set('ebp', ACTION[item.action]);
    // The byte leaves the CPU with the stub's next instruction: the task may go on.
    if (item.action === 'outByte') item.onDone();
  }

  private called({ registers, memory }: GuestCpu): void {
    const { calling } = this;
    this.calling = undefined;
    if (calling === undefined) return;
    const flags = memory.readU16(registers.segment('ss') * 16 + (registers.get('esp') & 0xffff));
    calling.onReturn({
      eax: registers.get('eax'),
      ebx: registers.get('ebx'),
      ecx: registers.get('ecx'),
      edx: registers.get('edx'),
      carry: (flags & 0x01) !== 0,
      zero: (flags & 0x40) !== 0,
    });
  }
}
