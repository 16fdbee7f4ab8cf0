/**
 * The options of a reply, in dnsmasq's fixed order: boot file and server, times, the network's defaults, names,
 * the configured lines (the last of the file first), encapsulated groups, and what PXE or the vendor gets.
 */
import { readIpv4, writeIpv4 } from '../../../../base/address.ts';
import type { Ipv4Address } from '../../../../base/address.ts';
import { concatBytes, fromLatin1, latin1 } from '../../../../base/bytes.ts';
import type { ConfigLine } from '../../../../base/event-log.ts';
import { INFINITE_LEASE } from '../../config/model.ts';
import type { DhcpBoot, DhcpOptionLine, DnsmasqConfig } from '../../config/model.ts';
import { encodeName } from '../../config/names.ts';
import { filterOptions, isPlainOption, vendorOptions } from './option-filter.ts';
import { hasPrompt, packSubOptions, pxeMenu, soleUefiService } from './pxe.ts';
import type { SubOption } from './pxe.ts';
import type { Subnet } from '../policy/ranges.ts';
import type { ReplyWriter } from '../packet/reply-writer.ts';
import { DHCP_OPTION, OPTION_END } from '../../../../protocols/dhcp/options.ts';
import { matchTags } from '../policy/tags.ts';
import type { Tags } from '../policy/tags.ts';

/** What a reply is made from and where its traces go. */
export interface ReplyContext {
  readonly config: DnsmasqConfig;
  readonly writer: ReplyWriter;
  readonly subnet: Subnet | undefined;
  /** Tags of the client without those of the range. */
  readonly clientTags: Tags;
  readonly tags: Tags;
  /** Option 55; undefined when the client sent none. */
  readonly requested: Uint8Array | undefined;
  readonly isDhcp: boolean;
  readonly leaseS: number;
  /** Renewals are spread by taking this many seconds off T1 and T2. */
  readonly fuzzS: number;
  readonly hostname: string | undefined;
  readonly domain: string | undefined;
  /** The client closes its texts with NUL, and gets them so. */
  readonly nulTerminated: boolean;
  readonly vendorClass: Uint8Array | undefined;
  readonly pxe: { readonly arch: number; readonly uuid: Uint8Array | undefined; readonly vendor: string } | undefined;
  readonly subnetSelect: Ipv4Address | undefined;
  /** Flags of option 81; undefined when the client did not send it. */
  readonly fqdnFlags: number | undefined;
  readonly resolve: (name: string) => Ipv4Address;
  readonly log: (line: string) => void;
  readonly because: (origin: ConfigLine | undefined) => void;
}

const BOOTP_TERMINATORS: ReadonlySet<number> = new Set([DHCP_OPTION.tftpServerName, DHCP_OPTION.bootFileName]);
/** Codes with a default: an empty line for them means none at all. */
const SUPPRESSIBLE: ReadonlySet<number> = new Set([
  DHCP_OPTION.subnetMask,
  DHCP_OPTION.broadcastAddress,
  DHCP_OPTION.router,
  DHCP_OPTION.domainNameServer,
  DHCP_OPTION.domainName,
  DHCP_OPTION.hostName,
]);
/** Codes that a configured line never brings into a reply. */
const PROHIBITED: ReadonlySet<number> = new Set([
  0,
  DHCP_OPTION.overload,
  DHCP_OPTION.maxMessageSize,
  DHCP_OPTION.clientFqdn,
  OPTION_END,
  DHCP_OPTION.renewalTime,
  DHCP_OPTION.rebindingTime,
]);

/** The last line whose tags all match; any tagged match beats lines without tags. */
export function findBoot(config: DnsmasqConfig, tags: Tags): DhcpBoot | undefined {
  const newestFirst = [...config.boots].reverse();
  return (
    newestFirst.find((boot) => matchTags(boot.tags, tags, false)) ?? newestFirst.find((boot) => boot.tags.length === 0)
  );
}

function text(value: string, nulTerminated: boolean): Uint8Array {
  const bytes = latin1(value);
  return nulTerminated && bytes.length < 255 ? concatBytes([bytes, Uint8Array.of(0)]) : bytes;
}

