/** English messages of machines that boot by BOOTP. */
import { defineMessages } from '../../base/sentence.ts';

export const BOOTP_TEXTS = {
  'bootp.request': 'BOOTREQUEST',
  'bootp.request-again': 'BOOTREQUEST, try {number}',
  'bootp.reply': 'BOOTREPLY: the address is {address}, the file {file} at {server}',
  'bootp.reply-no-file': 'BOOTREPLY: the address is {address}, and no file is named',
  'bootp.no-answer':
    'No server answered the BOOTREQUEST: BOOTP gives addresses only to machines that a server has in its table.',
  'bootp.no-file': '{server} gave the address {address} and named no file.',
  'bootp.dhcp-only': 'An answer of {server} was passed over: it is a DHCP message (option 53), not a BOOTREPLY.',
  'bootp.class-mask': 'The reply has no subnet mask: that of the class of the address is taken, {mask}.',
} as const;

export const bootpMessage = defineMessages(BOOTP_TEXTS);
