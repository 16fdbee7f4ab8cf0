/** Packets of generated conversations, as steps of a case. */
import { parseIpv4, writeIpv4 } from '../../../src/base/address.ts';
import { concatBytes, fromHex, latin1, toHex, writeU16, writeU32 } from '../../../src/base/bytes.ts';
import { encodeName } from '../../../src/services/dnsmasq/config/names.ts';
import type { SendStep } from '../case.ts';

export const SERVER_IP = '192.168.50.1';
export const UPSTREAM = { ip: '192.168.50.53', mac: '52:54:00:ee:00:53' } as const;
const RELAY_MAC = '52:54:00:ee:00:fe';
export const ROUTER_IP = '192.168.50.254';

const FIXED_BYTES = 240;
const DHCP_COOKIE = 0x63825363;

export type Option = readonly [code: number, data: Uint8Array];

export interface DhcpPlan {
  /** 0: BOOTP, no option 53. */
  readonly type: number;
  readonly mac: string;
  readonly xid: number;
  readonly options: readonly Option[];
  readonly ciaddr?: string;
  readonly giaddr?: string;
  readonly flags?: number;
  readonly file?: string;
}

export function address(text: string): Uint8Array {
  const out = new Uint8Array(4);
  writeIpv4(out, 0, parseIpv4(text) ?? 0);
  return out;
}

export function hexBytes(text: string): Uint8Array {
  return fromHex(text) ?? new Uint8Array(0);
}

export function dhcpBytes(plan: DhcpPlan): Uint8Array {
  const head = new Uint8Array(FIXED_BYTES);
  head.set([1, 1, 6, plan.giaddr === undefined ? 0 : 1]);
  writeU32(head, 4, plan.xid);
  writeU16(head, 10, plan.flags ?? 0);
  head.set(address(plan.ciaddr ?? '0.0.0.0'), 12);
  head.set(address(plan.giaddr ?? '0.0.0.0'), 24);
  head.set(hexBytes(plan.mac), 28);
  head.set(latin1(plan.file ?? ''), 108);
  writeU32(head, 236, DHCP_COOKIE);
  const type: readonly Option[] = plan.type === 0 ? [] : [[53, Uint8Array.of(plan.type)]];
  const options = [...type, ...plan.options].flatMap(([code, data]) => [Uint8Array.of(code, data.length), data]);
  const body = concatBytes([head, ...options, Uint8Array.of(255)]);
  const out = new Uint8Array(Math.max(300, body.length));
  out.set(body);
  return out;
}

/** From the client, or by the relay that its giaddr names. */
export function dhcpStep(plan: DhcpPlan, how: Partial<SendStep> = {}): SendStep {
  const relayed = plan.giaddr !== undefined;
  return {
    send: toHex(dhcpBytes(plan)),
    proto: 'dhcp',
    src_mac: relayed ? RELAY_MAC : plan.mac,
    src_ip: relayed ? ROUTER_IP : '0.0.0.0',
    sport: relayed ? 67 : 68,
    dst: relayed ? SERVER_IP : 'broadcast',
    dport: 67,
    ...how,
  };
}

export function questionBytes(name: string, type: number): Uint8Array {
  return concatBytes([encodeName(name), Uint8Array.of(type >>> 8, type, 0, 1)]);
}

export interface DnsPlan {
  readonly id: number;
  readonly name: string;
  readonly type: number;
  /** Size that option OPT offers; undefined for no OPT. */
  readonly ednsBytes?: number;
  readonly isStream?: boolean;
  readonly from?: string;
}

export function queryStep(plan: DnsPlan): SendStep {
  const head = new Uint8Array(12);
  writeU16(head, 0, plan.id);
  writeU16(head, 2, 0x0100);
  writeU16(head, 4, 1);
  const { ednsBytes } = plan;
  const opt = ednsBytes === undefined ? [] : [Uint8Array.of(0, 0, 41, ednsBytes >>> 8, ednsBytes, 0, 0, 0, 0, 0, 0)];
  writeU16(head, 10, opt.length);
  return {
    send: toHex(concatBytes([head, questionBytes(plan.name, plan.type), ...opt])),
    proto: 'dns',
    src_mac: '52:54:00:aa:00:77',
    src_ip: plan.from ?? '192.168.50.77',
    sport: plan.isStream === true ? 40_000 + (plan.id & 0xff) : 45_353,
    dst: SERVER_IP,
    dport: 53,
    note: `${plan.name} ${plan.type}`,
    ...(plan.isStream === true ? { tcp: true } : {}),
  };
}

export interface Record {
  /** Undefined: the name asked for. */
  readonly name?: string;
  readonly type: number;
  readonly ttlS: number;
  readonly data: Uint8Array;
}

/** What the server upstream says to the query that was passed on last. */
export function upstreamStep(
  { name, type }: Pick<DnsPlan, 'name' | 'type'>,
  rcode: number,
  answers: readonly Record[],
  authorities: readonly Record[] = [],
): SendStep {
  const head = new Uint8Array(12);
  writeU16(head, 2, 0x8180 | rcode);
  writeU16(head, 4, 1);
  writeU16(head, 6, answers.length);
  writeU16(head, 8, authorities.length);
  const records = [...answers, ...authorities].map((record) => {
    const owner = record.name === undefined ? Uint8Array.of(0xc0, 12) : encodeName(record.name);
    const middle = new Uint8Array(10);
    writeU16(middle, 0, record.type);
    writeU16(middle, 2, 1);
    writeU32(middle, 4, record.ttlS);
    writeU16(middle, 8, record.data.length);
    return concatBytes([owner, middle, record.data]);
  });
  return {
    send: toHex(concatBytes([head, questionBytes(name, type), ...records])),
    proto: 'dns',
    src_mac: UPSTREAM.mac,
    src_ip: UPSTREAM.ip,
    sport: 53,
    dst: SERVER_IP,
    dport: 9,
    note: `upstream: ${rcode} ${answers.length}`,
    derive: { id: 'ID of the forwarded query', dport: 'source port of the forwarded query' },
  };
}

/** TFTP: a request to port 69, or what follows to the transfer's port. */
export function tftpStep(parts: readonly (number | string)[], isRequest: boolean, sport: number): SendStep {
  const bytes = parts.map((part) => (typeof part === 'number' ? Uint8Array.of(part >>> 8, part) : latin1(`${part}\0`)));
  return {
    send: toHex(concatBytes(bytes)),
    proto: 'tftp',
    src_mac: '52:54:00:aa:00:77',
    src_ip: '192.168.50.77',
    sport,
    dst: SERVER_IP,
    dport: isRequest ? 69 : 'tid',
  };
}
