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
import { addressOf, type Settings } from './evaluate.ts';

/** RFC 3046. */
const AGENT_OPTION = 82;
const VENDOR_OPTIONS = 43;
/** Behind what every reply begins with. */
const FIRST = [DHCP_OPTION.messageType, DHCP_OPTION.serverIdentifier, DHCP_OPTION.leaseTime, DHCP_OPTION.message];
/** Without a parameter request list: mask, routers, name servers, host name, FQDN, then what the tables hold. */
const USUAL = [1, 3, 6, 12, 81];
/** A message that every client takes (RFC 2131 §2), and the headers of IP and UDP. */
const MIN_MESSAGE_BYTES = 576;
const IP_UDP_BYTES = 28;
const FIXED_BYTES = 240;
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
  const agent = collectOption(request, AGENT_OPTION);
  const limit = Math.max(MIN_MESSAGE_BYTES, sizeOf(request)) - IP_UDP_BYTES - FIXED_BYTES - 1;
  let used = agent === undefined ? 0 : 2 + agent.length;
  const out: DhcpOption[] = [];
  const asked = isListed ? listOf(request, settings) : undefined;
  const isEchoed = asked !== undefined && settings.flags.get('echo-client-id') === true;
  const echoed = isEchoed ? [DHCP_OPTION.clientIdentifier] : [];
  for (const code of new Set([...FIRST, ...echoed, ...(asked ?? allCodes(config, settings))])) {
    const data = code === AGENT_OPTION ? undefined : valueOf(code, config, settings);
    if (data === undefined) continue;
    const size = data.length + 2 * Math.max(1, Math.ceil(data.length / 255));
    if (used + size > limit) continue;
    used += size;
    out.push({ code, data, area: 'options' });
  }
  if (agent !== undefined && request.giaddr !== 0 && isListed)
    out.push({ code: AGENT_OPTION, data: agent, area: 'options' });
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
