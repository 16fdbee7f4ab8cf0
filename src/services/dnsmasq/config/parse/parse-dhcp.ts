/** Directives of DHCP and PXE: each function reads one line into the configuration, or says why it cannot. */
import { parseIpv4, sameSubnet } from '../../../../base/address.ts';
import type { Ipv4Address } from '../../../../base/address.ts';
import { formatIpv4 } from '../../../../base/address.ts';
import { concatBytes, latin1 } from '../../../../base/bytes.ts';
import type { ConfigLine } from '../../../../base/event-log.ts';
import { itemAt } from '../../../../base/lists/list.ts';
import {
  filterTag,
  isLegalHostName,
  normalizeTag,
  parseHexBytes,
  parseHwPattern,
  parseLeaseTime,
  setTag,
  stripSetPrefix,
  splitTags,
} from './fields.ts';
import { parseDigits, splitFields, splitOnce, unprotect } from './lexer.ts';
import { DEFAULT_LEASE_S, INFINITE_LEASE, PXE_VENDORS } from '../model.ts';
import type { ClassMatchKind, DhcpHost, DnsmasqConfig, HwPattern, TagLine } from '../model.ts';
import { parseOptionLine } from './parse-option.ts';
import type { OptionUse } from './parse-option.ts';
import { dnsmasqMessage } from '../../messages.ts';

/** What is wrong with the line, in dnsmasq's words; undefined when nothing is. */
export type LineError = string | undefined;

/** Leases are at least two minutes long. */
export const MIN_LEASE_S = 120;

export function clampLease(seconds: number): number {
  return seconds < MIN_LEASE_S ? MIN_LEASE_S : seconds;
}

export function parseDhcpRange(config: DnsmasqConfig, value: string, origin: ConfigLine): LineError {
  const tags: string[] = [];
  let setTagName: string | undefined;
  let rest = value;
  for (;;) {
    const [field, after] = splitOnce(rest, ',');
    if (after === undefined || /^[0-9a-f.:]+$/i.test(field)) break;
    const filter = filterTag(field);
    if (filter !== undefined && !field.startsWith('net:')) tags.push(filter);
    else {
      if (field === '') return 'bad dhcp-range';
      if (setTagName !== undefined) return 'only one tag allowed';
      setTagName = stripSetPrefix(field);
    }
    rest = after;
  }
  const fields = splitFields(rest);
  if (fields.length < 2) return 'bad dhcp-range';
  if (itemAt(fields, 0).includes(':')) {
    config.ineffective.push({ name: 'dhcp-range', reason: dnsmasqMessage('dnsmasq.ineffective.ipv6'), origin });
    return undefined;
  }
  let start = parseIpv4(itemAt(fields, 0));
  if (start === undefined) return 'bad dhcp-range';
  let kind: 'dynamic' | 'static' | 'proxy' = 'dynamic';
  let end: Ipv4Address | undefined = start;
  if (fields[1] === 'static') kind = 'static';
  else if (fields[1] === 'proxy') kind = 'proxy';
  else end = parseIpv4(itemAt(fields, 1));
  if (end === undefined) return 'bad dhcp-range';
  if (start > end) [start, end] = [end, start];

  let at = 2;
  let netmask: Ipv4Address | undefined;
  let broadcast: Ipv4Address | undefined;
  if (at < fields.length && itemAt(fields, at).includes('.')) {
    netmask = parseIpv4(itemAt(fields, at++));
    if (netmask === undefined) return 'bad dhcp-range';
    if (!sameSubnet(start, end, netmask)) return 'inconsistent DHCP range';
    if (at < fields.length && itemAt(fields, at).includes('.')) {
      broadcast = parseIpv4(itemAt(fields, at++));
      if (broadcast === undefined) return 'bad dhcp-range';
    }
  }
  let leaseS = DEFAULT_LEASE_S;
  if (at < fields.length) {
    const text = itemAt(fields, at++);
    if (text === 'deprecated') leaseS = DEFAULT_LEASE_S;
    else if (text !== '') {
      const seconds = parseLeaseTime(text);
      if (seconds === undefined) return 'bad dhcp-range';
      leaseS = clampLease(seconds);
    }
  }
  if (at < fields.length) return 'bad dhcp-range';
  config.ranges.push({
    start,
    end,
    netmask,
    broadcast,
    leaseS,
    kind,
    tags,
    setTag: setTagName,
    origin,
  });
  return undefined;
}

