/** RDATA as dnsmasq writes it for mx-host, srv-host and naptr-record lines. */
import { concatBytes, latin1 } from '../../../base/bytes.ts';
import type { DnsData } from '../../../protocols/dns/codec.ts';
import type { NaptrRecord } from '../config/model.ts';
import { encodeName } from '../config/names.ts';

export function mxData(preference: number, exchange: string): DnsData {
  return { kind: 'mx', preference, exchange };
}

export function srvData(priority: number, weight: number, port: number, target: string): DnsData {
  return { kind: 'srv', priority, weight, port, target };
}

/** RFC 3403 §4.1. */
export function naptrData(record: NaptrRecord): DnsData {
  const text = (value: string): Uint8Array => concatBytes([Uint8Array.of(value.length), latin1(value)]);
  const bytes = concatBytes([
    Uint8Array.of(record.order >>> 8, record.order & 255, record.preference >>> 8, record.preference & 255),
    text(record.flags),
    text(record.services),
    text(record.regexp),
    encodeName(record.replacement),
  ]);
  return { kind: 'unknown', bytes };
}
