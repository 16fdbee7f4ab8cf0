/**
 * Writes the dnsmasq.conf of the importers of other servers' configurations: conditions on clients as tags, and the
 * text with its lines in the order that gives the same precedence (dnsmasq takes the last
 * dhcp-boot and dhcp-option line whose tags all hold).
 */
import { formatIpv4, type Ipv4Address } from '../../../base/address.ts';
import { verbatim, type Message } from '../../../base/sentence.ts';
import { isLegalHostName } from '../config/parse/fields.ts';
import { leafLine, looseTexts, type Leaf, type Test } from './client-condition.ts';
import { importMessage } from './messages.ts';
import { field, quoted, tagName } from './notation.ts';

/** Something that has no counterpart, or one that differs. */
export interface ImportNote {
  /** A line, or a JSON path. */
  readonly place: Message;
  readonly message: Message;
}

export interface ImportResult {
  /** Text of a dnsmasq.conf. */
  readonly config: string;
  readonly report: readonly ImportNote[];
}

/** Tags that must all hold, `!x` for one that must not. */
type Tags = readonly string[];

/** More alternatives than this are nothing that people write. */
const MAX_ALTERNATIVES = 64;

/** What a boot needs; undefined parts are those of the scope around. */
export interface Boot {
  readonly file?: string;
  readonly serverName?: string;
  readonly nextServer?: string;
}

export interface HostLine {
  /** MAC address or `id:…`. */
  readonly identity: string;
  readonly address?: string;
  readonly name?: string;
  readonly tags: readonly string[];
  readonly ignore?: boolean;
  readonly place: string;
}

export class DnsmasqWriter {
  readonly report: ImportNote[] = [];
  private readonly source: string;
  private readonly general: string[] = [];
  private readonly matches: string[] = [];
  private readonly ranges: string[] = [];
  private readonly hosts: string[] = [];
  private readonly options: string[] = [];
  private readonly boots: string[] = [];
  private readonly leaves = new Map<string, string>();
  private readonly anyTags = new Map<string, string>();
  private readonly names = new Set<string>();
  private readonly hostAddresses = new Set<string>();

  constructor(source: string) {
    this.source = source;
  }

  /** `where` is a line, or a JSON path. */
  note(where: number | string, message: Message): void {
    const place = typeof where === 'number' ? importMessage('import.line', { line: where }) : verbatim(where);
    if (!this.report.some((known) => known.place.text === place.text && known.message.text === message.text))
      this.report.push({ place, message });
  }

  add(line: string): void {
    if (!this.general.includes(line)) this.general.push(line);
  }

  /** A tag name that nothing else uses. */
  uniqueTag(wanted: string): string {
    const base = tagName(wanted);
    let name = base;
    for (let i = 2; this.names.has(name); i++) name = `${base}-${i}`;
    this.names.add(name);
    return name;
  }

  range(line: {
    start: Ipv4Address;
    end: Ipv4Address | 'static';
    mask: Ipv4Address;
    lease: string;
    set?: string;
    tags: Tags;
  }): void {
    const parts = [
      ...line.tags.map((tag) => `tag:${tag}`),
      ...(line.set === undefined ? [] : [`set:${line.set}`]),
      formatIpv4(line.start),
      line.end === 'static' ? 'static' : formatIpv4(line.end),
      formatIpv4(line.mask),
      line.lease,
    ];
    this.ranges.push(`dhcp-range=${parts.join(',')}`);
  }

  /** Who has the one tag has the other too: a range sets only one. */
  implies(tag: string, other: string): void {
    this.matches.push(`tag-if=set:${other},tag:${tag}`);
  }

  host(line: HostLine): void {
    const parts = [line.identity];
    parts.push(...line.tags.map((tag) => `set:${tag}`));
    if (line.ignore === true) parts.push('ignore');
    else {
      if (line.address !== undefined) {
        if (this.hostAddresses.has(line.address)) {
          this.note(line.place, importMessage('import.address-twice', { address: line.address }));
        } else {
          this.hostAddresses.add(line.address);
          parts.push(line.address);
        }
      }
      if (line.name !== undefined && isLegalHostName(line.name)) parts.push(line.name);
    }
    this.hosts.push(`dhcp-host=${parts.join(',')}`);
  }

