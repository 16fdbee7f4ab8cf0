/**
 * An interface of a host: the Ethernet below IP. It decides which frames are for this station, keeps the
 * addresses, and finds the station for each packet that goes out.
 */
import {
  IPV4_ANY,
  IPV4_BROADCAST,
  isGroupMac,
  MAC_BROADCAST,
  readMac,
  sameSubnet,
  type Ipv4Address,
  type MacAddress,
} from '../../base/address.ts';
import { readU16 } from '../../base/bytes.ts';
import type { Clock } from '../../base/time/clock.ts';
import { writeEthernetHeader } from '../../protocols/ethernet/codec.ts';
import { ETHERNET, ETHERNET_HEADER_LENGTH, ETHERTYPE } from '../../protocols/ethernet/fields.ts';
import { removeVlanTag, vlanTagOf } from '../../protocols/vlan/codec.ts';
import { VLAN_ID_NONE } from '../../protocols/vlan/fields.ts';
import type { Rng } from '../../base/rng.ts';
import { igmpFrame, isMulticastIp, multicastMac } from '../igmp-frame.ts';
import type { FramePort } from '../port.ts';
import type { Reporter } from '../reporter.ts';
import { ArpCache, type ArpLink, type ArpTimes } from './arp.ts';
import { GroupMemberships } from './groups.ts';
import type { ArpRow, InterfaceAddress, InterfaceCounters, InterfaceOptions, NetInterface } from './types.ts';

/** What an interface passes up to its host. */
export interface InterfaceOwner extends ArpTimes {
  readonly clock: Clock;
  readonly reporter: Reporter;
  /** Of the random delays of IGMP; undefined when the host does not speak it. */
  readonly igmpRng: Rng | undefined;
  receiveIpv4(from: HostInterface, frame: Uint8Array): void;
  /** Addresses, MTU or state changed: routes must be looked up again. */
  changed(): void;
  unresolved(nextHop: Ipv4Address, frames: readonly Uint8Array[]): void;
  removed(closed: HostInterface): void;
}

export class HostInterface implements NetInterface, ArpLink {
  readonly name: string;
  readonly mac: MacAddress;
  promiscuous = false;
  onFrame: ((frame: Uint8Array) => boolean) | undefined;
  onLink: ((linkUp: boolean) => void) | undefined;
  private readonly owner: InterfaceOwner;
  private readonly port: FramePort;
  private readonly arp: ArpCache;
  private mtuBytes: number;
  private isUp = true;
  private list: readonly InterfaceAddress[] = [];
  /** What has been joined here. */
  readonly groups: GroupMemberships;
  private framesIn = 0;
  private framesOut = 0;
  private bytesIn = 0;
  private bytesOut = 0;
  private errorsIn = 0;

  constructor(owner: InterfaceOwner, options: InterfaceOptions) {
    this.owner = owner;
    this.name = options.name;
    this.mac = options.mac;
    this.port = options.port;
    this.mtuBytes = options.mtu ?? 1500;
    this.arp = new ArpCache(this, owner.clock, owner.reporter, owner);
    const { clock, igmpRng } = owner;
    this.groups = new GroupMemberships(
      igmpRng && {
        clock,
        rng: igmpRng.derive(options.name),
        send: (group, message) => this.sendFrame(igmpFrame(this.mac, this.address, group, message)),
      },
    );
    this.port.setReceiver((frame) => this.receive(frame));
    this.port.setLinkListener((linkUp) => this.onLink?.(linkUp));
  }

  get mtu(): number {
    return this.mtuBytes;
  }

  set mtu(bytes: number) {
    this.mtuBytes = bytes;
    this.owner.changed();
  }

  get up(): boolean {
    return this.isUp;
  }

  get linkUp(): boolean {
    return this.port.linkUp;
  }

  get addresses(): readonly InterfaceAddress[] {
    return this.list;
  }

  get address(): Ipv4Address {
    return this.list[0]?.address ?? IPV4_ANY;
  }

  get mask(): Ipv4Address {
    return this.list[0]?.mask ?? 0;
  }

  get counters(): InterfaceCounters {
    const { framesIn, framesOut, bytesIn, bytesOut, errorsIn } = this;
    return { framesIn, framesOut, bytesIn, bytesOut, errorsIn };
  }

  setAddress(address: Ipv4Address, mask: Ipv4Address): void {
    this.list = [{ address, mask }];
    this.owner.changed();
  }

  addAddress(address: Ipv4Address, mask: Ipv4Address): void {
    this.list = [...this.list.filter((own) => own.address !== address), { address, mask }];
    this.owner.changed();
  }

  removeAddress(address: Ipv4Address): void {
    this.list = this.list.filter((own) => own.address !== address);
    this.owner.changed();
  }

