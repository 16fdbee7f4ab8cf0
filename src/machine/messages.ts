/** English messages about an emulated PC as seen from outside. */
import { defineMessages } from '../base/sentence.ts';

export const MACHINE_TEXTS = {
  'machine.power-on': '{machine} is switched on',
  'machine.power-off': '{machine} is switched off',
  'machine.reset': '{machine} is reset',
  'machine.dead': 'The CPU was halted with interrupts off; only a reset goes on',
  'machine.loop':
    'The program has run in a loop of a few bytes at {address} for {seconds} s: interrupts reach it, but it does nothing else',
  'machine.deaf-loop':
    'The program has run in a loop of a few bytes at {address} for {seconds} s with interrupts off: only a reset goes on',
  'machine.empty-memory': 'The CPU runs through empty memory at {address}: the program has jumped to where no code is',
  'machine.refused':
    'The CPU has refused the instruction at {address} for {seconds} s: the BIOS ignores the exception, and it is tried again',
  'machine.module-missing': '{program} goes no further without {module}',
  'machine.grub-rescue': 'GRUB has not found its modules: it is at its rescue prompt',
  'machine.triple-fault': 'Triple fault: the machine is reset',
  // The BIOS's messages about the devices that it tries.
  'machine.disk-boot': 'Boot from {device}',
  'machine.cannot-boot': 'The BIOS cannot boot from {device}: {reason}',
  'machine.no-device': 'The BIOS has found no bootable device',
  'machine.boot-sector': 'The BIOS reads sector 0 of {device}: 55 AA at its end, so it is started (stage 1)',
  'machine.no-boot-sector': 'The BIOS reads sector 0 of {device}: no 55 AA at its end, so it is not started',
  'machine.boot-record':
    'The BIOS finds a boot record in sector 17 of the CD; it names the boot catalogue in sector {sector}',
  'machine.no-boot-record': 'The BIOS finds no boot record in sector 17 of the CD, so it cannot start it',
  'machine.cd-loads': 'The BIOS loads what the boot catalogue names, from sector {sector}, and starts it',
  'machine.loader-loads': 'The boot sector loads the next part of its program, from sector {sector}',
  'machine.loader-goes-on': 'The boot loader reads on elsewhere on {device}, from sector {sector}',
  'machine.device.floppy': 'the floppy disk',
  'machine.device.disk': 'the hard disk',
  'machine.device.cd': 'the CD',
  'machine.kernel-runs': 'A kernel has taken over (paging is on)',
  // UEFI firmware. Its phases are called by their names in the specifications.
  'machine.uefi-sec': 'The firmware’s first code runs',
  'machine.uefi-pei': 'The firmware finds its memory',
  'machine.uefi-dxe': 'The firmware loads its drivers',
  'machine.uefi-bds': 'The boot manager takes over',
  'machine.uefi-discover': 'DHCPDISCOVER as architecture {arch} (option 93), class {class}',
  'machine.uefi-request': 'DHCPREQUEST as architecture {arch}',
  'machine.uefi-request-http': 'DHCPREQUEST as architecture {arch}, for HTTP boot',
  'machine.uefi-offer': 'An offer of {address} from {server}',
  'machine.uefi-ack': 'DHCPACK from {server}: the address is {address}',
  'machine.uefi-file-request': '{file} is asked for',
  'machine.uefi-file-done': '{file}: {bytes} bytes',
  'machine.uefi-nbp': '{file} is in memory at {address}, {bytes} bytes: the firmware starts it',
  'machine.uefi-image': 'A program is in memory at {address}, {bytes} bytes: the firmware starts it',
  'machine.uefi-grub': 'GRUB runs',
  'machine.exit-boot-services': 'ExitBootServices: a kernel takes over from the firmware',
  'machine.os-dhcp': 'The operating system asks for an address by DHCP',
} as const;

export const machineMessage = defineMessages(MACHINE_TEXTS);
