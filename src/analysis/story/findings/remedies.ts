/**
 * What to do about trouble that the parts of a lab report themselves, in English: `remedy.CODE`, by the code of the event.
 * One list, so that an event's sentence says what is the matter and its remedy what helps. The page's
 * catalogue takes these texts up and has the same ids in other languages.
 */
import { FINDING_REMEDIES, type FindingCode } from './finding-texts.ts';

const NETWORK_PROGRAM =
  'Name a network boot program for a BIOS, such as pxelinux.0, undionly.kpxe or a GRUB core image.';

export const REMEDY_TEXTS = {
  // TLS.
  'remedy.tls-no-version':
    'iPXE speaks TLS 1.1 and 1.2, not 1.3: let the server speak 1.2 too (ssl_protocols TLSv1.2 TLSv1.3 in nginx), or fetch by HTTP.',
  'remedy.tls-no-suite':
    'Let the server take one of the suites that iPXE offers, such as TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, with a certificate whose key fits: no suite with ChaCha20 is among them.',
  'remedy.tls-client-certificate':
    'Build iPXE with a certificate of the authority that the server trusts, and its key (CERT=, PRIVKEY=).',
  'remedy.tls-alert': 'The name of the alert and the log of the server say what it does not like.',
  'remedy.tls-failed': 'What answers there breaks the rules of TLS, or something on the way changes its bytes.',
  'remedy.tls-wrong-name':
    'Make the certificate for the name in the URI (subjectAltName; an address needs an entry of its own), or use the name that is in the certificate.',
  // The error messages of the PXE boot ROM.
  'remedy.pxe/E11':
    'Nobody has the address of the boot server. See whether that server is on and in this VLAN; if it is in another network, the client needs a router (option 3). dhcp-boot=FILE,,ADDRESS names another server.',
  'remedy.pxe/E18':
    'The server offered an address and then fell silent. See whether it is still there, whether its range is used up, and whether a second server took the exchange.',
  'remedy.pxe/E32':
    'Start TFTP on the boot server (enable-tftp), let UDP port 69 and the ports of the transfers through, or name another server: siaddr says which one is asked (third field of dhcp-boot, next-server in others).',
  'remedy.pxe/E35':
    'The transfer began and then stopped. Look for lost frames, for a firewall that lets port 69 through but not the port of the transfer, and for a smaller MTU on the way (tftp-mtu, tftp-no-blocksize).',
  'remedy.pxe/E36': "Read the server's own words in the line above it and in its log.",
  'remedy.pxe/E38':
    'See the log of the TFTP server; it may have no port or no place left for one more transfer (tftp-max, tftp-port-range).',
  'remedy.pxe/E39': 'The answers do not come from a TFTP server: check what runs on UDP port 69 of that machine.',
  'remedy.pxe/E3F': 'The server and the ROM do not agree on the block size: try tftp-no-blocksize.',
  'remedy.pxe/E52':
    'A proxy DHCP server names boot files only; somebody must give addresses too. Start a DHCP server, or turn the proxy into one (dhcp-range without `proxy`).',
  'remedy.pxe/E55':
    'The offer says by option 60 (PXEClient) that a boot server runs on that machine. If none does, take option 60 off it (dhcp-option=60 or vendor-class-identifier); if one does, start it and let UDP port 4011 through.',
  'remedy.pxe/E61': 'Plug the cable in, or bring the link up.',
  'remedy.pxe/E74':
    'Correct the PXE options inside option 43 (sub-options 6 to 10), or leave them out and name the file by dhcp-boot; dnsmasq makes them from pxe-service and pxe-prompt.',
  'remedy.pxe/E78':
    'The boot server of that type does not answer: see whether it runs, and whether pxe-service names the right machine.',
  'remedy.pxe/E79':
    'The boot program must fit into the 640 kB of base memory. Name a small loader (pxelinux.0, undionly.kpxe) and let that one load the large file.',
  'remedy.pxe/EA0': 'A key stopped the boot. Reset the machine to try once more.',
  'remedy.pxe/no-next-server':
    'Give the address of the TFTP server: dhcp-boot=FILE,,ADDRESS in dnsmasq, next-server in others.',
  // Raspberry Pi.
  'remedy.rpi/no-boot-option':
    'Put the words into option 43: pxe-service=0,"Raspberry Pi Boot" on a proxy (dhcp-range=...,proxy) or on the DHCP server; spelling counts.',
  'remedy.rpi/no-address': 'A proxy gives no addresses: start a DHCP server beside it.',
  'remedy.rpi/no-firmware':
    'Put the files of the boot partition (start4.elf, fixup4.dat, config.txt and the kernel) below the TFTP root, or into a folder there that is called by the serial number of the board.',
  // UEFI firmware.
  'remedy.disk-full':
    'Make room on the disk of the server. Until then it gives addresses, and forgets the new ones when it starts again.',
  'remedy.architecture-unmatched':
    'Add a line for it: dhcp-match=set:efi,option:client-arch,NUMBER with the number of the message (x64 asks as 7, as 9 with some firmware, and as 16 for HTTP boot; ARM 64 as 11 and 19), and a dhcp-boot line with that tag.',
  'remedy.efi/E05': 'Take a smaller boot file.',
  'remedy.efi/E16':
    'The firmware takes an offer with an address and a boot file, or one beside a ProxyDHCP server that says what to boot. Name a file for its architecture (dhcp-boot with the tag of option 93, or pxe-service), and take option 60 (PXEClient) off a server that has no boot service on port 4011.',
  'remedy.efi/E18':
    'Nobody answered in time: a DHCP server, the chosen server when it was to confirm the address, or the TFTP server (24 s). The story says which. See whether it runs, and whether UDP ports 67, 69 and those of the transfers get through.',
  'remedy.efi/E21':
    'The PXE menu of option 43 has no item for this machine, or the item is a boot from the local disk (type 0). Write a pxe-service line for its architecture: X86-64_EFI is 7, BC_EFI is 9, IA32_EFI is 6, ARM64_EFI is 11.',
  'remedy.efi/E99':
    'The firmware says this for several things: the TFTP server’s machine refused (ICMP), the boot file is empty, the boot server named no file, or Escape was pressed at the prompt. The story says which.',
  'remedy.efi/http-unexpected':
    'Open the address with a browser or curl -I: the server must answer HEAD and GET with 200, without a redirection, and the name must end in .efi, or the answer have Content-Type: application/efi.',
  'remedy.efi/http-timeout':
    'No offer would do, or a name was not found: HTTP boot takes an offer that says HTTPClient (option 60) and names a whole address, and with a name in it a DNS server (option 6) that knows it.',
  'remedy.efi/http-denied':
    'The server took the connection and did not answer in five seconds, or it wants a password: see its log.',
  'remedy.efi/http-hangs': 'Let the server answer HEAD as it answers GET.',
  'remedy.efi/image':
    'Give each kind of machine its own program: dhcp-match=set:x64,option:client-arch,7 with dhcp-boot=tag:x64,FILE.efi, and a program for a BIOS (pxelinux.0, undionly.kpxe) for the others.',
  // Loaders from before PXE.
  'remedy.etherboot/not-an-image':
    'Make a tagged image of the kernel (mknbi-linux vmlinuz initrd), and name that: Etherboot loads kernels itself, so pxelinux.0 and plain kernels are nothing to it.',
  'remedy.etherboot/nfs-silent':
    'Run an NFS server at the address that the boot file names, and see that nothing between blocks UDP ports 111 and 2049.',
  'remedy.etherboot/nfs-old':
    'Linux’s server leaves both off: vers2=y and udp=y in the section [nfsd] of /etc/nfs.conf, with a kernel that still has version 2. Or name the file without nfs://, so that it comes by TFTP.',
  'remedy.etherboot/nfs-refused': 'Create the folder, and export it to this machine (/etc/exports).',
  'remedy.etherboot/nfs-no-file': 'Put the image where the boot file says, or name another one.',
  'remedy.etherboot/no-room': 'Make the image for a machine of this size, or give the machine more memory.',
  'remedy.etherboot/cut-off': 'Copy the image to the server once more and compare its length with the original.',
  'remedy.etherboot/bad-header': 'Make the image once more: the records of its first 512 bytes are damaged.',
  'remedy.bootp/no-answer':
    'Put the machine into the server’s table (dhcp-host=MAC,ADDRESS in dnsmasq, an entry in bootptab), or let dnsmasq give BOOTP clients addresses of its range (bootp-dynamic). From another network a relay must pass the request on (dhcp-relay).',
  'remedy.rarp/no-answer':
    'Run a RARP server on this very cable or VLAN (no router and no relay passes RARP on), with a line for this hardware address in /etc/ethers.',
  'remedy.openboot/no-bootparams':
    'Run rpc.bootparamd and a portmapper that passes broadcast calls on (rpcbind -r) on this cable, with a line for the machine’s name in /etc/bootparams and its address in /etc/hosts.',
  'remedy.openboot/nfs-silent':
    'Let the server that bootparams names run an NFS server, and see whether its address in the hosts of the bootparam server is right.',
  'remedy.openboot/nfs-no-udp':
    'Machines of this age mount by UDP only, and Linux’s server leaves it off: udp=y in the section [nfsd] of /etc/nfs.conf.',
  'remedy.openboot/mount-refused': 'Create the directory, and export it to this machine (/etc/exports).',
  'remedy.openboot/no-kernel':
    'Put the kernel into the root: the program looks for /platform/MACHINE/kernel/unix there, and must be allowed to read it.',
  'remedy.openboot/no-file':
    'Write it into the line of the machine in /etc/bootparams: root=SERVER:/PATH, install=SERVER:/PATH.',
  'remedy.bootparams.unknown': 'Give the address a name in /etc/hosts, and the name a line in /etc/bootparams.',
  'remedy.bootparams.no-server': 'Give the server of that line an address in /etc/hosts.',
  'remedy.rarp/no-server': 'Run the RARP server in the network that the address belongs to.',
  'remedy.rarp.unknown':
    'Write a line into /etc/ethers: the hardware address, and the IP address or a name that /etc/hosts has. Only colons stand between the digits.',
  'remedy.rarp.off-link':
    'Give the machine an address of the network that it is in, or move its cable: RARP can tell no router.',
  'remedy.rarp.not-bootable':
    'Put the boot file there under the address in capital hexadecimal digits (C0A80102 for 192.168.1.2), or let the server answer without looking (rarpd -e).',
  'remedy.loader/no-route':
    'Let a server of the same network have the file, or use a protocol that tells a router (BOOTP with option 3, DHCP). If the configuration names one, see in the server’s log whether it found room: BOOTP has 64 bytes for options.',
  'remedy.loader/too-big': 'Use a smaller boot file, or a loader that puts the file above 1 MiB.',
  // iPXE
  'remedy.nbp-may-be-efi': NETWORK_PROGRAM,
  'remedy.nbp-is-text':
    'A script must begin with #!ipxe in its first line. If it is an error page, correct the address it was fetched from.',
  'remedy.nbp-is-text-to-gpxe':
    'Begin the script with #!gpxe, which iPXE runs too, and leave out what gPXE lacks: menus, goto, ||. Or chain iPXE first.',
  'remedy.no-boot-signature':
    'Install a system on that disk, or name another: the image of an installer goes to a second drive (sanhook --drive 0x81).',
  'remedy.san-not-attached':
    'INT 13h ends with the boot loader: the initramfs must have the driver of the card, and for iSCSI iscsi_ibft, iscsi_tcp and a program that logs in (iscsistart), with an iBFT that the firmware leaves (no --no-describe); for AoE the module aoe.',
  'remedy.script-label-missing': 'Put that label into the script, or correct the name behind goto; capitals count.',
  // Trust
  'remedy.trust-self-signed':
    'Sign the certificate with an authority, and build iPXE with the root of that authority (TRUST=, here the option “trust”).',
  'remedy.trust-unknown-root':
    'Build iPXE with that root (TRUST=, here the option “trust”); certstore does not make a certificate trusted.',
  'remedy.trust-incomplete-chain':
    'Send the certificates between along: in the signature (openssl cms -certfile), or in the file of the server, up to the root: of TRUST= iPXE has only the fingerprint. Or add the root to CERT=.',
  'remedy.trust-no-certificate':
    'Sign with the certificate in the signature (openssl cms without -nocerts), or store it with certstore first.',
  'remedy.trust-expired': 'Make a new certificate, or set the clock if it is wrong (ntp).',
  'remedy.trust-not-yet-valid': 'Make a certificate that is valid now, or set the clock if it is wrong (ntp).',
  'remedy.trust-clock':
    'Set the clock before it is needed: ntp SERVER in the script, with a server that has the right time.',
  'remedy.trust-issuer':
    'Sign it with an authority: a certificate with basicConstraints CA:TRUE, keyUsage keyCertSign and a path length that allows it.',
  'remedy.trust-ocsp': 'Start a responder at that address, or make the certificate without authorityInfoAccess.',
  'remedy.trust-signature':
    'The certificate was changed after it was signed, or another authority of the same name signed it: make it once more.',
  'remedy.trust-image-signature':
    'Sign the file as it is on the server now: openssl cms -sign -binary -noattr -outform DER -in FILE -out FILE.sig -signer SIGNER.pem -inkey SIGNER.key.',
  'remedy.trust-signer':
    'Name the common name of the certificate that has signed (imgverify --signer), or sign with the certificate of that name.',
  'remedy.trust-not-code-signing':
    'Sign with a certificate that has keyUsage digitalSignature and extendedKeyUsage codeSigning.',
  'remedy.trust-sha1': 'Sign the certificate with SHA-256.',
  'remedy.trust-small-key': 'Use an RSA key of 2048 bits or more, or P-256.',
  // PXELINUX, seen from the server that has its files.
  'remedy.pxelinux.default-replaced':
    'Leave one DEFAULT line, or write UI for the menu and DEFAULT for the label: the last DEFAULT counts.',
  'remedy.pxelinux.local-boot':
    'If the machine should boot over the network, let DEFAULT name another label, or a menu; if not, give it a disk that boots.',
  // Servers
  'remedy.config-refused':
    'Correct what the message names, a line or a folder that is missing: until then the server answers nobody.',
  'remedy.http.bad-request':
    'The data received are not an HTTP request. Check which protocol the client expects on this port.',
  'remedy.http.404':
    'Put the file where the address points, or correct the address: paths are relative to the root of the server, and capitals count.',
  'remedy.http.405': 'Fetch files with GET or HEAD.',
  'remedy.http.413': 'Send less in one request.',
  'remedy.iscsi.not-allowed':
    'Add the name of the machine to the initiators of the target, or give the machine a name that is on the list (initiator-iqn, option 203).',
  'remedy.iscsi.no-target': 'Compare the name that was asked for with those of the targets, letter by letter.',
  'remedy.iscsi.no-lun': 'Compare the LUN that was asked for with those of the target.',
  'remedy.iscsi.chap-password':
    'Set the same user name and password for CHAP on both sides, and mutual CHAP on both sides or on none.',
  'remedy.iscsi.two-writers':
    'Give each machine a disk of its own, or let all but one of them read only: a file system that two machines write to is soon damaged.',
  'remedy.ipxe-fcp-waits':
    'See whether the forwarder is on and in the network of the card, in the VLAN that it names, and whether the name in fcp:NAME:LUN is that of the disk’s port.',
  'remedy.fcoe.no-port':
    'Compare the name of the port that was asked for (fcp:NAME:LUN) with those of the targets, byte by byte.',
  'remedy.fcoe.not-in-zone': 'Add the name of the machine’s port to the initiators of the target, or remove the list.',
  'remedy.aoe.not-allowed': 'Add the MAC address to the list of the target, or remove the list.',
  // Files that cannot do what they are fetched for
  'remedy.file.boot-program-empty': 'Put the file on the server once more: the copy is empty.',
  'remedy.file.boot-program-is-text': `${NETWORK_PROGRAM} The server sent what has this name: see whether it is a note or an error page that was saved as a file.`,
  'remedy.file.boot-program-is-script':
    'Load iPXE first and give it the script then: dhcp-match=set:ipxe,175, dhcp-boot=tag:!ipxe,undionly.kpxe, dhcp-boot=tag:ipxe,SCRIPT.',
  'remedy.file.boot-program-is-efi':
    'Choose the file by option 93: dhcp-match=set:efi,option:client-arch,7 and dhcp-boot=tag:efi,FILE.efi, and a program for a BIOS for the others.',
  'remedy.file.boot-program-is-kernel': `${NETWORK_PROGRAM} It loads the kernel, with the initrd and the command line.`,
  'remedy.file.boot-program-is-iso':
    'Take the boot files out of the image (kernel and initrd), or load it with memdisk or a sanboot of iPXE.',
  'remedy.file.kernel-cut-off':
    'Copy the kernel to the server once more and compare its length or its checksum with the original.',
  // The network
  'remedy.ip.not-forwarded':
    'Switch IP forwarding on (sysctl net.ipv4.ip_forward=1; in the lab, the box of the server) if that machine is the router. dhcp-relay passes on DHCP only: the files need a router.',
  'remedy.arp.no-reply': 'See whether the machine with that address is on, in the same VLAN, and has that address.',
  'remedy.link.queue-full':
    'The link is too slow for this traffic: give it more bandwidth or a longer queue, or lower windowsize.',
  'remedy.switch.untagged-refused': 'Give the trunk a native VLAN, or let the station send tagged frames.',
  'remedy.switch.vlan-not-allowed': 'Allow the VLAN on this port, or put the station into the VLAN of the port.',
  'remedy.switch.table-full':
    'Nothing is lost, but frames go to every port. Look for a station that changes its address all the time.',
  'remedy.switch.group-unwanted':
    'Have the station report the group by IGMP. iPXE never does: switch IGMP snooping off in its VLAN, or use unicast.',
  'remedy.switch.group-forgotten':
    'Give the VLAN a querier: a multicast router, or the switch itself. Else reports of groups expire after some minutes.',
  'remedy.switch.port-blocked': 'Make ports of PCs edge ports (PortFast), so that they forward at once.',
  // ROM files in cards
  'remedy.flash.not-a-rom':
    'Take a file for the flash of a card (.rom, .mrom). A .kpxe or .pxe is a boot program for a TFTP server, and an .lkrn is loaded as a kernel.',
  'remedy.flash.other-card':
    'Take the ROM that was built for these ids (bin/VENDORDEVICE.rom), or write the ids of the card into it: Debian’s pxe-ne2k_pci.rom names none, because QEMU fills the ids in.',
  'remedy.flash.efi-only':
    'Take a ROM with an image for BIOS (.rom, or one of both kinds), or give the machine UEFI firmware.',
  'remedy.flash.too-large':
    'Build it with less in it, or as .mrom: that copies a small part only and reads the rest from the card.',
  'remedy.flash.wrong-sum':
    'Write the file once more and compare it with the original: cmp FILE ORIGINAL. After a change by hand, make the sum 0 again.',
  // Machines
  'remedy.machine/emulator-trap':
    'The guest ran into something that is no program, or that the emulator cannot run. See whether the file that was started last is whole and for this kind of machine; then reset the machine.',
  'remedy.machine/triple-fault':
    'The machine ran into something that is no program for it. See whether the file that was started last is whole and for this kind of machine.',
  'remedy.program/loop':
    'The program waits for something that does not come, or has lost its way. See whether it is whole, made for this firmware, and finds what it asks for (the Calls panel has its last calls); Ctrl-Alt-Del starts the machine again.',
  'remedy.program/deaf-loop':
    'No key reaches it: press reset. See whether the program is whole and made for a BIOS; the Calls panel has what it called last.',
  'remedy.program/halted':
    'The program has stopped the CPU for good: it met an error that it does not print, or it is done. The screen and the Calls panel have what it did last; only reset or power goes on.',
  'remedy.program/empty-memory':
    'The program, or what it has loaded, is not where it believes: see whether the file is whole, made for a BIOS (not for UEFI), and loaded by a loader that knows its format.',
  'remedy.program/refused':
    'These bytes are no instructions of this CPU. See whether the file is whole and a program for a BIOS: a program for another processor, a text or data does this, and so does a 64-bit kernel.',
  'remedy.program/module-missing':
    'Put the modules of the same release where the program looks for them: Syslinux beside pxelinux.0 or in the folder of option 210, GRUB in the folder of its prefix (i386-pc).',
  'remedy.no-device':
    'Put a bootable medium into the machine (its form in the drawing), put the network into its boot order, or correct what keeps the network boot from its program.',
  'remedy.pxe-api/unsupported':
    'No boot ROM of PXE 2.1 has this function, or its number is wrong: use a program that does without it, or look for the error in the program.',
  'remedy.machine/failed':
    'This is an error of the lab, not of the boot: please report it with this lab. The machine can be reset.',
  'remedy.server/failed':
    'This is an error of the lab, not of the boot: please report it with this lab. The server is back when the lab starts again.',
  // Faults that were asked for.
  'remedy.fault': 'This fault is configured in the lab: remove it from the link to see the boot without it.',
} as const;

