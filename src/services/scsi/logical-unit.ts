/**
 * A disk that answers SCSI commands (SPC-4, SBC-3): what a target of iSCSI or Fibre Channel has behind a LUN. It knows the
 * initiators only by a name for each path to it (the I_T nexus).
 */
import type { BlockDevice, WriteResult } from '../../base/disks/block-device.ts';
import { concatBytes, equalBytes, writeU16, writeU32 } from '../../base/bytes.ts';
import { unreachable } from '../../base/result.ts';
import { writeU64, type BlockRange, type CdbProblem, type ScsiCommand } from '../../protocols/scsi/cdb.ts';
import { encodeCapacity10, encodeCapacity16, encodeInquiry } from '../../protocols/scsi/disk-data.ts';
import { SENSE_CODE, SENSE_KEY } from '../../protocols/scsi/fields.ts';
import { encodeDescriptorSense, encodeSense, type Sense } from '../../protocols/scsi/sense.ts';
import { badField, failed, GOOD, illegal, read, RESERVATION_CONFLICT, type ScsiOutcome } from './outcome.ts';
import { Reservations } from './reservations.ts';
import { MAX_TRANSFER_BLOCKS, modePages, vitalData, type DiskIdentity } from './vital-data.ts';

/** Conditions that are waiting to be told, at most, for each path. */
const MAX_ATTENTIONS = 8;

export class LogicalUnit {
  readonly device: BlockDevice;
  private readonly identity: DiskIdentity;
  private readonly reservations = new Reservations();
  /** By nexus: additional sense codes that the next command is told (SAM-5 §5.14). */
  private readonly attentions = new Map<string, number[]>();

  constructor(device: BlockDevice, identity: DiskIdentity) {
    this.device = device;
    this.identity = identity;
  }

  /** A path to the unit is there: its first command learns that the unit was switched on or reset. */
  attach(nexus: string): void {
    this.attentions.set(nexus, [SENSE_CODE.powerOnOrReset]);
  }

  detach(nexus: string): void {
    this.attentions.delete(nexus);
    this.reservations.release(nexus);
  }

  /** LOGICAL UNIT RESET (SAM-5 §7.7): reservations of one initiator end, and all paths are told. */
  reset(): void {
    this.reservations.reset();
    for (const nexus of this.attentions.keys()) this.raiseAttention(nexus, SENSE_CODE.busDeviceReset);
  }

  private raiseAttention(nexus: string, code: number): void {
    const waiting = this.attentions.get(nexus);
    if (waiting !== undefined && waiting.length < MAX_ATTENTIONS && !waiting.includes(code)) waiting.push(code);
  }

  /** Bytes that the command takes from the initiator, before the initiator's limit. */
  bytesToWrite(command: ScsiCommand): number {
    const { kind } = command;
    if (kind === 'mode-select' || kind === 'persistent-reserve-out') return command.listBytes;
    if (kind === 'write-same') return this.device.blockSizeBytes;
    const hasData = kind === 'write' || kind === 'write-and-verify' || (kind === 'verify' && (command.flags & 2) !== 0);
    return hasData ? Math.min(command.blocks, MAX_TRANSFER_BLOCKS) * this.device.blockSizeBytes : 0;
  }

  /** Carries a command out. `data` is what the initiator has sent, perhaps less than the command takes. */
  execute(nexus: string, command: ScsiCommand | CdbProblem, data: Uint8Array): ScsiOutcome {
    if (command.kind !== 'inquiry' && command.kind !== 'report-luns' && command.kind !== 'request-sense') {
      const attention = this.attentions.get(nexus)?.shift();
      if (attention !== undefined) return failed({ key: SENSE_KEY.unitAttention, code: attention });
    }
    if (command.kind === 'opcode') return illegal(SENSE_CODE.invalidOpcode, { of: 'cdb', byte: 0 });
    if (command.kind === 'field') return badField(command.byte);
    if (this.reservations.forbids(nexus, command)) return RESERVATION_CONFLICT;
    return this.perform(nexus, command, data);
  }

  private perform(nexus: string, command: ScsiCommand, data: Uint8Array): ScsiOutcome {
    const { device } = this;
    switch (command.kind) {
      case 'test-unit-ready':
      case 'prevent-allow':
        return GOOD;
      case 'start-stop-unit':
        return GOOD;
      case 'request-sense': {
        const code = this.attentions.get(nexus)?.shift();
        const key = code === undefined ? SENSE_KEY.noSense : SENSE_KEY.unitAttention;
        const sense: Sense = { key, code: code ?? SENSE_CODE.none };
        const bytes = command.isDescriptor ? encodeDescriptorSense(sense) : encodeSense(sense);
        return read(bytes.subarray(0, command.allocation));
      }
      case 'inquiry': {
        const { vpdPage } = command;
        const bytes =
          vpdPage === undefined
            ? encodeInquiry({ qualifier: 0, deviceType: 0, isRemovable: false, ...this.identity })
            : vitalData(vpdPage, this.identity);
        return bytes === undefined ? badField(2) : read(bytes.subarray(0, command.allocation));
      }
      case 'read-capacity': {
        const size = { blockCount: device.blockCount, blockBytes: device.blockSizeBytes };
        const bytes = command.form === 10 ? encodeCapacity10(size) : encodeCapacity16(size);
        return read(bytes.subarray(0, command.allocation));
      }
      case 'mode-sense':
        return this.modeSense(command);
      case 'mode-select':
        // No value can be changed: the list must be what MODE SENSE says, which nobody sends.
        return command.listBytes === 0 ? GOOD : illegal(SENSE_CODE.invalidFieldInParameters);
      case 'reserve':
        return this.reservations.reserve(nexus, command.isReserved) ? GOOD : RESERVATION_CONFLICT;
      case 'read':
        return this.blockProblem(command, command.flags & 0xe0) ?? read(device.read(command.lba, command.blocks));
      case 'write':
      case 'write-and-verify':
        return this.blockProblem(command, command.flags & 0xe0) ?? this.written(device.write(command.lba, whole(data)));
      case 'write-same':
        return this.writeSame(command, data);
      case 'verify':
        return this.blockProblem(command, command.flags & 0xe4) ?? this.verify(command, data);
      case 'prefetch':
        return this.rangeProblem(command) ?? { kind: 'condition-met' };
      case 'synchronize-cache':
        return this.rangeProblem(command) ?? GOOD;
      case 'persistent-reserve-in':
        return this.reservations.answer(command);
      case 'persistent-reserve-out': {
        const done = this.reservations.change(nexus, command, data);
        for (const { nexus: other, code } of done.attentions) this.raiseAttention(other, code);
        return done.outcome;
      }
      case 'report-luns':
        return illegal(SENSE_CODE.invalidOpcode, { of: 'cdb', byte: 0 });
      default:
        return unreachable(command);
    }
  }

