/** What the DHCP server remembers between packets. It can be copied, to ask "what would you answer?". */
import type { Ipv4Address } from '../../../../base/address.ts';
import type { DhcpHost, DhcpRange } from '../../config/model.ts';
import { LeaseDatabase } from './leases.ts';

/** An address that did not answer when it was probed, and for whom. */
export interface ProbeResult {
  readonly address: Ipv4Address;
  readonly hash: number;
  readonly timeS: number;
}

/** How long a probe counts. */
export const PROBE_MEMORY_S = 30;
/** How long a probe waits for an answer. */
export const PROBE_WAIT_S = 3;
/** More probes than this within the memory, and addresses are given out unprobed. */
export const MAX_RECENT_PROBES = Math.floor((0.6 * PROBE_MEMORY_S) / PROBE_WAIT_S);
/** A fixed address that was declined rests this long. */
export const DECLINE_REST_S = 600;

export class DhcpState {
  leases = new LeaseDatabase();
  probes: ProbeResult[] = [];
  /** Counts, by range, how often an address was found taken. */
  readonly epochs = new Map<DhcpRange, number>();
  /** When a fixed address was declined, in seconds since 1970. */
  readonly declined = new Map<DhcpHost, number>();

  /** The relay by which a network was reached first: its default router from then on. */
  readonly routers = new Map<DhcpRange, Ipv4Address>();

  clone(): DhcpState {
    const copy = new DhcpState();
    copy.leases = this.leases.clone();
    copy.probes = [...this.probes];
    for (const [range, epoch] of this.epochs) copy.epochs.set(range, epoch);
    for (const [host, time] of this.declined) copy.declined.set(host, time);
    for (const [range, router] of this.routers) copy.routers.set(range, router);
    return copy;
  }
}
