/**
 * A cable between two ports on the virtual clock. It takes the time that a real one takes: serialisation
 * at the link's rate, one direction independent of the other, then latency. A frame is an event of its own, so
 * it arrives with the cause that sent it, and frames of one direction never overtake each other.
 */
import type { Clock } from '../base/time/clock.ts';
import type { EventSink } from '../base/event-log.ts';
import { assert } from '../base/result.ts';
import type { FramePort, FrameReceiver } from './port.ts';
import { Reporter } from './reporter.ts';
import { netMessage } from './messages.ts';

/** Preamble and SFD 8, FCS 4, interpacket gap 12 bytes (IEEE 802.3 §4.2.3.2, §3.2). */
export const ETHERNET_OVERHEAD_BYTES = 24;
/** Without FCS: shorter frames are padded on the wire (IEEE 802.3 §4.2.3.3), which costs time only. */
const MIN_FRAME_BYTES = 60;

export interface WireOptions {
  /** One way, sender's last bit to receiver. Default 1 microsecond. */
  readonly latencyNs?: number;
  /** Bits a second in each direction; absent or 0 means that serialisation takes no time. Default 1 Gbit/s. */
  readonly bandwidthBps?: number;
  /** Bytes that may wait for a direction to become free; more are dropped. Default 512 KiB. */
  readonly queueBytes?: number;
  /** Count preamble, FCS and interpacket gap as a real link does. Default true. */
  readonly framing?: boolean;
}

/** Notified of what happens on a cable, so that it can be drawn. */
export interface WireWatch {
  /** A frame was put on the cable at `side` and comes out of the other at `arrivalNs`. */
  sent(side: 0 | 1, arrivalNs: number): void;
  dropped(side: 0 | 1): void;
  link(up: boolean): void;
}

export interface WireCounters {
  readonly frames: number;
  readonly bytes: number;
  readonly dropped: number;
}

/** One direction of a cable. */
class Lane {
  busyUntilNs = 0;
  lastArrivalNs = 0;
  frames = 0;
  bytes = 0;
  dropped = 0;
}

/** A socket for a cable: the port that a network card or a switch owns, plugged or not. */
export class PlugPort implements FramePort {
  readonly name: string;
  private receiver: FrameReceiver | undefined;
  private linkListener: ((linkUp: boolean) => void) | undefined;
  private plug: { readonly wire: Wire; readonly side: 0 | 1 } | undefined;
  private up = false;

  constructor(name: string) {
    this.name = name;
  }

  get linkUp(): boolean {
    return this.up;
  }

  get plugged(): boolean {
    return this.plug !== undefined;
  }

  send(frame: Uint8Array): void {
    if (this.plug !== undefined) this.plug.wire.transmit(this.plug.side, frame);
  }

  setReceiver(receiver: FrameReceiver | undefined): void {
    this.receiver = receiver;
  }

  setLinkListener(listener: ((linkUp: boolean) => void) | undefined): void {
    this.linkListener = listener;
  }

  /** For the wire. */
  setPlug(wire: Wire, side: 0 | 1): void {
    assert(this.plug === undefined, `port ${this.name} has a cable already`);
    this.plug = { wire, side };
  }

  /** For the wire. */
  removePlug(): void {
    this.plug = undefined;
    this.setLink(false);
  }

  /** For the wire. */
  setLink(up: boolean): void {
    if (this.up === up) return;
    this.up = up;
    this.linkListener?.(up);
  }

  /** For the wire. */
  deliver(frame: Uint8Array): void {
    this.receiver?.(frame);
  }
}

export class Wire {
  readonly name: string;
  private readonly clock: Clock;
  private readonly reporter: Reporter;
  private options: Required<WireOptions>;
  private readonly lanes: readonly [Lane, Lane] = [new Lane(), new Lane()];
  private ports: readonly [PlugPort, PlugPort] | undefined;
  private up = true;
  private watcher: WireWatch | undefined;
  /** Moves on whenever the link is broken, so that frames in flight are lost. */
  private epoch = 0;