/** One line of dhcp-host, or of a hosts file (there the name of the directive is not written). */
export function parseDhcpHost(config: DnsmasqConfig, value: string, origin: ConfigLine): LineError {
  const macs: HwPattern[] = [];
  const setTags: string[] = [];
  const tags: string[] = [];
  let clientId: Uint8Array | undefined;
  let ignoreClientId = false;
  let name: string | undefined;
  let domain: string | undefined;
  let address: Ipv4Address | undefined;
  let leaseS: number | undefined;
  let ignore = false;
  for (const field of splitFields(value)) {
    if (field === '') continue;
    if (field.startsWith('[') && field.includes(':')) continue; // An IPv6 address.
    if (field.includes(':')) {
      const set = setTag(field);
      const filter = filterTag(field);
      if (field.startsWith('id:')) {
        const id = field.slice(3);
        if (id === '*') ignoreClientId = true;
        else {
          const hex = id.includes(':') ? parseHexBytes(id, 255) : undefined;
          clientId =
            hex !== undefined && !hex.includes(undefined)
              ? Uint8Array.from(hex, (byte) => byte ?? 0)
              : latin1(unprotect(id));
        }
      } else if (set !== undefined) setTags.push(set);
      else if (filter !== undefined) tags.push(filter);
      else {
        const mac = parseHwPattern(field);
        if (mac === undefined) return 'bad hex constant';
        macs.push(mac);
      }
      continue;
    }
    const asAddress = parseIpv4(field);
    if (asAddress !== undefined) {
      address = asAddress;
      const taken = config.hosts.some((host) => host.address === asAddress);
      if (taken) return `duplicate dhcp-host IP address ${formatIpv4(asAddress)}`;
      continue;
    }
    if (field === 'ignore') {
      ignore = true;
      continue;
    }
    const seconds = parseLeaseTime(field);
    if (seconds !== undefined) {
      leaseS = seconds === INFINITE_LEASE ? seconds : clampLease(seconds);
      continue;
    }
    const plain = unprotect(field);
    if (!isLegalHostName(plain)) return 'bad DHCP host name';
    const dot = plain.indexOf('.');
    name = dot < 0 ? plain : plain.slice(0, dot);
    domain = dot < 0 ? undefined : plain.slice(dot + 1);
  }
  const host: DhcpHost = {
    macs,
    clientId,
    ignoreClientId,
    name,
    domain,
    address,
    leaseS,
    setTags,
    tags,
    ignore,
    origin,
  };
  config.hosts.push(host);
  return undefined;
}

export function parseDhcpOption(config: DnsmasqConfig, value: string, use: OptionUse, origin: ConfigLine): LineError {
  const parsed = parseOptionLine(value, use, origin);
  if (!parsed.ok) return parsed.error;
  const option = parsed.value;
  if (option === undefined) {
    config.ineffective.push({ name: 'dhcp-option', reason: dnsmasqMessage('dnsmasq.ineffective.ipv6'), origin });
    return undefined;
  }
  if (use === 'match') config.matches.push({ setTag: itemAt(option.tags, 0), option: { ...option, tags: [] }, origin });
  else config.options.push(option);
  return undefined;
}

export function parseDhcpBoot(config: DnsmasqConfig, value: string, origin: ConfigLine): LineError {
  const { tags, rest } = splitTags(value);
  if (rest === undefined) return 'error';
  const [file, serverName, ...serverFields] = rest.split(',').map((field) => unprotect(field.trim()));
  // What follows a third field belongs to it, and makes a name that nobody has.
  const server = serverFields.length === 0 ? undefined : serverFields.join(',');
  const nextServer = server === undefined ? undefined : parseIpv4(server);
  config.boots.push({
    file: file === '' ? undefined : file,
    serverName: serverName === undefined || serverName === '' ? undefined : serverName,
    nextServer,
    nextServerName: server === undefined || server === '' || nextServer !== undefined ? undefined : server,
    tags,
    origin,
  });
  return undefined;
}

