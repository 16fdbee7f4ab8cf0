/**
 * A trunk as a host sees it: one cable, and a port for each VLAN on it (`eth0.10` of Linux, `vcreate` of iPXE). The
 * ports look untagged to their owners; the tags are added and removed here.
 */
import { assert } from '../base/result.ts';
import { insertVlanTag, removeVlanTag, vlanTagOf } from '../protocols/vlan/codec.ts';
import { VLAN_ID_MAX, VLAN_ID_NONE } from '../protocols/vlan/fields.ts';
import type { FramePort, FrameReceiver } from './port.ts';

type LinkListener = (linkUp: boolean) => void;

class Branch implements FramePort {
  readonly name: string;
  receiver: FrameReceiver | undefined;
  linkListener: LinkListener | undefined;
  private readonly trunk: FramePort;
  private readonly prepare: (frame: Uint8Array) => Uint8Array;

  constructor(name: string, trunk: FramePort, prepare: (frame: Uint8Array) => Uint8Array) {
    this.name = name;
    this.trunk = trunk;
    this.prepare = prepare;
  }

  get linkUp(): boolean {
    return this.trunk.linkUp;
  }

  send(frame: Uint8Array): void {
    this.trunk.send(this.prepare(frame));
  }

  setReceiver(receiver: FrameReceiver | undefined): void {
    this.receiver = receiver;
  }

  setLinkListener(listener: LinkListener | undefined): void {
    this.linkListener = listener;
  }
}

export class VlanTrunk {
  /** For untagged and priority-tagged frames. */
  readonly untagged: FramePort;
  private readonly trunk: FramePort;
  private readonly plain: Branch;
  private readonly branches = new Map<number, Branch>();

  /** Becomes the owner of the port. */
  constructor(trunk: FramePort) {
    this.trunk = trunk;
    this.plain = new Branch(trunk.name, trunk, (frame) => frame);
    this.untagged = this.plain;
    trunk.setReceiver((frame) => this.receive(frame));
    trunk.setLinkListener((up) => {
      this.plain.linkListener?.(up);
      for (const branch of this.branches.values()) branch.linkListener?.(up);
    });
  }

  /** The port of a VLAN; its name is the trunk's with `-VLAN` behind it unless given. One for each VLAN. */
  vlan(id: number, options: { readonly name?: string; readonly priority?: number } = {}): FramePort {
    assert(id > VLAN_ID_NONE && id <= VLAN_ID_MAX, `no such VLAN: ${id}`);
    assert(!this.branches.has(id), `VLAN ${id} of ${this.trunk.name} exists already`);
    const tag = { priority: options.priority ?? 0, dropEligible: false, id };
    const name = options.name ?? `${this.trunk.name}-${id}`;
    const branch = new Branch(name, this.trunk, (frame) => insertVlanTag(frame, tag));
    this.branches.set(id, branch);
    return branch;
  }

  removeVlan(id: number): void {
    this.branches.delete(id);
  }

  private receive(frame: Uint8Array): void {
    const tag = vlanTagOf(frame);
    if (tag === undefined) this.plain.receiver?.(frame);
    else if (tag.id === VLAN_ID_NONE) this.plain.receiver?.(removeVlanTag(frame));
    else this.branches.get(tag.id)?.receiver?.(removeVlanTag(frame));
  }
}
