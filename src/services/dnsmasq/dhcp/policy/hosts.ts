/** Which dhcp-host line is about a client. */
import { sameSubnet } from '../../../../base/address.ts';
import type { Ipv4Address } from '../../../../base/address.ts';
import { equalBytes } from '../../../../base/bytes.ts';
import type { DhcpHost, HwPattern } from '../../config/model.ts';
import { sameName } from './leases.ts';
import type { Subnet } from './ranges.ts';
import { matchTags } from './tags.ts';
import type { Tags } from './tags.ts';

export interface ClientIdentity {
  readonly hardwareType: number;
  readonly hardware: Uint8Array;
  readonly clientId: Uint8Array | undefined;
  readonly name: string | undefined;
}

/** How many bytes of a pattern match one by one; undefined when it does not match. */
export function hardwareMatch(pattern: HwPattern, type: number, hardware: Uint8Array): number | undefined {
  if (pattern.bytes.length !== hardware.length || hardware.length === 0) return undefined;
  if (pattern.type !== 0 && pattern.type !== type) return undefined;
  let exact = 0;
  for (let i = 0; i < hardware.length; i++) {
    const byte = pattern.bytes[i];
    if (byte === undefined) continue;
    if (byte !== hardware[i]) return undefined;
    exact++;
  }
  return exact;
}

export function hasHardware(host: DhcpHost, type: number, hardware: Uint8Array): boolean {
  return host.macs.some(
    (mac) => !mac.bytes.includes(undefined) && hardwareMatch(mac, type, hardware) === hardware.length,
  );
}

/** A fixed address counts only on the network that it belongs to. */
function fitsNetwork(host: DhcpHost, subnets: readonly Subnet[] | undefined): boolean {
  const { address } = host;
  if (subnets === undefined || address === undefined) return true;
  return subnets.some((subnet) => sameSubnet(address, subnet.range.start, subnet.netmask));
}

function matchesClientId(host: DhcpHost, clientId: Uint8Array): boolean {
  if (host.clientId === undefined) return false;
  if (equalBytes(host.clientId, clientId)) return true;
  // Some clients put a zero type byte before a text identifier.
  return clientId[0] === 0 && equalBytes(host.clientId, clientId.subarray(1));
}

/** The newest line wins. Client identifier beats hardware address beats wildcards beats name. */
function search(
  newestFirst: readonly DhcpHost[],
  client: ClientIdentity,
  subnets: readonly Subnet[] | undefined,
  tags: Tags,
  untagged: boolean,
): DhcpHost | undefined {
  const usable = (host: DhcpHost): boolean => fitsNetwork(host, subnets) && matchTags(host.tags, tags, untagged);
  const { clientId, hardware, hardwareType, name } = client;
  if (clientId !== undefined) {
    const found = newestFirst.find((host) => matchesClientId(host, clientId) && usable(host));
    if (found !== undefined) return found;
  }
  const byHardware = newestFirst.find((host) => hasHardware(host, hardwareType, hardware) && usable(host));
  if (byHardware !== undefined) return byHardware;
  let best: DhcpHost | undefined;
  let bestExact = -1;
  for (const host of newestFirst) {
    if (!usable(host)) continue;
    for (const mac of host.macs) {
      if (!mac.bytes.includes(undefined)) continue;
      const exact = hardwareMatch(mac, hardwareType, hardware);
      if (exact !== undefined && exact > bestExact) {
        best = host;
        bestExact = exact;
      }
    }
  }
  if (best !== undefined || name === undefined || subnets === undefined) return best;
  return newestFirst.find((host) => host.name !== undefined && sameName(host.name, name) && usable(host));
}

/** Lines with matching tags are preferred to lines without. */
export function findHost(
  newestFirst: readonly DhcpHost[],
  client: ClientIdentity,
  subnets: readonly Subnet[] | undefined,
  tags: Tags,
): DhcpHost | undefined {
  return search(newestFirst, client, subnets, tags, false) ?? search(newestFirst, client, subnets, tags, true);
}

export function hostWithAddress(hosts: readonly DhcpHost[], address: Ipv4Address): DhcpHost | undefined {
  return hosts.find((host) => host.address === address);
}
