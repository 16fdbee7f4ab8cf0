/** English messages of the clients about servers that break the rules. */
import { defineMessages } from '../../base/sentence.ts';

export const CLIENT_TEXTS = {
  'tftp.unreadable': "The server's packet cannot be read: {why}.",
  'tftp.unexpected': 'The server sent {packet}.',
  'tftp.block-too-long': 'DATA has {bytes} bytes; {blksize} were agreed.',
} as const;

export const tftpMessage = defineMessages(CLIENT_TEXTS);
