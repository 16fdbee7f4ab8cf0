/** Bridge protocol data units: configuration, topology change notification (STP) and rapid (RSTP), IEEE 802.1D-2004 §9.3. */
import { readMac, writeMac, type MacAddress } from '../../base/address.ts';
import { byteAt, readU16, readU32, writeU16, writeU32 } from '../../base/bytes.ts';
import { decodeError, ok, type DecodeError, type Result } from '../../base/result.ts';
import { BPDU, BPDU_CONFIG_LENGTH, BPDU_RST_LENGTH, BPDU_TCN_LENGTH, BPDU_TYPE } from './fields.ts';

/** The top 4 bits of `priority` are the priority, the low 12 the system id extension (a VLAN). */
export interface BridgeId {
  readonly priority: number;
  readonly mac: MacAddress;
}

export type Bpdu =
  | { readonly kind: 'topology-change'; readonly version: number }
  | {
      readonly kind: 'config' | 'rst';
      /** 0 STP, 2 RSTP. */
      readonly version: number;
      /** Bits of `BPDU_FLAG`. */
      readonly flags: number;
      readonly root: BridgeId;
      readonly rootPathCost: number;
      readonly bridge: BridgeId;
      readonly portId: number;
      /** Times in units of 1/256 s, as on the wire (IEEE 802.1D-2004 §9.2.8). */
      readonly messageAge256: number;
      readonly maxAge256: number;
      readonly helloTime256: number;
      readonly forwardDelay256: number;
    };

function readBridgeId(bytes: Uint8Array, offset: number): BridgeId {
  return { priority: readU16(bytes, offset), mac: readMac(bytes, offset + 2) };
}

function writeBridgeId(bytes: Uint8Array, offset: number, id: BridgeId): void {
  writeU16(bytes, offset, id.priority);
  writeMac(bytes, offset + 2, id.mac);
}

/** `bytes` starts behind the LLC header; padding at the end is ignored. */
export function decodeBpdu(bytes: Uint8Array): Result<Bpdu, DecodeError> {
  if (bytes.length < BPDU_TCN_LENGTH) {
    return decodeError('truncated', bytes.length, 'IEEE 802.1D-2004 §9.3.4');
  }
  if (readU16(bytes, BPDU.protocol) !== 0) {
    return decodeError('unsupported', BPDU.protocol, 'IEEE 802.1D-2004 §9.3.4');
  }
  const version = byteAt(bytes, BPDU.version);
  const type = bytes[BPDU.type];
  if (type === BPDU_TYPE.topologyChange) return ok({ kind: 'topology-change', version });
  if (type !== BPDU_TYPE.config && type !== BPDU_TYPE.rst) {
    return decodeError('unsupported', BPDU.type, 'IEEE 802.1D-2004 §9.3.4');
  }
  const needed = type === BPDU_TYPE.rst ? BPDU_RST_LENGTH : BPDU_CONFIG_LENGTH;
  if (bytes.length < needed) {
    return decodeError('truncated', bytes.length, 'IEEE 802.1D-2004 §9.3.4');
  }
  return ok({
    kind: type === BPDU_TYPE.rst ? 'rst' : 'config',
    version,
    flags: byteAt(bytes, BPDU.flags),
    root: readBridgeId(bytes, BPDU.rootId),
    rootPathCost: readU32(bytes, BPDU.rootPathCost),
    bridge: readBridgeId(bytes, BPDU.bridgeId),
    portId: readU16(bytes, BPDU.portId),
    messageAge256: readU16(bytes, BPDU.messageAge),
    maxAge256: readU16(bytes, BPDU.maxAge),
    helloTime256: readU16(bytes, BPDU.helloTime),
    forwardDelay256: readU16(bytes, BPDU.forwardDelay),
  });
}

/** The BPDU (IEEE 802.1D §9.3) without LLC and without padding. */
export function encodeBpdu(bpdu: Bpdu): Uint8Array {
  if (bpdu.kind === 'topology-change') {
    return Uint8Array.of(0, 0, bpdu.version, BPDU_TYPE.topologyChange);
  }
  const out = new Uint8Array(bpdu.kind === 'rst' ? BPDU_RST_LENGTH : BPDU_CONFIG_LENGTH);
  out[BPDU.version] = bpdu.version;
  out[BPDU.type] = bpdu.kind === 'rst' ? BPDU_TYPE.rst : BPDU_TYPE.config;
  out[BPDU.flags] = bpdu.flags;
  writeBridgeId(out, BPDU.rootId, bpdu.root);
  writeU32(out, BPDU.rootPathCost, bpdu.rootPathCost);
  writeBridgeId(out, BPDU.bridgeId, bpdu.bridge);
  writeU16(out, BPDU.portId, bpdu.portId);
  writeU16(out, BPDU.messageAge, bpdu.messageAge256);
  writeU16(out, BPDU.maxAge, bpdu.maxAge256);
  writeU16(out, BPDU.helloTime, bpdu.helloTime256);
  writeU16(out, BPDU.forwardDelay, bpdu.forwardDelay256);
  return out;
}
