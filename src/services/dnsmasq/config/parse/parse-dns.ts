/** Directives of the DNS server. */
import { parseIpv4, prefixMask } from '../../../../base/address.ts';
import type { Ipv4Address } from '../../../../base/address.ts';
import { concatBytes, latin1 } from '../../../../base/bytes.ts';
import type { ConfigLine } from '../../../../base/event-log.ts';
import { itemAt } from '../../../../base/lists/list.ts';
import type { Result } from '../../../../base/result.ts';
import { err, ok } from '../../../../base/result.ts';
import { canonicalName, parseHexBytes, parseIpv6 } from './fields.ts';
import { parseDigits, splitFields, splitOnce, unprotect } from './lexer.ts';
import type { AddressPattern, DnsmasqConfig, ServerTarget } from '../model.ts';
import type { LineError } from './parse-dhcp.ts';
import { dnsmasqMessage } from '../../messages.ts';

interface SlashedDomains {
  readonly domains: readonly { readonly domain: string; readonly wildcard: boolean }[];
  readonly rest: string;
}

/** `/a/b/REST`; without a leading slash the line is for all names. */
function slashedDomains(value: string): SlashedDomains | undefined {
  if (!value.startsWith('/')) return { domains: [{ domain: '', wildcard: false }], rest: value };
  const parts = value.slice(1).split('/');
  const rest = parts.pop() ?? '';
  if (parts.length === 0) return undefined;
  return { domains: parts.map(domainPattern), rest };
}

interface DomainPattern {
  readonly domain: string;
  readonly wildcard: boolean;
  readonly isDotless?: true;
}

/** `#` stands for all names, nothing for names without dots, `*.x` for names below x. */
function domainPattern(text: string): DomainPattern {
  let domain = unprotect(text.trim());
  if (domain === '') return { domain, wildcard: false, isDotless: true };
  if (domain === '#' || domain === '*') return { domain: '', wildcard: false };
  let wildcard = false;
  if (domain.startsWith('*')) {
    wildcard = true;
    domain = domain.slice(domain.startsWith('*.') ? 2 : 1);
  } else if (domain.startsWith('.')) domain = domain.slice(1);
  return { domain: canonicalName(domain) ?? domain, wildcard };
}

function serverTarget(text: string): Result<ServerTarget, string> {
  const [withoutSource = '', ...sources] = text.split('@');
  for (const source of sources) {
    const [sourceHost = '', sourcePort] = source.split('#');
    if (parseIpv4(sourceHost) === undefined || sourcePort === undefined) continue;
    if ((parseDigits(sourcePort) ?? Infinity) > 65_535) return err('bad port');
  }
  const [host = '', portText] = withoutSource.split('#');
  let port = 53;
  if (portText !== undefined) {
    const number = parseDigits(portText);
    if (number === undefined || number > 65_535) return err('bad port');
    port = number;
  }
  const address = parseIpv4(unprotect(host));
  if (address !== undefined) return ok({ kind: 'address', address, port });
  if (parseIpv6(unprotect(host)) !== undefined) return ok({ kind: 'unreachable', text });
  // Numbers are resolved as addresses by the host's resolver; names need one that the lab has not.
  if (/^[0-9]+$/.test(host)) return ok({ kind: 'address', address: Number(host) >>> 0, port });
  return err('Name or service not known');
}

/** server= and local=. */
export function parseServer(config: DnsmasqConfig, value: string | undefined, origin: ConfigLine): LineError {
  if (value === undefined) {
    config.servers.push({ domain: '', wildcard: false, target: { kind: 'local' }, origin });
    return undefined;
  }
  const split = slashedDomains(value);
  if (split === undefined) return 'Name or service not known';
  const { domains, rest } = split;
  let target: ServerTarget;
  if (rest === '') target = { kind: 'local' };
  else if (rest === '#') target = { kind: 'standard' };
  else {
    const result = serverTarget(rest);
    if (!result.ok) return result.error;
    target = result.value;
  }
  for (const domain of domains) config.servers.push({ ...domain, target, origin });
  return undefined;
}

