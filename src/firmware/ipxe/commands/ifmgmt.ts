/** Commands on interfaces, routes and the network's small tools. */
import { formatIpv4, formatMac, writeIpv4 } from '../../../base/address.ts';
import { NS_PER_MS } from '../../../base/clock.ts';
import type { Task } from '../../../base/task.ts';
import { Err, OK, strerror, type Status } from '../errors.ts';
import type { Ipxe } from '../ipxe.ts';
import { resolveHost } from '../net/dns.ts';
import { runJob } from '../net/job.ts';
import { configureDevice, openDevice, waitForLink } from '../net/manage.ts';
import type { NetDevice } from '../net/netdev.ts';
import { setTimeByNtp } from '../net/ntp.ts';
import { discoverBootServer } from '../net/pxe-boot-server.ts';
import { parseInteger, settingType } from '../settings/types.ts';
import { couldNotStore, parseSetting } from './settings.ts';
import { MANY_ARGUMENTS, option, flag, type CommandSpec, type Given } from './registry.ts';

function* noSuchDevice(ipxe: Ipxe, name: string): Task<Status> {
  yield* ipxe.print(`"${name}": no such network device\n`);
  return Err.noSuchNetdev;
}

/** Does something for each named device, or for all; unknown names are reported and passed over. */
function* forDevices(
  ipxe: Ipxe,
  given: Given,
  action: (device: NetDevice) => Task<Status>,
  stopsAtSuccess: boolean,
): Task<Status> {
  const names = given.args.length > 0 ? given.args : ipxe.netdevs.all.map(({ name }) => name);
  let status: Status = given.args.length > 0 || names.length > 0 ? OK : Err.noNetdev;
  for (const name of names) {
    const device = ipxe.netdevs.find(name);
    status = device === undefined ? yield* noSuchDevice(ipxe, name) : yield* action(device);
    if (ipxe.isEnding || (stopsAtSuccess && status === OK)) break;
  }
  return status;
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
    return yield* forDevices(ipxe, given, action, true);
  },
};

/** Runs `action` for the single device argument. */
function* oneDevice(ipxe: Ipxe, name: string, action: (device: NetDevice) => Task<Status>): Task<Status> {
  const device = ipxe.netdevs.find(name);
  return device === undefined ? yield* noSuchDevice(ipxe, name) : yield* action(device);
}

const PING_BYTES = 64;
const PING_TIMEOUT_MS = 1000;

