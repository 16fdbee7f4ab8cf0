/**
 * Which dhcp-range lines can serve a client: those of the network that its request came from, each completed with the
 * network's data from the interface or the relay.
 */
import { prefixMask, sameSubnet } from '../../../../base/address.ts';
import type { Ipv4Address } from '../../../../base/address.ts';
import type { DhcpRange } from '../../config/model.ts';
import type { LeaseDatabase } from './leases.ts';
import { matchTags } from './tags.ts';
import type { Tags } from './tags.ts';
import type { ServerInterface } from '../../datagram.ts';

/** A range, with what is known about its network for this request. */
export interface Subnet {
  readonly range: DhcpRange;
  readonly netmask: Ipv4Address;
  readonly broadcast: Ipv4Address | undefined;
  /** The server's own address there. */
  readonly local: Ipv4Address;
  /** Default value of option 3: the server itself, or the relay. */
  readonly router: Ipv4Address | undefined;
}

function broadcastOf(address: Ipv4Address, netmask: Ipv4Address): Ipv4Address {
  return (address | ~netmask) >>> 0;
}

/** The ranges on a directly connected network, in the order of the file. */
export function rangesOnInterface(ranges: readonly DhcpRange[], on: ServerInterface): Subnet[] {
  const mask = prefixMask(on.prefix);
  const out: Subnet[] = [];
  for (const range of ranges) {
    const fits = sameSubnet(on.address, range.start, mask) && sameSubnet(on.address, range.end, mask);
    const netmask = range.netmask ?? (fits ? mask : undefined);
    if (netmask === undefined) continue;
    if (!sameSubnet(on.address, range.start, netmask) || !sameSubnet(on.address, range.end, netmask)) continue;
    out.push({
      range,
      netmask,
      broadcast: range.broadcast ?? broadcastOf(range.start, netmask),
      local: on.address,
      router: on.address,
    });
  }
  return out;
}

/** RFC 791 classes: what is left to guess by when a relayed range has no netmask. */
export function classMask(address: Ipv4Address): Ipv4Address {
  const first = address >>> 24;
  return first < 128 ? 0xff000000 : first < 192 ? 0xffff0000 : 0xffffff00;
}

/** The ranges of a network that is reached through a relay (giaddr) or asked for by option 118 or 82. */
export function rangesForRelay(
  ranges: readonly DhcpRange[],
  network: Ipv4Address,
  local: Ipv4Address,
  router: Ipv4Address | undefined,
  interfaceMasks: readonly ServerInterface[],
): Subnet[] {
  const out: Subnet[] = [];
  for (const range of ranges) {
    const direct = interfaceMasks.find((face) => {
      const mask = prefixMask(face.prefix);
      return sameSubnet(face.address, range.start, mask) && sameSubnet(face.address, range.end, mask);
    });
    const netmask = range.netmask ?? (direct === undefined ? classMask(range.start) : prefixMask(direct.prefix));
    if (!sameSubnet(network, range.start, netmask) || !sameSubnet(network, range.end, netmask)) continue;
    out.push({
      range,
      netmask,
      broadcast: range.broadcast ?? broadcastOf(range.start, netmask),
      local: direct?.address ?? local,
      router: direct?.address ?? router,
    });
  }
  return out;
}

/** The range that can give out an address; undefined when none can, or when it is the server's own. */
export function rangeFor(subnets: readonly Subnet[], address: Ipv4Address, tags: Tags): Subnet | undefined {
  if (subnets.some((subnet) => subnet.router === address || subnet.local === address)) return undefined;
  return subnets.find(
    ({ range }) =>
      range.kind === 'dynamic' && address >= range.start && address <= range.end && matchTags(range.tags, tags, true),
  );
}

/** The one network whose options a client at an address gets: its range, else a static one, else any but proxy. */
export function narrow(subnets: readonly Subnet[], address: Ipv4Address, tags: Tags): Subnet | undefined {
  const inNet = (subnet: Subnet): boolean =>
    matchTags(subnet.range.tags, tags, true) && sameSubnet(address, subnet.range.start, subnet.netmask);
  return (
    rangeFor(subnets, address, tags) ??
    subnets.find((subnet) => inNet(subnet) && subnet.range.kind === 'static') ??
    subnets.find((subnet) => inNet(subnet) && subnet.range.kind !== 'proxy')
  );
}

/** sdbm over the hardware address: the same client gets the same place in the range every time. */
export function hardwareHash(hardware: Uint8Array): number {
  let hash = 0;
  for (const byte of hardware) hash = (byte + (hash << 6) + (hash << 16) - hash) >>> 0;
  return hash === 0 ? 1 : hash;
}

/** Where the search in a range begins. `epoch` counts addresses that turned out to be taken. */
export function searchStart(
  range: DhcpRange,
  hash: number,
  epoch: number,
  isSequential: boolean,
  leases: LeaseDatabase,
): Ipv4Address {
  const size = range.end - range.start + 1;
  if (!isSequential) return range.start + ((hash + epoch) % size);
  const highest = leases.highest(range.start, range.end);
  return highest === undefined ? range.start : range.start + ((highest - range.start + 1) % size);
}
