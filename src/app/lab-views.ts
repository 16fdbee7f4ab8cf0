/** The lab's state as plain data for the page. */
import { formatMac } from '../base/address.ts';
import type { Lab } from '../lab/lab.ts';
import type { LeaseView } from '../lab/server-node.ts';
import type { LinkView, MachineView, SwitchView } from './lab-api.ts';

export function viewMachines(lab: Lab): readonly MachineView[] {
  return [...lab.machines.values()].map((machine) => {
    const stage = lab.latestStage(machine.name);
    return {
      name: machine.name,
      kind: machine.kind,
      power: machine.powered ? (stage?.stage === 'halted' ? 'halted' : 'on') : 'off',
      stage: stage?.stage,
      stageText: stage?.text ?? '',
      memMiB: machine.memMiB,
      instructionsM: machine.instructions / 1e6,
    };
  });
}

export function viewLinks(lab: Lab): readonly LinkView[] {
  return lab.links.map(({ a, b, index, wire }) => {
    const out = wire.counters(0);
    const back = wire.counters(1);
    return {
      link: index,
      a,
      b,
      up: wire.linkUp,
      framesAToB: out.frames,
      framesBToA: back.frames,
      dropped: out.dropped + back.dropped,
    };
  });
}

export function viewSwitches(lab: Lab): readonly SwitchView[] {
  return [...lab.switches.values()].map((node) => ({
    name: node.name,
    ports: node.portViews(),
    macTable: node.device.macTable().map(({ vlan, mac, port, ageS }) => ({ vlan, mac: formatMac(mac), port, ageS })),
  }));
}

export function viewLeases(lab: Lab): readonly LeaseView[] {
  return [...lab.servers.values()].flatMap((server) => server.leases());
}
