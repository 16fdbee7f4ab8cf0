/**
 * The spanning tree of IEEE 802.1D-1998, clause 8: bridges elect a root, find their path to it, and block ports that
 * would close a loop. It decides the states of a switch's ports by the BPDUs that it hears, and sends its own.
 */
import type { MacAddress } from '../base/address.ts';
import { NS_PER_S, type Clock, type Timer } from '../base/time/clock.ts';
import { decodeEthernet, encodeEthernet } from '../protocols/ethernet/codec.ts';
import { ETHERNET_HEADER_LENGTH, ETHERNET_MIN_LENGTH } from '../protocols/ethernet/fields.ts';
import { decodeLlc, encodeLlc } from '../protocols/llc/codec.ts';
import { LLC_CONTROL_UI, LLC_SAP } from '../protocols/llc/fields.ts';
import { decodeBpdu, encodeBpdu, type Bpdu, type BridgeId } from '../protocols/stp/codec.ts';
import { BPDU_FLAG, STP_GROUP_ADDRESS } from '../protocols/stp/fields.ts';

export interface StpOptions {
  /** The switch's own address: its bridge identifier. */
  readonly mac: MacAddress;
  /** IEEE 802.1D §17.14: 32768 by default; the lowest becomes the root. */
  readonly priority?: number;
  /** IEEE 802.1D §17.14: 15 s by default; spent once listening and once learning. */
  readonly forwardDelayS?: number;
  /** IEEE 802.1D §17.14: 2 s by default. */
  readonly helloS?: number;
  /** IEEE 802.1D §17.14: 20 s by default. */
  readonly maxAgeS?: number;
}

/** IEEE 802.1D-1998 §8.4 names the states. */
export type PortState = 'disabled' | 'blocking' | 'listening' | 'learning' | 'forwarding';

/** A port as the tree sees it. */
export interface TreePort {
  readonly name: string;
  /** From 1. */
  readonly number: number;
  readonly portFast: boolean;
  state: PortState;
}

/** What the tree needs from its switch. */
export interface TreeOwner<Port> {
  send(port: Port, frame: Uint8Array): void;
  /** The state has changed; `delayNs` is how long it lasts, 0 when no end is known. */
  changed(port: Port, delayNs: number): void;
  /** Forgets stations that were not heard of for so long. */
  ageOut(olderThanNs: number): void;
  /** Another bridge is the root now, such as `1000.0000000000ff` behind a port; or this one, without one. */
  rootChanged(root: { readonly bridge: string; readonly port: string } | undefined): void;
}

/**
 * The information about a segment: which bridge is the root, how far it is, and through which bridge and port
 * (§8.6.2.2).
 */
interface Vector {
  readonly root: BridgeId;
  readonly cost: number;
  readonly bridge: BridgeId;
  readonly portId: number;
}

type Config = Bpdu & { readonly kind: 'config' | 'rst' };

/** What was heard on a port and is not too old. */
interface Heard {
  readonly config: Config;
  readonly atNs: number;
  readonly timer: Timer;
}

interface Member<Port> {
  readonly port: Port;
  readonly portId: number;
  isUp: boolean;
  /** PortFast holds until a bridge is heard there. */
  isEdge: boolean;
  heard: Heard | undefined;
  /** The next of listening and learning. */
  timer: Timer | undefined;
  /** A topology change notification came from there, and is to be acknowledged. */
  owesAck: boolean;
}

/** IEEE 802.1D-1998 table 8-5: of a link of 1 Gbit/s. */
const PATH_COST = 4;
/** Added to the age of information that a bridge passes on (§8.10.2). */
const AGE_INCREMENT_256 = 256;

function compareIds(a: BridgeId, b: BridgeId): number {
  return a.priority - b.priority || a.mac - b.mac;
}

function compareVectors(a: Vector, b: Vector): number {
  return compareIds(a.root, b.root) || a.cost - b.cost || compareIds(a.bridge, b.bridge) || a.portId - b.portId;
}

