/**
 * The lab's capture. Ports of PCs and servers are tapped; switches only pass frames on. Each frame that a station
 * sends is one event of the timeline and one `frame` event of the log, so a single step is a single frame; its
 * arrivals are records too, but no events of their own: what a station does with a frame has the sent frame as cause.
 */
import type { Clock } from '../../base/time/clock.ts';
import type { EventLog } from '../../base/event-log.ts';
import { RecentMap } from '../../base/lists/recent-map.ts';
import { FRAMES_UNDER_WAY, FrameStore } from '../../analysis/frame-store.ts';
import type { FramePort, FrameReceiver } from '../../net/port.ts';

export class LabCapture {
  readonly store = new FrameStore();
  /** For each record the event that stands for it, -1 for arrivals. */
  readonly events: number[] = [];
  /** Frames that stations sent. */
  sentCount = 0;
  private readonly sentAt = new RecentMap<Uint8Array, number>(FRAMES_UNDER_WAY);
  private readonly clock: Clock;
  private readonly log: EventLog;

  constructor(clock: Clock, log: EventLog) {
    this.clock = clock;
    this.log = log;
  }

  /** The record of a frame as it was sent; undefined for one that has been changed since. */
  indexOf(frame: Uint8Array): number | undefined {
    return this.sentAt.get(frame);
  }

  /** Taps the port of a station; `node` owns it. */
  tap(port: FramePort, node: string): FramePort {
    const interfaceId = this.store.interfaceNamed(port.name);
    return new CapturePort(port, {
      sent: (frame, forward) => {
        const { currentCause } = this.log;
        this.clock.schedule(0, () => {
          const index = this.store.append({ timeNs: this.clock.nowNs, interfaceId, direction: 'out', bytes: frame });
          this.sentAt.set(frame, index);
          this.sentCount++;
          this.events.push(this.log.events.length);
          const id = this.log.emit(
            node,
            { kind: 'frame', port: port.name, direction: 'out', frame: index },
            currentCause === undefined ? {} : { cause: currentCause },
          );
          this.log.withCause(id, () => forward(frame));
        });
      },
      received: (frame) => {
        this.store.append({ timeNs: this.clock.nowNs, interfaceId, direction: 'in', bytes: frame });
        this.events.push(-1);
      },
    });
  }
}

interface Observer {
  readonly sent: (frame: Uint8Array, forward: (frame: Uint8Array) => void) => void;
  readonly received: (frame: Uint8Array) => void;
}

class CapturePort implements FramePort {
  readonly name: string;
  private readonly inner: FramePort;
  private readonly observer: Observer;
  private readonly forward: (frame: Uint8Array) => void;

  constructor(inner: FramePort, observer: Observer) {
    this.name = inner.name;
    this.inner = inner;
    this.observer = observer;
    this.forward = (frame) => this.inner.send(frame);
    this.setReceiver(undefined);
  }

  get linkUp(): boolean {
    return this.inner.linkUp;
  }

  send(frame: Uint8Array): void {
    if (this.inner.linkUp) this.observer.sent(frame, this.forward);
  }

  setReceiver(receiver: FrameReceiver | undefined): void {
    this.inner.setReceiver((frame) => {
      this.observer.received(frame);
      receiver?.(frame);
    });
  }

  setLinkListener(listener: ((linkUp: boolean) => void) | undefined): void {
    this.inner.setLinkListener(listener);
  }
}
