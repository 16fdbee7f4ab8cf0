/** A dnsmasq.conf that answers as a server of a capture did: made from its replies, one group of clients after another. */
import { formatIpv4, formatMac, IPV4_ANY, readIpv4, type Ipv4Address } from '../../base/address.ts';
import { fromLatin1, readU16, readU32 } from '../../base/bytes.ts';
import type { SketchedReply, SketchedServer } from '../../analysis/inferred/network-sketch.ts';
import { EXCHANGE_OPTIONS } from '../../analysis/inferred/network-sketch.ts';
import { vendorOptions } from '../../analysis/inferred/dhcp-reading.ts';
import { collectOption, type DhcpMessage } from '../../protocols/dhcp/codec.ts';
import { DHCP_OPTION, dhcpOptionType, type DhcpOptionType } from '../../protocols/dhcp/options.ts';
import { bootFileName } from '../../protocols/dhcp/values.ts';
import { fromCaptureMessage } from './messages.ts';
import type { CaptureReport } from './report.ts';

export interface ServerConfig {
  readonly text: string;
  /** Of its network. */
  readonly prefix: number;
}

const DEFAULT_PREFIX = 24;
/** Options that have directives of their own, or that dnsmasq makes from its range. */
const OWN_DIRECTIVES: ReadonlySet<number> = new Set([
  ...EXCHANGE_OPTIONS,
  DHCP_OPTION.subnetMask,
  DHCP_OPTION.broadcastAddress,
  DHCP_OPTION.leaseTime,
  DHCP_OPTION.router,
  DHCP_OPTION.domainNameServer,
  DHCP_OPTION.vendorSpecific,
  DHCP_OPTION.vendorClass,
  DHCP_OPTION.tftpServerName,
  DHCP_OPTION.bootFileName,
]);
/** Of dnsmasq's `pxe-service`; other architectures go by number. */
const X86_PC = 'x86PC';

export function dnsmasqConfig(
  server: SketchedServer,
  servesTftp: boolean,
  names: readonly { readonly name: string; readonly address: Ipv4Address }[],
  pings: boolean,
  report: CaptureReport,
): ServerConfig {
  const leases = server.replies.filter(({ isProxy }) => !isProxy);
  const prefix = prefixOf(leases);
  const lines: string[] =
    names.length === 0 ? ['port=0'] : names.map(({ name, address }) => `address=/${name}/${formatIpv4(address)}`);
  const about = { server: server.name, address: formatIpv4(server.address) };
  if (leases.length > 0) {
    report.known(fromCaptureMessage('from-capture.server', about));
    lines.push(...leaseLines(server, leases, prefix ?? DEFAULT_PREFIX, pings, report));
  } else if (server.replies.length > 0) {
    report.known(fromCaptureMessage('from-capture.proxy', about));
    lines.push(`dhcp-range=${formatIpv4(networkOf(server.address, DEFAULT_PREFIX))},proxy`);
  }
  if (server.replies.length > 0) lines.push(...bootLines(server, report));
  if (servesTftp) lines.push('enable-tftp', 'tftp-root=/srv/tftp');
  if (server.replies.length > 0) lines.push('log-dhcp');
  if (prefix === undefined)
    report.guessed(
      fromCaptureMessage('from-capture.prefix', {
        server: server.name,
        prefix: `${formatIpv4(networkOf(server.address, DEFAULT_PREFIX))}/${DEFAULT_PREFIX}`,
      }),
    );
  return { text: `${lines.join('\n')}\n`, prefix: prefix ?? DEFAULT_PREFIX };
}

function prefixOf(leases: readonly SketchedReply[]): number | undefined {
  for (const { message } of leases) {
    const mask = collectOption(message, DHCP_OPTION.subnetMask);
    if (mask?.length !== 4) continue;
    // Its leading ones.
    return Math.clz32(~readU32(mask, 0));
  }
  return undefined;
}

function networkOf(address: Ipv4Address, prefix: number): Ipv4Address {
  const mask = prefix === 0 ? 0 : (0xffff_ffff << (32 - prefix)) >>> 0;
  return (address & mask) >>> 0;
}

