/** What the configuration does to the answers of others. */
import { sameSubnet } from '../../../base/address.ts';
import { DNS_RCODE, DNS_TYPE } from '../../../protocols/dns/codec.ts';
import type { DnsData, DnsMessage, DnsRecord } from '../../../protocols/dns/codec.ts';
import type { DnsmasqConfig } from '../config/model.ts';

/** bogus-nxdomain, alias, filter-A, filter-AAAA, filter-rr. The same message when nothing of them applies. */
export function filterUpstream(config: DnsmasqConfig, message: DnsMessage): DnsMessage {
  let { answers, rcode } = message;
  const covers = (list: typeof config.bogusNxdomains, data: DnsData): boolean =>
    data.kind === 'a' &&
    list.some(({ address, prefix }) =>
      sameSubnet(address, data.address, prefix === 0 ? 0 : (0xffff_ffff << (32 - prefix)) >>> 0),
    );
  if (answers.some((record) => covers(config.bogusNxdomains, record.data))) {
    answers = [];
    rcode = DNS_RCODE.nameError;
  }
  if (config.aliases.length > 0) answers = answers.map((record) => applyAlias(config, record));
  const dropped = new Set(config.filteredTypes);
  if (config.flags.has('filter-A')) dropped.add(DNS_TYPE.a);
  if (config.flags.has('filter-AAAA')) dropped.add(DNS_TYPE.aaaa);
  if (dropped.size > 0 && answers.some((record) => dropped.has(record.type))) {
    answers = answers.filter((record) => !dropped.has(record.type));
  }
  return answers === message.answers && rcode === message.rcode ? message : { ...message, answers, rcode };
}

function applyAlias(config: DnsmasqConfig, record: DnsRecord): DnsRecord {
  const { data } = record;
  if (data.kind !== 'a') return record;
  for (const { from, to, target, mask } of config.aliases) {
    const isInside =
      to === undefined ? sameSubnet(data.address, from, mask) : data.address >= from && data.address <= to;
    if (!isInside) continue;
    const address = ((data.address & ~mask) | (target & mask)) >>> 0;
    return { ...record, data: { kind: 'a', address } };
  }
  return record;
}
