/**
 * A server that does not answer, as a wrapper of its port: matching frames are neither received nor sent. It sits
 * between the host and its tap, so that a capture shows the request arrive, and no answer, as with a service that
 * hangs.
 */
import type { Clock } from '../base/time/clock.ts';
import type { EventSink } from '../base/event-log.ts';
import { readU16 } from '../base/bytes.ts';
import { decodeIpv4Header } from '../protocols/ipv4/codec.ts';
import { IP_PROTOCOL } from '../protocols/ipv4/fields.ts';
import { ETHERNET, ETHERNET_HEADER_LENGTH, ETHERTYPE } from '../protocols/ethernet/fields.ts';
import { VLAN_TAG_LENGTH } from '../protocols/vlan/fields.ts';
import { faultEvent, netMessage, type MessagePart } from './messages.ts';
import type { FramePort, FrameReceiver } from './port.ts';
import { Reporter } from './reporter.ts';
import { isTagged } from './vlan-tag.ts';

/** While it lasts, frames that match are dropped, and their conversations are not answered. */
export interface Silence {
  /** Times of the lab's clock. */
  readonly fromNs: number;
  readonly untilNs: number;
  /** Absent: every frame. */
  readonly match?: (frame: Uint8Array) => boolean;
  /** How the match is called in the event: the filter as it was written. */
  readonly description?: string;
}

interface Flow {
  readonly protocol: number;
  readonly key: string;
}

/** The conversation of a TCP or UDP frame, the same for both directions; undefined for any other frame. */
function flowOf(frame: Uint8Array): Flow | undefined {
  const tag = isTagged(frame) ? VLAN_TAG_LENGTH : 0;
  const at = ETHERNET_HEADER_LENGTH + tag;
  if (frame.length < at || readU16(frame, ETHERNET.type + tag) !== ETHERTYPE.ipv4) return undefined;
  const header = decodeIpv4Header(frame, at);
  if (!header.ok) return undefined;
  const { protocol, source, destination, fragmentOffset, headerLength } = header.value;
  const ports = at + headerLength;
  if ((protocol !== IP_PROTOCOL.tcp && protocol !== IP_PROTOCOL.udp) || fragmentOffset > 0) return undefined;
  if (frame.length < ports + 4) return undefined;
  const ends = [`${source}:${readU16(frame, ports)}`, `${destination}:${readU16(frame, ports + 2)}`];
  return { protocol, key: `${protocol} ${ends.sort().join(' ')}` };
}

export class SilentPort implements FramePort {
  readonly name: string;
  private readonly inner: FramePort;
  private readonly clock: Clock;
  private readonly reporter: Reporter;
  private readonly silences: readonly Silence[];
  /** Conversations of which something was not heard, for each silence. */
  private readonly flows = new Map<Silence, Set<string>>();

  constructor(inner: FramePort, clock: Clock, log: EventSink | undefined, silences: readonly Silence[]) {
    this.name = inner.name;
    this.inner = inner;
    this.clock = clock;
    this.reporter = new Reporter(clock, log);
    this.silences = silences;
  }

  get linkUp(): boolean {
    return this.inner.linkUp;
  }

  send(frame: Uint8Array): void {
    const silence = this.silences.find((each) => this.holds(each) && this.keepsBack(each, frame));
    if (silence === undefined) this.inner.send(frame);
    else
      this.reporter.limited(`out ${silence.description}`, (more) =>
        faultEvent(
          'silent',
          netMessage('net.kept-back', {
            port: this.name,
            bytes: frame.length,
            why: about(silence),
            more,
          }),
        ),
      );
  }

  setReceiver(receiver: FrameReceiver | undefined): void {
    if (receiver === undefined) {
      this.inner.setReceiver(undefined);
      return;
    }
    this.inner.setReceiver((frame) => {
      const silence = this.silences.find((each) => this.holds(each) && this.ignores(each, frame));
      if (silence === undefined) receiver(frame);
      else
        this.reporter.emit(
          faultEvent(
            'silent',
            netMessage('net.not-heard', { port: this.name, bytes: frame.length, why: about(silence) }),
          ),
        );
    });
  }

  setLinkListener(listener: ((linkUp: boolean) => void) | undefined): void {
    this.inner.setLinkListener(listener);
  }

  private holds({ fromNs, untilNs }: Silence): boolean {
    const { nowNs } = this.clock;
    return nowNs >= fromNs && nowNs < untilNs;
  }

  private ignores(silence: Silence, frame: Uint8Array): boolean {
    if (silence.match === undefined) return true;
    const flow = flowOf(frame);
    const known = this.flows.get(silence) ?? new Set<string>();
    this.flows.set(silence, known);
    if (silence.match(frame)) {
      if (flow !== undefined) known.add(flow.key);
      return true;
    }
    // What was sent again may not look like a request any more; a stream with a hole in it goes nowhere in any case.
    return flow?.protocol === IP_PROTOCOL.tcp && known.has(flow.key);
  }

  private keepsBack(silence: Silence, frame: Uint8Array): boolean {
    if (silence.match === undefined || silence.match(frame)) return true;
    const flow = flowOf(frame);
    return flow !== undefined && this.flows.get(silence)?.has(flow.key) === true;
  }
}

function about({ description }: Silence): MessagePart {
  return description === undefined ? '' : netMessage('net.silent-about', { what: description });
}
