/** FIP messages (FC-BB-6 §7.9): how machines find forwarders of FCoE, log in to the fabric, and show that they are there. */
import { readMac, writeMac, type MacAddress } from '../../base/address.ts';
import { byteAt, concatBytes, readU16, readU32, writeU16, writeU32 } from '../../base/bytes.ts';
import { decodeError, ok, unreachable, type DecodeError, type Result } from '../../base/result.ts';
import { readU24, writeU24 } from '../fc/codec.ts';
import { readWwn, writeWwn, type Wwn } from '../fc/wwn.ts';
import { FIP, FIP_DESCRIPTOR, FIP_HEADER_LENGTH, FIP_VERSION } from './fields.ts';

export type FipDescriptor =
  /** The lowest is preferred. */
  | { readonly kind: 'priority'; readonly priority: number }
  | { readonly kind: 'mac'; readonly mac: MacAddress }
  | { readonly kind: 'fc-map'; readonly map: number }
  | { readonly kind: 'name'; readonly name: Wwn }
  | { readonly kind: 'fabric'; readonly virtualFabric: number; readonly map: number; readonly name: Wwn }
  /** Bytes of an FCoE frame behind its EtherType. */
  | { readonly kind: 'max-size'; readonly bytes: number }
  /** A request or answer of the extended link services: FLOGI, FDISC, LOGO or ELP, from its Fibre Channel header on. */
  | { readonly kind: 'els'; readonly type: number; readonly frame: Uint8Array }
  | { readonly kind: 'port'; readonly mac: MacAddress; readonly id: number; readonly name: Wwn }
  /** How often both sides show that they are there; `isOff`: machines need not. */
  | { readonly kind: 'keep-alive'; readonly periodMs: number; readonly isOff: boolean }
  | { readonly kind: 'vlan'; readonly vlan: number }
  | { readonly kind: 'other'; readonly type: number; readonly data: Uint8Array };

export interface FipMessage {
  /** `FIP_OPCODE`, `FIP_SUBCODE`. */
  readonly opcode: number;
  readonly subcode: number;
  /** Bits of `FIP_FLAG`. */
  readonly flags: number;
  readonly descriptors: readonly FipDescriptor[];
}

/** What lies behind the descriptors is padding. */
export function decodeFip(bytes: Uint8Array): Result<FipMessage, DecodeError> {
  if (bytes.length < FIP_HEADER_LENGTH) return decodeError('truncated', bytes.length, 'FC-BB-6 §7.9.2');
  if (byteAt(bytes, FIP.version) >> 4 !== FIP_VERSION) return decodeError('unsupported', 0, 'FC-BB-6 §7.9.2');
  const end = FIP_HEADER_LENGTH + 4 * readU16(bytes, FIP.length);
  if (end > bytes.length) return decodeError('truncated', FIP.length, 'FC-BB-6 §7.9.2');
  const descriptors: FipDescriptor[] = [];
  for (let at = FIP_HEADER_LENGTH; at < end;) {
    const length = 4 * byteAt(bytes, at + 1);
    if (length === 0 || at + length > end) return decodeError('malformed', at + 1, 'FC-BB-6 §7.9.3');
    const one = decodeDescriptor(bytes.subarray(at, at + length));
    if (one === undefined) return decodeError('malformed', at, 'FC-BB-6 §7.9.3');
    descriptors.push(one);
    at += length;
  }
  return ok({
    opcode: readU16(bytes, FIP.opcode),
    subcode: byteAt(bytes, FIP.subcode),
    flags: readU16(bytes, FIP.flags),
    descriptors,
  });
}

/** Bytes of each descriptor that has a length of its own. */
const LENGTHS: Readonly<Record<number, number>> = {
  [FIP_DESCRIPTOR.priority]: 4,
  [FIP_DESCRIPTOR.mac]: 8,
  [FIP_DESCRIPTOR.fcMap]: 8,
  [FIP_DESCRIPTOR.name]: 12,
  [FIP_DESCRIPTOR.fabric]: 16,
  [FIP_DESCRIPTOR.maxSize]: 4,
  [FIP_DESCRIPTOR.port]: 20,
  [FIP_DESCRIPTOR.keepAlive]: 8,
  [FIP_DESCRIPTOR.vlan]: 4,
};

