/** Dissection ends, never throws and stays inside its bytes, whatever it is given; and asking twice gives the same. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../base/bytes.ts';
import { makeRegistry, PROTOCOLS } from './all.ts';
import { encodeEthernet } from './ethernet/codec.ts';
import { REJECTED } from './registry.ts';
import { field } from './field.ts';
import { formatLabel, formatValue } from './format.ts';
import { FrameList } from './frame-source.ts';
import { encodeIpv4 } from './ipv4/codec.ts';
import { DissectionSession, type FrameTree } from './session.ts';
import { encodeTcp } from './tcp/codec.ts';
import type { TreeItem } from './tree.ts';
import { encodeUdp } from './udp/codec.ts';
import { insertVlanTag } from './vlan/codec.ts';

function sessionOf(frames: readonly Uint8Array[]): DissectionSession {
  return new DissectionSession(
    new FrameList(frames.map((bytes, index) => ({ bytes, timeNs: index * 1_000_000 }))),
    makeRegistry(),
  );
}

function allItems(items: readonly TreeItem[]): TreeItem[] {
  return items.flatMap((item) => [item, ...allItems(item.children)]);
}

function checkSpans(tree: FrameTree): void {
  for (const item of allItems(tree.items)) {
    const { bytes } = tree.sources[item.source];
    expect(item.start).toBeGreaterThanOrEqual(0);
    expect(item.length).toBeGreaterThanOrEqual(0);
    expect(item.start + item.length, item.field.name).toBeLessThanOrEqual(bytes.length);
    expect(typeof item.text).toBe('string');
  }
}

function dump(tree: FrameTree): string {
  const lines = allItems(tree.items).map((item) => {
    const where = `${item.source}:${item.start}+${item.length}`;
    return `${item.field.name} ${where} ${formatValue(item.field, item.value)} ${item.text}`;
  });
  return [...lines, JSON.stringify(tree.columns)].join('\n');
}

const anyBytes = fc.uint8Array({ maxLength: 300 });

function ipv4Frame(protocol: number, payload: Uint8Array): Uint8Array {
  const packet = encodeIpv4({ source: 0x0a00_0032, destination: 0x0a00_0001, protocol, payload });
  return encodeEthernet({ kind: 'ethernet-ii', destination: 1, source: 2, etherType: 0x0800, payload: packet });
}

/** Bytes that reach a protocol by each of its tables, with the headers that lead there. */
function reach(table: string, key: number, payload: Uint8Array): Uint8Array | undefined {
  const ethernet = { kind: 'ethernet-ii', destination: 1, source: 2 } as const;
  switch (table) {
    case 'ethertype':
      return encodeEthernet({ ...ethernet, etherType: key, payload });
    case 'eth.llc':
      return encodeEthernet({ kind: '802.3', destination: 1, source: 2, payload, padding: new Uint8Array(0) });
    case 'llc.dsap': {
      const llc = Uint8Array.from([key, key, 3, ...payload]);
      return encodeEthernet({ kind: '802.3', destination: 1, source: 2, payload: llc, padding: new Uint8Array(0) });
    }
    case 'ip.proto':
      return ipv4Frame(key, payload);
    case 'udp.port':
      return ipv4Frame(17, encodeUdp({ sourcePort: 49_999, destinationPort: key, payload }, 0x0a00_0032, 0x0a00_0001));
    case 'tcp.port': {
      const header = {
        sourcePort: 49_999,
        destinationPort: key,
        sequence: 1,
        acknowledgment: 1,
        flags: 0x18,
        window: 1,
      };
      return ipv4Frame(6, encodeTcp({ ...header, payload }, 0x0a00_0032, 0x0a00_0001));
    }
    default:
      return undefined;
  }
}

describe('any bytes', () => {
  it('as a frame: ends, does not throw, spans inside', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => checkSpans(sessionOf([bytes]).tree(0))),
      { numRuns: 300 },
    );
  });

  for (const protocol of PROTOCOLS) {
    for (const [table, keys] of Object.entries(protocol.tables)) {
      it(`as ${protocol.id} by ${table}: ends, does not throw, spans inside`, () => {
        fc.assert(
          fc.property(fc.constantFrom(...keys, ...(keys.length === 0 ? [0] : [])), anyBytes, (key, payload) => {
            const frame = reach(table, key, payload);
            if (frame !== undefined) checkSpans(sessionOf([frame]).tree(0));
          }),
        );
      });
    }
  }

  it('as several segments of TCP to a known port, in any order: nothing is lost or thrown', () => {
    const segments = fc.array(
      fc.record({ sequence: fc.nat(60), data: fc.uint8Array({ maxLength: 40 }), fin: fc.boolean() }),
      {
        maxLength: 12,
      },
    );
    fc.assert(
      fc.property(segments, (list) => {
        const frames = list.map(({ sequence, data, fin }) => {
          const flags = fin ? 0x11 : 0x18;
          const header = { sourcePort: 49_999, destinationPort: 80, sequence, acknowledgment: 1, flags, window: 1 };
          return ipv4Frame(6, encodeTcp({ ...header, payload: data }, 0x0a00_0032, 0x0a00_0001));
        });
        const session = sessionOf(frames);
        session.advance();
        for (let index = 0; index < frames.length; index++) checkSpans(session.tree(index));
      }),
    );
  });
});

