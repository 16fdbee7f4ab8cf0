/**
 * An Ethernet switch with VLANs (IEEE 802.1Q): it learns which station is behind which port, separately for each VLAN,
 * and lets no frame cross from one VLAN into another. Dropped frames are reported as decisions, because a wrong VLAN or
 * a port that is still listening is what makes a network boot fail in silence.
 */
import { formatMac, isGroupMac, isReservedGroup, readMac, type MacAddress } from '../base/address.ts';
import { NS_PER_S, type Clock } from '../base/time/clock.ts';
import type { EventSink } from '../base/event-log.ts';
import { assert } from '../base/result.ts';
import { STP_GROUP_ADDRESS } from '../protocols/stp/fields.ts';
import { removeVlanTag } from '../protocols/vlan/codec.ts';
import type { FramePort } from './port.ts';
import { Reporter } from './reporter.ts';
import { IgmpSnooping, type GroupRow, type SnoopingOptions } from './snooping.ts';
import { SpanningTree, type PortState, type StpOptions } from './spanning-tree.ts';
import { isTagged, tagFrame, tagVid } from './vlan-tag.ts';
import { netMessage } from './messages.ts';

/** An access port carries one VLAN untagged; a trunk carries several tagged and at most one untagged. */
export type SwitchPortMode =
  | { readonly kind: 'access'; readonly vlan: number }
  | {
      readonly kind: 'trunk';
      /** VLAN of untagged frames, both ways; absent means that untagged frames are refused. */
      readonly native?: number;
      /** Absent means all. */
      readonly allowed?: readonly number[];
    };

export interface SwitchPortOptions {
  readonly mode?: SwitchPortMode;
  /** Forward as soon as the link is up, without listening and learning. Default true when the switch runs no STP. */
  readonly portFast?: boolean;
}

export interface SwitchOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly log?: EventSink;
  /** From the last bit received to the first bit sent. Default 0. */
  readonly forwardingDelayNs?: number;
  /** IEEE 802.1Q §8.8.3: 300 s by default. */
  readonly ageingS?: number;
  /** Addresses that fit the table. Default 8192. */
  readonly tableSize?: number;
  /** Spanning tree: ports without `portFast` listen and learn before they forward, and circles are cut. Absent: off. */
  readonly stp?: StpOptions;
  /** Sends multicast only where it was asked for. Absent: off, it is flooded. */
  readonly snooping?: SnoopingOptions;
}

export interface MacTableRow {
  readonly vlan: number;
  readonly mac: MacAddress;
  readonly port: string;
  readonly ageS: number;
}

interface Learned {
  port: SwitchPort;
  seenNs: number;
}

/** A port of the switch: its configuration, state and counters. */
export class SwitchPort {
  readonly port: FramePort;
  /** From 1, in the order in which they were added. */
  readonly number: number;
  mode: SwitchPortMode;
  portFast: boolean;
  state: PortState = 'disabled';
  allowed: ReadonlySet<number> | undefined;
  framesIn = 0;
  framesOut = 0;
  dropped = 0;
  /** The last station learned here: most frames come in runs, and then no table lookup is needed. */
  lastMac = -1;
  lastVlan = -1;
  lastLearned: Learned | undefined;

  constructor(port: FramePort, number: number, mode: SwitchPortMode, portFast: boolean) {
    this.port = port;
    this.number = number;
    this.portFast = portFast;
    this.mode = mode;
    this.allowed = allowedSet(mode);
  }

  get name(): string {
    return this.port.name;
  }

  /** Whether the port is a member of the VLAN, in either direction. */
  carries(vlan: number): boolean {
    if (this.mode.kind === 'access') return this.mode.vlan === vlan;
    return this.allowed === undefined || this.allowed.has(vlan);
  }

  /** Whether frames of the VLAN go out without a tag. */
  sendsUntagged(vlan: number): boolean {
    return this.mode.kind === 'access' || this.mode.native === vlan;
  }
}

function allowedSet(mode: SwitchPortMode): ReadonlySet<number> | undefined {
  return mode.kind === 'trunk' && mode.allowed !== undefined ? new Set(mode.allowed) : undefined;
}

