/** Opening and configuring interfaces: what `ifconf`, `iflinkwait` and the automatic boot share. */
import { formatMac } from '../../../../base/address.ts';
import { NS_PER_MS } from '../../../../base/time/clock.ts';
import { after, type Task } from '../../../../base/time/task.ts';
import { Err, OK, strerror, type Status } from '../../errors.ts';
import type { Ipxe } from '../../ipxe.ts';
import { configureByDhcp } from '../dhcp/dhcp.ts';
import { runJob } from '../transfer/job.ts';
import type { NetDevice } from './netdev.ts';

const LINK_WAIT_MS = 15_000;
const LINK_POLL_NS = 20 * NS_PER_MS;

export function* openDevice(ipxe: Ipxe, device: NetDevice): Task<Status> {
  const status = device.open();
  if (status !== OK) yield* ipxe.print(`Could not open ${device.name}: ${strerror(status)}\n`);
  return status;
}

/** Waits for the link with a line of progress; 0: no timeout. */
export function* waitForLink(ipxe: Ipxe, device: NetDevice, timeoutMs: number): Task<Status> {
  return yield* runJob(ipxe, { title: `Waiting for link-up on ${device.name}`, timeoutMs }, function* (progress) {
    progress.ongoing = Err.linkDown;
    while (!device.linkUp) yield after(ipxe.clock, LINK_POLL_NS);
    return OK;
  });
}

/** Opens a device, waits for its link, and runs one configurator or all of them. */
export function* configureDevice(
  ipxe: Ipxe,
  device: NetDevice,
  configurator: string | undefined,
  timeoutMs: number,
): Task<Status> {
  const opened = yield* openDevice(ipxe, device);
  if (opened !== OK) return opened;
  if (!device.linkUp) {
    const link = yield* waitForLink(ipxe, device, LINK_WAIT_MS);
    if (link !== OK) return link;
  }
  const which = configurator === undefined ? '' : ` [${configurator}]`;
  const verb = ipxe.build.ancestor === undefined ? 'Configuring' : 'DHCP';
  const title = `${verb}${which} (${device.name} ${formatMac(device.mac)})`;
  return yield* runJob(ipxe, { title, timeoutMs }, function* () {
    const status = yield* configureByDhcp(ipxe, device);
    if (status === OK) return OK;
    return configurator === undefined ? Err.configFailed : Err.jobTimeout;
  });
}
