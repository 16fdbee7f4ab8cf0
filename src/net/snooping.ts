/**
 * IGMP snooping (RFC 4541): a switch reads the reports of hosts and sends a group only where it is wanted, and it can be
 * the querier that hosts answer to (RFC 2236 §3). Without it multicast is flooded like broadcast; with it a host that
 * reports nothing gets nothing, and without any querier every group is forgotten after some minutes.
 */
import { formatIpv4, readIpv4, type Ipv4Address, type MacAddress } from '../base/address.ts';
import { byteAt, readU16 } from '../base/bytes.ts';
import { NS_PER_MS, NS_PER_S, type Clock } from '../base/time/clock.ts';
import { ETHERNET_HEADER_LENGTH, ETHERTYPE } from '../protocols/ethernet/fields.ts';
import { decodeIgmp, type IgmpMessage } from '../protocols/igmp/codec.ts';
import { ALL_HOSTS_GROUP, IGMP_RECORD_TYPE } from '../protocols/igmp/fields.ts';
import { decodeIpv4Header } from '../protocols/ipv4/codec.ts';
import { IP_PROTOCOL, IPV4 } from '../protocols/ipv4/fields.ts';
import { VLAN_TAG_LENGTH } from '../protocols/vlan/fields.ts';
import { igmpFrame, isMulticastIp } from './igmp-frame.ts';
import { netMessage } from './messages.ts';
import type { Reporter } from './reporter.ts';

/** RFC 2236 §8, the default values. */
const QUERY_INTERVAL_NS = 125 * NS_PER_S;
const STARTUP_INTERVAL_NS = QUERY_INTERVAL_NS / 4;
const STARTUP_QUERIES = 2;
const QUERY_RESPONSE_DS = 100;
const MEMBERSHIP_NS = 260 * NS_PER_S;
const OTHER_QUERIER_NS = 255 * NS_PER_S;
const LAST_MEMBER_DS = 10;
const LAST_MEMBER_QUERIES = 2;
const NS_PER_DS = 100 * NS_PER_MS;
/** Groups that a switch remembers; a flood of reports cannot fill its memory. */
const MAX_GROUPS = 1024;

export interface SnoopingOptions {
  /** Asks by itself which groups are wanted, while nobody else does. */
  readonly querier: boolean;
  /** The switch's own address, the source of its queries. */
  readonly mac: MacAddress;
}

interface SnoopedPort {
  readonly name: string;
}

export interface GroupRow {
  readonly vlan: number;
  readonly group: Ipv4Address;
  readonly ports: readonly string[];
}

/** Where a frame goes: to these ports; undefined: to all of the VLAN. */
type Targets<Port> = ReadonlySet<Port> | undefined;

interface VlanGroups<Port> {
  /** When each port's membership ends. */
  readonly groups: Map<Ipv4Address, Map<Port, number>>;
  /** Ports behind which a querier or router is, and until when that is believed. */
  readonly routers: Map<Port, number>;
  /** Whether anybody has asked, here or elsewhere. */
  hasQuerier: boolean;
  otherQuerierUntilNs: number;
}

export class IgmpSnooping<Port extends SnoopedPort> {
  private readonly clock: Clock;
  private readonly reporter: Reporter;
  private readonly options: SnoopingOptions;
  private readonly sendToVlan: (vlan: number, frame: Uint8Array) => void;
  private readonly vlans = new Map<number, VlanGroups<Port>>();
  private groupCount = 0;

  constructor(
    options: SnoopingOptions,
    clock: Clock,
    reporter: Reporter,
    sendToVlan: (vlan: number, frame: Uint8Array) => void,
  ) {
    this.options = options;
    this.clock = clock;
    this.reporter = reporter;
    this.sendToVlan = sendToVlan;
  }

  /** A VLAN has come into being on a port. */
  addVlan(vlan: number): void {
    if (this.vlans.has(vlan)) return;
    this.vlans.set(vlan, { groups: new Map(), routers: new Map(), hasQuerier: false, otherQuerierUntilNs: 0 });
    if (this.options.querier) this.clock.schedule(0, () => this.askAll(vlan, 1));
  }

  /** Learns from a group frame that came in, and says where it goes. */
  targets(from: Port, vlan: number, frame: Uint8Array, tagged: boolean): Targets<Port> {
    const at = tagged ? VLAN_TAG_LENGTH : 0;
    if (frame.length < ETHERNET_HEADER_LENGTH + at + IPV4.options) return undefined;
    if (readU16(frame, ETHERNET_HEADER_LENGTH + at - 2) !== ETHERTYPE.ipv4) return undefined;
    const start = ETHERNET_HEADER_LENGTH + at;
    const group = readIpv4(frame, start + IPV4.destination);
    if (!isMulticastIp(group)) return undefined;
    const known = this.known(vlan);
    if (byteAt(frame, start + IPV4.protocol) === IP_PROTOCOL.igmp) return this.igmp(known, from, vlan, frame, start);
    // Groups of the link, such as those of routing protocols, are never withheld (RFC 4541 §2.1.2).
    if (group >>> 8 === ALL_HOSTS_GROUP >>> 8) return undefined;
    const members = this.live(known.groups.get(group));
    const routers = this.live(known.routers);
    if (members.size === 0 && routers.size === 0) this.reportUnwanted(vlan, group, from);
    return new Set([...members, ...routers]);
  }

