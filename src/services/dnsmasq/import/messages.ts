/** English messages about what a configuration of Kea has and dnsmasq has not. */
import { defineMessages } from '../../../base/sentence.ts';

export const IMPORT_TEXTS = {
  'import.not-converted': 'Not converted:',
  'import.line': 'line {line}',
  'import.include-missing': 'the included file {path} is not here: put its text in its place',
  'import.not-json': 'this is not JSON',
  'import.no-dhcp4': 'there is no Dhcp4 in it',
  'import.only-dhcp4': 'only Dhcp4 is taken over',
  'import.option-type': 'dnsmasq cannot write data of this type',
  'import.shared-network':
    'dnsmasq serves the subnets of a shared network only where its interface has an address in each, or by a shared-network line',
  'import.no-subnet': 'this is no subnet with a prefix length',
  'import.relay': 'dnsmasq goes by the address of the relay, which must lie in the subnet',
  'import.no-range': 'this is no range of addresses in the subnet',
  'import.empty-subnet': 'the subnet has no pool and no reservation: nothing is served there',
  'import.first-class': 'only one class can be asked for: the first one is',
  'import.class-lost': 'the class {name} could not be taken over: all may have the addresses',
  'import.class-without-test': 'the class {name} has no test: only reservations give it',
  'import.no-condition': 'dnsmasq has no such condition: the class is left out',
  'import.reservation': 'a reservation without an Ethernet address or a client identifier is left out',
  'import.no-ipv4': 'this is no IPv4 address',
  'import.outside-subnet': 'the address does not lie in the subnet',
  'import.one-class': 'only one class without a test, and no options of its own, is taken over',
  'import.unknown-option': 'the option {name} is not known, or in a space that no option holds',
  'import.never-send': 'dnsmasq cannot take an option back: it is left out here',
  'import.option-value': 'dnsmasq does not take this value',
  'import.no-counterpart': 'this has no counterpart and is left out',
  'import.address-twice': "dnsmasq takes a fixed address once: {address} is another host's already",
  'import.match-anywhere': 'dnsmasq finds {text} anywhere in option {code}, not only where the file says',
  'import.too-many-alternatives': 'the condition has too many alternatives',
} as const;

export const importMessage = defineMessages(IMPORT_TEXTS);
