/**
 * The firmware's view of a PC's time. A port handler runs inside the guest's instruction, where the guest's time is
 * ahead of the lab's: what the firmware does there (timers, frames, events) happens at the guest's time.
 */
import type { Clock, Timer } from '../../base/time/clock.ts';
import type { EventSink } from '../../base/event-log.ts';
import type { FramePort, FrameReceiver } from '../../net/port.ts';
import type { GuestCpu } from '../guest.ts';

export class PcTime implements Clock {
  private readonly clock: Clock;
  private cpu: GuestCpu | undefined;
  private inside = false;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** At each power-on. */
  attach(cpu: GuestCpu): void {
    this.cpu = cpu;
    this.inside = false;
  }

  get nowNs(): number {
    return this.inside && this.cpu !== undefined ? Math.max(this.cpu.nowNs, this.clock.nowNs) : this.clock.nowNs;
  }

  schedule(delayNs: number, callback: () => void): Timer {
    return this.clock.schedule(Math.max(0, this.nowNs + delayNs - this.clock.nowNs), callback);
  }

  /** Runs a port handler. */
  within<T>(action: () => T): T {
    this.inside = true;
    try {
      return action();
    } finally {
      this.inside = false;
    }
  }

  /** True when what is done now must be dated later than the lab's clock shows. */
  get ahead(): boolean {
    return this.inside && this.nowNs > this.clock.nowNs;
  }

  sink(log: EventSink): EventSink {
    return {
      emit: (body, options) => log.emit(body, this.ahead ? { timeNs: this.nowNs, ...options } : options),
      withCause: (cause, action) => log.withCause(cause, action),
      get currentCause() {
        return log.currentCause;
      },
    };
  }
}

/**
 * A network card in the firmware's hands. The host stack owns its receiver; UNDI, when it is open, takes all frames
 * instead; released, the card belongs to the guest's driver.
 */
export class PcNicPort implements FramePort {
  private readonly port: FramePort;
  private readonly time: PcTime;
  private receiver: FrameReceiver | undefined;
  private undi: FrameReceiver | undefined;
  private released = false;
  /** While network drives are served, the firmware keeps the card, even when a program releases it. */
  private isHeld = false;

  constructor(port: FramePort, time: PcTime) {
    this.port = port;
    this.time = time;
  }

  get name(): string {
    return this.port.name;
  }

  get linkUp(): boolean {
    return this.port.linkUp;
  }

  send(frame: Uint8Array): void {
    if (this.isGone) return;
    if (this.time.ahead) this.time.schedule(0, () => this.port.send(frame));
    else this.port.send(frame);
  }

  setReceiver(receiver: FrameReceiver | undefined): void {
    this.receiver = receiver;
    this.update();
  }

  setLinkListener(listener: ((linkUp: boolean) => void) | undefined): void {
    this.port.setLinkListener(listener);
  }

  /** All frames go to UNDI, none to the host stack; undefined gives them back. */
  setUndiReceiver(receiver: FrameReceiver | undefined): void {
    this.undi = receiver;
    this.update();
  }

  /** Lets go of the card: the guest's driver gets the frames. */
  release(): void {
    this.released = true;
    this.update();
  }

  take(): void {
    this.released = false;
    this.update();
  }

  /** As long as it is held, `release` takes no effect. */
  hold(isHeld: boolean): void {
    this.isHeld = isHeld;
    this.update();
  }

  private get isGone(): boolean {
    return this.released && !this.isHeld;
  }

  private update(): void {
    this.port.setReceiver(this.isGone ? undefined : (this.undi ?? this.receiver));
  }
}
