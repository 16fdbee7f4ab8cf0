/** The dissection of resource records (RFC 1035 §4.1.3) and names. */
import { formatIpv4 } from '../../base/address.ts';
import type { Dissection } from '../core/dissect.ts';
import { secondsInWords } from '../core/duration.ts';
import type { FieldDef } from '../core/field.ts';
import { formatIpv6 } from '../../base/data/ipv6.ts';
import { DNS_TYPE } from './codec.ts';
import { DNS } from './dissect-fields.ts';
import { decodeName } from './name.ts';
import { DNS_CLASS_NAMES, DNS_TYPE_NAMES, EDNS_OPTION_NAMES } from './type-names.ts';

/** The name at `at`; pointers count from `base`. A name without end makes the message malformed. */
export function nameAt(
  d: Dissection,
  base: number,
  at: number,
  end: number,
): { readonly name: string; readonly next: number } {
  const result = decodeName(d.bytes.subarray(base, d.limit), at - base, end - base);
  if (result.ok) {
    const { name, next } = result.value;
    return { name: name === '' ? '<Root>' : name, next: base + next };
  }
  if (result.error.code === 'truncated') d.need(d.limit, 1);
  // The labels that stand here end at the pointer that leads astray.
  let next = at;
  while ((d.u8(next) & 0xc0) === 0 && d.u8(next) !== 0) next += 1 + d.u8(next);
  return { name: '<Name contains a pointer that loops>', next: next + (d.u8(next) >= 0xc0 ? 2 : 1) };
}

/** Adds one record; returns where the next begins. */
export function dissectRecord(d: Dissection, base: number, at: number, end: number): number {
  const { name, next } = nameAt(d, base, at, end);
  const type = d.u16(next);
  const shortType = DNS_TYPE_NAMES.get(type)?.[0] ?? `Unknown (${type})`;
  const isOpt = type === DNS_TYPE.opt;
  const dataAt = next + 10;
  const dataEnd = dataAt + d.u16(next + 8);
  if (d.columns !== undefined) d.columns.info += ` ${shortType}`;
  d.beginText(at, dataEnd - at, `${name}: type ${shortType}`);
  const heading = d.builder?.top;
  if (heading !== undefined && !isOpt) {
    heading.appendText(`, class ${DNS_CLASS_NAMES.get(d.u16(next + 2)) ?? 'Unknown'}`);
  }
  owner(d, type, name, at, next);
  d.add(DNS.type, next, 2);
  if (isOpt) ednsHeader(d, next);
  else {
    d.add(DNS.class, next + 2, 2);
    d.add(DNS.ttl, next + 4, 4);
    if (d.building) d.append(` (${secondsInWords(d.u32(next + 4))})`);
  }
  d.add(DNS.dataLength, next + 8, 2);
  if (dataEnd > dataAt) {
    const data = recordData(d, base, type, dataAt, dataEnd);
    heading?.appendText(data.heading);
    if (d.columns !== undefined) d.columns.info += data.info;
  }
  d.end();
  return dataEnd;
}

/** The owner's name. In SRV it is `_service._proto.name` (RFC 2782). */
function owner(d: Dissection, type: number, name: string, at: number, next: number): void {
  const [service, proto, ...rest] = name.split('.');
  if (type !== DNS_TYPE.srv || proto === undefined) return d.add(DNS.name, at, next - at, name);
  d.add(DNS.srvService, at, next - at, service);
  d.add(DNS.srvProto, at, next - at, proto);
  if (rest.length > 0) d.add(DNS.srvName, at, next - at, rest.join('.'));
  return undefined;
}

/** RFC 6891 §6.1.3. */
function ednsHeader(d: Dissection, next: number): void {
  d.add(DNS.udpSize, next + 2, 2);
  d.add(DNS.extendedRcode, next + 4, 1);
  d.add(DNS.ednsVersion, next + 5, 1);
  d.begin(DNS.ednsZ, next + 6, 2);
  d.add(DNS.ednsDo, next + 6, 2);
  d.add(DNS.ednsReserved, next + 6, 2);
  d.end();
}

interface RecordWords {
  /** Put behind the record's heading. */
  readonly heading: string;
  /** Put behind the packet list's line. */
  readonly info: string;
}
const NOTHING: RecordWords = { heading: '', info: '' };

