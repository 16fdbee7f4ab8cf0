/** English messages of machines that ask for their address by RARP. */
import { defineMessages } from '../../base/sentence.ts';

export const RARP_CLIENT_TEXTS = {
  'rarp-client.request': 'RARP: who is {mac}?',
  'rarp-client.request-again': 'RARP: who is {mac}? Try {number}',
  'rarp-client.reply': 'RARP: the address is {address}, says {server}',
  'rarp-client.no-answer':
    'Nobody told {mac} its address: no RARP server is on this cable, or none has this machine in its table.',
  'rarp-client.no-server':
    'The answer tells the address {address} and names no server: there is nobody to ask for a file.',
  'rarp-client.mask': 'RARP tells no mask and no router: the mask is that of the class of the address, {mask}.',
} as const;

export const rarpClientMessage = defineMessages(RARP_CLIENT_TEXTS);
