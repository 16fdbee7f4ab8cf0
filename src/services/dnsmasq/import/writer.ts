/**
 * What the importers of other servers' configurations have in common: conditions on clients as dnsmasq's tags, options
 * in its notation, and the text with its lines in the order that gives the same precedence (dnsmasq takes the last
 * dhcp-boot and dhcp-option line whose tags all hold).
 */
import { formatIpv4, prefixMask, type Ipv4Address } from '../../../base/address.ts';
import { isLegalHostName } from '../config/fields.ts';

/** Something that has no counterpart, or one that differs. */
export interface ImportNote {
  /** `line 12`, or a JSON path. */
  readonly place: string;
  readonly text: string;
}

export interface ImportResult {
  /** Text of a dnsmasq.conf. */
  readonly config: string;
  readonly report: readonly ImportNote[];
}

/** A condition on a client. */
export type Test =
  /** Option 93 (RFC 4578 §2.1). */
  | { readonly kind: 'arch'; readonly value: number }
  /** A text in option 60. */
  | { readonly kind: 'vendor'; readonly text: string }
  /** A text in option 77. */
  | { readonly kind: 'user'; readonly text: string }
  | { readonly kind: 'option'; readonly code: number; readonly value: string | undefined }
  | { readonly kind: 'mac'; readonly pattern: string }
  /** A tag that another line sets: of a range, a host, or dnsmasq's own `known`. */
  | { readonly kind: 'tag'; readonly name: string }
  | { readonly kind: 'not'; readonly test: Test }
  | { readonly kind: 'all'; readonly tests: readonly Test[] }
  | { readonly kind: 'any'; readonly tests: readonly Test[] };

export const ALWAYS: Test = { kind: 'all', tests: [] };