export function parseAddress(config: DnsmasqConfig, value: string | undefined, origin: ConfigLine): LineError {
  if (value === undefined) return undefined;
  const split = slashedDomains(value);
  if (split === undefined) return 'Bad address in --address';
  const { domains, rest } = split;
  const address = parseIpv4(unprotect(rest));
  const address6 = address === undefined ? parseIpv6(unprotect(rest)) : undefined;
  const isNull = rest === '#';
  const isNxdomain = rest === '';
  if (address === undefined && address6 === undefined && !isNull && !isNxdomain) return 'Bad address in --address';
  for (const domain of domains) config.addresses.push({ ...domain, address, address6, isNull, isNxdomain, origin });
  return undefined;
}

/** The in-addr.arpa name of a network of whole bytes. */
function reverseName(address: Ipv4Address, prefix: number): string {
  const labels: string[] = [];
  for (let i = 0; i < prefix / 8; i++) labels.unshift(String((address >>> (24 - 8 * i)) & 255));
  return [...labels, 'in-addr.arpa'].join('.');
}

/** All in-addr.arpa names of a network whose prefix need not end at a byte. */
export function reverseNames(address: Ipv4Address, prefix: number): string[] {
  const whole = Math.ceil(prefix / 8) * 8;
  const count = 2 ** (whole - prefix);
  const base = (address & prefixMask(prefix)) >>> 0;
  const step = whole === 0 ? 0 : 2 ** (32 - whole);
  return Array.from({ length: count }, (_, i) => reverseName(base + i * step, whole));
}

export function parseRevServer(config: DnsmasqConfig, value: string, origin: ConfigLine): LineError {
  const [network = '', server] = splitFields(value);
  const [addressText = '', prefixText] = network.split('/');
  const address = parseIpv4(addressText);
  const prefix = prefixText === undefined ? 32 : parseDigits(prefixText);
  if (address === undefined) return parseIpv6(addressText) === undefined ? 'error' : undefined;
  if (prefix === undefined || prefix > 32) return 'bad IPv4 prefix length';
  let target: ServerTarget = { kind: 'local' };
  if (server !== undefined && server !== '') {
    const result = serverTarget(server);
    if (!result.ok) return result.error;
    target = result.value;
  }
  for (const domain of reverseNames(address, prefix)) config.servers.push({ domain, wildcard: false, target, origin });
  return undefined;
}

export function parseHostRecord(config: DnsmasqConfig, value: string, origin: ConfigLine): LineError {
  const fields = splitFields(value);
  if (fields.length < 2) return 'Bad host-record';
  const names: string[] = [];
  let address: Ipv4Address | undefined;
  let address6: Uint8Array | undefined;
  let ttlS: number | undefined;
  fields.forEach((raw, i) => {
    const field = unprotect(raw);
    const v4 = parseIpv4(field);
    const v6 = parseIpv6(field);
    if (v4 !== undefined) address = v4;
    else if (v6 !== undefined) address6 = v6;
    else if (i === fields.length - 1 && i > 0 && /^[0-9]+$/.test(field)) ttlS = Number(field);
    else {
      const name = canonicalName(field);
      if (name !== undefined && name !== '') names.push(name);
    }
  });
  config.hostRecords.push({ names, address, address6, ttlS, origin });
  return undefined;
}

export function parseCname(config: DnsmasqConfig, value: string, origin: ConfigLine): LineError {
  const fields = splitFields(value).map(unprotect);
  if (fields.length < 2) return 'bad CNAME';
  let ttlS: number | undefined;
  if (fields.length > 2 && /^[0-9]+$/.test(itemAt(fields, fields.length - 1))) ttlS = Number(fields.pop());
  const target = canonicalName(fields.pop() ?? '');
  if (target === undefined) return 'bad CNAME';
  for (const field of fields) {
    const alias = canonicalName(field);
    if (alias === undefined) return 'bad CNAME';
    if (config.cnames.some((other) => other.alias === alias)) return 'duplicate CNAME';
    config.cnames.push({ alias, target, ttlS, origin });
  }
  return undefined;
}

