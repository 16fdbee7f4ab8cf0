/** INT 13h for drives of the network: the old calls, the extensions, CDs, drives of the BIOS, and what the trace says. */
import { describe, expect, it } from 'vitest';
import { toHex } from '../../base/bytes.ts';
import { EventLog } from '../../base/event-log.ts';
import { EventQueue } from '../../base/time/event-queue.ts';
import { sleep } from '../../base/time/task.ts';
import { SparseMemory } from '../bare/sparse-memory.ts';
import type { GuestCpu, GuestRegisters, Register32 } from '../guest.ts';
import type { BlockDevice } from '../platform.ts';
import { DISK } from '../rom/hypercalls.ts';
import { DiskService } from './disk-service.ts';

const STACK = 0x7000;
/** Offsets in the frame of the stub. */
const AT = { esi: 4, ebx: 16, edx: 20, ecx: 24, eax: 28, ds: 32, es: 34, flags: 40 } as const;
const BUFFER = 0x8000;
const PACKET = 0x500;
const SECTORS = 40_000;

type Call = { readonly [register in 'eax' | 'ebx' | 'ecx' | 'edx' | 'esi']?: number };

class TestPc {
  readonly queue = new EventQueue();
  readonly log = new EventLog(this.queue);
  readonly memory = new SparseMemory(16 * 1024 * 1024);
  readonly disk = new Map<number, Uint8Array>();
  readonly service: DiskService;
  private readonly registers = new Map<Register32, number>([['esp', STACK]]);
  private isAwake = false;
  private readonly cpu: GuestCpu;

  constructor() {
    const registers: GuestRegisters = {
      get: (register) => this.registers.get(register) ?? 0,
      set: (register, value) => this.registers.set(register, value),
      segment: () => 0,
      segmentBase: () => 0,
      selectorBase: () => undefined,
      isProtected: false,
      eip: 0,
      jump: () => {},
      setCarry: () => {},
      interruptFlag: true,
    };
    this.cpu = {
      memory: this.memory,
      registers,
      nowNs: 0,
      onPortWrite: () => {},
      onPortRead: () => {},
      sleep: () => {},
      wake: () => {
        this.isAwake = true;
      },
      raiseIrq: () => {},
      lowerIrq: () => {},
    };
    this.service = new DiskService(this.cpu, this.log.sink('pc1'), this.queue);
    // One disk of the BIOS.
    this.memory.writeU8(0x475, 1);
  }

  device(shape: Partial<BlockDevice> = {}): BlockDevice {
    const { queue, disk } = this;
    return {
      name: 'disk',
      sectorBytes: 512,
      sectors: SECTORS,
      isCd: false,
      geometry: undefined,
      *read(sector, count) {
        yield* sleep(queue, 1000);
        const out = new Uint8Array(count * 512);
        for (let index = 0; index < count; index++) {
          const written = disk.get(sector + index);
          out.set(written ?? new Uint8Array(512).fill((sector + index) & 0xff), index * 512);
        }
        return out;
      },
      *write(sector, bytes) {
        yield* sleep(queue, 1000);
        for (let at = 0; at < bytes.length; at += 512) disk.set(sector + at / 512, bytes.slice(at, at + 512));
        return true;
      },
      ...shape,
    };
  }

  /** The interrupt until it returns. */
  call(given: Call): { readonly kind: number; readonly ah: number; readonly carry: boolean } {
    for (const register of ['eax', 'ebx', 'ecx', 'edx', 'esi'] as const) {
      this.memory.writeU32(STACK + AT[register], given[register] ?? 0);
    }
    this.memory.writeU32(STACK + AT.ds, 0);
    this.memory.writeU16(STACK + AT.flags, 0x202);
    this.service.call(this.cpu);
    while (this.registers.get('eax') === DISK.wait) {
      this.isAwake = false;
      while (!this.isAwake) if (!this.queue.step()) throw new Error('the guest never wakes');
      this.service.wait(this.cpu);
    }
    const carry = (this.memory.readU16(STACK + AT.flags) & 1) !== 0;
    return { kind: this.registers.get('eax') ?? 0, ah: this.memory.readU8(STACK + AT.eax + 1), carry };
  }

  register(name: 'ecx' | 'edx' | 'ebx'): number {
    return this.memory.readU16(STACK + AT[name]);
  }

  packet(count: number, lba: number, flat?: number): void {
    const { memory } = this;
    memory.writeU16(PACKET, flat === undefined ? 16 : 24);
    memory.writeU16(PACKET + 2, count);
    memory.writeU32(PACKET + 4, flat === undefined ? BUFFER : 0xffff_ffff);
    memory.writeU32(PACKET + 8, lba);
    memory.writeU32(PACKET + 12, 0);
    memory.writeU32(PACKET + 16, flat ?? 0);
    memory.writeU32(PACKET + 20, 0);
  }
}

const DRIVE = 0x80;
const DONE = { kind: DISK.done, ah: 0, carry: false };

function pcWith(shape?: Partial<BlockDevice>): TestPc {
  const pc = new TestPc();
  pc.service.set(DRIVE, pc.device(shape));
  return pc;
}

