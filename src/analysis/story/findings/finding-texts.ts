/**
 * What findings from frames say, in English: `finding.CODE`, or `finding.CODE:CASE` where one trouble has several
 * sentences. Findings carry ids and parameters for other languages.
 */
import type { ParametersOf } from '../../../base/sentence.ts';

/** What is put before the words of a machine or a server. */
export const REPORTED_TEXTS = { 'finding-reported': '{node}: {what}' } as const;

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
  'finding.http-boot-class':
    '{server} gives {client} the address {file} and does not say HTTPClient (option 60): UEFI firmware takes no such offer.',
  'finding.http-boot-uri': '{server} says HTTPClient to {client} (option 60) and gives no address to boot from.',
  'finding.http-boot-uri:path':
    '{server} says HTTPClient to {client} (option 60) and names {file}, which is no whole address: HTTP boot needs http://SERVER/FILE.',
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
  'finding.proxy-without-server':
    '{server} names {file} to {client} and no server that has it: siaddr is 0.0.0.0, so the client takes neither.',
  'finding.next-server-missing':
    '{server} names the file {file} to {client} and no server that has it: siaddr is 0.0.0.0, and the name says none.',
  'finding.option-60-left':
    '{server} says by option 60 (PXEClient) that it runs a boot server on port 4011, and nothing answers {client} there.',
  'finding.option-66-differs':
    '{server} names two TFTP servers to {client}: option 66 says {option}, siaddr says {siaddr}. Boot ROMs and iPXE go by siaddr.',
  'finding.path-mtu':
    'A block of {file} ({bytes} bytes) was sent {count} times and never arrived at {client}, while short packets do: frames of this size do not fit through the path.',
  'finding.next-server-of-lease':
    '{client} asks {server} for {file}: that is the next-server of the address lease. The boot server is {proxy}, which iPXE keeps in another setting.',
  'finding.redirect-unsupported':
    '{server} sends {client} on to {target} for {file}, and the client does not go there: its build does not speak {scheme}.',
  'finding.syslinux-module-missing':
    'PXELINUX on {client} needs {file} and finds it nowhere on {server} (places it looked in: {count}).',
  'finding.pxelinux-config-missing':
    'PXELINUX on {client} finds no configuration on {server}: none of the names that it tried is there ({count}).',
  'finding.path-prefix-without-slash':
    '{client} asks {server} for {file}: PXELINUX puts option 210 ({prefix}) directly before names, and it has no slash at its end.',
  'finding.shim-folder':
    '{client} asks {server} for {file}: shim looks for the folder of {shim} in the file field of the DHCP reply, and the name is in option 67 alone.',
  'finding.ipxe-no-address': 'iPXE on {client} gets no address: {line}',
  'finding.ipxe-nothing-to-boot':
    'iPXE on {client} is configured, but nobody named a file, a menu or a disk to boot: {line}',
  'finding.ipxe-unsupported':
    'iPXE on {client} cannot open what it is told to: its build does not speak the scheme of the address, or the name is relative and no server is known: {line}',
  'finding.ipxe-no-route': 'iPXE on {client} knows no way to that address: {line}',
  'finding.ipxe-link-down': 'The network card of {client} has no link: {line}',
  'finding.ipxe-no-server': 'iPXE on {client} is given an address without a server: {line}',
  'finding.http-denied':
    '{server} wants a user and password of {client} for {file}, or other ones: {status} {message}.',
  'finding.file-denied': '{server} has no permission to read {file}, which {client} asks for: {status} {message}.',
  'finding.ipxe-timeout': 'iPXE on {client} waited and got no answer: {line}',
  'finding.ipxe-refused': 'The server has nothing listening on that port: iPXE on {client} says {line}',
  'finding.ipxe-not-found': 'The file that iPXE on {client} asks for is not there: {line}',
  'finding.ipxe-denied': 'The server does not give that file to iPXE on {client}: {line}',
  'finding.ipxe-server-error': 'The server answers iPXE on {client} with an error: {line}',
  'finding.ipxe-dns-no-name': 'The name is not known to the DNS server that {client} asks: {line}',
  'finding.ipxe-dns-no-server': 'iPXE on {client} is to look up a name and knows no DNS server: {line}',
  'finding.ipxe-dns-silent': 'The DNS server does not answer {client}: {line}',
  'finding.ipxe-no-label': 'A script on {client} goes to a label that is not in it: {line}',
  'finding.ipxe-disk': 'iPXE on {client} cannot boot from the disk: {line}',
  'finding.ipxe-san-silent': 'No target answers {client} for the disk of its root path: {line}',
  'finding.ipxe-san-no-target': 'The server does not have the target that {client} asks for: {line}',
  'finding.ipxe-san-denied': 'User and password for the disk do not fit, says iPXE on {client}: {line}',
  'finding.ipxe-san-no-disk': 'The target of {client} refuses to read that disk: {line}',
  'finding.ipxe-root-path': 'iPXE on {client} cannot read the root path: {line}',
  'finding.ipxe-not-executable': 'iPXE on {client} got a file that it cannot run: {line}',
  'finding.ipxe-no-memory': 'It does not fit into the memory of {client}: {line}',
  'finding.ipxe-untrusted': 'iPXE on {client} does not trust that file: {line}',
  'finding.ipxe-certificate':
    'iPXE on {client} does not accept the certificate of the server, or the encrypted connection to it: {line}',
  'finding.ipxe-error': 'iPXE on {client} failed: {line}',
  'finding.program/exit':
    'The boot program of {client} has ended and gone back to the BIOS, which finds nothing else to boot.',
  'finding.pxelinux-config-names':
    '{client} asks {server} for {file}, which is not there: line {line} of {place} names it.',
  'finding.pxe-service-suffix':
    '{client} asks {server} for {file}, which is not there: dnsmasq puts .0 behind a name of pxe-service that has no dot.',
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
  'remedy.http-boot-class':
    'Send option 60 along for these clients: dhcp-match=set:http,option:client-arch,16 and dhcp-option-force=tag:http,60,HTTPClient.',
  'remedy.http-boot-uri':
    'Name the whole address for these clients: dhcp-match=set:http,option:client-arch,16 and dhcp-boot=tag:http,http://SERVER/FILE.efi.',
  'remedy.silent-on-4011': 'Let UDP port 4011 through, and see whether the boot server runs on that machine.',
  'remedy.http-error':
    'Put the file where the address points, or correct the address; for any other status than 404, see the log of the server.',
  'remedy.ftp-error':
    'Put the file under the root of the FTP server, or correct its name: capitals count. For any other reply than 550, see the log of the server.',
  'remedy.tftp-missing-file':
    'Put the file under the TFTP root, or correct the name where it is given (dhcp-boot, option 67, or the file of the boot program that names it): names are relative to the root, and capitals count.',
  'remedy.tftp-options-refused': 'Usually it asks again without; if not, turn blksize off (tftp-no-blocksize).',
  'remedy.tftp-error': 'See the log of the TFTP server; code 2 is a matter of permissions.',
  'remedy.tftp-no-answer':
    'See whether a TFTP server runs there (enable-tftp) and UDP port 69 and the ports of the transfers get through, and whether that is the right machine: siaddr names it (third field of dhcp-boot), or the address in the script.',
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
  'remedy.proxy-without-server':
    'Write the address of the TFTP server behind the name: dhcp-boot={file},,{server} (with the tags of the line that is there).',
  'remedy.next-server-missing':
    'Name the server too: dhcp-boot={file},,ADDRESS in dnsmasq, next-server in others; or give iPXE a whole address such as tftp://ADDRESS/{file}.',
  'remedy.option-60-left':
    'Take option 60 off this DHCP server (dhcp-option=60 or vendor-class-identifier "PXEClient"), unless a boot server does run on port 4011 of the same machine.',
  'remedy.option-66-differs':
    'Let siaddr name the server that has the file: dhcp-boot={file},,{option} in dnsmasq, next-server {option} in others.',
  'remedy.path-mtu':
    'Ask for smaller blocks: tftp-mtu=1420 (or the MTU of the path) in dnsmasq, or tftp-no-blocksize; or raise the MTU of the tunnel on the way.',
  'remedy.next-server-of-lease':
    'Let the script use the setting proxydhcp/next-server (after a PXE menu, pxebs/next-server) in place of next-server: that one holds {proxy}.',
  'remedy.redirect-unsupported':
    'Let the server give the file by plain HTTP without a redirection, or use an iPXE that is built with the scheme (DOWNLOAD_PROTO_HTTPS for https).',
  'remedy.syslinux-module-missing':
    'Copy {file} of the same Syslinux release, from its folder for BIOS (modules/bios), beside pxelinux.0.',
  'remedy.pxelinux-config-missing':
    'Put a configuration at pxelinux.cfg/default in the folder of pxelinux.0, or name one by option 209.',
  'remedy.shim-folder':
    'Let the server write the name into the file field: dhcp-no-override in dnsmasq, filename instead of option bootfile-name in dhcpd. Or put {file} under the TFTP root.',
  'remedy.path-prefix-without-slash': 'Put a slash at its end: option 210 is {prefix}/ then.',
  'remedy.ipxe-no-address':
    'See whether a DHCP server answers in the VLAN of this port, and whether the switch port forwards at once (PortFast).',
  'remedy.ipxe-nothing-to-boot':
    'Name a file for iPXE: dhcp-boot=tag:ipxe,FILE (with dhcp-match=set:ipxe,175), or embed a script.',
  'remedy.ipxe-unsupported':
    'Give a whole address with a scheme that the build lists among its features, name the server (next-server), or build iPXE with the scheme.',
  'remedy.ipxe-no-route':
    'Give the client a router (option 3, dhcp-option=3,ADDRESS), or use a server of its own network. Option 121 replaces option 3 where it is sent.',
  'remedy.ipxe-link-down': 'Plug the cable in, or bring the port of the switch up.',
  'remedy.ipxe-no-server':
    'The setting that the address begins with is empty: show next-server, proxydhcp/next-server and pxebs/next-server say which one has the server; or write its address into the script.',
  'remedy.http-denied':
    'Write them into the address (http://USER:PASSWORD@SERVER/FILE), use a build that has the scheme (HTTP_AUTH_BASIC, HTTP_AUTH_DIGEST), or let the server give the file without.',
  'remedy.file-denied':
    'Let the server read the file: chmod a+r for the file and a+x for the folders above it. With tftp-secure, the file must also belong to the user that dnsmasq runs as. The configuration of a web server may also forbid it.',
  'remedy.ipxe-timeout':
    'See whether that server is on and the service runs, whether a firewall is on the way, and whether the address in the script is the right one.',
  'remedy.ipxe-refused': 'Start the service on that machine, or correct the address or the port.',
  'remedy.ipxe-not-found': 'Put the file where the address points, or correct the address: capitals count.',
  'remedy.ipxe-denied':
    'Give the user and password in the address (http://USER:PASSWORD@SERVER/FILE), or let the server read and export the file.',
  'remedy.ipxe-server-error': 'See the log of the server: the request came and was not served.',
  'remedy.ipxe-dns-no-name':
    'Correct the name, or let the DNS server know it (address=/NAME/ADDRESS or a host record in dnsmasq).',
  'remedy.ipxe-dns-no-server':
    'Give the client a DNS server (option 6, dhcp-option=6,ADDRESS), or write addresses in place of names.',
  'remedy.ipxe-dns-silent':
    'See whether a DNS server runs at the address of option 6, and whether UDP port 53 gets through.',
  'remedy.ipxe-no-label': 'Put the line :LABEL into the script, or correct the name behind goto; capitals count.',
  'remedy.ipxe-disk':
    'See whether the disk has a boot sector (55AA at its end) and whether the drive number is the right one.',
  'remedy.ipxe-san-silent':
    'See whether the target is on and on the same network: AoE crosses no router. Compare shelf and slot (aoe:eSHELF.SLOT) with those of the target.',
  'remedy.ipxe-san-no-target':
    'Compare the name at the end of the root path with the names of the targets, and see whether the target lets this initiator in (initiator-iqn, option 203).',
  'remedy.ipxe-san-denied':
    'Set username and password as the target wants them, and reverse-username and reverse-password only when the target is to prove itself too.',
  'remedy.ipxe-san-no-disk':
    'Compare the LUN in the root path with those of the target (tgt counts from 1, and its LUN 0 is no disk); a disk must be larger than 34 kB.',
  'remedy.ipxe-root-path':
    'Write iscsi:SERVER:PROTOCOL:PORT:LUN:TARGET, where all but server and target may be empty, or aoe:eSHELF.SLOT.',
  'remedy.ipxe-not-executable':
    'Name a script, a kernel or a boot program for a BIOS; a script begins with #!ipxe in its first line.',
  'remedy.ipxe-no-memory': 'Give the machine more memory, or load a smaller file.',
  'remedy.ipxe-untrusted': 'Verify the file with imgverify before it is started, or do not ask for trust (imgtrust).',
  'remedy.ipxe-certificate':
    'Compare the name in the address with that of the certificate, its dates with the clock of the machine, and its authority with those that the build trusts.',
  'remedy.ipxe-error': 'The address at the end of the line is the page of iPXE about this error.',
  'remedy.program/exit':
    'If the program was to boot a disk, put one into the machine; if not, see on the screen and in the Calls panel why it ended.',
  'remedy.pxelinux-config-names':
    'Put the file there, or correct that line ({text}): names are relative to the folder of pxelinux.0.',
  'remedy.pxe-service-suffix':
    'Serve the file as {file}, or write the name in pxe-service so that it has a dot; the name is not taken from dhcp-boot here.',
  'remedy.fragmented':
    'Some boot ROMs cannot put fragments together: keep the TFTP block size at 1468 or below (tftp-mtu, tftp-no-blocksize).',
} as const;

type After<Prefix extends string, Id> = Id extends `${Prefix}.${infer Rest}` ? Rest : never;

/** A sentence about a trouble: its code, or the code and the case. */
export type FindingWording = After<'finding', keyof typeof FINDING_TEXTS>;
/** Of a rule: stable. */
export type FindingCode = After<'remedy', keyof typeof FINDING_REMEDIES>;
/** What a sentence and its remedy need to be said. */
export type FindingParameters<Wording extends FindingWording> = ParametersOf<
  (typeof FINDING_TEXTS)[`finding.${Wording}`]
> &
  ParametersOf<(typeof FINDING_REMEDIES)[`remedy.${CodeOf<Wording>}`]>;

type CodeOf<Wording extends FindingWording> = Wording extends `${infer Code extends FindingCode}:${string}`
  ? Code
  : Wording extends FindingCode
    ? Wording
    : never;

export function codeOf(wording: FindingWording): FindingCode {
  return wording.split(':')[0] as FindingCode;
}
