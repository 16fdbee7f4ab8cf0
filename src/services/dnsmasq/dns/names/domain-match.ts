/** Which server= or address= line a name falls under: the longest domain wins. */
import type { DnsmasqConfig, DomainAddress, DomainServer } from '../../config/model.ts';

interface DomainLine {
  readonly domain: string;
  readonly wildcard: boolean;
}

/** The domain itself or a name below it; `*.x` only below. */
export function fallsUnder(name: string, { domain, wildcard }: DomainLine): boolean {
  if (domain === '') return true;
  if (name === domain) return !wildcard;
  return name.endsWith(`.${domain}`);
}

function best<T extends DomainLine>(lines: readonly T[], name: string): T[] {
  let length = -1;
  let out: T[] = [];
  for (const line of lines) {
    if (!fallsUnder(name, line)) continue;
    const own = line.domain.length + (line.wildcard ? 0.5 : 0);
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

/** Address lines and server lines of the longest domain that a name falls under. */
export function domainVerdict(config: DnsmasqConfig, name: string): DomainVerdict {
  const addresses = best(config.addresses, name);
  const servers = best(config.servers, name);
  return { addresses, servers };
}

/** How specific a verdict's lines are: the length of their domain, -1 for none. */
export function specificity(lines: readonly DomainLine[]): number {
  const first = lines[0];
  return first === undefined ? -1 : first.domain.length + (first.wildcard ? 0.5 : 0);
}
