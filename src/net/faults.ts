/**
 * Network faults, applied by a wrapper of a port: losses, delays, duplicates and bit errors are drawn from the seed, so
 * a boot that fails because of a lost frame fails again in a replay. Each fault that takes effect is an event.
 */
import { byteAt } from '../base/bytes.ts';
import { NS_PER_S, type Clock } from '../base/time/clock.ts';
import type { EventSink } from '../base/event-log.ts';
import { assert, unreachable } from '../base/result.ts';
import type { Rng } from '../base/rng.ts';
import { ETHERNET_HEADER_LENGTH } from '../protocols/ethernet/fields.ts';
import { VLAN_TAG_LENGTH } from '../protocols/vlan/fields.ts';
import { faultEvent, netMessage, type MessagePart } from './messages.ts';
import type { FramePort, FrameReceiver } from './port.ts';
import { Reporter } from './reporter.ts';
import { isTagged } from './vlan-tag.ts';
import type { Message } from '../base/sentence.ts';

/** Seen from the owner of the port: `out` is what it sends. */
export type FaultDirection = 'in' | 'out' | 'both';

/** What is done to a frame that was picked. */
export type FrameAction =
  | { readonly kind: 'drop' }
  /** Held back; later frames overtake it. */
  | { readonly kind: 'delay'; readonly delayNs: number }
  /** One bit is turned over: at `offset` (bytes from the start of the frame), or anywhere behind the Ethernet header. */
  | { readonly kind: 'corrupt'; readonly offset?: number }
  /** The second copy follows at once. */
  | { readonly kind: 'duplicate' };

interface FaultBase {
  /** Default `both`. */
  readonly direction?: FaultDirection;
  /** It strikes from this time of the lab's clock; absent: from the start. */
  readonly fromNs?: number;
  /** And before this one; absent: without end. */
  readonly untilNs?: number;
}

/** Probabilities are between 0 and 1. */
export type Fault =
  | (FaultBase & { readonly kind: 'loss'; readonly probability: number })
  /** Every frame comes later by `delayNs` and a random part of `jitterNs`; the order stays. */
  | (FaultBase & { readonly kind: 'delay'; readonly delayNs: number; readonly jitterNs?: number })
  /** Some frames are held back for `delayNs`, so that others overtake them. */
  | (FaultBase & { readonly kind: 'reorder'; readonly probability: number; readonly delayNs: number })
  | (FaultBase & { readonly kind: 'duplicate'; readonly probability: number })
  | (FaultBase & { readonly kind: 'corrupt'; readonly probability: number })
  | (FaultBase & { readonly kind: 'bandwidth'; readonly bandwidthBps: number })
  /** Longer packets disappear without a word, as behind a router that sends no ICMP. Bytes of the Ethernet payload. */
  | (FaultBase & { readonly kind: 'mtu'; readonly mtuBytes: number })
  /** The n-th frame (from 1) that matches, and the `times - 1` matching ones after it. */
  | (FaultBase & {
      readonly kind: 'nth';
      readonly n: number;
      readonly times?: number;
      readonly match: (frame: Uint8Array) => boolean;
      /** How the match is called in the event: the filter as it was written. */
      readonly description?: string;
      readonly action: FrameAction;
    });

/** A frame passing through the faults. */
interface Passing {
  frame: Uint8Array;
  /** Later than now, keeping the order. */
  delayNs: number;
  /** On top of that, overtaken by others. */
  heldNs: number;
}

/** Maximum number of copies of one frame at a port, however many faults duplicate it. */
const MAX_COPIES = 16;

/** State of one direction. */
class Lane {
  lastNs = 0;
  readonly busyUntilNs = new Map<Fault, number>();
  readonly matched = new Map<Fault, number>();
}

export class FaultPort implements FramePort {
  readonly name: string;
  private readonly inner: FramePort;
  private readonly clock: Clock;
  private readonly rng: Rng;
  private readonly reporter: Reporter;
  private faults: readonly Fault[];
  private readonly lanes = { in: new Lane(), out: new Lane() };
  private receiver: FrameReceiver | undefined;
  /** Frames that the one at hand has become. */
  private copies = 0;
  private hasReportedCopies = false;

  constructor(inner: FramePort, clock: Clock, rng: Rng, log?: EventSink, faults: readonly Fault[] = []) {
    this.name = inner.name;
    this.inner = inner;
    this.clock = clock;
    this.rng = rng;
    this.reporter = new Reporter(clock, log);
    this.faults = faults;
  }

  get linkUp(): boolean {
    return this.inner.linkUp;
  }

  /** Replaces all faults; counts of matching frames start again. */
  setFaults(faults: readonly Fault[]): void {
    this.lanes.in = new Lane();
    this.lanes.out = new Lane();
    this.faults = faults;
  }

  send(frame: Uint8Array): void {
    if (!this.linkUp) return;
    if (this.faults.length === 0) this.inner.send(frame);
    else this.pass('out', frame, (passed) => this.inner.send(passed));
  }

  setReceiver(receiver: FrameReceiver | undefined): void {
    this.receiver = receiver;
    if (receiver === undefined) {
      this.inner.setReceiver(undefined);
      return;
    }
    this.inner.setReceiver((frame) => {
      if (this.faults.length === 0) this.receiver?.(frame);
      else this.pass('in', frame, (passed) => this.receiver?.(passed));
    });
  }

  setLinkListener(listener: ((linkUp: boolean) => void) | undefined): void {
    this.inner.setLinkListener(listener);
  }

