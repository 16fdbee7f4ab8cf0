/** /etc/ethers, for `read-ethers`: a hardware address and its IPv4 address or name on each line (ethers(5)). */
import { parseIpv4 } from '../../../base/address.ts';
import { isLegalHostName, parseHwPattern } from './parse/fields.ts';
import type { DhcpHost } from './model.ts';

export const ETHERS_PATH = '/etc/ethers';

export interface EthersFile {
  readonly hosts: readonly DhcpHost[];
  /** In dnsmasq's words, with the line, from 1. */
  readonly badLines: readonly { readonly line: number; readonly what: 'line' | 'address' | 'name' }[];
}

export function readEthers(text: string): EthersFile {
  const hosts: DhcpHost[] = [];
  const badLines: EthersFile['badLines'][number][] = [];
  for (const [index, whole] of text.split('\n').entries()) {
    const line = whole.trimEnd();
    if (line === '' || line.startsWith('#') || line.startsWith('+')) continue;
    const [, hardware = '', target = ''] = /^(\S*)\s*(.*)$/.exec(line) ?? [];
    // What an Ethernet address may also look like here.
    const mac = parseHwPattern(hardware.replaceAll('-', ':'));
    const address = parseIpv4(target);
    const isAddress = /^[\d.]*$/.test(target);
    const bad = (what: 'line' | 'address' | 'name'): void => void badLines.push({ line: index + 1, what });
    if (mac?.bytes.length !== 6 || target === '') bad('line');
    else if (isAddress && address === undefined) bad('address');
    else if (!isAddress && !isLegalHostName(target)) bad('name');
    else
      hosts.push({
        macs: [mac],
        clientId: undefined,
        ignoreClientId: false,
        name: isAddress ? undefined : target,
        domain: undefined,
        address,
        leaseS: undefined,
        setTags: [],
        tags: [],
        ignore: false,
        origin: { file: ETHERS_PATH, line: index + 1, text: line },
      });
  }
  return { hosts, badLines };
}