  private rangeProblem({ lba, blocks }: BlockRange): ScsiOutcome | undefined {
    return lba + blocks > this.device.blockCount ? illegal(SENSE_CODE.lbaOutOfRange) : undefined;
  }

  /** `badFlags`: bits of the second byte that ask for what the disk has not, such as protection information. */
  private blockProblem(range: BlockRange, badFlags: number): ScsiOutcome | undefined {
    if (badFlags !== 0) return badField(1);
    return this.rangeProblem(range) ?? (range.blocks > MAX_TRANSFER_BLOCKS ? badField(range.blocks) : undefined);
  }

  private written(result: WriteResult): ScsiOutcome {
    switch (result) {
      case 'ok':
        return GOOD;
      case 'read-only':
        return failed({ key: SENSE_KEY.dataProtect, code: SENSE_CODE.writeProtected });
      case 'full':
        // SBC-3 §4.7.3.6: space for the blocks cannot be had.
        return failed({ key: SENSE_KEY.dataProtect, code: SENSE_CODE.spaceAllocationFailed });
      default:
        return unreachable(result);
    }
  }

  private writeSame(command: Extract<ScsiCommand, { readonly kind: 'write-same' }>, data: Uint8Array): ScsiOutcome {
    const { device } = this;
    const { lba, flags } = command;
    // SBC-3 §5.42: 0 stands for all blocks up to the end. Nothing can be unmapped.
    const blocks = command.blocks === 0 ? device.blockCount - lba : command.blocks;
    const problem = this.blockProblem({ lba, blocks: Math.max(0, blocks) }, flags & 0xf8);
    if (problem !== undefined) return problem;
    if (data.length < device.blockSizeBytes) return badField(1);
    const block = data.subarray(0, device.blockSizeBytes);
    return this.written(device.write(lba, concatBytes(Array.from({ length: blocks }, () => block))));
  }

  private verify(command: Extract<ScsiCommand, { readonly kind: 'verify' }>, data: Uint8Array): ScsiOutcome {
    if ((command.flags & 2) === 0) return GOOD;
    const blocks = Math.floor(data.length / this.device.blockSizeBytes);
    const stored = this.device.read(command.lba, Math.min(blocks, command.blocks));
    if (equalBytes(stored, data.subarray(0, stored.length))) return GOOD;
    const information = stored.findIndex((byte, i) => byte !== data[i]);
    return failed({ key: SENSE_KEY.miscompare, code: SENSE_CODE.miscompare, information });
  }

  /** SPC-4 §6.11, §6.12, with the block descriptor of SBC-3 §6.4.2. */
  private modeSense(command: Extract<ScsiCommand, { readonly kind: 'mode-sense' }>): ScsiOutcome {
    if (command.pageControl === 3) return illegal(SENSE_CODE.savingNotSupported);
    const pages = modePages(command.page, command.subpage, command.pageControl === 1);
    if (pages === undefined) return badField(2);
    const blocks = new Uint8Array(command.isWithoutBlocks ? 0 : 8);
    if (blocks.length > 0) {
      writeU32(blocks, 0, Math.min(this.device.blockCount, 0xffff_ffff));
      writeU32(blocks, 4, this.device.blockSizeBytes);
    }
    // WP, and DPOFUA: both bits are taken, and change nothing.
    const specific = (this.device.isReadOnly ? 0x80 : 0) | 0x10;
    const head = new Uint8Array(command.form === 6 ? 4 : 8);
    const length = head.length + blocks.length + pages.length;
    if (command.form === 6) {
      head.set([length - 1, 0, specific, blocks.length]);
    } else {
      writeU16(head, 0, length - 2);
      head[3] = specific;
      writeU16(head, 6, blocks.length);
    }
    return read(concatBytes([head, blocks, pages]).subarray(0, command.allocation));
  }
}

/** A part of a block that came is not written. */
function whole(data: Uint8Array): Uint8Array {
  return data.subarray(0, data.length - (data.length % 512));
}

/** REPORT LUNS (SPC-4 §6.33): eight bytes of length, then the LUNs. */
export function reportLuns(luns: readonly Uint8Array[], allocation: number): ScsiOutcome {
  const head = new Uint8Array(8);
  writeU64(head, 0, 0);
  writeU32(head, 0, 8 * luns.length);
  return read(concatBytes([head, ...luns]).subarray(0, allocation));
}
