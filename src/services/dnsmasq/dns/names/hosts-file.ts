/** /etc/hosts, addn-hosts and their like: an address and its names, the first of which is the address's own. */
import { parseIpv4 } from '../../../../base/address.ts';
import type { Ipv4Address } from '../../../../base/address.ts';
import { canonicalName, parseIpv6 } from '../../config/parse/fields.ts';

export interface HostsEntry {
  readonly address: Ipv4Address | undefined;
  readonly address6: Uint8Array | undefined;
  readonly names: readonly string[];
}

export interface HostsFile {
  readonly entries: readonly HostsEntry[];
  /** Names read, as the log counts them. */
  readonly nameCount: number;
  /** Lines, counted from 1, whose first field is no address. */
  readonly badLines: readonly number[];
}

export function parseHostsFile(text: string): HostsFile {
  const entries: HostsEntry[] = [];
  const badLines: number[] = [];
  let nameCount = 0;
  for (const [index, raw] of text.split('\n').entries()) {
    const [addressText, ...fields] = raw.replace(/#.*$/, '').trim().split(/\s+/);
    if (addressText === undefined || addressText === '') continue;
    const address = parseIpv4(addressText);
    const address6 = address === undefined ? parseIpv6(addressText) : undefined;
    if (address === undefined && address6 === undefined) {
      badLines.push(index + 1);
      continue;
    }
    const names = fields.map((field) => canonicalName(field)).filter((name) => name !== undefined && name !== '');
    nameCount += names.length;
    entries.push({ address, address6, names: names.filter((name) => name !== undefined) });
  }
  return { entries, nameCount, badLines };
}
