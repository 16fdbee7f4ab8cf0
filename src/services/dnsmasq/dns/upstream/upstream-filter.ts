/** What the configuration does to the answers of others. */
import { formatIpv4, prefixMask, sameSubnet } from '../../../../base/address.ts';
import type { Ipv4Address } from '../../../../base/address.ts';
import { readU32 } from '../../../../base/bytes.ts';
import { DNS_RCODE, DNS_TYPE } from '../../../../protocols/dns/codec.ts';
import type { DnsData, DnsMessage, DnsRecord } from '../../../../protocols/dns/codec.ts';
import type { AddressPattern, DnsmasqConfig } from '../../config/model.ts';
import type { IsLeftOut } from './rewrite.ts';
import { fallsUnder } from '../names/domain-match.ts';
import { isLoopback, isPrivate } from '../names/local-names.ts';

function covers(list: readonly AddressPattern[], data: DnsData): boolean {
  return data.kind === 'a' && list.some(({ address, prefix }) => sameSubnet(address, data.address, prefixMask(prefix)));
}

/** ignore-address: the answer counts as if it had not come. */
export function isIgnoredAnswer({ ignoredAddresses }: DnsmasqConfig, { answers }: DnsMessage): boolean {
  return answers.some(({ data }) => covers(ignoredAddresses, data));
}

function aliased({ aliases }: DnsmasqConfig, record: DnsRecord): DnsRecord {
  const { data } = record;
  if (data.kind !== 'a') return record;
  for (const { from, to, target, mask } of aliases) {
    const isInside =
      to === undefined ? sameSubnet(data.address, from, mask) : data.address >= from && data.address <= to;
    if (!isInside) continue;
    const address = ((data.address & ~mask) | (target & mask)) >>> 0;
    return { ...record, data: { kind: 'a', address } };
  }
  return record;
}

/** The IPv4 address of a record, also inside an IPv6 one (RFC 4291 §2.5.5.2). */
function addressIn(data: DnsData): Ipv4Address | undefined {
  if (data.kind === 'a') return data.address;
  if (data.kind !== 'aaaa') return undefined;
  const { address } = data;
  const isMapped = address.subarray(0, 10).every((byte) => byte === 0) && address[10] === 255 && address[11] === 255;
  return isMapped ? readU32(address, 12) : undefined;
}

/** stop-dns-rebind: the record with an address of a private network, from a server of the outside. */
function rebindRecord(config: DnsmasqConfig, name: string, answers: readonly DnsRecord[]): DnsRecord | undefined {
  if (!config.flags.has('stop-dns-rebind')) return undefined;
  if (config.rebindDomainsOk.some((domain) => fallsUnder(name, { domain, wildcard: false }))) return undefined;
  const isLoopbackOk = config.flags.has('rebind-localhost-ok');
  return answers.find(({ data }) => {
    const address = addressIn(data);
    return address !== undefined && isPrivate(address) && !(isLoopbackOk && isLoopback(address));
  });
}

export interface CheckedAnswer {
  /** The same message when nothing applies. */
  readonly message: DnsMessage;
  readonly log: readonly string[];
  /** An answer of another's network: it is emptied, and not remembered. */
  readonly isAttack: boolean;
  /** bogus-nxdomain applies to it: its name is taken not to exist as long as it would have lived. */
  readonly bogus: DnsRecord | undefined;
}

/** alias, bogus-nxdomain and stop-dns-rebind: what is believed of an answer. `name` in lower case. */
export function checkAnswer(config: DnsmasqConfig, name: string, type: number, message: DnsMessage): CheckedAnswer {
  const { message: believed, log } = withAliases(config, message);
  const { answers } = believed;
  const bogus = answers.find(({ data }) => covers(config.bogusNxdomains, data));
  if (bogus !== undefined) {
    const denied = { ...believed, authoritative: false, rcode: DNS_RCODE.nameError, answers: [] };
    return { message: denied, log, isAttack: false, bogus };
  }
  const asked = answers.filter((record) => record.type === type);
  const attack = rebindRecord(config, name, asked);
  if (attack !== undefined) {
    const lines = [...log, `possible DNS-rebind attack detected: ${attack.name}`];
    return { message: { ...believed, answers: [] }, log: lines, isAttack: true, bogus };
  }
  return { message: believed, log, isAttack: false, bogus };
}

/** alias: other addresses in answers and beside them, which makes nobody the authority any more. */
function withAliases(
  config: DnsmasqConfig,
  message: DnsMessage,
): { readonly message: DnsMessage; readonly log: readonly string[] } {
  const log: string[] = [];
  if (config.aliases.length === 0) return { message, log };
  const change = (record: DnsRecord): DnsRecord => {
    const changed = aliased(config, record);
    if (changed !== record && changed.data.kind === 'a') {
      log.push(`config ${record.name} is ${formatIpv4(changed.data.address)}`);
    }
    return changed;
  };
  const [answers, additionals] = [message.answers.map(change), message.additionals.map(change)];
  const authoritative = message.authoritative && log.length === 0;
  return { message: { ...message, answers, additionals, authoritative }, log };
}

/** Types that filter-A, filter-AAAA and filter-rr keep from the clients. */
export function filteredTypes(config: DnsmasqConfig): ReadonlySet<number> {
  const dropped = new Set(config.filteredTypes);
  if (config.flags.has('filter-A')) dropped.add(DNS_TYPE.a);
  if (config.flags.has('filter-AAAA')) dropped.add(DNS_TYPE.aaaa);
  return dropped;
}

const KEPT_OF_ALL: ReadonlySet<number> = new Set([DNS_TYPE.a, DNS_TYPE.aaaa, DNS_TYPE.cname, DNS_TYPE.mx]);

/** What the filters take out of an answer from upstream. `filter-rr=ANY` is about questions for all types (RFC 8482). */
export function leftOut(config: DnsmasqConfig, asked: number): IsLeftOut {
  const dropped = filteredTypes(config);
  if (asked === DNS_TYPE.any && dropped.has(DNS_TYPE.any)) {
    return (section, type) => section !== 'additional' && !KEPT_OF_ALL.has(type);
  }
  return (section, type) => section === 'answer' && dropped.has(type);
}

/** max-ttl: no record of others is said to live longer. The same list when none does. */
export function cappedTtls(config: DnsmasqConfig, records: readonly DnsRecord[]): readonly DnsRecord[] {
  const max = config.numbers.get('max-ttl')?.value ?? 0;
  if (max === 0 || records.every(({ ttlS }) => ttlS <= max)) return records;
  return records.map((record) => ({ ...record, ttlS: Math.min(record.ttlS, max) }));
}
