/** Everything that looks at a capture, each as a function of it: for the hostile captures and for their benchmark. */
import { Capture, FilteredFrames } from '../../src/analysis/capture.ts';
import { compileFilter } from '../../src/analysis/filter/filter.ts';
import type { FrameStore } from '../../src/analysis/frame-store.ts';
import { Ladder } from '../../src/analysis/ladder/ladder.ts';
import { LADDER_WORDS } from '../support/ladder-words.ts';
import { ladderSvg } from '../../src/analysis/ladder/svg.ts';
import { Colouring, DEFAULT_COLOUR_RULES, packetRow } from '../../src/analysis/packet-list.ts';
import { readCapture } from '../../src/analysis/pcapng/reader.ts';
import { writePcapng } from '../../src/analysis/pcapng/writer.ts';
import { diagnose } from '../../src/analysis/story/findings/diagnose.ts';
import { BootFacts } from '../../src/analysis/story/facts.ts';
import { followStream } from '../../src/analysis/streams/follow.ts';
import { transferredObjects } from '../../src/analysis/streams/objects.ts';
import { formatMac } from '../../src/base/address.ts';
import { makeRegistry } from '../../src/protocols/all.ts';
import type { TreeItem } from '../../src/protocols/core/tree.ts';

export interface Consumer {
  readonly name: string;
  /** Looks at all of the capture. `capture` has made its first pass, unless `isFirst`. */
  use(store: FrameStore, capture: Capture): unknown;
  readonly isFirst?: true;
}

const REGISTRY = makeRegistry();

/** One for each way of deciding: by the stack of protocols, by fields, by texts, by findings. */
export const FILTERS = [
  'arp or tftp',
  'not arp and not tcp',
  'tcp.len > 0 and ip.ttl > 1',
  'ip.ttl#[-1] > 1 or dhcp.option.type#1 == 12',
  'http.request.uri contains "initrd"',
  'frame contains "pxelinux"',
  '_ws.malformed or _ws.expert.severity >= 0x600000',
];

function matching(capture: Capture, text: string): number {
  const filter = compileFilter(text, capture.registry);
  if (!filter.ok) throw new Error(`${text}: ${filter.error.message.text}`);
  const frames = new FilteredFrames(capture, filter.value);
  frames.advance();
  return frames.length;
}

/** Texts and values of a whole tree: the number of its items. */
function readTree(items: readonly TreeItem[]): number {
  let count = 0;
  const waiting = [...items];
  for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) {
    count += item.text.length > 0 ? 1 : 0;
    waiting.push(...item.children);
  }
  return count;
}

function ladderOf(store: FrameStore, capture: Capture): Ladder {
  const ladder = new Ladder(store, (index) => capture.session.columns(index));
  ladder.update();
  return ladder;
}

function eachFrame<T>(store: FrameStore, look: (index: number) => T): T | undefined {
  let last: T | undefined;
  for (let index = 0; index < store.length; index++) last = look(index);
  return last;
}

export const CONSUMERS: readonly Consumer[] = [
  { name: 'first pass', isFirst: true, use: (_store, capture) => capture.layers.advance() },
  { name: 'columns', use: (store, capture) => eachFrame(store, (index) => capture.session.columns(index).info.length) },
  { name: 'tree', use: (store, capture) => eachFrame(store, (index) => readTree(capture.session.tree(index).items)) },
  {
    name: 'fields',
    use: (store, capture) => {
      const collector = capture.session.collector([...capture.registry.fields.values()]);
      return eachFrame(store, (index) => capture.session.collect(index, collector));
    },
  },
  { name: 'filters', use: (_store, capture) => FILTERS.map((text) => matching(capture, text)) },
  {
    name: 'colours',
    use: (store, capture) => {
      const colouring = new Colouring(DEFAULT_COLOUR_RULES, REGISTRY);
      return eachFrame(store, (index) => packetRow(capture, index, colouring));
    },
  },
  // Of the first frame and of one in the middle.
  { name: 'follow', use: (store) => [0, store.length >> 1].map((index) => followStream(store, index)?.turns.length) },
  { name: 'objects', use: (store) => transferredObjects(store).length },
  { name: 'ladder', use: (store, capture) => ladderOf(store, capture).arrows.length },
  { name: 'SVG', use: (store, capture) => ladderSvg(ladderOf(store, capture), 1000, LADDER_WORDS).length },
  {
    name: 'story',
    use: (store) => {
      const facts = new BootFacts(store);
      facts.update();
      return facts.dhcp.length + facts.files.length + diagnose(facts, formatMac).length;
    },
  },
  {
    name: 'pcapng',
    use: (store) => {
      const { store: again, error } = readCapture(writePcapng(store));
      if (error !== undefined || again.length !== store.length)
        throw new Error('the file is not read as it was written');
    },
  },
];
