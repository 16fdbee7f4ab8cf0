/**
 * What the DNS server knows by itself: names of hosts files, host-record lines, leases and interfaces, forward
 * and backward. Addresses of one name turn by one place with every query.
 */
import { DNS_TYPE } from '../../../../protocols/dns/codec.ts';
import { prefixMask, sameSubnet } from '../../../../base/address.ts';
import type { Ipv4Address } from '../../../../base/address.ts';
import { equalBytes } from '../../../../base/bytes.ts';
import type { ConfigLine } from '../../../../base/event-log.ts';
import { itemAt } from '../../../../base/lists/list.ts';
import type { DnsmasqConfig } from '../../config/model.ts';
import { domainLineOf } from '../../dhcp/policy/client.ts';
import type { Lease } from '../../dhcp/policy/leases.ts';
import type { HostsFile } from './hosts-file.ts';
import type { ServerInterface } from '../../datagram.ts';

export interface AddressEntry {
  readonly name: string;
  readonly address: Ipv4Address | undefined;
  readonly address6: Uint8Array | undefined;
  /** Undefined: the default of its source. */
  readonly ttlS: number | undefined;
  /** As the log names it: `config`, `DHCP`, or the path of a hosts file. */
  readonly source: string;
  readonly isLease: boolean;
  readonly origin: ConfigLine | undefined;
  /** The name that a reverse query gives for this address. */
  readonly isReverse: boolean;
  /** Of an interface-name line. */
  readonly isInterface?: boolean;
}

export interface NamedHosts {
  readonly path: string;
  readonly hosts: HostsFile;
}

/** Static entries: host-record lines, then hosts files. */
export function staticEntries(config: DnsmasqConfig, hostFiles: readonly NamedHosts[]): AddressEntry[] {
  const out: AddressEntry[] = [];
  const reversed = new Set<string>();
  const claimReverse = (address: Ipv4Address | undefined, address6: Uint8Array | undefined): boolean => {
    const key = address === undefined ? String(address6) : String(address);
    if (reversed.has(key)) return false;
    reversed.add(key);
    return true;
  };
  for (const record of config.hostRecords) {
    const four = record.address !== undefined && claimReverse(record.address, undefined);
    const six = record.address6 !== undefined && claimReverse(undefined, record.address6);
    record.names.forEach((name, i) => {
      const base = { name, ttlS: record.ttlS, source: 'config', isLease: false, origin: record.origin };
      if (record.address !== undefined) {
        out.push({ ...base, address: record.address, address6: undefined, isReverse: i === 0 && four });
      }
      if (record.address6 !== undefined) {
        out.push({ ...base, address: undefined, address6: record.address6, isReverse: i === 0 && six });
      }
    });
  }
  const expands = config.flags.has('expand-hosts');
  for (const { path, hosts } of hostFiles) {
    for (const entry of hosts.entries) {
      const domain = entry.address === undefined ? undefined : domainLineOf(config, entry.address, undefined)?.domain;
      let isReverse = claimReverse(entry.address, entry.address6);
      const added = new Set<string>();
      const add = (name: string): void => {
        if (added.has(name)) return;
        added.add(name);
        out.push({
          name,
          address: entry.address,
          address6: entry.address6,
          ttlS: undefined,
          source: path,
          isLease: false,
          origin: undefined,
          isReverse,
        });
        isReverse = false;
      };
      for (const name of entry.names) {
        if (expands && !name.includes('.') && domain !== undefined) add(`${name}.${domain}`);
        add(name);
      }
    }
  }
  return out;
}

/** Names of leases, unless a hosts file gives the name to another address. */
export function leaseEntries(
  config: DnsmasqConfig,
  leases: readonly Lease[],
  fixed: readonly AddressEntry[],
): AddressEntry[] {
  const out: AddressEntry[] = [];
  const onlyFull = config.flags.has('dhcp-fqdn');
  for (const lease of leases) {
    const { address, name, fqdn } = lease;
    if (name === undefined) continue;
    const names = [fqdn?.toLowerCase(), onlyFull ? undefined : name.toLowerCase()].filter((one) => one !== undefined);
    let isReverse = !fixed.some((entry) => entry.isReverse && entry.address === address);
    for (const one of names) {
      const rivals = fixed.filter((entry) => entry.name === one && entry.address !== undefined);
      if (rivals.length > 0) continue;
      out.push({
        name: one,
        address,
        address6: undefined,
        ttlS: undefined,
        source: 'DHCP',
        isLease: true,
        origin: undefined,
        isReverse,
      });
      isReverse = false;
    }
  }
  return out;
}

