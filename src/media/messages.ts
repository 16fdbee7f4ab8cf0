/** English messages about disks that cannot be made. */
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
} as const;

export const mediaMessage = defineMessages(MEDIA_TEXTS);
