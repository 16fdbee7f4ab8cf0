/** What the watch for loops has seen so far: plain data, which keyframes keep. */
export interface LoopState {
  hasReported: boolean;
  low: number;
  high: number;
  sinceNs: number;
  samples: number;
  inBios: number;
  atIret: number;
  empty: number;
}
