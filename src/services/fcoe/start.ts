/** Runs the forwarder, the fabric and the disks of a server of the lab. */
import { parseWwn, wwnOfMac, type Wwn } from '../../protocols/fc/wwn.ts';
import { openUnits } from '../scsi/units.ts';
import type { ServiceSettings } from '../all.ts';
import type { RunningService, ServiceContext, ServiceProblem } from '../service.ts';
import { Fabric } from './fabric.ts';
import { answerVlanRequests, Forwarder, frameBytesOf } from './forwarder.ts';
import { fcoeMessage } from './messages.ts';
import { FcoeReports } from './reports.ts';
import { TargetPort } from './target-port.ts';

/** What names of switches and of their ports begin with. */
const SWITCH_NAME = 0x1000;
const PORT_NAME = 0x2001;

export function startFcoe(
  settings: ServiceSettings<'fcoe'>,
  { clock, log, host, disks }: Pick<ServiceContext, 'clock' | 'log' | 'host' | 'disks'>,
): RunningService {
  const { nic, vlan, priority, keepAliveMs, fip } = settings;
  const card = nic ?? host.interfaces[0]?.name ?? '';
  const name = vlan === undefined ? card : `${card}.${vlan}`;
  const plain = host.interfaces.find((one) => one.name === card);
  const port = host.interfaces.find((one) => one.name === name);
  if (plain === undefined || port === undefined) {
    const place = vlan === undefined ? 'fcoe.nic' : 'fcoe.vlan';
    return { listen: () => undefined, problems: [{ place, reason: fcoeMessage('fcoe.no-card', { card: name }) }] };
  }
  const reports = new FcoeReports(log);
  const fabric = new Fabric(
    wwnOfMac(port.mac, SWITCH_NAME),
    wwnOfMac(port.mac, PORT_NAME),
    frameBytesOf(port.mtu),
    reports,
  );
  const problems: ServiceProblem[] = [];
  settings.targets.forEach((target, index) => {
    const place = `fcoe.targets.${index}`;
    const portName = parseWwn(target.port) ?? 0n;
    if (fabric.portNamed(portName) !== undefined) {
      problems.push({ place, reason: fcoeMessage('fcoe.port-twice', { port: target.port }) });
      return;
    }
    const opened = openUnits(target.luns, { name: target.port, place, disks }, (lun) =>
      fcoeMessage('fcoe.lun-twice', { lun }),
    );
    problems.push(...opened.problems);
    const zone = target.initiators && new Set<Wwn>(target.initiators.flatMap((text) => parseWwn(text) ?? []));
    const made = new TargetPort(fabric, { portName, zone, units: opened.units }, reports);
    fabric.add(made);
    fabric.names.registerFcp(made.id);
  });
  return {
    problems,
    listen() {
      new Forwarder({ clock, port, fabric, reports, priority, keepAliveMs, hasFip: fip }).listen();
      if (vlan !== undefined && fip) answerVlanRequests(plain, vlan, reports);
    },
  };
}