export function both(a: Test, b: Test): Test {
  if (a.kind === 'all' && a.tests.length === 0) return b;
  if (b.kind === 'all' && b.tests.length === 0) return a;
  return { kind: 'all', tests: [a, b] };
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

export type OptionKind = 'ips' | 'text' | 'u8' | 'u16' | 'u32' | 'flag' | 'hex';

export interface OptionName {
  readonly code: number;
  readonly kind: OptionKind;
}

/** `option NAME` of dhcpd.conf and `name` of Kea's option-data. */
export const OPTION_NAMES: ReadonlyMap<string, OptionName> = new Map<string, OptionName>([
  ['subnet-mask', { code: 1, kind: 'ips' }],
  ['time-offset', { code: 2, kind: 'u32' }],
  ['routers', { code: 3, kind: 'ips' }],
  ['time-servers', { code: 4, kind: 'ips' }],
  ['domain-name-servers', { code: 6, kind: 'ips' }],
  ['log-servers', { code: 7, kind: 'ips' }],
  ['host-name', { code: 12, kind: 'text' }],
  ['boot-size', { code: 13, kind: 'u16' }],
  ['domain-name', { code: 15, kind: 'text' }],
  ['root-path', { code: 17, kind: 'text' }],
  ['extensions-path', { code: 18, kind: 'text' }],
  ['ip-forwarding', { code: 19, kind: 'flag' }],
  ['interface-mtu', { code: 26, kind: 'u16' }],
  ['broadcast-address', { code: 28, kind: 'ips' }],
  ['static-routes', { code: 33, kind: 'ips' }],
  ['nis-domain', { code: 40, kind: 'text' }],
  ['nis-servers', { code: 41, kind: 'ips' }],
  ['ntp-servers', { code: 42, kind: 'ips' }],
  ['vendor-encapsulated-options', { code: 43, kind: 'hex' }],
  ['netbios-name-servers', { code: 44, kind: 'ips' }],
  ['netbios-node-type', { code: 46, kind: 'u8' }],
  ['dhcp-lease-time', { code: 51, kind: 'u32' }],
  ['dhcp-renewal-time', { code: 58, kind: 'u32' }],
  ['dhcp-rebinding-time', { code: 59, kind: 'u32' }],
  ['vendor-class-identifier', { code: 60, kind: 'text' }],
  ['dhcp-client-identifier', { code: 61, kind: 'hex' }],
  ['tftp-server-name', { code: 66, kind: 'text' }],
  ['bootfile-name', { code: 67, kind: 'text' }],
  ['boot-file-name', { code: 67, kind: 'text' }],
  ['user-class', { code: 77, kind: 'text' }],
  ['pxe-system-type', { code: 93, kind: 'u16' }],
  ['client-system', { code: 93, kind: 'u16' }],
  ['client-ndi', { code: 94, kind: 'hex' }],
  ['pxe-interface-id', { code: 94, kind: 'hex' }],
  ['pxe-client-id', { code: 97, kind: 'hex' }],
  ['uuid-guid', { code: 97, kind: 'hex' }],
  ['domain-search', { code: 119, kind: 'text' }],
  ['tftp-server-address', { code: 150, kind: 'ips' }],
]);

/** Texts are put in quotes, which keep dnsmasq from taking them for numbers or lists. */
export function quoted(text: string): string {
  return `"${text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replace(/[\r\n]/g, ' ')}"`;
}

/** One field of a directive: in quotes where it must be. */
export function field(text: string): string {
  return /^[\w./:@%?=&+~$-]*$/.test(text) ? text : quoted(text);
}

export function tagName(text: string): string {
  const plain = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return plain === '' ? 'x' : plain;
}

/** `12h`, `30m`, `90`; dnsmasq gives nothing shorter than two minutes. */
export function leaseText(seconds: number): string {
  if (seconds < 0 || seconds >= 0xffff_ffff) return 'infinite';
  if (seconds > 0 && seconds % 3600 === 0) return `${seconds / 3600}h`;
  if (seconds > 0 && seconds % 60 === 0) return `${seconds / 60}m`;
  return String(seconds);
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

  note(place: string, text: string): void {
    if (!this.report.some((known) => known.place === place && known.text === text)) this.report.push({ place, text });
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
          this.note(line.place, `dnsmasq takes a fixed address once: ${line.address} is another host's already`);
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
    const alternatives = this.alternatives(test, false);
    if (alternatives === undefined) {
      this.note(place, 'the condition has too many alternatives');
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
      case 'vendor':
      case 'user':
      case 'option':
      case 'mac':
      case 'tag': {
        const name = this.leafTag(test);
        return [[negated ? `!${name}` : name]];
      }
    }
  }

  private leafTag(test: Exclude<Test, { kind: 'not' | 'all' | 'any' }>): string {
    if (test.kind === 'tag') return test.name;
    const [wanted, line] = leafLine(test);
    const known = this.leaves.get(line);
    if (known !== undefined) return known;
    const name = this.uniqueTag(wanted);
    this.leaves.set(line, name);
    this.matches.push(line.replace('TAG', name));
    return name;
  }
}

function leafLine(test: Exclude<Test, { kind: 'not' | 'all' | 'any' | 'tag' }>): readonly [tag: string, line: string] {
  switch (test.kind) {
    case 'arch':
      return [`arch-${test.value}`, `dhcp-match=set:TAG,option:client-arch,${test.value}`];
    case 'vendor':
      return [test.text, `dhcp-vendorclass=set:TAG,${field(test.text)}`];
    case 'user':
      return [test.text, `dhcp-userclass=set:TAG,${field(test.text)}`];
    case 'option': {
      const value = test.value === undefined ? '' : `,${test.value}`;
      return [`option-${test.code}`, `dhcp-match=set:TAG,${test.code}${value}`];
    }
    case 'mac':
      return ['mac', `dhcp-mac=set:TAG,${test.pattern}`];
  }
}

/**
 * A comparison of (part of) an option with a text or bytes, as both servers write it; undefined when dnsmasq has nothing
 * like it. `offset` is where the text must stand.
 */
export function comparison(
  code: number,
  offset: number,
  literal: { readonly text: string } | { readonly hex: string } | { readonly number: number },
): Test | undefined {
  if (code === 93 && offset === 0) {
    if ('number' in literal) return { kind: 'arch', value: literal.number };
    if ('hex' in literal) return { kind: 'arch', value: Number.parseInt(literal.hex.replaceAll(':', ''), 16) };
  }
  if (!('text' in literal) || literal.text === '') {
    return 'hex' in literal && offset === 0 ? { kind: 'option', code, value: literal.hex } : undefined;
  }
  const { text } = literal;
  if (code === 60) {
    if (offset === 0) return { kind: 'vendor', text };
    // `PXEClient:Arch:` has 15 characters, `HTTPClient:Arch:` 16.
    if ((offset === 15 || offset === 16) && /^\d{5}$/.test(text)) return { kind: 'vendor', text: `Arch:${text}` };
    return undefined;
  }
  if (code === 77 && offset <= 1) return { kind: 'user', text };
  return offset === 0 ? { kind: 'option', code, value: quoted(text) } : undefined;
}

/** `A/LEN`. */
export function parsePrefix(
  text: string,
  parse: (ip: string) => Ipv4Address | undefined,
): readonly [Ipv4Address, Ipv4Address] | undefined {
  const [ip, length] = text.split('/');
  const address = parse(ip.trim());
  const bits = Number(length);
  if (address === undefined || !Number.isInteger(bits) || bits < 0 || bits > 32) return undefined;
  return [address, prefixMask(bits)];
}
