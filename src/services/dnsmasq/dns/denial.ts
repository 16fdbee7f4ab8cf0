/** The server's answer for a name without a record, before it asks upstream: address=, local= and the filters. */
import { formatIpv4 } from '../../../base/address.ts';
import type { Ipv4Address } from '../../../base/address.ts';
import type { ConfigLine } from '../../../base/event-log.ts';
import { DNS_CLASS_IN, DNS_RCODE, DNS_TYPE } from '../../../protocols/dns/codec.ts';
import { formatIpv6 } from '../config/fields.ts';
import type { DnsmasqConfig } from '../config/model.ts';
import { domainVerdict, fallsUnder, specificity } from './domain-match.ts';
import { Draft } from './local-answer.ts';
import type { LocalAnswer, Query } from './local-answer.ts';
import { isPrivateReverse } from './local-names.ts';

/** Of which names anything is known here. */
export interface KnownNames {
  exists(name: string): boolean;
  /** The same of a name or one below it. */
  existsAbove(name: string): boolean;
}

/** RFC 2782, and the Windows names that filterwin2k keeps off the line. */
const WINDOWS_NOISE: ReadonlySet<number> = new Set([DNS_TYPE.soa, DNS_TYPE.srv]);

/** The answer of address=, local= and the filters for a name without a record of the type. */
export function denial(config: DnsmasqConfig, query: Query, known: KnownNames): LocalAnswer | undefined {
  const { name, type } = query;
  const { flags } = config;
  const verdict = domainVerdict(config, name);
  const { addresses, servers } = verdict;
  const deny = (rcode: number, what: string, lines: readonly ConfigLine[]): LocalAnswer => ({
    rcode,
    isAuthoritative: false,
    answers: [],
    log: [`config ${name} is ${what}`],
    lines,
  });
  const noData = type === DNS_TYPE.a ? 'NODATA-IPv4' : type === DNS_TYPE.aaaa ? 'NODATA-IPv6' : 'NODATA';
  const denyLocal = (lines: readonly ConfigLine[]): LocalAnswer =>
    known.existsAbove(name) ? deny(DNS_RCODE.noError, noData, lines) : deny(DNS_RCODE.nameError, 'NXDOMAIN', lines);
  const isInternet = query.class === DNS_CLASS_IN;
  if (addresses.length > 0 && specificity(addresses) >= specificity(servers)) {
    const draft = new Draft();
    const ttlS = config.numbers.get('local-ttl')?.value ?? 0;
    for (const line of addresses) {
      const four = line.isNull ? 0 : line.address;
      const six = line.isNull ? new Uint8Array(16) : line.address6;
      if (!isInternet) continue;
      if (type === DNS_TYPE.a && four !== undefined) {
        draft.add(name, type, ttlS, { kind: 'a', address: four }, 'config', formatIpv4(four), line.origin);
      }
      if (type === DNS_TYPE.aaaa && six !== undefined) {
        draft.add(name, type, ttlS, { kind: 'aaaa', address: six }, 'config', formatIpv6(six), line.origin);
      }
    }
    if (draft.answers.length > 0) return draft.finish();
    const empty = addresses.find((line) => line.isNxdomain);
    if (empty !== undefined) return denyLocal([empty.origin]);
  }
  const local = servers.filter((line) => line.target.kind === 'local');
  if (local.length > 0) return denyLocal(local.map((line) => line.origin));
  const isPlain = !name.includes('.') && name !== '';
  const needed = flags.get('domain-needed');
  if (needed !== undefined && isPlain && (type === DNS_TYPE.a || type === DNS_TYPE.aaaa)) {
    if (!servers.some((line) => fallsUnder(name, line) && line.domain !== '')) return denyLocal([needed]);
  }
  const priv = flags.get('bogus-priv');
  if (priv !== undefined && type === DNS_TYPE.ptr) {
    const reverse = partialReverse(name);
    if (reverse !== undefined && isPrivateReverse(reverse)) {
      const log = [`config ${formatIpv4(reverse)} is NXDOMAIN`];
      return { ...deny(DNS_RCODE.nameError, 'NXDOMAIN', [priv]), isAuthoritative: true, log };
    }
  }
  const win = flags.get('filterwin2k');
  if (win !== undefined && (WINDOWS_NOISE.has(type) || (type === DNS_TYPE.any && name.includes('_')))) {
    return { ...deny(DNS_RCODE.noError, 'NODATA', [win]), isAuthoritative: true };
  }
  const filter =
    type === DNS_TYPE.a ? flags.get('filter-A') : type === DNS_TYPE.aaaa ? flags.get('filter-AAAA') : undefined;
  if (isInternet && filter !== undefined && known.exists(name)) return deny(DNS_RCODE.noError, 'NODATA', [filter]);
  return undefined;
}

/** The network that a name in in-addr.arpa stands for, also one with fewer than four labels. */
function partialReverse(name: string): Ipv4Address | undefined {
  if (!name.endsWith('.in-addr.arpa')) return undefined;
  const labels = name.slice(0, -'.in-addr.arpa'.length).split('.').reverse();
  if (labels.length > 4 || labels.some((label) => !/^[0-9]{1,3}$/.test(label) || Number(label) > 255)) return undefined;
  return labels.reduce((sum, label, i) => sum + Number(label) * 2 ** (24 - 8 * i), 0);
}
