/** The tags that a request sets by itself: relay information, hardware address, options, classes. */
import { byteAt, equalBytes, fromLatin1, readU32 } from '../../../../base/bytes.ts';
import type { DhcpOptionLine, DnsmasqConfig } from '../../config/model.ts';
import { hardwareMatch } from './hosts.ts';
import { DHCP_OPTION } from '../../../../protocols/dhcp/options.ts';
import { findInArea } from '../packet/request.ts';
import type { DhcpRequest } from '../packet/request.ts';
import { withTag } from './tags.ts';
import type { Tags } from './tags.ts';
import { dnsmasqMessage } from '../../messages.ts';

/** Sub-options of option 82: RFC 3046 §3.1, RFC 3993, RFC 3527, RFC 5107. */
export const AGENT = { circuitId: 1, remoteId: 2, linkSelection: 5, subscriberId: 6, serverOverride: 11 } as const;

const AGENT_CODES = { circuit: AGENT.circuitId, remote: AGENT.remoteId, subscriber: AGENT.subscriberId } as const;

/** Tags of dhcp-circuitid, dhcp-remoteid and dhcp-subscrid: the whole value must be the same. */
export function agentTags(config: DnsmasqConfig, agentInfo: Uint8Array | undefined, tags: Tags): Tags {
  if (agentInfo === undefined) return tags;
  let out = tags;
  for (const line of config.classMatches) {
    if (line.kind === 'vendor' || line.kind === 'user') continue;
    const data = findInArea(agentInfo, AGENT_CODES[line.kind], 1);
    if (data !== undefined && equalBytes(data, line.data)) {
      out = withTag(
        out,
        line.setTag,
        dnsmasqMessage('dhcp.tag.relay', { kind: line.kind, value: fromLatin1(data) }),
        line.origin,
      );
    }
  }
  return out;
}

export function macTags(config: DnsmasqConfig, request: DhcpRequest, tags: Tags): Tags {
  let out = tags;
  for (const line of config.macMatches) {
    if (hardwareMatch(line.mac, request.htype, request.hardwareAddress) !== undefined) {
      out = withTag(out, line.setTag, dnsmasqMessage('dhcp.tag.mac'), line.origin);
    }
  }
  return out;
}

/**
 * Whether the data of an option are what a dhcp-match line asks for: hexadecimal from the start, text anywhere,
 * numbers and addresses at every place where one of that size can stand.
 */
export function matchOptionData(line: DhcpOptionLine, data: Uint8Array): boolean {
  const { value, form } = line;
  if (value.length > data.length) return false;
  if (value.length === 0) return true;
  if (form === 'hex') return value.every((byte, i) => line.wildcards?.[i] === true || data[i] === byte);
  const step = form === 'text' ? 1 : value.length;
  for (let at = 0; at <= data.length - value.length; at += step) {
    if (equalBytes(data.subarray(at, at + value.length), value)) return true;
  }
  return false;
}

/** The class data of an enterprise in option 124 (RFC 3925 §3). */
function vendorIdentifyingClasses(request: DhcpRequest, enterprise: number): Uint8Array[] {
  const data = request.find(DHCP_OPTION.vendorClassVi, 5);
  const out: Uint8Array[] = [];
  if (data === undefined) return out;
  for (let at = 0; at + 5 <= data.length; at += 5 + byteAt(data, at + 4)) {
    if (readU32(data, at) !== enterprise) continue;
    const end = Math.min(at + 5 + byteAt(data, at + 4), data.length);
    for (let inner = at + 5; inner < end; inner += 1 + byteAt(data, inner)) {
      out.push(data.subarray(inner + 1, Math.min(inner + 1 + byteAt(data, inner), end)));
    }
  }
  return out;
}

export function optionTags(config: DnsmasqConfig, request: DhcpRequest, tags: Tags): Tags {
  let out = tags;
  for (const { option, setTag, origin } of config.matches) {
    const candidates =
      option.enterprise === undefined
        ? [request.find(option.code)].filter((data) => data !== undefined)
        : vendorIdentifyingClasses(request, option.enterprise);
    if (candidates.some((data) => matchOptionData(option, data))) {
      const what = option.enterprise === undefined ? `option ${option.code}` : `enterprise ${option.enterprise}`;
      out = withTag(out, setTag, dnsmasqMessage('dhcp.tag.option', { option: what }), origin);
    }
  }
  return out;
}

/** RFC 3004 §4: with the counts blanked, so that a class is found in a counted list as in a plain text. */
export function userClass(request: DhcpRequest): Uint8Array | undefined {
  const data = request.find(DHCP_OPTION.userClass, 1);
  if (data === undefined) return undefined;
  let at = 0;
  while (at < data.length) at += byteAt(data, at) + 1;
  if (at !== data.length) return data;
  const blanked = data.slice();
  for (at = 0; at < data.length; at += byteAt(data, at) + 1) blanked[at] = 0;
  return blanked;
}

export function classTags(config: DnsmasqConfig, request: DhcpRequest, tags: Tags): Tags {
  let out = tags;
  const vendor = request.find(DHCP_OPTION.vendorClass, 1);
  const user = userClass(request);
  for (const line of config.classMatches) {
    if (line.kind !== 'user' && line.kind !== 'vendor') continue;
    // `enterprise:` has a meaning for DHCPv6 alone.
    const data = line.kind === 'user' ? user : vendor;
    const wanted = fromLatin1(line.data);
    if (data !== undefined && fromLatin1(data).includes(wanted)) {
      out = withTag(
        out,
        line.setTag,
        dnsmasqMessage('dhcp.tag.class', { kind: line.kind, value: wanted }),
        line.origin,
      );
    }
  }
  return out;
}

export function nameTags(config: DnsmasqConfig, name: string, tags: Tags): Tags {
  let out = tags;
  const lower = name.toLowerCase();
  for (const line of config.nameMatches) {
    const wanted = line.name.toLowerCase();
    if (line.wildcard ? lower.startsWith(wanted) : lower === wanted) {
      out = withTag(out, line.setTag, dnsmasqMessage('dhcp.tag.name', { name }), line.origin);
    }
  }
  return out;
}
