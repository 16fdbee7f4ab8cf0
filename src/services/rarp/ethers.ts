/** The tables of a RARP server: ethers(5) gives hardware addresses names or addresses, hosts(5) names addresses. */
import { parseIpv4, type Ipv4Address, type MacAddress } from '../../base/address.ts';
import type { ConfigLine } from '../../base/event-log.ts';

export interface EthersEntry {
  readonly mac: MacAddress;
  /** In order; empty for a name that nobody knows. */
  readonly addresses: readonly Ipv4Address[];
  readonly line: ConfigLine;
}

/** Six numbers of one or two digits between colons; hyphens are none, as in the C library's reader. */
const LINE = /^\s*([0-9a-f]{1,2}(?::[0-9a-f]{1,2}){5})\s+([^\s#]+)/i;

/** Lines that cannot be read are passed over. */
export function readEthers(ethers: string, hosts: string): readonly EthersEntry[] {
  const named = readHosts(hosts);
  return ethers.split('\n').flatMap((text, index) => {
    const [, digits, target] = LINE.exec(text) ?? [];
    if (digits === undefined || target === undefined) return [];
    const mac = Number.parseInt(digits.replace(/[^:]+/g, (pair) => pair.padStart(2, '0')).replaceAll(':', ''), 16);
    const address = parseIpv4(target);
    const addresses = address === undefined ? (named.get(target.toLowerCase()) ?? []) : [address];
    return [{ mac, addresses, line: { file: 'ethers', line: index + 1, text: text.trim() } }];
  });
}

function readHosts(hosts: string): ReadonlyMap<string, readonly Ipv4Address[]> {
  const named = new Map<string, Ipv4Address[]>();
  for (const text of hosts.split('\n')) {
    const [first = '', ...names] = text.replace(/#.*/, '').trim().split(/\s+/);
    const address = parseIpv4(first);
    if (address === undefined) continue;
    for (const name of names.map((one) => one.toLowerCase())) {
      const known = named.get(name);
      if (known === undefined) named.set(name, [address]);
      else known.push(address);
    }
  }
  return named;
}
