/** English messages of U-Boot's network boot. */
import { defineMessages } from '../../base/sentence.ts';

export const UBOOT_TEXTS = {
  'uboot.discover': 'DHCPDISCOVER, broadcast {number}, transaction {xid}',
  'uboot.offer': 'DHCPOFFER of {server}: the address is {address}',
  'uboot.request': 'DHCPREQUEST for {address}',
  'uboot.ack': 'DHCPACK: the address is {address}',
  'uboot.no-answer': 'Nobody gave U-Boot an address within 28 seconds.',
  'uboot.no-server': 'The reply names no server (siaddr), and the environment none (serverip).',
  'uboot.own-name': 'The reply names no boot file: {file} is asked for, the address in hexadecimal.',
  'uboot.no-file': 'The reply names no boot file, and the server has none with the name of the address, {file}.',
  'uboot.loaded': '{file} is loaded at {address}: its code would start here',
} as const;

export const ubootMessage = defineMessages(UBOOT_TEXTS);
