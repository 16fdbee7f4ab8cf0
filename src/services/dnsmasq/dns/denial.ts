/** The server's answer for a name without a record, before it asks upstream: address=, local= and the filters. */
import { formatIpv4 } from '../../../base/address.ts';
import type { ConfigLine } from '../../../base/event-log.ts';
import { DNS_CLASS_IN, DNS_RCODE, DNS_TYPE } from '../../../protocols/dns/codec.ts';
import { formatIpv6 } from '../../../base/data/ipv6.ts';
import type { DnsmasqConfig } from '../config/model.ts';
import { addressLines, domainVerdict, fallsUnder, specificity } from './names/domain-match.ts';
import { Draft } from './local-answer.ts';
import { EDE } from './reply.ts';
import type { LocalAnswer, Query } from './local-answer.ts';
import { isPrivate, partialReverse } from './names/local-names.ts';

const ADDRESS_TYPES: ReadonlySet<number> = new Set([DNS_TYPE.a, DNS_TYPE.aaaa, DNS_TYPE.any]);

/** Whether anything is known here about a name or one below it. */
export type IsKnownName = (name: string) => boolean;

/** RFC 2782, and the Windows names that filterwin2k keeps off the line. */
const WINDOWS_NOISE: ReadonlySet<number> = new Set([DNS_TYPE.soa, DNS_TYPE.srv]);

/** The answer of address=, local= and the filters for a name without a record of the type. */
export function denial(config: DnsmasqConfig, query: Query, isKnown: IsKnownName): LocalAnswer | undefined {
  const { name, type } = query;
  const { flags } = config;
  const verdict = domainVerdict(config, name, type);
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
    isKnown(name) ? deny(DNS_RCODE.noError, noData, lines) : deny(DNS_RCODE.nameError, 'NXDOMAIN', lines);
  // These filters come before the lines of domains.
  const isAskedElsewhere = config.servers.some(
    (line) => line.domain !== '' && line.target.kind === 'address' && fallsUnder(name, line),
  );
  const priv = flags.get('bogus-priv');
  if (priv !== undefined && (type === DNS_TYPE.ptr || type === DNS_TYPE.any) && !isAskedElsewhere) {
    const reverse = partialReverse(name);
    if (reverse !== undefined && isPrivate(reverse)) {
      const log = [`config ${formatIpv4(reverse)} is NXDOMAIN`];
      return { ...deny(DNS_RCODE.nameError, 'NXDOMAIN', [priv]), isAuthoritative: true, log };
    }
  }
  const win = flags.get('filterwin2k');
  if (win !== undefined && (WINDOWS_NOISE.has(type) || (type === DNS_TYPE.any && name.includes('_')))) {
    return { ...deny(DNS_RCODE.noError, 'NODATA', [win]), isAuthoritative: true };
  }
  const isInternet = query.class === DNS_CLASS_IN;
  const usable = addressLines(config, name, type);
  // A server named for the same domain is asked before it is said that there is no such name.
  const isAsked = servers.some(({ target }) => target.kind !== 'local');
  if (usable.length > 0 && specificity(usable) >= specificity(servers)) {
    const draft = new Draft();
    const ttlS = config.numbers.get('local-ttl')?.value ?? 0;
    const wants = (one: number): boolean => isInternet && (type === one || type === DNS_TYPE.any);
    // The newest line comes first. Of several kinds of lines one answers: IPv6, else IPv4, else the null addresses.
    const newestFirst = [...usable].reverse();
    const sixes = wants(DNS_TYPE.aaaa) ? newestFirst.filter(({ address6 }) => address6 !== undefined) : [];
    const fours = wants(DNS_TYPE.a) ? newestFirst.filter(({ address }) => address !== undefined) : [];
    const chosen = sixes.length > 0 ? sixes : fours.length > 0 ? fours : newestFirst.filter(({ isNull }) => isNull);
    for (const { isNull, address, origin } of chosen) {
      const four = isNull ? 0 : address;
      if (four === undefined || !wants(DNS_TYPE.a)) continue;
      draft.add(name, DNS_TYPE.a, ttlS, { kind: 'a', address: four }, 'config', formatIpv4(four), origin);
    }
    for (const { isNull, address6, origin } of chosen) {
      const six = isNull ? new Uint8Array(16) : address6;
      if (six === undefined || !wants(DNS_TYPE.aaaa)) continue;
      draft.add(name, DNS_TYPE.aaaa, ttlS, { kind: 'aaaa', address: six }, 'config', formatIpv6(six), origin);
    }
    if (draft.answers.length > 0) return draft.finish();
    const isLeftToServer = isAsked && specificity(usable) === specificity(servers);
    const empty = isLeftToServer ? undefined : usable.find((line) => line.isNxdomain);
    // A name that another line for the same domain gives an address exists.
    const isApart = specificity(addresses) > specificity(usable);
    if (empty !== undefined && (isApart || addresses.every((line) => line.isNxdomain)))
      return denyLocal([empty.origin]);
    if (empty !== undefined) return deny(DNS_RCODE.noError, noData, [empty.origin]);
  }
  const local = servers.filter((line) => line.target.kind === 'local');
  if (local.length > 0 && !isAsked) {
    const lines = local.map((line) => line.origin);
    // A name that address= gives an address of another kind exists.
    const hasOther = addresses.length > 0 && specificity(addresses) === specificity(servers);
    return hasOther ? deny(DNS_RCODE.noError, noData, lines) : denyLocal(lines);
  }
  const isPlain = !name.includes('.') && name !== '';
  const needed = flags.get('domain-needed');
  if (needed !== undefined && isPlain && ADDRESS_TYPES.has(type)) {
    if (!servers.some((line) => fallsUnder(name, line) && line.domain !== '')) {
      const hasServer = servers.some(({ target }) => target.kind !== 'local');
      return { ...denyLocal([needed]), ...(hasServer ? {} : { extendedError: EDE.notReady }) };
    }
  }
  return undefined;
}
