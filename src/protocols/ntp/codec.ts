/** NTP packets (RFC 5905 §7.3) as plain values, without extension fields and authentication. */
import { byteAt, fromLatin1, latin1, readU32, writeU32 } from '../../base/bytes.ts';
import { decodeError, ok, type DecodeError, type Result } from '../../base/result.ts';
import { NTP_BYTES, NTP_FIELDS as AT } from './fields.ts';

export const NTP_PORT = 123;
/** Seconds from 1900 to 1970. */
const EPOCH_OFFSET_S = 2_208_988_800;

/** RFC 5905 figure 10. */
export const NTP_MODE = { symmetricActive: 1, symmetricPassive: 2, client: 3, server: 4, broadcast: 5 } as const;

/** A time of era 0 as on the wire, so that it round-trips bit for bit. */
export interface NtpTimestamp {
  /** Since 1900-01-01, modulo 2^32. */
  readonly seconds: number;
  /** 2^-32 s. */
  readonly fraction: number;
}

export interface NtpPacket {
  /** 3: the clock is not synchronised. */
  readonly leap: number;
  readonly version: number;
  readonly mode: number;
  readonly stratum: number;
  /** log2 seconds. */
  readonly poll: number;
  /** log2 seconds, signed. */
  readonly precision: number;
  /** 2^-16 s. */
  readonly rootDelay: number;
  /** 2^-16 s. */
  readonly rootDispersion: number;
  /** Four characters (stratum 0 and 1) or an address, one byte per character. */
  readonly referenceId: string;
  readonly reference: NtpTimestamp;
  readonly origin: NtpTimestamp;
  readonly receive: NtpTimestamp;
  readonly transmit: NtpTimestamp;
}

/** Reads the first 48 bytes; fails (`truncated`) when there are fewer. What follows them is passed over. */
export function decodeNtp(bytes: Uint8Array): Result<NtpPacket, DecodeError> {
  if (bytes.length < NTP_BYTES) {
    return decodeError('truncated', bytes.length, 'RFC 5905 §7.3');
  }
  const time = (at: number): NtpTimestamp => ({ seconds: readU32(bytes, at), fraction: readU32(bytes, at + 4) });
  return ok({
    leap: byteAt(bytes, AT.flags) >>> 6,
    version: (byteAt(bytes, AT.flags) >>> 3) & 7,
    mode: byteAt(bytes, AT.flags) & 7,
    stratum: byteAt(bytes, AT.stratum),
    poll: (byteAt(bytes, AT.poll) << 24) >> 24,
    precision: (byteAt(bytes, AT.precision) << 24) >> 24,
    rootDelay: readU32(bytes, AT.rootDelay),
    rootDispersion: readU32(bytes, AT.rootDispersion),
    referenceId: fromLatin1(bytes, AT.referenceId, AT.referenceId + 4),
    reference: time(AT.reference),
    origin: time(AT.origin),
    receive: time(AT.receive),
    transmit: time(AT.transmit),
  });
}

/** The 48 bytes of the packet. */
export function encodeNtp(packet: NtpPacket): Uint8Array {
  const out = new Uint8Array(NTP_BYTES);
  const writeTime = (at: number, { seconds, fraction }: NtpTimestamp): void => {
    writeU32(out, at, seconds);
    writeU32(out, at + 4, fraction);
  };
  out[AT.flags] = (packet.leap << 6) | (packet.version << 3) | packet.mode;
  out[AT.stratum] = packet.stratum;
  out[AT.poll] = packet.poll;
  out[AT.precision] = packet.precision;
  writeU32(out, AT.rootDelay, packet.rootDelay);
  writeU32(out, AT.rootDispersion, packet.rootDispersion);
  out.set(latin1(packet.referenceId.padEnd(4, '\0').slice(0, 4)), AT.referenceId);
  writeTime(AT.reference, packet.reference);
  writeTime(AT.origin, packet.origin);
  writeTime(AT.receive, packet.receive);
  writeTime(AT.transmit, packet.transmit);
  return out;
}

/** Whole seconds since 1970 of a time of era 0. */
export function ntpUnixTime({ seconds }: NtpTimestamp): number {
  return (seconds - EPOCH_OFFSET_S) >>> 0;
}

/** `unixS` since 1970 and `ns` nanoseconds after it. */
export function ntpTimestamp(unixS: number, ns: number): NtpTimestamp {
  return { seconds: (unixS + EPOCH_OFFSET_S) % 2 ** 32, fraction: Math.floor((ns * 2 ** 32) / 1e9) >>> 0 };
}
