/** RPC messages and records come back as they went; the tree joins calls with replies and knows the programs inside. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  TcpFrames,
  checkSession,
  hexBytes,
  linesOf,
  sessionOf,
  type Way,
  valueOf,
} from '../../../test/support/frames.ts';
import { concatBytes, toHex } from '../../base/bytes.ts';
import { acceptedReply, decodeRpc, encodeRecord, encodeRpc, RecordReader, type RpcMessage } from './codec.ts';
import { XdrReader, XdrWriter } from './xdr.ts';

/** GETPORT of the mount program, as iPXE 1.21 asks it over TCP. */
const GETPORT =
  '8000004c 1f49ce8d 00000000 00000002 000186a0 00000002 00000003 00000001 00000014 00000000 00000000 00000000 00000000 00000000 00000000 00000000 000186a5 00000003 00000006 00000000';

const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const auth = fc.record({ flavor: u32, body: fc.uint8Array({ maxLength: 40 }) });
const body = fc.uint8Array({ maxLength: 40 }).map((data) => data.slice(0, data.length & ~3));
const message: fc.Arbitrary<RpcMessage> = fc.oneof(
  fc.record({
    kind: fc.constant('call' as const),
    xid: u32,
    rpcVersion: u32,
    program: u32,
    version: u32,
    procedure: u32,
    credential: auth,
    verifier: auth,
    body,
  }),
  fc.record({ kind: fc.constant('accepted' as const), xid: u32, verifier: auth, status: fc.nat(5), body }),
  fc.record({ kind: fc.constant('denied' as const), xid: u32, status: fc.nat(1), body }),
);

describe('RPC messages', () => {
  it('reads a call of a boot client', () => {
    const call = decodeRpc(hexBytes(GETPORT).subarray(4));
    expect(call).toMatchObject({
      ok: true,
      value: { kind: 'call', xid: 0x1f49ce8d, program: 100_000, version: 2, procedure: 3, credential: { flavor: 1 } },
    });
  });

  it('decodes what it encodes', () => {
    fc.assert(
      fc.property(message, (value) => {
        expect(decodeRpc(encodeRpc(value))).toEqual({ ok: true, value });
      }),
    );
  });

  it('decodes anything without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (data) => {
        const result = decodeRpc(data);
        if (!result.ok) expect(result.error.offset).toBeLessThanOrEqual(data.length);
      }),
    );
  });

  it('puts records together however the stream is cut, also from fragments', () => {
    const fragments = concatBytes([hexBytes('00000003 616263'), hexBytes('80000002 6465')]);
    const stream = concatBytes([encodeRecord(Uint8Array.of(1, 2, 3)), fragments]);
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 6 }), (cuts) => {
        const reader = new RecordReader();
        const places = [0, ...cuts.sort((a, b) => a - b), stream.length];
        const records = places.slice(1).flatMap((end, i) => {
          const got = reader.push(stream.subarray(places[i], end));
          return got.ok ? got.value.map((record) => toHex(record)) : [];
        });
        expect(records).toEqual(['010203', '6162636465']);
      }),
    );
  });

  it('refuses a stream that is no records', () => {
    expect(new RecordReader().push(hexBytes('474554202f'))).toMatchObject({
      ok: false,
      error: { rule: 'RFC 5531 §11' },
    });
  });
});

describe('XDR', () => {
  it('reads what it wrote, and says when there is less', () => {
    fc.assert(
      fc.property(u32, fc.nat(Number.MAX_SAFE_INTEGER), fc.uint8Array({ maxLength: 9 }), (small, large, data) => {
        const out = new XdrWriter().u32(small).u64(large).opaque(data).bool(true).bytes;
        expect(out.length % 4).toBe(0);
        const reader = new XdrReader(out);
        expect([reader.u32(), reader.u64(), toHex(reader.opaque()), reader.u32()]).toEqual([
          small,
          large,
          toHex(data),
          1,
        ]);
        expect(reader.isShort).toBe(false);
        reader.u32();
        expect(reader.isShort).toBe(true);
      }),
    );
  });
});

describe('RPC in the tree', () => {
  const answer = encodeRecord(encodeRpc(acceptedReply(0x1f49ce8d, 'success', new XdrWriter().u32(20_048).bytes)));

  it('joins the reply with its call, and expects RPC at the port that it tells', () => {
    const portmap = new TcpFrames(40_000, 111);
    portmap.add('>', hexBytes(GETPORT));
    portmap.add('<', answer);
    const mount = new TcpFrames(40_001, 20_048);
    const none = { flavor: 0, body: new Uint8Array(0) };
    const rest = { rpcVersion: 2, program: 100_005, version: 3, procedure: 1, credential: none, verifier: none };
    mount.add(
      '>',
      encodeRecord(encodeRpc({ kind: 'call', xid: 7, ...rest, body: new XdrWriter().text('/srv').bytes })),
    );
    const session = sessionOf([...portmap.frames, ...mount.frames]);
    expect(session.columns(3).info).toBe('V2 GETPORT Call (Reply In 5) MOUNT(100005) V:3 TCP');
    expect(session.columns(4)).toMatchObject({ protocol: 'Portmap', info: 'V2 GETPORT Reply (Call In 4) Port:20048' });
    expect(valueOf(session, 4, 'rpc.time')).toBe(1_000_000);
    expect(linesOf(session, 4, 'portmap')).toEqual([
      'Portmap GETPORT Reply Port:20048',
      '  Program Version: 2',
      '  V2 Procedure: GETPORT (3)',
      '  Port: 20048',
    ]);
    expect(session.columns(8)).toMatchObject({ protocol: 'MOUNT', info: 'V3 MNT Call /srv' });
  });

  it('waits for a record that comes in pieces', () => {
    const portmap = new TcpFrames(40_000, 111);
    const call = hexBytes(GETPORT);
    portmap.add('>', call.subarray(0, 5));
    portmap.add('>', call.subarray(5, 50));
    portmap.add('>', call.subarray(50));
    const session = sessionOf(portmap.frames);
    expect(session.columns(5).info).toBe('V2 GETPORT Call MOUNT(100005) V:3 TCP');
    checkSession(session);
  });

  it('dissects any bytes behind a call of each program', () => {
    const programs = [
      [100_000, 2],
      [100_003, 3],
      [100_005, 3],
    ] as const;
    const step = fc.record({
      program: fc.constantFrom(...programs),
      procedure: fc.nat(8),
      argument: fc.uint8Array({ maxLength: 60 }),
      result: fc.uint8Array({ maxLength: 140 }),
    });
    const none = { flavor: 0, body: new Uint8Array(0) };
    fc.assert(
      fc.property(fc.array(step, { maxLength: 4 }), (steps) => {
        const stream = new TcpFrames(40_000, 2049);
        const add = (way: Way, one: RpcMessage): void => stream.add(way, encodeRecord(encodeRpc(one)));
        steps.forEach(({ program: [program, version], procedure, argument, result }, xid) => {
          const rest = { rpcVersion: 2, program, version, procedure, credential: none, verifier: none };
          add('>', { kind: 'call', xid, ...rest, body: argument });
          add('<', acceptedReply(xid, 'success', result));
        });
        checkSession(sessionOf(stream.frames));
      }),
      { numRuns: 80 },
    );
  });
});
