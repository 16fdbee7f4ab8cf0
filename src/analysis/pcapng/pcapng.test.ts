/** Proves that what is written is read back, in any chunks, and that damaged files end in an error with a place. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../base/bytes.ts';
import { itemAt } from '../../base/lists/list.ts';
import { hexBytes } from '../../../test/support/frames.ts';
import { FrameStore } from '../frame-store.ts';
import { CaptureReader, readCapture } from './reader.ts';
import { pcapngParts, sectionHeaderBlock, writePcapng } from './writer.ts';

function records(store: FrameStore): unknown[] {
  return Array.from({ length: store.length }, (_, index) => {
    const record = store.record(index);
    return { ...record, bytes: [...record.bytes] };
  });
}

const anyFrame = fc.record(
  {
    timeNs: fc.integer({ min: 0, max: 8_000_000_000_000_000 }),
    interfaceId: fc.constantFrom(0, 1),
    bytes: fc.uint8Array({ maxLength: 90 }),
    direction: fc.constantFrom('in' as const, 'out' as const),
    comment: fc.string(),
  },
  { requiredKeys: ['timeNs', 'interfaceId', 'bytes'] },
);

const anyStore = fc.array(anyFrame, { maxLength: 12 }).map((frames) => {
  const store = new FrameStore();
  store.addInterface({ name: 'pc1.net0' });
  store.addInterface({ name: 'sw1.3', linkType: 113, snapLen: 2048, description: 'trunk é' });
  for (const frame of frames) store.append({ ...frame, origLen: frame.bytes.length + 4 });
  return store;
});

/** A pcap file of one 4-byte packet at 1.000000002 s (2 units), written by hand. */
const PCAP = {
  microLittle: hexBytes(
    'd4c3b2a1 0200 0400 00000000 00000000 00000400 01000000 01000000 02000000 04000000 08000000 deadbeef',
  ),
  microBig: hexBytes(
    'a1b2c3d4 0002 0004 00000000 00000000 00040000 00000001 00000001 00000002 00000004 00000008 deadbeef',
  ),
  nanoLittle: hexBytes(
    '4d3cb2a1 0200 0400 00000000 00000000 00000400 71000000 01000000 02000000 04000000 08000000 deadbeef',
  ),
  nanoBig: hexBytes(
    'a1b23c4d 0002 0004 00000000 00000000 00040000 00000071 00000001 00000002 00000004 00000008 deadbeef',
  ),
};

