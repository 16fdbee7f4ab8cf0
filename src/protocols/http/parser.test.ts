import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, fromLatin1, latin1 } from '../../base/bytes.ts';
import { itemAt } from '../../base/lists/list.ts';
import { encodeHttpChunk, encodeHttpHead, encodeHttpResponse, httpField, keepsAlive, lastHttpChunk } from './codec.ts';
import type { HttpField, HttpHead } from './codec.ts';
import { HttpParser } from './parser.ts';

interface Seen {
  readonly head: HttpHead;
  readonly framing: string;
  body: Uint8Array;
  trailers: readonly HttpField[] | undefined;
}

function collector(kind: 'request' | 'response', maxHeadBytes?: number): { parser: HttpParser; seen: Seen[] } {
  const seen: Seen[] = [];
  const parser = new HttpParser(
    { kind, ...(maxHeadBytes === undefined ? {} : { maxHeadBytes }) },
    {
      onHead(head, framing) {
        seen.push({ head, framing: framing.kind, body: new Uint8Array(0), trailers: undefined });
      },
      onBody(data) {
        expect(data.length).toBeGreaterThan(0);
        const last = itemAt(seen, seen.length - 1);
        last.body = concatBytes([last.body, data]);
      },
      onEnd(trailers) {
        itemAt(seen, seen.length - 1).trailers = trailers;
      },
    },
  );
  return { parser, seen };
}

// What real iPXE 2.0.0 sends for `kernel http://...`.
const IPXE_GET = latin1(
  'GET /linux?mac=52:54:00:12:34:56 HTTP/1.1\r\nConnection: keep-alive\r\nUser-Agent: iPXE/2.0.0+\r\nHost: 192.168.77.1\r\n\r\n',
);

describe('HttpParser', () => {
  it("reads iPXE's request, its fields in order and case, and is ready for the next", () => {
    const { parser, seen } = collector('request');
    expect(parser.push(concatBytes([IPXE_GET, IPXE_GET]))).toBeUndefined();
    expect(seen).toHaveLength(2);
    expect(itemAt(seen, 0).head).toMatchObject({
      method: 'GET',
      target: '/linux?mac=52:54:00:12:34:56',
      version: 'HTTP/1.1',
    });
    expect(itemAt(seen, 0).head.fields.map((field) => field.name)).toEqual(['Connection', 'User-Agent', 'Host']);
    expect(itemAt(seen, 1).trailers).toEqual([]);
    expect(parser.idle).toBe(true);
    expect(encodeHttpHead(itemAt(seen, 0).head)).toEqual(IPXE_GET);
  });

  it('hands large bodies through without a copy', () => {
    const data = concatBytes([latin1('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n'), new Uint8Array(1000)]);
    const views: Uint8Array[] = [];
    const parser = new HttpParser(
      { kind: 'response' },
      { onHead() {}, onBody: (view) => views.push(view), onEnd() {} },
    );
    parser.push(data);
    expect(views.map((view) => view.buffer === data.buffer)).toEqual([true]);
  });

  it('reads a chunked body with extensions and trailers (RFC 9112 §7.1)', () => {
    const { parser, seen } = collector('response');
    const message = concatBytes([
      latin1('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4;x=y\r\nWiki\r\n'),
      encodeHttpChunk(latin1('pedia')),
      lastHttpChunk([{ name: 'Digest', value: 'none' }]),
    ]);
    expect(parser.push(message)).toBeUndefined();
    expect(fromLatin1(itemAt(seen, 0).body)).toBe('Wikipedia');
    expect(itemAt(seen, 0).trailers).toEqual([{ name: 'Digest', value: 'none' }]);
  });

  it('ends a body without length at the close of the connection', () => {
    const { parser, seen } = collector('response');
    parser.push(latin1('HTTP/1.0 200 OK\r\n\r\nall of it'));
    expect(itemAt(seen, 0).framing).toBe('close');
    expect(itemAt(seen, 0).trailers).toBeUndefined();
    expect(parser.end()).toBeUndefined();
    expect(itemAt(seen, 0).trailers).toEqual([]);
    expect(fromLatin1(itemAt(seen, 0).body)).toBe('all of it');
  });

  it('expects no body after HEAD, 204, 304 and 1xx (RFC 9112 §6.3)', () => {
    const { parser, seen } = collector('response');
    parser.expectResponseTo('HEAD');
    parser.expectResponseTo('GET');
    parser.push(
      latin1(
        'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n' +
          'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi' +
          'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n',
      ),
    );
    expect(seen.map((message) => [message.framing, fromLatin1(message.body)])).toEqual([
      ['none', ''],
      ['none', ''],
      ['length', 'hi'],
      ['none', ''],
    ]);
  });

  it('names a close inside a message', () => {
    const { parser } = collector('response');
    parser.push(latin1('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel'));
    expect(parser.end()).toMatchObject({ code: 'truncated' });
  });

  it.each([
    ['GET /a b HTTP/1.1\r\n\r\n', 'RFC 9112 §3'],
    ['GET / HTTP/1.1\r\nHost : x\r\n\r\n', 'RFC 9112 §5'],
    ['POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n', 'RFC 9112 §6.3'],
    ['POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', 'RFC 9112 §7.1'],
    ['POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n', 'RFC 9112 §7.1'],
  ])('refuses %j', (text, rule) => {
    const { parser } = collector('request');
    expect(parser.push(latin1(text))).toMatchObject({ code: 'malformed', rule });
  });

  it('stops at a head that is too long, also when it comes in pieces', () => {
    const { parser } = collector('request', 100);
    expect(parser.push(latin1(`GET /${'a'.repeat(60)}`))).toBeUndefined();
    expect(parser.push(latin1('a'.repeat(60)))).toMatchObject({ code: 'unsupported' });
  });

  it('reads folded fields and bare line feeds', () => {
    const { parser, seen } = collector('response');
    parser.push(latin1('HTTP/1.1 200\nX-Long: one\n two\nContent-Length: 0\n\n'));
    expect(httpField(itemAt(seen, 0).head, 'x-long')).toBe('one two');
    expect(itemAt(seen, 0).trailers).toEqual([]);
  });
});