export const ifmgmtCommands: readonly CommandSpec[] = [
  {
    ...interfaces,
    name: 'ifopen',
    options: [],
    *run(ipxe, given) {
      return yield* forDevices(ipxe, given, (device) => openDevice(ipxe, device), false);
    },
  },
  {
    ...interfaces,
    name: 'ifclose',
    options: [],
    *run(ipxe, given) {
      // oxlint-disable-next-line require-yield
      const action = function* (device: NetDevice): Task<Status> {
        device.close();
        return OK;
      };
      yield* forDevices(ipxe, given, action, false);
      return OK;
    },
  },
  {
    ...interfaces,
    name: 'ifstat',
    options: [],
    *run(ipxe, given) {
      const action = function* (device: NetDevice): Task<Status> {
        yield* ipxe.print(device.description);
        return OK;
      };
      const status = yield* forDevices(ipxe, given, action, false);
      return status === Err.noNetdev ? OK : status;
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
      return yield* forDevices(ipxe, given, action, true);
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
      const type = parseInteger(given.args[1]);
      return yield* oneDevice(ipxe, given.args[0], function* (device) {
        if (type === undefined) {
          yield* ipxe.print(`"${given.args[1]}": invalid integer value\n`);
          return Err.badInteger;
        }
        return yield* pxeBootServer(ipxe, device, type);
      });
    },
  },
  {
    name: 'nstat',
    feature: 'NEIGHBOUR_CMD',
    options: [],
    minArguments: 0,
    maxArguments: 0,
    usage: '',
    *run(ipxe) {
      for (const nic of ipxe.ip.host.interfaces) {
        for (const { address, mac } of nic.arpTable()) {
          const is = mac === undefined ? '(incomplete) (ARP)' : formatMac(mac);
          yield* ipxe.print(`${nic.name} IP ${formatIpv4(address)} is Ethernet ${is}\n`);
        }
      }
      return OK;
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
      return yield* oneDevice(ipxe, given.args[0], function* (device) {
        const status = ipxe.netdevs.createVlan(device, given.number('tag') ?? 0, given.number('priority') ?? 0);
        if (status !== OK) yield* ipxe.print(`Could not create VLAN device: ${strerror(status)}\n`);
        return status;
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
      return yield* oneDevice(ipxe, given.args[0], function* (device) {
        const status = ipxe.netdevs.destroyVlan(device);
        if (status !== OK) yield* ipxe.print(`Could not destroy VLAN device: ${strerror(status)}\n`);
        return status;
      });
    },
  },
  {
    name: 'ping',
    feature: 'PING_CMD',
    options: [
      option('size', 's', 'integer'),
      option('timeout', 't', 'timeout'),
      option('count', 'c', 'integer'),
      flag('quiet', 'q'),
    ],
    minArguments: 1,
    maxArguments: 1,
    usage: '<host>',
    *run(ipxe, given) {
      return yield* ping(ipxe, given);
    },
  },
  {
    name: 'nslookup',
    feature: 'NSLOOKUP_CMD',
    options: [],
    minArguments: 2,
    maxArguments: 2,
    usage: '<setting> <name>',
    *run(ipxe, given) {
      const [text, name] = given.args;
      const ref = yield* parseSetting(ipxe, text, true);
      if (!ref.ok) return ref.error;
      const found: { address?: number } = {};
      const status = yield* runJob(ipxe, { title: undefined }, function* (progress) {
        const resolved = yield* resolveHost(ipxe, name, progress);
        if (!resolved.ok) return resolved.error;
        found.address = resolved.value;
        return OK;
      });
      if (status !== OK || found.address === undefined) {
        yield* ipxe.print(`Could not resolve ${name}: ${strerror(status)}\n`);
        return status;
      }
      const raw = new Uint8Array(4);
      writeIpv4(raw, 0, found.address);
      const { block, setting } = ref.value;
      const stored = ipxe.settings.store({ block, setting: { ...setting, type: settingType('ipv4') } }, raw);
      return yield* couldNotStore(ipxe, ref.value, stored);
    },
  },
  {
    name: 'ntp',
    feature: 'NTP_CMD',
    options: [],
    minArguments: 1,
    maxArguments: 1,
    usage: '<server>',
    *run(ipxe, given) {
      const status = yield* runJob(ipxe, { title: undefined }, (progress) =>
        setTimeByNtp(ipxe, given.args[0], progress),
      );
      if (status !== OK) yield* ipxe.print(`Could not get time and date: ${strerror(status)}\n`);
      return status;
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
      for (const each of given.args) {
        if (ipxe.netdevs.find(each) === undefined) return yield* noSuchDevice(ipxe, each);
      }
      return OK;
    },
  })),
];

/** Looks for a boot server with a line of progress. */
export function* pxeBootServer(ipxe: Ipxe, device: NetDevice, type: number): Task<Status> {
  const title = `PXEBS (${device.name} type ${type})`;
  const status = yield* runJob(ipxe, { title }, () => discoverBootServer(ipxe, device, type));
  if (status !== OK) yield* ipxe.print(`Could not discover boot server on ${device.name}: ${strerror(status)}\n`);
  return status;
}

function* ping(ipxe: Ipxe, given: Given): Task<Status> {
  const size = given.number('size') ?? PING_BYTES;
  const timeoutNs = (given.number('timeout') ?? PING_TIMEOUT_MS) * NS_PER_MS;
  // 0 goes on for ever.
  const last = given.number('count') || Number.POSITIVE_INFINITY;
  const isQuiet = given.flag('quiet');
  const { clock } = ipxe;
  let status: Status = OK;
  const finish = function* (): Task<Status> {
    if (!isQuiet) yield* ipxe.print(`Finished: ${strerror(status)}\n`);
    return status;
  };
  const address = yield* resolveHost(ipxe, given.args[0]);
  if (!address.ok) {
    status = address.error;
    return yield* finish();
  }
  for (let sequence = 1; sequence <= last; sequence++) {
    const startNs = clock.nowNs;
    const reply = yield* ipxe.ip.host.ping(address.value, { dataLength: size, timeoutNs, sequence });
    if (reply.ok) {
      status = OK;
      const from = formatIpv4(reply.value.source);
      if (!isQuiet) yield* ipxe.print(`${reply.value.dataLength} bytes from ${from}: seq=${sequence}\n`);
    } else {
      status = Err.pingTimeout;
      if (!isQuiet) yield* ipxe.print(`0 bytes from <none>: seq=${sequence}: ${strerror(status)}\n`);
    }
    const isLast = sequence === last;
    const leftNs = startNs + timeoutNs - clock.nowNs;
    const key = isLast ? undefined : yield* ipxe.platform.console.key(Math.max(0, leftNs));
    if (key?.ascii === 3) {
      status = Err.cancelled;
      return yield* finish();
    }
  }
  return status === OK ? OK : yield* finish();
}
