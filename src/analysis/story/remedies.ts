/**
 * What to do about trouble that the parts of a lab report themselves, by the code of the event. One list, so that an
 * event's sentence says what is the matter and the finding made of it says what helps.
 */

const START_SERVER =
  'See whether a DHCP server runs, is in the same VLAN as this port, has addresses left, and does not ignore this client.';
const NAME_BOOT_FILE =
  'Name one for this kind of client: dhcp-boot=FILE in dnsmasq, `filename` in other servers, or a proxy DHCP server with pxe-service.';
const PXE_MENU =
  'Correct the PXE options inside option 43 (sub-options 6 to 10), or leave them out and name the file by dhcp-boot; dnsmasq makes them from pxe-service and pxe-prompt.';
const NETWORK_PROGRAM =
  'Name a network boot program for a BIOS, such as pxelinux.0, undionly.kpxe or a GRUB core image.';
const LAB_FAULT = 'This is a fault that the lab was told to make: take it off the link to see the boot without it.';

const REMEDIES: Readonly<Record<string, string>> = {
  // The error messages of the PXE boot ROM.
  'pxe/E11':
    'Nobody has the address of the boot server. See whether that server is on and in this VLAN; if it is in another network, the client needs a router (option 3). dhcp-boot=FILE,,ADDRESS names another server.',
  'pxe/E18':
    'The server offered an address and then fell silent. See whether it is still there, whether its range is used up, and whether a second server took the exchange.',
  'pxe/E32':
    'Start TFTP on the boot server (enable-tftp), let UDP port 69 and the ports of the transfers through, or correct the server that dhcp-boot names.',
  'pxe/E35':
    'The transfer began and then stopped. Look for lost frames, for a firewall that lets port 69 through but not the port of the transfer, and for a smaller MTU on the way (tftp-mtu, tftp-no-blocksize).',
  'pxe/E36': "Read the server's own words in the line above it and in its log.",
  'pxe/E38':
    'See the log of the TFTP server; it may have no port or no place left for one more transfer (tftp-max, tftp-port-range).',
  'pxe/E39': 'The answers are not those of a TFTP server: see what runs on UDP port 69 of that machine.',
  'pxe/E3B':
    'Put the file under the TFTP root, or correct the name in dhcp-boot: names are relative to the root, and capitals count.',
  'pxe/E3C': 'Let the server read the file: chmod a+r, and with tftp-secure give it to the user that dnsmasq runs as.',
  'pxe/E3F': 'The server and the ROM do not agree on the block size: try tftp-no-blocksize.',
  'pxe/E51': START_SERVER,
  'pxe/E52':
    'A proxy DHCP server names boot files only; somebody must give addresses too. Start a DHCP server, or turn the proxy into one (dhcp-range without `proxy`).',
  'pxe/E53': NAME_BOOT_FILE,
  'pxe/E55':
    'Let UDP port 4011 through, and see whether the boot server runs on the machine that sent the proxy offer.',
  'pxe/E61': 'Plug the cable in, or bring the link up.',
  'pxe/E74': PXE_MENU,
  'pxe/E76': PXE_MENU,
  'pxe/E77': PXE_MENU,
  'pxe/E78':
    'The boot server of that type does not answer: see whether it runs, and whether pxe-service names the right machine.',
  'pxe/E79':
    'The boot program must fit into the 640 kB of base memory. Name a small loader (pxelinux.0, undionly.kpxe) and let that one load the large file.',
  'pxe/EA0': 'A key stopped the boot. Reset the machine to try once more.',
  'pxe/nak':
    'Two servers that do not know of each other, or an old address from another network, cause this. Leave one server authoritative.',
  'pxe/no-next-server':
    'Give the address of the TFTP server: dhcp-boot=FILE,,ADDRESS in dnsmasq, next-server in others.',
  'pxe/option-43-unreadable': PXE_MENU,
  // iPXE
  'nbp-may-be-efi': NETWORK_PROGRAM,
  'nbp-is-text':
    'A script must begin with #!ipxe in its first line. If it is an error page, correct the address it was fetched from.',
  // Servers
  'config-refused':
    'Correct the line that the message names: until then the server answers nobody. `dnsmasq --test` says the same.',
  'http.bad-request': 'What came is no HTTP request. See what the client takes this port for.',
  'http.403': 'Let the server read the file.',
  'http.404':
    'Put the file where the address points, or correct the address: paths are relative to the root of the server, and capitals count.',
  'http.405': 'Fetch files with GET or HEAD.',
  'http.413': 'Send less in one request.',
  // Files that cannot do what they are fetched for
  'file.boot-program-empty': 'Put the file on the server once more: the copy is empty.',
  'file.boot-program-is-text': `${NETWORK_PROGRAM} The server sent what has this name: see whether it is a note or an error page that was saved as a file.`,
  'file.boot-program-is-script':
    'Load iPXE first and give it the script then: dhcp-match=set:ipxe,175, dhcp-boot=tag:!ipxe,undionly.kpxe, dhcp-boot=tag:ipxe,SCRIPT.',
  'file.boot-program-is-efi':
    'Choose the file by option 93: dhcp-match=set:efi,option:client-arch,7 and dhcp-boot=tag:efi,FILE.efi, and a program for a BIOS for the others.',
  'file.boot-program-is-kernel': `${NETWORK_PROGRAM} It loads the kernel, with the initrd and the command line.`,
  'file.boot-program-is-iso':
    'Take the boot files out of the image (kernel and initrd), or load it with memdisk or a sanboot of iPXE.',
  'file.kernel-cut-off':
    'Copy the kernel to the server once more and compare its length or its checksum with the original.',
  // The network
  'arp.address-conflict': 'Give one of the two another address.',
  'arp.no-reply': 'See whether the machine with that address is on, in the same VLAN, and has that address.',
  'link.queue-full':
    'The link is too slow for what is sent: give it more bandwidth or a longer queue, or lower windowsize.',
  'switch.untagged-refused': 'Give the trunk a native VLAN, or let the station send tagged frames.',
  'switch.vlan-not-allowed': 'Allow the VLAN on this port, or put the station into the VLAN of the port.',
  'switch.table-full':
    'Nothing is lost, but frames go to every port. Look for a station that changes its address all the time.',
  'switch.port-blocked': 'Make ports of PCs edge ports (PortFast), so that they forward at once.',
  // Machines
  'machine/emulator-trap':
    'The guest ran into something that is no program, or that the emulator cannot run. See whether the file that was started last is whole and for this kind of machine; then reset the machine.',
};

/** What to do about an event with this code; empty when nothing general can be said. */
export function remedyFor(code: string): string {
  if (code.startsWith('fault.')) return LAB_FAULT;
  return REMEDIES[code] ?? '';
}
