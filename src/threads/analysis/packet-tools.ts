/** Questions about single packets: find one, copy one, the filters for what it shows, and what belongs to it. */
import { formatMac } from '../../base/address.ts';
import { readU32, byteAt, toHex } from '../../base/bytes.ts';
import { compileFilter } from '../../analysis/filter/filter.ts';
import { fieldFilter, quoteText } from '../../analysis/filter/field-filter.ts';
import { filterMessage } from '../../analysis/filter/messages.ts';
import { conversationKey, readArp, readHeaders, type FrameHeaders } from '../../analysis/headers.ts';
import { cArray, hexDump, packetJson, packetSummary, treeText } from '../../analysis/packets/packet-text.ts';
import { relatedFrames } from '../../analysis/packets/related-frames.ts';
import { byBytes, byFilter, byText, parseHex, type SearchTest } from '../../analysis/packets/search.ts';
import { unreachable } from '../../base/result.ts';
import type { Message } from '../../base/sentence.ts';
import { formatValue } from '../../protocols/core/format.ts';
import type { TreeItem } from '../../protocols/core/tree.ts';
import type { ByteRange, CopyFormat, Relation, Search, SearchQuery, SearchResult } from '../api/packets-api.ts';
import type { View } from './view.ts';

/** Frames checked at in one step of a search: some milliseconds of work. */
const STEP_FRAMES = 2000;
/** Frames checked through for an answer: enough for any conversation of a boot. */
const MAX_APART = 200_000;
const DHCP_PORTS: ReadonlySet<number> = new Set([67, 68]);
/** Of a DHCP message (RFC 2131 §2). */
const DHCP = { op: 0, xid: 4 } as const;

/** The fields that a list's address may come from. */
const ADDRESS_FIELDS = {
  source: ['ip.src', 'ipv6.src', 'arp.src.proto_ipv4', 'eth.src'],
  destination: ['ip.dst', 'ipv6.dst', 'arp.dst.proto_ipv4', 'eth.dst'],
} as const;

function testOf(query: SearchQuery, view: View): SearchTest | Message {
  switch (query.kind) {
    case 'filter': {
      const filter = compileFilter(query.text, view.capture.registry);
      return filter.ok ? byFilter(filter.value) : filter.error.message;
    }
    case 'hex': {
      const bytes = parseHex(query.text);
      return bytes === undefined ? filterMessage('filter.not-bytes', { text: query.text }) : byBytes(bytes);
    }
    case 'text':
      return byText(query.text, query.place);
    default:
      return unreachable(query);
  }
}

/** Looks at every row once, from one on, the last one being that where it began. */
export async function searchFrames(
  view: View,
  { query, from, back }: Search,
  pause: () => Promise<void>,
  isCurrent: () => boolean,
): Promise<SearchResult> {
  const test = testOf(query, view);
  if (typeof test !== 'function') return { ok: false, problem: test };
  const { rows } = view;
  const step = back ? -1 : 1;
  let row = from ?? (back ? rows : -1);
  let wrapped = false;
  for (let checked = 0; checked < rows; checked++) {
    if (checked % STEP_FRAMES === STEP_FRAMES - 1) {
      await pause();
      if (!isCurrent()) break;
    }
    row += step;
    if (row < 0 || row >= rows) {
      row = back ? rows - 1 : 0;
      wrapped = true;
    }
    const frame = view.listedFrame(row);
    if (frame !== undefined && test(view.capture, frame)) return { ok: true, row, number: frame + 1, wrapped };
  }
  return { ok: true, row: undefined, number: undefined, wrapped };
}

export function copyFrame(view: View, frame: number, format: CopyFormat, range?: ByteRange): string {
  const tree = view.capture.session.tree(frame);
  const whole = tree.sources[range?.source ?? 0]?.bytes ?? view.frames.bytes(frame);
  const bytes = range === undefined ? whole : whole.subarray(range.offset, range.offset + range.length);
  switch (format) {
    case 'summary':
      return packetSummary(tree, view.frames.timeNs(frame), view.frames.origLen(frame));
    case 'tree':
      return treeText(tree.items);
    case 'json':
      return packetJson(tree);
    case 'hex':
      return hexDump(bytes);
    case 'hex-stream':
      return toHex(bytes);
    case 'c':
      return cArray(bytes, `packet_${frame + 1}`);
    default:
      return unreachable(format);
  }
}

