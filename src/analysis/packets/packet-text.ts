/** A frame as text to copy: summary, lines of the tree, JSON, hex dump, C array. Formats that other tools read. */
import { toHex } from '../../base/bytes.ts';
import { formatSeconds, formatValue } from '../../protocols/core/format.ts';
import type { FrameTree } from '../../protocols/core/session.ts';
import type { TreeItem } from '../../protocols/core/tree.ts';

const PER_LINE = 16;

/** Offset, sixteen bytes and their characters, as `hexdump -C` and text2pcap have them. */
export function hexDump(bytes: Uint8Array): string {
  let out = '';
  for (let at = 0; at < bytes.length; at += PER_LINE) {
    const line = bytes.subarray(at, at + PER_LINE);
    const text = [...line].map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');
    out += `${at.toString(16).padStart(4, '0')}  ${toHex(line, ' ').padEnd(3 * PER_LINE - 1)}  ${text}\n`;
  }
  return out;
}

/** A definition in C: `static const unsigned char name[] = { 0x… };`. */
export function cArray(bytes: Uint8Array, name: string): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 8)
    lines.push(
      `  ${[...bytes.subarray(at, at + 8)].map((byte) => `0x${byte.toString(16).padStart(2, '0')}`).join(', ')}`,
    );
  return `/* ${bytes.length} bytes */\nstatic const unsigned char ${name}[] = {\n${lines.join(',\n')}\n};\n`;
}

function shown(item: TreeItem): string {
  return item.generated ? `[${item.text}]` : item.text;
}

/** The tree, four blanks for each level, as Wireshark copies it. */
export function treeText(items: readonly TreeItem[], depth = 0): string {
  return items
    .filter((item) => !item.hidden)
    .map((item) => `${'    '.repeat(depth)}${shown(item)}\n${treeText(item.children, depth + 1)}`)
    .join('');
}

/** Below these, a tree says what the two ends told each other. */
const CARRIERS: ReadonlySet<string> = new Set(['frame', 'eth', 'vlan', 'ip', 'udp', 'tcp']);

/** What stands above the transport, indented as YAML is, for reading. */
export function messageText({ items }: FrameTree): string {
  const lines = (level: readonly TreeItem[], depth: number): string =>
    level
      .filter((item) => !item.hidden)
      .map((item) => {
        const text = shown(item);
        const end = item.children.length > 0 && !text.includes(': ') ? ':' : '';
        return `${'  '.repeat(depth)}${text}${end}\n${lines(item.children, depth + 1)}`;
      })
      .join('');
  return lines(
    items.filter(({ field }) => !CARRIERS.has(field.name)),
    0,
  );
}

type Json = string | readonly Json[] | { readonly [key: string]: Json };

/** Members in the order of the tree; fields that occur several times become arrays. */
function members(items: readonly TreeItem[]): Json {
  const out = new Map<string, Json[]>();
  for (const item of items) {
    if (item.hidden) continue;
    const { name } = item.field;
    const key = name === '' ? item.text : name;
    const value = item.value === undefined ? undefined : formatValue(item.field, item.value);
    const below = item.children.length === 0 ? undefined : members(item.children);
    const own = out.get(key) ?? [];
    out.set(key, own);
    if (value !== undefined) own.push(value);
    else if (below === undefined) own.push(item.text);
    if (below === undefined) continue;
    // Wireshark's JSON: what lies below a field with a value is beside it.
    if (value === undefined) own.push(below);
    else out.set(`${key}_tree`, [...(out.get(`${key}_tree`) ?? []), below]);
  }
  return Object.fromEntries(
    [...out].map(([key, values]) => {
      const [only] = values;
      return [key, values.length === 1 && only !== undefined ? only : values];
    }),
  );
}

/** The frame as `tshark -T json` nests it: layers by name, fields by filter name, values as text. */
export function packetJson({ items }: FrameTree): string {
  return `${JSON.stringify({ _source: { layers: members(items) } }, undefined, 2)}\n`;
}

/** The line of the packet list, its columns separated by tabs. */
export function packetSummary({ number, columns }: FrameTree, timeNs: number, length: number): string {
  const { source, destination, protocol, info } = columns;
  return [number, formatSeconds(timeNs), source, destination, protocol, length, info].join('\t');
}
