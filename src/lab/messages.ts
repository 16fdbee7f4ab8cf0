/** English messages about machines that do not report these things themselves, and about lists of images. */
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
  'lab.manifest.html': 'HTML',
  'lab.manifest.not-json': 'not JSON from character {at} of {length}',
  'lab.manifest.not-json-at-end': 'no whole JSON in {length} characters',
  'lab.manifest.schema': 'schema {schema} instead of 2',
  'lab.manifest.no-lists': 'no lists of files and packages',
  'lab.manifest.file': 'files[{number}] lacks path, size, sha256, package or version',
  'lab.manifest.package': 'a package lacks name or version',
  'lab.manifest.keyframe': 'a keyframe lacks name or bytes',
} as const;

export const labMessage = defineMessages(LAB_TEXTS);
