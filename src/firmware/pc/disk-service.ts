/**
 * INT 13h for drives that the firmware brings (SAN boot): classic CHS calls and the extensions of the Enhanced Disk
 * Drive Specification 3.0. Reads and writes may wait for the network; the guest sleeps meanwhile.
 */
import { hexNumber } from '../../base/bytes.ts';
import type { Clock } from '../../base/time/clock.ts';
import type { CallFields, EventSink } from '../../base/event-log.ts';
import { startTask } from '../../base/time/task.ts';
import type { Task } from '../../base/time/task.ts';
import { CallTrace, type OpenCall } from '../call-trace.ts';
import type { GuestCpu, GuestMemory } from '../guest.ts';
import type { BlockDevice, DiskGeometry } from '../platform.ts';
import { DISK } from '../rom/hypercalls.ts';

/** BIOS data area: number of fixed disks. */
const DISK_COUNT = 0x475;
const FIRST_DISK = 0x80;
/** Status in AH. */
const STATUS = { ok: 0x00, invalid: 0x01, notFound: 0x04, noMedia: 0x31, failure: 0x20 } as const;
/** Of a drive that does not say. */
const LARGEST: DiskGeometry = { heads: 255, sectorsPerTrack: 63 };
/** Information flags of Get extended drive parameters. */
const INFO = { chsValid: 0x02, removable: 0x04 } as const;
/** Disk address packets: the shortest, and those with a flat address. */
const PACKET_BYTES = 16;
const FLAT_PACKET_BYTES = 24;
/** The specification packet of El Torito. */
const CD_PACKET_BYTES = 0x13;
const FLAG_CARRY = 1;

/** Registers of the caller in the frame that the stub has pushed: PUSHAD, DS, ES, then IP, CS, flags. */
const FRAME = {
  edi: 0,
  esi: 4,
  ebx: 16,
  edx: 20,
  ecx: 24,
  eax: 28,
  ds: 32,
  es: 34,
  ip: 36,
  cs: 38,
  flags: 40,
} as const;

/** Functions by AH, as the Enhanced Disk Drive Specification and its predecessors name them. */
const FUNCTION_NAMES: Readonly<Record<number, string>> = {
  0x00: 'Reset',
  0x01: 'Get status',
  0x02: 'Read sectors',
  0x03: 'Write sectors',
  0x04: 'Verify sectors',
  0x08: 'Get drive parameters',
  0x0d: 'Reset fixed disk',
  0x15: 'Get disk type',
  0x41: 'Check extensions present',
  0x42: 'Extended read',
  0x43: 'Extended write',
  0x44: 'Extended verify',
  0x48: 'Get extended drive parameters',
  0x4b: 'Get CD status',
};

const STATUS_NAMES: Readonly<Record<number, string>> = {
  [STATUS.ok]: 'success',
  [STATUS.invalid]: 'invalid function',
  [STATUS.notFound]: 'sector not found',
  [STATUS.failure]: 'controller failure',
  [STATUS.noMedia]: 'no media',
};

interface SectorRange {
  /** From the beginning of the disk. */
  readonly start: number;
  readonly count: number;
}

/** Status in AH, or success with another value there. */
type Answer = number | { readonly ah: number };

export class DiskService {
  private readonly drives = new Map<number, BlockDevice>();
  private readonly memory: GuestMemory;
  private readonly cpu: GuestCpu;
  private readonly log: EventSink;
  private readonly trace: CallTrace;
  private pending: { frame: number; status: number | undefined; readonly open: OpenCall } | undefined;
  private sleeping = false;

  constructor(cpu: GuestCpu, log: EventSink, clock: Clock) {
    this.cpu = cpu;
    this.memory = cpu.memory;
    this.log = log;
    this.trace = new CallTrace('int13', log, clock);
  }

  get isEmpty(): boolean {
    return this.drives.size === 0;
  }

  get numbers(): readonly number[] {
    return [...this.drives.keys()];
  }

  set(drive: number, device: BlockDevice | undefined): void {
    const had = this.drives.has(drive);
    if (device === undefined) this.drives.delete(drive);
    else this.drives.set(drive, device);
    const change = (device === undefined ? 0 : 1) - (had ? 1 : 0);
    if (drive >= FIRST_DISK) this.memory.writeU8(DISK_COUNT, this.memory.readU8(DISK_COUNT) + change);
  }

  dispose(): void {
    this.drives.clear();
    this.pending = undefined;
  }

  call(cpu: GuestCpu): void {
    const frame = cpu.registers.segment('ss') * 16 + (cpu.registers.get('esp') & 0xffff);
    const device = this.drives.get(this.memory.readU8(frame + FRAME.edx));
    if (device === undefined) return cpu.registers.set('eax', DISK.chain);
    const open = this.trace.begin(this.traced(device, frame));
    this.log.withCause(open.event, () => {
      const answer = this.serve(device, frame);
      if (!isTask(answer)) return this.finish(cpu, frame, answer, open);
      const pending: NonNullable<typeof this.pending> = { frame, status: undefined, open };
      this.pending = pending;
      startTask(answer, (status) => {
        pending.status = status;
        if (!this.sleeping) return;
        this.sleeping = false;
        this.cpu.wake();
      });
      this.wait(cpu);
    });
  }

