/** `dhcp-option`, `dhcp-option-force` and `dhcp-match`: which option, and what its value means. */
import { parseIpv4, writeIpv4 } from '../../../../base/address.ts';
import type { ConfigLine } from '../../../../base/event-log.ts';
import { concatBytes, latin1 } from '../../../../base/bytes.ts';
import type { Result } from '../../../../base/result.ts';
import { err, ok } from '../../../../base/result.ts';
import { optionByName, optionInfo } from '../dhcp-options.ts';
import { filterTag, normalizeTag, parseLeaseTime, setTag } from './fields.ts';
import { splitOnce, unprotect } from './lexer.ts';
import type { DhcpOptionForm, DhcpOptionLine } from '../model.ts';
import { encodeDomainSearch } from '../names.ts';

export type OptionUse = 'option' | 'force' | 'match';

interface Value {
  readonly bytes: Uint8Array;
  readonly form: DhcpOptionForm;
  readonly wildcards?: readonly boolean[];
}

interface Head {
  code: number | undefined;
  tags: string[];
  encapsulate: number | undefined;
  vendorClass: string | undefined;
  enterprise: number | undefined;
  value: string | undefined;
  isIpv6: boolean;
}

/** C's atoi: leading digits, 0 when there are none. */
function leadingNumber(text: string): number {
  return Number(/^\s*-?[0-9]+/.exec(text)?.[0] ?? '0');
}

/** Reads the fields in front of the value. */
function parseHead(text: string, isMatch: boolean): Result<Head, string> {
  const head: Head = {
    code: undefined,
    tags: [],
    encapsulate: undefined,
    vendorClass: undefined,
    enterprise: undefined,
    value: undefined,
    isIpv6: false,
  };
  let rest: string | undefined = text;
  while (rest !== undefined) {
    const [field, after]: readonly [string, string | undefined] = splitOnce(rest, ',');
    rest = after;
    if (/^[0-9]*$/.test(field)) {
      head.code = leadingNumber(field);
      break;
    }
    if (field.startsWith('option:')) {
      const info = optionByName(field.slice(7));
      if (info === undefined || (info.isInternal && !isMatch)) return err('bad dhcp-option');
      head.code = info.code;
      break;
    }
    if (field.startsWith('option6:')) {
      if (!isKnownOption6(field.slice(8))) return err('bad dhcp-option');
      head.isIpv6 = true;
      head.code = 0;
      break;
    }
    if (field.startsWith('vendor:')) head.vendorClass = unprotect(field.slice(7));
    else if (field.startsWith('encap:')) head.encapsulate = leadingNumber(field.slice(6)) & 0xff;
    else if (field.startsWith('vi-encap:')) {
      head.enterprise = leadingNumber(field.slice(9)) >>> 0;
      // A match looks at the vendor-identifying class (RFC 3925 §3), which has no codes.
      if (isMatch) {
        head.code = 0;
        break;
      }
    } else head.tags.push(filterTag(field) ?? normalizeTag(setTag(field) ?? field));
  }
  head.value = rest;
  return head.code === undefined ? err('bad dhcp-option') : ok(head);
}

/** Names that `dnsmasq --help dhcp6` lists; their effect has no place in an IPv4 lab. */
const OPTION6_NAMES = new Set([
  'client-id',
  'server-id',
  'ia-na',
  'ia-ta',
  'iaaddr',
  'oro',
  'preference',
  'unicast',
  'status',
  'rapid-commit',
  'user-class',
  'vendor-class',
  'vendor-opts',
  'sip-server-domain',
  'sip-server',
  'dns-server',
  'domain-search',
  'nis-server',
  'nis+-server',
  'nis-domain',
  'nis+-domain',
  'sntp-server',
  'information-refresh-time',
  'FQDN',
  'posix-timezone',
  'tzdb-timezone',
  'ntp-server',
  'bootfile-url',
  'bootfile-param',
]);

function isKnownOption6(name: string): boolean {
  return /^[0-9]+$/.test(name) || OPTION6_NAMES.has(name);
}

function numberValue(code: number, text: string): Value {
  const unit = /[bsi]$/.exec(text)?.[0];
  const digits = unit === undefined ? text : text.slice(0, -1);
  const value = Number(BigInt.asIntN(32, BigInt(digits))) | 0;
  const info = optionInfo(code);
  let size: number;
  if (unit !== undefined) size = unit === 'b' ? 1 : unit === 's' ? 2 : 4;
  else if (info !== undefined && info.type === 'number' && info.size > 0) size = info.size;
  else if (info !== undefined && info.type === 'time') size = 4;
  else if ((value & 0xffff0000) !== 0) size = 4;
  else size = (value & 0xff00) === 0 ? 1 : 2;
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; i++) bytes[size - 1 - i] = value >>> (8 * i);
  return { bytes, form: 'number' };
}

/** RFC 3442: prefix length, then only the significant bytes of the destination. */
function routePrefix(address: number, length: number): Uint8Array {
  const bytes = new Uint8Array(4);
  writeIpv4(bytes, 0, address);
  const significant = length <= 0 ? 0 : length <= 8 ? 1 : length <= 16 ? 2 : length <= 24 ? 3 : 4;
  return concatBytes([Uint8Array.of(length), bytes.subarray(0, significant)]);
}

