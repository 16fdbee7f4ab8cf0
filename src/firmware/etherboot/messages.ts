/** English messages of Etherboot. What it prints on the screen is in `etherboot.ts`. */
import { defineMessages } from '../../base/sentence.ts';

export const ETHERBOOT_TEXTS = {
  'etherboot.discover': 'DHCPDISCOVER as Etherboot-{version}',
  'etherboot.discover-again': 'DHCPDISCOVER, try {number}',
  'etherboot.offer': 'The first offer counts: {address} from {server}',
  'etherboot.bootp-reply': 'BOOTREPLY: the address is {address}',
  'etherboot.request': 'DHCPREQUEST for {address}',
  'etherboot.ack': 'DHCPACK: the address is {address}',
  'etherboot.no-server': 'No server offered an address.',
  'etherboot.no-filename': '{server} gave the address {address} and named no file.',
  'etherboot.not-an-image': '{file} is no tagged image (NBI): it does not begin with 36 13 03 1B.',
  'etherboot.no-room': 'A segment of {file}, {bytes} bytes at {address}h, does not fit into memory.',
  'etherboot.cut-off': '{file} ends early: its segments have {needed} bytes, and {bytes} came.',
  'etherboot.bad-header': 'The header of {file} is wrong: {reason}.',
  'etherboot.nbi': {
    by: 'count',
    one: '{file} is a tagged image with {count} segment, entered at {entry}',
    other: '{file} is a tagged image with {count} segments, entered at {entry}',
  },
  'etherboot.segment': 'Segment {number}: {bytes} bytes at {address}h, of {room} bytes of memory',
  'etherboot.quit': 'Quit was chosen at the prompt',
  'etherboot.nfs-request': 'NFS: {path} from {server}',
  'etherboot.nfs-silent': '{server} does not answer the calls for NFS.',
  'etherboot.nfs-old': '{server} does not speak version 2 of NFS over UDP, the only one that Etherboot knows.',
  'etherboot.nfs-refused': '{server} does not let {folder} be mounted: error {status}.',
  'etherboot.nfs-no-file': '{server} does not give {path}: error {status}.',
} as const;

export const etherbootMessage = defineMessages(ETHERBOOT_TEXTS);
