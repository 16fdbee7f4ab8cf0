/** A parameter structure of the PXE API in guest memory, field by field as the table says. */
import { assert } from '../../base/result.ts';
import { fromCString } from '../../base/bytes.ts';
import type { GuestMemory } from '../guest.ts';
import type { Field, FieldType, PxeFunction } from './table.ts';

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
  private readonly address: number;
  private readonly layout: ReadonlyMap<string, Place>;

  constructor(memory: GuestMemory, address: number, fields: PxeFunction['fields']) {
    this.memory = memory;
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
        return memory.readU16(at + 2) * 16 + memory.readU16(at);
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

  setPointer(name: string, segment: number, offset: number): void {
    const { at } = this.place(name);
    this.memory.writeU16(at, offset);
    this.memory.writeU16(at + 2, segment);
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

  private place(name: string): { readonly type: FieldType; readonly at: number } {
    const place = this.layout.get(name);
    assert(place !== undefined, `the structure has a field ${name}`);
    return { type: place.type, at: this.address + place.offset };
  }
}

function swap16(value: number): number {
  return ((value & 0xff) << 8) | ((value >>> 8) & 0xff);
}

function swap32(value: number): number {
  return ((swap16(value & 0xffff) << 16) | swap16(value >>> 16)) >>> 0;
}
