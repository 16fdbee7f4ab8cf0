/** The dissection of options that say who somebody is: client identifier, UUID, user class, FQDN, relay agent. */
import { formatIpv4, formatMac } from '../../base/address.ts';
import { toHex } from '../../base/bytes.ts';
import { HIDDEN, type Dissection } from '../core/dissect.ts';
import { decodeName } from '../dns/name.ts';
import type { FieldDef } from '../core/field.ts';
import { DHCP, DHCP_EXPERT } from './dissect-fields.ts';

/** Option 61: RFC 2132 §9.14, and RFC 4361 §6.1 for type 255. */
export function dissectClientId(d: Dissection, at: number, end: number): void {
  const length = end - at;
  if (length === 0) return;
  const type = d.u8(at);
  if (length === 17 && type === 0) d.add(DHCP.clientIdUuid, at + 1, 16);
  else if (length === 7 && type > 0 && type < 48) {
    d.add(DHCP.hwType, at, 1);
    if (type === 1 || type === 6) d.add(DHCP.macAddr, at + 1, 6);
    else d.add(DHCP.hwAddr, at + 1, 6);
  } else if (length >= 7 && type === 255) duid(d, at, end);
  else if (type === 0 && length > 1) {
    d.add(DHCP.clientIdType, at, 1);
    d.add(DHCP.clientIdText, at + 1, length - 1);
  }
}

/** IAID and DUID (RFC 8415 §11). */
function duid(d: Dissection, at: number, end: number): void {
  d.add(
    DHCP.clientIdIaid,
    at + 1,
    4,
    d.building || d.wants(DHCP.clientIdIaid) ? toHex(d.bytes.subarray(at + 1, at + 5)) : '',
  );
  const type = d.u16(at + 5);
  d.add(DHCP.clientIdDuidType, at + 5, 2);
  const rest = at + 7;
  if (type === 1 && end - rest >= 6) {
    const isEthernet = d.u16(rest) === 1;
    d.add(DHCP.clientIdLltType, rest, 2);
    d.add(DHCP.clientIdTime, rest + 2, 4);
    linkAddress(d, rest + 6, end, isEthernet);
  } else if (type === 3 && end - rest >= 2) {
    const isEthernet = d.u16(rest) === 1;
    d.add(DHCP.clientIdLlType, rest, 2);
    linkAddress(d, rest + 2, end, isEthernet);
  } else if (type === 2 && end - rest >= 4) {
    d.add(DHCP.clientIdEnterprise, rest, 4);
    if (end > rest + 4) d.add(DHCP.clientIdRest, rest + 4, end - rest - 4);
  } else if (type >= 1 && type <= 3) d.expert(DHCP_EXPERT.malformedDuid);
}

function linkAddress(d: Dissection, at: number, end: number, isEthernet: boolean): void {
  if (end <= at) return;
  const text = isEthernet && end - at === 6 ? formatMac(d.mac(at)) : toHex(d.bytes.subarray(at, end));
  d.add(DHCP.clientIdLinkAddress, at, end - at, text);
}

/** Option 97. PXE clients send the first three parts of the UUID little-endian, as SMBIOS has them. */
export function dissectUuid(d: Dissection, at: number, end: number): void {
  if (end - at === 17 && d.u8(at) === 0) d.add(DHCP.clientIdUuid, at + 1, 16);
}

/** Option 77: RFC 3004 §4, or bare text as many send it. */
export function dissectUserClass(d: Dissection, start: number, end: number): string | undefined {
  if (end - start < 2) return "length isn't >= 2";
  let at = start;
  let isList = true;
  while (at < end) {
    const next = at + 1 + d.u8(at);
    if (next > end || next === at + 1) {
      isList = false;
      break;
    }
    at = next;
  }
  if (!isList) {
    d.add(DHCP.userClassText, start, end - start);
    d.expert(DHCP_EXPERT.nonStandard);
    return undefined;
  }
  at = start;
  for (let index = 0; at < end; index++) {
    const length = d.u8(at);
    d.begin(DHCP.userClass, at, 1 + length, index);
    if (d.building) d.labelOpen(`Instance of User Class: [${index}]`);
    d.add(DHCP.userClassLength, at, 1);
    d.add(DHCP.userClassData, at + 1, length);
    d.end();
    at += 1 + length;
  }
  return undefined;
}

/** Option 81: RFC 4702 §2. */
export function dissectFqdn(d: Dissection, at: number, end: number): string | undefined {
  if (end - at < 3) return "length isn't >= 3";
  const flags = d.u8(at);
  d.begin(DHCP.fqdnFlags, at, 1);
  if (d.building) {
    const set = [
      [8, 'Server DDNS'],
      [4, 'Encoding'],
      [2, 'Server overrides'],
      [1, 'Server'],
    ] as const;
    for (const [bit, name] of set) if ((flags & bit) !== 0) d.appendOpen(`, ${name}`);
  }
  for (const def of [DHCP.fqdnReserved, DHCP.fqdnN, DHCP.fqdnE, DHCP.fqdnO, DHCP.fqdnS]) d.add(def, at, 1);
  d.end();
  d.add(DHCP.fqdnRcode1, at + 1, 1);
  d.add(DHCP.fqdnRcode2, at + 2, 1);
  if (end === at + 3) return undefined;
  // RFC 4702 §2.3.1: with the E bit the name is in DNS form, which may lack its end.
  if ((flags & 4) === 0) d.add(DHCP.fqdnName, at + 3, end - at - 3);
  else {
    const name = decodeName(d.bytes.subarray(0, end), at + 3);
    d.add(DHCP.fqdnName, at + 3, end - at - 3, name.ok ? name.value.name : '');
  }
  return undefined;
}

const AGENT_FIELDS: ReadonlyMap<number, FieldDef> = new Map([
  [1, DHCP.agentCircuitId],
  [2, DHCP.agentRemoteId],
  [3, DHCP.agentReserved],
  [5, DHCP.agentLinkSelection],
  [6, DHCP.agentSubscriberId],
  [11, DHCP.agentServerOverride],
  [12, DHCP.agentRelayId],
]);

/** Option 82: RFC 3046 §2.0. */
export function dissectRelayAgent(d: Dissection, start: number, end: number): void {
  let at = start;
  while (at < end) {
    const code = d.u8(at);
    if (at + 1 >= end) return d.expert(DHCP_EXPERT.noSubLength, `Suboption ${code}: no room left for its length`);
    const length = d.u8(at + 1);
    if (at + 2 + length > end)
      return d.expert(DHCP_EXPERT.noSubValue, `Suboption ${code}: no room left for its ${length} bytes`);
    d.begin(DHCP.agentOption, at, 2 + length, code);
    if (d.building) {
      const name = typeof DHCP.agentOption.values === 'function' ? DHCP.agentOption.values(code) : undefined;
      d.labelOpen(`Option 82 Suboption: (${code}) ${name ?? 'Unknown'}`);
    }
    d.add(DHCP.subLength, at + 1, 1);
    const def = AGENT_FIELDS.get(code);
    const isShown = def !== undefined && (def.type !== 'ipv4' || length === 4);
    d.add(DHCP.agentValue, at + 2, length, undefined, isShown ? HIDDEN : 0);
    if (isShown) {
      d.add(def, at + 2, length);
      if (d.building && def.type === 'ipv4') d.appendOpen(` (${formatIpv4(d.ipv4(at + 2))})`);
    }
    d.end();
    at += 2 + length;
  }
  return undefined;
}
