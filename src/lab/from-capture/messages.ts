/** English sentences about a lab that was made from a capture: what was known, guessed, missing. */
import { defineMessages } from '../../base/sentence.ts';

export const FROM_CAPTURE_TEXTS = {
  'from-capture.name': 'From {file}',
  'from-capture.intro': 'Made from the frames of {file}.',
  'from-capture.known': 'Known:',
  'from-capture.guessed': 'Guessed:',
  'from-capture.missing': 'Missing:',
  'from-capture.client': '{client} boots as {firmware}.',
  'from-capture.server': '{server} ({address}) answers DHCP as it did in the capture.',
  'from-capture.proxy': '{server} ({address}) says what to boot, as a ProxyDHCP server.',
  'from-capture.file': '{file}: {bytes} bytes, from {server}.',
  'from-capture.files': {
    by: 'count',
    one: '{count} file was transferred in full.',
    other: '{count} files were transferred in full.',
  },
  'from-capture.dns': 'Names that were answered: {names}.',
  'from-capture.power': 'Machines are switched on in the order and at the distance of their first frames.',
  'from-capture.range': 'Range of addresses of {server}: {range}. Clients of the capture keep their addresses.',
  'from-capture.prefix': 'Network of {server}: {prefix}, as no reply told its mask.',
  'from-capture.vlan-by-answers':
    'VLANs: groups of clients that were answered by different servers are kept apart, as nobody else answered.',
  'from-capture.chain': '{file} is iPXE: a DHCPDISCOVER of iPXE followed it. The lab’s own iPXE is in its place.',
  'from-capture.silent': '{server} does not answer TFTP: no request had an answer.',
  'from-capture.next-server': '{server} named no next server (siaddr 0.0.0.0): dnsmasq puts its own address there.',
  'from-capture.ipxe-script': '{client} begins as iPXE: a script that was built into it is not in the frames.',
  'from-capture.hole': '{file} was not transferred in full: the lab has {bytes} bytes of a pattern under its name.',
  'from-capture.item': 'The menu entry “{item}” was never chosen: its file is not known.',
  'from-capture.query': '{uri} has a query: the answer was made by a program, and is served as a file.',
  'from-capture.path': '{file} has a name that the lab cannot store.',
  'from-capture.relay': 'A DHCP relay ({address}) stood between: in the lab all are on one switch.',
  'from-capture.service': '{service} was used: set it up on a server by hand.',
  'from-capture.not-boot': {
    by: 'count',
    one: '{count} client asked for an address only, and is left out.',
    other: '{count} clients asked for an address only, and are left out.',
  },
  'from-capture.no-client': 'No client boots in these frames: there is nothing to make a lab from.',
  'from-capture.too-many': 'Only the first {count} clients are in the lab.',
} as const;

export const fromCaptureMessage = defineMessages(FROM_CAPTURE_TEXTS);
