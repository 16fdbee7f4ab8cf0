/** Timestamps of one side of a connection (RFC 7323 §3): its clock, and which of the other side's is echoed. */
import { NS_PER_S, type Clock } from '../../../base/time/clock.ts';
import type { TcpOption, TcpSegment } from '../../../protocols/tcp/codec.ts';

/** Between 1 ms and 1 s a tick (RFC 7323 §5.4). */
const TIMESTAMP_HZ = 1024;
/** Timestamps with the two bytes of padding before them (RFC 7323 appendix A). */
export const TIMESTAMPS_BYTES = 12;

export class Timestamps {
  private readonly clock: Clock;
  /** TS.Recent, and the last number that was acknowledged (RFC 7323 §4.3). */
  private recent = 0;
  private acknowledged = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** A segment at `start` has come: its timestamp is echoed when it begins at or before what was acknowledged. */
  note({ options }: TcpSegment, start: number): void {
    if (start > this.acknowledged) return;
    for (const option of options)
      if (option.kind === 'timestamps' && (start === 0 || ((option.value - this.recent) | 0) > 0))
        this.recent = option.value;
  }

  acknowledge(next: number): void {
    this.acknowledged = next;
  }

  option(): TcpOption {
    const value = Math.floor((this.clock.nowNs * TIMESTAMP_HZ) / NS_PER_S) >>> 0;
    return { kind: 'timestamps', value, echoReply: this.recent };
  }
}