  wait(cpu: GuestCpu): void {
    const { pending } = this;
    if (pending === undefined) return cpu.registers.set('eax', DISK.done);
    if (pending.status !== undefined) {
      this.pending = undefined;
      return this.finish(cpu, pending.frame, pending.status, pending.open);
    }
    cpu.registers.set('eax', DISK.wait);
    this.sleeping = true;
    cpu.sleep();
  }

  private finish(cpu: GuestCpu, frame: number, answer: Answer, open: OpenCall): void {
    cpu.registers.set('eax', DISK.done);
    const { memory } = this;
    const ah = typeof answer === 'number' ? answer : answer.ah;
    memory.writeU8(frame + FRAME.eax + 1, ah);
    const isOk = typeof answer !== 'number' || answer === STATUS.ok;
    const flags = memory.readU16(frame + FRAME.flags);
    memory.writeU16(frame + FRAME.flags, isOk ? flags & ~FLAG_CARRY : flags | FLAG_CARRY);
    open.end(isOk ? 'success' : (STATUS_NAMES[ah] ?? `${hexNumber(ah, 2)}h`), !isOk);
  }

  private traced(device: BlockDevice, frame: number): Parameters<CallTrace['begin']>[0] {
    const { memory } = this;
    const ah = memory.readU8(frame + FRAME.eax + 1);
    const fields = this.describe(device, frame, ah);
    return {
      function: FUNCTION_NAMES[ah] ?? `Function ${hexNumber(ah, 2)}h`,
      opcode: ah,
      caller: `${hexNumber(memory.readU16(frame + FRAME.cs), 4)}:${hexNumber(memory.readU16(frame + FRAME.ip), 4)}`,
      mode: 'real',
      describe: () => fields,
      isFrequent: false,
      zeroIsNothing: false,
    };
  }

  /** The parameters of reads and writes, with the sectors counted from the beginning of the disk. */
  private describe(device: BlockDevice, frame: number, ah: number): CallFields {
    const drive: readonly [string, string] = ['drive', `${hexNumber(this.memory.readU8(frame + FRAME.edx), 2)}h`];
    const range =
      ah >= 0x42 && ah <= 0x44
        ? this.extendedRange(frame)
        : ah >= 2 && ah <= 4
          ? this.chsRange(device, frame)
          : undefined;
    if (range === undefined) return [drive];
    const bytes = range.count * device.sectorBytes;
    return [drive, ['sector', String(range.start)], ['count', String(range.count)], ['bytes', String(bytes)]];
  }

  private serve(device: BlockDevice, frame: number): Answer | Task<number> {
    const { memory } = this;
    switch (memory.readU8(frame + FRAME.eax + 1)) {
      case 0x00: // reset
      case 0x01: // status of the last call: each call tells its own
      case 0x0d:
        return STATUS.ok;
      case 0x02:
      case 0x03:
      case 0x04:
        return this.classic(device, frame);
      case 0x08:
        return this.parameters(device, frame);
      case 0x15:
        return this.diskType(device, frame);
      case 0x41:
        return this.extensionsPresent(frame);
      case 0x42:
      case 0x43:
      case 0x44:
        return this.extended(device, frame);
      case 0x48:
        return this.driveParameters(device, this.packetOf(frame));
      case 0x4b:
        return this.cdStatus(device, frame);
      default:
        return STATUS.invalid;
    }
  }

  /** El Torito 1.0 §4.2: a CD that was booted without emulation; AL 0 ends an emulation, of which there is none. */
  private cdStatus(device: BlockDevice, frame: number): number {
    const { memory } = this;
    if (!device.isCd) return STATUS.invalid;
    const packet = this.packetOf(frame);
    memory.write(packet, new Uint8Array(CD_PACKET_BYTES));
    memory.writeU8(packet, CD_PACKET_BYTES);
    memory.writeU8(packet + 2, memory.readU8(frame + FRAME.edx));
    return STATUS.ok;
  }

  private geometry(device: BlockDevice): DiskGeometry & { readonly cylinders: number } {
    const { heads, sectorsPerTrack } = device.geometry ?? LARGEST;
    const cylinders = Math.floor(device.sectors / (heads * sectorsPerTrack));
    return { heads, sectorsPerTrack, cylinders: Math.min(Math.max(cylinders, 1), 1024) };
  }

  private classic(device: BlockDevice, frame: number): number | Task<number> {
    const { memory } = this;
    const range = this.chsRange(device, frame);
    if (range === undefined) return STATUS.invalid;
    const buffer = memory.readU16(frame + FRAME.es) * 16 + memory.readU16(frame + FRAME.ebx);
    return this.transfer(device, memory.readU8(frame + FRAME.eax + 1), range, buffer);
  }

