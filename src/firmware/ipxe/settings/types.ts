/**
 * Setting types: how a setting's bytes are written as text and read from it. Text is a byte string (one
 * character a byte, see `ipxe.ts`), as iPXE's own C strings are.
 */
import { fromBase64, toBase64 } from '../../../base/data/base64.ts';
import { byteAt, fromLatin1, latin1, readU16, readU32 } from '../../../base/bytes.ts';
import { formatIpv6, parseIpv6 } from '../../../base/data/ipv6.ts';
import { err, ok, type Result } from '../../../base/result.ts';
import { Err, type Status } from '../errors.ts';

export type Outcome<T> = Result<T, Status>;

export interface SettingType {
  readonly name: string;
  /** Reads text; an empty text deletes the setting before it comes here. */
  parse(text: string): Outcome<Uint8Array>;
  format(raw: Uint8Array): Outcome<string>;
  /** Only numbers have these; used by `inc`. */
  readonly numeric?: {
    /** 32 bits, signed or not as the type is. */
    value(raw: Uint8Array): Outcome<number>;
    bytes(value: number): Uint8Array;
  };
}

/**
 * `strtoul` with base 0 on 32-bit longs: decimal, `0x` hexadecimal, leading `0` octal, an optional sign. Undefined
 * unless the whole text is a number; too large values wrap.
 */
export function parseInteger(text: string): number | undefined {
  const match = /^\s*([+-]?)(0[xX]([0-9a-fA-F]*)|0([0-7]*)|([1-9][0-9]*))$/.exec(text);
  if (match === null) return undefined;
  const [, sign, , hex, octal, decimal] = match;
  let magnitude: bigint;
  // A bare `0x` is a number without digits: 0.
  if (hex !== undefined) magnitude = BigInt(`0x0${hex}`);
  else if (decimal !== undefined) magnitude = BigInt(decimal);
  else magnitude = octal === '' ? 0n : BigInt(`0o${octal}`);
  return Number(BigInt.asUintN(32, sign === '-' ? -magnitude : magnitude));
}

/**
 * The value of big-endian bytes as a 32-bit long. Bytes beyond the low four must repeat the sign (or be zero
 * for unsigned types), otherwise the value does not fit.
 */
export function integerValue(raw: Uint8Array, signed: boolean): Outcome<number> {
  if (raw.length === 0) return ok(0);
  const pad = signed && (byteAt(raw, 0) & 0x80) !== 0 ? 0xff : 0;
  let value = pad === 0 ? 0 : -1;
  for (let i = 0; i < raw.length; i++) {
    const isExcess = i < raw.length - 4;
    if (isExcess && raw[i] !== pad) return err(Err.settingRange);
    value = (value << 8) | byteAt(raw, i);
  }
  if (raw.length > 4 && signed && value < 0 !== (pad !== 0)) return err(Err.settingRange);
  return ok(signed ? value : value >>> 0);
}

/** A 32-bit build prints the most negative number so: its digits are taken from a value that has no positive. */
const INT32_MIN_TEXT = '-./,),(-*,(';

function integerType(bits: 8 | 16 | 32, signed: boolean): SettingType {
  const width = bits / 8;
  const bytes = (value: number): Uint8Array => {
    const out = new Uint8Array(width);
    for (let i = 0; i < width; i++) out[i] = value >>> (8 * (width - 1 - i));
    return out;
  };
  return {
    name: `${signed ? '' : 'u'}int${bits}`,
    parse(text) {
      const value = parseInteger(text);
      return value === undefined ? err(Err.settingInvalid) : ok(bytes(value));
    },
    format(raw) {
      const value = integerValue(raw, signed);
      if (!value.ok) return value;
      if (!signed) return ok(`0x${value.value.toString(16)}`);
      return ok(value.value === -0x8000_0000 ? INT32_MIN_TEXT : String(value.value));
    },
    numeric: { value: (raw) => integerValue(raw, signed), bytes },
  };
}

const URI_ESCAPED = new Set('%/#:@?=&+ '.split('').map((c) => c.charCodeAt(0)));

/** Percent-encodes reserved characters for use in a URI (RFC 3986 §2.1), upper-case digits. */
export function uriEncode(text: string): string {
  let out = '';
  for (const char of text) {
    const code = char.charCodeAt(0);
    if (code <= 0x20 || code >= 0x7f || URI_ESCAPED.has(code)) {
      out += `%${code.toString(16).toUpperCase().padStart(2, '0')}`;
    } else out += char;
  }
  return out;
}

