/** The groups and ports of `--mcast-addr` and `--mcast-port`, such as `239.255.0.0-31,128` and `1758-2000`. */
import { parseIpv4, type Ipv4Address } from '../../base/address.ts';
import { isMulticastIp } from '../../net/igmp-frame.ts';

export interface Group {
  readonly address: Ipv4Address;
  readonly port: number;
}

/** Groups that a server hands out at most. */
const MAX_GROUPS = 1024;

/** `0-3,7` below a limit; undefined when it is no such list. */
function numbers(list: string, max: number): readonly number[] | undefined {
  const out: number[] = [];
  for (const part of list.split(',')) {
    const range = /^(\d+)(?:-(\d+))?$/.exec(part);
    if (range === null) return undefined;
    const from = Number(range[1]);
    const to = Number(range[2] ?? range[1]);
    if (from > to || to > max) return undefined;
    for (let i = from; i <= to && out.length < MAX_GROUPS; i++) out.push(i);
  }
  return out;
}

/** Addresses whose last byte is a list; undefined when they are no multicast groups. */
export function parseGroupAddresses(text: string): readonly Ipv4Address[] | undefined {
  const dot = text.lastIndexOf('.');
  const lastBytes = numbers(text.slice(dot + 1), 255);
  const base = parseIpv4(`${text.slice(0, Math.max(dot, 0))}.0`);
  if (lastBytes === undefined || base === undefined || !isMulticastIp(base)) return undefined;
  return lastBytes.map((last) => base + last);
}

/** Undefined when they are no ports. */
export function parseGroupPorts(text: string): readonly number[] | undefined {
  const ports = numbers(text, 65_535);
  return ports?.includes(0) === true ? undefined : ports;
}

/** Groups that are free; the lowest is taken first. */
export class GroupPool {
  private readonly free: Group[];

  constructor(addresses: readonly Ipv4Address[], ports: readonly number[]) {
    this.free = ports.flatMap((port) => addresses.map((address) => ({ address, port }))).slice(0, MAX_GROUPS);
  }

  take(): Group | undefined {
    return this.free.shift();
  }

  giveBack(group: Group): void {
    const at = this.free.findIndex(
      ({ address, port }) => port > group.port || (port === group.port && address > group.address),
    );
    this.free.splice(at < 0 ? this.free.length : at, 0, group);
  }
}