export function parseDhcpMac(config: DnsmasqConfig, value: string, origin: ConfigLine): LineError {
  const [tag, rest] = splitOnce(value, ',');
  if (rest === undefined) return 'error';
  const mac = parseHwPattern(rest);
  if (mac === undefined) return 'error';
  config.macMatches.push({ setTag: stripSetPrefix(tag), mac, origin });
  return undefined;
}

export function parseClassMatch(
  config: DnsmasqConfig,
  kind: ClassMatchKind,
  value: string,
  origin: ConfigLine,
): LineError {
  const [tag, afterTag] = splitOnce(value, ',');
  if (afterTag === undefined) return 'error';
  let text = afterTag;
  let enterprise: number | undefined;
  if (text.startsWith('enterprise:')) {
    const [number, after] = splitOnce(text.slice(11), ',');
    enterprise = Number(/^[0-9]*/.exec(number)?.[0] ?? '0');
    if (after === undefined) return 'error';
    text = after;
  }
  if (text.includes(',')) return 'error';
  let data = latin1(unprotect(text));
  if ((kind === 'circuit' || kind === 'remote') && text.includes(':')) {
    const hex = parseHexBytes(text, 255);
    if (hex !== undefined) data = Uint8Array.from(hex, (byte) => byte ?? 0);
  }
  config.classMatches.push({ kind, setTag: stripSetPrefix(tag), data, enterprise, origin });
  return undefined;
}

export function parseNameMatch(config: DnsmasqConfig, value: string, origin: ConfigLine): LineError {
  const [tag, rest] = splitOnce(value, ',');
  if (rest === undefined || rest === '') return 'error';
  const text = unprotect(rest);
  const wildcard = text.endsWith('*');
  config.nameMatches.push({
    setTag: stripSetPrefix(tag),
    name: wildcard ? text.slice(0, -1) : text,
    wildcard,
    origin,
  });
  return undefined;
}

export function parseTagIf(config: DnsmasqConfig, value: string, origin: ConfigLine): LineError {
  const set: string[] = [];
  const tags: string[] = [];
  for (const field of splitFields(value)) {
    const made = field.startsWith('set:') ? field.slice(4) : undefined;
    const filter = filterTag(field);
    if (made !== undefined && made !== '') set.push(made);
    else if (filter !== undefined && filter !== '') tags.push(filter);
    else return 'bad tag-if';
  }
  if (set.length === 0) return 'bad tag-if';
  config.tagIfs.push({ set, tags, origin });
  return undefined;
}

export function parseTagLine(list: TagLine[], value: string | undefined, origin: ConfigLine): LineError {
  const tags = value === undefined ? [] : splitFields(value).map((field) => filterTag(field) ?? normalizeTag(field));
  list.push({ tags, origin });
  return undefined;
}

export function parseReplyDelay(config: DnsmasqConfig, value: string, origin: ConfigLine): LineError {
  const { tags, rest } = splitTags(value);
  const delayS = rest === undefined ? undefined : parseDigits(rest);
  if (delayS === undefined) return 'error';
  config.replyDelays.push({ delayS, tags, origin });
  return undefined;
}

/** CSA names of the manual page, by architecture: 2.90 has 7 and 9 the other way round than RFC 4578 errata. */
const CSA_NAMES = [
  'x86pc',
  'pc98',
  'ia64_efi',
  'alpha',
  'arc_x86',
  'intel_lean_client',
  'ia32_efi',
  'x86-64_efi',
  'xscale_efi',
  'bc_efi',
  'arm32_efi',
  'arm64_efi',
];

