/**
 * What findings from frames say, in English: `finding.CODE`, or `finding.CODE:CASE` where one trouble has several
 * sentences. Findings carry ids and parameters for other languages.
 */
import type { ParametersOf } from '../../base/sentence.ts';

export const FINDING_TEXTS = {
  'finding.two-dhcp-servers': '{count} DHCP servers offer {client} an address: {servers}.',
  'finding.vlan-unserved': '{client} asks for an address in VLAN {vlan}, where no DHCP server answers.',
  'finding.no-dhcp-answer': 'Nobody answers the {count} DHCPDISCOVER of {client}.',
  'finding.late-dhcp-answer': '{client} had to ask {count} times before an offer came.',
  'finding.dhcp-nak': 'The server {server} refused the address that {client} asked for (DHCPNAK).',
  'finding.dhcp-decline': '{client} found its address in use and declined it.',
  'finding.no-boot-file': '{client} got an address, but nobody named a file to boot.',
  'finding.wrong-firmware:bios':
    '{client} has a BIOS (architecture {architecture}) and is given {file}, a program for EFI.',
  'finding.wrong-firmware:efi':
    '{client} has EFI firmware (architecture {architecture}) and is given {file}, a program for a BIOS.',
  'finding.silent-on-4011': '{client} asks the proxy DHCP server on port 4011 and gets no answer.',
  'finding.http-error': '{server} answers {client} for {file} with {status} {message}.',
  'finding.ftp-error': '{server} answers {client} for {file} with {status} {message}',
  'finding.tftp-missing-file': '{client} asks {server} for {file}, which is not there.',
  'finding.tftp-options-refused': '{client} did not like what {server} answered to its TFTP options for {file}.',
  'finding.tftp-error': 'The transfer of {file} to {client} ended with TFTP error {status}: {message}.',
  'finding.tftp-no-answer': '{client} asks {server} for {file} and gets no answer.',
  'finding.tftp-no-answer:again': '{client} asks {server} for {file} {count} times and gets no answer.',
  'finding.http-no-answer': '{client} asks {server} for {file} by HTTP and gets no answer.',
  'finding.ftp-no-answer': '{client} asks {server} for {file} by FTP and gets no answer.',
  'finding.tftp-stalled': 'The transfer of {file} to {client} stopped after {bytes} bytes.',
  'finding.http-stalled': 'The transfer of {file} to {client} by HTTP stopped after {bytes} bytes.',
  'finding.ftp-stalled': 'The transfer of {file} to {client} by FTP stopped after {bytes} bytes.',
  'finding.tftp-repeats': '{count} blocks of {file} had to be sent again to {client}.',
  'finding.chainload-loop':
    '{client} loads {file} again and again ({count} times): what it loads asks DHCP and is sent back to it.',
  'finding.address-conflict': '{first} and {second} both say that {address} is theirs.',
  'finding.connection-refused': '{server} refuses connections on TCP port {port} for {client}.',
  'finding.port-unreachable': '{server} is not listening on UDP port {port} for {client}.',
  'finding.fragmented': '{count} frames are fragments of larger datagrams.',
} as const;

/** What helps, for the page's catalogue. */
export const FINDING_REMEDIES = {
  'remedy.two-dhcp-servers':
    'Leave one server to give addresses. Turn the other off, put it in another VLAN, or make it a proxy (dhcp-range=...,proxy).',
  'remedy.vlan-unserved':
    'Let the trunk to the server carry this VLAN and give the server an interface and a dhcp-range in it, or move the port to a VLAN that is served.',
  'remedy.no-dhcp-answer':
    'See whether a DHCP server runs, is in the same VLAN as this port, has addresses left, and does not ignore this client.',
  'remedy.late-dhcp-answer':
    'A switch port with spanning tree forwards only after 30 s: make ports of PCs edge ports (PortFast).',
  'remedy.dhcp-nak':
    'Two servers that do not know of each other, or an old address from another network, cause this. Leave one server authoritative.',
  'remedy.dhcp-decline':
    'Another machine has this address without a lease: take it out of the range or give that machine a lease.',
  'remedy.no-boot-file':
    'Name one for this kind of client: dhcp-boot=FILE in dnsmasq, `filename` in other servers, or a proxy DHCP server with pxe-service.',
  'remedy.wrong-firmware':
    'Choose the file by option 93: dhcp-match=set:efi,option:client-arch,7 and dhcp-boot=tag:efi,FILE.efi.',
  'remedy.silent-on-4011': 'Let UDP port 4011 through, and see whether the boot server runs on that machine.',
  'remedy.http-error':
    'Put the file where the address points, or correct the address; for any other status than 404, see the log of the server.',
  'remedy.ftp-error':
    'Put the file under the root of the FTP server, or correct its name: capitals count. For any other reply than 550, see the log of the server.',
  'remedy.tftp-missing-file':
    'Put the file under the TFTP root, or correct the name in dhcp-boot: names are relative to the root, and capitals count.',
  'remedy.tftp-options-refused': 'Usually it asks again without; if not, turn blksize off (tftp-no-blocksize).',
  'remedy.tftp-error': 'See the log of the TFTP server; code 2 is a matter of permissions.',
  'remedy.tftp-no-answer':
    'See whether a TFTP server runs there (enable-tftp), and whether the address in dhcp-boot or option 66 is the right one.',
  'remedy.http-no-answer': 'See whether the web server answers at this address.',
  'remedy.ftp-no-answer': 'See whether the FTP server answers at this address.',
  'remedy.tftp-stalled':
    'Frames were lost on the way, or one side gave up. Large blocks that do not fit the MTU are a common cause.',
  'remedy.http-stalled': 'Frames were lost on the way, or one side gave up.',
  'remedy.ftp-stalled': 'Frames were lost on the way, or one side gave up.',
  'remedy.tftp-repeats': 'The cable loses frames, or the client is slow.',
  'remedy.chainload-loop':
    'Tell iPXE apart by its user class and give it a script: dhcp-match=set:ipxe,175, dhcp-boot=tag:!ipxe,undionly.kpxe, dhcp-boot=tag:ipxe,boot.ipxe.',
  'remedy.address-conflict': 'Give one of them another address.',
  'remedy.connection-refused': 'Start the service on that machine, or correct the address or port.',
  'remedy.port-unreachable': 'Start the service on that machine, or correct the address or port.',
  'remedy.fragmented':
    'Some boot ROMs cannot put fragments together: keep the TFTP block size at 1468 or below (tftp-mtu, tftp-no-blocksize).',
} as const;

type After<Prefix extends string, Id> = Id extends `${Prefix}.${infer Rest}` ? Rest : never;

/** A sentence about a trouble: its code, or the code and the case. */
export type FindingWording = After<'finding', keyof typeof FINDING_TEXTS>;
/** Of a rule: stable. */
export type FindingCode = After<'remedy', keyof typeof FINDING_REMEDIES>;
/** What a sentence needs to be said. */
export type FindingParameters<Wording extends FindingWording> = ParametersOf<
  (typeof FINDING_TEXTS)[`finding.${Wording}`]
>;

export function codeOf(wording: FindingWording): FindingCode {
  return wording.split(':')[0] as FindingCode;
}
