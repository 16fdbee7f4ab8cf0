/** A switch as the lab sees it: ports by the names that links give them, set up as the scenario says. */
import { SeededRng } from '../../base/rng.ts';
import type { FramePort } from '../../net/port.ts';
import { EthernetSwitch, type SwitchPortMode } from '../../net/switch.ts';
import type { SwitchNode } from '../../scenario/schema.ts';
import type { NodeContext } from '../context.ts';

/** Locally administered; from the name, so that a switch keeps its address when others come and go. */
function bridgeMac(name: string): number {
  return 0x0200_0000_0000 + (new SeededRng(name).u32() % 0x100_0000) + 0x5_0000_0000;
}

export class LabSwitch {
  readonly name: string;
  readonly device: EthernetSwitch;
  private readonly node: SwitchNode;

  constructor(context: NodeContext, node: SwitchNode) {
    this.name = node.name;
    this.node = node;
    this.device = new EthernetSwitch({
      name: node.name,
      clock: context.clock,
      log: context.log.sink(node.name),
      ageingS: node.macAgeingS,
      ...(node.igmp.snooping ? { snooping: { mac: bridgeMac(node.name), querier: node.igmp.querier } } : {}),
      ...(node.stp.enabled
        ? { stp: { mac: bridgeMac(node.name), forwardDelayS: node.stp.forwardDelayS, priority: node.stp.priority } }
        : {}),
    });
  }

  /** `name` is the port's own name; a port of a row (`1-17`) is configured by the first part of the name. */
  addPort(name: string, port: FramePort): void {
    const configured =
      this.node.ports.find((known) => known.name === name) ??
      this.node.ports.find((known) => known.name === name.replace(/-\d+$/, ''));
    if (configured === undefined) {
      this.device.addPort(port);
      return;
    }
    this.device.addPort(port, { mode: modeOf(configured), portFast: configured.portfast || !this.node.stp.enabled });
  }

  /** Names, states and VLANs of the ports, for people. */
  portViews(): readonly { readonly name: string; readonly state: string; readonly vlans: string }[] {
    return this.device.ports.map(({ name, state, mode }) => ({ name, state, vlans: describeMode(mode) }));
  }
}

function modeOf(port: SwitchNode['ports'][number]): SwitchPortMode {
  if (port.mode === 'access') return { kind: 'access', vlan: port.vlan };
  return {
    kind: 'trunk',
    ...(port.nativeVlan === null ? {} : { native: port.nativeVlan }),
    ...(port.allowedVlans === undefined ? {} : { allowed: port.allowedVlans }),
  };
}

function describeMode(mode: SwitchPortMode): string {
  if (mode.kind === 'access') return String(mode.vlan);
  const native = mode.native === undefined ? '' : ` (native ${mode.native})`;
  return `trunk ${mode.allowed?.join(', ') ?? 'all'}${native}`;
}