export function parsePxeService(config: DnsmasqConfig, value: string, origin: ConfigLine): LineError {
  const { tags, rest } = splitTags(value);
  if (rest === undefined) return 'error';
  const [csaText, afterCsa] = splitOnce(rest, ',');
  if (afterCsa === undefined) return 'error';
  const byName = CSA_NAMES.indexOf(unprotect(csaText).toLowerCase());
  const arch = byName >= 0 ? byName : parseDigits(unprotect(csaText));
  if (arch === undefined) return 'error';
  const [menu = '', base, ...serverFields] = afterCsa.split(',').map((field) => unprotect(field.trim()));
  const server = serverFields.length === 0 ? undefined : serverFields.join(',');
  let type = 0;
  let baseName: string | undefined;
  if (base !== undefined) {
    const number = parseDigits(base);
    if (number !== undefined) type = number & 0xffff;
    else {
      // Services with a file are numbered over the whole file.
      type = 0x8000 + config.pxeServices.filter((service) => service.baseName !== undefined).length;
      baseName = base;
    }
  }
  const address = server === undefined ? undefined : parseIpv4(server);
  config.pxeServices.push({
    arch: arch & 0xffff,
    menu,
    type,
    baseName,
    server: address,
    serverName: server === undefined || server === '' || address !== undefined ? undefined : server,
    tags,
    origin,
  });
  return undefined;
}

/** The prompt is sub-option 10 of PXE's option 43, and stands among the configured options. */
export function parsePxePrompt(config: DnsmasqConfig, value: string, origin: ConfigLine): LineError {
  const { tags, rest } = splitTags(value);
  const [text, timeout] = (rest ?? '').split(',').map((field) => field.trim());
  const seconds = timeout === undefined ? 255 : Number(/^-?[0-9]+/.exec(unprotect(timeout))?.[0] ?? '0') & 0xff;
  const plain = unprotect(text ?? '');
  config.pxePrompts.push({ text: plain, timeoutS: seconds, tags, origin });
  config.options.push({
    code: 10,
    value: concatBytes([Uint8Array.of(seconds), latin1(plain)]),
    form: 'hex',
    force: false,
    tags,
    encapsulate: undefined,
    vendorClass: PXE_VENDORS,
    enterprise: undefined,
    wildcards: undefined,
    origin,
  });
  return undefined;
}

export function parseDhcpRelay(config: DnsmasqConfig, value: string, origin: ConfigLine): LineError {
  const [localText = '', serverText, interfaceName] = splitFields(value);
  if (serverText === undefined) return 'Bad dhcp-relay';
  const [serverPlain = '', portText] = serverText.split('#');
  const local = parseIpv4(localText);
  const server = serverPlain === '' ? undefined : parseIpv4(serverPlain);
  if (local === undefined || server === undefined) {
    // Names of interfaces, IPv6 and numbers pass; an empty server does not.
    if (serverPlain === '') return 'Bad dhcp-relay';
    config.ineffective.push({ name: 'dhcp-relay', reason: dnsmasqMessage('dnsmasq.ineffective.relay'), origin });
    return undefined;
  }
  const port = portText === undefined ? 67 : Number(portText);
  config.relays.push({ local, server, port, interfaceName, origin });
  return undefined;
}

export function parseSharedNetwork(config: DnsmasqConfig, value: string, origin: ConfigLine): LineError {
  const [match = '', shared] = splitFields(value);
  const sharedAddress = shared === undefined ? undefined : parseIpv4(shared);
  if (sharedAddress === undefined) return 'bad shared-network';
  const matchAddress = parseIpv4(match);
  config.sharedNetworks.push({
    interfaceName: matchAddress === undefined ? match : undefined,
    matchAddress,
    sharedAddress,
    origin,
  });
  return undefined;
}

export function parseDhcpProxy(config: DnsmasqConfig, value: string | undefined): LineError {
  if (value === undefined) return undefined;
  for (const field of splitFields(value)) {
    const address = parseIpv4(field);
    if (address === undefined) return 'bad dhcp-proxy address';
    config.dhcpProxies.push(address);
  }
  return undefined;
}

export function parseAlternatePort(config: DnsmasqConfig, value: string | undefined): LineError {
  if (value === undefined) {
    config.dhcpPorts = { server: 1067, client: 1068 };
    return undefined;
  }
  const [serverText, clientText] = splitOnce(value, ',');
  const server = parseDigits(serverText);
  const client = clientText === undefined ? (server ?? 0) + 1 : parseDigits(clientText);
  if (server === undefined || client === undefined || server > 65_535 || client > 65_535) return 'invalid port number';
  config.dhcpPorts = { server, client };
  return undefined;
}
