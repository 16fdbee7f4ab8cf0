/** Dissection ends, never throws and stays inside its bytes, whatever it is given; and asking twice gives the same. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, latin1 } from '../../base/bytes.ts';
import { atLeast, itemAt } from '../../base/lists/list.ts';
import {
  checkSession,
  hexBytes,
  ipv4Frame,
  sessionOf,
  tcpFrame,
  TcpFrames,
  udpFrame,
  valueOf,
} from '../../../test/support/frames.ts';
import { makeRegistry, PROTOCOLS } from '../all.ts';
import { frameDns } from '../dns/stream.ts';
import { encodeEthernet } from '../ethernet/codec.ts';
import { field } from './field.ts';
import { formatLabel, formatValue } from './format.ts';
import { encodeFcoe } from '../fcoe/codec.ts';
import { encodeIpv4 } from '../ipv4/codec.ts';
import { defineProtocol, REJECTED, Registry } from './registry.ts';
import { acceptedReply, encodeRecord, encodeRpc } from '../rpc/codec.ts';
import { encodeSlam } from '../slam/codec.ts';
import type { DissectionSession, FrameTree } from './session.ts';
import type { TreeItem } from './tree.ts';
import { encodeRecord as encodeTlsRecord } from '../tls/records.ts';
import { vector } from '../tls/wire.ts';
import { insertVlanTag } from '../vlan/codec.ts';

function allItems(items: readonly TreeItem[]): TreeItem[] {
  return items.flatMap((item) => [item, ...allItems(item.children)]);
}

function dump(tree: FrameTree): string {
  const lines = allItems(tree.items).map((item) => {
    const where = `${item.source}:${item.start}+${item.length}`;
    return `${item.field.name} ${where} ${formatValue(item.field, item.value)} ${item.text}`;
  });
  return [...lines, JSON.stringify(tree.columns)].join('\n');
}

const anyBytes = fc.uint8Array({ maxLength: 300 });

/** A call of the program and the reply to it: both bodies are the bytes, the procedure is the first of them. */
function rpcFrames(program: number, body: Uint8Array): readonly Uint8Array[] {
  const none = { flavor: 0, body: new Uint8Array(0) };
  const version = program === 100_000 ? 2 : program === 100_026 ? 1 : 3;
  const procedure = (body.at(0) ?? 0) % 24;
  const call = { kind: 'call', xid: 7, rpcVersion: 2, program, version, procedure } as const;
  return [
    tcpFrame('>', 49_999, 2049, encodeRecord(encodeRpc({ ...call, credential: none, verifier: none, body }))),
    tcpFrame('<', 49_999, 2049, encodeRecord(encodeRpc(acceptedReply(7, 'success', body.subarray(1))))),
  ];
}

/** Frames whose bytes reach a protocol by one of its tables, with the headers that lead there. */
function reach(table: string, key: number, payload: Uint8Array): readonly Uint8Array[] {
  const ethernet = { kind: 'ethernet-ii', destination: 1, source: 2 } as const;
  const padding = new Uint8Array(0);
  switch (table) {
    case 'wtap_encap':
      return [payload];
    case 'ethertype':
      return [encodeEthernet({ ...ethernet, etherType: key, payload })];
    case 'eth.llc':
      return [encodeEthernet({ kind: '802.3', destination: 1, source: 2, payload, padding })];
    case 'llc.dsap': {
      const llc = Uint8Array.from([key, key, 3, ...payload]);
      return [encodeEthernet({ kind: '802.3', destination: 1, source: 2, payload: llc, padding })];
    }
    case 'slow.subtype':
      return [encodeEthernet({ ...ethernet, etherType: 0x8809, payload: Uint8Array.from([key, ...payload]) })];
    case 'fc.type': {
      const rCtl = key === 0x01 ? 0x22 : key === 0x08 ? 0x06 : 0x02;
      const header = Uint8Array.of(
        rCtl,
        1,
        0,
        2,
        0,
        1,
        0,
        1,
        key,
        0x29,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        1,
        0xff,
        0xff,
        0,
        0,
        0,
        0,
      );
      const frame = encodeFcoe({ sof: 0x2e, eof: 0x42, frame: concatBytes([header, payload]) });
      return [encodeEthernet({ ...ethernet, etherType: 0x8906, payload: frame })];
    }
    case 'ip.proto':
      return [ipv4Frame(key, payload)];
    case 'udp.port':
      return [udpFrame('>', 49_999, key, payload)];
    case 'udp.any':
      return [udpFrame('>', 49_999, 49_998, payload)];
    case 'tcp.port':
      return [tcpFrame('>', 49_999, key, payload)];
    case 'rpc.program':
      return rpcFrames(key, payload);
    default:
      throw new Error(`no frame is known that leads to ${table}`);
  }
}

