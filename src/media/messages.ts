/** English messages about media that cannot be made. */
import { defineMessages } from '../base/sentence.ts';

export const MEDIA_TEXTS = {
  'media.disk.partitions': 'An MBR has room for 4 partitions, not {count}.',
  'media.disk.empty-partition': 'Partition {number} is empty: give it contents or a size.',
  'media.disk.partition-too-small':
    'Partition {number} has {sectors} sectors, but its contents need {needed}: make it larger.',
  'media.disk.too-large': 'The disk would have {mebibytes} MiB, more than {limit} MiB: make a partition smaller.',
  'media.disk.boot-image': 'GRUB’s boot.img must have 512 bytes and end with 55 AA: this file has {bytes} bytes.',
  'media.disk.core-image': 'This file is no core.img of GRUB for a BIOS disk: make it with “grub-mkimage -O i386-pc”.',
  'media.disk.core-too-large':
    'GRUB’s core.img has {sectors} sectors, but the gap before the first partition has {gap}: leave modules out.',
  'media.path': '“{path}” is no path of a file on a medium.',
  'media.path-twice': 'The medium would have “{path}” twice: upper and lower case count as the same.',
  'media.full': 'The files need {needed} bytes, and the medium has room for {room}: leave files out.',
  'media.folder-full': 'The first folder of the medium has room for {room} names only: put files into folders.',
  'media.floppy-size': 'A floppy that a CD starts from has 1228800, 1474560 or 2949120 bytes: this file has {bytes}.',
  'media.no-loader': 'The CD has no file “{path}” to start from.',
} as const;

export const mediaMessage = defineMessages(MEDIA_TEXTS);
