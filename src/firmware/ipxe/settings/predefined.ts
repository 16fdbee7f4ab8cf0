/**
 * The settings that have a name, with their DHCP tag, type and scope, and their description on the configuration
 * screen.
 */
import { settingType, type SettingType } from './types.ts';

/**
 * The meaning of a numeric tag depends on the block: in `dhcp` it is an option number, in `smbios` a
 * structure, in `pci` an address.
 */
export type Scope =
  | 'dhcp'
  | 'builtin'
  | 'smbios'
  | 'pci'
  | 'cpuid'
  | 'memmap'
  | 'acpi'
  | 'ipv6'
  | 'dhcpv6'
  | 'ndp'
  | 'lldp';

export interface PredefinedSetting {
  readonly name: string;
  readonly description: string;
  /** 0 for a setting without a tag. */
  readonly tag: number;
  readonly type: SettingType;
  readonly scope: Scope;
}

/** Option 175 holds iPXE's own options. */
const ENCAP = 175 << 8;

/** SMBIOS tags: type, offset and length in bytes 2 to 0. */
const smbios = (type: number, offset: number, length: number): number => (type << 16) | (offset << 8) | length;

function define(
  name: string,
  tag: number,
  type: string,
  description: string,
  scope: Scope = 'dhcp',
): PredefinedSetting {
  return { name, tag, type: settingType(type), description, scope };
}

/** In the order of the configuration screen. */
export const predefinedSettings: readonly PredefinedSetting[] = [
  // Interface.
  define('busid', 0, 'hex', 'Bus ID'),
  define('busloc', 0, 'uint32', 'Bus location'),
  define('bustype', 0, 'string', 'Bus type'),
  define('chip', 0, 'string', 'Chip'),
  define('hwaddr', 0, 'hex', 'Hardware address'),
  define('ifname', 0, 'string', 'Interface name'),
  define('linktype', 0, 'string', 'Link-layer type'),
  define('mac', 0, 'hex', 'MAC address'),
  define('mtu', 26, 'int16', 'MTU'),
  // IPv4.
  define('gateway', 3, 'ipv4', 'Default gateway'),
  define('ip', ENCAP | 2, 'ipv4', 'IP address'),
  define('netmask', 1, 'ipv4', 'Subnet mask'),
  define('dns', 6, 'ipv4', 'DNS server'),
  define('ntp', 42, 'ipv4', 'NTP server'),
  define('static-routes', 121, 'hex', 'Static routes'),
  // Names.
  define('dnssl', 119, 'dnssl', 'DNS search list'),
  define('domain', 15, 'string', 'DNS domain'),
  // Boot.
  define('filename', 67, 'string', 'Boot filename'),
  define('next-server', ENCAP | 3, 'ipv4', 'TFTP server'),
  // SAN.
  define('root-path', 17, 'string', 'SAN root path'),
  define('san-filename', ENCAP | 188, 'string', 'SAN filename'),
  define('initiator-iqn', 203, 'string', 'iSCSI initiator name'),
  define('keep-san', ENCAP | 8, 'int8', 'Preserve SAN connection'),
  define('san-drive', ENCAP | 189, 'uint8', 'SAN drive number'),
  define('san-retries', ENCAP | 187, 'int8', 'SAN retry count'),
  define('skip-san-boot', ENCAP | 9, 'int8', 'Do not boot from SAN device'),
  // Host.
  define('hostname', 12, 'string', 'Host name'),
  define('uuid', smbios(1, 8, 16), 'uuid', 'UUID', 'smbios'),
  define('asset', smbios(3, 8, 0), 'string', 'Asset tag', 'smbios'),
  define('board-serial', smbios(2, 7, 0), 'string', 'Base board serial', 'smbios'),
  define('manufacturer', smbios(1, 4, 0), 'string', 'Manufacturer', 'smbios'),
  define('product', smbios(1, 5, 0), 'string', 'Product name', 'smbios'),
  define('serial', smbios(1, 7, 0), 'string', 'Serial number', 'smbios'),
  define('user-class', 77, 'string', 'DHCP user class'),
  define('vendor-class', 60, 'string', 'DHCP vendor class'),
  // Authentication.
  define('gid', ENCAP | 195, 'uint32', 'NFS group ID'),
  define('password', ENCAP | 191, 'string', 'Password'),
  define('uid', ENCAP | 194, 'uint32', 'NFS user ID'),
  define('username', ENCAP | 190, 'string', 'User name'),
  define('reverse-password', ENCAP | 193, 'string', 'Reverse password'),
  define('reverse-username', ENCAP | 192, 'string', 'Reverse user name'),
  // Cryptography.
  define('cert', ENCAP | 91, 'hex', 'Client certificate'),
  define('crosscert', ENCAP | 93, 'string', 'Cross-signed certificate source'),
  define('privkey', ENCAP | 92, 'hex', 'Client private key'),
  define('trust', ENCAP | 90, 'hex', 'Trusted root certificate fingerprints'),
  // Miscellaneous.
  define('buildarch', 0, 'string', 'Build architecture', 'builtin'),
  define('cpumodel', 0, 'string', 'CPU model', 'cpuid'),
  define('cpuvendor', 0, 'string', 'CPU vendor', 'cpuid'),
  define('cwduri', 0, 'string', 'Current working directory URI', 'builtin'),
  define('cwuri', 0, 'string', 'Current working URI', 'builtin'),
  define('dhcp-server', 54, 'ipv4', 'DHCP server'),
  define('dmesg', 0, 'string', 'Message buffer', 'builtin'),
  define('errno', 0, 'uint32', 'Last error', 'builtin'),
  define('keymap', 0, 'string', 'Keyboard map'),
  define('memsize', 0, 'int32', 'Memory size (in MB)', 'memmap'),
  define('platform', 0, 'string', 'Firmware platform', 'builtin'),
  define('priority', ENCAP | 1, 'int8', 'Settings priority'),
  define('scriptlet', ENCAP | 81, 'string', 'Boot scriptlet'),
  define('syslog', 7, 'ipv4', 'Syslog server'),
  define('syslogs', ENCAP | 85, 'string', 'Encrypted syslog server'),
  define('unixtime', 0, 'uint32', 'Seconds since the Epoch', 'builtin'),
  define('version', 0, 'string', 'Version', 'builtin'),
];

const byName = new Map(predefinedSettings.map((setting) => [setting.name, setting]));

/** A predefined setting that the program itself names. */
export function predefined(name: string): PredefinedSetting {
  const setting = byName.get(name);
  if (setting === undefined) throw new Error(`No predefined setting ${name}`);
  return setting;
}

/** The predefined setting with this name, or with this tag in this scope. */
export function findPredefined(name: string, tag: number, scope: Scope): PredefinedSetting | undefined {
  return (
    byName.get(name) ??
    (tag === 0 ? undefined : predefinedSettings.find((setting) => setting.tag === tag && setting.scope === scope))
  );
}