  constructor(name: string, clock: Clock, options: WireOptions = {}, log?: EventSink) {
    this.name = name;
    this.clock = clock;
    this.reporter = new Reporter(clock, log);
    this.options = complete(options);
  }

  get linkUp(): boolean {
    return this.up && this.ports !== undefined;
  }

  /** Counters of the direction that starts at side 0 or 1. */
  counters(side: 0 | 1): WireCounters {
    const { frames, bytes, dropped } = this.lanes[side];
    return { frames, bytes, dropped };
  }

  watch(watcher: WireWatch): void {
    this.watcher = watcher;
  }

  /** Plugs the cable in at both ends. */
  connect(a: PlugPort, b: PlugPort): this {
    assert(this.ports === undefined, `cable ${this.name} is plugged in already`);
    assert(a !== b, `cable ${this.name} has both ends in ${a.name}`);
    a.setPlug(this, 0);
    b.setPlug(this, 1);
    this.ports = [a, b];
    this.notifyLink();
    return this;
  }

  /** Pulls the cable out of both ports; frames on it are lost. */
  disconnect(): void {
    const { ports } = this;
    if (ports === undefined) return;
    this.ports = undefined;
    this.breakFlight();
    for (const port of ports) port.removePlug();
  }

  /** Takes the link down or up with the cable plugged in. */
  setUp(up: boolean): void {
    if (this.up === up) return;
    this.up = up;
    if (!up) this.breakFlight();
    this.notifyLink();
  }

  /** Changes rate, latency or queue for the frames to come. */
  configure(options: WireOptions): void {
    this.options = complete({ ...this.options, ...options });
  }

  /** For the ports. */
  transmit(side: 0 | 1, frame: Uint8Array): void {
    if (!this.up || this.ports === undefined) return;
    const lane = this.lanes[side];
    const { latencyNs, bandwidthBps, queueBytes, framing } = this.options;
    const { nowNs } = this.clock;
    const startNs = Math.max(nowNs, lane.busyUntilNs);
    let doneNs = startNs;
    if (bandwidthBps > 0) {
      // The queue length follows from the time at which the direction becomes free: no queue is stored.
      const waitingBytes = ((startNs - nowNs) * bandwidthBps) / 8e9;
      if (waitingBytes + frame.length > queueBytes) {
        lane.dropped++;
        this.watcher?.dropped(side);
        this.reporter.limited(`queue-${side}`, (more) => ({
          kind: 'decision',
          code: 'link.queue-full',
          severity: 'warn',
          ...netMessage('link.queue-full', { link: this.name, bytes: frame.length, queueBytes, more }),
        }));
        return;
      }
      const wireBytes = framing ? Math.max(frame.length, MIN_FRAME_BYTES) + ETHERNET_OVERHEAD_BYTES : frame.length;
      doneNs = startNs + Math.round((wireBytes * 8e9) / bandwidthBps);
      lane.busyUntilNs = doneNs;
    }
    lane.frames++;
    lane.bytes += frame.length;
    const arrivalNs = Math.max(doneNs + latencyNs, lane.lastArrivalNs);
    lane.lastArrivalNs = arrivalNs;
    this.watcher?.sent(side, arrivalNs);
    const { epoch } = this;
    const target = this.ports[side === 0 ? 1 : 0];
    this.clock.schedule(arrivalNs - nowNs, () => {
      if (epoch === this.epoch) target.deliver(frame);
    });
  }

  private breakFlight(): void {
    this.epoch++;
    for (const lane of this.lanes) {
      lane.busyUntilNs = 0;
      lane.lastArrivalNs = 0;
    }
  }

  private notifyLink(): void {
    const { ports } = this;
    this.watcher?.link(this.linkUp);
    if (ports === undefined) return;
    for (const port of ports) port.setLink(this.up);
  }
}

function complete(options: WireOptions): Required<WireOptions> {
  return {
    latencyNs: options.latencyNs ?? 1_000,
    bandwidthBps: options.bandwidthBps ?? 1e9,
    queueBytes: options.queueBytes ?? 512 * 1024,
    framing: options.framing ?? true,
  };
}
