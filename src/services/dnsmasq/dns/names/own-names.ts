/**
 * How dnsmasq writes the names of its own answers: owners point to the question, to the alias before them or to the
 * target that they belong to, to whole names only, and names in RDATA are never shortened.
 */
import { DNS_HEADER_BYTES } from '../../../../protocols/dns/fields.ts';
import { DNS_TYPE } from '../../../../protocols/dns/codec.ts';
import type { DnsQuestion, DnsRecord, NameWriter } from '../../../../protocols/dns/codec.ts';
import { canonicalName } from '../../../../protocols/dns/name.ts';

type Labels = readonly Uint8Array[];

export const AXFR = 252;

function isZoneRecord({ type }: DnsRecord): boolean {
  return type === DNS_TYPE.soa || type === DNS_TYPE.ns;
}

export class OwnNames implements NameWriter {
  private readonly isOfZone: boolean;
  private readonly asked: DnsQuestion | undefined;
  /** The name that the answer is at: the question's, then the target of the last alias. */
  private current: { readonly name: string; readonly at: number };
  /** Of MX and SRV records: where each target stands first. */
  private readonly targets = new Map<string, number>();
  /** Where the owner of a zone's first record stands. */
  private zoneAt: number | undefined;

  /** @param isOfZone the answer is that of an auth-zone line */
  constructor(asked: DnsQuestion | undefined, isOfZone: boolean) {
    this.asked = asked;
    this.isOfZone = isOfZone;
    this.current = { name: canonicalName(asked?.name ?? ''), at: DNS_HEADER_BYTES };
  }

  question(out: number[], labels: Labels): void {
    putWhole(out, labels);
  }

  owner(out: number[], labels: Labels, record: DnsRecord, section: 'answer' | 'authority' | 'additional'): void {
    const name = canonicalName(record.name);
    const isFirstOfZone = this.zoneAt === undefined && this.isOfZone && isZoneRecord(record);
    // The root is shorter than a pointer.
    if (section === 'additional') putOwner(out, labels, name === '' ? undefined : this.targets.get(name));
    else if (isFirstOfZone) {
      this.zoneAt = out.length;
      putWhole(out, labels);
    } else if (this.isOfZone && record.type === DNS_TYPE.ns) putOwner(out, labels, this.zoneAt);
    else if (this.asked?.type === AXFR) {
      // Names are told up to that of the zone, which is the question.
      const zoneLabels = this.asked.name.split('.').length;
      putLabels(out, labels.slice(0, Math.max(labels.length - zoneLabels, 0)));
      putPointer(out, DNS_HEADER_BYTES);
    } else putOwner(out, labels, section === 'answer' && name === this.current.name ? this.current.at : undefined);
  }

  data(out: number[], labels: Labels, { data }: DnsRecord): void {
    if (data.kind === 'cname') this.current = { name: canonicalName(data.target), at: out.length };
    const target = data.kind === 'mx' ? data.exchange : data.kind === 'srv' ? data.target : undefined;
    const key = target === undefined ? undefined : canonicalName(target);
    if (key !== undefined && !this.targets.has(key)) this.targets.set(key, out.length);
    putWhole(out, labels);
  }
}

function putLabels(out: number[], labels: Labels): void {
  for (const label of labels) out.push(label.length, ...label);
}

function putWhole(out: number[], labels: Labels): void {
  putLabels(out, labels);
  out.push(0);
}

function putPointer(out: number[], at: number): void {
  out.push(0xc0 | (at >>> 8), at & 255);
}

/** `at`: where the same name stands already. */
function putOwner(out: number[], labels: Labels, at: number | undefined): void {
  // RFC 1035 §4.1.4: a pointer has 14 bits.
  if (at === undefined || at > 0x3fff) putWhole(out, labels);
  else putPointer(out, at);
}