  /** What has been reported and is believed, by VLAN and group. */
  table(): readonly GroupRow[] {
    const rows: GroupRow[] = [];
    for (const [vlan, { groups }] of this.vlans) {
      for (const [group, members] of groups) {
        const ports = [...this.live(members)].map(({ name }) => name);
        if (ports.length > 0) rows.push({ vlan, group, ports });
      }
    }
    return rows.sort((a, b) => a.vlan - b.vlan || a.group - b.group);
  }

  forget(port: Port): void {
    for (const { groups, routers } of this.vlans.values()) {
      routers.delete(port);
      for (const members of groups.values()) members.delete(port);
    }
  }

  private known(vlan: number): VlanGroups<Port> {
    this.addVlan(vlan);
    const known = this.vlans.get(vlan);
    return known ?? { groups: new Map(), routers: new Map(), hasQuerier: false, otherQuerierUntilNs: 0 };
  }

  private igmp(known: VlanGroups<Port>, from: Port, vlan: number, frame: Uint8Array, start: number): Targets<Port> {
    const header = decodeIpv4Header(frame, start);
    if (!header.ok) return undefined;
    const { headerLength, totalLength, source } = header.value;
    const decoded = decodeIgmp(frame.subarray(start + headerLength, start + totalLength));
    if (!decoded.ok) return undefined;
    const message = decoded.value;
    switch (message.kind) {
      case 'query':
        known.routers.set(from, this.clock.nowNs + OTHER_QUERIER_NS);
        known.hasQuerier = true;
        // One without an address of its own gives way to others (RFC 4541 §2.1.1).
        if (source !== 0) known.otherQuerierUntilNs = this.clock.nowNs + OTHER_QUERIER_NS;
        return undefined;
      case 'report':
        this.join(known, message.group, from);
        break;
      case 'leave':
        this.leave(known, vlan, message.group, from);
        break;
      case 'report-v3':
        this.records(known, vlan, message, from);
        break;
      case 'other':
        return undefined;
    }
    // Other hosts would keep quiet if they heard it (RFC 4541 §2.1.1).
    return this.live(known.routers);
  }

  private records(
    known: VlanGroups<Port>,
    vlan: number,
    { records }: Extract<IgmpMessage, { kind: 'report-v3' }>,
    from: Port,
  ): void {
    for (const { type, group, sourceCount } of records) {
      const isInclude = type === IGMP_RECORD_TYPE.isInclude || type === IGMP_RECORD_TYPE.toInclude;
      if (isInclude && sourceCount === 0) this.leave(known, vlan, group, from);
      else if (type !== IGMP_RECORD_TYPE.block) this.join(known, group, from);
    }
  }

  private join({ groups }: VlanGroups<Port>, group: Ipv4Address, port: Port): void {
    if (!isMulticastIp(group)) return;
    let members = groups.get(group);
    if (members === undefined) {
      if (this.groupCount >= MAX_GROUPS) return;
      this.groupCount++;
      members = new Map();
      groups.set(group, members);
    }
    members.set(port, this.clock.nowNs + MEMBERSHIP_NS);
  }

  /** Others may want the group behind the same port: they have as long as two queries take (RFC 2236 §3). */
  private leave(known: VlanGroups<Port>, vlan: number, group: Ipv4Address, port: Port): void {
    const members = known.groups.get(group);
    if (members?.has(port) !== true) return;
    members.set(port, this.clock.nowNs + LAST_MEMBER_QUERIES * LAST_MEMBER_DS * NS_PER_DS);
    if (!this.isQuerier(known)) return;
    for (let i = 0; i < LAST_MEMBER_QUERIES; i++) {
      this.clock.schedule(i * LAST_MEMBER_DS * NS_PER_DS, () => this.ask(vlan, group, LAST_MEMBER_DS));
    }
  }

  private isQuerier(known: VlanGroups<Port>): boolean {
    return this.options.querier && known.otherQuerierUntilNs <= this.clock.nowNs;
  }

  private askAll(vlan: number, count: number): void {
    const known = this.known(vlan);
    if (this.isQuerier(known)) {
      known.hasQuerier = true;
      this.ask(vlan, 0, QUERY_RESPONSE_DS);
    }
    const waitNs = count < STARTUP_QUERIES ? STARTUP_INTERVAL_NS : QUERY_INTERVAL_NS;
    this.clock.schedule(waitNs, () => this.askAll(vlan, count + 1));
  }

  private ask(vlan: number, group: Ipv4Address, maxResponseDs: number): void {
    const to = group === 0 ? ALL_HOSTS_GROUP : group;
    this.sendToVlan(vlan, igmpFrame(this.options.mac, 0, to, { kind: 'query', group, maxResponseDs }));
  }

  private live(members: ReadonlyMap<Port, number> | undefined): ReadonlySet<Port> {
    const out = new Set<Port>();
    for (const [port, untilNs] of members ?? []) if (untilNs > this.clock.nowNs) out.add(port);
    return out;
  }

  private reportUnwanted(vlan: number, group: Ipv4Address, from: Port): void {
    const known = this.known(vlan);
    const wasKnown = known.groups.has(group);
    const why = wasKnown && !known.hasQuerier ? 'switch.group-unwanted.no-querier' : 'switch.group-unwanted.nobody';
    this.reporter.limited(
      `unwanted ${vlan} ${group}`,
      (more) => ({
        kind: 'decision',
        code: wasKnown && !known.hasQuerier ? 'switch.group-forgotten' : 'switch.group-unwanted',
        severity: 'warn',
        ...netMessage('switch.group-unwanted', {
          port: from.name,
          group: formatIpv4(group),
          reason: netMessage(why),
          more,
        }),
      }),
      'RFC 4541 §2.1.2',
    );
  }
}
