/** English messages about machines that do not report these things themselves. */
import { defineMessages } from '../base/sentence.ts';

export const LAB_TEXTS = {
  'lab.of-machine': '{machine}: {what}',
  'lab.kernel-loaded': 'The kernel {kernel} is loaded',
  'lab.os-address': 'The operating system is given an address by DHCP',
  'lab.pxelinux-menu': 'PXELINUX shows its menu',
  'lab.pxelinux-menu-titled': 'PXELINUX shows its menu: {title}',
  'lab.pxelinux-names': '{machine} asks for {file}: line {line} of {place} names it',
  'lab.pxelinux-default-replaced': '{machine}: {second} (line {secondLine}) replaces {first} (line {firstLine})',
  'lab.pxelinux-local-boot': '{machine}: PXELINUX was told to boot from a local disk ({text}, line {line} of {place})',
  'lab.san-not-attached':
    'The kernel has run for {seconds} s and has not logged in to {server}, from whose disk it was started',
  'lab.script-held': 'Held before line {line} of {script}',
  'lab.script-held-at-command': 'Held before a command',
} as const;

export const labMessage = defineMessages(LAB_TEXTS);
