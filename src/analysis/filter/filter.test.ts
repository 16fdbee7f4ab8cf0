/**
 * Proves the meaning of filters on a protocol made for the test: any and all, missing fields, kinds of literals,
 * errors with their place and near names, and that deciding by protocols alone agrees with looking. What Wireshark
 * itself answers is compared in test/filter-oracle.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { itemAt } from '../../base/lists/list.ts';
import { field } from '../../protocols/core/field.ts';
import { frameProtocol } from '../../protocols/frame/dissect.ts';
import { defineProtocol, Registry } from '../../protocols/core/registry.ts';
import { Capture, FilteredFrames } from '../capture.ts';
import { FrameStore } from '../frame-store.ts';
import { complete } from './complete.ts';
import { compileFilter } from './filter.ts';

const TOY = {
  kind: field('toy.kind', 'Kind', 'uint8', { values: { 1: 'Small', 2: 'Very Big' } }),
  number: field('toy.number', 'Number', 'uint16'),
  flag: field('toy.flag', 'Flag', 'bool', { mask: 0x80, trueFalse: ['Set', 'Not set'] }),
  address: field('toy.address', 'Address', 'ipv4'),
  mac: field('toy.mac', 'MAC', 'ether'),
  name: field('toy.name', 'Name', 'stringz'),
  raw: field('toy.raw', 'Raw', 'bytes'),
  big: field('toy.big', 'Big', 'uint64'),
};
const INNER = { depth: field('nest.depth', 'Depth', 'uint8') };

const nest = defineProtocol({
  id: 'nest',
  name: 'Nest',
  shortName: 'NEST',
  fields: INNER,
  calls: ['nest'],
  dissect(d, start, end) {
    d.begin(nest.field, start, end - start);
    d.add(INNER.depth, start, 1);
    d.end();
    return start + 1 < end ? d.call(nest, start + 1, end) : end;
  },
});

/** First byte: what follows. 0x10 numbers, 0x20 one of each, 0x30 nested layers. */
const toy = defineProtocol({
  id: 'toy',
  name: 'Toy',
  shortName: 'TOY',
  fields: TOY,
  tables: { wtap_encap: [1] },
  calls: ['nest'],
  dissect(d, start, end) {
    d.begin(toy.field, start, end - start);
    const type = d.u8(start);
    if (type === 0x10) for (let at = start + 1; at + 2 <= end; at += 2) d.add(TOY.number, at, 2);
    if (type === 0x20) {
      d.add(TOY.kind, 1, 1);
      d.add(TOY.flag, 2, 1);
      d.add(TOY.address, 3, 4);
      d.add(TOY.mac, 7, 6);
      d.add(TOY.name, 13, 6);
      d.add(TOY.raw, 1, 6);
      d.add(TOY.big, 19, 8);
    }
    d.end();
    if (type === 0x30) d.call(nest, start + 1, end);
    return end;
  },
});

const registry = new Registry([frameProtocol, toy, nest]);

function captureOf(...frames: readonly (readonly number[])[]): { store: FrameStore; capture: Capture } {
  const store = new FrameStore();
  const port = store.addInterface({ name: 'pc1.net0' });
  frames.forEach((bytes, i) =>
    store.append({ timeNs: i * 500_000_000, interfaceId: port, bytes: Uint8Array.from(bytes) }),
  );
  return { store, capture: new Capture(store, registry) };
}

const RICH = [
  0x20, 2, 0x80, 10, 0, 2, 15, 0x52, 0x54, 0, 0x12, 0x34, 0x56, 0x41, 0x62, 0x2e, 0x63, 0, 0x7a, 0xff, 0xff, 0xff, 0xff,
  0xff, 0xff, 0xff, 0xfe,
];
/** 1: numbers 5 and 7; 2: number 7 twice; 3: one of each; 4: layers of depth 1, 2, 3; 5: nothing. */
const FRAMES = [[0x10, 0, 5, 0, 7], [0x10, 0, 7, 0, 7], RICH, [0x30, 1, 2, 3], [0]];

function matching(text: string): string {
  const compiled = compileFilter(text, registry);
  if (!compiled.ok) return `${compiled.error.code} ${compiled.error.start}-${compiled.error.end}`;
  const frames = new FilteredFrames(captureOf(...FRAMES).capture, compiled.value);
  frames.advance();
  return [...frames.toArray()].map((index) => index + 1).join(' ');
}

