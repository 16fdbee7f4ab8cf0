/**
 * The DHCP options that dnsmasq knows by name (`dnsmasq --help dhcp`), how it reads their values, and how its
 * log shows them. Options without a name are taken by number and by the look of their value.
 */

export type OptionType = 'addresses' | 'name' | 'names' | 'number' | 'time' | 'text' | 'plain';

export interface OptionInfo {
  readonly code: number;
  readonly name: string;
  readonly type: OptionType;
  /** Bytes of a number; 0 where the value decides. */
  readonly size: number;
  /** Set by the server itself: its name is for dhcp-match alone. */
  readonly isInternal: boolean;
  /** The log shows it as a number. */
  readonly isDecimal: boolean;
}

/** Numbers that the log shows as such; others it shows as bytes. */
const DECIMAL: ReadonlySet<number> = new Set([13, 22, 23, 26, 35, 38, 53, 57, 93, 108]);

type Row = readonly [code: number, name: string, type: OptionType, size?: number];

const KNOWN: readonly Row[] = [
  [1, 'netmask', 'addresses'],
  [2, 'time-offset', 'number', 4],
  [3, 'router', 'addresses'],
  [6, 'dns-server', 'addresses'],
  [7, 'log-server', 'addresses'],
  [9, 'lpr-server', 'addresses'],
  [13, 'boot-file-size', 'number', 2],
  [15, 'domain-name', 'name'],
  [16, 'swap-server', 'addresses'],
  [17, 'root-path', 'name'],
  [18, 'extension-path', 'name'],
  [19, 'ip-forward-enable', 'number', 1],
  [20, 'non-local-source-routing', 'number', 1],
  [21, 'policy-filter', 'addresses'],
  [22, 'max-datagram-reassembly', 'number', 2],
  [23, 'default-ttl', 'number', 1],
  [26, 'mtu', 'number', 2],
  [27, 'all-subnets-local', 'number', 1],
  [31, 'router-discovery', 'number', 1],
  [32, 'router-solicitation', 'addresses'],
  [33, 'static-route', 'addresses'],
  [34, 'trailer-encapsulation', 'number', 1],
  [35, 'arp-timeout', 'number', 4],
  [36, 'ethernet-encap', 'number', 1],
  [37, 'tcp-ttl', 'number', 1],
  [38, 'tcp-keepalive', 'number', 4],
  [40, 'nis-domain', 'name'],
  [41, 'nis-server', 'addresses'],
  [42, 'ntp-server', 'addresses'],
  [44, 'netbios-ns', 'addresses'],
  [45, 'netbios-dd', 'addresses'],
  [46, 'netbios-nodetype', 'number', 1],
  [47, 'netbios-scope', 'plain'],
  [48, 'x-windows-fs', 'addresses'],
  [49, 'x-windows-dm', 'addresses'],
  [58, 'T1', 'time'],
  [59, 'T2', 'time'],
  [60, 'vendor-class', 'plain'],
  [64, 'nis+-domain', 'name'],
  [65, 'nis+-server', 'addresses'],
  [66, 'tftp-server', 'name'],
  [67, 'bootfile-name', 'name'],
  [68, 'mobile-ip-home', 'addresses'],
  [69, 'smtp-server', 'addresses'],
  [70, 'pop3-server', 'addresses'],
  [71, 'nntp-server', 'addresses'],
  [74, 'irc-server', 'addresses'],
  [77, 'user-class', 'plain'],
  [80, 'rapid-commit', 'plain'],
  [93, 'client-arch', 'number', 2],
  [94, 'client-interface-id', 'plain'],
  [97, 'client-machine-id', 'plain'],
  [100, 'posix-timezone', 'name'],
  [101, 'tzdb-timezone', 'name'],
  [108, 'ipv6-only', 'number', 4],
  [119, 'domain-search', 'names'],
  [120, 'sip-server', 'plain'],
  [121, 'classless-static-route', 'plain'],
  [125, 'vendor-id-encap', 'plain'],
  [150, 'tftp-server-address', 'addresses'],
  [255, 'server-ip-address', 'addresses'],
];

/** Named in the log and in dhcp-match lines; a line that gives an option cannot name them. */
const INTERNAL: readonly Row[] = [
  [12, 'hostname', 'name'],
  [28, 'broadcast', 'addresses'],
  [43, 'vendor-encap', 'plain'],
  [50, 'requested-address', 'addresses'],
  [51, 'lease-time', 'time'],
  [52, 'option-overload', 'plain'],
  [53, 'message-type', 'number', 1],
  [54, 'server-identifier', 'addresses'],
  [55, 'parameter-request', 'plain'],
  [56, 'message', 'plain'],
  [57, 'max-message-size', 'plain'],
  [61, 'client-id', 'plain'],
  [81, 'FQDN', 'plain'],
  [82, 'agent-id', 'plain'],
  [118, 'subnet-select', 'plain'],
];

const byCode = new Map<number, OptionInfo>();
const byName = new Map<string, OptionInfo>();

function add(rows: readonly Row[], isInternal: boolean): void {
  for (const [code, name, type, size] of rows) {
    const info: OptionInfo = { code, name, type, size: size ?? 0, isInternal, isDecimal: DECIMAL.has(code) };
    byCode.set(code, info);
    byName.set(name.toLowerCase(), info);
  }
}
add(KNOWN, false);
add(INTERNAL, true);

export function optionInfo(code: number): OptionInfo | undefined {
  return byCode.get(code);
}

/** All that `option:NAME` may name in a line that gives an option, by code. */
export function namedOptions(): readonly OptionInfo[] {
  return [...byName.values()].filter(({ isInternal }) => !isInternal).sort((a, b) => a.code - b.code);
}

/** The option behind `option:NAME`, in any case. */
export function optionByName(name: string): OptionInfo | undefined {
  return byName.get(name.toLowerCase());
}
