/** SCSI commands as plain values, and the command descriptor blocks that carry them (SPC-4 §6, SBC-3 §5). */
import { byteAt, readU16, readU32, writeU16, writeU32 } from '../../base/bytes.ts';
import { unreachable } from '../../base/result.ts';
import { SCSI_OPCODE } from './fields.ts';

/** Commands that name a range of blocks come in forms of 6 to 16 bytes. */
export interface BlockRange {
  readonly lba: number;
  readonly blocks: number;
}

export type ScsiCommand =
  | { readonly kind: 'test-unit-ready' }
  | { readonly kind: 'request-sense'; readonly isDescriptor: boolean; readonly allocation: number }
  | {
      readonly kind: 'inquiry';
      /** A page of vital product data; undefined for standard data. */
      readonly vpdPage: number | undefined;
      readonly allocation: number;
    }
  | {
      readonly kind: 'mode-sense';
      readonly form: 6 | 10;
      readonly page: number;
      readonly subpage: number;
      /** 0 current, 1 changeable, 2 default, 3 saved values. */
      readonly pageControl: number;
      readonly isWithoutBlocks: boolean;
      readonly allocation: number;
    }
  | { readonly kind: 'mode-select'; readonly form: 6 | 10; readonly isSaved: boolean; readonly listBytes: number }
  | { readonly kind: 'start-stop-unit'; readonly isStart: boolean; readonly isEject: boolean; readonly power: number }
  | { readonly kind: 'prevent-allow'; readonly isPrevented: boolean }
  | { readonly kind: 'reserve'; readonly isReserved: boolean }
  | { readonly kind: 'read-capacity'; readonly form: 10 | 16; readonly allocation: number }
  | ({ readonly kind: 'read'; readonly form: 6 | 10 | 12 | 16; readonly flags: number } & BlockRange)
  | ({ readonly kind: 'write'; readonly form: 6 | 10 | 12 | 16; readonly flags: number } & BlockRange)
  | ({ readonly kind: 'write-and-verify'; readonly form: 10 | 12 | 16; readonly flags: number } & BlockRange)
  | ({ readonly kind: 'verify'; readonly form: 10 | 12 | 16; readonly flags: number } & BlockRange)
  | ({ readonly kind: 'prefetch'; readonly form: 10 | 16 } & BlockRange)
  | ({ readonly kind: 'synchronize-cache'; readonly form: 10 | 16 } & BlockRange)
  | ({ readonly kind: 'write-same'; readonly form: 10 | 16; readonly flags: number } & BlockRange)
  | { readonly kind: 'report-luns'; readonly selectReport: number; readonly allocation: number }
  | { readonly kind: 'persistent-reserve-in'; readonly action: number; readonly allocation: number }
  | {
      readonly kind: 'persistent-reserve-out';
      readonly action: number;
      readonly scope: number;
      readonly type: number;
      readonly listBytes: number;
    };

/** A command that cannot be read: which byte of it is wrong, or that its operation code is not known. */
export type CdbProblem = { readonly kind: 'opcode' } | { readonly kind: 'field'; readonly byte: number };

const READ_CAPACITY_16 = 0x10;

const READS: Readonly<Record<number, 6 | 10 | 12 | 16>> = {
  [SCSI_OPCODE.read6]: 6,
  [SCSI_OPCODE.read10]: 10,
  [SCSI_OPCODE.read12]: 12,
  [SCSI_OPCODE.read16]: 16,
};
const WRITES: Readonly<Record<number, 6 | 10 | 12 | 16>> = {
  [SCSI_OPCODE.write6]: 6,
  [SCSI_OPCODE.write10]: 10,
  [SCSI_OPCODE.write12]: 12,
  [SCSI_OPCODE.write16]: 16,
};
const VERIFIES: Readonly<Record<number, 10 | 12 | 16>> = {
  [SCSI_OPCODE.verify10]: 10,
  [SCSI_OPCODE.verify12]: 12,
  [SCSI_OPCODE.verify16]: 16,
};
const WRITE_VERIFIES: Readonly<Record<number, 10 | 12 | 16>> = {
  [SCSI_OPCODE.writeAndVerify10]: 10,
  [SCSI_OPCODE.writeAndVerify12]: 12,
  [SCSI_OPCODE.writeAndVerify16]: 16,
};

/** A number of eight bytes; what is above 2^53 loses its last digits, and lies beyond every disk. */
export function readU64(bytes: Uint8Array, at: number): number {
  return readU32(bytes, at) * 2 ** 32 + readU32(bytes, at + 4);
}

export function writeU64(bytes: Uint8Array, at: number, value: number): void {
  writeU32(bytes, at, Math.floor(value / 2 ** 32) >>> 0);
  writeU32(bytes, at + 4, value >>> 0);
}

