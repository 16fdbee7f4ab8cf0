/**
 * Which findings each lab of the site shows at the end of its run, by id, with their severities. A lab that boots well
 * shows none; what is here is what the lab is about.
 */
import type { Severity } from '../../src/base/event-log.ts';

type Findings = Readonly<Record<string, Severity>>;

const NONE: Findings = {};

/** Long boots that tests of their own play, which look at the findings too. */
export const PLAYED_ELSEWHERE: ReadonlySet<string> = new Set([
  'debian-installer',
  'debian-network',
  'pc-aoe',
  'pc-iscsi',
  'two-vlans',
]);

/** `uefi.slow.test.ts` plays these: their firmware is there on request only. */
export const UEFI_BOOTS: ReadonlySet<string> = new Set(['pc-bios-uefi', 'pc-uefi-http', 'pc-uefi-pxe']);

export const FINDINGS: Readonly<Record<string, Findings>> = {
  'bare-bootp': NONE,
  'bare-bootp-relay': NONE,
  'bare-chainload-cured': NONE,
  'bare-chainload-loop': { 'chainload-loop': 'error' },
  'bare-etherboot': NONE,
  'bare-first': NONE,
  'bare-gpxe': NONE,
  'bare-inventory': NONE,
  'bare-inventory-100': NONE,
  'bare-ipxe-ftp': NONE,
  'bare-ipxe-http': NONE,
  'bare-ipxe-https': NONE,
  'bare-ipxe-menu': NONE,
  'bare-ipxe-nfs': NONE,
  'bare-ipxe-ntp': NONE,
  'bare-ipxe-signed': NONE,
  'bare-iscsi': NONE,
  'bare-late-server': NONE,
  'bare-loss': NONE,
  'bare-menu': NONE,
  'bare-mtftp': NONE,
  'bare-multicast-50': NONE,
  'bare-multicast-snooped': { 'switch.group-unwanted': 'error' },
  'bare-nth-lost': NONE,
  'bare-proxy': NONE,
  'bare-pxe': NONE,
  'bare-raspberry-pi': NONE,
  'bare-rarp': NONE,
  'bare-relay': NONE,
  'bare-ring': NONE,
  'bare-round-robin': NONE,
  // It boots, because the ROM happens to choose the right one.
  'bare-rogue': { 'two-dhcp-servers': 'warn' },
  'bare-storm-50': NONE,
  'bare-slam': NONE,
  'bare-stp': { 'switch.port-blocked': 'error' },
  'bare-sun': NONE,
  'bare-trunk': NONE,
  'bare-uefi-arm64': NONE,
  'bare-uefi-bios': NONE,
  'bare-uefi-http': NONE,
  'bare-uefi-proxy': NONE,
  'bare-uefi-x64': NONE,
  'bare-unicast-50': NONE,
  'bare-vlans': NONE,
  'debian-installer': NONE,
  'debian-network': NONE,
  'dnsmasq-arch-wiki': NONE,
  'dnsmasq-chainload': NONE,
  'dnsmasq-fedora': NONE,
  'dnsmasq-fog': NONE,
  'dnsmasq-ltsp-proxy': NONE,
  'dnsmasq-netboot-xyz': NONE,
  'dnsmasq-proxy-silent': { 'no-boot-file': 'error' },
  // The entry of the menu is a boot from the local disk, as the guide wants it.
  'dnsmasq-raspberry-pi': NONE,
  'dnsmasq-uefi-bios': NONE,
  'dnsmasq-vlans': NONE,
  'pc-aoe': NONE,
  'pc-chainload-cured': NONE,
  'pc-etherboot': NONE,
  'pc-grub-disk': NONE,
  'pc-ipxe-cd': NONE,
  'pc-ipxe-usb': NONE,
  'pc-ipxe-vlan': NONE,
  'pc-iscsi': NONE,
  'pc-iscsi-chap': NONE,
  'pc-memdisk-iso': NONE,
  'pc-bios-uefi': NONE,
  'pc-uefi-http': NONE,
  'pc-uefi-pxe': NONE,
  'two-vlans': NONE,
  'wrong-bootp-range': { 'bootp/no-answer': 'error' },
  'wrong-bootp-vendor-area': { 'loader/no-route': 'error' },
  'wrong-config': { 'config-refused': 'error' },
  'wrong-etherboot-pxelinux': { 'etherboot/not-an-image': 'error' },
  'wrong-gpxe-script': { 'nbp-is-text': 'error' },
  'wrong-iscsi-target': { 'ipxe-san-no-target': 'error' },
  'wrong-missing-file': { 'tftp-missing-file': 'error' },
  'wrong-nbp-too-large': { 'pxe/E79': 'error' },
  'wrong-no-boot-file': { 'no-boot-file': 'error' },
  'wrong-no-dhcp': { 'no-dhcp-answer': 'error' },
  'wrong-rarp-file': { 'tftp-missing-file': 'error' },
  'wrong-rarp-segment': { 'rarp/no-answer': 'error' },
  'wrong-rarp-table': { 'rarp.unknown': 'error' },
  'wrong-signature': { 'trust-image-signature': 'error' },
  'wrong-sun-bootparams': { 'bootparams.unknown': 'error' },
  'wrong-text-nbp': { 'file.boot-program-is-text': 'error' },
  'wrong-tftp-silent': { 'port-unreachable': 'error' },
  'wrong-tls-13-only': { 'tls-no-version': 'error' },
  'wrong-tls-clock': { 'trust-clock': 'error' },
  'wrong-tls-no-suite': { 'tls-no-suite': 'error' },
  'wrong-truncated-kernel': { 'file.kernel-cut-off': 'error' },
  'wrong-uefi-architecture': { 'architecture-unmatched': 'error' },
  'wrong-uefi-http-class': { 'http-boot-class': 'error' },
};

/** Test fixtures that cannot be opened. */
export const NOT_OPENED: readonly string[] = ['wrong-field', 'wrong-missing-image'];