export function parseTxt(config: DnsmasqConfig, value: string, origin: ConfigLine): LineError {
  const [nameText, rest] = splitOnce(value, ',');
  const name = canonicalName(unprotect(nameText));
  if (name === undefined) return 'bad TXT record';
  const strings = rest === undefined ? [] : rest.split(',').map((field) => latin1(unprotect(field.trim())));
  const pieces: Uint8Array[] = [];
  for (const bytes of strings) {
    // RFC 1035 §3.3: a character string has at most 255 bytes.
    for (let at = 0; at === 0 || at < bytes.length; at += 255) pieces.push(bytes.subarray(at, at + 255));
  }
  config.texts.push({ name, strings: pieces.length === 0 ? [new Uint8Array(0)] : pieces, origin });
  return undefined;
}

export function parsePtr(config: DnsmasqConfig, value: string, origin: ConfigLine): LineError {
  const [name, target] = splitFields(value).map((field) => canonicalName(unprotect(field)));
  config.ptrs.push({ name: name ?? '', target: target ?? '', origin });
  return undefined;
}

export function parseMx(config: DnsmasqConfig, value: string, origin: ConfigLine): LineError {
  const [name = '', target, ...preferenceFields] = splitFields(value).map(unprotect);
  const preferenceText = preferenceFields.length === 0 ? undefined : preferenceFields.join(',');
  const preference = preferenceText === undefined ? 1 : parseDigits(preferenceText);
  if (preference === undefined || preference > 65_535) return 'bad MX preference';
  config.mxs.push({
    name: canonicalName(name) ?? '',
    target: target === undefined || target === '' ? undefined : canonicalName(target),
    preference,
    origin,
  });
  return undefined;
}

export function parseSrv(config: DnsmasqConfig, value: string, origin: ConfigLine): LineError {
  const fields = splitFields(value).map(unprotect);
  const number = (i: number, fallback: number): number | undefined => {
    const field = fields[i];
    if (field === undefined) return fallback;
    const parsed = parseDigits(field);
    return parsed === undefined || parsed > 65_535 ? undefined : parsed;
  };
  const port = number(2, 1);
  if (port === undefined) return 'invalid port number';
  const priority = number(3, 0);
  if (priority === undefined) return 'invalid priority';
  const weight = number(4, 0);
  if (weight === undefined || fields.length > 5) return 'invalid weight';
  const target = fields[1] === undefined ? '' : (canonicalName(fields[1]) ?? '');
  config.srvs.push({ name: canonicalName(itemAt(fields, 0)) ?? '', target, port, priority, weight, origin });
  return undefined;
}

export function parseNaptr(config: DnsmasqConfig, value: string, origin: ConfigLine): LineError {
  const [name = '', order, preference, flags, services, regexp, replacement] = splitFields(value).map(unprotect);
  const orderNumber = order === undefined ? undefined : parseDigits(order);
  const preferenceNumber = preference === undefined ? undefined : parseDigits(preference);
  if (orderNumber === undefined || preferenceNumber === undefined || regexp === undefined) return 'bad NAPTR record';
  config.naptrs.push({
    name: canonicalName(name) ?? '',
    order: orderNumber & 0xffff,
    preference: preferenceNumber & 0xffff,
    flags: flags ?? '',
    services: services ?? '',
    regexp,
    replacement: replacement === undefined ? '' : (canonicalName(replacement) ?? ''),
    origin,
  });
  return undefined;
}