function fieldsNamed(items: readonly TreeItem[], name: string): readonly TreeItem[] {
  return items.flatMap((item) => [...(item.field.name === name ? [item] : []), ...fieldsNamed(item.children, name)]);
}

export function cellFilterOf(view: View, frame: number, column: string): string | undefined {
  const { frames, capture } = view;
  const { items, columns } = capture.session.tree(frame);
  switch (column) {
    case 'no':
      return `frame.number == ${frame + 1}`;
    case 'length':
      return `frame.len == ${frames.origLen(frame)}`;
    case 'port': {
      const { name } = frames.interfaceOf(frame);
      return name === '' ? undefined : `frame.interface_name == ${quoteText(name)}`;
    }
    // What a frame says is no field: its protocol is the nearest.
    case 'info':
    case 'protocol': {
      const layers = items
        .map(({ field }) => capture.registry.protocol(field.name))
        .filter((found) => found !== undefined);
      return (layers.find(({ shortName }) => shortName === columns.protocol) ?? layers.at(-1))?.id;
    }
    case 'source':
    case 'destination':
      for (const name of ADDRESS_FIELDS[column]) {
        const found = fieldsNamed(items, name).find(
          ({ field, value }) => formatValue(field, value) === columns[column],
        );
        if (found !== undefined) return fieldFilter(found.field, found.value);
      }
      return undefined;
  }
  const [first] = fieldsNamed(items, column === 'time' ? 'frame.time_relative' : column);
  return first === undefined ? undefined : fieldFilter(first.field, first.value);
}

export function conversationFilterOf(view: View, frame: number): string | undefined {
  const { items } = view.capture.session.tree(frame);
  for (const name of ['tcp.stream', 'udp.stream']) {
    const found = fieldsNamed(items, name).at(-1);
    if (found !== undefined) return fieldFilter(found.field, found.value);
  }
  const headers = readHeaders(view.frames.bytes(frame));
  if (headers === undefined) return undefined;
  return `eth.addr == ${formatMac(headers.source)} && eth.addr == ${formatMac(headers.destination)}`;
}

interface PacketMessage {
  /** The same for all messages of a conversation. */
  readonly key: string;
  /** Which of two sides has sent it. */
  readonly side: string;
}

/** DHCP is told apart by its transaction, ARP by its question, the others by addresses and ports. */
function messageOf(bytes: Uint8Array): PacketMessage | undefined {
  const headers = readHeaders(bytes);
  if (headers === undefined) return undefined;
  const arp = readArp(bytes, headers);
  if (arp !== undefined) {
    const { sender, target } = arp;
    return { key: `arp ${Math.min(sender, target)} ${Math.max(sender, target)}`, side: String(sender) };
  }
  const dhcp = dhcpOf(bytes, headers);
  if (dhcp !== undefined) return dhcp;
  const key = conversationKey(headers);
  if (key === undefined || headers.ip === undefined) return undefined;
  return { key, side: `${headers.ip.source}:${headers.transport?.sourcePort}` };
}

function dhcpOf(bytes: Uint8Array, { transport, payloadStart, payloadEnd }: FrameHeaders): PacketMessage | undefined {
  if (transport?.kind !== 'udp' || payloadEnd - payloadStart < 236) return undefined;
  if (!DHCP_PORTS.has(transport.sourcePort) && !DHCP_PORTS.has(transport.destinationPort)) return undefined;
  return {
    key: `dhcp ${readU32(bytes, payloadStart + DHCP.xid)}`,
    side: String(byteAt(bytes, payloadStart + DHCP.op)),
  };
}

/** What the dissectors link, else the nearest frame of the other side (of any side, for `next` and `previous`). */
export function relatedFrame(view: View, frame: number, relation: Relation): number | undefined {
  const { frames, capture } = view;
  if (relation === 'request' || relation === 'reply') {
    const linked = relatedFrames(capture.session.tree(frame).items)[relation];
    if (linked !== undefined) return linked;
  }
  const own = messageOf(frames.bytes(frame));
  if (own === undefined) return undefined;
  const step = relation === 'request' || relation === 'previous' ? -1 : 1;
  const isEitherSide = relation === 'next' || relation === 'previous';
  for (let at = frame + step, n = 0; at >= 0 && at < frames.length && n < MAX_APART; at += step, n++) {
    const other = messageOf(frames.bytes(at));
    if (other?.key === own.key && (isEitherSide || other.side !== own.side)) return at + 1;
  }
  return undefined;
}