/** interface-name and dynamic-host lines, by what the interfaces have. */
export function interfaceEntries(config: DnsmasqConfig, interfaces: readonly ServerInterface[]): AddressEntry[] {
  const out: AddressEntry[] = [];
  const add = (
    name: string,
    address: Ipv4Address,
    origin: ConfigLine,
    isReverse = !out.some((entry) => entry.address === address),
  ): void => {
    out.push({
      name,
      address,
      address6: undefined,
      ttlS: undefined,
      source: 'config',
      isLease: false,
      origin,
      isReverse,
      isInterface: true,
    });
  };
  for (const line of config.interfaceNames) {
    // The first line of an interface names its addresses, whatever kind it is for.
    const isFirst = config.interfaceNames.find((other) => other.interfaceName === line.interfaceName) === line;
    for (const face of interfaces) {
      if (face.name === line.interfaceName && line.ipv4) add(line.name, face.address, line.origin, isFirst);
    }
  }
  for (const line of config.dynamicHosts) {
    for (const face of interfaces) {
      if (face.name !== line.interfaceName) continue;
      const mask = prefixMask(face.prefix);
      add(line.name, ((face.address & mask) | (line.hostPart & ~mask)) >>> 0, line.origin);
    }
  }
  return out;
}

/** With localise-queries, only addresses of the network that the query came from, where there are any. */
export function localise(entries: readonly AddressEntry[], face: ServerInterface | undefined): readonly AddressEntry[] {
  if (face === undefined) return entries;
  const mask = prefixMask(face.prefix);
  const near = entries.filter(({ address }) => address !== undefined && sameSubnet(address, face.address, mask));
  return near.length > 0 ? near : entries;
}

export function reverseEntries(
  entries: readonly AddressEntry[],
  address: Ipv4Address | undefined,
  address6: Uint8Array | undefined,
): AddressEntry[] {
  return entries.filter((entry) => {
    if (!entry.isReverse) return false;
    if (address !== undefined) return entry.address === address;
    return entry.address6 !== undefined && address6 !== undefined && equalBytes(entry.address6, address6);
  });
}

/** The address that a name in in-addr.arpa or ip6.arpa stands for. */
export function reverseAddress(name: string): { v4?: Ipv4Address; v6?: Uint8Array } | undefined {
  const four = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.in-addr\.arpa$/.exec(name);
  if (four !== null) {
    const parts = four.slice(1, 5).map(Number);
    if (parts.some((part) => part > 255)) return undefined;
    return {
      v4: ((itemAt(parts, 3) << 24) | (itemAt(parts, 2) << 16) | (itemAt(parts, 1) << 8) | itemAt(parts, 0)) >>> 0,
    };
  }
  const six = /^((?:[0-9a-f]\.){32})ip6\.arpa$/.exec(name);
  if (six === null) return undefined;
  const digits = itemAt(six, 1).split('.').slice(0, 32).reverse();
  return {
    v6: Uint8Array.from({ length: 16 }, (_, i) =>
      Number.parseInt(itemAt(digits, 2 * i) + itemAt(digits, 2 * i + 1), 16),
    ),
  };
}

/** The network that a name in in-addr.arpa stands for, also one with fewer than four labels. */
export function partialReverse(name: string): Ipv4Address | undefined {
  if (!name.endsWith('.in-addr.arpa')) return undefined;
  const labels = name.slice(0, -'.in-addr.arpa'.length).split('.').reverse();
  if (labels.length > 4 || labels.some((label) => !/^[0-9]{1,3}$/.test(label) || Number(label) > 255)) return undefined;
  return labels.reduce((sum, label, i) => sum + Number(label) * 2 ** (24 - 8 * i), 0);
}

const PRIVATE_NETWORKS: readonly (readonly [network: Ipv4Address, prefix: number])[] = [
  [0x0000_0000, 8],
  [0x7f00_0000, 8],
  [0x0a00_0000, 8],
  [0xac10_0000, 12],
  [0xc0a8_0000, 16],
  [0xa9fe_0000, 16],
  [0xc000_0200, 24],
  [0xc633_6400, 24],
  [0xcb00_7100, 24],
  [0xffff_ffff, 32],
];

/** RFC 1918, RFC 3927, RFC 5737 and their like: what bogus-priv and stop-dns-rebind keep at home. */
export function isPrivate(address: Ipv4Address): boolean {
  return PRIVATE_NETWORKS.some(([network, prefix]) => sameSubnet(address, network, prefixMask(prefix)));
}

export function isLoopback(address: Ipv4Address): boolean {
  return address >>> 24 === 127 || address >>> 24 === 0;
}

/** Whether the question is for an address of a name in an interface-name or dynamic-host line. */
export function isInterfaceName({ interfaceNames, dynamicHosts }: DnsmasqConfig, name: string, type: number): boolean {
  const isAddress = type === DNS_TYPE.a || type === DNS_TYPE.aaaa;
  return isAddress && [...interfaceNames, ...dynamicHosts].some((line) => line.name === name);
}
