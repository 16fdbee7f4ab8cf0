/**
 * Holds the dissection against Wireshark's: the same capture goes through `tshark -T pdml` and through a session, and
 * for each frame the layers and the name, place and value of each field must agree.
 *
 *     npx tsx test/oracle/compare-tshark.ts [FILE...] [--all] [--labels]
 *
 * prints what differs, grouped by field; without a file, for all fixtures. `--all` shows the known differences too,
 * `--labels` compares the lines of the tree as well. Exit code 1 when something differs.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { readCapture } from '../../src/analysis/pcapng/reader.ts';
import { byteAt, readU16, toHex } from '../../src/base/bytes.ts';
import { PROTOCOLS } from '../../src/protocols/all.ts';
import type { FieldValue } from '../../src/protocols/core/field.ts';
import { Registry } from '../../src/protocols/core/registry.ts';
import { formatValue } from '../../src/protocols/core/format.ts';
import type { FrameSource } from '../../src/protocols/core/frame-source.ts';
import { DissectionSession, type FrameTree } from '../../src/protocols/core/session.ts';
import type { TreeItem } from '../../src/protocols/core/tree.ts';
import { KNOWN_DIFFERENCES, UNKNOWN_TO_TSHARK, type KnownDifference } from './known-differences.ts';
import { FIELD_WRAPPER, parsePdml, type PdmlField, type PdmlFrame } from './pdml.ts';

export type DifferenceKind = 'missing' | 'extra' | 'span' | 'value' | 'label' | 'layers';

export interface Difference {
  readonly kind: DifferenceKind;
  readonly field: string;
  /** From 1. */
  readonly frame: number;
  readonly theirs: string;
  readonly ours: string;
  /** The packet was captured before, on the other side of a router. */
  readonly isSecondHop: boolean;
  /** What tshark finds in the frame, with spaces between. */
  readonly layers: string;
}

export interface Comparison {
  readonly frames: number;
  /** Fields that both have and that agree in all. */
  readonly agreeing: number;
  /** Protocols that tshark found and the lab does not know: shown as data, not compared. */
  readonly unknown: readonly string[];
  readonly differences: readonly Difference[];
}

