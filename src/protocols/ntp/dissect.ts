/** The dissection of NTP (RFC 5905 §7.3): time in modes 1 to 5, answers with their questions. */
import { formatIpv4 } from '../../base/address.ts';
import { fromLatin1 } from '../../base/bytes.ts';
import { frameKey, StateKey } from '../core/conversation.ts';
import { GENERATED, type Dissection } from '../core/dissect.ts';
import { field, type FieldDef } from '../core/field.ts';
import { defineProtocol } from '../core/registry.ts';
import { NTP_MODE, NTP_PORT } from './codec.ts';
import { NTP_BYTES, NTP_FIELDS as AT } from './fields.ts';

const LEAP_NAMES = {
  0: 'no warning',
  1: 'last minute of the day has 61 seconds',
  2: 'last minute of the day has 59 seconds',
  3: 'unknown (clock unsynchronized)',
};
const MODE_NAMES = [
  'reserved',
  'symmetric active',
  'symmetric passive',
  'client',
  'server',
  'broadcast',
  'reserved for NTP control message',
  'reserved for private use',
];

function versionName(version: number): string {
  return version >= 1 && version <= 4 ? `NTP Version ${version}` : 'reserved';
}

/** RFC 5905 §7.3, figure 11. */
function stratumName(stratum: number): string {
  if (stratum === 0) return 'unspecified or invalid';
  if (stratum === 1) return 'primary reference';
  if (stratum <= 15) return 'secondary reference';
  return stratum === 16 ? 'unsynchronized' : 'reserved';
}

const NTP = {
  flags: field('ntp.flags', 'Flags', 'uint8', { base: 'hex' }),
  leap: field('ntp.flags.li', 'Leap Indicator', 'uint8', { mask: 0xc0, values: LEAP_NAMES }),
  version: field('ntp.flags.vn', 'Version number', 'uint8', { mask: 0x38, values: versionName }),
  mode: field('ntp.flags.mode', 'Mode', 'uint8', { mask: 0x07, values: (mode) => MODE_NAMES[mode] }),
  responseIn: field('ntp.response_in', 'Response In', 'framenum'),
  requestIn: field('ntp.request_in', 'Request In', 'framenum'),
  deltaTime: field('ntp.delta_time', 'Delta Time', 'relative-time'),
  stratum: field('ntp.stratum', 'Peer Clock Stratum', 'uint8', { values: stratumName }),
  poll: field('ntp.ppoll', 'Peer Polling Interval', 'uint8'),
  precision: field('ntp.precision', 'Peer Clock Precision', 'uint8'),
  rootDelay: field('ntp.rootdelay', 'Root Delay', 'uint32'),
  rootDispersion: field('ntp.rootdispersion', 'Root Dispersion', 'uint32'),
  referenceId: field('ntp.refid', 'Reference ID', 'bytes'),
  reference: field('ntp.reftime', 'Reference Timestamp', 'absolute-time'),
  origin: field('ntp.org', 'Origin Timestamp', 'absolute-time'),
  receive: field('ntp.rec', 'Receive Timestamp', 'absolute-time'),
  transmit: field('ntp.xmt', 'Transmit Timestamp', 'absolute-time'),
  keyId: field('ntp.keyid', 'Key ID', 'bytes'),
  mac: field('ntp.mac', 'Message Authentication Code', 'bytes'),
};

/** RFC 5905 figure 12 and RFC 4330 §4: sources of a clock of stratum 1; figure 13: kiss codes. */
const SOURCE_NAMES: ReadonlyMap<string, string> = new Map([
  ['LOCL', 'uncalibrated local clock'],
  ['GPS', 'Global Position System'],
  ['PPS', 'Generic pulse-per-second'],
]);

interface Exchange {
  readonly requestFrame: number;
  readonly requestNs: number;
  responseFrame: number | undefined;
}
/** Of a conversation: the question that waits. */
const WAITING = new StateKey<{ current: Exchange | undefined }>(() => ({ current: undefined }));
const SEEN = frameKey<Exchange | undefined>();

function see(d: Dissection, mode: number): Exchange | undefined {
  const waiting = d.conversation?.state(WAITING);
  if (waiting === undefined) return undefined;
  if (mode === NTP_MODE.client) {
    const made = { requestFrame: d.number, requestNs: d.context.frames.timeNs(d.index), responseFrame: undefined };
    waiting.current = made;
    return made;
  }
  const exchange = mode === NTP_MODE.server ? waiting.current : undefined;
  if (exchange === undefined) return undefined;
  exchange.responseFrame = d.number;
  waiting.current = undefined;
  return exchange;
}