/** In configured addresses 0.0.0.0 stands for the server itself; inside other options it stays as it is. */
function optionBytes(option: DhcpOptionLine, context: ReplyContext, alwaysNul: boolean): Uint8Array {
  if (
    option.form === 'text' &&
    option.enterprise === undefined &&
    (context.nulTerminated || alwaysNul) &&
    option.value.length < 255
  ) {
    return concatBytes([option.value, Uint8Array.of(0)]);
  }
  if (option.form !== 'addresses' || context.subnet === undefined || !isPlainOption(option)) return option.value;
  const out = option.value.slice();
  for (let i = 0; i + 4 <= out.length; i += 4) if (readIpv4(out, i) === 0) writeIpv4(out, i, context.subnet.local);
  return out;
}

export function writeOptions(context: ReplyContext): void {
  const { config, writer, tags, requested } = context;
  const newestFirst = [...config.options].reverse();
  const { options, duplicates } = filterOptions(newestFirst, context.clientTags, tags);
  for (const code of duplicates) context.log(`!Ignoring duplicate dhcp-option ${code}`);
  const configured = (code: number): DhcpOptionLine | undefined => options.find((option) => option.code === code);
  const wants = (code: number): boolean => requested === undefined || requested.includes(code);
  const put = (code: number, data: Uint8Array, origin?: ConfigLine): void => {
    context.because(origin);
    if (!writer.put(code, data)) {
      context.log(`!cannot send DHCP/BOOTP option ${code}: no space left in packet`);
    }
  };

  const taken = writeBoot(context, configured, wants, put);
  // Clients that name no options are old: they do not look for options in `file` and `sname`.
  writer.allowOverload = context.isDhcp && requested !== undefined;

  if (context.subnetSelect !== undefined) {
    const data = new Uint8Array(4);
    writeIpv4(data, 0, context.subnetSelect);
    put(DHCP_OPTION.subnetSelection, data);
  }
  if (context.isDhcp && context.leaseS !== INFINITE_LEASE && context.leaseS > 0) writeTimes(context, configured, put);
  writeDefaults(context, configured, wants, put);
  writeConfigured(context, options, wants, taken, put);
}

type Put = (code: number, data: Uint8Array, origin?: ConfigLine) => void;
type Configured = (code: number) => DhcpOptionLine | undefined;
type Wants = (code: number) => boolean;

/** Boot file, server name and next server: as options 67 and 66 when asked for, else in the header. */
function writeBoot(context: ReplyContext, configured: Configured, wants: Wants, put: Put): ReadonlySet<number> {
  const { config, writer, requested, subnet, tags } = context;
  const taken = new Set<number>();
  const boot = findBoot(config, tags);
  const asOption = (code: number): boolean =>
    !config.flags.has('dhcp-no-override') && context.isDhcp && requested !== undefined && requested.includes(code);
  if (subnet !== undefined) writer.siaddr = subnet.local;
  if (boot !== undefined) {
    context.because(boot.origin);
    if (boot.serverName !== undefined) {
      if (asOption(DHCP_OPTION.tftpServerName))
        put(DHCP_OPTION.tftpServerName, text(boot.serverName, true), boot.origin);
      else writer.serverName = boot.serverName;
    }
    if (boot.file !== undefined) {
      if (asOption(DHCP_OPTION.bootFileName)) put(DHCP_OPTION.bootFileName, text(boot.file, true), boot.origin);
      else writer.bootFile = boot.file;
    }
    if (boot.nextServerName !== undefined) {
      writer.siaddr = context.resolve(boot.nextServerName);
      if (writer.siaddr === 0) context.log(`!No IPv4 address found for ${boot.nextServerName}`);
    } else if (boot.nextServer !== undefined) writer.siaddr = boot.nextServer;
    return taken;
  }
  for (const code of [DHCP_OPTION.bootFileName, DHCP_OPTION.tftpServerName]) {
    const option = configured(code);
    const isAsked = requested !== undefined && wants(code);
    if (option === undefined || option.force || isAsked) continue;
    context.because(option.origin);
    if (code === DHCP_OPTION.bootFileName) writer.bootFile = fromLatin1(option.value);
    else writer.serverName = fromLatin1(option.value);
    taken.add(code);
  }
  const server = configured(OPTION_END);
  if (server !== undefined && server.value.length >= 4) {
    context.because(server.origin);
    const address = readIpv4(server.value, 0);
    writer.siaddr = address === 0 && subnet !== undefined ? subnet.local : address;
  }
  return taken;
}

