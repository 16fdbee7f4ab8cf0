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
  /** Option 82 of the relay that the client is behind. */
  agent: Uint8Array | undefined;
  /** Offered for another time than it has: it is no longer confirmed as it is. */
  isOfferedAnew: boolean;
}

type AddressRange = Pool['ranges'][number];

function queued(networks: readonly SharedNetwork[], wanted: Pool): readonly AddressRange[] {
  const all = networks
    .flatMap(({ pools }) => pools.flatMap((pool) => pool.ranges.map((range) => ({ pool, range }))))
    .toSorted((a, b) => a.range.start - b.range.start);
  const runs: AddressRange[][] = [];
  all.forEach(({ pool, range }, i) => {
    if (pool !== wanted) return;
    if (all[i - 1]?.pool === wanted) runs.at(-1)?.push(range);
    else runs.push([range]);
  });
  return runs.toReversed().flat();
}

/** A pool may be large: addresses that nobody had are not kept. */
export class Leases {
  private readonly known = new Map<Ipv4Address, Lease>();
  /** In the order in which a client is given one that it had before. */
  private readonly touched: Lease[] = [];
  private readonly networks: readonly SharedNetwork[];
  private readonly orders = new Map<Pool, readonly AddressRange[]>();

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
    const at = this.touched.indexOf(lease);
    if (at >= 0) this.touched.splice(at, 1);
    // An active lease stays in front of the client's others, which go to the end.
    const before =
      lease.state === 'active'
        ? this.touched.findIndex((other) => other.hardware === lease.hardware && other.state !== 'active')
        : -1;
    this.touched.splice(before < 0 ? this.touched.length : before, 0, lease);
    this.known.set(lease.address, lease);
  }

  /** It is nobody's any more. */
  release(lease: Lease, nowNs: number): void {
    lease.state = 'free';
    lease.hardware = undefined;
    lease.clientId = undefined;
    lease.endNs = nowNs;
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
      agent: undefined,
      isOfferedAnew: false,
    };
  }

  /** Leases in a network that a client had: by its identifier when it sends one, else by its hardware address. */
  ofClient(network: SharedNetwork, clientId: string | undefined, hardware: string): readonly Lease[] {
    const own = this.touched.filter((lease) => lease.network === network && lease.state !== 'abandoned');
    const byId = clientId === undefined ? [] : own.filter((lease) => lease.clientId === clientId);
    const byHardware = own.filter((lease) => lease.clientId === undefined && lease.hardware === hardware);
    return [...byId, ...byHardware];
  }

  /** An address that nobody ever had, else the one that has been free for longest. */
  free(pool: Pool, network: SharedNetwork, nowNs: number): Lease | undefined {
    for (const { start, end } of this.inOrder(pool))
      for (let address = start; address <= end; address++)
        if (!this.known.has(address)) return this.make(address, pool, network);
    const over = this.all().filter((lease) => lease.pool === pool && this.isFree(lease, nowNs));
    return over.toSorted((a, b) => a.endNs - b.endNs)[0];
  }

  /**
   * dhcpd queues the addresses of all pools of a network in the order of their numbers. Those that follow others of the
   * same pool stand behind them, those that come after another pool's go to the front.
   */
  private inOrder(pool: Pool): readonly AddressRange[] {
    let order = this.orders.get(pool);
    if (order === undefined) {
      order = queued(this.networks, pool);
      this.orders.set(pool, order);
    }
    return order;
  }

  isFree(lease: Lease, nowNs: number): boolean {
    return lease.state === 'free' || (lease.state !== 'abandoned' && lease.endNs <= nowNs);
  }
}