export class EthernetSwitch {
  readonly name: string;
  private readonly clock: Clock;
  private readonly reporter: Reporter;
  private readonly forwardingDelayNs: number;
  private readonly ageingNs: number;
  private readonly tableSize: number;
  private readonly tree: SpanningTree<SwitchPort> | undefined;
  private readonly snooping: IgmpSnooping<SwitchPort> | undefined;
  private readonly members: SwitchPort[] = [];
  /** By VLAN, then by address: the VLANs learn independently (IEEE 802.1Q §8.8.8). */
  private readonly tables = new Map<number, Map<MacAddress, Learned>>();
  private learnedCount = 0;

  constructor(options: SwitchOptions) {
    this.name = options.name;
    this.clock = options.clock;
    this.reporter = new Reporter(options.clock, options.log);
    this.forwardingDelayNs = options.forwardingDelayNs ?? 0;
    this.ageingNs = (options.ageingS ?? 300) * NS_PER_S;
    this.tableSize = options.tableSize ?? 8192;
    this.snooping =
      options.snooping &&
      new IgmpSnooping<SwitchPort>(options.snooping, this.clock, this.reporter, (vlan, frame) => {
        const forms = new FrameForms(frame, false, vlan);
        for (const to of this.members) {
          if (to.state === 'forwarding' && to.carries(vlan)) this.sendOut(to, vlan, forms);
        }
      });
    this.tree =
      options.stp === undefined
        ? undefined
        : new SpanningTree<SwitchPort>(options.stp, options.clock, {
            send: (port, frame) => {
              port.framesOut++;
              port.port.send(frame);
            },
            changed: (port, delayNs) => this.stateChanged(port, delayNs),
            ageOut: (olderThanNs) => this.remove(({ seenNs }) => this.clock.nowNs - seenNs > olderThanNs),
            rootChanged: (root) => this.reportRoot(root),
          });
  }

  get ports(): readonly SwitchPort[] {
    return this.members;
  }

  addPort(port: FramePort, options: SwitchPortOptions = {}): SwitchPort {
    const mode = options.mode ?? { kind: 'access', vlan: 1 };
    checkMode(mode);
    const member = new SwitchPort(port, this.members.length + 1, mode, options.portFast ?? this.tree === undefined);
    this.members.push(member);
    port.setReceiver((frame) => this.receive(member, frame));
    port.setLinkListener((up) => this.linkChanged(member, up));
    if (port.linkUp) this.linkChanged(member, true);
    this.addVlan(mode);
    return member;
  }

  /** Changes VLANs of a port at run time; what was learned there is forgotten. */
  setMode(member: SwitchPort, mode: SwitchPortMode): void {
    checkMode(mode);
    member.mode = mode;
    member.allowed = allowedSet(mode);
    this.forget(member);
    this.addVlan(mode);
  }

  /** What was learned and is not too old, by VLAN and address. */
  macTable(): readonly MacTableRow[] {
    const { nowNs } = this.clock;
    const rows: MacTableRow[] = [];
    for (const [vlan, table] of this.tables) {
      for (const [mac, { port, seenNs }] of table) {
        if (nowNs - seenNs > this.ageingNs) continue;
        rows.push({ vlan, mac, port: port.name, ageS: (nowNs - seenNs) / NS_PER_S });
      }
    }
    return rows.sort((a, b) => a.vlan - b.vlan || a.mac - b.mac);
  }

  /** Which multicast groups go where; empty without snooping. */
  groupTable(): readonly GroupRow[] {
    return this.snooping?.table() ?? [];
  }

  private addVlan(mode: SwitchPortMode): void {
    const vlan = mode.kind === 'access' ? mode.vlan : mode.native;
    if (vlan !== undefined) this.snooping?.addVlan(vlan);
  }

  private receive(from: SwitchPort, frame: Uint8Array): void {
    if (frame.length < 14) return;
    from.framesIn++;
    const destination = readMac(frame, 0);
    if (isReservedGroup(destination)) {
      if (destination === STP_GROUP_ADDRESS) this.tree?.receive(from, frame);
      return;
    }
    const tagged = isTagged(frame);
    const vlan = this.ingressVlan(from, frame, tagged);
    if (vlan === undefined) {
      from.dropped++;
      return;
    }
    if (from.state !== 'forwarding') {
      // Learning ports learn and do not forward (IEEE 802.1D-1998 §8.4.3).
      if (from.state === 'learning') this.learn(from, vlan, readMac(frame, 6));
      this.refuseBlocked(from);
      return;
    }
    this.learn(from, vlan, readMac(frame, 6));
    if (this.forwardingDelayNs === 0) this.forward(from, vlan, destination, frame, tagged);
    else this.clock.schedule(this.forwardingDelayNs, () => this.forward(from, vlan, destination, frame, tagged));
  }