type RemedyTexts = typeof REMEDY_TEXTS & Pick<typeof FINDING_REMEDIES, `remedy.${FindingCode}`>;
export type RemedyId = keyof RemedyTexts;

/** The same trouble as another, which machines report and frames show, or that has several codes. */
const SAME_TROUBLE: Readonly<Record<string, RemedyId>> = {
  'arp.address-conflict': 'remedy.address-conflict',
  'pxe/E3B': 'remedy.tftp-missing-file',
  'pxe/E3C': 'remedy.file-denied',
  'http.403': 'remedy.file-denied',
  'pxe/E51': 'remedy.no-dhcp-answer',
  'pxe/E53': 'remedy.no-boot-file',
  'pxe/E76': 'remedy.pxe/E74',
  'pxe/E77': 'remedy.pxe/E74',
  'pxe/nak': 'remedy.dhcp-nak',
  'rpi/no-answer': 'remedy.no-dhcp-answer',
  'uboot/no-answer': 'remedy.no-dhcp-answer',
  'uboot/no-file': 'remedy.no-boot-file',
  'uboot/no-server': 'remedy.next-server-missing',
  'efi/E12': 'remedy.pxe/E61',
  'efi/E23': 'remedy.tftp-missing-file',
  'efi/nak': 'remedy.dhcp-nak',
  'efi/http-device': 'remedy.pxe/E61',
  'efi/image-bios': 'remedy.efi/image',
  'efi/image-text': 'remedy.efi/image',
  'efi/image-short': 'remedy.efi/image',
  'efi/image-machine': 'remedy.efi/image',
  'efi/image-subsystem': 'remedy.efi/image',
  'bootp/no-file': 'remedy.no-boot-file',
  'etherboot/no-server': 'remedy.no-dhcp-answer',
  'etherboot/no-filename': 'remedy.no-boot-file',
  'openboot/silent': 'remedy.bootparams.no-server',
  'loader/no-link': 'remedy.pxe/E61',
  'loader/unresolved': 'remedy.pxe/E11',
  'loader/silent': 'remedy.pxe/E32',
  'loader/stalled': 'remedy.pxe/E35',
  'loader/refused': 'remedy.tftp-missing-file',
  'loader/malformed': 'remedy.pxe/E39',
  'aoe.two-writers': 'remedy.iscsi.two-writers',
  'fcoe.two-writers': 'remedy.iscsi.two-writers',
  'fcoe.no-lun': 'remedy.iscsi.no-lun',
  'iscsi.chap-username': 'remedy.iscsi.chap-password',
  'iscsi.chap-no-mutual': 'remedy.iscsi.chap-password',
  'iscsi.no-auth-method': 'remedy.iscsi.chap-password',
  'pxe/option-43-unreadable': 'remedy.pxe/E74',
  'flash.no-pcir': 'remedy.flash.other-card',
  'flash.no-size': 'remedy.flash.wrong-sum',
  'flash.cut-off': 'remedy.flash.wrong-sum',
};

/** The id of what helps against trouble with this code; undefined when nothing general can be said. */
export function remedyIdFor(code: string): RemedyId | undefined {
  const same = Object.hasOwn(SAME_TROUBLE, code) ? SAME_TROUBLE[code] : undefined;
  const id = code.startsWith('fault.') ? 'remedy.fault' : (same ?? `remedy.${code}`);
  return same !== undefined || Object.hasOwn(REMEDY_TEXTS, id) ? (id as RemedyId) : undefined;
}
