/** What a disk says about itself beside INQUIRY and capacity: vital product data and mode pages (SPC-4 §7, SBC-3 §6). */
import { concatBytes, fromHex, latin1, writeU16, writeU32 } from '../../base/bytes.ts';
import { VPD_PAGE } from '../../protocols/scsi/fields.ts';

export interface DiskIdentity {
  readonly vendor: string;
  readonly product: string;
  readonly revision: string;
  /** Eight hexadecimal digits, the same for a disk whenever it is asked. */
  readonly serial: string;
}

/** Blocks that one command moves, at most: what it costs in memory is bounded. */
export const MAX_TRANSFER_BLOCKS = 16_384;

function page(code: number, body: Uint8Array): Uint8Array {
  return concatBytes([Uint8Array.of(0, code, body.length >> 8, body.length), body]);
}

const PAGES = [
  VPD_PAGE.supported,
  VPD_PAGE.serialNumber,
  VPD_PAGE.deviceIdentification,
  VPD_PAGE.blockLimits,
  VPD_PAGE.blockDeviceCharacteristics,
  VPD_PAGE.logicalBlockProvisioning,
];

/** A page of vital product data; undefined when the disk has none of this code. */
export function vitalData(code: number, { vendor, product, serial }: DiskIdentity): Uint8Array | undefined {
  switch (code) {
    case VPD_PAGE.supported:
      return page(code, Uint8Array.from(PAGES));
    case VPD_PAGE.serialNumber:
      return page(code, latin1(serial));
    case VPD_PAGE.deviceIdentification: {
      // SPC-4 §7.8.6: two designators of the unit, ASCII that begins with the vendor, and a locally assigned NAA.
      const text = latin1(`${vendor.padEnd(8)}${product} ${serial}`);
      const naa = fromHex(serial.padStart(16, '3000000000000000')) ?? new Uint8Array(8);
      const designators = [Uint8Array.of(0x02, 0x01, 0, text.length), text, Uint8Array.of(0x01, 0x03, 0, 8), naa];
      return page(code, concatBytes(designators));
    }
    case VPD_PAGE.blockLimits: {
      const body = new Uint8Array(60);
      // MAXIMUM COMPARE AND WRITE LENGTH: the command is not there.
      writeU32(body, 4, MAX_TRANSFER_BLOCKS);
      writeU32(body, 8, 128);
      return page(code, body);
    }
    case VPD_PAGE.blockDeviceCharacteristics: {
      const body = new Uint8Array(60);
      // A medium that does not rotate.
      writeU16(body, 0, 1);
      return page(code, body);
    }
    case VPD_PAGE.logicalBlockProvisioning:
      return page(code, new Uint8Array(4));
    default:
      return undefined;
  }
}

const CACHING = 0x08;
const CONTROL = 0x0a;
const EXCEPTIONS = 0x1c;
const ALL_PAGES = 0x3f;

function modePage(code: number, changeable: boolean): Uint8Array {
  const lengths: Readonly<Record<number, number>> = { [CACHING]: 18, [CONTROL]: 10, [EXCEPTIONS]: 10 };
  const length = lengths[code] ?? 0;
  const out = new Uint8Array(2 + length);
  out[0] = code;
  out[1] = length;
  // WCE: writes are kept in memory, and SYNCHRONIZE CACHE has nothing to do.
  if (code === CACHING && !changeable) out[2] = 0x04;
  // A task set for all initiators, commands carried out as they come.
  if (code === CONTROL && !changeable) out[3] = 0x10;
  return out;
}

/** Mode pages one after another; undefined when the disk has no such page. */
export function modePages(code: number, subpage: number, isChangeable: boolean): Uint8Array | undefined {
  if (subpage !== 0 && subpage !== 0xff) return undefined;
  const known = [CACHING, CONTROL, EXCEPTIONS];
  const asked = code === ALL_PAGES ? known : known.filter((one) => one === code);
  if (asked.length === 0) return undefined;
  return concatBytes(asked.map((one) => modePage(one, isChangeable)));
}
