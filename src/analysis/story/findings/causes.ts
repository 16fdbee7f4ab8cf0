/** Which findings only follow from others, which outlast a boot that goes on, and which need someone whom they harm. */

import type { Severity } from '../../../base/event-log.ts';

interface Judged {
  readonly id: string;
  readonly severity: Severity;
  readonly machines: readonly string[];
}

/** Wrong whatever the boot does: it was luck, or the machine is entering what cannot run. */
export const SURVIVES_PROGRESS =
  /^(?:two-dhcp-servers|address-conflict|arp\.address-conflict|chainload-loop|wrong-firmware|config-refused|file\.|nbp-|machine\/|server\/|iscsi\.two-writers|aoe\.two-writers|fcoe\.two-writers|script-expansion|script-depth|trust-sha1$|trust-small-key$)/;

/**
 * A matter only when a machine does not boot: ports that drop frames, targets that refuse a machine which may have
 * another way to its disk.
 */
export const NEEDS_VICTIM =
  /^(?:switch\.|link\.|fragmented$|iscsi\.no-lun$|iscsi\.not-allowed$|aoe\.not-allowed$|fcoe\.(?:no-lun|no-port|not-in-zone)$|rarp\.|bootparams\.|architecture-unmatched$)/;

/** The words of firmware that has nothing to boot. */
export const NOTHING_TO_BOOT = /^(?:pxe\/E53|ipxe-nothing-to-boot|efi\/E16)$/;

const NO_ADDRESS =
  /^(?:no-dhcp-answer|vlan-unserved|late-dhcp-answer|dhcp-nak|pxe\/E51|pxe\/E18|pxe\/nak|efi\/nak|ipxe-no-address|rarp\/no-answer|bootp\/no-answer|etherboot\/no-server)$/;
const NO_FILE =
  /^(?:no-boot-file|efi\/E16|efi\/E21|pxe\/E53|pxe\/E55|ipxe-nothing-to-boot|pxe\/no-next-server|bootp\/no-file|etherboot\/no-filename)$/;
const NO_TRANSFER =
  /^(?:tftp-no-answer|tftp-stalled|tftp-error|tftp-repeats|port-unreachable|arp\.no-reply|pxe\/E11|pxe\/E32|pxe\/E35|pxe\/E36|pxe\/E38|ipxe-timeout|http-no-answer|http-stalled|ftp-no-answer|ftp-stalled|ipxe-no-address|loader\/(?:unresolved|silent|stalled|malformed))$/;
const MISSING =
  /^(?:tftp-missing-file|pxe-service-suffix|pxelinux-config-names|pxe\/E3B|loader\/refused|ipxe-not-found|pxelinux-config-missing|syslinux-module-missing)$/;
const HANGS =
  /^(?:efi\/image-|nbp-is-text|nbp-is-text-to-gpxe|nbp-may-be-efi|machine\/emulator-trap|machine\/triple-fault|wrong-firmware|program\/.*)$/;
/** What a program does that has been given what it cannot run, or cannot go on. */
const PROGRAM_FAILS = /^(?:machine\/|program\/)/;
/** Why a boot program does not get its modules. */
const NO_MODULE = /^(?:tftp-|syslinux-module-missing$|path-|port-unreachable$|arp\.no-reply$|ip\.not-forwarded$)/;
/** Where a boot ends that nothing else explains. */
const LAST_RESORT = /^(?:no-device|program\/exit)$/;
const ANY_FAILURE = /^(?:pxe\/E|efi\/|rpi\/|uboot\/|ipxe-|loader\/|rarp\/|bootp\/|etherboot\/|openboot\/)/;

