/** Proves that "apply as filter" on any field of real frames chooses the frame that it was applied to. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { TreeItem } from '../../protocols/core/tree.ts';
import { Capture } from '../capture.ts';
import { readCapture } from '../pcapng/reader.ts';
import { fieldFilter, joinFilters, quoteText } from './field-filter.ts';
import { compileFilter } from './filter.ts';

const FIXTURES = 'test/oracle/fixtures';
/** What is inside TLS is decrypted only where a field of the inner protocol is asked for. */
const NOT_ASKED_FOR = 'tls.segment.data';

function flat(items: readonly TreeItem[]): readonly TreeItem[] {
  return items.flatMap((item) => [item, ...flat(item.children)]);
}

describe('a filter made from a field', () => {
  it.each(readdirSync(FIXTURES).filter((name) => name.includes('.pcap')))(
    'matches the frame that it comes from: %s',
    (name) => {
      const { store } = readCapture(new Uint8Array(readFileSync(`${FIXTURES}/${name}`)), { maxFrames: 60 });
      const capture = new Capture(store);
      const tried = new Set<string>();
      const wrong: string[] = [];
      for (let index = 0; index < store.length; index++) {
        for (const item of flat(capture.session.tree(index).items)) {
          const text = fieldFilter(item.field, item.value);
          if (text === undefined || tried.has(text) || item.field.name === NOT_ASKED_FOR) continue;
          tried.add(text);
          const filter = compileFilter(text, capture.registry);
          if (!filter.ok) wrong.push(`${text}: ${filter.error.message.text}`);
          else if (!capture.matches(filter.value, index)) wrong.push(`${index + 1}: ${text} is not met`);
        }
      }
      expect(tried.size).toBeGreaterThan(50);
      expect(wrong).toEqual([]);
    },
  );

  it('quotes what a file name may hold', () => {
    expect(quoteText('a "b" \\ c')).toBe('"a \\"b\\" \\\\ c"');
    expect(quoteText('é\n0')).toBe('"\\303\\251\\0120"');
  });

  it('is joined to the one that is there, in brackets where it must be', () => {
    expect(joinFilters('', 'and', 'arp')).toBe('arp');
    expect(joinFilters(' tftp ', 'and', 'ip.ttl == 64')).toBe('tftp && ip.ttl == 64');
    expect(joinFilters('arp or tftp', 'and', 'ip.ttl == 64')).toBe('(arp or tftp) && ip.ttl == 64');
    expect(joinFilters('arp', 'or-not', 'tftp')).toBe('arp || !(tftp)');
    expect(joinFilters('arp', 'not-selected', 'tftp')).toBe('!(tftp)');
    expect(joinFilters('', 'and-not', 'tftp')).toBe('!(tftp)');
  });
});
