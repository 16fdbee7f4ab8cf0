/** English messages of the ISC DHCP server about its answers and its silences. */
import { defineMessages } from '../../base/sentence.ts';

export const DHCPD_TEXTS = {
  'dhcpd.sent.offer': 'DHCPOFFER for {client}, sent to {address}',
  'dhcpd.sent.ack': 'DHCPACK for {client}, sent to {address}',
  'dhcpd.sent.nak': 'DHCPNAK for {client}, sent to {address}',
  'dhcpd.sent.bootp-reply': 'BOOTP reply for {client}, sent to {address}',
  'dhcpd.silence': '{client}: no answer: {reason}',
  'dhcpd.address-in-use': '{address} answers a ping: it is not given to anybody',
  'dhcpd.disk-full': 'the disk is full: dhcpd.leases cannot be written',
  'dhcpd.refused': 'dhcpd does not start: line {line}: {what}',
  'dhcpd.not-simulated': 'dhcpd.conf line {line} has another effect here: {what}',
  'dhcpd.ignored': '{what} is not simulated and has no effect',
  'dhcpd.no-names': 'this server resolves no names: write the address',
  'dhcpd.silent.no-request': 'this is not a request',
  'dhcpd.silent.no-network': 'no subnet of dhcpd.conf holds {address}',
  'dhcpd.silent.no-address': 'no pool has a free address that this client may have',
  'dhcpd.silent.no-bootp': 'no fixed address, and no range for dynamic BOOTP',
  'dhcpd.silent.not-authoritative': '{address} is not in this network, and the server is not authoritative',
  'dhcpd.silent.unknown-lease': '{address} is in none of its ranges',
  'dhcpd.silent.booting-denied': 'booting is denied to this client',
  'dhcpd.silent.bootp-denied': 'BOOTP is denied',
  'dhcpd.silent.unknown-client': 'unknown clients are denied, and no host declaration fits',
  'dhcpd.silent.too-early': 'the client has not been asking for min-secs yet',
} as const;

export const dhcpdMessage = defineMessages(DHCPD_TEXTS);
