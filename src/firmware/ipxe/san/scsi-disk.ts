/** Disks that take SCSI commands, whatever carries these: made ready, measured, then read and written. */
import { err, ok } from '../../../base/result.ts';
import type { Task } from '../../../base/time/task.ts';
import { encodeCdb, type BootCommand } from '../../../protocols/scsi/cdb.ts';
import { decodeCapacity } from '../../../protocols/scsi/disk-data.ts';
import { Err, OK, type Status } from '../errors.ts';
import type { Outcome } from '../settings/types.ts';
import type { SanDescription, SanPath } from './path.ts';

/** What a command moves. */
export type ScsiData =
  | { readonly kind: 'none' }
  | { readonly kind: 'in'; readonly bytes: number }
  | { readonly kind: 'out'; readonly data: Uint8Array };

/** A session with a target. */
export interface ScsiTransport {
  readonly isOpen: boolean;
  /** Data of a command that reads; nothing of others. */
  command(cdb: Uint8Array, data: ScsiData): Task<Outcome<Uint8Array>>;
  /** Undefined when no boot table has room for it. */
  describe(): SanDescription | undefined;
  close(): void;
}

/** A command is given up when it has failed so often. */
const ATTEMPTS = 11;
const NO_DATA: ScsiData = { kind: 'none' };
/** Where commands of 10 bytes end. */
const MAX_LBA_10 = 0xffff_ffff;
const MAX_SECTORS = 0xffff;
const CAPACITY_10_BYTES = 8;
const CAPACITY_16_BYTES = 32;

export class ScsiDisk implements SanPath {
  readonly maxSectors = MAX_SECTORS;
  readonly sectors: number;
  readonly sectorBytes: number;
  private readonly transport: ScsiTransport;

  private constructor(transport: ScsiTransport, sectors: number, sectorBytes: number) {
    this.transport = transport;
    this.sectors = sectors;
    this.sectorBytes = sectorBytes;
  }

  /** Asks until the unit is ready, and for its size. Closes the session when it fails. */
  static *open(transport: ScsiTransport): Task<Outcome<ScsiDisk>> {
    let isOpened = false;
    try {
      const ready = yield* repeat(transport, { kind: 'test-unit-ready' }, NO_DATA);
      if (!ready.ok) return ready;
      let capacity = yield* readCapacity(transport, 10);
      // SBC-3 §5.15.2: more than fits.
      if (capacity.ok && capacity.value.blockCount > MAX_LBA_10) capacity = yield* readCapacity(transport, 16);
      if (!capacity.ok) return capacity;
      isOpened = true;
      return ok(new ScsiDisk(transport, capacity.value.blockCount, capacity.value.blockBytes));
    } finally {
      if (!isOpened) transport.close();
    }
  }

  get isOpen(): boolean {
    return this.transport.isOpen;
  }

  *read(sector: number, count: number): Task<Outcome<Uint8Array>> {
    const bytes = count * this.sectorBytes;
    const answer = yield* this.transport.command(this.range('read', sector, count), { kind: 'in', bytes });
    return !answer.ok || answer.value.length === bytes ? answer : err(Err.scsiNoSense);
  }

  *write(sector: number, data: Uint8Array): Task<Status> {
    const cdb = this.range('write', sector, data.length / this.sectorBytes);
    const answer = yield* this.transport.command(cdb, { kind: 'out', data });
    return answer.ok ? OK : answer.error;
  }

  private range(kind: 'read' | 'write', lba: number, blocks: number): Uint8Array {
    const form = lba + blocks > MAX_LBA_10 ? 16 : 10;
    return encodeCdb({ kind, form, flags: 0, lba, blocks });
  }

  describe(): SanDescription | undefined {
    return this.transport.describe();
  }

  close(): void {
    this.transport.close();
  }
}

/** Sends a command again until it is carried out: a target tells at first that it has been switched on. */
function* repeat(transport: ScsiTransport, command: BootCommand, data: ScsiData): Task<Outcome<Uint8Array>> {
  let last: Outcome<Uint8Array> = err(Err.scsiNoSense);
  for (let attempt = 0; attempt < ATTEMPTS && transport.isOpen; attempt++) {
    last = yield* transport.command(encodeCdb(command), data);
    if (last.ok) return last;
  }
  return last;
}

function* readCapacity(
  transport: ScsiTransport,
  form: 10 | 16,
): Task<Outcome<{ readonly blockCount: number; readonly blockBytes: number }>> {
  const bytes = form === 10 ? CAPACITY_10_BYTES : CAPACITY_16_BYTES;
  const answer = yield* repeat(transport, { kind: 'read-capacity', form, allocation: bytes }, { kind: 'in', bytes });
  if (!answer.ok) return answer;
  const capacity = decodeCapacity(answer.value);
  return capacity.ok && capacity.value.blockBytes > 0 ? ok(capacity.value) : err(Err.scsiInvalid);
}