  private pass(direction: 'in' | 'out', frame: Uint8Array, deliver: (frame: Uint8Array) => void): void {
    const lane = this.lanes[direction];
    const passing: Passing[] = [{ frame, delayNs: 0, heldNs: 0 }];
    const { nowNs } = this.clock;
    this.copies = 1;
    for (const fault of this.faults) {
      const wanted = fault.direction ?? 'both';
      if (wanted !== 'both' && wanted !== direction) continue;
      if (nowNs < (fault.fromNs ?? 0) || nowNs >= (fault.untilNs ?? Number.POSITIVE_INFINITY)) continue;
      // Copies that an earlier fault made go through the later ones by themselves.
      for (const each of passing.splice(0)) this.apply(fault, lane, each, passing);
    }
    for (const each of passing) {
      const orderedNs = Math.max(nowNs + each.delayNs, lane.lastNs);
      lane.lastNs = orderedNs;
      const delayNs = orderedNs - nowNs + each.heldNs;
      if (delayNs === 0) deliver(each.frame);
      else this.clock.schedule(delayNs, () => this.linkUp && deliver(each.frame));
    }
  }

  private apply(fault: Fault, lane: Lane, each: Passing, out: Passing[]): void {
    switch (fault.kind) {
      case 'loss':
        if (this.rng.float() < fault.probability) this.act({ kind: 'drop' }, 'loss', each, out);
        else out.push(each);
        return;
      case 'delay':
        each.delayNs += fault.delayNs + Math.floor(this.rng.float() * (fault.jitterNs ?? 0));
        this.reportOften('delay', (more) => netMessage('net.delayed', { port: this.name, more }));
        out.push(each);
        return;
      case 'reorder':
        if (this.rng.float() < fault.probability) {
          this.act({ kind: 'delay', delayNs: fault.delayNs }, 'reorder', each, out);
        } else out.push(each);
        return;
      case 'duplicate':
        if (this.rng.float() < fault.probability) this.act({ kind: 'duplicate' }, 'duplicate', each, out);
        else out.push(each);
        return;
      case 'corrupt':
        if (this.rng.float() < fault.probability) this.act({ kind: 'corrupt' }, 'corrupt', each, out);
        else out.push(each);
        return;
      case 'bandwidth':
        each.delayNs = this.throttle(fault, fault.bandwidthBps, lane, each);
        this.reportOften('bandwidth', (more) =>
          netMessage('net.slowed', { port: this.name, bitsPerSecond: fault.bandwidthBps, more }),
        );
        out.push(each);
        return;
      case 'mtu': {
        const headers = ETHERNET_HEADER_LENGTH + (isTagged(each.frame) ? VLAN_TAG_LENGTH : 0);
        if (each.frame.length - headers > fault.mtuBytes) this.act({ kind: 'drop' }, 'mtu', each, out);
        else out.push(each);
        return;
      }
      case 'nth':
        if (this.isPicked(fault, lane, each.frame)) {
          const count = lane.matched.get(fault) ?? 0;
          const { description: what } = fault;
          const why =
            what === undefined ? netMessage('net.match', { count }) : netMessage('net.match-of', { count, what });
          this.act(fault.action, 'nth', each, out, why);
        } else out.push(each);
        return;
      default:
        unreachable(fault);
    }
  }

  private isPicked(fault: Extract<Fault, { kind: 'nth' }>, lane: Lane, frame: Uint8Array): boolean {
    if (!fault.match(frame)) return false;
    const count = (lane.matched.get(fault) ?? 0) + 1;
    lane.matched.set(fault, count);
    return count >= fault.n && count < fault.n + (fault.times ?? 1);
  }

  private throttle(fault: Fault, bandwidthBps: number, lane: Lane, { frame, delayNs }: Passing): number {
    const { nowNs } = this.clock;
    const startNs = Math.max(nowNs + delayNs, lane.busyUntilNs.get(fault) ?? 0);
    const doneNs = startNs + Math.round((frame.length * 8 * NS_PER_S) / bandwidthBps);
    lane.busyUntilNs.set(fault, doneNs);
    return doneNs - nowNs;
  }

  private act(action: FrameAction, code: string, each: Passing, out: Passing[], why: MessagePart = ''): void {
    const about = { port: this.name, bytes: each.frame.length, why };
    switch (action.kind) {
      case 'drop':
        this.report(code, netMessage('net.dropped', about));
        return;
      case 'delay':
        this.report(code, netMessage('net.held-back', { ...about, delayMs: action.delayNs / 1e6 }));
        out.push({ ...each, heldNs: each.heldNs + action.delayNs });
        return;
      case 'corrupt': {
        const frame = each.frame.slice();
        const first = frame.length > ETHERNET_HEADER_LENGTH ? ETHERNET_HEADER_LENGTH : 0;
        const at = action.offset ?? first + this.rng.below(frame.length - first);
        const bit = this.rng.below(8);
        assert(at >= 0, 'an offset is not negative');
        if (at < frame.length) frame[at] = byteAt(frame, at) ^ (1 << bit);
        this.report(code, netMessage('net.turned-over', { ...about, bit, at }));
        out.push({ ...each, frame });
        return;
      }
      case 'duplicate':
        out.push(each);
        if (this.copies >= MAX_COPIES) {
          this.reportCopies();
          return;
        }
        this.copies++;
        this.report(code, netMessage('net.sent-twice', about));
        out.push({ ...each });
        return;
      default:
        unreachable(action);
    }
  }

  private report(code: string, message: Message): void {
    this.reporter.emit(faultEvent(code, message));
  }

  private reportCopies(): void {
    if (this.hasReportedCopies) return;
    this.hasReportedCopies = true;
    this.report('duplicate', netMessage('net.copies-bounded', { port: this.name, limit: MAX_COPIES }));
  }

  /** For faults that strike every frame. */
  private reportOften(code: string, make: (more: MessagePart) => Message): void {
    this.reporter.limited(code, (more) => faultEvent(code, make(more)));
  }
}
