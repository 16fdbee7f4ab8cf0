/** How a field's value is written: alone (a column, `tshark -T fields`) and as a line of the tree. */
import { formatIpv4, formatMac } from '../../base/address.ts';
import { toHex } from '../../base/bytes.ts';
import { formatIpv6 } from '../../base/data/ipv6.ts';
import { unreachable } from '../../base/result.ts';
import { kindOf, valueName, type FieldDef, type FieldValue } from './field.ts';

/** Longest run of bytes written out in a line of the tree. */
const LABEL_BYTES = 36;

/** Nanoseconds as seconds with nine decimals. */
export function formatSeconds(ns: number | bigint): string {
  const total = typeof ns === 'bigint' ? ns : BigInt(Math.round(ns));
  const size = total < 0n ? -total : total;
  return `${total < 0n ? '-' : ''}${size / 1_000_000_000n}.${(size % 1_000_000_000n).toString().padStart(9, '0')}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Nov 22, 2026 13:43:29.164588000 UTC`. */
export function formatAbsoluteTime(epochNs: bigint): string {
  const second = 1_000_000_000n;
  const fraction = ((epochNs % second) + second) % second;
  const date = new Date(Number((epochNs - fraction) / 1_000_000n));
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = String(date.getUTCDate()).padStart(2, ' ');
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  return `${MONTHS[date.getUTCMonth()]} ${day}, ${date.getUTCFullYear()} ${time}.${fraction.toString().padStart(9, '0')} UTC`;
}

function hex(value: number | bigint, digits: number): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}

/** The value alone, as Wireshark writes it into a column: numbers without their names. */
export function formatValue(def: FieldDef, value: FieldValue): string {
  const kind = kindOf(def.type);
  switch (kind) {
    case 'none':
    case 'protocol':
      return '';
    case 'bool':
      return value === true ? '1' : '0';
    case 'ether':
      return typeof value === 'number' ? formatMac(value) : '';
    case 'ipv4':
      return typeof value === 'number' ? formatIpv4(value) : '';
    case 'ipv6':
      return value instanceof Uint8Array && value.length === 16 ? formatIpv6(value) : '';
    case 'bytes':
      return value instanceof Uint8Array ? toHex(value, ':') : '';
    case 'string':
    case 'guid':
      return typeof value === 'string' ? value : '';
    case 'double':
      return typeof value === 'number' ? String(value) : '';
    case 'relative-time':
      return typeof value === 'number' || typeof value === 'bigint' ? formatSeconds(value) : '';
    case 'absolute-time':
      return typeof value === 'bigint' ? formatAbsoluteTime(value) : '';
    case 'int': {
      if (typeof value !== 'number' && typeof value !== 'bigint') return '';
      return def.base === 'hex' || def.base === 'hex-dec' ? hex(value, def.bits / 4) : value.toString();
    }
    default:
      return unreachable(kind);
  }
}

/** The bits of a masked field in place: `.1.. .... = `. */
function bitPattern(def: FieldDef, bits: number): string {
  let out = '';
  for (let i = def.bits - 1; i >= 0; i--) {
    out += ((def.mask >>> i) & 1) === 0 ? '.' : ((bits >>> i) & 1).toString();
    if (i > 0 && i % 4 === 0) out += ' ';
  }
  return `${out} = `;
}

function formatOui(value: number): string {
  return toHex(Uint8Array.of(value >>> 16, value >>> 8, value), ':');
}

function integerText(def: FieldDef, value: number | bigint): string {
  let digits = def.bits / 4;
  if (def.mask !== 0) digits = Math.ceil((32 - Math.clz32(def.mask >>> def.shift)) / 4);
  const name = def.values === undefined ? undefined : (valueName(def, Number(value)) ?? 'Unknown');
  const plain = def.base === 'hex' || def.base === 'hex-dec' ? hex(value, digits) : value.toString();
  if (def.base === 'oui') return formatOui(Number(value));
  if (name !== undefined) return def.base === 'none' ? name : `${name} (${plain})`;
  if (def.base === 'hex-dec') return `${plain} (${value})`;
  if (def.base === 'dec-hex') return `${plain} (${hex(value, digits)})`;
  return `${plain}${def.unit}`;
}

/** A line of the tree: `Time to Live: 64`, `.1.. .... = Don't fragment: Set`. */
export function formatLabel(def: FieldDef, value: FieldValue): string {
  const kind = kindOf(def.type);
  switch (kind) {
    case 'none':
    case 'protocol':
      return def.label;
    case 'bool': {
      const text = `${def.label}: ${def.trueFalse[value === true ? 0 : 1]}`;
      return def.mask === 0 ? text : bitPattern(def, value === true ? def.mask : 0) + text;
    }
    case 'bytes': {
      if (!(value instanceof Uint8Array)) return `${def.label}: `;
      const shown = toHex(value.subarray(0, LABEL_BYTES));
      return `${def.label}: ${value.length === 0 ? '<MISSING>' : shown}${value.length > LABEL_BYTES ? '…' : ''}`;
    }
    case 'relative-time':
      return `${def.label}: ${formatValue(def, value)} seconds`;
    case 'int': {
      if (typeof value !== 'number' && typeof value !== 'bigint') return def.label;
      const text = `${def.label}: ${integerText(def, value)}`;
      return def.mask === 0 ? text : bitPattern(def, Number(value) << def.shift) + text;
    }
    case 'double':
      return `${def.label}: ${formatValue(def, value)}${def.unit}`;
    case 'ether':
    case 'ipv4':
    case 'ipv6':
    case 'guid':
    case 'absolute-time':
      return `${def.label}: ${formatValue(def, value)}`;
    case 'string':
      return `${def.label}: ${escapeControls(formatValue(def, value))}`;
    default:
      return unreachable(kind);
  }
}

const NAMED_CONTROLS: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROLS = /[\u0000-\u001f\u007f]/g;

/** Control characters as C writes them, so that a line of a tree stays a line: `\n`, `\033`. */
function escapeControls(text: string): string {
  return text.replaceAll(
    CONTROLS,
    (char) => NAMED_CONTROLS[char] ?? `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
}