  /** `value` is in dnsmasq's notation. */
  option(test: Test, head: string, value: string, place: string, force = false): void {
    const tags = this.prefix(test, place);
    if (tags !== undefined) this.options.push(`dhcp-option${force ? '-force' : ''}=${tags}${head},${value}`);
  }

  boot(test: Test, boot: Boot, place: string): void {
    const tags = this.prefix(test, place);
    if (tags === undefined) return;
    const tail = [boot.file ?? '', boot.serverName ?? '', boot.nextServer ?? ''];
    while (tail.length > 1 && tail.at(-1) === '') tail.pop();
    this.boots.push(`dhcp-boot=${tags}${tail.map((part) => field(part)).join(',')}`);
  }

  /** A directive that takes a list of tags, such as dhcp-ignore. */
  tagged(directive: string, test: Test, place: string): void {
    const tags = this.tagsFor(test, place);
    if (tags !== undefined) this.add(`${directive}=${tags.map((tag) => `tag:${tag}`).join(',')}`);
  }

  /** Tags that hold when the test does; undefined (and a note) when that cannot be said. */
  tagsFor(test: Test, place: string): Tags | undefined {
    for (const { code, text } of looseTexts(test)) {
      this.note(place, importMessage('import.match-anywhere', { text: quoted(text), code }));
    }
    const alternatives = this.alternatives(test, false);
    if (alternatives === undefined) {
      this.note(place, importMessage('import.too-many-alternatives'));
      return undefined;
    }
    if (alternatives.length === 1) return alternatives[0];
    if (alternatives.some((tags) => tags.length === 0)) return [];
    const key = alternatives.map((tags) => tags.join(',')).join('|');
    const known = this.anyTags.get(key);
    if (known !== undefined) return [known];
    const name = this.uniqueTag('any');
    this.anyTags.set(key, name);
    for (const tags of alternatives) {
      this.matches.push(`tag-if=set:${name},${tags.map((tag) => `tag:${tag}`).join(',')}`);
    }
    return [name];
  }

  result(): ImportResult {
    const blocks = [this.general, this.matches, this.ranges, this.hosts, this.options, this.boots];
    const parts = [
      `# From ${this.source}.`,
      ...blocks.filter((lines) => lines.length > 0).map((lines) => lines.join('\n')),
    ];
    return { config: `${parts.join('\n\n')}\n`, report: this.report };
  }

  private prefix(test: Test, place: string): string | undefined {
    return this.tagsFor(test, place)
      ?.map((tag) => `tag:${tag},`)
      .join('');
  }

  /** Disjunctive normal form; an empty list never holds. */
  private alternatives(test: Test, negated: boolean): readonly Tags[] | undefined {
    switch (test.kind) {
      case 'not':
        return this.alternatives(test.test, !negated);
      case 'all':
      case 'any': {
        const parts = test.tests.map((part) => this.alternatives(part, negated));
        const isProduct = (test.kind === 'all') !== negated;
        let out: readonly Tags[] = isProduct ? [[]] : [];
        for (const part of parts) {
          if (part === undefined) return undefined;
          const before = out;
          out = isProduct ? before.flatMap((a) => part.map((b) => [...new Set([...a, ...b])])) : [...before, ...part];
          if (out.length > MAX_ALTERNATIVES) return undefined;
        }
        return out;
      }
      case 'arch':
      case 'option':
      case 'bytes':
      case 'contains':
      case 'mac':
      case 'tag': {
        const name = this.leafTag(test);
        return [[negated ? `!${name}` : name]];
      }
    }
  }

  private leafTag(test: Leaf | Extract<Test, { kind: 'tag' }>): string {
    if (test.kind === 'tag') return test.name;
    const { wanted, comment, line } = leafLine(test);
    const known = this.leaves.get(line);
    if (known !== undefined) return known;
    const name = this.uniqueTag(wanted);
    this.leaves.set(line, name);
    if (comment !== undefined) this.matches.push(`# ${comment}`);
    this.matches.push(line.replace('TAG', name));
    return name;
  }
}
