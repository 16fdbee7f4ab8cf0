/** Codes and records as dnsmasq's log and the lab's events word them. */
import { formatIpv4 } from '../../../base/address.ts';
import { DNS_RCODE, DNS_TYPE } from '../../../protocols/dns/codec.ts';
import type { DnsQuestion, DnsRecord } from '../../../protocols/dns/codec.ts';
import { formatIpv6 } from '../../../base/data/ipv6.ts';
import { rrTypeName } from '../config/rr-types.ts';
import { reverseAddress } from './names/local-names.ts';

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

/** A record as the log shows it: the value of those asked for, the type of others. */
export function describeRecord({ name, type, data }: DnsRecord, asked: number): string {
  const plain = `${name} is <${rrTypeName(type)}>`;
  if (type !== asked) return plain;
  switch (data.kind) {
    case 'a':
      return `${name} is ${formatIpv4(data.address)}`;
    case 'aaaa':
      return `${name} is ${formatIpv6(data.address)}`;
    case 'ptr': {
      const { v4, v6 } = reverseAddress(name.toLowerCase()) ?? {};
      const shown = v4 === undefined ? (v6 === undefined ? name : formatIpv6(v6)) : formatIpv4(v4);
      return `${shown} is ${data.target}`;
    }
    case 'txt':
      return `${name} is ${data.strings.join('')}`;
    case 'cname':
    case 'ns':
    case 'mx':
    case 'srv':
    case 'soa':
    case 'opt':
    case 'unknown':
      return plain;
  }
}
