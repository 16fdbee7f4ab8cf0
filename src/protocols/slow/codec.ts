/** LACP and marker PDUs (IEEE 802.1AX-2008 §5.4.2.2 and §5.5.2.2), from the subtype on. */
import { readMac, writeMac, type MacAddress } from '../../base/address.ts';
import { byteAt, readU16, writeU16 } from '../../base/bytes.ts';
import { decodeError, ok, type DecodeError, type Result } from '../../base/result.ts';
import {
  LACP,
  LACP_COLLECTOR_LENGTH,
  LACP_LENGTH,
  LACP_PORT,
  LACP_PORT_LENGTH,
  LACP_TLV,
  MARKER,
  MARKER_LENGTH,
  MARKER_TYPE,
  SLOW_SUBTYPE,
} from './fields.ts';

const RULE = 'IEEE 802.1AX-2008 §5.4.2.2';

/** One end of an aggregated link. */
export interface LacpPort {
  readonly systemPriority: number;
  readonly system: MacAddress;
  readonly key: number;
  readonly portPriority: number;
  readonly port: number;
  /** Bits of `LACP_STATE`. */
  readonly state: number;
}

export interface LacpPdu {
  readonly actor: LacpPort;
  readonly partner: LacpPort;
  /** Tens of microseconds. */
  readonly maxDelay: number;
}

function readPort(bytes: Uint8Array, at: number): LacpPort {
  return {
    systemPriority: readU16(bytes, at + LACP_PORT.systemPriority),
    system: readMac(bytes, at + LACP_PORT.system),
    key: readU16(bytes, at + LACP_PORT.key),
    portPriority: readU16(bytes, at + LACP_PORT.portPriority),
    port: readU16(bytes, at + LACP_PORT.port),
    state: byteAt(bytes, at + LACP_PORT.state),
  };
}

function writePort(bytes: Uint8Array, at: number, type: number, port: LacpPort): void {
  bytes[at + LACP_PORT.type] = type;
  bytes[at + LACP_PORT.length] = LACP_PORT_LENGTH;
  writeU16(bytes, at + LACP_PORT.systemPriority, port.systemPriority);
  writeMac(bytes, at + LACP_PORT.system, port.system);
  writeU16(bytes, at + LACP_PORT.key, port.key);
  writeU16(bytes, at + LACP_PORT.portPriority, port.portPriority);
  writeU16(bytes, at + LACP_PORT.port, port.port);
  bytes[at + LACP_PORT.state] = port.state;
}

export function decodeLacp(bytes: Uint8Array): Result<LacpPdu, DecodeError> {
  if (bytes.length < LACP.terminator) return decodeError('truncated', bytes.length, RULE);
  if (byteAt(bytes, 0) !== SLOW_SUBTYPE.lacp) return decodeError('unsupported', 0, RULE);
  const isActor = byteAt(bytes, LACP.actor) === LACP_TLV.actor;
  const isPartner = byteAt(bytes, LACP.partner) === LACP_TLV.partner;
  if (!isActor || !isPartner) return decodeError('unsupported', LACP.actor, RULE);
  return ok({
    actor: readPort(bytes, LACP.actor),
    partner: readPort(bytes, LACP.partner),
    maxDelay: readU16(bytes, LACP.collector + 2),
  });
}

export function encodeLacp({ actor, partner, maxDelay }: LacpPdu): Uint8Array {
  const out = new Uint8Array(LACP_LENGTH);
  out[0] = SLOW_SUBTYPE.lacp;
  out[LACP.version] = 1;
  writePort(out, LACP.actor, LACP_TLV.actor, actor);
  writePort(out, LACP.partner, LACP_TLV.partner, partner);
  out[LACP.collector] = LACP_TLV.collector;
  out[LACP.collector + 1] = LACP_COLLECTOR_LENGTH;
  writeU16(out, LACP.collector + 2, maxDelay);
  return out;
}

/** The response to a marker: the same PDU with another type (IEEE 802.1AX-2008 §5.5.3). Undefined for anything else. */
export function markerResponse(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length < MARKER.reserved || byteAt(bytes, 0) !== SLOW_SUBTYPE.marker) return undefined;
  if (byteAt(bytes, MARKER.type) !== MARKER_TYPE.information) return undefined;
  const out = bytes.slice(0, MARKER_LENGTH);
  out[MARKER.type] = MARKER_TYPE.response;
  return out;
}