/** Dissects frames in every way; returns the names of their layers. */
function survives(frames: readonly Uint8Array[], registry?: Registry, linkType?: number): ReadonlySet<string> {
  const session = sessionOf(frames, registry, linkType);
  checkSession(session);
  return new Set(frames.flatMap((_, index) => session.tree(index).items.map((item) => item.field.name)));
}

/** One of them is taken by each protocol, dressed as it wants them. */
const SAMPLES = [new Uint8Array(200), Uint8Array.from({ length: 200 }, (_, at) => at)];

const NO_AUTH = { flavor: 0, body: new Uint8Array(0) };
/** A call of the bootparam program. */
const WHOAMI_CALL = {
  kind: 'call',
  xid: 7,
  rpcVersion: 2,
  program: 100_026,
  version: 1,
  procedure: 1,
  credential: NO_AUTH,
  verifier: NO_AUTH,
} as const;

/** What makes bytes look like a message of protocols that take nothing else. */
const DRESSED: Readonly<Record<string, (payload: Uint8Array) => Uint8Array>> = {
  'dns by tcp.port': frameDns,
  'ftp by tcp.port': (payload) => concatBytes([latin1('USER '), payload, latin1('\r\n')]),
  'http by tcp.port': (payload) => concatBytes([latin1('GET / HTTP/1.1\r\n'), payload, latin1('\r\n\r\n')]),
  'tls by tcp.port': (payload) => encodeTlsRecord(22, 0x0303, concatBytes([Uint8Array.of(1), vector(3, payload)])),
  'slam by udp.port': (payload) => concatBytes([Uint8Array.from(encodeSlam([1, 5000, 300, 0])), payload]),
  'rpc by udp.any': (payload) => encodeRpc({ ...WHOAMI_CALL, body: payload }),
  'rpc by tcp.port': (payload) => encodeRecord(encodeRpc(acceptedReply(7, 'success', payload))),
};

/** What no table leads to: every frame's own line, and the text that other protocols hand over. */
const CALLED = new Set(['frame', 'data-text-lines']);

describe('any bytes', () => {
  it('as a frame: ends, does not throw, spans inside', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => void survives([bytes])),
      { numRuns: 200 },
    );
  });

  for (const protocol of PROTOCOLS) {
    for (const [table, keys] of Object.entries(protocol.tables)) {
      if (keys.length === 0) continue;
      const name = `${protocol.id} by ${table}`;
      const dress = DRESSED[name] ?? ((payload) => payload);
      const payloads = fc.oneof(anyBytes, anyBytes.map(dress));
      it(`as ${name}: gets there, ends, does not throw, spans inside`, () => {
        const linkOf = (key: number): number | undefined => (table === 'wtap_encap' ? key : undefined);
        const first = itemAt(keys, 0);
        const reached = SAMPLES.flatMap((payload) => [
          ...survives(reach(table, first, dress(payload)), undefined, linkOf(first)),
        ]);
        expect(reached).toContain(protocol.field.name);
        fc.assert(
          fc.property(
            fc.constantFrom(...keys),
            payloads,
            (key, payload) => void survives(reach(table, key, payload), undefined, linkOf(key)),
          ),
          { numRuns: 60 },
        );
      });
    }
  }

  // Whatever is said to be at a port, the bytes may be anything else.
  for (const protocol of PROTOCOLS.filter(({ id }) => !CALLED.has(id))) {
    for (const table of ['udp.port', 'tcp.port']) {
      it(`decoded as ${protocol.id} by ${table}: ends, does not throw, spans inside`, () => {
        const registry = makeRegistry([{ table, key: 4711, protocol: protocol.id }]);
        fc.assert(
          fc.property(anyBytes, (payload) => void survives(reach(table, 4711, payload), registry)),
          { numRuns: 15 },
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
        const frames = list.map(({ sequence, data, fin }) =>
          tcpFrame('>', 49_999, 80, data, { sequence, flags: fin ? 0x11 : 0x18 }),
        );
        survives(frames);
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
        const frames = list.flatMap(({ port, tcp, payload }) => reach(tcp ? 'tcp.port' : 'udp.port', port, payload));
        const session = sessionOf(frames);
        const forward = frames.map((_, index) => dump(session.tree(index)));
        const backward = frames.map((_, index) => dump(session.tree(frames.length - 1 - index))).reverse();
        expect(backward).toEqual(forward);
      }),
    );
  });
});

describe('a collector', () => {
  it('finds what the tree shows, for every field, also when it skips protocols', () => {
    const request = '0001 70786c696e75782e3000 6f6374657400';
    const tftp = udpFrame('>', 49_999, 69, hexBytes(request));
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
      const [hits] = atLeast(collector.hits, 1);
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
    const [hits] = atLeast(collector.hits, 1);
    expect([0, 1].map((at) => [hits.value(at), hits.layers[at]])).toEqual([
      [64, 1],
      [9, 2],
    ]);
  });
});

