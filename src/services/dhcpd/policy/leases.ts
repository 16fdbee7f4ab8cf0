/** The addresses of the pools, and who has them (dhcpd.leases(5)). dhcpd counts in whole seconds, and so does this. */
import type { Ipv4Address } from '../../../base/address.ts';
import type { Pool, SharedNetwork } from '../language/model.ts';

/** A declined address is nobody's for a day (`abandon-lease-time`). */
const ABANDON_S = 86_400;

export interface Lease {
  readonly address: Ipv4Address;
  readonly pool: Pool;
  readonly network: SharedNetwork;
  /** A free one whose end lies ahead is offered to somebody. */
  state: 'free' | 'active' | 'abandoned';
  /** Of the client that has or had it: type and address, in hexadecimal. */
  hardware: string | undefined;
  clientId: string | undefined;
  startS: number;
  endS: number;
  /** When its client was last heard. */
  heardS: number;
  hostName: string;
  /** Option 82 of the relay that the client is behind. */
  agent: Uint8Array | undefined;
  /** Offered for another time than it has: it is no longer confirmed as it is. */
  isOfferedAnew: boolean;
}

/** What becomes of a lease that a client is offered or given. */
type LeaseChange = Pick<Lease, 'state' | 'hardware' | 'clientId' | 'startS' | 'endS' | 'hostName' | 'agent'>;

type AddressRange = Pool['ranges'][number];

/** Before everything else: addresses that nobody ever had. */
const NEVER_S = Number.NEGATIVE_INFINITY;

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

/** Whether a lease comes before another of the same client: the active one with the later end, the one heard of later. */
function isPreferred(lease: Lease, other: Lease): boolean {
  if (other.state === 'active') return lease.state === 'active' && lease.endS >= other.endS;
  if (lease.state === 'active') return true;
  if (other.state === 'free') return lease.state === 'free' && lease.heardS >= other.heardS;
  return lease.state === 'free' || lease.heardS >= other.heardS;
}

/** The leases of each client, by its identifier or its hardware address, the preferred one first. */
class Chains {
  private readonly chains = new Map<string, Lease[]>();

  of(key: string | undefined): readonly Lease[] {
    return key === undefined ? [] : (this.chains.get(key) ?? []);
  }

  remove(key: string | undefined, lease: Lease): void {
    const chain = key === undefined ? undefined : this.chains.get(key);
    const at = chain?.indexOf(lease) ?? -1;
    if (at >= 0) chain?.splice(at, 1);
  }

  add(key: string | undefined, lease: Lease): void {
    if (key === undefined) return;
    const chain = this.chains.get(key) ?? [];
    const before = chain.findIndex((other) => isPreferred(lease, other));
    chain.splice(before < 0 ? chain.length : before, 0, lease);
    this.chains.set(key, chain);
  }
}

/** A pool may be large: addresses that nobody had are not kept. */
export class Leases {
  private readonly known = new Map<Ipv4Address, Lease>();
  private readonly byHardware = new Chains();
  private readonly byClientId = new Chains();
  /** Known leases of a pool in one state by their ends; of two with the same end the one that came last. */
  private readonly queues = new Map<Pool, Readonly<Record<Lease['state'], Lease[]>>>();
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

  ofClientId(clientId: string | undefined): readonly Lease[] {
    return this.byClientId.of(clientId);
  }

  ofHardware(hardware: string): readonly Lease[] {
    return this.byHardware.of(hardware);
  }

  /** Offered or given to a client. Its place among the client's others goes by what it was before. */
  change(lease: Lease, change: LeaseChange, nowS: number): void {
    this.forget(lease);
    lease.clientId = change.clientId;
    lease.hardware = change.hardware;
    this.byClientId.add(lease.clientId, lease);
    this.byHardware.add(lease.hardware, lease);
    Object.assign(lease, change, { heardS: nowS });
    this.enqueue(lease);
  }

  /** Given back. The client may have it again while it is free. */
  release(lease: Lease, nowS: number): void {
    if (lease.state !== 'free') this.free(lease, nowS);
  }

  /** Somebody else uses the address: it is nobody's for a day. */
  abandon(lease: Lease, nowS: number): void {
    this.forget(lease);
    Object.assign(lease, { state: 'abandoned', hardware: undefined, clientId: undefined, endS: nowS + ABANDON_S });
    this.enqueue(lease);
  }

  /** What has ended is free. */
  expire(nowS: number): void {
    for (const { active, abandoned } of this.queues.values())
      for (const queue of [active, abandoned])
        for (let first = queue[0]; first !== undefined && first.endS <= nowS; first = queue[0])
          this.free(first, first.endS);
  }

  /**
   * The address of a pool that comes next: one that nobody ever had, else the one that has been free for longest. Where
   * none is free, nor offered, it is one that a client found in use.
   */
  next(pool: Pool, network: SharedNetwork, nowS: number): Lease | undefined {
    for (const { start, end } of this.inOrder(pool))
      for (let address = start; address <= end; address++)
        if (!this.known.has(address)) return this.make(address, pool, network);
    const queues = this.queues.get(pool);
    const [first] = queues?.free ?? [];
    if (first === undefined) return queues?.abandoned[0];
    return first.endS > nowS ? undefined : first;
  }

  private free(lease: Lease, endS: number): void {
    this.dequeue(lease);
    Object.assign(lease, { state: 'free', endS, hostName: '', agent: undefined });
    this.enqueue(lease);
  }

  private make(address: Ipv4Address, pool: Pool, network: SharedNetwork): Lease {
    return {
      address,
      pool,
      network,
      state: 'free',
      hardware: undefined,
      clientId: undefined,
      startS: NEVER_S,
      endS: NEVER_S,
      heardS: NEVER_S,
      hostName: '',
      agent: undefined,
      isOfferedAnew: false,
    };
  }

  private queueOf({ pool, state }: Lease): Lease[] {
    let queues = this.queues.get(pool);
    if (queues === undefined) {
      queues = { free: [], active: [], abandoned: [] };
      this.queues.set(pool, queues);
    }
    return queues[state];
  }

  private forget(lease: Lease): void {
    this.byClientId.remove(lease.clientId, lease);
    this.byHardware.remove(lease.hardware, lease);
    this.dequeue(lease);
  }

  private dequeue(lease: Lease): void {
    const queue = this.queueOf(lease);
    const at = queue.indexOf(lease);
    if (at >= 0) queue.splice(at, 1);
  }

  private enqueue(lease: Lease): void {
    this.known.set(lease.address, lease);
    const queue = this.queueOf(lease);
    const before = queue.findIndex((other) => other.endS >= lease.endS);
    queue.splice(before < 0 ? queue.length : before, 0, lease);
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
}