describe('properties', () => {
  const token = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,10}$/);
  const message = fc
    .record({
      status: fc.constantFrom(200, 404, 500),
      fields: fc.array(fc.record({ name: token.map((name) => `X-${name}`), value: token }), { maxLength: 4 }),
      body: fc.uint8Array({ maxLength: 300 }),
      chunks: fc.option(fc.integer({ min: 1, max: 80 }), { nil: undefined }),
    })
    .map(({ status, fields, body, chunks }) => {
      if (chunks === undefined) return { body, fields, bytes: encodeHttpResponse({ status, fields, body }) };
      const head = { kind: 'response' as const, version: 'HTTP/1.1', status, reason: 'x', fields };
      const parts = [encodeHttpHead({ ...head, fields: [...fields, { name: 'Transfer-Encoding', value: 'chunked' }] })];
      for (let at = 0; at < body.length; at += chunks) parts.push(encodeHttpChunk(body.subarray(at, at + chunks)));
      parts.push(lastHttpChunk());
      return { body, fields, bytes: concatBytes(parts) };
    });

  it('reads the same messages however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(message, { minLength: 1, maxLength: 4 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 50 })),
        (messages, cuts) => {
          const stream = concatBytes(messages.map((each) => each.bytes));
          const { parser, seen } = collector('response');
          let at = 0;
          for (const cut of cuts) {
            expect(parser.push(stream.subarray(at, at + cut))).toBeUndefined();
            at += cut;
            if (at >= stream.length) break;
          }
          expect(seen.map((each) => each.body)).toEqual(messages.map((each) => each.body));
          expect(seen.map((each) => each.head.fields.slice(0, -1))).toEqual(messages.map((each) => each.fields));
          expect(seen.every((each) => each.trailers !== undefined)).toBe(true);
          expect(parser.idle).toBe(true);
        },
      ),
    );
  });

  it('takes anything without throwing', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('request' as const, 'response' as const),
        fc.array(fc.uint8Array({ maxLength: 80 })),
        (kind, pieces) => {
          const { parser } = collector(kind, 120);
          for (const piece of pieces) parser.push(piece);
          parser.end();
        },
      ),
    );
  });
});

describe('keepsAlive', () => {
  const head = (version: string, connection?: string): HttpHead => ({
    kind: 'request',
    method: 'GET',
    target: '/',
    version,
    fields: connection === undefined ? [] : [{ name: 'connection', value: connection }],
  });

  it('follows version and Connection (RFC 9112 §9.3)', () => {
    expect(keepsAlive(head('HTTP/1.1'))).toBe(true);
    expect(keepsAlive(head('HTTP/1.1', 'TE, Close'))).toBe(false);
    expect(keepsAlive(head('HTTP/1.0'))).toBe(false);
    expect(keepsAlive(head('HTTP/1.0', 'Keep-Alive'))).toBe(true);
  });
});
