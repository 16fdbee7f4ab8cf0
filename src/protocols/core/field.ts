/**
 * Fields are the shared language of the analysis: one name is the line in the tree, the filter, the column and the
 * link. A `FieldDef` carries Wireshark's filter name, label, type and display base, and knows how to read its value
 * out of bytes, so that a dissector mostly says where a field lies and nothing is computed that nobody asked for.
 */
import { readIpv4, readMac } from '../../base/address.ts';
import { byteAt, fromUtf8, toHex } from '../../base/bytes.ts';
import { unreachable } from '../../base/result.ts';

/** Wireshark's field types, as far as the lab's protocols use them. */
export type FieldType =
  /** A heading without a value. */
  | 'none'
  | 'protocol'
  | 'bool'
  | 'uint8'
  | 'uint16'
  | 'uint24'
  | 'uint32'
  | 'uint64'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'double'
  | 'ether'
  | 'ipv4'
  | 'ipv6'
  | 'bytes'
  | 'string'
  /** Ends at the first NUL; the span may go further. */
  | 'stringz'
  | 'guid'
  | 'relative-time'
  | 'absolute-time'
  /** The number of another frame: a link. */
  | 'framenum';

/**
 * Kinds by how they compare. `int` and times are `number | bigint` (times in nanoseconds), `double` is a number, `bool` is 0 or 1, `ether`
 * and `ipv4` are numbers, `protocol`, `bytes`, `ipv6` are byte arrays, `string` and `guid` are text; `none` has no value.
 */
export type FieldKind =
  | 'int'
  | 'double'
  | 'bool'
  | 'ether'
  | 'ipv4'
  | 'ipv6'
  | 'bytes'
  | 'protocol'
  | 'string'
  | 'guid'
  | 'relative-time'
  | 'absolute-time'
  | 'none';

export function kindOf(type: FieldType): FieldKind {
  switch (type) {
    case 'uint8':
    case 'uint16':
    case 'uint24':
    case 'uint32':
    case 'uint64':
    case 'int8':
    case 'int16':
    case 'int32':
    case 'framenum':
      return 'int';
    case 'stringz':
      return 'string';
    case 'none':
    case 'protocol':
    case 'double':
    case 'bool':
    case 'ether':
    case 'ipv4':
    case 'ipv6':
    case 'bytes':
    case 'string':
    case 'guid':
    case 'relative-time':
    case 'absolute-time':
      return type;
    default:
      return unreachable(type);
  }
}

/** `none`: the line shows only the value's name. `oui`: three bytes with colons. */
export type DisplayBase = 'dec' | 'hex' | 'dec-hex' | 'hex-dec' | 'none' | 'oui';

/**
 * | type | value |
 * |---|---|
 * | none, protocol | undefined |
 * | bool | boolean |
 * | uint8 to uint32, int8 to int32, framenum | number |
 * | uint64 | bigint |
 * | double | number; must be given, is not read from bytes |
 * | ether, ipv4 | number (`MacAddress`, `Ipv4Address`) |
 * | ipv6, bytes | Uint8Array |
 * | string, stringz, guid | string |
 * | relative-time | number, nanoseconds |
 * | absolute-time | bigint, nanoseconds since 1970-01-01 UTC |
 */
export type FieldValue = number | bigint | string | boolean | Uint8Array | undefined;

export type ValueNames = Readonly<Record<number, string>> | ((value: number) => string | undefined);

export type ExpertSeverity = 'comment' | 'chat' | 'note' | 'warn' | 'error';
export type ExpertGroup =
  | 'Checksum'
  | 'Sequence'
  | 'Response'
  | 'Request'
  | 'Undecoded'
  | 'Reassemble'
  | 'Malformed'
  | 'Protocol'
  | 'Security'
  | 'Comment'
  | 'Assumption';

export interface FieldOptions {
  /** Defaults to `dec`. */
  readonly base?: DisplayBase;
  readonly values?: ValueNames;
  /** The bits of the field within its integer; the value is shifted down. */
  readonly mask?: number;
  /** Width of the integer a masked `bool` lies in. Defaults to 8. */
  readonly bits?: 8 | 12 | 16 | 24 | 32;
  /** Words for true and false. Default `True`, `False`. */
  readonly trueFalse?: readonly [string, string];
  /** Such as `' seconds'`, put behind the number of the label. */
  readonly unit?: string;
  readonly littleEndian?: boolean;
}

/** All definitions have the same shape, so that reading them stays fast. */
export interface FieldDef {
  /** Dense, unique in this run of the program; not stable between runs. */
  readonly index: number;
  /** Wireshark's filter name; empty for plain text lines. */
  readonly name: string;
  readonly label: string;
  readonly type: FieldType;
  readonly base: DisplayBase;
  readonly values: ValueNames | undefined;
  readonly mask: number;
  readonly shift: number;
  readonly bits: number;
  readonly trueFalse: readonly [string, string];
  readonly unit: string;
  readonly littleEndian: boolean;
  readonly expert: { readonly severity: ExpertSeverity; readonly group: ExpertGroup } | undefined;
}