/** Undoes `%xx`; anything else stays as it is. */
export function uriDecode(text: string): string {
  return text.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** The C string in some bytes: what comes before the first NUL. */
function cString(raw: Uint8Array): string {
  const nul = raw.indexOf(0);
  return fromLatin1(raw, 0, nul < 0 ? raw.length : nul);
}

function hexType(name: string, separator: string): SettingType {
  return {
    name,
    parse(text) {
      const pattern =
        separator === '' ? /^([0-9a-fA-F]{2})*$/ : new RegExp(`^[0-9a-fA-F]{2}(${separator}[0-9a-fA-F]{2})*$`);
      if (text !== '' && !pattern.test(text)) return err(Err.base16);
      const digits = separator === '' ? text : text.replaceAll(separator, '');
      const out = new Uint8Array(digits.length / 2);
      for (let i = 0; i < out.length; i++) out[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
      return ok(out);
    },
    format: (raw) => ok(Array.from(raw, (byte) => byte.toString(16).padStart(2, '0')).join(separator)),
  };
}

/** A GUID holds its first three fields little-endian (UEFI 2.10 appendix A). */
export function swapGuid(raw: Uint8Array): Uint8Array {
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
  return Uint8Array.from(order, (i) => byteAt(raw, i));
}

function uuidType(name: string, isGuid: boolean): SettingType {
  return {
    name,
    parse(text) {
      const raw = parseUuid(text);
      if (raw === undefined) return err(Err.uuid);
      return ok(isGuid ? swapGuid(raw) : raw);
    },
    format(raw) {
      if (raw.length !== 16) return err(Err.settingRange);
      return ok(formatUuid(isGuid ? swapGuid(raw) : raw));
    },
  };
}

/** 8-4-4-4-12, dashes optional (RFC 9562 §4). */
export function parseUuid(text: string): Uint8Array | undefined {
  if (!/^[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}$/.test(text)) return undefined;
  const digits = text.replaceAll('-', '');
  return Uint8Array.from({ length: 16 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}

export function formatUuid(raw: Uint8Array): string {
  const hex = Array.from(raw, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** A list of DNS names with RFC 1035 §4.1.4 compression pointers inside the list (RFC 3397 §2). */
export function parseDomainList(raw: Uint8Array): string[] | undefined {
  const names: string[] = [];
  let at = 0;
  while (at < raw.length) {
    const labels: string[] = [];
    let reading = at;
    let jumps = 0;
    let next: number | undefined;
    for (;;) {
      if (reading >= raw.length) return undefined;
      const length = byteAt(raw, reading);
      if (length === 0) {
        next ??= reading + 1;
        break;
      }
      if ((length & 0xc0) === 0xc0) {
        if (reading + 1 >= raw.length || ++jumps > 64) return undefined;
        next ??= reading + 2;
        reading = readU16(raw, reading) & 0x3fff;
        continue;
      }
      if ((length & 0xc0) !== 0 || reading + 1 + length > raw.length) return undefined;
      labels.push(fromLatin1(raw, reading + 1, reading + 1 + length));
      reading += 1 + length;
    }
    names.push(labels.join('.'));
    at = next;
  }
  return names;
}

const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

export const stringType: SettingType = {
  name: 'string',
  parse: (text) => ok(latin1(text)),
  format: (raw) => ok(cString(raw)),
};

export const hexrawType = hexType('hexraw', '');
export const defaultHexType = hexType('hex', ':');
export const ipv4Type: SettingType = {
  name: 'ipv4',
  parse(text) {
    const match = IPV4.exec(text);
    if (match === null) return err(Err.ipv4Invalid);
    const parts = match.slice(1).map(Number);
    return parts.some((part) => part > 255) ? err(Err.ipv4Invalid) : ok(Uint8Array.from(parts));
  },
  format(raw) {
    return raw.length < 4 ? err(Err.ipv4Invalid) : ok(`${raw[0]}.${raw[1]}.${raw[2]}.${raw[3]}`);
  },
};

/** In the order in which a help text would list them. */
export const settingTypes: readonly SettingType[] = [
  stringType,
  {
    name: 'uristring',
    parse: (text) => ok(latin1(uriDecode(text))),
    format: (raw) => ok(uriEncode(fromLatin1(raw))),
  },
  ipv4Type,
  {
    name: 'ipv6',
    parse(text) {
      // iPXE reads no dotted IPv4 part.
      const raw = text.includes('.') ? undefined : parseIpv6(text);
      return raw === undefined ? err(Err.ipv6Invalid) : ok(raw);
    },
    format: (raw) => (raw.length < 16 ? err(Err.settingInvalid) : ok(formatIpv6(raw))),
  },
  integerType(8, true),
  integerType(16, true),
  integerType(32, true),
  integerType(8, false),
  integerType(16, false),
  integerType(32, false),
  defaultHexType,
  hexType('hexhyp', '-'),
  hexrawType,
  {
    name: 'base64',
    parse(text) {
      const raw = fromBase64(text);
      return raw === undefined ? err(Err.base64) : ok(raw);
    },
    format: (raw) => ok(toBase64(raw)),
  },
  uuidType('uuid', false),
  uuidType('guid', true),
  {
    name: 'busdevfn',
    parse: () => err(Err.settingUnsupported),
    format(raw) {
      const value = integerValue(raw, false);
      if (!value.ok) return value;
      const hex = (number: number, width: number): string => number.toString(16).padStart(width, '0');
      const { value: v } = value;
      return ok(`${hex(v >>> 16, 4)}:${hex((v >>> 8) & 0xff, 2)}:${hex((v >>> 3) & 0x1f, 2)}.${v & 7}`);
    },
  },
  {
    name: 'dnssl',
    parse: () => err(Err.settingUnsupported),
    format(raw) {
      const names = parseDomainList(raw);
      return names === undefined ? err(Err.dnsInvalid) : ok(names.join(' '));
    },
  },
];

const byName = new Map(settingTypes.map((type) => [type.name, type]));

export function findSettingType(name: string): SettingType | undefined {
  return byName.get(name);
}

/** A type that the program itself names. */
export function settingType(name: string): SettingType {
  const type = byName.get(name);
  if (type === undefined) throw new Error(`No setting type ${name}`);
  return type;
}

export function uint16Bytes(value: number): Uint8Array {
  return Uint8Array.of(value >>> 8, value);
}

export function uint32Bytes(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

export function readUint(raw: Uint8Array): number {
  return raw.length >= 4 ? readU32(raw, 0) : raw.reduce((value, byte) => value * 256 + byte, 0);
}