/** A protocol that fails on some bytes, as a bug in a dissector would. */
const faulty = defineProtocol({
  id: 'faulty',
  name: 'Faulty',
  shortName: 'FAULTY',
  fields: {},
  tables: { 'udp.port': [4712] },
  dissect(d, start, end) {
    d.begin(faulty.field, start, end - start);
    if (d.u8(start) === 1) throw new TypeError('what it did not think of');
    // Only the first pass knows.
    if (d.u8(start) === 2 && !d.visited) throw new TypeError('what it did not conclude');
    d.end();
    return end;
  },
});

const fieldsOf = (session: DissectionSession, index: number): string[] =>
  session.tree(index).items.map((item) => item.field.name);

describe('a frame that cannot be dissected', () => {
  const frames = [0, 1, 2, 0].map((byte) => udpFrame('>', 49_999, 4712, Uint8Array.of(byte)));
  const session = sessionOf(frames, new Registry([...PROTOCOLS, faulty]));

  it('shows the bug, and all other frames are as they are', () => {
    expect([0, 1, 2, 3].map((index) => fieldsOf(session, index).slice(3))).toEqual([
      ['udp', 'faulty'],
      ['udp', 'faulty', '_ws.malformed'],
      ['udp', 'faulty', '_ws.malformed'],
      ['udp', 'faulty'],
    ]);
    expect([1, 2].map((index) => valueOf(session, index, '_ws.expert.message'))).toEqual([
      'Dissector bug',
      'Dissector bug',
    ]);
    expect(session.columns(1).info).toContain('[Dissector bug, protocol FAULTY]');
  });

  it('ends in an error of its own when it quotes a packet that quotes a packet, a thousand times', () => {
    const count = 1000;
    const payload = new Uint8Array(28 * count);
    for (let i = 0; i < count; i++) {
      const length = payload.length - 28 * i;
      payload.set(
        [0x45, 0, length >>> 8, length & 255, 0, 0, 0, 0, 64, 1, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 3, 3],
        28 * i,
      );
    }
    const deep = sessionOf([ipv4Frame(4, payload)]);
    const broken = allItems(deep.tree(0).items).filter((item) => item.field.name === '_ws.malformed');
    expect(broken.map((item) => item.text)).toEqual([
      '[Malformed Packet: IPv4, more than 499 protocols inside each other]',
    ]);
    expect(deep.columns(0).source).toBe('10.0.0.1');
    // As many layers as Wireshark shows: its limit is 500.
    const collector = deep.collector(deep.registry.protocols.map((protocol) => protocol.field));
    deep.collect(0, collector);
    expect(collector.hits.reduce((sum, hits) => sum + hits.count, 0)).toBe(499);
    checkSession(deep);
  });

  it('stops at twenty tags of 802.1Q, as Wireshark does', () => {
    const tags = new Uint8Array(4 * 2000);
    for (let i = 0; i < 2000; i++) tags.set([0, i & 255, 0x81, 0], 4 * i);
    const tagged = hexBytes('525400bb0001 525400aa0001 8100');
    const deep = sessionOf([concatBytes([tagged, tags])]);
    const names = fieldsOf(deep, 0);
    expect(names).toEqual(['frame', 'eth', ...Array.from({ length: 21 }, () => 'vlan')]);
    expect(valueOf(deep, 0, '_ws.expert.message')).toBe('Too many nested VLAN tags');
    checkSession(deep);
  });
});

describe('what is remembered of a frame', () => {
  it('is the same for every message of thousands in one segment, whatever is asked for', () => {
    const stream = new TcpFrames(49_999, 80);
    stream.add('>', latin1('GET /a HTTP/1.1\r\n\r\n'.repeat(1500)));
    stream.add('>', latin1('GET /b HTTP/1.1\r\n\r\n'.repeat(1500)));
    const session = sessionOf(stream.frames);
    const number = session.registry.field('http.request_number');
    if (number === undefined) throw new Error('no http.request_number');
    const collector = session.collector([number]);
    const numbers = [3, 4].map((index) => {
      session.collect(index, collector);
      const [hits] = atLeast(collector.hits, 1);
      return Array.from({ length: hits.count }, (_, at) => hits.value(at));
    });
    expect(numbers.flat()).toEqual(Array.from({ length: 3000 }, (_, i) => i + 1));
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
    const frame = udpFrame('>', 49_999, 4711, hexBytes('00040001'));
    const registry = makeRegistry([{ table: 'udp.port', key: 4711, protocol: 'tftp' }]);
    const session = sessionOf([frame], registry);
    expect(session.tree(0).items.map((item) => item.field.name)).toContain('tftp');
  });
});