/** RFC 8659 §4: flags, tag with its length, value. */
export function parseCaa(config: DnsmasqConfig, value: string, origin: ConfigLine): LineError {
  const [name = '', flags, tag, text] = splitFields(value).map(unprotect);
  const flagNumber = flags === undefined ? undefined : parseDigits(flags);
  if (flagNumber === undefined || tag === undefined || text === undefined) return 'bad CAA record';
  const data = concatBytes([Uint8Array.of(flagNumber & 0xff, tag.length), latin1(tag), latin1(text)]);
  config.rawRecords.push({ name: canonicalName(name) ?? '', type: 257, data, origin });
  return undefined;
}

export function parseDnsRr(config: DnsmasqConfig, value: string, origin: ConfigLine): LineError {
  const [nameText, rest] = splitOnce(value, ',');
  if (rest === undefined) return 'bad RR record';
  const [typeText, hex] = splitOnce(rest, ',');
  const type = typeText === '' ? undefined : parseDigits(typeText);
  if (type === undefined) return 'bad RR record';
  let data: Uint8Array = new Uint8Array(0);
  if (hex !== undefined) {
    const bytes = /^[0-9a-f:]*$/i.test(hex) ? parseHexBytes(hex, 65_535) : undefined;
    if (bytes === undefined) return '!could not get memory';
    data = Uint8Array.from(bytes, (byte) => byte ?? 0);
  }
  config.rawRecords.push({ name: canonicalName(unprotect(nameText)) ?? '', type: type & 0xffff, data, origin });
  return undefined;
}

export function parseInterfaceName(config: DnsmasqConfig, value: string, origin: ConfigLine): LineError {
  const [nameText = '', target] = splitFields(value);
  if (target === undefined) return 'bad interface name';
  const [interfaceName = '', family] = target.split('/');
  if (family !== undefined && family !== '4' && family !== '6') return 'error';
  config.interfaceNames.push({ name: canonicalName(nameText) ?? '', interfaceName, ipv4: family !== '6', origin });
  return undefined;
}

export interface AddressSpan {
  readonly start: Ipv4Address;
  readonly end: Ipv4Address;
  readonly isIpv6: boolean;
  readonly prefix: number | undefined;
}

/** `a/len` or `a,b` or `a`; how many fields it took. */
export function parseSpan(fields: readonly string[]): Result<{ span: AddressSpan; used: number }, string> {
  const [plain = '', prefixText] = (fields[0] ?? '').split('/');
  const start = parseIpv4(plain);
  if (start === undefined) {
    if (parseIpv6(plain) === undefined) return err('error');
    const used = prefixText === undefined && parseIpv6(fields[1] ?? '') !== undefined ? 2 : 1;
    return ok({ span: { start: 0, end: 0, isIpv6: true, prefix: undefined }, used });
  }
  if (prefixText !== undefined) {
    const prefix = parseDigits(prefixText);
    if (prefix === undefined) return err('error');
    if (prefix > 32) return err('bad prefix length');
    const mask = prefixMask(prefix);
    const span = { start: (start & mask) >>> 0, end: (start | ~mask) >>> 0, isIpv6: false, prefix };
    return ok({ span, used: 1 });
  }
  const end = fields[1] === undefined ? undefined : parseIpv4(fields[1]);
  if (end === undefined) return ok({ span: { start, end: start, isIpv6: false, prefix: undefined }, used: 1 });
  return ok({ span: { start, end, isIpv6: false, prefix: undefined }, used: 2 });
}