  /** The VLAN that a frame belongs to, or undefined when the port does not admit it (IEEE 802.1Q §6.9, §8.6.2). */
  private ingressVlan(from: SwitchPort, frame: Uint8Array, tagged: boolean): number | undefined {
    const vid = tagged ? tagVid(frame) : 0;
    const { mode } = from;
    if (vid === 0) {
      // Untagged, or priority-tagged: VID 0 says nothing about the VLAN (IEEE 802.1Q §9.6, Table 9-2).
      if (mode.kind === 'access') return mode.vlan;
      if (mode.native !== undefined && from.carries(mode.native)) return mode.native;
      this.reporter.limited(
        `untagged ${from.name}`,
        (more) => ({
          kind: 'decision',
          code: 'switch.untagged-refused',
          severity: 'warn',
          ...netMessage('switch.untagged-refused', { port: from.name, mac: formatMac(readMac(frame, 6)), more }),
        }),
        'IEEE 802.1Q §6.9',
      );
      return undefined;
    }
    if (mode.kind === 'trunk' && vid !== 0xfff && from.carries(vid)) return vid;
    const reason =
      mode.kind === 'access'
        ? netMessage('switch.vlan-not-allowed.access', { vlan: mode.vlan })
        : netMessage('switch.vlan-not-allowed.trunk', { vlan: vid });
    this.reporter.limited(
      `vlan ${from.name} ${vid}`,
      (more) => ({
        kind: 'decision',
        code: 'switch.vlan-not-allowed',
        severity: 'warn',
        ...netMessage('switch.vlan-not-allowed', {
          port: from.name,
          vlan: vid,
          mac: formatMac(readMac(frame, 6)),
          reason,
          more,
        }),
      }),
      'IEEE 802.1Q §8.6.2',
    );
    return undefined;
  }

  private forward(from: SwitchPort, vlan: number, destination: MacAddress, frame: Uint8Array, tagged: boolean): void {
    const forms = new FrameForms(frame, tagged, vlan);
    if (!isGroupMac(destination)) {
      const learned = this.tables.get(vlan)?.get(destination);
      if (learned !== undefined && this.clock.nowNs - learned.seenNs <= this.ageingNs) {
        const to = learned.port;
        if (to !== from && to.state === 'forwarding' && to.carries(vlan)) this.sendOut(to, vlan, forms);
        return;
      }
    }
    const wanted = this.snooping?.targets(from, vlan, frame, tagged);
    for (const to of this.members) {
      if (wanted !== undefined && !wanted.has(to)) continue;
      if (to !== from && to.state === 'forwarding' && to.carries(vlan)) this.sendOut(to, vlan, forms);
    }
  }

  private sendOut(to: SwitchPort, vlan: number, forms: FrameForms): void {
    to.framesOut++;
    to.port.send(to.sendsUntagged(vlan) ? forms.untagged() : forms.tagged());
  }

  private learn(port: SwitchPort, vlan: number, mac: MacAddress): void {
    const { nowNs } = this.clock;
    const last = port.lastLearned;
    if (last !== undefined && port.lastMac === mac && port.lastVlan === vlan && last.port === port) {
      last.seenNs = nowNs;
      return;
    }
    // A group address cannot be a source (IEEE 802.1Q §8.7).
    if (isGroupMac(mac)) return;
    let table = this.tables.get(vlan);
    if (table === undefined) {
      table = new Map();
      this.tables.set(vlan, table);
    }
    let learned = table.get(mac);
    if (learned === undefined) {
      if (this.learnedCount >= this.tableSize) this.expire();
      if (this.learnedCount >= this.tableSize) {
        this.reporter.limited('table-full', (more) => ({
          kind: 'decision',
          code: 'switch.table-full',
          severity: 'warn',
          ...netMessage('switch.table-full', {
            switch: this.name,
            mac: formatMac(mac),
            entries: this.tableSize,
            more,
          }),
        }));
        return;
      }
      learned = { port, seenNs: nowNs };
      table.set(mac, learned);
      this.learnedCount++;
    } else if (learned.port !== port) {
      const before = learned.port.name;
      this.reporter.limited(`moved ${vlan} ${mac}`, (more) => ({
        kind: 'decision',
        code: 'switch.mac-moved',
        severity: 'note',
        ...netMessage('switch.mac-moved', { mac: formatMac(mac), vlan, before, port: port.name, more }),
      }));
      learned.port = port;
    }
    learned.seenNs = nowNs;
    port.lastMac = mac;
    port.lastVlan = vlan;
    port.lastLearned = learned;
  }