function addressValue(code: number, text: string): Value | undefined {
  const parts: Uint8Array[] = [];
  let form: DhcpOptionForm = 'addresses';
  // RFC 3361: option 120 says first what it holds.
  if (code === 120) {
    parts.push(Uint8Array.of(1));
    form = 'hex';
  }
  for (const field of text.split(',')) {
    const [plain, prefix] = splitOnce(field.trim(), '/');
    const address = parseIpv4(plain);
    if (address === undefined) return undefined;
    if (prefix === undefined) {
      const bytes = new Uint8Array(4);
      writeIpv4(bytes, 0, address);
      parts.push(bytes);
    } else {
      parts.push(routePrefix(address, leadingNumber(prefix)));
      form = 'routes';
    }
  }
  return { bytes: concatBytes(parts), form };
}

function hexValue(text: string, isMatch: boolean): Value | undefined {
  // Digits are taken by twos; there are as many bytes as parts, zeros at the end where digits are missing.
  const parts = text.split(':');
  const given = parts.flatMap((part) => part.match(/[0-9a-f]{1,2}|\*/gi) ?? []).slice(0, parts.length);
  if (parts.some((part) => part.includes('*') && part !== '*')) return undefined;
  const parsed = given.map((part) => (part === '*' ? undefined : Number.parseInt(part, 16)));
  while (parsed.length < parts.length) parsed.push(0);
  const bytes = Uint8Array.from(parsed, (byte) => byte ?? 0);
  const wildcards = parsed.map((byte) => byte === undefined);
  if (!isMatch || !wildcards.includes(true)) return { bytes, form: 'hex' };
  return { bytes, form: 'hex', wildcards };
}

/** Guessed from the text, corrected by the type of the option. */
function parseValue(code: number, text: string, use: OptionUse, isPlain: boolean): Result<Value, string> {
  const info = isPlain ? optionInfo(code) : undefined;
  const type = info?.type;
  if (type === 'addresses') {
    if (!/^[0-9.,/ ]*$/.test(text) || text.startsWith('/')) return err('bad IP address');
    if (!text.includes('.')) return err('bad IP address');
    const value = addressValue(code, text);
    return value === undefined ? err('bad IPv4 address') : ok(value);
  }
  if (type === 'name') return ok({ bytes: latin1(unprotect(text)), form: 'text' });
  if (type === 'time') {
    const seconds = parseLeaseTime(text);
    if (seconds !== undefined) return ok(numberValue(code, String(seconds | 0)));
  }
  if (type === 'names' || code === 119) return ok({ bytes: encodeDomainSearch(unprotect(text)), form: 'names' });
  // A unit without a number is no value at all.
  if (/^[bsi]$/.test(text)) return ok({ bytes: new Uint8Array(0), form: 'empty' });
  if (/^-?[0-9]+-?[bsi]?$/.test(text)) {
    if (info?.isInternal === true && !/[bsi]$/.test(text) && info.type !== 'name') return err('dhcp-option too long');
    return ok(numberValue(code, text.replace(/(?<=[0-9])-/, '')));
  }
  if (/^[0-9a-f:*]+$/i.test(text) && text.includes(':') && (use === 'match' || !text.includes('*'))) {
    const value = hexValue(text, use === 'match');
    if (value !== undefined) return ok(value);
  }
  if (/^[0-9.,/ ]+$/.test(text) && !text.startsWith('/')) {
    const value = addressValue(code, text);
    return value === undefined ? err('bad IPv4 address') : ok(value);
  }
  const plain = unprotect(text);
  if (code === 120 && isPlain) {
    return ok({ bytes: concatBytes([Uint8Array.of(0), encodeDomainSearch(plain)]), form: 'hex' });
  }
  return ok({ bytes: latin1(plain), form: 'text' });
}

/** Reads the value of an option line. An undefined result is an IPv6 option: fine, and without effect. */
export function parseOptionLine(
  text: string,
  use: OptionUse,
  origin: ConfigLine,
): Result<DhcpOptionLine | undefined, string> {
  const head = parseHead(text, use === 'match');
  if (!head.ok) return head;
  const { code, tags, encapsulate, vendorClass, enterprise, value, isIpv6 } = head.value;
  if (isIpv6) return ok(undefined);
  const isPlain = encapsulate === undefined && vendorClass === undefined && enterprise === undefined;
  let parsed: Value = { bytes: new Uint8Array(0), form: 'empty' };
  if (value !== undefined) {
    const result = parseValue(code ?? 0, value, use, isPlain);
    if (!result.ok) return result;
    parsed = result.value;
  }
  if (use === 'match') {
    if (encapsulate !== undefined) return err('inappropriate encap:');
    if (vendorClass !== undefined) return err('inappropriate vendor:');
    if (tags.length !== 1) return err('illegal dhcp-match');
  }
  if (parsed.bytes.length > (isPlain ? 255 : 253)) return err('dhcp-option too long');
  return ok({
    code: (code ?? 0) & 0xff,
    value: parsed.bytes,
    form: parsed.form,
    force: use === 'force',
    tags,
    encapsulate,
    vendorClass,
    enterprise,
    wildcards: parsed.wildcards,
    origin,
  });
}