describe('filters', () => {
  it.each([
    ['', '1 2 3 4 5'],
    ['toy', '1 2 3 4 5'],
    ['nest', '4'],
    ['not nest', '1 2 3 5'],
    ['toy.number', '1 2'],
    ['toy.number == 7', '1 2'],
    ['toy.number != 7', ''],
    ['toy.number != 5', '2'],
    ['not toy.number == 5', '2 3 4 5'],
    ['toy.number === 7', '2'],
    ['toy.number !== 7', '1'],
    ['all toy.number == 7', '2'],
    ['any toy.number != 7', '1'],
    ['toy.number > 5', '1 2'],
    ['all toy.number > 5', '2'],
    ['5 <= toy.number', 'type 0-1'],
    ['toy.number in {1, 4..6}', '1'],
    ['toy.number not in {5}', '2 3 4 5'],
    ['toy.number == 5 xor toy.number == 7', '2'],
    ['toy.number + 2 == 9', '1 2'],
    ['toy.number - 7', '1'],
    ['toy.number & 2', '1 2'],
    ['toy.number & 2 == 0', '1'],
    ['toy.number / 0 == 1', ''],
    ['count(toy.number) == 2', '1 2'],
    ['max(toy.number) == 7 and min(toy.number) == 5', '1'],
    ['toy.number == 0x7', '1 2'],
    ['toy.number == 07', '1 2'],
    ['toy.number == 0b111', '1 2'],
    ["toy.number == '\\x07'", '1 2'],
    ['toy.number == 65536', 'value 14-19'],
    ['toy.number == seven', 'value 14-19'],
    ['toy.kind == 2', '3'],
    ['toy.kind == small or toy.kind == "very big"', '3'],
    ['toy.kind == huge', 'value 12-16'],
    ['toy.flag', '3'],
    ['toy.flag == Set', '3'],
    ['toy.flag == false', ''],
    ['toy.address == 10.0.2.15', '3'],
    ['toy.address == 10.0.0.0/8', '3'],
    ['toy.address in {10.0.2.10 .. 10.0.2.20}', '3'],
    ['toy.address == 10.0.2', 'value 15-21'],
    ['toy.address[0:2] == 0a:00', '3'],
    ['toy.mac == 52-54-00-12-34-56', '3'],
    ['toy.mac == 5254.0012.3456', '3'],
    ['toy.mac[0:3] == 52:54:00', '3'],
    ['toy.mac[0,5] == 52:56', '3'],
    ['toy.mac[4:4] == 34:56', ''],
    ['toy.mac == toy[7:6]', '3'],
    ['toy.name == "Ab.c"', '3'],
    ['toy.name == Ab.c', '3'],
    ['toy.name contains "b."', '3'],
    ['toy.name matches "^ab[.]C$"', '3'],
    ['toy.name matches r"^ab\\.c$"', '3'],
    ['toy.name matches "(?-i)^ab"', ''],
    ['toy.name matches "("', 'value 17-20'],
    ['toy.name matches "b(?=C)"', 'value 17-25'],
    ['toy.name matches ".{600}" or toy.name matches ".{600}"', 'value 46-54'],
    [`toy.number${' + toy.number'.repeat(17)} == 1`, 'value 0-231'],
    ['upper(toy.name) == "AB.C"', '3'],
    ['len(toy.name) == 4', '3'],
    ['toy.name[-1] == "c"', '3'],
    ['toy.raw contains 02:80', '3'],
    ['toy.raw[0:2] == 0280', '3'],
    ['toy.raw == toy.name', 'type 0-19'],
    ['toy.big == 0xfffffffffffffffe', '3'],
    ['toy.big > 18446744073709551612', '3'],
    ['string(toy.address) matches r"2\\.15$"', '3'],
    ['frame.number in {2..3}', '2 3'],
    ['frame.time_relative > 0.9', '3 4 5'],
    ['frame.time_delta == 0.5 && frame.len < 3', '5'],
    ['frame.time >= "1970-01-01 00:00:01.5"', '4 5'],
    ['frame[0] == 10', '1 2'],
    ['frame contains "Ab"', '3'],
    ['nest.depth#2 == 2', '4'],
    ['nest.depth#2 == 1', ''],
    ['nest.depth#[-1] == 3', '4'],
    ['nest.depth#[2:] == 1', ''],
    ['count(nest) == 3', '4'],
    ['toy.nmber', 'unknown-field 0-9'],
    ['size(toy) == 1', 'unknown-function 0-4'],
    ['len(toy.name)', 'type 0-3'],
    ['toy.number[0] == 1', 'type 0-10'],
    ['toy.number matches "7"', 'type 0-10'],
    ['nest contains toy.number', 'type 0-24'],
  ])('%s', (text, frames) => {
    expect(matching(text)).toBe(frames);
  });

  it('names near fields when one is not known', () => {
    const result = compileFilter('toy.nmber == 3', registry);
    expect(result).toMatchObject({ ok: false, error: { suggestions: ['toy.number', 'toy.name'] } });
    expect(compileFilter('toy.kind == toy.nmber', registry)).toMatchObject({
      ok: false,
      error: { code: 'value', suggestions: ['toy.number', 'toy.name'] },
    });
  });

  it('decides by protocols alone as it would by looking', () => {
    const atom = fc.constantFrom(
      'toy',
      'nest',
      'nest.depth',
      'nest.depth == 2',
      'toy.number != 7',
      'toy.number in {5}',
      'frame.number > 2',
      'nest[0] == 1',
      'max(nest.depth, 9) == 9',
      'len(toy.name) == 4',
      'toy.number + nest.depth > 0',
      'toy.name matches "b"',
    );
    const filter = fc.letrec<{ expr: string }>((tie) => ({
      expr: fc.oneof(
        { maxDepth: 4 },
        atom,
        tie('expr').map((one) => `not (${one})`),
        fc
          .tuple(tie('expr'), fc.constantFrom('and', 'or', 'xor'), tie('expr'))
          .map(([a, op, b]) => `(${a}) ${op} (${b})`),
      ),
    }));
    fc.assert(
      fc.property(filter.expr, (text) => {
        const compiled = compileFilter(text, registry);
        if (!compiled.ok) throw new Error(compiled.error.message.text);
        const { capture } = captureOf(...FRAMES);
        for (let index = 0; index < FRAMES.length; index++) {
          const verdict = compiled.value.verdict(itemAt(capture.layers.stacks, capture.layers.stack(index)));
          const matched = compiled.value.matches(capture.session, index);
          if (verdict !== undefined) expect(verdict).toBe(matched);
        }
      }),
    );
  });

  it('grows with the capture, in steps', () => {
    const { store, capture } = captureOf(...FRAMES);
    const compiled = compileFilter('toy.number', registry);
    if (!compiled.ok) throw new Error('must compile');
    const frames = new FilteredFrames(capture, compiled.value);
    expect(frames.advance(1)).toBe(false);
    expect([...frames.toArray()]).toEqual([0]);
    expect(frames.advance(10)).toBe(true);
    expect([...frames.toArray()]).toEqual([0, 1]);
    store.append({ timeNs: 9e9, interfaceId: 0, bytes: Uint8Array.of(0x10, 0, 1) });
    frames.advance();
    expect([...frames.toArray()]).toEqual([0, 1, 5]);
    expect(frames.position(1)).toBe(1);
    expect(frames.position(4)).toBe(2);
  });
});

describe('complete', () => {
  function labels(text: string): readonly string[] {
    const cursor = text.indexOf('|');
    return complete(text.replace('|', ''), cursor, registry).items.map((item) => item.label);
  }

  it.each([
    ['toy.n|', ['toy.name', 'toy.number']],
    ['toy.kind == |', ['Small', '"Very Big"']],
    ['toy.kind == S|', ['Small']],
    ['toy.kind in {1, |', ['Small', '"Very Big"']],
    ['toy.number |', ['==', '!=', '>', '<', 'contains', 'matches', 'in', 'and', 'or']],
    ['toy.number == 5 |', ['and', 'or']],
    ['toy.name == "to|', []],
  ])('%s', (text, expected) => {
    expect(labels(text).slice(0, Math.max(1, expected.length))).toEqual(expected);
  });

  it('says what it replaces', () => {
    expect(complete('arp or toy.nu == 3', 11, registry)).toMatchObject({ from: 7, to: 13 });
  });
});
