/** What is the matter with files that cannot do what they are fetched for, in English. */
import type { EventSink } from '../../base/event-log.ts';
import { defineMessages } from '../../base/sentence.ts';

export const FILE_TEXTS = {
  'file.kernel-cut-off': 'The kernel {name} is cut off: it has {bytes} bytes, its header says {needed}.',
  'file.boot-program-empty': 'The boot program {name} is empty.',
  'file.boot-program-is-efi':
    'The boot program {name} is an EFI executable: a BIOS machine runs it as 16-bit code and hangs.',
  'file.boot-program-is-kernel': 'The boot program {name} is a Linux kernel: a PXE boot ROM cannot load one by itself.',
  'file.boot-program-is-iso':
    'The boot program {name} is the image of a CD: a PXE boot ROM runs its first bytes as a program.',
  'file.boot-program-is-script':
    'The boot program {name} is a script for iPXE, and the machine has a plain PXE boot ROM, which runs it as machine code.',
  'file.boot-program-is-text': 'The boot program {name} is text: the machine runs it as machine code and hangs.',
  'files.replaced': '{file} is written over.',
  'files.removed': '{file} is removed.',
  'files.closed': 'closes the connection to {client} after {bytes} bytes of {file}, as this lab says',
} as const;

/** What may be the matter with a file; also the code of the event. */
export type FileFlaw = Extract<keyof typeof FILE_TEXTS, `file.${string}`>;

export const fileMessage = defineMessages(FILE_TEXTS);

/** A server that closes a connection in the middle of a file because the lab says so. */
export function reportClosed(log: EventSink, client: string, file: string, bytes: number): void {
  log.emit({ kind: 'fault', code: 'fault.server-closed', ...fileMessage('files.closed', { client, file, bytes }) });
}