describe('random access', () => {
  it('gives the same tree again, in any order, and in a session that stopped on the way', () => {
    const payloads = fc.array(
      fc.record({
        port: fc.constantFrom(67, 69, 53, 80, 49_999),
        tcp: fc.boolean(),
        payload: fc.uint8Array({ maxLength: 60 }),
      }),
      { minLength: 1, maxLength: 10 },
    );
    fc.assert(
      fc.property(payloads, (list) => {
        const frames = list.map(({ port, tcp, payload }) => reach(tcp ? 'tcp.port' : 'udp.port', port, payload));
        const known = frames.filter((frame): frame is Uint8Array => frame !== undefined);
        const session = sessionOf(known);
        session.advance();
        const forward = known.map((_, index) => dump(session.tree(index)));
        const backward = known.map((_, index) => dump(session.tree(known.length - 1 - index))).reverse();
        expect(backward).toEqual(forward);
      }),
    );
  });
});

describe('a collector', () => {
  it('finds what the tree shows, for every field, also when it skips protocols', () => {
    const request = '0001 70786c696e75782e3000 6f6374657400';
    const tftp = reach('udp.port', 69, fromHex(request) ?? new Uint8Array(0));
    if (tftp === undefined) throw new Error('no frame');
    const frame = insertVlanTag(tftp, { priority: 1, dropEligible: false, id: 10 });
    const session = sessionOf([frame, frame]);
    const items = allItems(session.tree(1).items).filter((item) => item.field.name !== '');
    const names = new Set(items.map((item) => item.field.name));
    expect([...names]).toContain('vlan.id');
    expect([...names]).toContain('tftp.opcode');
    for (const name of names) {
      const def = session.registry.field(name);
      if (def === undefined) throw new Error(`${name} is not registered`);
      const collector = session.collector([def]);
      session.collect(1, collector);
      const shown = items.filter((item) => item.field === def).map((item) => formatValue(def, item.value));
      const [hits] = collector.hits;
      const collected = Array.from({ length: hits.count }, (_, at) => formatValue(def, hits.value(at)));
      expect(collected, name).toEqual(shown);
    }
  });

  it('counts the layers of a protocol', () => {
    const inner = encodeIpv4({ source: 1, destination: 2, protocol: 17, ttl: 9, payload: new Uint8Array(0) });
    const session = sessionOf([ipv4Frame(4, inner)]);
    const ttl = session.registry.field('ip.ttl');
    if (ttl === undefined) throw new Error('no ip.ttl');
    const collector = session.collector([ttl]);
    session.collect(0, collector);
    const [hits] = collector.hits;
    expect([0, 1].map((at) => [hits.value(at), hits.layers[at]])).toEqual([
      [64, 1],
      [9, 2],
    ]);
  });
});

describe('the registry', () => {
  it('keeps a text with control characters on one line', () => {
    const def = field('foo.name', 'Name', 'string');
    expect(formatLabel(def, 'a\nb\t\u001b\u007f')).toBe(String.raw`Name: a\nb\t\033\177`);
  });

  it('has a label and a name of its protocol for every field', () => {
    for (const protocol of PROTOCOLS) {
      for (const field of protocol.fields) {
        expect(field.label, field.name).not.toBe('');
        expect(field.name).toMatch(/^[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)+$/i);
      }
    }
    expect(REJECTED).toBeLessThan(0);
  });

  it('takes "decode as"', () => {
    const frame = reach('udp.port', 4711, fromHex('00040001') ?? new Uint8Array(0));
    if (frame === undefined) throw new Error('no frame');
    const registry = makeRegistry([{ table: 'udp.port', key: 4711, protocol: 'tftp' }]);
    const session = new DissectionSession(new FrameList([{ bytes: frame }]), registry);
    expect(session.tree(0).items.map((item) => item.field.name)).toContain('tftp');
  });
});
