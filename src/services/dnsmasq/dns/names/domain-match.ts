/** Which server= or address= line a name falls under: the longest domain wins. */
import { DNS_TYPE } from '../../../../protocols/dns/codec.ts';
import type { DnsmasqConfig, DomainAddress, DomainServer } from '../../config/model.ts';

interface DomainLine {
  readonly domain: string;
  readonly wildcard: boolean;
  readonly isDotless?: true;
}

/** The domain itself or a name below it; `*.x` only below. */
export function fallsUnder(name: string, { domain, wildcard, isDotless }: DomainLine): boolean {
  if (isDotless === true) return !name.includes('.');
  if (domain === '') return true;
  if (name === domain) return !wildcard;
  return name.endsWith(`.${domain}`);
}

function rank({ domain, wildcard, isDotless }: DomainLine): number {
  return domain.length + (wildcard ? 0.5 : 0) + (isDotless === true ? 0.25 : 0);
}

/** Lines of one group ask the same servers: one server is preferred in each. */
export function groupOf({ domain, wildcard, isDotless }: DomainLine): string {
  return isDotless === true ? '/' : `${wildcard ? '*.' : ''}${domain}`;
}

function best<T extends DomainLine>(lines: readonly T[], name: string): T[] {
  let length = -1;
  let out: T[] = [];
  for (const line of lines) {
    if (!fallsUnder(name, line)) continue;
    const own = rank(line);
    if (own > length) {
      length = own;
      out = [];
    }
    if (own === length) out.push(line);
  }
  return out;
}

export interface DomainVerdict {
  readonly addresses: readonly DomainAddress[];
  readonly servers: readonly DomainServer[];
}

/** Whether an address line has an address of the kind that is asked for, or says that there is none. */
function answers({ address, address6, isNull, isNxdomain }: DomainAddress, type: number): boolean {
  if (isNxdomain) return true;
  const isAny = type === DNS_TYPE.any;
  if ((isAny || type === DNS_TYPE.a) && (isNull || address !== undefined)) return true;
  return (isAny || type === DNS_TYPE.aaaa) && (isNull || address6 !== undefined);
}

/** Address lines and server lines of the longest domain that a name falls under. */
export function domainVerdict(config: DnsmasqConfig, name: string, type: number): DomainVerdict {
  // What is for names without dots counts beside a line for all names only, one that answers such questions.
  const isGeneral = ({ domain, isDotless }: DomainLine): boolean => domain === '' && isDotless !== true;
  const hasGeneral =
    config.servers.some(isGeneral) || config.addresses.some((line) => isGeneral(line) && answers(line, type));
  const counts = ({ isDotless }: DomainLine): boolean => hasGeneral || isDotless !== true;
  const addresses = best(config.addresses.filter(counts), name);
  const servers = best(config.servers.filter(counts), name);
  // Nobody else is asked for what an address line for names without dots leaves open.
  const isClosed = addresses[0]?.isDotless === true && specificity(addresses) > specificity(servers);
  return { addresses, servers: isClosed ? [] : servers };
}

/** Address lines of the longest domain that has an address of the kind that is asked for, or says that there is none. */
export function addressLines(config: DnsmasqConfig, name: string, type: number): readonly DomainAddress[] {
  const { addresses } = domainVerdict(config, name, type);
  const isUsable = (line: DomainAddress): boolean => answers(line, type);
  if (addresses[0]?.isDotless === true)
    return type === DNS_TYPE.a || type === DNS_TYPE.aaaa ? addresses.filter(isUsable) : addresses;
  return domainVerdict({ ...config, addresses: config.addresses.filter(isUsable) }, name, type).addresses;
}

/** Whether address lines say that a name exists, whatever type is asked for. */
export function hasAddressLine({ addresses, servers }: DnsmasqConfig, name: string): boolean {
  const isDotless = (line: DomainLine): boolean => line.isDotless === true;
  const existing = addresses.filter(({ isNxdomain }) => !isNxdomain);
  const isGeneral = existing.some((line) => line.domain === '' && !isDotless(line));
  // Beside a line for all names those for names without dots alone are looked at, if there are any.
  const isApart = isGeneral && !name.includes('.') && [...servers, ...addresses].some(isDotless);
  return existing.some((line) =>
    isApart
      ? isDotless(line) || (line.domain !== '' && fallsUnder(name, line))
      : !isDotless(line) && fallsUnder(name, line),
  );
}

/** How specific a verdict's lines are: the length of their domain, -1 for none. */
export function specificity(lines: readonly DomainLine[]): number {
  const first = lines[0];
  return first === undefined ? -1 : rank(first);
}
