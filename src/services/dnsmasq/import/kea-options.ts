/** Options of a Kea configuration: the standard ones, those that it defines, in which space, and what their data say. */
import { parseIpv4 } from '../../../base/address.ts';
import type { Json, JsonObject } from './json.ts';
import { field, quoted } from './notation.ts';
import { OPTION_NAMES, type OptionKind } from './option-names.ts';

/** Of DHCPv4 itself. */
const STANDARD_SPACE = 'dhcp4';
/** The space of option 43's sub-options, where nothing else is said. */
const VENDOR_SPACE = 'vendor-encapsulated-options-space';
const VENDOR_OPTION = 43;
const CLASS_IDENTIFIER = 60;
const DOMAIN_SEARCH = 119;

/** An option as dnsmasq has it; `head` is its number, perhaps with the option that it is inside. */
export interface KnownOption {
  readonly code: number;
  readonly kind: OptionKind;
  readonly head: string;
  /** The option holds the options of this space, and has no data. */
  readonly encapsulates: string | undefined;
}

interface Definition {
  readonly name: string;
  readonly code: number;
  readonly space: string;
  readonly kind: OptionKind | undefined;
  readonly encapsulates: string | undefined;
}

function text(object: JsonObject, key: string): string | undefined {
  const value = object[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export class KeaOptions {
  private readonly definitions: Definition[] = [];

  /** An `option-def`; false when its data are of a type that cannot be written for dnsmasq. */
  define(definition: JsonObject): boolean {
    const name = text(definition, 'name');
    const code = definition['code'];
    const type = text(definition, 'type') ?? '';
    if (name === undefined || typeof code !== 'number') return true;
    const space = text(definition, 'space') ?? STANDARD_SPACE;
    const encapsulates = text(definition, 'encapsulate');
    const kind = kindOf(type, definition['array']);
    this.definitions.push({ name, code, space, kind, encapsulates });
    return kind !== undefined;
  }

  /** The number of a standard option that a test names. */
  codeOf(name: string): number | undefined {
    const own = this.definitions.find((one) => one.name === name && one.space === STANDARD_SPACE);
    return (own ?? OPTION_NAMES.get(name))?.code;
  }

  /** Undefined when it is not known, or in a space that no option holds. */
  find(option: JsonObject): KnownOption | undefined {
    const name = text(option, 'name');
    const { code } = option;
    const space = text(option, 'space') ?? STANDARD_SPACE;
    const isSame = (one: { readonly name?: string; readonly code: number }): boolean =>
      name === undefined ? one.code === code : one.name === name;
    const own = this.definitions.find((one) => one.space === space && isSame(one));
    const standard = space !== STANDARD_SPACE ? undefined : name === undefined ? byCode(code) : OPTION_NAMES.get(name);
    const known =
      own ?? standard ?? (name === undefined && typeof code === 'number' ? { code, kind: 'text' } : undefined);
    const kind = known?.kind;
    const outer = this.outer(space);
    if (known === undefined || kind === undefined || outer === undefined) return undefined;
    return { code: known.code, kind, head: `${outer}${known.code}`, encapsulates: own?.encapsulates };
  }

  /** What dnsmasq writes before the number of an option in a space. */
  private outer(space: string): string | undefined {
    if (space === STANDARD_SPACE) return '';
    // The enterprise number of option 125 (RFC 3925).
    const enterprise = /^vendor-(\d+)$/.exec(space)?.[1];
    if (enterprise !== undefined) return `vi-encap:${enterprise},`;
    const holder = this.definitions.find((one) => one.space === STANDARD_SPACE && one.encapsulates === space);
    if (holder !== undefined) return `encap:${holder.code},`;
    return space === VENDOR_SPACE ? `encap:${VENDOR_OPTION},` : undefined;
  }
}

/** Whether the option stands only for the options inside it, which are written by themselves. */
export function isContainer({ code, encapsulates }: KnownOption, data: Json | undefined): boolean {
  const isEmpty = data === undefined || data === '';
  return isEmpty && (encapsulates !== undefined || code === VENDOR_OPTION);
}

function byCode(code: Json | undefined): { readonly code: number; readonly kind: OptionKind } | undefined {
  return [...OPTION_NAMES.values()].find((info) => info.code === code);
}

function kindOf(type: string, isArray: Json | undefined): OptionKind | undefined {
  switch (type) {
    case 'ipv4-address':
      return 'ips';
    case 'uint8':
    case 'int8':
      return isArray === true ? undefined : 'u8';
    case 'uint16':
    case 'int16':
      return isArray === true ? undefined : 'u16';
    case 'uint32':
    case 'int32':
      return isArray === true ? undefined : 'u32';
    case 'boolean':
      return 'flag';
    case 'binary':
    case 'empty':
      return 'hex';
    case 'string':
      return isArray === true ? undefined : 'text';
    default:
      return undefined;
  }
}

/** The value in dnsmasq's notation. */
export function optionData(option: JsonObject, { kind, code, head }: KnownOption): string | undefined {
  const data = option['data'];
  if (typeof data !== 'string') return undefined;
  const hex = data.replace(/^0x/i, '').replaceAll(/[\s:]/g, '');
  if (option['csv-format'] === false || kind === 'hex') {
    if (!/^([0-9a-f]{2})+$/i.test(hex)) return undefined;
    return hex.length === 2 ? `${Number.parseInt(hex, 16)}b` : hex.replace(/..(?=.)/g, '$&:');
  }
  const fields = data.split(',').map((part) => part.trim());
  switch (kind) {
    case 'ips':
      return fields.every((part) => parseIpv4(part) !== undefined) ? fields.join(',') : undefined;
    case 'u8':
    case 'u16':
    case 'u32': {
      const number = /^0x[0-9a-f]+$/i.test(data.trim()) ? String(Number(data.trim())) : data.trim();
      return /^\d+$/.test(number) ? `${number}${kind === 'u8' ? 'b' : kind === 'u16' ? 's' : 'i'}` : undefined;
    }
    case 'flag':
      return data.trim() === 'true' || data.trim() === '1' ? '1b' : '0b';
    case 'text':
      return code === DOMAIN_SEARCH && head === String(code)
        ? fields.map(field).join(',')
        : quoted(data.replaceAll('\\,', ','));
  }
}

/** Sent whether it is asked for or not. */
export function isForced(option: JsonObject, { code, head }: KnownOption): boolean {
  return option['always-send'] === true || (code === CLASS_IDENTIFIER && head === String(code));
}
