/** The dissection of DHCP options, in the options area and in overloaded `file` and `sname`. */
import { formatIpv4 } from '../../base/address.ts';
import { concatBytes, toHex } from '../../base/bytes.ts';
import { unreachable } from '../../base/result.ts';
import { HIDDEN, type Dissection } from '../core/dissect.ts';
import { decodeName } from '../dns/name.ts';
import { secondsInWords } from '../core/duration.ts';
import type { FieldDef } from '../core/field.ts';
import { dissectPxeVendorOptions } from '../pxe/dissect.ts';
import { dissectClientId, dissectFqdn, dissectRelayAgent, dissectUserClass, dissectUuid } from './dissect-identity.ts';
import { DHCP, DHCP_EXPERT, optionTitle, PLAIN_OPTIONS, type PlainOption } from './dissect-fields.ts';
import { COOKIE_BYTES, DHCP_FIELDS, FIXED_BYTES } from './fields.ts';
import { IPXE_OPTIONS } from './ipxe-options.ts';
import { DHCP_MESSAGE_TYPE_NAMES, DHCP_OPTION, dhcpOptionType, OPTION_END, OPTION_PAD } from './options.ts';
import type { DhcpOptionType } from './options.ts';
import { readClasslessRoutes } from './values.ts';

/** What other options must be known before the first is shown. */
export interface OptionScan {
  /** Values of option 53, in order. */
  readonly messageTypes: readonly number[];
  readonly overload: number;
  /** Option 60 begins with `PXEClient`: option 43 is PXE's (PXE 2.1 §2.2). */
  readonly isPxe: boolean;
  /** Where the pieces of option 119 lie (RFC 3396). */
  readonly search: readonly { readonly at: number; readonly end: number }[];
  /** By offset: its place in `search`. */
  readonly searchPlaces: ReadonlyMap<number, number>;
}

/** Goes once over the options area without adding anything. Stops quietly where it is malformed. */
export function scanOptions(d: Dissection, start: number, end: number): OptionScan {
  const messageTypes: number[] = [];
  const search: { at: number; end: number }[] = [];
  const searchPlaces = new Map<number, number>();
  let overload = 0;
  let isPxe = false;
  const { bytes } = d;
  let at = start + FIXED_BYTES + COOKIE_BYTES;
  if (at > end || bytes[start + FIXED_BYTES] !== 0x63 || bytes[start + FIXED_BYTES + 1] !== 0x82) at = end;
  while (at < end && bytes[at] !== OPTION_END) {
    if (bytes[at] === OPTION_PAD) {
      at++;
      continue;
    }
    const code = bytes[at];
    const data = at + 2;
    const length = bytes[at + 1];
    if (length === undefined) break;
    const next = data + length;
    if (data > end || next > end) break;
    const first = length > 0 ? bytes[data] : undefined;
    if (code === DHCP_OPTION.messageType && first !== undefined) messageTypes.push(first);
    else if (code === DHCP_OPTION.overload && first !== undefined) overload = first <= 3 ? first : 0;
    else if (code === DHCP_OPTION.vendorClass) isPxe = startsWith(bytes, data, next, 'PXEClient');
    else if (code === DHCP_OPTION.domainSearch) searchPlaces.set(data, search.push({ at: data, end: next }) - 1);
    at = next;
  }
  return { messageTypes, overload, isPxe, search, searchPlaces };
}