/** RFC 2131 §4.4.5: T1 half and T2 seven eighths of the lease, or as configured within it. */
function writeTimes(context: ReplyContext, configured: Configured, put: Put): void {
  const { leaseS } = context;
  const own = (code: number, fallback: number): number => {
    const option = configured(code);
    if (option === undefined || option.value.length < 4) return fallback;
    const value = readIpv4(option.value, 0);
    return value < leaseS && value > 2 ? value : fallback;
  };
  let t1 = own(DHCP_OPTION.renewalTime, Math.floor(leaseS / 2));
  let t2 = own(DHCP_OPTION.rebindingTime, Math.floor((leaseS * 7) / 8));
  if (t2 <= t1) t1 = t2 - 1;
  let fuzz = context.fuzzS;
  while (fuzz > t1 / 8) fuzz = Math.floor(fuzz / 2);
  t1 -= fuzz;
  t2 -= fuzz;
  const bytes = (value: number): Uint8Array => {
    const data = new Uint8Array(4);
    writeIpv4(data, 0, value >>> 0);
    return data;
  };
  put(DHCP_OPTION.renewalTime, bytes(t1), configured(DHCP_OPTION.renewalTime)?.origin);
  put(DHCP_OPTION.rebindingTime, bytes(t2), configured(DHCP_OPTION.rebindingTime)?.origin);
}

function writeDefaults(context: ReplyContext, configured: Configured, wants: Wants, put: Put): void {
  const { config, subnet, domain, hostname, nulTerminated } = context;
  const putAddress = (code: number, address: Ipv4Address): void => {
    const data = new Uint8Array(4);
    writeIpv4(data, 0, address);
    put(code, data, subnet?.range.origin);
  };
  if (subnet !== undefined) {
    if (configured(DHCP_OPTION.subnetMask) === undefined) putAddress(DHCP_OPTION.subnetMask, subnet.netmask);
    if (subnet.broadcast !== undefined && configured(DHCP_OPTION.broadcastAddress) === undefined) {
      putAddress(DHCP_OPTION.broadcastAddress, subnet.broadcast);
    }
    if (subnet.router !== undefined && wants(DHCP_OPTION.router) && configured(DHCP_OPTION.router) === undefined) {
      putAddress(DHCP_OPTION.router, subnet.router);
    }
    const servesDns = (config.numbers.get('port')?.value ?? 53) === 53;
    if (servesDns && wants(DHCP_OPTION.domainNameServer) && configured(DHCP_OPTION.domainNameServer) === undefined) {
      putAddress(DHCP_OPTION.domainNameServer, subnet.local);
    }
  }
  if (domain !== undefined && wants(DHCP_OPTION.domainName) && configured(DHCP_OPTION.domainName) === undefined) {
    put(DHCP_OPTION.domainName, text(domain, nulTerminated), config.domains[0]?.origin);
  }
  if (hostname === undefined) return;
  if (wants(DHCP_OPTION.hostName) && configured(DHCP_OPTION.hostName) === undefined) {
    put(DHCP_OPTION.hostName, text(hostname, nulTerminated));
  }
  if (context.fqdnFlags !== undefined)
    put(DHCP_OPTION.clientFqdn, fqdnOption(context.fqdnFlags, hostname, domain, nulTerminated));
}

/** RFC 4702 §2: flags, two obsolete bytes, the name in the encoding that the client chose. */
function fqdnOption(flags: number, hostname: string, domain: string | undefined, nulTerminated: boolean): Uint8Array {
  const full = domain === undefined ? hostname : `${hostname}.${domain}`;
  const head = Uint8Array.of(flags, 255, 255);
  if ((flags & 0x04) !== 0) {
    // RFC 4702 §2.3.1: a partial name has no root at its end.
    const name = encodeName(full);
    return concatBytes([head, domain === undefined ? name.subarray(0, -1) : name]);
  }
  return concatBytes([head, text(full, nulTerminated)]);
}

