/** What dhcpd puts into a reply, and in which order. */
import { concatBytes } from '../../../base/bytes.ts';
import {
  collectOption,
  emptyDhcpMessage,
  BOOTREPLY,
  FLAG_BROADCAST,
  type DhcpMessage,
  type DhcpOption,
} from '../../../protocols/dhcp/codec.ts';
import { DHCP_OPTION } from '../../../protocols/dhcp/options.ts';
import type { DhcpdConfig } from '../language/model.ts';
import { DHCP_SPACE } from '../language/option-types.ts';
import { addressOf, AGENT_OPTION, type Settings } from './evaluate.ts';

const VENDOR_OPTIONS = 43;
/** Behind what every reply begins with. */
const FIRST = [DHCP_OPTION.messageType, DHCP_OPTION.serverIdentifier, DHCP_OPTION.leaseTime, DHCP_OPTION.message];
/** Without a parameter request list: mask, routers, name servers, host name, FQDN, then what the tables hold. */
const USUAL = [1, 3, 6, 12, 81];
/** A message that every client takes (RFC 2131 §2), and the headers of IP and UDP. */
const MIN_MESSAGE_BYTES = 576;
const IP_UDP_BYTES = 28;
const FIXED_BYTES = 240;
/** Option 52 itself. */
const OVERLOAD_BYTES = 3;
/** The codes of a site's own option space begin here. */
const SITE_CODES = 128;

/**
 * Fields that a reply has from its request, and the options that the settings and the request ask for. `siaddr` is used
 * when there is no next-server; without `isListed` all options are sent, whatever is asked for.
 */
export function replyMessage(
  request: DhcpMessage,
  config: DhcpdConfig,
  settings: Settings,
  how: { readonly siaddr?: number; readonly isListed?: boolean } = {},
): DhcpMessage {
  const file = new Uint8Array(128);
  file.set((settings.data.get('filename') ?? new Uint8Array(0)).subarray(0, 128));
  const sname = new Uint8Array(64);
  sname.set((settings.data.get('server-name') ?? new Uint8Array(0)).subarray(0, 64));
  return {
    ...emptyDhcpMessage(BOOTREPLY),
    htype: request.htype,
    hlen: request.hlen,
    hops: request.hops,
    xid: request.xid,
    secs: request.secs,
    flags: settings.flags.get('always-broadcast') === true ? request.flags | FLAG_BROADCAST : request.flags,
    giaddr: request.giaddr,
    chaddr: request.chaddr,
    siaddr: addressOf(settings.data.get('next-server')) ?? how.siaddr ?? 0,
    file,
    sname,
    options: replyOptions(request, config, settings, how.isListed !== false),
  };
}

function replyOptions(
  request: DhcpMessage,
  config: DhcpdConfig,
  settings: Settings,
  isListed: boolean,
): readonly DhcpOption[] {
  const agent = isListed && request.giaddr !== 0 ? collectOption(request, AGENT_OPTION) : undefined;
  const asked = isListed ? listOf(request, settings) : undefined;
  const isEchoed = asked !== undefined && settings.flags.get('echo-client-id') === true;
  const echoed = isEchoed ? [DHCP_OPTION.clientIdentifier] : [];
  const values = [...new Set([...FIRST, ...echoed, ...(asked ?? allCodes(config, settings))])].flatMap((code) => {
    const data = code === AGENT_OPTION ? undefined : valueOf(code, config, settings);
    return data === undefined ? [] : [{ code, data }];
  });
  const size = Math.max(MIN_MESSAGE_BYTES, sizeOf(request));
  const room = size - IP_UDP_BYTES - FIXED_BYTES - (agent === undefined ? 0 : 2 + agent.length);
  const out = [...placed(values, room, settings)];
  if (agent !== undefined) out.push({ code: AGENT_OPTION, data: agent, area: 'options' });
  return out;
}

type OptionValue = Pick<DhcpOption, 'code' | 'data'>;

function bytesOf({ data }: OptionValue): number {
  return data.length + 2 * Math.max(1, Math.ceil(data.length / 255));
}

/** Where options go: what the options area cannot hold goes into `file` and `sname` when these are free (RFC 2132 §9.3). */
function placed(values: readonly OptionValue[], room: number, settings: Settings): readonly DhcpOption[] {
  const total = values.reduce((sum, value) => sum + bytesOf(value), 0);
  // Each area ends with End.
  const left = { options: room - 1, file: 0, sname: 0 };
  if (total > left.options) {
    if (!settings.data.has('filename')) left.file = 127;
    if (!settings.data.has('server-name')) left.sname = 63;
  }
  // dhcpd leaves the End out where the options area is full.
  if (left.file + left.sname > 0) left.options = room - OVERLOAD_BYTES;
  const out: DhcpOption[] = [];
  const put = (value: OptionValue, area: DhcpOption['area']): void => {
    left[area] -= bytesOf(value);
    out.push({ ...value, area });
  };
  for (const value of values) {
    const area = (['options', 'file', 'sname'] as const).find((one) => bytesOf(value) <= left[one]);
    if (area !== undefined) {
      put(value, area);
      continue;
    }
    const { code, data } = value;
    const first = { code, data: data.subarray(0, Math.max(0, left.options - 2)) };
    const rest = { code, data: data.subarray(first.data.length) };
    if (first.data.length === 0 || bytesOf(rest) > left.file) continue;
    put(first, 'options');
    put(rest, 'file');
  }
  const overload = (['file', 'sname'] as const).reduce(
    (bits, area, i) => bits + (out.some((one) => one.area === area) ? i + 1 : 0),
    0,
  );
  if (overload > 0) out.push({ code: DHCP_OPTION.overload, data: Uint8Array.of(overload), area: 'options' });
  return out;
}

function sizeOf(request: DhcpMessage): number {
  const size = collectOption(request, DHCP_OPTION.maxMessageSize);
  return size?.length === 2 ? (size[0] ?? 0) * 256 + (size[1] ?? 0) : 0;
}

/** The configuration's option 55 replaces the client's. */
function listOf(request: DhcpMessage, settings: Settings): Uint8Array | undefined {
  const code = DHCP_OPTION.parameterRequestList;
  const list = settings.option(DHCP_SPACE, code) ?? collectOption(request, code);
  return list === undefined || list.length === 0 ? undefined : list;
}

function allCodes(config: DhcpdConfig, settings: Settings): readonly number[] {
  const spaces = [...config.encapsulated.values()].map((option) => option.code);
  return [...USUAL, ...settings.ofSpace(DHCP_SPACE).map((option) => option.code), ...spaces, VENDOR_OPTIONS];
}

function valueOf(code: number, config: DhcpdConfig, settings: Settings): Uint8Array | undefined {
  const { siteSpace, vendorSpace } = settings;
  const space = siteSpace !== undefined && code >= SITE_CODES ? siteSpace : DHCP_SPACE;
  const own = settings.option(space, code);
  if (own !== undefined) return own;
  const inner =
    code === VENDOR_OPTIONS
      ? vendorSpace
      : [...config.encapsulated].find(([, option]) => option.space === DHCP_SPACE && option.code === code)?.[0];
  const options = inner === undefined ? [] : settings.ofSpace(inner);
  if (options.length === 0) return undefined;
  return concatBytes(options.flatMap((option) => [Uint8Array.of(option.code, option.value.length), option.value]));
}