describe('INT 13h', () => {
  it('counts the drive in the BIOS data area while it is there, and leaves other drives to the BIOS', () => {
    const pc = pcWith();
    expect(pc.memory.readU8(0x475)).toBe(2);
    expect(pc.call({ eax: 0x0201, ecx: 1, edx: 0x81 }).kind).toBe(DISK.chain);
    pc.service.set(DRIVE, undefined);
    expect(pc.memory.readU8(0x475)).toBe(1);
    expect(pc.call({ eax: 0x0201, ecx: 1, edx: DRIVE }).kind).toBe(DISK.chain);
  });

  it('reads by cylinder, head and sector of the geometry that the disk has', () => {
    const pc = pcWith({ geometry: { heads: 16, sectorsPerTrack: 63 } });
    // Cylinder 2, head 3, sector 4: (2 * 16 + 3) * 63 + 3.
    expect(pc.call({ eax: 0x0202, ebx: BUFFER, ecx: 0x0204, edx: 0x0300 | DRIVE })).toEqual(DONE);
    const first = ((2 * 16 + 3) * 63 + 3) & 0xff;
    expect(pc.memory.readU8(BUFFER)).toBe(first);
    expect(pc.memory.readU8(BUFFER + 512)).toBe(first + 1);
    // There is no head 16, no sector 0, and nothing behind the end.
    expect(pc.call({ eax: 0x0201, ecx: 1, edx: 0x1000 | DRIVE })).toMatchObject({ ah: 1, carry: true });
    expect(pc.call({ eax: 0x0201, ecx: 0, edx: DRIVE })).toMatchObject({ ah: 1, carry: true });
    expect(pc.call({ eax: 0x0201, ecx: 0xffc1, edx: DRIVE })).toMatchObject({ ah: 4, carry: true });
  });

  it('tells geometry, type and extensions', () => {
    const pc = pcWith({ geometry: { heads: 16, sectorsPerTrack: 63 } });
    expect(pc.call({ eax: 0x0800, edx: DRIVE })).toEqual(DONE);
    // 39 cylinders: the last is 38.
    expect([pc.register('ecx'), pc.register('edx')]).toEqual([(38 << 8) | 63, (15 << 8) | 2]);
    expect(pc.call({ eax: 0x1500, edx: DRIVE })).toMatchObject({ ah: 3, carry: false });
    expect([pc.register('ecx'), pc.register('edx')]).toEqual([0, SECTORS]);
    expect(pc.call({ eax: 0x4100, ebx: 0x55aa, edx: DRIVE })).toMatchObject({ ah: 0x30, carry: false });
    expect(pc.register('ebx')).toBe(0xaa55);
    pc.memory.writeU16(PACKET, 26);
    expect(pc.call({ eax: 0x4800, edx: DRIVE, esi: PACKET })).toEqual(DONE);
    expect(toHex(pc.memory.read(PACKET, 26))).toBe('1a00020027000000100000003f000000409c0000000000000002');
  });

  it('reads and writes by logical block, also to a flat address above one megabyte', () => {
    const pc = pcWith();
    pc.packet(3, 39_000);
    expect(pc.call({ eax: 0x4200, edx: DRIVE, esi: PACKET })).toEqual(DONE);
    expect(pc.memory.readU8(BUFFER + 1024)).toBe(39_002 & 0xff);
    pc.packet(1, 7, 0x20_0000);
    expect(pc.call({ eax: 0x4200, edx: DRIVE, esi: PACKET })).toEqual(DONE);
    expect(pc.memory.readU8(0x20_0000)).toBe(7);
    pc.memory.write(BUFFER, new Uint8Array(512).fill(0x5a));
    pc.packet(1, 12);
    expect(pc.call({ eax: 0x4300, edx: DRIVE, esi: PACKET })).toEqual(DONE);
    expect(pc.disk.get(12)?.[0]).toBe(0x5a);
    pc.packet(1, SECTORS);
    expect(pc.call({ eax: 0x4200, edx: DRIVE, esi: PACKET })).toMatchObject({ ah: 4, carry: true });
    pc.packet(2, 5);
    expect(pc.call({ eax: 0x4400, edx: DRIVE, esi: PACKET })).toEqual(DONE);
  });

  it('reports a disk that does not answer', () => {
    const pc = pcWith({
      // oxlint-disable-next-line require-yield -- it fails at once
      *read() {
        return undefined;
      },
    });
    expect(pc.call({ eax: 0x0201, ebx: BUFFER, ecx: 1, edx: DRIVE })).toMatchObject({ ah: 0x20, carry: true });
  });

  it('tells programs of a CD how it was booted', () => {
    expect(pcWith().call({ eax: 0x4b01, edx: DRIVE, esi: PACKET })).toMatchObject({ ah: 1, carry: true });
    const pc = pcWith({ isCd: true, sectorBytes: 2048, sectors: 5000 });
    expect(pc.call({ eax: 0x4b01, edx: DRIVE, esi: PACKET })).toEqual(DONE);
    expect(toHex(pc.memory.read(PACKET, 4))).toBe('13008000');
  });

  it('is traced with sectors from the beginning of the disk, as the cause of what the read leads to', () => {
    const pc = pcWith();
    pc.packet(2, 63);
    pc.call({ eax: 0x4200, edx: DRIVE, esi: PACKET });
    const calls = pc.log.events.filter((event) => event.kind === 'call');
    expect(calls[0]).toMatchObject({ api: 'int13', function: 'Extended read' });
    expect(JSON.stringify(calls[0])).toContain('["sector","63"]');
  });
});
