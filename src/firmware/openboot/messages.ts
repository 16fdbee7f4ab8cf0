/** English messages of Sun's OpenBoot and of the program that it loads. What they print is in their own files. */
import { defineMessages } from '../../base/sentence.ts';

export const OPENBOOT_TEXTS = {
  'openboot.command': 'ok {command}',
  'openboot.whoami': 'bootparams WHOAMI for {address}, by broadcast to the portmappers',
  'openboot.name': 'bootparams: the name is {name}, says {server}',
  'openboot.getfile': 'bootparams GETFILE {key} for {name}',
  'openboot.file': '{key} is {server}:{path}',
  'openboot.no-bootparams':
    'No bootparam server answered WHOAMI for {address}: none is on this cable, or none has this machine in its tables.',
  'openboot.no-file': '{server} has no {key} for {name} in its bootparams.',
  'openboot.silent': '{server} does not answer GETFILE {key} for {name}.',
  'openboot.mounted': '{server}:{path} is mounted as the root',
  'openboot.nfs-request': 'NFS: {path} from {server}',
  'openboot.nfs-silent': '{server} does not answer the calls for NFS.',
  'openboot.nfs-no-udp': 'The portmapper of {server} knows no NFS version 3 over UDP.',
  'openboot.mount-refused': '{server} does not let {path} be mounted: {status}.',
  'openboot.no-kernel': 'The root {path} has no {file}: {status}.',
  'openboot.interrupted': 'The boot was interrupted at the keyboard',
} as const;

export const openbootMessage = defineMessages(OPENBOOT_TEXTS);
