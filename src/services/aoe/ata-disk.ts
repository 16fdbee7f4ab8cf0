/** A disk that answers ATA commands (ATA/ATAPI-6), as vblade has one behind AoE. */
import type { BlockDevice } from '../../base/disks/block-device.ts';
import { latin1, writeU16 } from '../../base/bytes.ts';
import { ATA_COMMAND, ATA_ERROR, ATA_SECTOR_BYTES, ATA_STATUS } from '../../protocols/aoe/codec.ts';

export interface AtaCommand {
  readonly command: number;
  readonly lba: number;
  readonly sectorCount: number;
  readonly data: Uint8Array;
}

export interface AtaResult {
  readonly status: number;
  readonly error: number;
  /** Sectors that were not moved. */
  readonly sectorCount: number;
  readonly data: Uint8Array;
}

const NOTHING = new Uint8Array(0);
const LBA28_SECTORS = 0x0fff_ffff;

function done(data: Uint8Array = NOTHING): AtaResult {
  return { status: ATA_STATUS.ready, error: 0, sectorCount: 0, data };
}

function failed(error: number, sectorCount: number): AtaResult {
  return { status: ATA_STATUS.ready | ATA_STATUS.error, error, sectorCount, data: NOTHING };
}

/** The numbers are little-endian words; texts have the two characters of each word swapped (ATA/ATAPI-6 §8.15). */
function identify(device: BlockDevice, name: string): Uint8Array {
  const out = new Uint8Array(ATA_SECTOR_BYTES);
  const word = (index: number, value: number): void => {
    out[2 * index] = value;
    out[2 * index + 1] = value >>> 8;
  };
  const text = (index: number, words: number, value: string): void => {
    const bytes = latin1(value.slice(0, 2 * words).padEnd(2 * words));
    for (let i = 0; i < words; i++)
      writeU16(out, 2 * (index + i), ((bytes[2 * i + 1] ?? 0) << 8) | (bytes[2 * i] ?? 0));
  };
  const sectors = device.blockCount;
  const small = Math.min(sectors, LBA28_SECTORS);
  word(0, 0x0040);
  text(10, 10, name);
  text(23, 4, '1');
  text(27, 20, 'Netboot Lab AoE disk');
  // LBA; 28 bits, then 48 bits; the commands for these and FLUSH CACHE.
  word(49, 0x0200);
  word(50, 0x4000);
  word(60, small & 0xffff);
  word(61, small >>> 16);
  word(80, 0x00f0);
  word(83, 0x5400);
  word(84, 0x4000);
  word(86, 0x1400);
  word(87, 0x4000);
  for (let i = 0, rest = sectors; i < 4; i++, rest = Math.floor(rest / 0x1_0000)) word(100 + i, rest % 0x1_0000);
  return out;
}

/** Texts in IDENTIFY of one disk have the same name whenever it is asked. */
export function executeAta(
  device: BlockDevice,
  name: string,
  { command, lba, sectorCount, data }: AtaCommand,
): AtaResult {
  switch (command) {
    case ATA_COMMAND.identify:
      return done(identify(device, name));
    case ATA_COMMAND.flush:
      return done();
    case ATA_COMMAND.read:
    case ATA_COMMAND.readExt:
      if (lba + sectorCount > device.blockCount) return failed(ATA_ERROR.idNotFound, sectorCount);
      return done(device.read(lba, sectorCount));
    case ATA_COMMAND.write:
    case ATA_COMMAND.writeExt: {
      if (lba + sectorCount > device.blockCount) return failed(ATA_ERROR.idNotFound, sectorCount);
      const result = device.write(lba, data.subarray(0, sectorCount * ATA_SECTOR_BYTES));
      return result === 'ok' ? done() : failed(ATA_ERROR.aborted, sectorCount);
    }
    default:
      return failed(ATA_ERROR.aborted, sectorCount);
  }
}
