/** English messages of a Raspberry Pi's network boot about its choices. */
import { defineMessages } from '../../base/sentence.ts';

export const RPI_TEXTS = {
  'rpi.discover': 'DHCPDISCOVER',
  'rpi.discover-again': 'DHCPDISCOVER, try {number}',
  'rpi.offer': 'DHCPOFFER of {server}',
  'rpi.offer-menu': 'DHCPOFFER of {server}, with “Raspberry Pi Boot” in option 43',
  'rpi.request': 'DHCPREQUEST for {address}',
  'rpi.ack': 'DHCPACK: the address is {address}',
  'rpi.server': 'The files are at {server}.',
  'rpi.prefix-dropped': '{folder} has no start4.elf: files are asked for without that folder from now on.',
  'rpi.no-answer': 'Nobody answered the DHCPDISCOVER.',
  'rpi.no-boot-option': 'No offer has “Raspberry Pi Boot” in option 43: the board takes none.',
  'rpi.no-address': 'A proxy has the boot option, and nobody gives an address.',
  'rpi.not-confirmed': '{server} did not confirm the address.',
  'rpi.no-firmware': 'The server has no start4.elf, neither below {folder} nor without it.',
  'rpi.loaded': '{file} is loaded: the code of the graphics processor would start here',
} as const;

export const rpiMessage = defineMessages(RPI_TEXTS);