/** By the cause: what follows from it on the same machine. */
const FOLLOWS: readonly (readonly [cause: RegExp, effects: readonly RegExp[]])[] = [
  [/^config-refused$/, [NO_ADDRESS, NO_FILE, NO_TRANSFER, ANY_FAILURE]],
  [
    /^switch\.(?:port-blocked|untagged-refused|vlan-not-allowed|group-unwanted|group-forgotten)$/,
    [NO_ADDRESS, NO_TRANSFER],
  ],
  [/^link\.queue-full$/, [NO_TRANSFER]],
  [/^fragmented$/, [NO_TRANSFER]],
  [/^ip\.not-forwarded$/, [NO_TRANSFER, ANY_FAILURE]],
  [/^rarp\./, [/^rarp\/no-answer$/]],
  [/^bootparams\./, [/^openboot\/(?:no-bootparams|silent)$/]],
  [/^(?:pxe\/E61|ipxe-link-down)$/, [NO_ADDRESS]],
  [
    /^(?:no-dhcp-answer|vlan-unserved)$/,
    [
      /^(?:pxe\/E51|rpi\/no-answer|uboot\/no-answer|efi\/E18|efi\/http-timeout|etherboot\/no-server|ipxe-no-address|late-dhcp-answer|arp\.no-reply)$/,
    ],
  ],
  [/^dhcp-nak$/, [/^(?:pxe\/nak|pxe\/E18|pxe\/E51|ipxe-no-address)$/]],
  [/^dhcp-decline$/, [/^(?:pxe\/E|ipxe-no-address)/]],
  [/^arp\.address-conflict$/, [/^address-conflict$/]],
  [/^proxy-without-server$/, [NO_FILE, /^(?:silent-on-4011|ipxe-timeout)$/]],
  [/^no-boot-file$/, [/^(?:pxe\/E53|efi\/E16|efi\/http-timeout|late-dhcp-answer|ipxe-nothing-to-boot)$/]],
  [/^architecture-unmatched$/, [/^(?:wrong-firmware|late-dhcp-answer|efi\/.*)$/, NO_FILE]],
  [/^http-boot-(?:class|uri)$/, [/^(?:efi\/|late-dhcp-answer$)/, NO_FILE]],
  [/^efi\/E16$/, [/^late-dhcp-answer$/]],
  [/^rpi\/no-(?:boot-option|address)$/, [/^(?:no-boot-file|late-dhcp-answer|two-dhcp-servers)$/]],
  [/^(?:rpi\/no-firmware|uboot\/no-file)$/, [MISSING]],
  [/^option-60-left$/, [NO_FILE, /^(?:silent-on-4011|port-unreachable|option-66-differs)$/]],
  [/^silent-on-4011$/, [NO_FILE]],
  [/^redirect-unsupported$/, [/^(?:ipxe-unsupported|efi\/http-)/]],
  [/^option-66-differs$/, [NO_TRANSFER, MISSING]],
  [/^next-server-missing$/, [NO_TRANSFER, MISSING, /^(?:pxe\/no-next-server|ipxe-unsupported)$/]],
  [/^next-server-of-lease$/, [NO_TRANSFER, MISSING]],
  [/^path-mtu$/, [NO_TRANSFER, /^ipxe-error$/]],
  [/^path-prefix-without-slash$/, [MISSING]],
  [/^shim-folder$/, [MISSING, /^efi\//]],
  [
    /^port-unreachable$/,
    [
      /^(?:tftp-no-answer|loader\/silent|pxe\/E32|pxe\/E38|ipxe-timeout|ipxe-refused|ipxe-dns-silent|silent-on-4011|efi\/E99|efi\/http-\w+)$/,
    ],
  ],
  [/^(?:pxe\/E11|loader\/unresolved)$/, [/^(?:arp\.no-reply|tftp-no-answer)$/]],
  [
    /^arp\.no-reply$/,
    [/^(?:efi\/E18|efi\/http-unexpected|ipxe-timeout|tftp-no-answer|http-no-answer|ipxe-dns-silent)$/],
  ],
  [
    /^(?:tftp|http|ftp)-(?:no-answer|stalled)$/,
    [
      /^(?:efi\/E18|efi\/http-\w+|pxe\/E32|pxe\/E35|pxe\/E36|loader\/(?:silent|stalled)|ipxe-timeout|tftp-repeats|tftp-error)$/,
    ],
  ],
  [/^tftp-error$/, [/^(?:efi\/E23|loader\/refused|pxe\/E3|ipxe-error|ipxe-denied|ipxe-timeout)/]],
  [
    /^(?:tftp-missing-file|pxe-service-suffix|pxelinux-config-names)$/,
    [/^(?:efi\/E23|loader\/refused|pxe\/E3|ipxe-not-found)/],
  ],
  [/^syslinux-module-missing$/, [/^pxelinux-config-missing$/]],
  [/^tls-/, [/^ipxe-(?:untrusted|certificate|denied|error|refused)$/]],
  [/^file-denied$/, [/^(?:efi\/E23|loader\/refused|pxe\/E3|ipxe-denied|ipxe-error)/]],
  [/^(?:http-error|http-denied|ftp-error)$/, [/^(?:ipxe-(?:not-found|denied|server-error|error)$|efi\/http-)/]],
  [/^connection-refused$/, [/^(?:ipxe-(?:refused|error)$|efi\/http-)/]],
  [/^file\./, [HANGS]],
  [/^nbp-/, [PROGRAM_FAILS]],
  [/^wrong-firmware$/, [/^(?:efi\/image-|nbp-may-be-efi)/, PROGRAM_FAILS]],
  [/^no-boot-signature$/, [/^ipxe-disk$/]],
  // iPXE names what went wrong; what only the server knows is nearer to the cause.
  [/^ipxe-san-no-target$/, [/^iscsi\.no-target$/]],
  [/^ipxe-san-denied$/, [/^iscsi\.(?:chap-\w+|no-auth-method)/]],
  [/^iscsi\.not-allowed$/, [/^ipxe-san-(?:no-target|denied)$/]],
  [/^iscsi\.no-lun$/, [/^ipxe-san-no-disk$/]],
  [/^aoe\.not-allowed$/, [/^ipxe-san-silent$/]],
  [/^fcoe\.(?:no-port|not-in-zone)$/, [/^ipxe-fcp-waits$/]],
  [/^fcoe\.no-lun$/, [/^ipxe-san-no-disk$/]],
  [/^script-label-missing$/, [/^ipxe-no-label$/]],
  [/^trust-(?!sha1|small-key)/, [/^ipxe-(?:untrusted|certificate|denied|error)$/]],
  [/^script-(?:expansion|depth)$/, [/^ipxe-no-memory$/]],
  [/^machine\/triple-fault$/, [/^machine\/emulator-trap$/]],
  [/^pxelinux\.default-replaced$/, [/^pxelinux\.local-boot$/, MISSING]],
  [/^chainload-loop$/, [/^ipxe-/]],
];

/** Whether `effect` is there because of `cause`, as far as one can tell: they are about the same machine. */
export function isExplained(effect: Judged, cause: Judged): boolean {
  const isSame =
    effect.machines.length === 0 ||
    cause.machines.length === 0 ||
    effect.machines.some((machine) => cause.machines.includes(machine));
  if (!isSame) return false;
  if (LAST_RESORT.test(effect.id))
    return (cause.severity === 'error' || cause.id === 'pxelinux.local-boot') && !LAST_RESORT.test(cause.id);
  if (effect.id === 'program/module-missing' && NO_MODULE.test(cause.id)) return true;
  const effects = FOLLOWS.find(([pattern]) => pattern.test(cause.id))?.[1] ?? [];
  return effects.some((pattern) => pattern.test(effect.id)) && !(effect.id === cause.id);
}