function startsWith(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  if (start + text.length > end) return false;
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** Adds what follows the cookie. False when the End option is missing. */
export function dissectOptions(d: Dissection, start: number, end: number, scan: OptionScan): boolean {
  const after = optionArea(d, start, start + FIXED_BYTES + COOKIE_BYTES, end, scan);
  if (after !== undefined && after < end) d.add(DHCP.padding, after, end - after);
  return after !== undefined;
}

/** Adds the options of `[from, to)`. Returns the offset behind End, undefined when there is none. */
function optionArea(d: Dissection, start: number, from: number, to: number, scan: OptionScan): number | undefined {
  let at = from;
  while (at < to) {
    const code = d.u8(at);
    if (code === OPTION_END) {
      // Wireshark's value of the type is 0 here; 255 is that of `dhcp.option.end`.
      d.begin(DHCP.option, at, 1, 0);
      if (d.building) d.labelOpen('Option: (255) End');
      d.add(DHCP.optionEnd, at, 1);
      d.end();
      return at + 1;
    }
    if (code === OPTION_PAD) {
      let next = at + 1;
      while (next < to && d.u8(next) === OPTION_PAD) next++;
      d.begin(DHCP.option, at, 1);
      if (d.building) d.labelOpen('Option: (0) Padding');
      d.add(DHCP.padding, at, next - at);
      d.end();
      at = next;
      continue;
    }
    const length = d.u8(at + 1);
    d.begin(DHCP.option, at, 2 + length, code);
    if (d.building) d.labelOpen(`Option: ${optionTitle(code)}`);
    d.add(DHCP.optionLength, at + 1, 1);
    const problem = oneOption(d, start, code, at + 2, at + 2 + length, scan);
    d.end();
    if (problem !== undefined) d.expert(DHCP_EXPERT.badLength, problem);
    at += 2 + length;
  }
  return undefined;
}

/** Types below whose data the fields show, so that the bytes are for filters only. */
const SHOWN_OTHERWISE: ReadonlySet<DhcpOptionType> = new Set<DhcpOptionType>([
  'message-type',
  'codes',
  'ip-pairs',
  'classless-routes',
  'domain-list',
  'ndi',
  'vendor',
  'client-id',
  'client-uuid',
  'user-class',
  'fqdn',
  'relay-agent',
  'vendor-class-vi',
  'vendor-info-vi',
]);

/** The data of one option. Returns what is wrong with its length. */
function oneOption(
  d: Dissection,
  start: number,
  code: number,
  at: number,
  end: number,
  scan: OptionScan,
): string | undefined {
  const value = (hidden: boolean): void => d.add(DHCP.optionValue, at, end - at, undefined, hidden ? HIDDEN : 0);
  const plain = PLAIN_OPTIONS.get(code);
  if (plain !== undefined) return plainOption(d, code, plain, at, end, value);
  const length = end - at;
  const type = dhcpOptionType(code);
  value(SHOWN_OTHERWISE.has(type) || code === DHCP_OPTION.overload);
  switch (type) {
    case 'message-type':
      if (length !== 1) return "length isn't 1";
      d.add(DHCP.messageType, at, 1);
      if (d.building) {
        const name = DHCP_MESSAGE_TYPE_NAMES.get(d.u8(at));
        d.appendOpen(` (${name ?? `Unknown Message Type (0x${toHex(d.bytes.subarray(at, at + 1))})`})`);
      }
      return undefined;
    case 'codes':
      for (let i = at; i < end; i++) {
        d.add(DHCP.requestItem, i, 1);
        if (d.building) d.label(`Parameter Request List Item: ${optionTitle(d.u8(i))}`);
      }
      return undefined;
    case 'u8':
      if (code === DHCP_OPTION.overload) overloaded(d, start, at, length, scan);
      return undefined;
    case 'ip-pairs':
      return addressPairs(d, code, at, end);
    case 'classless-routes':
      return classlessRoutes(d, at, end);
    case 'domain-list':
      domainSearch(d, at, end, scan);
      return undefined;
    case 'ndi':
      if (length < 3) return "length isn't >= 3";
      d.add(DHCP.ndiMajor, at + 1, 1);
      d.add(DHCP.ndiMinor, at + 2, 1);
      return undefined;
    case 'vendor':
      if (scan.isPxe) {
        if (d.building) d.appendOpen(' (PXEClient)');
        // As Wireshark has it: a dissector of its own, under the same name.
        d.pushLayer('dhcp');
        dissectPxeVendorOptions(d, at, end);
      } else d.add(DHCP.vendorValue, at, length);
      return undefined;
    case 'client-id':
      dissectClientId(d, at, end);
      return undefined;
    case 'client-uuid':
      dissectUuid(d, at, end);
      return undefined;
    case 'user-class':
      return dissectUserClass(d, at, end);
    case 'fqdn':
      return dissectFqdn(d, at, end);
    case 'relay-agent':
      dissectRelayAgent(d, at, end);
      return undefined;
    case 'vendor-class-vi':
      return vendorClassVi(d, at, end);
    case 'vendor-info-vi':
      return vendorInfoVi(d, at, end);
    case 'ipxe':
      ipxeOptions(d, at, end);
      return undefined;
    // What else the table knows is shown as bytes.
    case 'bool':
    case 'bytes':
    case 'flag':
    case 'i32':
    case 'ip':
    case 'ips':
    case 'string':
    case 'u8s':
    case 'u16':
    case 'u16s':
    case 'u32':
      return undefined;
    default:
      return unreachable(type);
  }
}

/** Options whose time is in seconds get it in words too. */
function plainOption(
  d: Dissection,
  code: number,
  plain: PlainOption,
  at: number,
  end: number,
  value: (hidden: boolean) => void,
): string | undefined {
  const length = end - at;
  const { field, bytes, isList } = plain;
  if (bytes === 'all') {
    value(length > 0);
    d.add(field, at, length);
    return undefined;
  }
  const fits = isList ? length > 0 && length % bytes === 0 : length === bytes;
  if (!fits) {
    value(false);
    return isList ? `Option length isn't a multiple of ${bytes}` : `length isn't ${bytes}`;
  }
  value(true);
  for (let i = at; i < end; i += bytes) {
    d.add(field, i, bytes);
    if (code === DHCP_OPTION.clientArch && d.u16(i) === 9) d.expert(DHCP_EXPERT.ambiguousArch);
    if (d.building && bytes === 4 && field.type !== 'ipv4') {
      const seconds = field.type === 'int32' ? d.u32(i) | 0 : d.u32(i);
      // RFC 2131 §3.3: all ones mean infinity.
      const words = seconds === 0xffff_ffff ? 'infinity' : secondsInWords(seconds);
      d.label(`${field.label}: (${seconds}s) ${words}`);
    }
  }
  if (d.building && field.type === 'ipv4' && !isList) d.appendOpen(` (${formatIpv4(d.ipv4(at))})`);
  return undefined;
}

/** RFC 2132 §9.3: what the fields hold is shown below the option that says so. */
function overloaded(d: Dissection, start: number, at: number, length: number, scan: OptionScan): void {
  if (length < 1) return;
  d.add(DHCP.overload, at, 1);
  const { sname, file } = DHCP_FIELDS;
  // An option 52 inside an overloaded field has no meaning, and must not go round.
  if (at < start + FIXED_BYTES) return;
  const inner = { ...scan, overload: 0 };
  if ((scan.overload & 2) !== 0) {
    const from = start + sname.offset;
    d.beginText(from, sname.length, 'Server host name option overload');
    const after = optionArea(d, start, from, from + sname.length, inner);
    d.end();
    if (after === undefined) d.expert(DHCP_EXPERT.snameEndMissing);
  }
  if ((scan.overload & 1) !== 0) {
    const from = start + file.offset;
    d.beginText(from, file.length, 'Boot file name option overload');
    const after = optionArea(d, start, from, from + file.length, inner);
    d.end();
    if (after === undefined) d.expert(DHCP_EXPERT.fileEndMissing);
  }
}

function addressPairs(d: Dissection, code: number, at: number, end: number): string | undefined {
  if (end === at || (end - at) % 8 !== 0) return "Option length isn't a multiple of 8";
  const isRoute = code === DHCP_OPTION.staticRoute;
  for (let i = at; i < end; i += 8) {
    d.add(isRoute ? DHCP.routeIp : DHCP.policyIp, i, 4);
    d.add(isRoute ? DHCP.routeRouter : DHCP.policyMask, i + 4, 4);
  }
  return undefined;
}

function classlessRoutes(d: Dissection, start: number, end: number): string | undefined {
  if (end - start < 5) return "length isn't >= 5";
  let at = start;
  while (at < end) {
    const width = d.u8(at);
    if (width > 32) {
      d.expert(DHCP_EXPERT.maskWidth, `Mask width (${width}) > 32`);
      return undefined;
    }
    const length = 5 + Math.ceil(width / 8);
    if (at + length > end) return 'Remaining length < 4 + subnet';
    d.add(DHCP.classlessRoute, at, length);
    if (d.building) {
      for (const route of readClasslessRoutes(d.bytes.subarray(at, at + length)) ?? []) {
        const net = width === 0 ? 'default' : `${formatIpv4(route.destination)}/${width}`;
        d.label(` ${net}-${formatIpv4(route.router)}`);
      }
    }
    at += length;
  }
  return undefined;
}

/** Names may run across pieces of the option: then they all stand in the last one. */
function domainSearch(d: Dissection, at: number, end: number, scan: OptionScan): void {
  const index = scan.searchPlaces.get(at) ?? -1;
  const count = scan.search.length;
  if (count > 1 && index >= 0) {
    d.add(DHCP.searchPiece, at, end - at, `${index + 1}/${count}`);
    if (index < count - 1) {
      d.add(DHCP.searchLater, at, end - at, `${count}/${count}`);
      return;
    }
  }
  const isJoined = count > 1 && index >= 0;
  const data = isJoined
    ? concatBytes(scan.search.map((piece) => d.bytes.subarray(piece.at, piece.end)))
    : d.bytes.subarray(at, end);
  let from = 0;
  while (from < data.length) {
    const name = decodeName(data, from);
    if (!name.ok) return;
    const { next } = name.value;
    if (isJoined) d.add(DHCP.searchName, at, 0, name.value.name);
    else d.add(DHCP.searchName, at + from, next - from, name.value.name);
    from = next;
  }
}

/** RFC 3925 §3. */
function vendorClassVi(d: Dissection, start: number, end: number): string | undefined {
  let at = start;
  while (at < end) {
    if (end - at < 5) return 'no room left in option for enterprise data';
    const length = d.u8(at + 4);
    d.add(DHCP.viClassEnterprise, at, 4);
    d.add(DHCP.viClassLength, at + 4, 1);
    if (at + 5 + length > end) return 'no room left in option for enterprise data';
    d.add(DHCP.viClassData, at + 5, length);
    at += 5 + length;
  }
  return undefined;
}

/** RFC 3925 §4. */
function vendorInfoVi(d: Dissection, start: number, end: number): string | undefined {
  let at = start;
  while (at < end) {
    if (end - at < 5) return 'no room left in option for enterprise data';
    d.begin(DHCP.viEnterprise, at, 4);
    const last = at + 5 + d.u8(at + 4);
    d.add(DHCP.viLength, at + 4, 1);
    at += 5;
    while (at < last && at < end) {
      d.begin(DHCP.viSuboption, at, 1);
      const problem = subOptionProblem(d, at, end);
      if (problem !== undefined) {
        d.end();
        d.expert(...problem);
        at = end;
        break;
      }
      const length = d.u8(at + 1);
      d.add(DHCP.subLength, at + 1, 1);
      d.add(DHCP.viData, at + 2, length);
      d.end();
      at += 2 + length;
    }
    d.end();
  }
  return undefined;
}

/** Why the suboption at `at` does not fit into its option; undefined when it does. */
function subOptionProblem(d: Dissection, at: number, end: number): readonly [FieldDef, string] | undefined {
  const code = d.u8(at);
  if (at + 1 >= end) return [DHCP_EXPERT.noSubLength, `Suboption ${code}: no room left for its length`];
  const length = d.u8(at + 1);
  if (at + 2 + length > end) return [DHCP_EXPERT.noSubValue, `Suboption ${code}: no room left for its ${length} bytes`];
  return undefined;
}

/** The settings of iPXE in option 175. There is no End in what iPXE sends. */
function ipxeOptions(d: Dissection, start: number, end: number): void {
  let at = start;
  while (at < end && d.u8(at) !== OPTION_END) {
    const code = d.u8(at);
    if (code === OPTION_PAD) {
      at++;
      continue;
    }
    const problem = subOptionProblem(d, at, end);
    if (problem !== undefined) {
      d.expert(...problem);
      return;
    }
    const length = d.u8(at + 1);
    d.begin(DHCP.ipxeOption, at, 2 + length, code);
    const info = IPXE_OPTIONS.get(code);
    if (d.building) d.labelOpen(`iPXE Suboption: (175.${code}) ${info?.name ?? 'Unknown'}`);
    d.add(DHCP.ipxeLength, at + 1, 1);
    ipxeValue(d, info?.type ?? 'bytes', at + 2, length);
    d.end();
    at += 2 + length;
  }
}

function ipxeValue(d: Dissection, type: string, at: number, length: number): void {
  const isNumber = length >= 1 && length <= 4;
  if (type === 'i8' && isNumber) d.add(DHCP.ipxeNumber, at, length);
  else if ((type === 'u8' || type === 'u32') && isNumber) d.add(DHCP.ipxeUnsigned, at, length);
  else if (type === 'ip' && length === 4) d.add(DHCP.ipxeAddress, at, 4);
  else if (type === 'string') d.add(DHCP.ipxeString, at, length);
  else d.add(DHCP.ipxeBytes, at, length);
}
