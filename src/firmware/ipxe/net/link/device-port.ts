/**
 * Between a card and the IP stack: counts frames, takes VLAN tags out and puts them in, and watches spanning tree,
 * since a port that does not forward yet swallows every DHCPDISCOVER.
 */
import { readU16 } from '../../../../base/bytes.ts';
import { NS_PER_S } from '../../../../base/time/clock.ts';
import type { Clock, Timer } from '../../../../base/time/clock.ts';
import type { FramePort, FrameReceiver } from '../../../../net/port.ts';
import { isTagged, tagFrame, tagVid } from '../../../../net/vlan-tag.ts';
import { ETHERTYPE } from '../../../../protocols/ethernet/fields.ts';
import { removeVlanTag } from '../../../../protocols/vlan/codec.ts';
import type { Status } from '../../errors.ts';

const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_ARP = 0x0806;
const ETHERTYPE_RARP = 0x8035;
const ETHERTYPE_IPV6 = 0x86dd;
/** IEEE 802.3 §3.2.6: up to here the field is a length, and an LLC header follows. */
const MAX_LENGTH_FIELD = 1500;

const RX_UNKNOWN_PROTOCOL: Status = 0x3c086003;
const RX_NON_STP: Status = 0x3c3f6203;
const RX_LEGACY_STP: Status = 0x3c3f6303;
const RX_NON_RSTP: Status = 0x3c3f6403;
const TX_LINK_DOWN: Status = 0x28086011;

/** IEEE 802.1D-2004 §17.17: a port forwards after at most two forward delays; a hello comes every 2 s, three may be lost. */
const BLOCK_TIMEOUT_NS = 6 * NS_PER_S;
const RSTP_FLAG_FORWARDING = 0x20;

export interface PortCounters {
  tx: number;
  rx: number;
  readonly txErrors: Map<Status, number>;
  readonly rxErrors: Map<Status, number>;
}

/** Says a raw frame is handled and not for the IP stack. */

export class DevicePort implements FramePort {
  readonly name: string;
  readonly counters: PortCounters = { tx: 0, rx: 0, txErrors: new Map(), rxErrors: new Map() };
  private readonly clock: Clock;
  private readonly lower: FramePort;
  private readonly tag: { readonly vid: number; readonly priority: () => number } | undefined;
  private readonly acceptsIpv6: boolean;
  private readonly vlans = new Map<number, FrameReceiver>();
  /** The handler of frames with EtherTypes other than those of IP. */
  readonly protocols = new Map<number, FrameReceiver>();
  private receiver: FrameReceiver | undefined;
  private linkListener: ((linkUp: boolean) => void) | undefined;
  private unblock: Timer | undefined;

  constructor(
    clock: Clock,
    name: string,
    lower: FramePort,
    acceptsIpv6: boolean,
    tag?: { readonly vid: number; readonly priority: () => number },
  ) {
    this.clock = clock;
    this.name = name;
    this.lower = lower;
    this.acceptsIpv6 = acceptsIpv6;
    this.tag = tag;
  }

  get linkUp(): boolean {
    return this.lower.linkUp;
  }

  /** Spanning tree or link aggregation says that the switch does not forward for us yet. */
  get isBlocked(): boolean {
    return this.unblock !== undefined;
  }

  start(): void {
    const receive: FrameReceiver = (frame) => this.receive(frame);
    if (this.tag === undefined) {
      this.lower.setReceiver(receive);
      this.lower.setLinkListener((up) => this.linkListener?.(up));
    } else if (this.lower instanceof DevicePort) this.lower.vlans.set(this.tag.vid, receive);
  }

  stop(): void {
    if (this.tag === undefined) {
      this.lower.setReceiver(undefined);
      this.lower.setLinkListener(undefined);
    } else if (this.lower instanceof DevicePort) this.lower.vlans.delete(this.tag.vid);
    this.unblockNow();
  }

  send(frame: Uint8Array): void {
    if (!this.linkUp) {
      count(this.counters.txErrors, TX_LINK_DOWN);
      return;
    }
    this.counters.tx++;
    this.lower.send(this.tag === undefined ? frame : tagFrame(frame, this.tag.vid, this.tag.priority()));
  }

  setReceiver(receiver: FrameReceiver | undefined): void {
    this.receiver = receiver;
  }

  setLinkListener(listener: ((linkUp: boolean) => void) | undefined): void {
    this.linkListener = listener;
  }

  private receive(frame: Uint8Array): void {
    this.counters.rx++;
    if (isTagged(frame)) {
      const vid = tagVid(frame);
      const vlan = this.vlans.get(vid);
      // VLAN 0 is a priority tag: the frame is ours (IEEE 802.1Q §6.9.1).
      if (vlan !== undefined) vlan(removeVlanTag(frame));
      else if (vid === 0) this.deliver(removeVlanTag(frame));
      else count(this.counters.rxErrors, RX_UNKNOWN_PROTOCOL);
      return;
    }
    this.deliver(frame);
  }

  private deliver(frame: Uint8Array): void {
    if (frame.length < 14) return;
    const type = readU16(frame, 12);
    switch (type) {
      case ETHERTYPE_IPV4:
      case ETHERTYPE_ARP:
        this.receiver?.(frame);
        return;
      case ETHERTYPE_RARP:
        return;
      case ETHERTYPE.slow:
      case ETHERTYPE.eapol:
        this.protocols.get(type)?.(frame);
        return;
      case ETHERTYPE_IPV6:
        if (!this.acceptsIpv6) count(this.counters.rxErrors, RX_UNKNOWN_PROTOCOL);
        return;
      default:
        if (type <= MAX_LENGTH_FIELD) this.llc(frame);
        else if (this.protocols.has(type)) this.protocols.get(type)?.(frame);
        else count(this.counters.rxErrors, RX_UNKNOWN_PROTOCOL);
    }
  }

  /** Bridge protocol data units: LLC 42 42 03 (IEEE 802.1D §7.12.3), then protocol 0, version, type, flags (§9.3). */
  private llc(frame: Uint8Array): void {
    if (frame[14] !== 0x42 || frame[15] !== 0x42) {
      count(this.counters.rxErrors, RX_UNKNOWN_PROTOCOL);
      return;
    }
    const [version = 2, type, flags = 0] = frame.subarray(19);
    if (readU16(frame, 17) !== 0) count(this.counters.rxErrors, RX_NON_STP);
    else if (version < 2) count(this.counters.rxErrors, RX_LEGACY_STP);
    else if (type !== 2) count(this.counters.rxErrors, RX_NON_RSTP);
    else if ((flags & RSTP_FLAG_FORWARDING) === 0) this.block(BLOCK_TIMEOUT_NS);
    else this.unblockNow();
  }

  /** Nothing comes through for so long, unless it is said again. */
  block(timeoutNs: number): void {
    this.unblock?.cancel();
    this.unblock = this.clock.schedule(timeoutNs, () => {
      this.unblock = undefined;
    });
  }

  unblockNow(): void {
    this.unblock?.cancel();
    this.unblock = undefined;
  }
}

function count(tally: Map<Status, number>, status: Status): void {
  tally.set(status, (tally.get(status) ?? 0) + 1);
}
