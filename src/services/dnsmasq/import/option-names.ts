/** The DHCP options as dhcpd.conf and Kea name them, and what their values are. */

export type OptionKind = 'ips' | 'text' | 'u8' | 'u16' | 'u32' | 'flag' | 'hex';

export interface OptionName {
  readonly code: number;
  readonly kind: OptionKind;
}

/** `option NAME` of dhcpd.conf and `name` of Kea's option-data. */
export const OPTION_NAMES: ReadonlyMap<string, OptionName> = new Map<string, OptionName>([
  ['subnet-mask', { code: 1, kind: 'ips' }],
  ['time-offset', { code: 2, kind: 'u32' }],
  ['routers', { code: 3, kind: 'ips' }],
  ['time-servers', { code: 4, kind: 'ips' }],
  ['domain-name-servers', { code: 6, kind: 'ips' }],
  ['log-servers', { code: 7, kind: 'ips' }],
  ['host-name', { code: 12, kind: 'text' }],
  ['boot-size', { code: 13, kind: 'u16' }],
  ['domain-name', { code: 15, kind: 'text' }],
  ['root-path', { code: 17, kind: 'text' }],
  ['extensions-path', { code: 18, kind: 'text' }],
  ['ip-forwarding', { code: 19, kind: 'flag' }],
  ['interface-mtu', { code: 26, kind: 'u16' }],
  ['broadcast-address', { code: 28, kind: 'ips' }],
  ['static-routes', { code: 33, kind: 'ips' }],
  ['nis-domain', { code: 40, kind: 'text' }],
  ['nis-servers', { code: 41, kind: 'ips' }],
  ['ntp-servers', { code: 42, kind: 'ips' }],
  ['vendor-encapsulated-options', { code: 43, kind: 'hex' }],
  ['netbios-name-servers', { code: 44, kind: 'ips' }],
  ['netbios-node-type', { code: 46, kind: 'u8' }],
  ['dhcp-lease-time', { code: 51, kind: 'u32' }],
  ['dhcp-renewal-time', { code: 58, kind: 'u32' }],
  ['dhcp-rebinding-time', { code: 59, kind: 'u32' }],
  ['vendor-class-identifier', { code: 60, kind: 'text' }],
  ['dhcp-client-identifier', { code: 61, kind: 'hex' }],
  ['tftp-server-name', { code: 66, kind: 'text' }],
  ['bootfile-name', { code: 67, kind: 'text' }],
  ['boot-file-name', { code: 67, kind: 'text' }],
  ['user-class', { code: 77, kind: 'text' }],
  ['pxe-system-type', { code: 93, kind: 'u16' }],
  ['client-system', { code: 93, kind: 'u16' }],
  ['client-ndi', { code: 94, kind: 'hex' }],
  ['pxe-interface-id', { code: 94, kind: 'hex' }],
  ['pxe-client-id', { code: 97, kind: 'hex' }],
  ['uuid-guid', { code: 97, kind: 'hex' }],
  ['domain-search', { code: 119, kind: 'text' }],
  ['tftp-server-address', { code: 150, kind: 'ips' }],
]);
