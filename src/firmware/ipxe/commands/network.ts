/** The network's small tools: neighbours, counters, ping, names, time. */
import { formatIpv4, formatMac, writeIpv4 } from '../../../base/address.ts';
import { NS_PER_MS } from '../../../base/time/clock.ts';
import type { Task } from '../../../base/time/task.ts';
import { IpCounters, type TcpCounters } from '../../../net/host/counters.ts';
import { Err, OK, strerror, type Status } from '../errors.ts';
import { CTRL_C } from '../control-keys.ts';
import type { Ipxe } from '../ipxe.ts';
import { resolveHost } from '../net/dns.ts';
import { runJob } from '../net/transfer/job.ts';
import { setTimeByNtp } from '../net/ntp.ts';
import { settingType } from '../settings/types.ts';
import { couldNot, couldNotStore, orSay, readSetting } from './arguments.ts';
import { flag, option, type CommandSpec, type Given } from './registry.ts';

const PING_BYTES = 64;
const PING_TIMEOUT_MS = 1000;

/** The counters on each line of `ipstat`. */
const IP_LINES: readonly (readonly (keyof IpCounters)[])[] = [
  ['inReceives', 'inMcastPkts', 'inBcastPkts', 'inOctets'],
  ['inHdrErrors', 'inAddrErrors', 'inUnknownProtos', 'inTruncatedPkts'],
  ['reasmReqds', 'reasmOKs', 'reasmFails'],
  ['inDelivers', 'outRequests', 'outNoRoutes'],
  ['outTransmits', 'outMcastPkts', 'outBcastPkts', 'outOctets'],
];
const TCP_LINES: readonly (readonly (keyof TcpCounters)[])[] = [
  ['inSegs', 'inOctets', 'inOctetsGood'],
  ['inDiscards', 'inOutOfOrder'],
];

/** `  InReceives:12 InMcastPkts:0 ...` */
function counterLines<Name extends string>(
  counters: Readonly<Record<Name, number>>,
  lines: readonly (readonly Name[])[],
): string {
  const shown = (name: Name): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}:${counters[name]}`;
  return lines.map((line) => `  ${line.map(shown).join(' ')}\n`).join('');
}

export const networkCommands: readonly CommandSpec[] = [
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
    name: 'ipstat',
    feature: 'IPSTAT_CMD',
    options: [],
    minArguments: 0,
    maxArguments: 0,
    usage: '',
    *run(ipxe) {
      const { ipCounters, tcpCounters } = ipxe.ip.host;
      yield* ipxe.print(`IP version 4:\n${counterLines(ipCounters, IP_LINES)}`);
      // Frames of IPv6 never reach the stack: it speaks IPv4 alone.
      if (ipxe.build.features.has('NET_PROTO_IPV6')) {
        yield* ipxe.print(`IP version 6:\n${counterLines(new IpCounters(), IP_LINES)}`);
      }
      yield* ipxe.print(`TCP:\n${counterLines(tcpCounters, TCP_LINES)}`);
      return OK;
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
      const name = given.arg(1);
      const ref = yield* orSay(ipxe, readSetting(ipxe, given.arg(0), true));
      if (!ref.ok) return ref.error;
      const found: { address?: number } = {};
      const status = yield* runJob(ipxe, { title: undefined }, function* (progress) {
        const resolved = yield* resolveHost(ipxe, name, progress);
        if (!resolved.ok) return resolved.error;
        found.address = resolved.value;
        return OK;
      });
      if (status !== OK || found.address === undefined) return yield* couldNot(ipxe, `resolve ${name}`, status);
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
        setTimeByNtp(ipxe, given.arg(0), progress),
      );
      return yield* couldNot(ipxe, 'get time and date', status);
    },
  },
];

function* ping(ipxe: Ipxe, given: Given): Task<Status> {
  const size = given.number('size') ?? PING_BYTES;
  const timeoutNs = (given.number('timeout') ?? PING_TIMEOUT_MS) * NS_PER_MS;
  // 0 pings without end.
  const last = given.number('count') || Number.POSITIVE_INFINITY;
  const isQuiet = given.flag('quiet');
  const { clock } = ipxe;
  let status: Status = OK;
  const finish = function* (): Task<Status> {
    if (!isQuiet) yield* ipxe.print(`Finished: ${strerror(status)}\n`);
    return status;
  };
  const address = yield* resolveHost(ipxe, given.arg(0));
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
    if (key?.ascii === CTRL_C) {
      status = Err.cancelled;
      return yield* finish();
    }
  }
  return status === OK ? OK : yield* finish();
}