function vectorOf({ root, rootPathCost, bridge, portId }: Config): Vector {
  return { root, cost: rootPathCost, bridge, portId };
}

export class SpanningTree<Port extends TreePort> {
  private readonly clock: Clock;
  private readonly owner: TreeOwner<Port>;
  private readonly own: { readonly maxAge256: number; readonly hello256: number; readonly forwardDelay256: number };
  private readonly bridge: BridgeId;
  private readonly members: Member<Port>[] = [];
  private rootMember: Member<Port> | undefined;
  /** The root announces a topology change up to this time. */
  private changeUntilNs = 0;
  /** A notification to the root has been sent, and is not acknowledged. */
  private notifying: Timer | undefined;

  constructor(options: StpOptions, clock: Clock, owner: TreeOwner<Port>) {
    const { mac, priority = 32_768, helloS = 2, maxAgeS = 20, forwardDelayS = 15 } = options;
    this.clock = clock;
    this.owner = owner;
    this.bridge = { priority, mac };
    this.own = { maxAge256: maxAgeS * 256, hello256: helloS * 256, forwardDelay256: forwardDelayS * 256 };
    const tick = (): void => {
      this.hello();
      this.clock.schedule(helloS * NS_PER_S, tick);
    };
    this.clock.schedule(helloS * NS_PER_S, tick);
  }

  get isRoot(): boolean {
    return this.rootMember === undefined;
  }

  /** The link of a port has come up or gone down. */
  linkChanged(port: Port, isUp: boolean): void {
    const member = this.memberOf(port);
    if (member.isUp && !isUp) this.noteChange(member);
    member.isUp = isUp;
    member.isEdge = isUp && port.portFast;
    this.forgetHeard(member);
    member.owesAck = false;
    if (isUp) this.update();
    else {
      this.setState(member, 'disabled');
      this.update();
    }
  }

  /** A frame to the bridges' group address. */
  receive(port: Port, frame: Uint8Array): void {
    const member = this.memberOf(port);
    const bpdu = readBpdu(frame);
    if (bpdu === undefined || !member.isUp) return;
    if (member.isEdge) {
      // A bridge is there: the port takes part in the tree from now on.
      member.isEdge = false;
      if (port.state === 'forwarding') this.startListening(member);
    }
    if (bpdu.kind === 'topology-change') {
      if (!this.isDesignated(member)) return;
      member.owesAck = true;
      this.detectChange();
      this.sendConfig(member);
    } else this.receiveConfig(member, bpdu);
  }

  /** §8.7.1 */
  private receiveConfig(member: Member<Port>, config: Config): void {
    if (config.messageAge256 >= config.maxAge256) return;
    const known = member.heard === undefined ? this.offeredAt(member) : vectorOf(member.heard.config);
    const received = vectorOf(config);
    const isSame = compareIds(received.bridge, known.bridge) === 0 && received.portId === known.portId;
    const isOwn = compareIds(received.bridge, this.bridge) === 0 && received.portId === member.portId;
    if (isOwn || (compareVectors(received, known) > 0 && !isSame)) {
      if (this.isDesignated(member)) this.sendConfig(member);
      return;
    }
    this.forgetHeard(member);
    const restNs = ((config.maxAge256 - config.messageAge256) * NS_PER_S) / 256;
    const timer = this.clock.schedule(restNs, () => this.agedOut(member));
    member.heard = { config, atNs: this.clock.nowNs, timer };
    this.update();
    if (member !== this.rootMember) return;
    if ((config.flags & BPDU_FLAG.topologyChangeAck) !== 0) this.stopNotifying();
    if ((config.flags & BPDU_FLAG.topologyChange) !== 0) this.owner.ageOut(this.forwardDelayNs);
    this.sendConfigs();
  }

  /** §8.7.5: nothing was heard for so long that the bridge there must be gone. */
  private agedOut(member: Member<Port>): void {
    member.heard = undefined;
    this.update();
    if (this.isRoot) this.sendConfigs();
  }

