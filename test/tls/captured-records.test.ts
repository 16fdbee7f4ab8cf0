/**
 * The records of OpenSSL, curl and Python in `tls.pcapng` through the codec: what is read is written again byte for byte,
 * with the keys of the capture inside of encrypted records too. The same records damaged: reading ends.
 */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCapture } from '../../src/analysis/pcapng/reader.ts';
import { writePcapng } from '../../src/analysis/pcapng/writer.ts';
import { equalBytes, toHex } from '../../src/base/bytes.ts';
import { itemAt } from '../../src/base/lists/list.ts';
import { makeRegistry } from '../../src/protocols/all.ts';
import { FrameList } from '../../src/protocols/core/frame-source.ts';
import { DissectionSession } from '../../src/protocols/core/session.ts';
import type { TreeItem } from '../../src/protocols/core/tree.ts';
import { decodeHandshake, encodeHandshake, HandshakeReader } from '../../src/protocols/tls/handshake.ts';
import { encodeRecord, RecordReader, type TlsRecord } from '../../src/protocols/tls/records.ts';
import { checkSession, sessionOf } from '../support/frames.ts';

const FILE = new URL('../oracle/fixtures/tls.pcapng', import.meta.url);
const { store } = readCapture(readFileSync(FILE));
const session = new DissectionSession(store, makeRegistry());
session.advance();

function* itemsOf(items: readonly TreeItem[]): Generator<TreeItem> {
  for (const item of items) {
    yield item;
    yield* itemsOf(item.children);
  }
}

/** All items of a field in the capture. */
function found(name: string): { item: TreeItem; bytes: Uint8Array }[] {
  return Array.from({ length: store.length }, (_, frame) => session.tree(frame)).flatMap(({ items, sources }) =>
    [...itemsOf(items)]
      .filter(({ field }) => field.name === name)
      .map((item) => ({
        item,
        bytes: itemAt(sources, item.source).bytes.subarray(item.start, item.start + item.length),
      })),
  );
}

const MESSAGES = found('tls.handshake').filter(({ item }) =>
  item.children.some(({ field }) => field.name === 'tls.handshake.type'),
);

describe('captured handshakes', () => {
  it('are written as they were read', () => {
    const kinds: Record<string, number> = {};
    const differences: string[] = [];
    for (const { bytes } of MESSAGES) {
      // The capture has both versions, and a message does not say which it is of.
      const readings = [0x0303, 0x0304].flatMap((version) =>
        (['ecdhe', 'rsa'] as const).map((keyExchange) => decodeHandshake(bytes, { version, keyExchange })),
      );
      const good = readings.find((one) => one.ok && equalBytes(encodeHandshake(one.value), bytes));
      if (good?.ok !== true) differences.push(toHex(bytes));
      else kinds[good.value.kind] = (kinds[good.value.kind] ?? 0) + 1;
    }
    expect(differences).toEqual([]);
    expect(kinds).toEqual({
      'client-hello': 6,
      'server-hello': 6,
      certificate: 5,
      'server-key-exchange': 3,
      'certificate-request': 1,
      'server-hello-done': 4,
      'client-key-exchange': 4,
      'certificate-verify': 4,
      'new-session-ticket': 1,
      finished: 10,
      'encrypted-extensions': 2,
      'certificate-13': 3,
      'certificate-request-13': 1,
      'new-session-ticket-13': 4,
    });
  });

  it('are read from fragments of any size', () => {
    const stream = MESSAGES.slice(0, 5).map(({ bytes }) => bytes);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1 }), (sizes) => {
        const all = new Uint8Array(stream.reduce((sum, one) => sum + one.length, 0));
        let end = 0;
        for (const one of stream) {
          all.set(one, end);
          end += one.length;
        }
        const records: TlsRecord[] = [];
        const reader = new RecordReader();
        const messages = new HandshakeReader();
        for (let at = 0, which = 0; at < all.length; which++) {
          const size = itemAt(sizes, which % sizes.length);
          reader.push(encodeRecord(22, 0x0303, all.subarray(at, at + size)), (record) => records.push(record));
          at += size;
        }
        for (const { fragment } of records) messages.push(fragment);
        for (const one of stream) expect(messages.next()).toEqual(one);
        expect(messages.next()).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });

  it('are refused, never with an exception, when they are damaged', () => {
    let refused = 0;
    fc.assert(
      fc.property(
        fc.nat(MESSAGES.length - 1),
        fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        fc.constantFrom('ecdhe', 'dhe', 'rsa', undefined),
        fc.constantFrom(0x0302, 0x0303, 0x0304),
        (which, changes, keyExchange, version) => {
          const bytes = itemAt(MESSAGES, which).bytes.slice();
          for (const [at, value] of changes) bytes[at % bytes.length] = value;
          const decoded = decodeHandshake(bytes, { version, keyExchange });
          // What is still well formed says exactly what its bytes say.
          if (decoded.ok) expect(encodeHandshake(decoded.value).length).toBe(bytes.length);
          else refused++;
        },
      ),
      { numRuns: 200 },
    );
    expect(refused).toBeGreaterThan(100);
  });
});

describe('with the keys of the capture', () => {
  it('the requests inside are seen, and without them not', () => {
    const uris = found('http.request.full_uri').map(({ item }) => item.value);
    expect(uris).toEqual(Array.from({ length: 10 }, (_, at) => `https://boot.lab/${at % 2 === 0 ? 'a' : 'b'}`));
    const bodies = found('http.file_data').map(({ bytes }) => bytes.length);
    expect(bodies).toEqual(Array.from({ length: 10 }, (_, at) => (at % 2 === 0 ? 18 : 3000)));
    const frames = Array.from({ length: store.length }, (_, index) => store.bytes(index));
    const blind = sessionOf(frames);
    const protocols = frames.map((_, index) => blind.tree(index).columns.protocol);
    expect(protocols).not.toContain('HTTP');
    expect(protocols).toContain('TLSv1.3');
  });

  it('a capture keeps them when it is written', () => {
    const again = readCapture(writePcapng(store));
    expect(again.store.secrets.text).toBe(store.secrets.text);
    expect(store.secrets.text.split('\n')).toHaveLength(14);
  });

  it('the dissection of damaged frames ends', () => {
    const frames = Array.from({ length: store.length }, (_, index) => store.bytes(index));
    fc.assert(
      fc.property(
        fc.nat(frames.length - 12),
        fc.array(fc.record({ frame: fc.nat(11), at: fc.nat(1200), value: fc.nat(255) }), { maxLength: 6 }),
        (start, changes) => {
          const few = frames.slice(start, start + 12).map((frame) => frame.slice());
          for (const { frame, at, value } of changes) {
            const bytes = itemAt(few, frame);
            if (at < bytes.length) bytes[at] = value;
          }
          const list = new FrameList(few.map((bytes) => ({ bytes })));
          list.secrets.addText(store.secrets.text);
          const damaged = new DissectionSession(list, makeRegistry());
          damaged.advance();
          checkSession(damaged);
        },
      ),
      { numRuns: 20 },
    );
  });
});
