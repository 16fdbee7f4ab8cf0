/** The addresses of the pools, and who has them (dhcpd.leases(5)). */
import type { Ipv4Address } from '../../../base/address.ts';
import type { Pool, SharedNetwork } from '../language/model.ts';

export interface Lease {
  readonly address: Ipv4Address;
  readonly pool: Pool;
  readonly network: SharedNetwork;
  /** `offered` keeps it for a while; `abandoned` is never given again. */
  state: 'free' | 'offered' | 'active' | 'abandoned';
  /** Of the client that has or had it: type and address, in hexadecimal. */
  hardware: string | undefined;
  clientId: string | undefined;
  startNs: number;
  endNs: number;
  hostName: string;
}

/** A pool may be large: addresses that nobody had are not kept. */
export class Leases {
  private readonly known = new Map<Ipv4Address, Lease>();
  private readonly networks: readonly SharedNetwork[];

  constructor(networks: readonly SharedNetwork[]) {
    this.networks = networks;
  }

  /** In the order in which they were first given. */
  all(): readonly Lease[] {
    return [...this.known.values()];
  }

  at(address: Ipv4Address): Lease | undefined {
    const known = this.known.get(address);
    if (known !== undefined) return known;
    for (const network of this.networks)
      for (const pool of network.pools)
        for (const range of pool.ranges)
          if (address >= range.start && address <= range.end) return this.make(address, pool, network);
    return undefined;
  }

  /** Kept from now on. */
  keep(lease: Lease): void {
    this.known.set(lease.address, lease);
  }

  private make(address: Ipv4Address, pool: Pool, network: SharedNetwork): Lease {
    return {
      address,
      pool,
      network,
      state: 'free',
      hardware: undefined,
      clientId: undefined,
      startNs: 0,
      endNs: 0,
      hostName: '',
    };
  }

  /** Leases in a network that a client had: by its identifier when it sends one, else by its hardware address. */
  ofClient(network: SharedNetwork, clientId: string | undefined, hardware: string): readonly Lease[] {
    const own = this.all().filter((lease) => lease.network === network && lease.state !== 'abandoned');
    const byId = clientId === undefined ? [] : own.filter((lease) => lease.clientId === clientId);
    const byHardware = own.filter((lease) => lease.clientId === undefined && lease.hardware === hardware);
    return [...byId, ...byHardware];
  }

  /** The lowest address of the last range that nobody ever had, else the one that has been free for longest. */
  free(pool: Pool, network: SharedNetwork, nowNs: number): Lease | undefined {
    for (const { start, end } of pool.ranges.toReversed())
      for (let address = start; address <= end; address++)
        if (!this.known.has(address)) return this.make(address, pool, network);
    const over = this.all().filter((lease) => lease.pool === pool && this.isFree(lease, nowNs));
    return over.toSorted((a, b) => a.endNs - b.endNs)[0];
  }

  isFree(lease: Lease, nowNs: number): boolean {
    return lease.state === 'free' || (lease.state !== 'abandoned' && lease.endNs <= nowNs);
  }
}