function rangeOf(cdb: Uint8Array, form: 6 | 10 | 12 | 16): BlockRange {
  switch (form) {
    case 6: {
      // SBC-3 §5.7: a length of 0 stands for 256 blocks.
      const blocks = byteAt(cdb, 4);
      return { lba: readU32(cdb, 0) & 0x1f_ffff, blocks: blocks === 0 ? 256 : blocks };
    }
    case 10:
      return { lba: readU32(cdb, 2), blocks: readU16(cdb, 7) };
    case 12:
      return { lba: readU32(cdb, 2), blocks: readU32(cdb, 6) };
    case 16:
      return { lba: readU64(cdb, 2), blocks: readU32(cdb, 10) };
  }
}

/** Reads a command of 16 bytes, shorter ones filled up with zeros. */
export function decodeCdb(cdb: Uint8Array): ScsiCommand | CdbProblem {
  if (cdb.length < 16) return { kind: 'field', byte: cdb.length };
  const opcode = byteAt(cdb, 0);
  const flags = byteAt(cdb, 1);
  const action = flags & 0x1f;
  const read = READS[opcode];
  if (read !== undefined) return { kind: 'read', form: read, flags: read === 6 ? 0 : flags, ...rangeOf(cdb, read) };
  const write = WRITES[opcode];
  if (write !== undefined) {
    return { kind: 'write', form: write, flags: write === 6 ? 0 : flags, ...rangeOf(cdb, write) };
  }
  const verify = VERIFIES[opcode];
  if (verify !== undefined) return { kind: 'verify', form: verify, flags, ...rangeOf(cdb, verify) };
  const writeVerify = WRITE_VERIFIES[opcode];
  if (writeVerify !== undefined) {
    return { kind: 'write-and-verify', form: writeVerify, flags, ...rangeOf(cdb, writeVerify) };
  }
  switch (opcode) {
    case SCSI_OPCODE.testUnitReady:
      return { kind: 'test-unit-ready' };
    case SCSI_OPCODE.requestSense:
      return { kind: 'request-sense', isDescriptor: (flags & 1) !== 0, allocation: byteAt(cdb, 4) };
    case SCSI_OPCODE.inquiry: {
      const page = byteAt(cdb, 2);
      const isVpd = (flags & 1) !== 0;
      // SPC-4 §6.6.1: CMDDT is obsolete, and without EVPD there are no pages.
      if ((flags & 2) !== 0) return { kind: 'field', byte: 1 };
      if (!isVpd && page !== 0) return { kind: 'field', byte: 2 };
      return { kind: 'inquiry', vpdPage: isVpd ? page : undefined, allocation: readU16(cdb, 3) };
    }
    case SCSI_OPCODE.modeSelect6:
      return { kind: 'mode-select', form: 6, isSaved: (flags & 1) !== 0, listBytes: byteAt(cdb, 4) };
    case SCSI_OPCODE.modeSelect10:
      return { kind: 'mode-select', form: 10, isSaved: (flags & 1) !== 0, listBytes: readU16(cdb, 7) };
    case SCSI_OPCODE.modeSense6:
    case SCSI_OPCODE.modeSense10: {
      const form = opcode === SCSI_OPCODE.modeSense6 ? 6 : 10;
      const third = byteAt(cdb, 2);
      return {
        kind: 'mode-sense',
        form,
        page: third & 0x3f,
        subpage: byteAt(cdb, 3),
        pageControl: third >> 6,
        isWithoutBlocks: (flags & 8) !== 0,
        allocation: form === 6 ? byteAt(cdb, 4) : readU16(cdb, 7),
      };
    }
    case SCSI_OPCODE.startStopUnit: {
      const last = byteAt(cdb, 4);
      return { kind: 'start-stop-unit', isStart: (last & 1) !== 0, isEject: (last & 2) !== 0, power: last >> 4 };
    }
    case SCSI_OPCODE.preventAllow:
      return { kind: 'prevent-allow', isPrevented: (byteAt(cdb, 4) & 1) !== 0 };
    case SCSI_OPCODE.reserve6:
    case SCSI_OPCODE.release6:
      return { kind: 'reserve', isReserved: opcode === SCSI_OPCODE.reserve6 };
    case SCSI_OPCODE.readCapacity10:
      return { kind: 'read-capacity', form: 10, allocation: 8 };
    case SCSI_OPCODE.prefetch10:
      return { kind: 'prefetch', form: 10, ...rangeOf(cdb, 10) };
    case SCSI_OPCODE.prefetch16:
      return { kind: 'prefetch', form: 16, ...rangeOf(cdb, 16) };
    case SCSI_OPCODE.synchronizeCache10:
      return { kind: 'synchronize-cache', form: 10, ...rangeOf(cdb, 10) };
    case SCSI_OPCODE.synchronizeCache16:
      return { kind: 'synchronize-cache', form: 16, ...rangeOf(cdb, 16) };
    case SCSI_OPCODE.writeSame10:
      return { kind: 'write-same', form: 10, flags, ...rangeOf(cdb, 10) };
    case SCSI_OPCODE.writeSame16:
      return { kind: 'write-same', form: 16, flags, ...rangeOf(cdb, 16) };
    case SCSI_OPCODE.serviceActionIn16:
      if (action === READ_CAPACITY_16) return { kind: 'read-capacity', form: 16, allocation: readU32(cdb, 10) };
      return { kind: 'field', byte: 1 };
    case SCSI_OPCODE.reportLuns:
      return { kind: 'report-luns', selectReport: byteAt(cdb, 2), allocation: readU32(cdb, 6) };
    case SCSI_OPCODE.persistentReserveIn:
      return { kind: 'persistent-reserve-in', action, allocation: readU16(cdb, 7) };
    case SCSI_OPCODE.persistentReserveOut: {
      const third = byteAt(cdb, 2);
      return {
        kind: 'persistent-reserve-out',
        action,
        scope: third >> 4,
        type: third & 0xf,
        listBytes: readU32(cdb, 5),
      };
    }
    default:
      return { kind: 'opcode' };
  }
}

