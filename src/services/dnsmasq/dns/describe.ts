/** Codes and records as dnsmasq's log and the lab's events word them. */
import { formatIpv4 } from '../../../base/address.ts';
import { DNS_RCODE, DNS_TYPE } from '../../../protocols/dns/codec.ts';
import type { DnsData, DnsQuestion } from '../../../protocols/dns/codec.ts';
import { formatIpv6 } from '../config/fields.ts';
import { rrTypeName } from '../config/rr-types.ts';

export function rcodeName(rcode: number): string {
  switch (rcode) {
    case DNS_RCODE.noError:
      return 'NOERROR';
    case DNS_RCODE.formatError:
      return 'FORMERR';
    case DNS_RCODE.serverFailure:
      return 'SERVFAIL';
    case DNS_RCODE.nameError:
      return 'NXDOMAIN';
    case DNS_RCODE.notImplemented:
      return 'NOTIMP';
    case DNS_RCODE.refused:
      return 'REFUSED';
    default:
      return String(rcode);
  }
}

/** An answer without records: `NXDOMAIN`, `NODATA-IPv4`. */
export function describeEmpty({ type }: DnsQuestion, rcode: number): string {
  if (rcode === DNS_RCODE.nameError) return 'NXDOMAIN';
  if (rcode !== DNS_RCODE.noError) return rcodeName(rcode);
  return type === DNS_TYPE.a ? 'NODATA-IPv4' : type === DNS_TYPE.aaaa ? 'NODATA-IPv6' : 'NODATA';
}

/** The value of a record as the log shows it. */
export function describeData(data: DnsData, type: number): string {
  switch (data.kind) {
    case 'a':
      return formatIpv4(data.address);
    case 'aaaa':
      return formatIpv6(data.address);
    case 'cname':
      return '<CNAME>';
    case 'ns':
    case 'ptr':
      return data.target;
    case 'mx':
    case 'srv':
    case 'soa':
    case 'txt':
      return `<${rrTypeName(type)}>`;
    case 'opt':
      return '<OPT>';
    case 'unknown':
      return `<${rrTypeName(type)}>`;
  }
}