function dissectNtp(d: Dissection, start: number, end: number): number {
  const flags = d.u8(start);
  const [version, mode] = [(flags >>> 3) & 7, flags & 7];
  const title = `${versionName(version)}, ${MODE_NAMES[mode]}`;
  if (d.columns !== undefined) {
    d.columns.protocol = 'NTP';
    d.columns.info = title;
  }
  d.begin(ntpProtocol.field, start, end - start);
  if (d.building) d.labelOpen(`Network Time Protocol (${title})`);
  d.begin(NTP.flags, start, 1);
  if (d.building) {
    const leap = LEAP_NAMES[(flags >>> 6) as keyof typeof LEAP_NAMES];
    const hex = `0x${flags.toString(16).padStart(2, '0')}`;
    d.labelOpen(
      `Flags: ${hex}, Leap Indicator: ${leap}, Version number: ${versionName(version)}, Mode: ${MODE_NAMES[mode]}`,
    );
  }
  d.add(NTP.leap, start, 1);
  d.add(NTP.version, start, 1);
  d.add(NTP.mode, start, 1);
  d.end();
  if (mode <= NTP_MODE.broadcast) time(d, start, end, mode);
  else if (end > start + 1) d.text(start + 1, end - start - 1, `Data (${end - start - 1} bytes)`);
  d.end();
  return end;
}

function time(d: Dissection, start: number, end: number, mode: number): void {
  const exchange = d.quoted ? undefined : d.remember(SEEN, () => see(d, mode));
  if (exchange !== undefined && mode === NTP_MODE.client) {
    const { responseFrame } = exchange;
    if (responseFrame !== undefined) d.add(NTP.responseIn, start, 0, responseFrame, GENERATED);
  } else if (exchange !== undefined) {
    d.add(NTP.requestIn, start, 0, exchange.requestFrame, GENERATED);
    const tookNs = d.context.frames.timeNs(d.index) - exchange.requestNs;
    d.add(NTP.deltaTime, start, 0, tookNs, GENERATED);
  }
  const stratum = d.u8(start + AT.stratum);
  d.add(NTP.stratum, start + AT.stratum, 1);
  const poll = d.u8(start + AT.poll);
  d.add(NTP.poll, start + AT.poll, 1);
  if (d.building)
    d.label(
      `Peer Polling Interval: ${poll >= 4 && poll <= 17 ? `${poll} (${2 ** poll} seconds)` : `invalid (${poll})`}`,
    );
  const precision = (d.u8(start + AT.precision) << 24) >> 24;
  d.add(NTP.precision, start + AT.precision, 1);
  if (d.building) d.label(`Peer Clock Precision: ${(2 ** precision).toFixed(6)} seconds`);
  shortTime(d, NTP.rootDelay, start + AT.rootDelay);
  shortTime(d, NTP.rootDispersion, start + AT.rootDispersion);
  const reference = start + AT.referenceId;
  d.need(reference, 4);
  d.add(NTP.referenceId, reference, 4);
  if (d.building) d.label(`Reference ID: ${referenceName(d, reference, stratum)}`);
  timestamp(d, NTP.reference, start + AT.reference);
  timestamp(d, NTP.origin, start + AT.origin);
  timestamp(d, NTP.receive, start + AT.receive);
  timestamp(d, NTP.transmit, start + AT.transmit);
  const rest = start + NTP_BYTES;
  if (end - rest < 4) return;
  // RFC 5905 §7.3: a key's number and a digest; extension fields are not read.
  d.add(NTP.keyId, rest, 4);
  if (end - rest > 4) d.add(NTP.mac, rest + 4, end - rest - 4);
}

/** RFC 5905 §6: the short format, seconds in 16.16 bits. */
function shortTime(d: Dissection, def: FieldDef, at: number): void {
  const seconds = d.u32(at) / 65_536;
  d.add(def, at, 4);
  if (d.building) d.label(`${def.label}: ${seconds.toFixed(6)} seconds`);
}

function referenceName(d: Dissection, at: number, stratum: number): string {
  const number = d.ipv4(at);
  if (number === 0) return 'NULL';
  if (stratum > 1) return formatIpv4(number);
  const code = fromLatin1(d.bytes, at, at + 4).replace(/\0+$/, '');
  return SOURCE_NAMES.get(code) ?? code;
}

/** RFC 5905 §6: a clear first bit is a time of era 1, after February 2036. */
function timestamp(d: Dissection, def: FieldDef, at: number): void {
  const seconds = d.u32(at);
  const fraction = d.u32(at + 4);
  const unixS =
    seconds >= 0x8000_0000 || (seconds === 0 && fraction === 0) ? seconds - 2_208_988_800 : seconds + 2_085_978_496;
  const ns = (BigInt(fraction) * 1_000_000_000n) >> 32n;
  d.add(def, at, 8, BigInt(unixS) * 1_000_000_000n + ns);
  if (d.building && seconds === 0 && fraction === 0) d.label(`${def.label}: NULL`);
}

export const ntpProtocol = defineProtocol({
  id: 'ntp',
  name: 'Network Time Protocol',
  shortName: 'NTP',
  fields: NTP,
  tables: { 'udp.port': [NTP_PORT] },
  dissect: dissectNtp,
});