/** What initiators of boot firmware send. */
export type BootCommand = Extract<
  ScsiCommand,
  {
    readonly kind:
      | 'test-unit-ready'
      | 'inquiry'
      | 'read-capacity'
      | 'read'
      | 'write'
      | 'report-luns'
      | 'synchronize-cache';
  }
>;

/** The command descriptor block, filled up to 16 bytes. */
export function encodeCdb(command: BootCommand): Uint8Array {
  const cdb = new Uint8Array(16);
  switch (command.kind) {
    case 'test-unit-ready':
      break;
    case 'inquiry':
      cdb[0] = SCSI_OPCODE.inquiry;
      cdb[1] = command.vpdPage === undefined ? 0 : 1;
      cdb[2] = command.vpdPage ?? 0;
      writeU16(cdb, 3, command.allocation);
      break;
    case 'read-capacity':
      if (command.form === 10) cdb[0] = SCSI_OPCODE.readCapacity10;
      else {
        cdb[0] = SCSI_OPCODE.serviceActionIn16;
        cdb[1] = READ_CAPACITY_16;
        writeU32(cdb, 10, command.allocation);
      }
      break;
    case 'read':
    case 'write':
      writeRange(cdb, command);
      break;
    case 'synchronize-cache':
      cdb[0] = command.form === 10 ? SCSI_OPCODE.synchronizeCache10 : SCSI_OPCODE.synchronizeCache16;
      if (command.form === 10) {
        writeU32(cdb, 2, command.lba);
        writeU16(cdb, 7, command.blocks);
      } else {
        writeU64(cdb, 2, command.lba);
        writeU32(cdb, 10, command.blocks);
      }
      break;
    case 'report-luns':
      cdb[0] = SCSI_OPCODE.reportLuns;
      cdb[2] = command.selectReport;
      writeU32(cdb, 6, command.allocation);
      break;
    default:
      unreachable(command);
  }
  return cdb;
}

const READ_OPCODE = {
  6: SCSI_OPCODE.read6,
  10: SCSI_OPCODE.read10,
  12: SCSI_OPCODE.read12,
  16: SCSI_OPCODE.read16,
} as const;
const WRITE_OPCODE = {
  6: SCSI_OPCODE.write6,
  10: SCSI_OPCODE.write10,
  12: SCSI_OPCODE.write12,
  16: SCSI_OPCODE.write16,
} as const;

function writeRange(cdb: Uint8Array, command: Extract<BootCommand, { readonly kind: 'read' | 'write' }>): void {
  const { kind, form, flags, lba, blocks } = command;
  switch (form) {
    case 6:
      writeU32(cdb, 0, lba & 0x1f_ffff);
      cdb[4] = blocks;
      break;
    case 10:
      writeU32(cdb, 2, lba);
      writeU16(cdb, 7, blocks);
      break;
    case 12:
      writeU32(cdb, 2, lba);
      writeU32(cdb, 6, blocks);
      break;
    case 16:
      writeU64(cdb, 2, lba);
      writeU32(cdb, 10, blocks);
      break;
  }
  cdb[0] = (kind === 'read' ? READ_OPCODE : WRITE_OPCODE)[form];
  if (form !== 6) cdb[1] = flags;
}
