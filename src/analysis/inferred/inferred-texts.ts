/** English sentences of what frames show of a boot whose machines and servers are not at hand. */
import { defineMessages } from '../../base/sentence.ts';

export const INFERRED_TEXTS = {
  'inferred.discover': 'DHCPDISCOVER',
  'inferred.discover-as': 'DHCPDISCOVER of {firmware}',
  'inferred.discover-again': 'DHCPDISCOVER, try {number}',
  'inferred.offer': 'The offer of {address} from {server}',
  'inferred.offer.proxy': 'The ProxyDHCP offer from {server}',
  'inferred.offer-arrived': '{offer} arrived.',
  'inferred.offer-chosen': '{offer} was chosen: the DHCPREQUEST names it (option 54).',
  'inferred.offer-passed-over': '{offer} was passed over: the DHCPREQUEST names {server} (option 54).',
  'inferred.request': 'DHCPREQUEST for {address}',
  'inferred.ack': 'DHCPACK: the address is {address}',
  'inferred.os-discover': 'The loaded system asks for an address itself ({vendor})',
  'inferred.os-ack': 'The loaded system has the address {address}',
  'inferred.proxy-request': 'Request to {server} port 4011',
  'inferred.boot-server': 'Boot server of type {type} is asked for at {server}',
  'inferred.boot-menu': {
    by: 'count',
    one: 'PXE menu with {count} item: {item} is taken',
    other: 'PXE menu with {count} items: {item} is taken',
  },
  'inferred.bootp-request': 'BOOTP request',
  'inferred.bootp-reply': 'BOOTP reply: the address is {address}',
  'inferred.rarp-request': 'RARP request',
  'inferred.rarp-reply': 'RARP reply: the address is {address}',
  'inferred.file-request': '{protocol}: {file} from {server}',
  'inferred.file-done': '{file}: {bytes} bytes',
  'inferred.file-refused': '{server} refuses {file}: {code} {reason}',
  'inferred.program': '{file} runs: {sign}',
  'inferred.sign.file': 'it asks for {file}',
  'inferred.sign.ipxe': 'a DHCPDISCOVER of iPXE follows',
  'inferred.sign.frames': 'frames of another kind follow',
  'inferred.menu': 'A menu, it seems: {seconds} s without a frame after {file}',
  'inferred.script': 'Script {file}',
  'inferred.kernel': 'Linux kernel {file} is loaded',
  'inferred.iscsi': 'iSCSI login at {server}: {target}',
  'inferred.aoe': 'AoE target e{shelf}.{slot} is asked for',
  'inferred.nfs': 'NFS: {file} from {server}',
  'inferred.firmware.pxe': 'a PXE client',
  'inferred.firmware.ipxe': 'iPXE',
  'inferred.firmware.http': 'UEFI HTTP boot',
  'inferred.firmware.other': 'a client that names no firmware',
  'inferred.too-long':
    'Only the first {count} frames were looked through for boots: the story and the stages end there, the list does not.',
} as const;

export const inferredMessage = defineMessages(INFERRED_TEXTS);