export function parseDomain(config: DnsmasqConfig, value: string | undefined, origin: ConfigLine): LineError {
  if (value === undefined) return undefined;
  if (value === '#') return '!no search directive found in /etc/resolv.conf';
  const [nameText = '', ...fields] = splitFields(value);
  const domain = canonicalName(unprotect(nameText));
  if (domain === undefined) return 'error';
  if (fields.length === 0) {
    config.domains.push({ domain, start: undefined, end: undefined, interfaceName: undefined, origin });
    return undefined;
  }
  const parsed = parseSpan(fields);
  if (!parsed.ok) {
    if (parsed.error !== 'error') return parsed.error;
    config.domains.push({ domain, start: undefined, end: undefined, interfaceName: fields[0], origin });
    return undefined;
  }
  const { span, used } = parsed.value;
  const extra = fields.slice(used);
  if (extra.length > 0) {
    if (extra.length > 1 || extra[0] !== 'local' || span.prefix === undefined) return 'error';
    config.servers.push({ domain, wildcard: false, target: { kind: 'local' }, origin });
    for (const name of reverseNames(span.start, span.prefix)) {
      config.servers.push({ domain: name, wildcard: false, target: { kind: 'local' }, origin });
    }
  }
  if (!span.isIpv6) {
    config.domains.push({ domain, start: span.start, end: span.end, interfaceName: undefined, origin });
  }
  return undefined;
}

export function parseSynthDomain(config: DnsmasqConfig, value: string, origin: ConfigLine): LineError {
  const [nameText = '', ...fields] = splitFields(value);
  const domain = canonicalName(unprotect(nameText));
  if (domain === undefined || fields.length === 0) return 'error';
  const parsed = parseSpan(fields);
  if (!parsed.ok) return parsed.error;
  const { span, used } = parsed.value;
  const prefixText = fields[used] ?? '';
  const indexed = prefixText.endsWith('*');
  const prefix = canonicalName(unprotect(indexed ? prefixText.slice(0, -1) : prefixText)) ?? '';
  if (span.isIpv6)
    config.ineffective.push({ name: 'synth-domain', reason: dnsmasqMessage('dnsmasq.ineffective.ipv6'), origin });
  else config.synthDomains.push({ domain, prefix, indexed, start: span.start, end: span.end, origin });
  return undefined;
}

export function parseAlias(config: DnsmasqConfig, value: string, origin: ConfigLine): LineError {
  const [fromText = '', targetText, maskText] = splitFields(value);
  const [firstText = '', lastText] = fromText.split('-');
  const from = parseIpv4(firstText.trim());
  const target = targetText === undefined ? undefined : parseIpv4(targetText);
  const mask = maskText === undefined ? 0xffff_ffff : parseIpv4(maskText);
  if (from === undefined || target === undefined || mask === undefined) return 'missing address in alias';
  const to = lastText === undefined ? undefined : parseIpv4(lastText.trim());
  if (lastText !== undefined && (to === undefined || to < from)) return 'invalid alias range';
  config.aliases.push({ from, to, target, mask, origin });
  return undefined;
}

export function parseAddressPattern(list: AddressPattern[], value: string | undefined, origin: ConfigLine): LineError {
  const [plain = '', prefixText] = (value ?? '').split('/');
  const address = parseIpv4(plain);
  if (address === undefined) return parseIpv6(plain) === undefined ? 'error' : undefined;
  const prefix = prefixText === undefined ? 32 : parseDigits(prefixText);
  if (prefix === undefined || prefix > 32) return 'error';
  list.push({ address, prefix, origin });
  return undefined;
}

export function parseDynamicHost(config: DnsmasqConfig, value: string, origin: ConfigLine): LineError {
  const fields = splitFields(value);
  const name = canonicalName(unprotect(itemAt(fields, 0))) ?? '';
  let hostPart: Ipv4Address | undefined;
  let isIpv6 = false;
  let interfaceName: string | undefined;
  for (const field of fields.slice(1)) {
    const address = parseIpv4(field);
    if (address !== undefined) hostPart = address;
    else if (parseIpv6(field) !== undefined) isIpv6 = true;
    else interfaceName = field;
  }
  if (interfaceName === undefined || (hostPart === undefined && !isIpv6)) return 'missing address in dynamic host';
  if (hostPart !== undefined) config.dynamicHosts.push({ name, hostPart, interfaceName, origin });
  return undefined;
}