function decodeDescriptor(bytes: Uint8Array): FipDescriptor | undefined {
  const type = byteAt(bytes, 0);
  const length = LENGTHS[type];
  if (length !== undefined && bytes.length !== length) return undefined;
  switch (type) {
    case FIP_DESCRIPTOR.priority:
      return { kind: 'priority', priority: byteAt(bytes, 3) };
    case FIP_DESCRIPTOR.mac:
      return { kind: 'mac', mac: readMac(bytes, 2) };
    case FIP_DESCRIPTOR.fcMap:
      return { kind: 'fc-map', map: readU24(bytes, 5) };
    case FIP_DESCRIPTOR.name:
      return { kind: 'name', name: readWwn(bytes, 4) };
    case FIP_DESCRIPTOR.fabric:
      return { kind: 'fabric', virtualFabric: readU16(bytes, 2), map: readU24(bytes, 5), name: readWwn(bytes, 8) };
    case FIP_DESCRIPTOR.maxSize:
      return { kind: 'max-size', bytes: readU16(bytes, 2) };
    case FIP_DESCRIPTOR.flogi:
    case FIP_DESCRIPTOR.fdisc:
    case FIP_DESCRIPTOR.logo:
    case FIP_DESCRIPTOR.elp:
      return { kind: 'els', type, frame: bytes.subarray(4) };
    case FIP_DESCRIPTOR.port:
      return { kind: 'port', mac: readMac(bytes, 2), id: readU24(bytes, 9), name: readWwn(bytes, 12) };
    case FIP_DESCRIPTOR.keepAlive:
      return { kind: 'keep-alive', isOff: (byteAt(bytes, 3) & 1) !== 0, periodMs: readU32(bytes, 4) };
    case FIP_DESCRIPTOR.vlan:
      return { kind: 'vlan', vlan: readU16(bytes, 2) & 0xfff };
    default:
      return { kind: 'other', type, data: bytes.subarray(2) };
  }
}

export function encodeFip({ opcode, subcode, flags, descriptors }: FipMessage): Uint8Array {
  const list = concatBytes(descriptors.map(encodeDescriptor));
  const out = new Uint8Array(FIP_HEADER_LENGTH + list.length);
  out[FIP.version] = FIP_VERSION << 4;
  writeU16(out, FIP.opcode, opcode);
  out[FIP.subcode] = subcode;
  writeU16(out, FIP.length, list.length / 4);
  writeU16(out, FIP.flags, flags);
  out.set(list, FIP_HEADER_LENGTH);
  return out;
}

function start(type: number, length = LENGTHS[type] ?? 4): Uint8Array {
  const out = new Uint8Array(length);
  out[0] = type;
  out[1] = length / 4;
  return out;
}

function encodeDescriptor(one: FipDescriptor): Uint8Array {
  switch (one.kind) {
    case 'priority': {
      const out = start(FIP_DESCRIPTOR.priority);
      out[3] = one.priority;
      return out;
    }
    case 'mac': {
      const out = start(FIP_DESCRIPTOR.mac);
      writeMac(out, 2, one.mac);
      return out;
    }
    case 'fc-map': {
      const out = start(FIP_DESCRIPTOR.fcMap);
      writeU24(out, 5, one.map);
      return out;
    }
    case 'name': {
      const out = start(FIP_DESCRIPTOR.name);
      writeWwn(out, 4, one.name);
      return out;
    }
    case 'fabric': {
      const out = start(FIP_DESCRIPTOR.fabric);
      writeU16(out, 2, one.virtualFabric);
      writeU24(out, 5, one.map);
      writeWwn(out, 8, one.name);
      return out;
    }
    case 'max-size': {
      const out = start(FIP_DESCRIPTOR.maxSize);
      writeU16(out, 2, one.bytes);
      return out;
    }
    case 'els': {
      const out = start(one.type, 4 + one.frame.length);
      out.set(one.frame, 4);
      return out;
    }
    case 'port': {
      const out = start(FIP_DESCRIPTOR.port);
      writeMac(out, 2, one.mac);
      writeU24(out, 9, one.id);
      writeWwn(out, 12, one.name);
      return out;
    }
    case 'keep-alive': {
      const out = start(FIP_DESCRIPTOR.keepAlive);
      out[3] = one.isOff ? 1 : 0;
      writeU32(out, 4, one.periodMs);
      return out;
    }
    case 'vlan': {
      const out = start(FIP_DESCRIPTOR.vlan);
      writeU16(out, 2, one.vlan);
      return out;
    }
    case 'other': {
      const out = start(one.type, 2 + one.data.length);
      out.set(one.data, 2);
      return out;
    }
    default:
      return unreachable(one);
  }
}

/** The first descriptor of a kind. */
export function fipDescriptor<K extends FipDescriptor['kind']>(
  { descriptors }: FipMessage,
  kind: K,
): Extract<FipDescriptor, { readonly kind: K }> | undefined {
  return descriptors.find((one): one is Extract<FipDescriptor, { readonly kind: K }> => one.kind === kind);
}