  clearAddress(): void {
    this.list = [];
    this.owner.changed();
  }

  setUp(up: boolean): void {
    if (this.isUp === up) return;
    this.isUp = up;
    if (!up) this.arp.clear();
    this.owner.changed();
  }

  announce(): void {
    if (this.list.length > 0) this.arp.announce(this.address);
  }

  joinGroup(group: Ipv4Address): void {
    this.groups.join(group);
  }

  leaveGroup(group: Ipv4Address): void {
    this.groups.leave(group);
  }

  isMember(group: Ipv4Address): boolean {
    return this.groups.has(group);
  }

  arpTable(): readonly ArpRow[] {
    return this.arp.table();
  }

  clearArp(): void {
    this.arp.clear();
  }

  close(): void {
    this.isUp = false;
    this.groups.close();
    this.arp.clear();
    this.port.setReceiver(undefined);
    this.port.setLinkListener(undefined);
    this.onFrame = undefined;
    this.owner.removed(this);
  }

  hasAddress(address: Ipv4Address): boolean {
    for (const own of this.list) if (own.address === address) return true;
    return false;
  }

  sourceToward(target: Ipv4Address): Ipv4Address {
    for (const own of this.list) if (sameSubnet(own.address, target, own.mask)) return own.address;
    return this.address;
  }

  /** Limited broadcast, or that of one of the subnets here (RFC 919, RFC 922; RFC 1122 §3.2.1.3). */
  isBroadcast(address: Ipv4Address): boolean {
    if (address === IPV4_BROADCAST) return true;
    for (const own of this.list) {
      // A /31 or /32 has no broadcast address (RFC 3021 §2.2).
      if (~own.mask >>> 0 > 1 && address === (own.address | ~own.mask) >>> 0) return true;
    }
    return false;
  }

  sendFrame(frame: Uint8Array): void {
    if (!this.isUp) return;
    this.framesOut++;
    this.bytesOut += frame.length;
    this.port.send(frame);
  }

  /** Sends an IPv4 frame, complete but for its Ethernet header, to the station of `nextHop`. */
  sendTo(nextHop: Ipv4Address, frame: Uint8Array): void {
    const mac = this.station(nextHop);
    if (mac !== undefined) this.sendToStation(mac, frame);
    else if (this.isUp) {
      writeEthernetHeader(frame, 0, 0, this.mac, ETHERTYPE.ipv4);
      this.arp.resolve(nextHop, frame);
    }
  }

  sendToStation(mac: MacAddress, frame: Uint8Array): void {
    writeEthernetHeader(frame, 0, mac, this.mac, ETHERTYPE.ipv4);
    this.sendFrame(frame);
  }

  /** Delivers a frame to this host itself, as if it had been received. */
  loopBack(frame: Uint8Array): void {
    writeEthernetHeader(frame, 0, this.mac, this.mac, ETHERTYPE.ipv4);
    this.owner.clock.schedule(0, () => {
      if (this.isUp) this.owner.receiveIpv4(this, frame);
    });
  }

  unresolved(address: Ipv4Address, frames: readonly Uint8Array[]): void {
    this.owner.unresolved(address, frames);
  }

  countError(): void {
    this.errorsIn++;
  }

  private station(nextHop: Ipv4Address): MacAddress | undefined {
    const known = this.arp.lookup(nextHop);
    if (known !== undefined) return known;
    if (this.isBroadcast(nextHop)) return MAC_BROADCAST;
    return isMulticastIp(nextHop) ? multicastMac(nextHop) : undefined;
  }

  private receive(frame: Uint8Array): void {
    if (!this.isUp || frame.length < ETHERNET_HEADER_LENGTH) return;
    const destination = readMac(frame, ETHERNET.destination);
    const isForUs = destination === this.mac || isGroupMac(destination);
    if (!isForUs && !this.promiscuous) return;
    this.framesIn++;
    this.bytesIn += frame.length;
    if (this.onFrame?.(frame) === true || !isForUs) return;
    switch (readU16(frame, ETHERNET.type)) {
      case ETHERTYPE.ipv4:
        this.owner.receiveIpv4(this, frame);
        return;
      case ETHERTYPE.arp:
        if (!this.arp.receive(frame)) this.errorsIn++;
        return;
      case ETHERTYPE.vlan:
        // Priority-tagged: no VLAN (IEEE 802.1Q §9.6). Frames of VLANs are for VLAN interfaces.
        if (vlanTagOf(frame)?.id === VLAN_ID_NONE) this.receive(removeVlanTag(frame));
        return;
      default:
    }
  }
}

/** The source station of a frame. */
export function sourceMacOf(frame: Uint8Array): MacAddress {
  return readMac(frame, ETHERNET.source);
}
