/** Commands on interfaces: opening and configuring them, what they are, VLANs, routes, boot servers, the PXE API. */
import { Err, OK, type Status } from '../errors.ts';
import type { Task } from '../../../base/time/task.ts';
import type { Ipxe } from '../ipxe.ts';
import { runJob } from '../net/transfer/job.ts';
import { configureDevice, openDevice, waitForLink } from '../net/link/manage.ts';
import type { NetDevice } from '../net/link/netdev.ts';
import { discoverBootServer } from '../net/dhcp/pxe-boot-server.ts';
import { couldNot, forDevices, orSay, readInteger } from './arguments.ts';
import { MANY_ARGUMENTS, option, type CommandSpec, type Given } from './registry.ts';

/** Does something for each named device, or for all that there are. */
function* forInterfaces(
  ipxe: Ipxe,
  given: Given,
  action: (device: NetDevice) => Task<Status>,
  stopsAtSuccess = false,
): Task<Status> {
  const names = given.args.length > 0 ? given.args : ipxe.netdevs.all.map(({ name }) => name);
  return names.length === 0 ? Err.noNetdev : yield* forDevices(ipxe, names, action, stopsAtSuccess);
}

/** Does something for the device that the first argument names. */
function* forInterface(ipxe: Ipxe, given: Given, action: (device: NetDevice) => Task<Status>): Task<Status> {
  return yield* forDevices(ipxe, given.args.slice(0, 1), action);
}

const interfaces = {
  feature: 'IFMGMT_CMD',
  minArguments: 0,
  maxArguments: MANY_ARGUMENTS,
  usage: '[<interface>...]',
} as const;

const configure: Omit<CommandSpec, 'name' | 'feature'> = {
  options: [option('configurator', 'c', 'configurator'), option('timeout', 't', 'timeout')],
  minArguments: 0,
  maxArguments: MANY_ARGUMENTS,
  usage: '[<interface>...]',
  *run(ipxe, given) {
    const timeoutMs = given.number('timeout') ?? 0;
    const configurator = given.text('configurator');
    const action = function* (device: NetDevice): Task<Status> {
      const status = yield* configureDevice(ipxe, device, configurator, timeoutMs);
      if (status !== OK) device.close();
      return status;
    };
    return yield* forInterfaces(ipxe, given, action, true);
  },
};

export const ifmgmtCommands: readonly CommandSpec[] = [
  {
    ...interfaces,
    name: 'ifopen',
    options: [],
    *run(ipxe, given) {
      return yield* forInterfaces(ipxe, given, (device) => openDevice(ipxe, device));
    },
  },
  {
    ...interfaces,
    name: 'ifclose',
    options: [],
    *run(ipxe, given) {
      // oxlint-disable-next-line require-yield
      return yield* forInterfaces(ipxe, given, function* (device) {
        device.close();
        return OK;
      });
    },
  },
  {
    ...interfaces,
    name: 'ifstat',
    options: [],
    *run(ipxe, given) {
      return yield* forInterfaces(ipxe, given, function* (device) {
        yield* ipxe.print(device.description);
        return OK;
      });
    },
  },
  { ...configure, name: 'ifconf', feature: 'IFMGMT_CMD' },
  { ...configure, name: 'dhcp', feature: 'DHCP_CMD' },
  {
    ...interfaces,
    name: 'iflinkwait',
    options: [option('timeout', 't', 'timeout')],
    *run(ipxe, given) {
      const timeoutMs = given.number('timeout') ?? 0;
      const action = function* (device: NetDevice): Task<Status> {
        const opened = yield* openDevice(ipxe, device);
        const status = opened === OK ? yield* waitForLink(ipxe, device, timeoutMs) : opened;
        if (status !== OK) device.close();
        return status;
      };
      return yield* forInterfaces(ipxe, given, action, true);
    },
  },
  {
    name: 'route',
    feature: 'ROUTE_CMD',
    options: [],
    minArguments: 0,
    maxArguments: 0,
    usage: '',
    *run(ipxe) {
      for (const device of ipxe.netdevs.all) yield* ipxe.print(ipxe.ip.describe(device));
      return OK;
    },
  },
  {
    name: 'pxebs',
    feature: 'DHCP_CMD',
    options: [],
    minArguments: 2,
    maxArguments: 2,
    usage: '<interface> <server type>',
    *run(ipxe, given) {
      return yield* forInterface(ipxe, given, function* (device) {
        const type = yield* orSay(ipxe, readInteger(given.arg(1)));
        return type.ok ? yield* pxeBootServer(ipxe, device, type.value) : type.error;
      });
    },
  },
  {
    name: 'vcreate',
    feature: 'VLAN_CMD',
    options: [option('tag', 't', 'integer'), option('priority', 'p', 'integer')],
    minArguments: 1,
    maxArguments: 1,
    usage: '<trunk interface>',
    *run(ipxe, given) {
      return yield* forInterface(ipxe, given, (device) => {
        const status = ipxe.netdevs.createVlan(device, given.number('tag') ?? 0, given.number('priority') ?? 0);
        return couldNot(ipxe, 'create VLAN device', status);
      });
    },
  },
  {
    name: 'vdestroy',
    feature: 'VLAN_CMD',
    options: [],
    minArguments: 1,
    maxArguments: 1,
    usage: '<VLAN interface>',
    *run(ipxe, given) {
      return yield* forInterface(ipxe, given, (device) =>
        couldNot(ipxe, 'destroy VLAN device', ipxe.netdevs.destroyVlan(device)),
      );
    },
  },
  {
    name: 'startpxe',
    feature: 'PXE_CMD',
    options: [],
    minArguments: 0,
    maxArguments: 1,
    usage: '[<interface>]',
    *run(ipxe, given) {
      if (given.args.length === 0) {
        ipxe.pxeDevice = ipxe.netdevs.lastOpened;
        return OK;
      }
      // oxlint-disable-next-line require-yield
      return yield* forInterface(ipxe, given, function* (device) {
        ipxe.pxeDevice = device;
        return OK;
      });
    },
  },
  {
    name: 'stoppxe',
    feature: 'PXE_CMD',
    options: [],
    minArguments: 0,
    maxArguments: 0,
    usage: '',
    // oxlint-disable-next-line require-yield
    *run(ipxe) {
      ipxe.pxeDevice?.close();
      ipxe.pxeDevice = undefined;
      return OK;
    },
  },
  {
    name: 'ibstat',
    feature: 'IBMGMT_CMD',
    options: [],
    minArguments: 0,
    maxArguments: 0,
    usage: '',
    // No machine of the lab has InfiniBand.
    // oxlint-disable-next-line require-yield
    *run() {
      return OK;
    },
  },
  ...(['iwstat', 'iwlist'] as const).map((name): CommandSpec => ({
    name,
    feature: 'IWMGMT_CMD',
    options: [],
    minArguments: 0,
    maxArguments: MANY_ARGUMENTS,
    usage: '[<interface>...]',
    // No machine of the lab has a wireless card.
    *run(ipxe, given) {
      // oxlint-disable-next-line require-yield
      return yield* forDevices(ipxe, given.args, function* () {
        return OK;
      });
    },
  })),
];

/** Looks for a boot server with a line of progress. */
export function* pxeBootServer(ipxe: Ipxe, device: NetDevice, type: number): Task<Status> {
  const title = `PXEBS (${device.name} type ${type})`;
  const status = yield* runJob(ipxe, { title }, () => discoverBootServer(ipxe, device, type));
  return yield* couldNot(ipxe, `discover boot server on ${device.name}`, status);
}