const TYPE_BITS: Partial<Record<FieldType, number>> = {
  uint8: 8,
  int8: 8,
  uint16: 16,
  int16: 16,
  uint24: 24,
  uint32: 32,
  int32: 32,
  uint64: 64,
};

let nextIndex = 0;

/** Number of fields defined so far: the size of arrays indexed by `FieldDef.index`. */
export function fieldCount(): number {
  return nextIndex;
}

export function field(name: string, label: string, type: FieldType, options: FieldOptions = {}): FieldDef {
  return makeField(name, label, type, options, undefined);
}

/** A finding: filtered for by its name, shown as an expert line below the item that it is about. */
export function expertField(name: string, severity: ExpertSeverity, group: ExpertGroup, text: string): FieldDef {
  return makeField(name, text, 'none', {}, { severity, group });
}

function makeField(
  name: string,
  label: string,
  type: FieldType,
  options: FieldOptions,
  expert: FieldDef['expert'],
): FieldDef {
  const mask = options.mask ?? 0;
  return {
    index: nextIndex++,
    name,
    label,
    type,
    base: options.base ?? 'dec',
    values: options.values,
    mask,
    shift: mask === 0 ? 0 : 31 - Math.clz32(mask & -mask),
    bits: TYPE_BITS[type] ?? options.bits ?? 8,
    trueFalse: options.trueFalse ?? ['True', 'False'],
    unit: options.unit ?? '',
    littleEndian: options.littleEndian ?? false,
    expert,
  };
}

function readUint(bytes: Uint8Array, start: number, length: number, littleEndian: boolean): number {
  let value = 0;
  if (littleEndian) for (let at = start + length - 1; at >= start; at--) value = value * 256 + byteAt(bytes, at);
  else for (let at = start; at < start + length; at++) value = value * 256 + byteAt(bytes, at);
  return value;
}

function readText(bytes: Uint8Array, start: number, length: number): string {
  const part = bytes.subarray(start, start + length);
  const nul = part.indexOf(0);
  return fromUtf8(nul < 0 ? part : part.subarray(0, nul));
}

function readGuid(bytes: Uint8Array, start: number, littleEndian: boolean): string {
  const order = littleEndian ? [3, 2, 1, 0, 5, 4, 7, 6] : [0, 1, 2, 3, 4, 5, 6, 7];
  const digits = toHex(Uint8Array.from({ length: 16 }, (_, i) => byteAt(bytes, start + (order[i] ?? i))));
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20)}`;
}

/** The value of a field that lies at `bytes[start, start + length)`, which must be inside. */
export function readFieldValue(def: FieldDef, bytes: Uint8Array, start: number, length: number): FieldValue {
  switch (def.type) {
    case 'none':
    case 'protocol':
    case 'double':
    case 'relative-time':
    case 'absolute-time':
      return undefined;
    case 'bool': {
      const value = readUint(bytes, start, length, def.littleEndian);
      return def.mask === 0 ? value !== 0 : (value & def.mask) !== 0;
    }
    case 'uint8':
    case 'uint16':
    case 'uint24':
    case 'uint32':
    case 'framenum': {
      const value = readUint(bytes, start, Math.min(length, 4), def.littleEndian);
      return def.mask === 0 ? value : (value & def.mask) >>> def.shift;
    }
    case 'int8':
    case 'int16':
    case 'int32': {
      const unused = 32 - 8 * Math.min(length, 4);
      return (readUint(bytes, start, Math.min(length, 4), def.littleEndian) << unused) >> unused;
    }
    case 'uint64': {
      const half = Math.max(0, length - 4);
      const first = BigInt(readUint(bytes, start, def.littleEndian ? Math.min(4, length) : half, def.littleEndian));
      const second = BigInt(
        def.littleEndian
          ? readUint(bytes, start + 4, half, true)
          : readUint(bytes, start + half, Math.min(4, length), false),
      );
      return def.littleEndian ? (second << 32n) | first : (first << 32n) | second;
    }
    case 'ether':
      return length < 6 ? 0 : readMac(bytes, start);
    case 'ipv4':
      return length < 4 ? 0 : readIpv4(bytes, start);
    case 'ipv6':
    case 'bytes':
      return bytes.subarray(start, start + length);
    case 'string':
    case 'stringz':
      return readText(bytes, start, length);
    case 'guid':
      return length < 16 ? '' : readGuid(bytes, start, def.littleEndian);
    default:
      return unreachable(def.type);
  }
}

/** The name of a value, where the field has names for values. */
export function valueName(def: FieldDef, value: number): string | undefined {
  if (def.values === undefined) return undefined;
  return typeof def.values === 'function' ? def.values(value) : def.values[value];
}
