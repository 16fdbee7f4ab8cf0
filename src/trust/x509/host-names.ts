/** Whether a certificate is for a host: its common name or one of its alternative names, without regard to capitals. */
import { parseIpv4 } from '../../base/address.ts';
import { parseIpv6 } from '../../base/data/ipv6.ts';
import { equalBytes, readU32 } from '../../base/bytes.ts';
import type { Certificate } from './certificate.ts';
import { commonName } from './names.ts';

/** `*.` stands for exactly one label (RFC 6125 §6.4.3). */
function dnsNameFits(pattern: string, name: string): boolean {
  const wanted = pattern.toLowerCase();
  const given = name.toLowerCase();
  if (wanted === given) return true;
  const dot = given.indexOf('.');
  return wanted.startsWith('*.') && dot > 0 && given.slice(dot) === wanted.slice(1);
}

export function isForHost(certificate: Certificate, host: string): boolean {
  if (dnsNameFits(commonName(certificate.subject), host)) return true;
  return certificate.altNames.some((alt) => {
    if (alt.kind === 'dns') return dnsNameFits(alt.name, host);
    if (alt.address.length === 4) return parseIpv4(host) === readU32(alt.address, 0);
    const address = parseIpv6(host);
    return address !== undefined && equalBytes(address, alt.address);
  });
}
