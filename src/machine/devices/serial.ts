/** A serial port's output as lines of the event log. */
import { NS_PER_MS, type Clock, type Timer } from '../../base/time/clock.ts';
import type { EventSink } from '../../base/event-log.ts';

export interface SerialConsoleOptions {
  /** Such as `serial0`. */
  readonly channel: string;
  readonly clock: Clock;
  readonly log: EventSink;
  readonly onLine: (text: string) => void;
}

/** A prompt has no line end: it is reported when nothing follows for this long. */
const PROMPT_NS = 200 * NS_PER_MS;
/** A guest that never ends its line does not fill the memory. */
const LONGEST_LINE = 4096;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

export class SerialConsole {
  private readonly options: SerialConsoleOptions;
  private line: number[] = [];
  private timer: Timer | undefined;
  private lastNs = 0;

  constructor(options: SerialConsoleOptions) {
    this.options = options;
  }

  put(byte: number, timeNs: number): void {
    this.lastNs = timeNs;
    if (byte === LINE_FEED || this.line.length >= LONGEST_LINE) this.flush();
    if (byte !== LINE_FEED && byte !== CARRIAGE_RETURN) {
      this.line.push(byte);
      if (this.timer === undefined) this.watch();
    }
  }

  /** Reports the line so far. */
  flush(): void {
    this.timer?.cancel();
    this.timer = undefined;
    if (this.line.length === 0) return;
    const text = new TextDecoder().decode(Uint8Array.from(this.line));
    this.line = [];
    this.options.log.emit({ kind: 'console', channel: this.options.channel, text }, { timeNs: this.lastNs });
    this.options.onLine(text);
  }

  private watch(): void {
    const { clock } = this.options;
    const delayNs = Math.max(0, this.lastNs - clock.nowNs) + PROMPT_NS;
    this.timer = clock.schedule(delayNs, () => {
      this.timer = undefined;
      if (clock.nowNs - this.lastNs >= PROMPT_NS) this.flush();
      else this.watch();
    });
  }
}