export function tsharkAvailable(): boolean {
  try {
    execFileSync('tshark', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Two passes (`-2`), no name resolution (`-n`), checksums checked: the conditions of a session. */
export function tsharkPdml(file: string): PdmlFrame[] {
  const checks = ['ip', 'udp', 'tcp'].flatMap((protocol) => ['-o', `${protocol}.check_checksum:TRUE`]);
  // The lab always waits for a gap to close; here it is a preference.
  checks.push('-o', 'tcp.reassemble_out_of_order:TRUE');
  const text = execFileSync('tshark', ['-n', '-2', '-r', file, '-T', 'pdml', ...checks], {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, TZ: 'UTC' },
  });
  return parsePdml(text);
}

/** What the dissection itself puts at the top of a tree. */
const BUILT_IN_LAYERS = ['data', '_ws.malformed', '_ws.short', FIELD_WRAPPER];

interface OurField {
  readonly name: string;
  readonly show: string;
  readonly text: string;
  readonly start: number;
  readonly length: number;
}

function flatten(items: readonly TreeItem[], out: OurField[] = []): OurField[] {
  for (const item of items) {
    const value: FieldValue = item.value;
    const show = formatValue(item.field, value);
    if (item.field.name !== '') {
      out.push({ name: item.field.name, show, text: item.text, start: item.start, length: item.length });
    }
    flatten(item.children, out);
  }
  return out;
}

/** Numbers are compared as numbers: PDML shows some with more digits than they have. */
function sameValue(theirs: PdmlField, ours: OurField): boolean {
  if (theirs.show === ours.show) return true;
  if (theirs.show === '' || ours.show === '') return ours.show === '' && theirs.show === '';
  return Number(theirs.show) === Number(ours.show);
}

function isProtocolItem(field: PdmlField): boolean {
  return !field.name.includes('.');
}

function compareFrame(
  number: number,
  theirs: PdmlFrame,
  tree: FrameTree,
  known: ReadonlySet<string>,
  labels: boolean,
  isSecondHop: boolean,
): Difference[] {
  const differences: Difference[] = [];
  const layers = theirs.layers.join(' ');
  const add = (kind: DifferenceKind, field: string, their: string, our: string): void => {
    differences.push({ kind, field, frame: number, theirs: their, ours: our, isSecondHop, layers });
  };
  // A protocol that the lab does not know, and all above it, is data.
  const stop = theirs.layers.findIndex((layer) => !known.has(layer));
  const theirLayers = stop < 0 ? theirs.layers : [...theirs.layers.slice(0, stop), 'data'];
  const ourLayers = tree.items
    .filter((item) => item.field.type === 'protocol')
    .map((item) => item.field.name)
    .join(' ');
  if (theirLayers.join(' ') !== ourLayers) add('layers', 'layers', theirLayers.join(' '), ourLayers);
  const ours = new Map<string, OurField[]>();
  for (const one of flatten(tree.items)) ours.set(one.name, [...(ours.get(one.name) ?? []), one]);
  for (const their of theirs.fields) {
    if (!known.has(their.layer)) continue;
    if (stop >= 0 && their.name === 'frame.protocols') {
      ours.delete(their.name);
      continue;
    }
    const our = ours.get(their.name)?.shift();
    if (our === undefined) {
      add('missing', their.name, `${their.start}+${their.length} ${their.show}`, '');
      continue;
    }
    if (our.start !== their.start || our.length !== their.length) {
      // PDML writes `data` without a place.
      if (their.name !== 'data') {
        add('span', their.name, `${their.start}+${their.length}`, `${our.start}+${our.length}`);
      }
    }
    if (!isProtocolItem(their) && !sameValue(their, our)) add('value', their.name, their.show, our.show);
    if (labels && their.showname !== '' && their.showname !== our.text) {
      add('label', their.name, their.showname, our.text);
    }
  }
  for (const [name, left] of ours) {
    if (stop >= 0 && name.split('.')[0] === 'data') continue;
    for (const one of left) add('extra', name, '', `${one.start}+${one.length} ${one.show}`);
  }
  return differences;
}

/** Whether a difference is one that is written down. */
export function isKnown(difference: Difference, known: readonly KnownDifference[] = KNOWN_DIFFERENCES): boolean {
  return known.some((one) => {
    const matches = one.field.endsWith('*')
      ? difference.field.startsWith(one.field.slice(0, -1))
      : difference.field === one.field;
    const looksSo = one.theirs === undefined || one.theirs.test(difference.theirs);
    const isThere =
      (one.isSecondHop !== true || difference.isSecondHop) &&
      (one.layers === undefined || one.layers.test(difference.layers));
    return matches && looksSo && isThere && (one.what === 'any' || one.what === difference.kind);
  });
}

const [IPV4, VLAN_TAG] = [0x0800, 0x8100];

/** Where the IPv4 header of an Ethernet frame begins, behind VLAN tags. */
function ipv4At(bytes: Uint8Array): number | undefined {
  for (let at = 12; at + 2 <= bytes.length; at += 4) {
    const type = readU16(bytes, at);
    if (type === IPV4 && at + 22 <= bytes.length) return at + 2;
    if (type !== VLAN_TAG) return undefined;
  }
  return undefined;
}

/**
 * Frames (from 0) whose IPv4 packet another interface has seen before with a TTL one higher: a router changes only TTL
 * and checksum.
 */
export function secondHops(frames: FrameSource): ReadonlySet<number> {
  const seen = new Map<string, number>();
  const out = new Set<number>();
  for (let i = 0; i < frames.length; i++) {
    const bytes = frames.bytes(i);
    const at = ipv4At(bytes);
    if (at === undefined) continue;
    const ttl = byteAt(bytes, at + 8);
    const packet = [bytes.subarray(at, at + 8), bytes.subarray(at + 9, at + 10), bytes.subarray(at + 12)].map((part) =>
      toHex(part),
    );
    const before = seen.get(`${ttl + 1} ${packet.join(' ')}`);
    if (before !== undefined && before !== frames.interfaceId(i)) out.add(i);
    seen.set(`${ttl} ${packet.join(' ')}`, frames.interfaceId(i));
  }
  return out;
}

export function compareFrames(theirs: readonly PdmlFrame[], frames: FrameSource, labels = false): Comparison {
  const registry = new Registry(PROTOCOLS.filter(({ id }) => !UNKNOWN_TO_TSHARK.includes(id)));
  const session = new DissectionSession(frames, registry);
  const known = new Set([...registry.protocols.map((protocol) => protocol.id), ...BUILT_IN_LAYERS]);
  session.advance();
  const differences: Difference[] = [];
  const hops = secondHops(frames);
  let compared = 0;
  for (const [index, frame] of theirs.entries()) {
    differences.push(...compareFrame(index + 1, frame, session.tree(index), known, labels, hops.has(index)));
    compared += frame.fields.filter((one) => known.has(one.layer)).length;
  }
  const unknown = [...new Set(theirs.flatMap((frame) => frame.layers))].filter((layer) => !known.has(layer));
  return { frames: theirs.length, agreeing: compared - differences.length, unknown, differences };
}

export function compareCapture(file: string, labels = false): Comparison {
  const capture = readCapture(readFileSync(file));
  return compareFrames(tsharkPdml(file), capture.store, labels);
}

/** One paragraph a field: how often, and the first examples. */
export function report(differences: readonly Difference[]): string {
  const groups = new Map<string, Difference[]>();
  for (const difference of differences) {
    const key = `${difference.field} ${difference.kind}`;
    groups.set(key, [...(groups.get(key) ?? []), difference]);
  }
  const lines: string[] = [];
  for (const [key, group] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    lines.push(`${key}: ${group.length}`);
    for (const one of group.slice(0, 3)) {
      lines.push(`  frame ${one.frame}: tshark <${one.theirs.slice(0, 160)}> ours <${one.ours.slice(0, 160)}>`);
    }
  }
  return lines.join('\n');
}

/** The captures that come with the project. */
export function fixtures(): string[] {
  const folder = new URL('fixtures/', import.meta.url);
  return readdirSync(folder)
    .sort()
    .map((name) => fileURLToPath(new URL(name, folder)));
}

function main(args: readonly string[]): number {
  const named = args.filter((arg) => !arg.startsWith('--'));
  const files = named.length > 0 ? named : fixtures();
  let worst = 0;
  for (const file of files) {
    const { frames, agreeing, unknown, differences } = compareCapture(file, args.includes('--labels'));
    const shown = args.includes('--all') ? differences : differences.filter((one) => !isKnown(one));
    console.log(
      `${file}: ${frames} frames, ${agreeing} fields agree, ${shown.length} differ, not known: ${unknown.join(' ')}`,
    );
    if (shown.length > 0) {
      console.log(report(shown));
      worst = 1;
    }
  }
  return worst;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = main(process.argv.slice(2));
}
