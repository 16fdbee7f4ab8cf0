/** synth-domain: names that are made of addresses, and addresses that are read from such names. */
import { formatIpv4 } from '../../../../base/address.ts';
import type { Ipv4Address } from '../../../../base/address.ts';
import type { ConfigLine } from '../../../../base/event-log.ts';
import type { SynthDomain } from '../../config/model.ts';

/** The address in a name like `host-10-0-0-9.example.org`, and the line that it comes from. */
export function synthAddress(
  lines: readonly SynthDomain[],
  name: string,
): { readonly address: Ipv4Address; readonly origin: ConfigLine } | undefined {
  for (const synth of lines) {
    const suffix = `.${synth.domain}`;
    if (!name.endsWith(suffix) || !name.startsWith(synth.prefix)) continue;
    const middle = name.slice(synth.prefix.length, name.length - suffix.length);
    let address: number | undefined;
    if (synth.indexed) address = /^[0-9]+$/.test(middle) ? synth.start + Number(middle) : undefined;
    else {
      const parts = /^(\d{1,3})-(\d{1,3})-(\d{1,3})-(\d{1,3})$/.exec(middle);
      if (parts !== null) address = parts.slice(1).reduce((sum, part) => sum * 256 + Number(part), 0);
    }
    if (address !== undefined && address >= synth.start && address <= synth.end)
      return { address, origin: synth.origin };
  }
  return undefined;
}

/** The name of an address inside the line's range. */
export function synthName(synth: SynthDomain, address: Ipv4Address): string {
  const middle = synth.indexed ? String(address - synth.start) : formatIpv4(address).replaceAll('.', '-');
  return `${synth.prefix}${middle}.${synth.domain}`;
}
