/**
 * The order in which the records of a name are told. dnsmasq keeps them in chains, and with each look-up the first one
 * found goes behind the others of its kind, also while hosts files are read at the start.
 */
import { formatIpv4 } from '../../../../base/address.ts';
import { formatIpv6 } from '../../../../base/data/ipv6.ts';
import type { AddressEntry } from './local-names.ts';

/** The chain after a look-up that found some of it: records of another kind than the first one found keep their place. */
export function turned<T>(
  chain: readonly T[],
  isFound: (one: T) => boolean,
  kindOf: (one: T) => unknown = () => true,
): readonly T[] {
  const at = chain.findIndex(isFound);
  const first = chain[at];
  if (first === undefined) return chain;
  const after = chain.slice(at + 1);
  const goesAhead = (one: T): boolean => isFound(one) && kindOf(one) === kindOf(first);
  return [...chain.slice(0, at), ...after.filter(goesAhead), first, ...after.filter((one) => !goesAhead(one))];
}

/** What an entry is known by; entries are made again for each question. */
function keyOf({ address, address6, source }: AddressEntry): string {
  return `${address6 === undefined ? formatIpv4(address ?? 0) : formatIpv6(address6)} ${source}`;
}

function isSameAddress(a: AddressEntry, b: AddressEntry): boolean {
  return keyOf({ ...a, source: '' }) === keyOf({ ...b, source: '' });
}

export class NameTurns {
  private readonly areOn: boolean;
  private chains: ReadonlyMap<string, readonly string[]> = new Map();

  /** @param areOn false: no-round-robin */
  constructor(areOn: boolean) {
    this.areOn = areOn;
  }

  /** The entries of hosts files and host-record lines that count, read in their order. */
  read(entries: readonly AddressEntry[]): readonly AddressEntry[] {
    const byName = new Map<string, readonly AddressEntry[]>();
    return entries.filter((entry) => {
      const known = byName.get(entry.name) ?? [];
      const isSameType = (other: AddressEntry): boolean =>
        (other.address6 === undefined) === (entry.address6 === undefined);
      const found = this.lookUp(entry.name, known, isSameType);
      if (found.some((one) => isSameAddress(one, entry))) return false;
      byName.set(entry.name, [...known, entry]);
      return true;
    });
  }

  /**
   * Those entries of a name that are looked up, as the chain has them; then it turns.
   * @param entries all of the name
   */
  lookUp(
    name: string,
    entries: readonly AddressEntry[],
    isFound: (entry: AddressEntry) => boolean,
    turn = true,
  ): readonly AddressEntry[] {
    if (entries.length === 0) return entries;
    const order = this.chains.get(name) ?? [];
    const placeOf = (entry: AddressEntry): number => {
      const at = order.indexOf(keyOf(entry));
      return at < 0 ? order.length : at;
    };
    // What names an address backwards stands first; what is new, last of its kind.
    const chain = entries.toSorted((a, b) => Number(b.isReverse) - Number(a.isReverse) || placeOf(a) - placeOf(b));
    if (this.areOn && turn) {
      const next = turned(chain, isFound, ({ isReverse }) => isReverse);
      this.chains = new Map([...this.chains, [name, next.map(keyOf)]]);
    }
    return chain.filter(isFound);
  }

  /** Runs something whose look-ups turn nothing for those that come after. */
  aside<T>(run: () => T): T {
    const { chains } = this;
    const result = run();
    this.chains = chains;
    return result;
  }
}