function leaseLines(
  server: SketchedServer,
  leases: readonly SketchedReply[],
  prefix: number,
  pings: boolean,
  report: CaptureReport,
): readonly string[] {
  const given = leases.map(({ message }) => message.yiaddr).filter((address) => address !== IPV4_ANY);
  const [low, high] = [Math.min(...given), Math.max(...given)];
  const seconds = leases
    .map(({ message }) => collectOption(message, DHCP_OPTION.leaseTime))
    .find((data) => data?.length === 4);
  const lease =
    seconds === undefined
      ? ''
      : `,${readU32(seconds, 0) === 0xffff_ffff ? 'infinite' : Math.max(120, readU32(seconds, 0))}`;
  const range = `${formatIpv4(low)},${formatIpv4(high)}`;
  report.guessed(fromCaptureMessage('from-capture.range', { server: server.name, range: range.replace(',', ' - ') }));
  const hosts = new Map(leases.map(({ client, message }) => [client, message.yiaddr]));
  const isBootp = leases.some(({ firmware }) => firmware === 'bootp');
  const mask = formatIpv4((0xffff_ffff << (32 - prefix)) >>> 0);
  return [
    `dhcp-range=${range},${mask}${lease}`,
    ...[...hosts].map(([mac, address]) => `dhcp-host=${formatMac(mac)},${formatIpv4(address)}`),
    'dhcp-authoritative',
    ...(pings ? [] : ['no-ping']),
    ...(isBootp ? ['bootp-dynamic'] : []),
    ...optionLines(leases),
  ];
}

/** Options that all replies with them have alike; the others go by the first. */
function optionLines(leases: readonly SketchedReply[]): readonly string[] {
  const lines: string[] = [];
  const values = new Map<number, Uint8Array>();
  for (const { message } of leases)
    for (const { code } of message.options) {
      const data = collectOption(message, code);
      if (data !== undefined && !values.has(code)) values.set(code, data);
    }
  // dnsmasq gives its own address for these, unless it is told not to.
  for (const code of [DHCP_OPTION.router, DHCP_OPTION.domainNameServer]) {
    const data = values.get(code);
    lines.push(data === undefined ? `dhcp-option=${code}` : `dhcp-option=${code},${optionText(code, data)}`);
  }
  for (const [code, data] of [...values].sort(([a], [b]) => a - b))
    if (!OWN_DIRECTIVES.has(code)) lines.push(`dhcp-option=${code},${optionText(code, data)}`);
  return lines;
}