  private hello(): void {
    if (!this.isRoot) return;
    if (this.isChanging) this.owner.ageOut(this.forwardDelayNs);
    this.sendConfigs();
  }

  // The tree

  /** §8.6.7: the root, the path to it, and the role of each port. */
  private update(): void {
    const before = this.root;
    let best: { readonly vector: Vector; readonly member: Member<Port> } | undefined;
    for (const member of this.members) {
      if (member.heard === undefined) continue;
      const heard = vectorOf(member.heard.config);
      if (compareIds(heard.root, this.bridge) >= 0) continue;
      const vector = { ...heard, cost: heard.cost + PATH_COST };
      // Ports are compared in their order: the first of equal ones is chosen.
      if (best === undefined || compareVectors(vector, best.vector) < 0) best = { vector, member };
    }
    this.rootMember = best?.member;
    if (this.isRoot) this.stopNotifying();
    for (const member of this.members) {
      if (!member.isUp) continue;
      if (member === this.rootMember || this.isDesignated(member)) {
        if (member !== this.rootMember) this.forgetHeard(member);
        if (member.isEdge) this.setState(member, 'forwarding');
        else if (member.port.state === 'disabled' || member.port.state === 'blocking') this.startListening(member);
      } else if (member.port.state !== 'blocking') {
        this.noteChange(member);
        this.setState(member, 'blocking');
      }
    }
    const { root } = this;
    if (compareIds(before, root) === 0) return;
    const { rootMember } = this;
    const bridge = `${root.priority.toString(16)}.${root.mac.toString(16).padStart(12, '0')}`;
    this.owner.rootChanged(rootMember === undefined ? undefined : { bridge, port: rootMember.port.name });
  }

  private get root(): BridgeId {
    return this.rootMember?.heard?.config.root ?? this.bridge;
  }

  private get rootCost(): number {
    const heard = this.rootMember?.heard;
    return heard === undefined ? 0 : heard.config.rootPathCost + PATH_COST;
  }

  /** What this bridge announces on a port. */
  private offeredAt({ portId }: Member<Port>): Vector {
    return { root: this.root, cost: this.rootCost, bridge: this.bridge, portId };
  }

  /** Whether no bridge on the segment has a better path to the root (§8.6.9). */
  private isDesignated(member: Member<Port>): boolean {
    if (!member.isUp || member === this.rootMember) return false;
    return member.heard === undefined || compareVectors(this.offeredAt(member), vectorOf(member.heard.config)) < 0;
  }

  // States

  private startListening(member: Member<Port>): void {
    this.setState(member, 'listening', () => {
      this.setState(member, 'learning', () => {
        this.setState(member, 'forwarding');
        this.detectChange();
      });
    });
  }

  /** `then` is what follows after the forward delay. */
  private setState(member: Member<Port>, state: PortState, then?: () => void): void {
    member.timer?.cancel();
    member.timer = undefined;
    if (member.port.state === state) return;
    member.port.state = state;
    const delayNs = then === undefined ? 0 : this.forwardDelayNs;
    this.owner.changed(member.port, delayNs);
    if (then !== undefined) member.timer = this.clock.schedule(delayNs, then);
  }

  private get forwardDelayNs(): number {
    const units = this.rootMember?.heard?.config.forwardDelay256 ?? this.own.forwardDelay256;
    return (units * NS_PER_S) / 256;
  }

  // Topology changes

  /** A port that took part in the tree takes part no longer (§8.6.14.2). */
  private noteChange({ isEdge, port }: Member<Port>): void {
    if (!isEdge && (port.state === 'forwarding' || port.state === 'learning')) this.detectChange();
  }