describe('pcapng', () => {
  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(anyStore, (store) => {
        const file = readCapture(writePcapng(store));
        expect(file.error).toBeUndefined();
        expect(file.format).toBe('pcapng');
        const added = file.store.length === 0 ? 0 : file.store.originS * 1e9;
        const back = records(file.store).map((record) => {
          const typed = record as { timeNs: number };
          return { ...typed, timeNs: typed.timeNs + added };
        });
        expect(back).toEqual(records(store));
        expect(file.store.interfaces).toEqual(store.interfaces);
      }),
    );
  });

  it('gives the same bytes for the same capture, whole or in parts', () => {
    fc.assert(
      fc.property(anyStore, (store) => {
        expect(concatBytes([...pcapngParts(store)])).toEqual(writePcapng(store));
      }),
    );
  });

  it('reads in chunks of any size', () => {
    fc.assert(
      fc.property(anyStore, fc.integer({ min: 1, max: 50 }), (store, size) => {
        const bytes = writePcapng(store);
        const reader = new CaptureReader();
        for (let at = 0; at < bytes.length; at += size) expect(reader.push(bytes.slice(at, at + size)).ok).toBe(true);
        expect(reader.finish().ok).toBe(true);
        expect(records(reader.store)).toEqual(records(readCapture(bytes).store));
      }),
    );
  });

  it('says where a file was cut, and keeps the frames before', () => {
    fc.assert(
      fc.property(anyStore, fc.nat(2000), (store, at) => {
        const bytes = writePcapng(store);
        const file = readCapture(bytes.subarray(0, at));
        if (at >= bytes.length) expect(file.error).toBeUndefined();
        else if (file.error !== undefined) expect(file.error.offset).toBeLessThanOrEqual(at);
        expect(file.store.length).toBeLessThanOrEqual(store.length);
      }),
    );
  });

  it('never throws on any bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom(...Object.values(PCAP), sectionHeaderBlock()),
        (tail, head) => {
          readCapture(tail);
          readCapture(concatBytes([head, tail]));
          readCapture(concatBytes([head.subarray(0, head.length - ((tail[0] ?? 0) % head.length)), tail]));
        },
      ),
    );
  });

  it('reads the big-endian section, a simple packet, and skips an unknown block', () => {
    const file = readCapture(
      concatBytes([
        hexBytes('0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c'),
        hexBytes('00000001 00000014 0001 0000 00000000 00000014'),
        hexBytes('00000bad 00000010 01020304 00000010'),
        hexBytes('00000003 00000014 00000003 aabbcc00 00000014'),
      ]),
    );
    expect(file.error).toBeUndefined();
    expect(records(file.store)).toMatchObject([{ bytes: [0xaa, 0xbb, 0xcc], origLen: 3 }]);
  });

  it('honours binary resolutions and time offsets', () => {
    const file = readCapture(
      concatBytes([
        sectionHeaderBlock(),
        // if_tsresol 2^-10, if_tsoffset 1000 s
        hexBytes('01000000 2c000000 01000000 00000000 09000100 8a000000 0e000800 e803000000000000 00000000 2c000000'),
        // 1536 units = 1.5 s
        hexBytes('06000000 20000000 00000000 00000000 00060000 00000000 00000000 20000000'),
      ]),
    );
    expect(file.error).toBeUndefined();
    expect(file.store.timeNs(0)).toBe(1_001_500_000_000);
  });

  it('keeps interface and link type apart beyond 65,536 interfaces', () => {
    const store = new FrameStore();
    for (let i = 0; i < 70_000; i++) store.addInterface({ name: `if${i}`, linkType: i < 65_536 ? 1 : 113 });
    store.append({ timeNs: 0, interfaceId: 65_537, bytes: new Uint8Array(20) });
    store.append({ timeNs: 1, interfaceId: 1, bytes: new Uint8Array(20) });
    const file = readCapture(writePcapng(store));
    expect(file.error).toBeUndefined();
    expect([0, 1].map((index) => [file.store.interfaceOf(index).name, file.store.interfaceOf(index).linkType])).toEqual(
      [
        ['if65537', 113],
        ['if1', 1],
      ],
    );
  });

  it('refuses more frames or interfaces than there is room for', () => {
    const store = new FrameStore();
    store.addInterface();
    for (let i = 0; i < 3; i++) store.append({ timeNs: i, interfaceId: 0, bytes: new Uint8Array(20) });
    const bytes = writePcapng(store);
    expect(readCapture(bytes, { maxFrames: 3 }).error).toBeUndefined();
    const refused = readCapture(bytes, { maxFrames: 2 });
    expect(refused.error).toMatchObject({ code: 'too-large', message: { text: 'The file holds more than 2 frames.' } });
    expect(refused.store.length).toBe(2);
    // Interface descriptions of the least length, a million and one.
    const least = hexBytes('01000000 14000000 01000000 00000000 14000000');
    const many = new Uint8Array(least.length * 1_000_001);
    many.set(least);
    for (let filled = least.length; filled < many.length; filled *= 2) many.copyWithin(filled, 0, filled);
    expect(readCapture(concatBytes([sectionHeaderBlock(), many])).error?.code).toBe('too-large');
  });

  it('refuses a packet of an undescribed interface, with its place', () => {
    const head = sectionHeaderBlock();
    const file = readCapture(
      concatBytes([head, hexBytes('06000000 20000000 00000000 00000000 00000000 00000000 00000000 20000000')]),
    );
    expect(file.error).toMatchObject({ code: 'malformed', offset: head.length + 8 });
  });
});

describe('pcap', () => {
  it.each([
    ['microLittle', 1, 1_000_002_000],
    ['microBig', 1, 1_000_002_000],
    ['nanoLittle', 113, 1_000_000_002],
    ['nanoBig', 113, 1_000_000_002],
  ] as const)('reads %s', (name, linkType, timeNs) => {
    const file = readCapture(PCAP[name]);
    expect(file.error).toBeUndefined();
    expect(file.format).toBe('pcap');
    expect(itemAt(file.store.interfaces, 0).linkType).toBe(linkType);
    expect(records(file.store)).toEqual([
      { number: 1, timeNs, interfaceId: 0, bytes: [0xde, 0xad, 0xbe, 0xef], capLen: 4, origLen: 8 },
    ]);
  });

  it('keeps nanoseconds of our years by an origin', () => {
    const file = readCapture(
      hexBytes('4d3cb2a1 0200 0400 00000000 00000000 00000400 01000000 00f15365 07000000 00000000 00000000'),
    );
    expect(file.store.originS).toBe(0x6553f100);
    expect(file.store.timeNs(0)).toBe(7);
  });

  it('refuses what is no capture', () => {
    expect(readCapture(hexBytes('7f454c46 00000000')).error).toMatchObject({ code: 'not-a-capture', offset: 0 });
    expect(readCapture(new Uint8Array(0)).error).toMatchObject({ code: 'not-a-capture' });
  });
});
