/**
 * Captures made to exhaust the reader that opens them: each family repeats one thing `n` times (segments of one
 * byte, gaps, fragments, tags, quotes, conversations, ...). A capture of `2n` has twice the bytes or twice the frames,
 * so whatever looks at it should take twice as long. The seed varies what does not matter for the cost.
 */
import type { FrameStore } from '../../src/analysis/frame-store.ts';
import { SeededRng } from '../../src/base/rng.ts';
import type { HostileFamily } from './family.ts';
import { PACKET_FAMILIES } from './packet-families.ts';
import { TLS_FAMILIES } from './tls-families.ts';
import { TCP_FAMILIES } from './tcp-families.ts';

export type { HostileFamily };

export const HOSTILE_FAMILIES: readonly HostileFamily[] = [...TCP_FAMILIES, ...TLS_FAMILIES, ...PACKET_FAMILIES];

export function hostileCapture(family: HostileFamily, n: number, seed: string): FrameStore {
  return family.make(n, new SeededRng(`${seed} ${family.name}`));
}
