/** A number of bytes per second for all transfers of a server together: each piece waits until those before it have gone. */
import { NS_PER_S, type Clock } from '../../base/time/clock.ts';

/** A piece of a TCP body takes about this long. */
const PIECES_PER_S = 20;
const MAX_PIECE_BYTES = 16 * 1024;

export class RateLimit {
  readonly pieceBytes: number;
  private readonly clock: Clock;
  private readonly bytesPerSecond: number;
  private freeNs = 0;

  constructor(clock: Clock, bytesPerSecond: number) {
    this.clock = clock;
    this.bytesPerSecond = bytesPerSecond;
    this.pieceBytes = Math.min(MAX_PIECE_BYTES, Math.max(1, Math.floor(bytesPerSecond / PIECES_PER_S)));
  }

  /** Takes the time that so many bytes need; nanoseconds until they may go. */
  reserveNs(bytes: number): number {
    const { nowNs } = this.clock;
    const startNs = Math.max(nowNs, this.freeNs);
    this.freeNs = startNs + Math.round((bytes * NS_PER_S) / this.bytesPerSecond);
    return startNs - nowNs;
  }
}

export function rateLimit(clock: Clock, bytesPerSecond: number | undefined): RateLimit | undefined {
  return bytesPerSecond === undefined ? undefined : new RateLimit(clock, bytesPerSecond);
}
