/** English messages of the RARP server about requests that it answers, and those that it does not. */
import { defineMessages } from '../../base/sentence.ts';

export const RARP_TEXTS = {
  'rarp.answered': '{client} is told its address {address}',
  'rarp.unknown': 'No line of ethers gives {client} an address: there is no answer',
  'rarp.off-link':
    '{client} has the address {address} in ethers, which is not in the network it asks from: there is no answer',
  'rarp.not-bootable': '{client} has the address {address}, and {folder} has no file {file}: there is no answer',
  'rarp.two-cards': '{client} asks from a card with another address, {source}: there is no answer',
} as const;

export const rarpMessage = defineMessages(RARP_TEXTS);