  /** §8.6.14: the root tells everybody; another bridge tells the root until it hears that the root knows. */
  private detectChange(): void {
    const { nowNs } = this.clock;
    if (this.isRoot) {
      this.changeUntilNs = nowNs + ((this.own.maxAge256 + this.own.forwardDelay256) * NS_PER_S) / 256;
      return;
    }
    if (this.notifying !== undefined) return;
    const notify = (): void => {
      if (this.rootMember === undefined) return;
      this.owner.send(this.rootMember.port, this.frameOf({ kind: 'topology-change', version: 0 }));
      this.notifying = this.clock.schedule((this.own.hello256 * NS_PER_S) / 256, notify);
    };
    notify();
  }

  private stopNotifying(): void {
    this.notifying?.cancel();
    this.notifying = undefined;
  }

  private get isChanging(): boolean {
    const received = this.rootMember?.heard?.config.flags;
    return received === undefined ? this.clock.nowNs < this.changeUntilNs : (received & BPDU_FLAG.topologyChange) !== 0;
  }

  // Sending

  private sendConfigs(): void {
    for (const member of this.members) if (this.isDesignated(member)) this.sendConfig(member);
  }

  /** §8.6.1 */
  private sendConfig(member: Member<Port>): void {
    const { root, cost, bridge, portId } = this.offeredAt(member);
    const heard = this.rootMember?.heard;
    const ageNs = heard === undefined ? 0 : this.clock.nowNs - heard.atNs;
    const messageAge256 =
      heard === undefined ? 0 : heard.config.messageAge256 + AGE_INCREMENT_256 + Math.floor((ageNs * 256) / NS_PER_S);
    const maxAge256 = heard?.config.maxAge256 ?? this.own.maxAge256;
    if (messageAge256 >= maxAge256) return;
    const flags = (this.isChanging ? BPDU_FLAG.topologyChange : 0) | (member.owesAck ? BPDU_FLAG.topologyChangeAck : 0);
    member.owesAck = false;
    this.owner.send(
      member.port,
      this.frameOf({
        kind: 'config',
        version: 0,
        flags,
        root,
        rootPathCost: cost,
        bridge,
        portId,
        messageAge256,
        maxAge256,
        helloTime256: heard?.config.helloTime256 ?? this.own.hello256,
        forwardDelay256: heard?.config.forwardDelay256 ?? this.own.forwardDelay256,
      }),
    );
  }

  private frameOf(bpdu: Bpdu): Uint8Array {
    const llc = encodeLlc({
      dsap: LLC_SAP.stp,
      ssap: LLC_SAP.stp,
      controlLength: 1,
      control: LLC_CONTROL_UI,
      payload: encodeBpdu(bpdu),
    });
    const padding = new Uint8Array(Math.max(0, ETHERNET_MIN_LENGTH - ETHERNET_HEADER_LENGTH - llc.length));
    const source = this.bridge.mac;
    return encodeEthernet({ kind: '802.3', destination: STP_GROUP_ADDRESS, source, payload: llc, padding });
  }

  private forgetHeard(member: Member<Port>): void {
    member.heard?.timer.cancel();
    member.heard = undefined;
  }

  private memberOf(port: Port): Member<Port> {
    const known = this.members.find((member) => member.port === port);
    if (known !== undefined) return known;
    // The upper byte is the port's priority, 128 by default (IEEE 802.1D-2004 table 17-2).
    const portId = 0x8000 | port.number;
    const member = { port, portId, isUp: false, isEdge: false, heard: undefined, timer: undefined, owesAck: false };
    this.members.push(member);
    return member;
  }
}

/** The BPDU of a frame; undefined for anything else. */
function readBpdu(frame: Uint8Array): Bpdu | undefined {
  const ethernet = decodeEthernet(frame);
  if (!ethernet.ok || ethernet.value.kind !== '802.3') return undefined;
  const llc = decodeLlc(ethernet.value.payload);
  if (!llc.ok || llc.value.dsap !== LLC_SAP.stp) return undefined;
  const bpdu = decodeBpdu(llc.value.payload);
  return bpdu.ok ? bpdu.value : undefined;
}