function writeConfigured(
  context: ReplyContext,
  options: readonly DhcpOptionLine[],
  wants: Wants,
  taken: ReadonlySet<number>,
  put: Put,
): void {
  const { config, tags, pxe } = context;
  let vendorClass = context.vendorClass;
  let sentVendorClass = false;
  for (const option of options) {
    if (!option.force && !wants(option.code)) continue;
    if (PROHIBITED.has(option.code) || taken.has(option.code)) continue;
    if (option.value.length === 0 && SUPPRESSIBLE.has(option.code)) continue;
    if (option.code === DHCP_OPTION.vendorClass && pxe !== undefined) continue;
    const data = optionBytes(option, context, BOOTP_TERMINATORS.has(option.code));
    put(option.code, data, option.origin);
    if (option.code === DHCP_OPTION.vendorClass) {
      vendorClass = option.value;
      sentVendorClass = true;
    }
  }

  const newestFirst = [...config.options].reverse();
  writeEncapsulated(context, newestFirst, wants, put);

  const vendorLines = vendorOptions(config, vendorClass, tags);
  const isForced = vendorLines.some((option) => option.force);
  let subOptions: SubOption[] = vendorLines.map((option) => ({
    code: option.code,
    data: optionBytes(option, context, false),
    origin: option.origin,
  }));
  if (pxe !== undefined && context.subnet !== undefined) {
    putPxeHeader(pxe, put);
    const environment = {
      config,
      arch: pxe.arch,
      tags,
      local: context.subnet.local,
      resolve: context.resolve,
    };
    if (soleUefiService(environment) === undefined) {
      const menu = pxeMenu(environment, hasPrompt(subOptions));
      if (menu.isTooLarge) context.log('!PXE menu too large');
      for (const service of menu.services) context.because(service.origin);
      subOptions = [...menu.subOptions, ...subOptions];
    }
  }
  if (!isForced && !wants(DHCP_OPTION.vendorSpecific)) return;
  const packed = packSubOptions(subOptions);
  for (const data of packed) put(DHCP_OPTION.vendorSpecific, data);
  for (const { origin } of subOptions) context.because(origin);
  if (packed.length > 0 && pxe === undefined && !sentVendorClass && vendorClass !== undefined) {
    put(DHCP_OPTION.vendorClass, vendorClass);
  }
}

/** Options 60 and 97 of every PXE reply. */
export function putPxeHeader(pxe: { readonly uuid: Uint8Array | undefined; readonly vendor: string }, put: Put): void {
  put(DHCP_OPTION.vendorClass, latin1(pxe.vendor));
  if (pxe.uuid !== undefined) put(DHCP_OPTION.clientUuid, pxe.uuid);
}

/** `encap:` groups and `vi-encap:` groups (RFC 3925), in the order in which their first line comes up. */
function writeEncapsulated(
  context: ReplyContext,
  newestFirst: readonly DhcpOptionLine[],
  wants: Wants,
  put: Put,
): void {
  const done = new Set<string>();
  for (const first of newestFirst) {
    const isVendorInfo = first.enterprise !== undefined;
    if (first.encapsulate === undefined && !isVendorInfo) continue;
    const key = isVendorInfo ? `vi${first.enterprise}` : `en${first.encapsulate}`;
    if (done.has(key)) continue;
    done.add(key);
    const outer = isVendorInfo ? DHCP_OPTION.vendorInfoVi : (first.encapsulate ?? 0);
    const group = newestFirst.filter(
      (option) =>
        option.encapsulate === first.encapsulate &&
        option.enterprise === first.enterprise &&
        option.vendorClass === undefined &&
        matchTags(option.tags, context.tags, true) &&
        (wants(outer) || option.force),
    );
    if (group.length === 0) continue;
    const parts = group.map((option) => ({ code: option.code, data: optionBytes(option, context, false) }));
    for (const option of group) context.because(option.origin);
    if (!isVendorInfo) {
      for (const data of packSubOptions(parts)) put(outer, data);
      continue;
    }
    // RFC 3925 §4: enterprise number, length of what follows, sub-options.
    const body = concatBytes(parts.map(({ code, data }) => concatBytes([Uint8Array.of(code, data.length), data])));
    const head = new Uint8Array(5);
    writeIpv4(head, 0, first.enterprise ?? 0);
    head[4] = body.length;
    put(outer, concatBytes([head, body]));
  }
}
