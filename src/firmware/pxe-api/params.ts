/** A parameter structure of the PXE API in guest memory, field by field as the table says. */
import { assert } from '../../base/result.ts';
import { formatIpv4, formatMac, readMac } from '../../base/address.ts';
import { fromCString, hexNumber } from '../../base/bytes.ts';
import type { CallFields } from '../../base/event-log.ts';
import type { GuestMemory } from '../guest.ts';
import type { Field, FieldType, PxeFunction } from './table.ts';

/** What segments mean to the caller: paragraphs in real mode, selectors in protected mode. */
export interface CallMode {
  readonly name: 'real' | 'protected';
  /** Linear address at which a segment begins. */
  readonly baseOf: (segment: number) => number;
  /** How the caller names the firmware's data segment. */
  readonly dataSegment: number;
}

export function realMode(dataSegment: number): CallMode {
  return { name: 'real', baseOf: (segment) => segment * 16, dataSegment };
}

function fieldBytes(type: FieldType): number {
  switch (type) {
    case 'u8':
      return 1;
    case 'u16':
    case 'port':
      return 2;
    case 'u32':
    case 'ip':
    case 'pointer':
    case 'flat':
      return 4;
    default:
      return type;
  }
}

interface Place {
  readonly type: FieldType;
  readonly offset: number;
}

const layouts = new WeakMap<readonly Field[], ReadonlyMap<string, Place>>();

function layoutOf(fields: readonly Field[]): ReadonlyMap<string, Place> {
  const known = layouts.get(fields);
  if (known !== undefined) return known;
  const layout = new Map<string, Place>();
  let offset = 2;
  for (const [name, type] of fields) {
    layout.set(name, { type, offset });
    offset += fieldBytes(type);
  }
  layouts.set(fields, layout);
  return layout;
}

export class Params {
  readonly memory: GuestMemory;
  readonly mode: CallMode;
  private readonly address: number;
  private readonly layout: ReadonlyMap<string, Place>;

  constructor(memory: GuestMemory, address: number, fields: PxeFunction['fields'], mode: CallMode) {
    this.memory = memory;
    this.mode = mode;
    this.address = address;
    this.layout = layoutOf(fields);
  }

  set status(status: number) {
    this.memory.writeU16(this.address, status);
  }

  /** A number: pointers as linear addresses, `ip` and `port` in host order. */
  get(name: string): number {
    const { type, at } = this.place(name);
    const { memory } = this;
    switch (type) {
      case 'u8':
        return memory.readU8(at);
      case 'u16':
        return memory.readU16(at);
      case 'port':
        return swap16(memory.readU16(at));
      case 'u32':
      case 'flat':
        return memory.readU32(at);
      case 'ip':
        return swap32(memory.readU32(at));
      case 'pointer':
        return this.pointerAt(at);
      default:
        assert(false, `${name} is not a number`);
    }
  }

  set(name: string, value: number): void {
    const { type, at } = this.place(name);
    const { memory } = this;
    switch (type) {
      case 'u8':
        return memory.writeU8(at, value);
      case 'u16':
        return memory.writeU16(at, value);
      case 'port':
        return memory.writeU16(at, swap16(value));
      case 'u32':
      case 'flat':
        return memory.writeU32(at, value);
      case 'ip':
        return memory.writeU32(at, swap32(value));
      case 'pointer':
      default:
        assert(false, `${name} is not a number`);
    }
  }

  /** The linear address that an offset and a segment in memory stand for. */
  pointerAt(address: number): number {
    return this.mode.baseOf(this.memory.readU16(address + 2)) + this.memory.readU16(address);
  }

  /** A place in the firmware's data segment. */
  setDataPointer(name: string, offset: number): void {
    const { at } = this.place(name);
    this.memory.writeU16(at, offset);
    this.memory.writeU16(at + 2, this.mode.dataSegment);
  }

  bytes(name: string): Uint8Array {
    const { type, at } = this.place(name);
    return this.memory.read(at, fieldBytes(type));
  }

  setBytes(name: string, bytes: Uint8Array): void {
    const { type, at } = this.place(name);
    const field = new Uint8Array(fieldBytes(type));
    field.set(bytes.subarray(0, field.length));
    this.memory.write(at, field);
  }

  text(name: string): string {
    return fromCString(this.bytes(name));
  }

  /** All fields that people can read, as texts. */
  describe(): CallFields {
    const out: [string, string][] = [];
    for (const [name, { type }] of this.layout) {
      const value = this.textOf(name, type);
      if (value !== undefined) out.push([name, value]);
    }
    return out;
  }

  private textOf(name: string, type: FieldType): string | undefined {
    switch (type) {
      case 'ip':
        return formatIpv4(this.get(name));
      case 'u8':
      case 'u16':
      case 'u32':
      case 'port':
        return String(this.get(name));
      case 'flat':
        return `${hexNumber(this.get(name), 8)}h`;
      case 'pointer': {
        if (name === 'fileName') return fromCString(this.memory.read(this.get(name), FILE_NAME_BYTES));
        const { at } = this.place(name);
        return `${hexNumber(this.memory.readU16(at + 2), 4)}:${hexNumber(this.memory.readU16(at), 4)}`;
      }
      default: {
        if (name === 'fileName') return this.text(name);
        return name.endsWith('Address') ? formatMac(readMac(this.bytes(name), 0)) : undefined;
      }
    }
  }

  private place(name: string): { readonly type: FieldType; readonly at: number } {
    const place = this.layout.get(name);
    assert(place !== undefined, `the structure has a field ${name}`);
    return { type: place.type, at: this.address + place.offset };
  }
}

/** Of a name in memory, as much as people read. */
const FILE_NAME_BYTES = 256;

function swap16(value: number): number {
  return ((value & 0xff) << 8) | ((value >>> 8) & 0xff);
}

function swap32(value: number): number {
  return ((swap16(value & 0xffff) << 16) | swap16(value >>> 16)) >>> 0;
}