function recordData(d: Dissection, base: number, type: number, at: number, end: number): RecordWords {
  switch (type) {
    case DNS_TYPE.a: {
      d.add(DNS.a, at, 4);
      const address = formatIpv4(d.ipv4(at));
      return { heading: `, addr ${address}`, info: ` ${address}` };
    }
    case DNS_TYPE.aaaa: {
      d.add(DNS.aaaa, at, 16);
      const address = formatIpv6(d.bytes.subarray(at, at + 16));
      return { heading: `, addr ${address}`, info: ` ${address}` };
    }
    case DNS_TYPE.cname:
      return oneName(d, DNS.cname, base, at, end, 'cname ');
    case DNS_TYPE.ns:
      return oneName(d, DNS.ns, base, at, end, 'ns ');
    case DNS_TYPE.ptr:
      return oneName(d, DNS.ptr, base, at, end, '');
    case DNS_TYPE.mx: {
      const preference = d.u16(at);
      d.add(DNS.mxPreference, at, 2);
      const { name } = addName(d, DNS.mxExchange, base, at + 2, end);
      return { heading: `, preference ${preference}, mx ${name}`, info: ` ${preference} ${name}` };
    }
    case DNS_TYPE.txt:
      for (let i = at; i < end; i += 1 + d.u8(i)) {
        d.add(DNS.txtLength, i, 1);
        d.add(DNS.txt, i + 1, d.u8(i));
      }
      return NOTHING;
    case DNS_TYPE.srv: {
      const [priority, weight, port] = [d.u16(at), d.u16(at + 2), d.u16(at + 4)];
      d.add(DNS.srvPriority, at, 2);
      d.add(DNS.srvWeight, at + 2, 2);
      d.add(DNS.srvPort, at + 4, 2);
      const { name } = addName(d, DNS.srvTarget, base, at + 6, end);
      return {
        heading: `, priority ${priority}, weight ${weight}, port ${port}, target ${name}`,
        info: ` ${priority} ${weight} ${port} ${name}`,
      };
    }
    case DNS_TYPE.soa:
      return soa(d, base, at, end);
    case DNS_TYPE.opt:
      ednsOptions(d, at, end);
      return NOTHING;
    default:
      d.add(DNS.data, at, end - at);
      if (!DNS_TYPE_NAMES.has(type)) d.expert(DNS.undecoded, `Record type ${type} is not decoded`);
      return NOTHING;
  }
}

function addName(
  d: Dissection,
  def: FieldDef,
  base: number,
  at: number,
  end: number,
): { readonly name: string; readonly next: number } {
  const found = nameAt(d, base, at, end);
  d.add(def, at, found.next - at, found.name);
  return found;
}

function oneName(d: Dissection, def: FieldDef, base: number, at: number, end: number, word: string): RecordWords {
  const { name } = addName(d, def, base, at, end);
  return { heading: `, ${word}${name}`, info: ` ${name}` };
}

function soa(d: Dissection, base: number, at: number, end: number): RecordWords {
  const mname = addName(d, DNS.soaMname, base, at, end);
  const rname = addName(d, DNS.soaRname, base, mname.next, end);
  let next = rname.next;
  d.add(DNS.soaSerial, next, 4);
  for (const def of [DNS.soaRefresh, DNS.soaRetry, DNS.soaExpire, DNS.soaMinimum]) {
    next += 4;
    d.add(def, next, 4);
    if (d.building) d.append(` (${secondsInWords(d.u32(next))})`);
  }
  return { heading: `, mname ${mname.name}`, info: ` ${mname.name}` };
}

/** RFC 6891 §6.1.2. */
function ednsOptions(d: Dissection, start: number, end: number): void {
  let at = start;
  while (at < end) {
    const length = d.u16(at + 2);
    d.begin(DNS.opt, at, 4 + length);
    if (d.building) d.labelOpen(`Option: ${EDNS_OPTION_NAMES.get(d.u16(at)) ?? 'Unknown'}`);
    d.add(DNS.optCode, at, 2);
    d.add(DNS.optLength, at + 2, 2);
    if (length > 0) d.add(DNS.optData, at + 4, length);
    d.end();
    at += 4 + length;
  }
}
