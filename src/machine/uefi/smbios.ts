/**
 * SMBIOS tables with the machine's identity and memory (DMTF DSP0134): the firmware sends its UUID in option 97, and programs read it.
 * QEMU hands such tables to OVMF in two files.
 */
import { concatBytes, latin1 } from '../../base/bytes.ts';
import { guidBytes } from '../../base/data/guid.ts';
import { le16, le32 } from './bytes.ts';

export interface SmbiosIdentity {
  readonly uuid: string;
  readonly manufacturer: string;
  readonly product: string;
  readonly serial: string;
  readonly asset: string;
}

const ANCHOR_BYTES = 0x1f;
/** Version 2.8: the 32-bit entry point (§5.2.1). */
const MAJOR = 2;
const MINOR = 8;
const WAKE_UP_POWER_SWITCH = 6;

/** A structure (§6.1): type, length, handle, fields, then its strings. Strings are numbered from 1; 0 is none. */
function structure(type: number, handle: number, fields: Uint8Array, strings: readonly string[]): Uint8Array {
  const text = strings.length === 0 ? '\0\0' : `${strings.map((one) => `${one}\0`).join('')}\0`;
  return concatBytes([Uint8Array.of(type, 4 + fields.length), le16(handle), fields, latin1(text)]);
}

function numbered(texts: readonly string[]): { readonly numbers: readonly number[]; readonly strings: string[] } {
  const strings: string[] = [];
  const numbers = texts.map((one) => (one === '' ? 0 : strings.push(one)));
  return { numbers, strings };
}

function checksum(bytes: Uint8Array): number {
  return -bytes.reduce((sum, byte) => sum + byte, 0) & 0xff;
}

/** The files for the firmware's configuration device. */
export function smbiosFiles(identity: SmbiosIdentity, memMiB: number): Readonly<Record<string, Uint8Array>> {
  const { manufacturer, product, serial, asset, uuid } = identity;
  const system = numbered([manufacturer, product, '', serial]);
  const chassis = numbered([manufacturer, '', serial, asset]);
  const [maker = 0, name = 0, version = 0, number = 0] = system.numbers;
  const [chassisMaker = 0, chassisVersion = 0, chassisNumber = 0, tag = 0] = chassis.numbers;
  const tables = [
    structure(
      1,
      0x100,
      // Manufacturer, product, version, serial number, UUID, wake-up type, SKU number, family (§7.2).
      concatBytes([
        Uint8Array.of(maker, name, version, number),
        // §7.2.1: in the order of a GUID.
        guidBytes(uuid),
        Uint8Array.of(WAKE_UP_POWER_SWITCH, 0, 0),
      ]),
      system.strings,
    ),
    structure(
      3,
      0x300,
      // Of type "other"; states "safe", security unknown (§7.4).
      concatBytes([
        Uint8Array.of(chassisMaker, 1, chassisVersion, chassisNumber, tag, 3, 3, 3, 2),
        le32(0),
        Uint8Array.of(0, 0, 0, 0),
      ]),
      chassis.strings,
    ),
    // An array of memory on the board, for the system, without error correction, with one device (§7.17).
    structure(16, 0x1000, concatBytes([Uint8Array.of(3, 3, 3), le32(memMiB * 1024), le16(0xfffe), le16(1)]), []),
    // It is there from address 0 on, in KiB (§7.20).
    structure(19, 0x1300, concatBytes([le32(0), le32(memMiB * 1024 - 1), le16(0x1000), Uint8Array.of(1)]), []),
    structure(127, 0x7f00, new Uint8Array(0), []),
  ];
  const all = concatBytes(tables);
  const anchor = new Uint8Array(ANCHOR_BYTES);
  anchor.set(latin1('_SM_'));
  anchor.set([ANCHOR_BYTES, MAJOR, MINOR], 5);
  anchor.set(le16(Math.max(...tables.map(({ length }) => length))), 8);
  anchor.set(latin1('_DMI_'), 0x10);
  anchor.set(le16(all.length), 0x16);
  anchor.set(le16(tables.length), 0x1c);
  anchor[0x1e] = (MAJOR << 4) | MINOR;
  anchor[0x15] = checksum(anchor.subarray(0x10));
  anchor[4] = checksum(anchor);
  return { 'etc/smbios/smbios-anchor': anchor, 'etc/smbios/smbios-tables': all };
}
