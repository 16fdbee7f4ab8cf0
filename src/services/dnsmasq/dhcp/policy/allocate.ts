/** Which address a client gets when nothing says which: its place in a range, upwards, past what is taken. */
import type { Ipv4Address } from '../../../../base/address.ts';
import type { DhcpEnvironment } from './client.ts';
import { hostWithAddress } from './hosts.ts';
import { hardwareHash, searchStart } from './ranges.ts';
import type { Subnet } from './ranges.ts';
import { MAX_RECENT_PROBES, PROBE_MEMORY_S } from './state.ts';
import type { ProbeResult } from './state.ts';
import { matchTags } from './tags.ts';
import type { Tags } from './tags.ts';

/** What the server waits for in the middle of an answer. */
export type DhcpWait =
  /** Send echo requests; the answer is whether the address is in use. */
  { readonly kind: 'probe'; readonly address: Ipv4Address } | { readonly kind: 'delay'; readonly seconds: number };

export type DhcpSteps<T> = Generator<DhcpWait, T, boolean>;

/** A probe of this address within the last half minute. */
function recentProbe(environment: DhcpEnvironment, address: Ipv4Address): ProbeResult | undefined {
  const now = environment.nowS();
  const { state } = environment;
  state.probes = state.probes.filter((probe) => now - probe.timeS <= PROBE_MEMORY_S);
  return state.probes.find((probe) => probe.address === address);
}

/** RFC 2131 §3.1 step 2: probe before offering. True when the address may be given to the client. */
export function* addressIsFree(environment: DhcpEnvironment, address: Ipv4Address, hash: number): DhcpSteps<boolean> {
  const { config, state } = environment;
  if (recentProbe(environment, address) !== undefined) return true;
  if (config.flags.has('no-ping') || state.probes.length >= MAX_RECENT_PROBES) return true;
  const inUse = yield { kind: 'probe', address };
  if (inUse) return false;
  state.probes = [...state.probes, { address, hash, timeS: environment.nowS() }];
  return true;
}

function isClassCEdge(address: Ipv4Address): boolean {
  const last = address & 0xff;
  const first = address >>> 24;
  return first >= 192 && first < 224 && (last === 0 || last === 0xff);
}

export function* allocate(
  environment: DhcpEnvironment,
  subnets: readonly Subnet[],
  hardware: Uint8Array,
  tags: Tags,
): DhcpSteps<Ipv4Address | undefined> {
  const { config, state, hosts } = environment;
  const isSequential = config.flags.has('dhcp-sequential-ip');
  const hash = hardwareHash(hardware);
  // Ranges that ask for tags come before those for all.
  for (const untagged of [false, true]) {
    for (const { range } of subnets) {
      if (range.kind !== 'dynamic' || !matchTags(range.tags, tags, untagged)) continue;
      const start = searchStart(range, hash, state.epochs.get(range) ?? 0, isSequential, state.leases);
      let address = start;
      do {
        const candidate = address;
        address = address >= range.end ? range.start : address + 1;
        if (subnets.some((subnet) => subnet.router === candidate || subnet.local === candidate)) continue;
        if (state.leases.atAddress(candidate) !== undefined) continue;
        if (hostWithAddress(hosts, candidate) !== undefined || isClassCEdge(candidate)) continue;
        const epoch = state.epochs.get(range) ?? 0;
        // One free address is passed over for each that was declined: the client must not get the same one again.
        if (isSequential && epoch > 0) {
          state.epochs.set(range, epoch - 1);
          continue;
        }
        const probe = recentProbe(environment, candidate);
        // An address probed for another client is about to be taken by that one.
        if (probe !== undefined && isSequential && probe.hash !== hash) continue;
        const isFree: boolean = yield* addressIsFree(environment, candidate, hash);
        if (isFree) return candidate;
        if (!isSequential) state.epochs.set(range, epoch + 1);
      } while (address !== start);
    }
  }
  return undefined;
}
