/** 802.2 LLC, with SNAP (RFC 1042): what stands in an 802.3 frame with a length field. */
import { byteAt, readU16, writeU16 } from '../../base/bytes.ts';
import { decodeError, ok, type DecodeError, type Result } from '../../base/result.ts';
import { LLC, LLC_CONTROL_UI, LLC_SAP, SNAP, SNAP_HEADER_LENGTH } from './fields.ts';

export interface LlcPacket {
  readonly dsap: number;
  readonly ssap: number;
  /** With two bytes the first is the high half. */
  readonly control: number;
  /** 1 for unnumbered frames, 2 for information and supervisory ones (IEEE 802.2 §5.2). */
  readonly controlLength: 1 | 2;
  /** Present when both SAPs are SNAP and the frame is unnumbered information. */
  readonly snap?: { readonly oui: number; readonly pid: number };
  readonly payload: Uint8Array;
}

/** Bytes of the control field, from its first byte (IEEE 802.2 §5.2: unnumbered frames have 1, others 2). */
export function llcControlLength(first: number): 1 | 2 {
  return (first & 3) === 3 ? 1 : 2;
}

/** Reads LLC (IEEE 802.2 §3.2) and SNAP (RFC 1042). Fails (`truncated`) when a header is cut short; the payload is a view. */
export function decodeLlc(bytes: Uint8Array): Result<LlcPacket, DecodeError> {
  if (bytes.length < 3) return decodeError('truncated', bytes.length, 'IEEE 802.2 §3.2');
  const dsap = byteAt(bytes, LLC.dsap);
  const ssap = byteAt(bytes, LLC.ssap);
  const controlLength = llcControlLength(byteAt(bytes, LLC.control));
  if (bytes.length < 2 + controlLength) {
    return decodeError('truncated', bytes.length, 'IEEE 802.2 §5.2');
  }
  const control = controlLength === 1 ? byteAt(bytes, LLC.control) : readU16(bytes, LLC.control);
  const isSnap = dsap === LLC_SAP.snap && ssap === LLC_SAP.snap && control === LLC_CONTROL_UI;
  if (!isSnap) return ok({ dsap, ssap, control, controlLength, payload: bytes.subarray(2 + controlLength) });
  if (bytes.length < SNAP_HEADER_LENGTH) {
    return decodeError('truncated', bytes.length, 'RFC 1042');
  }
  const oui = (byteAt(bytes, SNAP.oui) << 16) | readU16(bytes, SNAP.oui + 1);
  const snap = { oui, pid: readU16(bytes, SNAP.pid) };
  return ok({ dsap, ssap, control, controlLength, snap, payload: bytes.subarray(SNAP_HEADER_LENGTH) });
}

/** The header, with SNAP's when it is given, and a copy of the payload. */
export function encodeLlc(packet: LlcPacket): Uint8Array {
  const { controlLength } = packet;
  const headerLength = packet.snap === undefined ? 2 + controlLength : SNAP_HEADER_LENGTH;
  const out = new Uint8Array(headerLength + packet.payload.length);
  out[LLC.dsap] = packet.dsap;
  out[LLC.ssap] = packet.ssap;
  if (controlLength === 1) out[LLC.control] = packet.control;
  else writeU16(out, LLC.control, packet.control);
  if (packet.snap !== undefined) {
    out[SNAP.oui] = packet.snap.oui >>> 16;
    writeU16(out, SNAP.oui + 1, packet.snap.oui);
    writeU16(out, SNAP.pid, packet.snap.pid);
  }
  out.set(packet.payload, headerLength);
  return out;
}
