/** The tables of the boot parameter server: bootparams(5) and hosts(5). */
import { parseIpv4, type Ipv4Address } from '../../base/address.ts';
import type { ConfigLine } from '../../base/event-log.ts';

interface BootEntry {
  readonly name: string;
  /** By key: what stands behind `=`. */
  readonly values: ReadonlyMap<string, string>;
  readonly line: ConfigLine;
}

export interface BootTables {
  readonly entries: readonly BootEntry[];
  readonly addressOf: ReadonlyMap<string, Ipv4Address>;
  readonly namesOf: ReadonlyMap<Ipv4Address, readonly string[]>;
}

/** A backslash at the end of a line joins the next. */
export function readTables(bootparams: string, hosts: string): BootTables {
  const entries: BootEntry[] = [];
  const lines = bootparams.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const first = at;
    let text = lines[at] ?? '';
    while (text.endsWith('\\') && at + 1 < lines.length) text = `${text.slice(0, -1)} ${lines[++at] ?? ''}`;
    const [name = '', ...pairs] = text.trim().split(/\s+/);
    if (name === '' || name.startsWith('#')) continue;
    const values = pairs.map((pair) => /^([^=]+)=(.*)$/.exec(pair)).flatMap((match) => (match === null ? [] : [match]));
    entries.push({
      name,
      values: new Map(values.map(([, key = '', value = '']) => [key, value])),
      line: { file: 'bootparams', line: first + 1, text: text.trim() },
    });
  }
  const addressOf = new Map<string, Ipv4Address>();
  const namesOf = new Map<Ipv4Address, readonly string[]>();
  for (const text of hosts.split('\n')) {
    const [first = '', ...names] = text.replace(/#.*/, '').trim().split(/\s+/);
    const address = parseIpv4(first);
    if (address === undefined) continue;
    for (const name of names) if (!addressOf.has(name)) addressOf.set(name, address);
    if (!namesOf.has(address)) namesOf.set(address, names);
  }
  return { entries, addressOf, namesOf };
}