  private extended(device: BlockDevice, frame: number): number | Task<number> {
    const { memory } = this;
    const packet = this.packetOf(frame);
    if (memory.readU8(packet) < PACKET_BYTES) return STATUS.invalid;
    const operation = memory.readU8(frame + FRAME.eax + 1) - 0x40;
    return this.transfer(device, operation, this.extendedRange(frame), this.bufferOf(packet));
  }

  /** Cylinder, head and sector in CX and DX, the count in AL; undefined for what no disk has. */
  private chsRange(device: BlockDevice, frame: number): SectorRange | undefined {
    const { memory } = this;
    const count = memory.readU8(frame + FRAME.eax);
    const low = memory.readU8(frame + FRAME.ecx);
    const cylinder = memory.readU8(frame + FRAME.ecx + 1) | ((low & 0xc0) << 2);
    const sector = low & 0x3f;
    const head = memory.readU8(frame + FRAME.edx + 1);
    if (sector === 0 || count === 0) return undefined;
    const { heads, sectorsPerTrack } = this.geometry(device);
    if (head >= heads || sector > sectorsPerTrack) return undefined;
    return { start: (cylinder * heads + head) * sectorsPerTrack + sector - 1, count };
  }

  /** The disk address packet at DS:SI. */
  private extendedRange(frame: number): SectorRange {
    const { memory } = this;
    const packet = this.packetOf(frame);
    const start = memory.readU32(packet + 8) + memory.readU32(packet + 12) * 0x1_0000_0000;
    return { start, count: memory.readU16(packet + 2) };
  }

  /** Where the packet's data go: a far pointer, or all ones and a flat address behind (EDD 3.0 §2.7.1). */
  private bufferOf(packet: number): number {
    const { memory } = this;
    const [offset, segment] = [memory.readU16(packet + 4), memory.readU16(packet + 6)];
    const isFlat = offset === 0xffff && segment === 0xffff && memory.readU8(packet) >= FLAT_PACKET_BYTES;
    return isFlat ? memory.readU32(packet + 16) : segment * 16 + offset;
  }

  private packetOf(frame: number): number {
    return this.memory.readU16(frame + FRAME.ds) * 16 + this.memory.readU16(frame + FRAME.esi);
  }

  /** Operation 2 reads, 3 writes, 4 verifies. */
  private transfer(
    device: BlockDevice,
    operation: number,
    { start, count }: SectorRange,
    buffer: number,
  ): number | Task<number> {
    if (start + count > device.sectors) return STATUS.notFound;
    if (operation === 4) return STATUS.ok;
    const { memory } = this;
    return (function* (): Task<number> {
      if (operation === 3) {
        const written = yield* device.write(start, memory.read(buffer, count * device.sectorBytes));
        return written ? STATUS.ok : STATUS.failure;
      }
      const bytes = yield* device.read(start, count);
      if (bytes === undefined) return STATUS.failure;
      memory.write(buffer, bytes);
      return STATUS.ok;
    })();
  }

  private parameters(device: BlockDevice, frame: number): number {
    const { memory } = this;
    const { cylinders, heads, sectorsPerTrack } = this.geometry(device);
    const last = cylinders - 1;
    memory.writeU16(frame + FRAME.ecx, ((last & 0xff) << 8) | ((last >>> 2) & 0xc0) | sectorsPerTrack);
    memory.writeU16(frame + FRAME.edx, ((heads - 1) << 8) | memory.readU8(DISK_COUNT));
    memory.writeU8(frame + FRAME.eax, 0);
    return STATUS.ok;
  }

  private diskType(device: BlockDevice, frame: number): Answer {
    const { memory } = this;
    memory.writeU16(frame + FRAME.ecx, device.sectors >>> 16);
    memory.writeU16(frame + FRAME.edx, device.sectors & 0xffff);
    return { ah: 3 };
  }

  private extensionsPresent(frame: number): Answer {
    const { memory } = this;
    if (memory.readU16(frame + FRAME.ebx) !== 0x55aa) return STATUS.invalid;
    memory.writeU16(frame + FRAME.ebx, 0xaa55);
    // Extended disk access; no removable drives, no EDD paths.
    memory.writeU16(frame + FRAME.ecx, 1);
    return { ah: 0x30 };
  }

  private driveParameters(device: BlockDevice, packet: number): number {
    const { memory } = this;
    if (memory.readU16(packet) < 26) return STATUS.invalid;
    memory.writeU16(packet, 26);
    const { cylinders, heads, sectorsPerTrack } = this.geometry(device);
    // CHS is valid for disks; a CD is removable media.
    memory.writeU16(packet + 2, device.isCd ? INFO.removable : INFO.chsValid);
    memory.writeU32(packet + 4, cylinders);
    memory.writeU32(packet + 8, heads);
    memory.writeU32(packet + 12, sectorsPerTrack);
    memory.writeU32(packet + 16, device.sectors >>> 0);
    memory.writeU32(packet + 20, Math.floor(device.sectors / 0x1_0000_0000));
    memory.writeU16(packet + 24, device.sectorBytes);
    return STATUS.ok;
  }
}

function isTask(answer: Answer | Task<number>): answer is Task<number> {
  return typeof answer === 'object' && 'next' in answer;
}
