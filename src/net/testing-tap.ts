/**
 * A tap for tests: a port round a port that shows every frame that passes and changes neither order nor time. The lab
 * itself captures with `lab/lab-capture.ts`.
 */
import type { Clock } from '../base/time/clock.ts';
import type { EventId, EventSink } from '../base/event-log.ts';
import type { FramePort, FrameReceiver } from './port.ts';

export interface TappedFrame {
  /** Seen from the owner of the port: `out` is what it sends. */
  readonly direction: 'in' | 'out';
  readonly port: string;
  readonly timeNs: number;
  readonly frame: Uint8Array;
}

/** May return the event that stands for the frame: what follows from the frame then has it as its cause. */
export type FrameObserver = (seen: TappedFrame) => EventId | undefined;

export class TapPort implements FramePort {
  readonly name: string;
  private readonly inner: FramePort;
  private readonly clock: Clock;
  private readonly observer: FrameObserver;
  private readonly log: EventSink | undefined;

  constructor(inner: FramePort, clock: Clock, observer: FrameObserver, log?: EventSink) {
    this.name = inner.name;
    this.inner = inner;
    this.clock = clock;
    this.observer = observer;
    this.log = log;
    this.setReceiver(undefined);
  }

  get linkUp(): boolean {
    return this.inner.linkUp;
  }

  send(frame: Uint8Array): void {
    // Without a link the frame never leaves the card.
    if (!this.inner.linkUp) return;
    const event = this.see('out', frame);
    if (event === undefined || this.log === undefined) this.inner.send(frame);
    else this.log.withCause(event, () => this.inner.send(frame));
  }

  setReceiver(receiver: FrameReceiver | undefined): void {
    if (receiver === undefined) {
      // A card without a driver still sees its frames pass.
      this.inner.setReceiver((frame) => {
        this.see('in', frame);
      });
      return;
    }
    this.inner.setReceiver((frame) => {
      const event = this.see('in', frame);
      if (event === undefined || this.log === undefined) receiver(frame);
      else this.log.withCause(event, () => receiver(frame));
    });
  }

  setLinkListener(listener: ((linkUp: boolean) => void) | undefined): void {
    this.inner.setLinkListener(listener);
  }

  private see(direction: 'in' | 'out', frame: Uint8Array): EventId | undefined {
    return this.observer({ direction, port: this.name, timeNs: this.clock.nowNs, frame });
  }
}
