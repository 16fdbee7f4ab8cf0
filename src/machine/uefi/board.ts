/**
 * The board of a PC with UEFI firmware: what OVMF expects of QEMU's i440FX machine and v86 lacks or has elsewhere, and the
 * firmware's volumes in RAM.
 */
import { latin1 } from '../../base/bytes.ts';
import { itemAt } from '../../base/lists/list.ts';
import type { GuestMemory } from '../../firmware/guest.ts';
import type { BootDevice } from '../pc-options.ts';
import type { V86Cpu, V86PciDevice } from '../v86/internals.ts';
import { le16 } from './bytes.ts';
import { memoryMap, plugFirmwareConfig } from './fw-cfg.ts';
import { VOLUMES } from './layout.ts';

/** At 0:1.3 in QEMU's machine; v86 has it at 0:7.0. OVMF looks there for the ACPI timer's ports. */
const PIIX4_PM_PLACE = (1 << 3) | 3;
const PM_BASE = 0xb000;
/** PM1a_CNT of ACPI: with SLP_EN set, the guest switches the machine off. */
const PM1A_CONTROL = PM_BASE + 4;
const SLEEP_ENABLE = 1 << 13;

/** VBE's data port (Bochs): v86 has it at 1CFh, and OVMF's driver uses QEMU's second place for it. */
const VBE_DATA = 0x1cf;
const VBE_DATA_ALIGNED = 0x1d0;

/** Where v86 puts the virtio card and the IDE controller: device and function. */
const VIRTIO_NET_PLACE = 10 << 3;
const PCI_SUBSYSTEM = 0x2c >> 2;
/** A device of virtio 1.0 has a subsystem ID of 40h or more (virtio 1.0 §4.1.2.1); OVMF's driver takes no other. */
const VIRTIO_SUBSYSTEM = 0x1100_1af4;

/** Registers of the primary IDE channel that are read for its status. */
const PRIMARY_IDE = [0x1f1, 0x1f2, 0x1f3, 0x1f4, 0x1f5, 0x1f6, 0x1f7, 0x3f6] as const;

/** OVMF's work area, whose first byte says whether the guest is a confidential one. */
const WORK_AREA = 0x80_8000;

/** How long the firmware waits for a key, when it is to offer its boot manager. */
const BOOT_MENU_WAIT_MS = 3_000;

/** Devices as paths of Open Firmware, as `bootorder` has them. */
const DEVICE_PATHS: Readonly<Record<BootDevice, string>> = {
  network: '/pci@i0cf8/ethernet@a',
  disk: '/pci@i0cf8/ide@1e/drive@0/disk@0',
  cdrom: '/pci@i0cf8/ide@1e/drive@1/disk@0',
  floppy: '/pci@i0cf8/isa@7/fdc@03f0/floppy@0',
};

export interface UefiBoardOptions {
  readonly ramBytes: number;
  readonly hasDisk: boolean;
  readonly bootOrder?: readonly BootDevice[];
  /** With one, the firmware waits for a key before it boots; which key it takes is its own affair (Esc or F2). */
  readonly bootMenu?: string;
  /** More files of the configuration device. */
  readonly files?: Readonly<Record<string, Uint8Array>>;
  /** The guest switches the machine off. */
  readonly onPowerOff: () => void;
}

/** Puts the firmware's volumes into memory: at power-on, and at each reset, when guests have used the place for themselves. */
export function loadVolumes(memory: GuestMemory, volumes: ReadonlyMap<string, Uint8Array>): void {
  for (const { image, address, bytes } of VOLUMES) {
    const whole = new Uint8Array(bytes).fill(0xff);
    whole.set(volumes.get(image) ?? new Uint8Array(0));
    memory.write(address, whole);
  }
  memory.writeU8(WORK_AREA, 0);
}

function powerManagement(): V86PciDevice {
  const space = Array.from({ length: 256 }, () => 0);
  // Intel, PIIX4 power management; memory and I/O; class: other bridge.
  [0x86, 0x80, 0x13, 0x71, 0x00, 0x00, 0x80, 0x02, 0x03, 0x00, 0x80, 0x06].forEach((byte, i) => {
    space[i] = byte;
  });
  space[0x3c] = 9;
  space[0x3d] = 1;
  // PMBASE, and its enable bit in PMREGMISC.
  space[0x40] = (PM_BASE & 0xff) | 1;
  space[0x41] = PM_BASE >>> 8;
  space[0x80] = 1;
  return { pci_id: PIIX4_PM_PLACE, name: 'piix4-pm', pci_bars: [], pci_space: space };
}

export function plugBoard(cpu: V86Cpu, options: UefiBoardOptions): void {
  const { io, devices } = cpu;
  const { ramBytes, bootOrder } = options;
  const bootMenu = options.bootMenu !== undefined;
  plugFirmwareConfig(io, {
    ramBytes,
    bootMenu,
    files: {
      'etc/e820': memoryMap(ramBytes),
      ...(bootMenu ? { 'etc/boot-menu-wait': le16(BOOT_MENU_WAIT_MS) } : {}),
      ...(bootOrder === undefined
        ? {}
        : { bootorder: latin1(`${bootOrder.map((device) => DEVICE_PATHS[device]).join('\n')}\0`) }),
      ...options.files,
    },
  });
  devices.pci.register_device(powerManagement());
  itemAt(devices.pci.device_spaces, VIRTIO_NET_PLACE)[PCI_SUBSYSTEM] = VIRTIO_SUBSYSTEM;
  io.ports[VBE_DATA_ALIGNED] = itemAt(io.ports, VBE_DATA);
  const board = {};
  // v86 leaves the ports of a channel without drives open: FFh reads as "busy", and the firmware waits for a minute.
  if (!options.hasDisk) for (const port of PRIMARY_IDE) io.register_read(port, board, () => 0);
  const powerControl = itemAt(io.ports, PM1A_CONTROL);
  const write16 = powerControl.write16;
  powerControl.write16 = (value) => {
    write16.call(powerControl.device, value);
    if ((value & SLEEP_ENABLE) !== 0) options.onPowerOff();
  };
}
