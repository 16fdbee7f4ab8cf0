/** Frames and bytes over time, in equal spans: what an I/O graph draws. */

/** Spans that a graph has at most. */
const MAX_BUCKETS = 400;

/** A round span (1, 2 or 5 times a power of ten, at least a microsecond) of which there are at most `MAX_BUCKETS`. */
export function spanFor(durationNs: number): number {
  let spanNs = 1000;
  for (let step = 0; durationNs / spanNs > MAX_BUCKETS; step++) spanNs *= step % 3 === 1 ? 2.5 : 2;
  return spanNs;
}

export interface TimeCounts {
  readonly frames: readonly number[];
  readonly bytes: readonly number[];
}

/** `count` frames: the time and the length of the n-th of them. Those outside the spans are left out. */
export function countOverTime(
  count: number,
  frameAt: (n: number) => { readonly timeNs: number; readonly length: number },
  startNs: number,
  spanNs: number,
  spans: number,
): TimeCounts {
  const frames = Array.from({ length: spans }, () => 0);
  const bytes = Array.from({ length: spans }, () => 0);
  for (let n = 0; n < count; n++) {
    const { timeNs, length } = frameAt(n);
    const at = Math.floor((timeNs - startNs) / spanNs);
    if (at < 0 || at >= spans) continue;
    frames[at] = (frames[at] ?? 0) + 1;
    bytes[at] = (bytes[at] ?? 0) + length;
  }
  return { frames, bytes };
}
