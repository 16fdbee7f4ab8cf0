/** The lab's state as plain data for the page. */
import { formatIpv4, formatMac } from '../../base/address.ts';
import { stageDetail, type LabEvent } from '../../base/event-log.ts';
import type { Lab } from '../../lab/lab.ts';
import type { Flight } from '../../lab/cables/cable-history.ts';
import type { LeaseView } from '../../lab/nodes/server-node.ts';
import type { CablesView, FlightView, LabLists, LinkView, MachineView, SwitchView } from '../api/lab-api.ts';

export function viewLists(lab: Lab): LabLists {
  return { machines: viewMachines(lab), links: viewLinks(lab), switches: viewSwitches(lab), leases: viewLeases(lab) };
}

function viewMachines(lab: Lab): readonly MachineView[] {
  return [...lab.machines.values()].map((machine) => {
    const stage = lab.latestStage(machine.name);
    return {
      name: machine.name,
      kind: machine.kind,
      power: machine.powered ? (stage?.stage === 'halted' ? 'halted' : 'on') : 'off',
      stage: stage?.stage,
      stageDetail: stage === undefined ? undefined : stageDetail(stage),
      memMiB: machine.memMiB,
      instructionsM: machine.instructions / 1e6,
    };
  });
}

function viewLinks(lab: Lab): readonly LinkView[] {
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
      bytesAToB: out.bytes,
      bytesBToA: back.bytes,
      dropped: out.dropped + back.dropped,
    };
  });
}

/** Of each direction of a cable. */
const MOST_FLIGHTS = 8;

/** Frames in flight after one time and up to another. */
export function viewFlights(lab: Lab, afterNs: number, untilNs: number): readonly FlightView[] {
  return lab.links.flatMap(({ index, history }) =>
    history.flights(afterNs, untilNs, MOST_FLIGHTS).map((flight) => flightOf(index, flight)),
  );
}

/** The cables at a time. */
export function viewCablesAt(lab: Lab, timeNs: number): CablesView {
  return {
    links: lab.links.map(({ a, b, index, history }) => {
      const { up, frames, dropped } = history.at(timeNs);
      return { link: index, a, b, up, framesAToB: frames[0], framesBToA: frames[1], dropped };
    }),
    flights: viewFlights(lab, timeNs, timeNs),
  };
}

/** Where a frame went. */
export function viewWay(lab: Lab, event: LabEvent): readonly FlightView[] {
  return lab.links
    .flatMap(({ index, history }) => history.flightsOf(event.id, event.timeNs).map((flight) => flightOf(index, flight)))
    .sort((a, b) => a.sentNs - b.sentNs);
}

function flightOf(link: number, { side, sentNs, arrivalNs, event }: Flight): FlightView {
  return { link, direction: side === 0 ? 'a-to-b' : 'b-to-a', sentNs, arrivalNs, event };
}

function viewSwitches(lab: Lab): readonly SwitchView[] {
  return [...lab.switches.values()].map((node) => ({
    name: node.name,
    ports: node.portViews(),
    macTable: node.device.macTable().map(({ vlan, mac, port, ageS }) => ({ vlan, mac: formatMac(mac), port, ageS })),
    groups: node.device.groupTable().map(({ vlan, group, ports }) => ({ vlan, group: formatIpv4(group), ports })),
  }));
}

function viewLeases(lab: Lab): readonly LeaseView[] {
  return [...lab.servers.values()].flatMap((server) => server.leases());
}
