/** Which interface and which next hop a packet takes: the subnets of the interfaces, and the routes that were added. */
import { IPV4_BROADCAST, maskPrefix, sameSubnet, type Ipv4Address } from '../../base/address.ts';
import { isMulticastIp } from '../igmp-frame.ts';
import type { HostInterface } from './interface.ts';
import type { Route } from './types.ts';

/** Where a packet goes. `loopback`: to this host itself. */
export interface Path {
  readonly via: HostInterface;
  readonly nextHop: Ipv4Address;
  readonly source: Ipv4Address;
  readonly loopback: boolean;
}

const CACHE_SIZE = 1024;

export class RouteTable {
  private readonly interfaces: readonly HostInterface[];
  private list: readonly Route[] = [];
  private readonly cache = new Map<Ipv4Address, Path>();

  constructor(interfaces: readonly HostInterface[]) {
    this.interfaces = interfaces;
  }

  get routes(): readonly Route[] {
    return this.list;
  }

  add(route: Route): void {
    this.remove(route.destination, route.mask, route.interfaceName);
    this.list = [...this.list, route];
    this.changed();
  }

  remove(destination: Ipv4Address, mask: Ipv4Address, interfaceName: string | undefined): void {
    this.list = this.list.filter(
      (route) =>
        route.destination !== destination ||
        route.mask !== mask ||
        (interfaceName !== undefined && route.interfaceName !== interfaceName),
    );
    this.changed();
  }

  removeInterface(interfaceName: string): void {
    this.list = this.list.filter((route) => route.interfaceName !== interfaceName);
    this.changed();
  }

  changed(): void {
    this.cache.clear();
  }

  /** The path to an address, or undefined when there is none (RFC 1122 §3.3.1). */
  find(destination: Ipv4Address): Path | undefined {
    const cached = this.cache.get(destination);
    if (cached !== undefined) return cached;
    const path = this.search(destination);
    if (path === undefined) return undefined;
    if (this.cache.size >= CACHE_SIZE) this.cache.clear();
    this.cache.set(destination, path);
    return path;
  }

  /** The path when the interface is given: on the link, or through a gateway of that interface. */
  findThrough(via: HostInterface, destination: Ipv4Address): Path {
    const routed = this.search(destination, via);
    return routed ?? { via, nextHop: destination, source: via.sourceToward(destination), loopback: false };
  }

  private search(destination: Ipv4Address, only?: HostInterface): Path | undefined {
    for (const via of this.interfaces) {
      const isOwn = via.hasAddress(destination) || destination >>> 24 === 127;
      if (via.up && isOwn) return { via, nextHop: destination, source: destination, loopback: true };
    }
    if (destination === IPV4_BROADCAST) {
      const via = only ?? this.interfaces.find((candidate) => candidate.up);
      return via && { via, nextHop: destination, source: via.address, loopback: false };
    }
    let best: Path | undefined;
    let bestLength = -1;
    let bestMetric = 0;
    const consider = (length: number, metric: number, make: () => Path): void => {
      if (length < bestLength || (length === bestLength && metric >= bestMetric)) return;
      bestLength = length;
      bestMetric = metric;
      best = make();
    };
    for (const via of this.interfaces) {
      if (!via.up || (only !== undefined && via !== only)) continue;
      for (const { address, mask } of via.addresses) {
        if (!sameSubnet(address, destination, mask)) continue;
        consider(maskPrefix(mask) ?? 0, 0, () => ({ via, nextHop: destination, source: address, loopback: false }));
      }
    }
    for (const route of this.list) {
      if (!sameSubnet(route.destination, destination, route.mask)) continue;
      const via = this.interfaces.find((candidate) => candidate.name === route.interfaceName);
      if (via === undefined || !via.up || (only !== undefined && via !== only)) continue;
      const nextHop = route.gateway ?? destination;
      consider(maskPrefix(route.mask) ?? 0, route.metric ?? 0, () => ({
        via,
        nextHop,
        source: via.sourceToward(nextHop),
        loopback: false,
      }));
    }
    if (best !== undefined || !isMulticastIp(destination)) return withGroup(best, destination);
    const via = only ?? this.interfaces.find((candidate) => candidate.up);
    return via && { via, nextHop: destination, source: via.address, loopback: false };
  }
}

/** A multicast packet goes to its group on the link, never to a gateway (RFC 1112 §6.1). */
function withGroup(path: Path | undefined, destination: Ipv4Address): Path | undefined {
  if (path === undefined || !isMulticastIp(destination)) return path;
  return { ...path, nextHop: destination };
}