/** As dnsmasq reads it: by its type where it has one that fits, else byte by byte. */
function optionText(code: number, data: Uint8Array): string {
  const type = dhcpOptionType(code);
  const isAddresses = (type === 'ip' || type === 'ips' || type === 'ip-pairs') && data.length > 0;
  if (isAddresses && data.length % 4 === 0)
    return Array.from({ length: data.length / 4 }, (_, i) => formatIpv4(readIpv4(data, 4 * i))).join(',');
  if (type === 'string') {
    const text = fromLatin1(data).replace(/\0+$/, '');
    if (/^[ -!#-~]+$/.test(text)) return `"${text}"`;
  }
  const size = SIZES[type];
  if (size !== undefined && data.length === size)
    return String(size === 1 ? data[0] : size === 2 ? readU16(data, 0) : readU32(data, 0));
  return Array.from(data, (byte) => byte.toString(16).padStart(2, '0')).join(':');
}

const SIZES: Readonly<Partial<Record<DhcpOptionType, number>>> = { u8: 1, bool: 1, u16: 2, u32: 4, i32: 4 };

interface Group {
  readonly tags: string;
  readonly definitions: readonly string[];
  readonly replies: readonly SketchedReply[];
}

/** What to boot, by kind of client. */
function bootLines(server: SketchedServer, report: CaptureReport): readonly string[] {
  const groups = groupsOf(server.replies);
  const lines = [...new Set(groups.flatMap(({ definitions }) => definitions))];
  for (const { tags, replies } of groups) {
    const last = replies.findLast(({ message }) => vendorOptions(message)?.bootMenu !== undefined);
    const menu = last === undefined ? undefined : vendorOptions(last.message);
    if (menu?.bootMenu !== undefined) lines.push(...menuLines(server, replies, menu, tags, report));
    else lines.push(...fileLines(server, replies, tags, report));
  }
  return lines;
}

function groupsOf(replies: readonly SketchedReply[]): readonly Group[] {
  const firmwares = new Set(replies.map(({ firmware }) => firmware));
  const architectures = new Set(replies.map(({ architecture }) => architecture));
  const groups = new Map<string, Group & { replies: SketchedReply[] }>();
  for (const reply of replies) {
    const { firmware, architecture } = reply;
    const tags: string[] = [];
    const definitions: string[] = [];
    if (firmwares.size > 1 && firmwares.has('ipxe')) {
      definitions.push('dhcp-userclass=set:ipxe,iPXE');
      tags.push(firmware === 'ipxe' ? 'tag:ipxe' : 'tag:!ipxe');
    }
    if (firmwares.size > 1 && firmwares.has('http')) {
      definitions.push('dhcp-vendorclass=set:http,HTTPClient');
      if (firmware !== 'ipxe') tags.push(firmware === 'http' ? 'tag:http' : 'tag:!http');
    }
    if (architectures.size > 1 && architecture !== undefined && firmware !== 'ipxe') {
      definitions.push(`dhcp-match=set:arch${architecture},option:client-arch,${architecture}`);
      tags.push(`tag:arch${architecture}`);
    }
    const key = tags.join(',');
    const group = groups.get(key) ?? { tags: key === '' ? '' : `${key},`, definitions, replies: [] };
    group.replies.push(reply);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function menuLines(
  server: SketchedServer,
  replies: readonly SketchedReply[],
  { bootMenu = [], menuPrompt, bootServers = [] }: NonNullable<ReturnType<typeof vendorOptions>>,
  tags: string,
  report: CaptureReport,
): readonly string[] {
  const lines: string[] = [];
  if (menuPrompt !== undefined && menuPrompt.text !== 'PXE')
    lines.push(`pxe-prompt=${tags}"${menuPrompt.text}",${menuPrompt.timeoutS}`);
  const [{ architecture = 0 } = {}] = replies;
  const csa = architecture === 0 ? X86_PC : String(architecture);
  for (const { type, text } of bootMenu) {
    const label = `"${text.replaceAll('"', "'")}"`;
    if (type === 0) {
      lines.push(`pxe-service=${tags}${csa},${label}`);
      continue;
    }
    const answered = replies.find(({ item, message }) => item === type && fileOf(message) !== undefined);
    const name = answered === undefined ? undefined : fileOf(answered.message);
    if (name === undefined) report.missing(fromCaptureMessage('from-capture.item', { item: text }));
    const base = name === undefined ? `not-chosen-${type & 0x7fff}` : name.replace(/\.0$/, '');
    const [other] = bootServers.find((one) => one.type === type)?.addresses ?? [];
    const at = other === undefined || other === server.address ? '' : `,${formatIpv4(other)}`;
    lines.push(`pxe-service=${tags}${csa},${label},${base}${at}`);
  }
  return lines;
}

function fileOf(message: DhcpMessage): string | undefined {
  const name = bootFileName(message);
  return name === '' ? undefined : name;
}

function fileLines(
  server: SketchedServer,
  replies: readonly SketchedReply[],
  tags: string,
  report: CaptureReport,
): readonly string[] {
  const named = replies.findLast(({ message }) => fileOf(message) !== undefined);
  const lines: string[] = [];
  if (named !== undefined) {
    const { siaddr } = named.message;
    if (siaddr === IPV4_ANY) report.guessed(fromCaptureMessage('from-capture.next-server', { server: server.name }));
    const at = siaddr === IPV4_ANY || siaddr === server.address ? '' : `,,${formatIpv4(siaddr)}`;
    lines.push(`dhcp-boot=${tags}${fileOf(named.message) ?? ''}${at}`);
  }
  for (const code of [DHCP_OPTION.vendorClass, DHCP_OPTION.tftpServerName, DHCP_OPTION.vendorSpecific]) {
    const data = replies.map(({ message }) => collectOption(message, code)).find((found) => found !== undefined);
    // A proxy of dnsmasq sends its own.
    if (data === undefined || replies.every(({ isProxy }) => isProxy)) continue;
    lines.push(`dhcp-option-force=${tags}${code},${optionText(code, data)}`);
  }
  return lines;
}
