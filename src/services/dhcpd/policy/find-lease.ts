/** Which of the leases that there are a client may have: by its identifier, its hardware address, the address it names. */
import type { Ipv4Address } from '../../../base/address.ts';
import type { Pool, SharedNetwork } from '../language/model.ts';
import type { Lease, Leases } from './leases.ts';

export interface LeaseSearch {
  readonly kind: 'discover' | 'request' | 'bootp';
  /** Where the address must lie: the client's network, or that of the address that it asks for. */
  readonly network: SharedNetwork;
  readonly hardware: string;
  readonly clientId: string | undefined;
  /** `ciaddr`, else option 50. */
  readonly wanted: Ipv4Address | undefined;
  /** It uses its address (`ciaddr`): then nothing is taken away from it. */
  readonly isUsing: boolean;
  /** It has an address of its own in the network. */
  readonly hasFixed: boolean;
  /** Whether the pool is for such clients. */
  readonly isPermitted: (lease: Lease) => boolean;
  readonly nowS: number;
}

/** `isOurs`: an address of this server's pools was asked for, so that a client that may not have it is refused. */
export interface LeaseFound {
  readonly lease: Lease | undefined;
  readonly isOurs: boolean;
}

/** Leases that the client cannot have any more are given back on the way, as dhcpd does. */
export function findLease(leases: Leases, search: LeaseSearch): LeaseFound {
  const { kind, network, clientId, wanted, hasFixed, isPermitted, nowS } = search;
  const release = (lease: Lease): void => {
    if (!search.isUsing) leases.release(lease, nowS);
  };
  let byId = leases.ofClientId(clientId).find((lease) => {
    const fits = lease.state !== 'abandoned' && lease.network === network && isPermitted(lease);
    if (!fits) release(lease);
    return fits;
  });
  let byHardware = leases.ofHardware(search.hardware).find((lease) => {
    const isAnothers = lease.state === 'active' && lease.clientId !== undefined && lease.clientId !== clientId;
    if (lease.state === 'abandoned' || isAnothers || lease.network !== network) return false;
    if (!isPermitted(lease)) release(lease);
    return isPermitted(lease);
  });
  let asked = wanted === undefined ? undefined : leases.at(wanted);
  let isOurs = asked !== undefined;
  if (asked?.network !== network) asked = undefined;
  if (asked !== undefined && asked.state !== 'free' && !isOwn(asked, search)) {
    if (asked.state === 'abandoned') isOurs = false;
    asked = undefined;
  }
  if (kind === 'discover' && asked?.state === 'abandoned' && (byId ?? byHardware) !== undefined) asked = undefined;
  if (asked?.state === 'active' && asked.clientId !== undefined && asked !== byId) {
    // Of two leases by one identifier the one that it asks for counts.
    if (byId === undefined) asked = undefined;
    else {
      if (kind === 'request') release(byId);
      byId = asked;
    }
  }
  if (kind === 'request' && hasFixed) asked = undefined;
  if (byHardware === byId || byHardware === asked) byHardware = undefined;
  if (byId === asked) byId = undefined;
  if (asked !== undefined && !isPermitted(asked)) {
    release(asked);
    asked = undefined;
  }
  if (kind === 'request' && asked === undefined && !hasFixed) return { lease: undefined, isOurs };
  if (hasFixed && asked !== undefined) release(asked);
  if ((hasFixed || asked !== undefined) && byId !== undefined && kind === 'request') release(byId);
  if (hasFixed) return { lease: undefined, isOurs };
  // A BOOTP client may have what the same station has by an identifier.
  const fitsHardware =
    byHardware?.clientId === undefined ||
    byHardware.clientId === clientId ||
    (kind === 'bootp' && clientId === undefined);
  const lease = asked ?? byId ?? (fitsHardware ? byHardware : undefined);
  // An address that was found in use is given back to the client that asks for it.
  const isReclaimed = kind === 'request' && lease === asked;
  return lease?.state === 'abandoned' && !isReclaimed ? { lease: undefined, isOurs: true } : { lease, isOurs };
}

/** Of the same client, by its identifier when it has sent one. */
function isOwn(lease: Lease, { clientId, hardware }: LeaseSearch): boolean {
  return lease.clientId === undefined ? lease.hardware === hardware : lease.clientId === clientId;
}

/**
 * The next address of the pools that the client may use: of several the one that has been free for longest, and one that
 * was found in use only where there is no other.
 */
export function allocateLease(
  leases: Leases,
  network: SharedNetwork,
  isPermitted: (pool: Pool) => boolean,
  nowS: number,
): Lease | undefined {
  let best: Lease | undefined;
  for (const pool of network.pools) {
    const next = isPermitted(pool) ? leases.next(pool, network, nowS) : undefined;
    if (next !== undefined && (best === undefined || isBetter(next, best))) best = next;
  }
  return best;
}

function isBetter(next: Lease, best: Lease): boolean {
  const [isNext, isBest] = [next.state === 'abandoned', best.state === 'abandoned'];
  return isNext === isBest ? next.endS < best.endS : isBest;
}
