/** How long a lease is, and where a reply goes. */
import { IPV4_ANY, IPV4_BROADCAST, type Ipv4Address } from '../../../base/address.ts';
import { collectOption, FLAG_BROADCAST, type DhcpMessage } from '../../../protocols/dhcp/codec.ts';
import { DHCP_OPTION } from '../../../protocols/dhcp/options.ts';
import { DHCP_SPACE, integerOf } from '../language/option-types.ts';
import type { Settings } from './evaluate.ts';
import type { Lease } from './leases.ts';

const DEFAULT_LEASE_S = 43_200;
const MAX_LEASE_S = 86_400;
const MIN_LEASE_S = 300;
/** A lease this young, in percent of its time, is confirmed as it is. */
const CACHE_THRESHOLD = 25;

/** Seconds of option 51 of a new lease. */
export function leaseSeconds(message: DhcpMessage, settings: Settings): number {
  const { numbers } = settings;
  const configured = settings.option(DHCP_SPACE, DHCP_OPTION.leaseTime);
  if (configured?.length === 4) return integerOf(configured);
  const asked = collectOption(message, DHCP_OPTION.leaseTime);
  const start = asked?.length === 4 ? integerOf(asked) : (numbers.get('default-lease-time') ?? DEFAULT_LEASE_S);
  const limit = numbers.get('max-lease-time') ?? MAX_LEASE_S;
  return Math.max(Math.min(start, limit), numbers.get('min-lease-time') ?? Math.min(MIN_LEASE_S, limit));
}

/** Whether an active lease is confirmed as it is. */
export function isYoung({ state, startS, endS }: Lease, { numbers }: Settings, nowS: number): boolean {
  const threshold = numbers.get('dhcp-cache-threshold') ?? CACHE_THRESHOLD;
  return state === 'active' && threshold > 0 && nowS - startS <= Math.floor(((endS - startS) * threshold) / 100);
}

/** Where a reply goes. */
export interface Destination {
  readonly destination: Ipv4Address;
  readonly destinationPort: number;
  /** Where ARP cannot be used: the client has no address yet. */
  readonly toHardware: boolean;
}

export function destinationOf(request: DhcpMessage, reply: DhcpMessage, settings: Settings): Destination {
  const isInform = reply.yiaddr === IPV4_ANY;
  if (isInform) return { destination: request.ciaddr, destinationPort: 68, toHardware: true };
  if (request.giaddr !== IPV4_ANY) return { destination: request.giaddr, destinationPort: 67, toHardware: false };
  const isForAll = (request.flags & FLAG_BROADCAST) !== 0 || settings.flags.get('always-broadcast') === true;
  if (isForAll) return { destination: IPV4_BROADCAST, destinationPort: 68, toHardware: false };
  if (request.ciaddr !== IPV4_ANY) return { destination: request.ciaddr, destinationPort: 68, toHardware: false };
  return { destination: reply.yiaddr, destinationPort: 68, toHardware: true };
}