  private expire(): void {
    this.remove((learned) => this.clock.nowNs - learned.seenNs > this.ageingNs);
  }

  private forget(port: SwitchPort): void {
    this.snooping?.forget(port);
    this.remove((learned) => learned.port === port);
  }

  private remove(when: (learned: Learned) => boolean): void {
    for (const table of this.tables.values()) {
      for (const [mac, learned] of table) {
        if (!when(learned)) continue;
        table.delete(mac);
        this.learnedCount--;
      }
    }
    for (const port of this.members) port.lastLearned = undefined;
  }

  private linkChanged(member: SwitchPort, up: boolean): void {
    if (!up) this.forget(member);
    if (this.tree === undefined) member.state = up ? 'forwarding' : 'disabled';
    else this.tree.linkChanged(member, up);
  }

  private stateChanged(member: SwitchPort, delayNs: number): void {
    const { state } = member;
    if (state === 'blocking') this.forget(member);
    // A link that goes up or down has an event of its own.
    if (state === 'disabled' || (state === 'forwarding' && member.portFast)) return;
    const time = delayNs === 0 ? '' : netMessage('switch.port-state.time', { seconds: delayNs / NS_PER_S });
    const why = state === 'blocking' ? netMessage('switch.port-state.circle') : '';
    this.reporter.emit(
      {
        kind: 'decision',
        code: `switch.port-${state}`,
        severity: 'note',
        ...netMessage('switch.port-state', {
          port: member.name,
          state: netMessage(`switch.state.${state}`),
          time,
          why,
        }),
      },
      'IEEE 802.1D §8.4',
    );
  }

  private reportRoot(root: { readonly bridge: string; readonly port: string } | undefined): void {
    const message = root === undefined ? netMessage('switch.root.itself') : netMessage('switch.root', root);
    this.reporter.emit({ kind: 'decision', code: 'switch.root', severity: 'note', ...message }, 'IEEE 802.1D §8.6.8');
  }

  private refuseBlocked(from: SwitchPort): void {
    from.dropped++;
    // A blocked port receives frames that also came another way: nothing is lost.
    if (from.state === 'blocking') return;
    this.reporter.limited(
      `blocked ${from.name}`,
      (more) => ({
        kind: 'decision',
        code: 'switch.port-blocked',
        severity: 'warn',
        ...netMessage('switch.port-blocked', {
          port: from.name,
          state: netMessage(`switch.state.${from.state}`),
          more,
        }),
      }),
      'IEEE 802.1D §8.4',
    );
  }
}

function checkMode(mode: SwitchPortMode): void {
  const vlans = mode.kind === 'access' ? [mode.vlan] : [...(mode.allowed ?? []), mode.native ?? 1];
  // IEEE 802.1Q Table 9-2: 0 and 4095 are not VLANs.
  for (const vlan of vlans) assert(Number.isInteger(vlan) && vlan >= 1 && vlan <= 4094, `no such VLAN: ${vlan}`);
}

/** A frame with and without its tag, each made at most once however many ports it goes to. */
class FrameForms {
  private readonly frame: Uint8Array;
  private readonly vlan: number;
  private plain: Uint8Array | undefined;
  private tag: Uint8Array | undefined;

  constructor(frame: Uint8Array, cameTagged: boolean, vlan: number) {
    this.frame = frame;
    this.vlan = vlan;
    if (!cameTagged) this.plain = frame;
    else if (tagVid(frame) === vlan) this.tag = frame;
  }

  untagged(): Uint8Array {
    this.plain ??= removeVlanTag(this.frame);
    return this.plain;
  }

  tagged(): Uint8Array {
    this.tag ??= tagFrame(this.frame, this.vlan);
    return this.tag;
  }
}
