/**
 * QEMU's firmware configuration device (`docs/specs/fw_cfg.rst` of QEMU), without DMA: a selector at port 510h, the bytes of
 * the item chosen at port 511h. v86 has one for SeaBIOS, whose interface version OVMF refuses.
 */
import { concatBytes, latin1, writeU16, writeU32 } from '../../base/bytes.ts';
import type { V86Io } from '../v86/internals.ts';
import { le16, le32, le64 } from './bytes.ts';

const SELECTOR_PORT = 0x510;
const DATA_PORT = 0x511;
const KEY = { signature: 0, version: 1, ram: 3, cpus: 5, bootMenu: 0x0e, mostCpus: 0x0f, directory: 0x19 } as const;
const FIRST_FILE = 0x20;
const FILE_ENTRY_BYTES = 64;
const FILE_NAME_AT = 8;

export interface FirmwareConfig {
  readonly ramBytes: number;
  /** Whether there is a time to ask for the boot manager: how long is in `etc/boot-menu-wait`. */
  readonly bootMenu: boolean;
  readonly files: Readonly<Record<string, Uint8Array>>;
}

function directory(files: readonly (readonly [string, Uint8Array])[]): Uint8Array {
  const count = new Uint8Array(4);
  writeU32(count, 0, files.length);
  const entries = files.map(([name, { length }], i) => {
    const entry = new Uint8Array(FILE_ENTRY_BYTES);
    writeU32(entry, 0, length);
    writeU16(entry, 4, FIRST_FILE + i);
    entry.set(latin1(name), FILE_NAME_AT);
    return entry;
  });
  return concatBytes([count, ...entries]);
}

export function plugFirmwareConfig(io: V86Io, { ramBytes, bootMenu, files }: FirmwareConfig): void {
  const entries = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));
  const items = new Map<number, Uint8Array>([
    [KEY.signature, latin1('QEMU')],
    [KEY.version, le32(1)],
    [KEY.ram, le64(ramBytes)],
    [KEY.cpus, le16(1)],
    [KEY.mostCpus, le16(1)],
    [KEY.bootMenu, le16(bootMenu ? 1 : 0)],
    [KEY.directory, directory(entries)],
    ...entries.map(([, data], i) => [FIRST_FILE + i, data] as const),
  ]);
  const nothing = new Uint8Array(0);
  let item: Uint8Array = nothing;
  let at = 0;
  const device = {};
  io.register_write(SELECTOR_PORT, device, undefined, (key) => {
    item = items.get(key) ?? nothing;
    at = 0;
  });
  io.register_read(DATA_PORT, device, () => item[at++] ?? 0);
}

/** RAM from 0 on, in the form of BIOS call E820h: what `etc/e820` holds. */
export function memoryMap(ramBytes: number): Uint8Array {
  const TYPE_RAM = 1;
  return concatBytes([le64(0), le64(ramBytes), le32(TYPE_RAM)]);
}
