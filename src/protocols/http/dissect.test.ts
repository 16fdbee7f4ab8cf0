import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latin1 } from '../../base/bytes.ts';
import { checkSession, linesOf, sessionOf, TcpFrames, valueOf } from '../../../test/support/frames.ts';
import { TCP_FLAG } from '../tcp/fields.ts';

describe('HTTP in the tree', () => {
  const flow = new TcpFrames(40000, 80);
  flow.add(
    '>',
    latin1(
      'GET /boot.ipxe?mac=52:54:00:12:34:56&a=b HTTP/1.1\r\nUser-Agent: iPXE/2.0.0+\r\nHost: 192.168.50.1\r\n\r\n',
    ),
  );
  flow.add('<', latin1('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 12\r\n\r\n#!ipxe\nshell'));
  flow.add('>', latin1('GET /big HTTP/1.1\r\nHost: h\r\n'));
  flow.add('>', latin1('\r\n'));
  flow.add('<', latin1(`HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n${'A'.repeat(10)}`));
  flow.add('<', latin1('B'.repeat(20)));
  flow.add('>', latin1('GET /chunks HTTP/1.1\r\nHost: h\r\nAuthorization: Basic dXNlcjpwYXNz\r\n\r\n'));
  flow.add('<', latin1('HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n'));
  flow.add('<', latin1('6\r\n world\r\n0\r\n\r\n'));
  flow.add('>', latin1('GET /rest HTTP/1.0\r\n\r\n'));
  flow.add('<', latin1('HTTP/1.0 200 OK\r\n\r\nuntil '));
  flow.add('<', latin1('the end'));
  flow.add('<', new Uint8Array(0), TCP_FLAG.ack | TCP_FLAG.fin);
  const session = sessionOf(flow.frames);

  it('shows a request with its parameters', () => {
    expect(session.columns(3)).toMatchObject({
      protocol: 'HTTP',
      info: 'GET /boot.ipxe?mac=52:54:00:12:34:56&a=b HTTP/1.1 ',
    });
    expect(linesOf(session, 3, 'http')).toEqual(
      expect.arrayContaining([
        '    Request URI: /boot.ipxe?mac=52:54:00:12:34:56&a=b',
        '        Request URI Query Parameter: a=b',
        '  User-Agent: iPXE/2.0.0+\\r\\n',
        '  Full request URI: http://192.168.50.1/boot.ipxe?mac=52:54:00:12:34:56&a=b',
        '  Response in frame: 5',
      ]),
    );
    expect(valueOf(session, 3, 'http.host')).toBe('192.168.50.1');
  });

  it('shows text bodies line by line', () => {
    expect(session.columns(4).info).toBe('HTTP/1.1 200 OK  (text/plain)');
    expect(linesOf(session, 4, 'data-text-lines').slice(1)).toEqual(['  #!ipxe\\n', '  shell']);
    expect(valueOf(session, 4, 'http.request_in')).toBe(4);
  });

  it('puts heads and bodies together from their segments', () => {
    expect(linesOf(session, 5, 'http')).toEqual([]);
    expect(valueOf(session, 6, 'http.request.uri')).toBe('/big');
    expect(linesOf(session, 7, 'http')).toEqual([]);
    expect(linesOf(session, 8, 'http')).toContain('  File Data: 30 bytes');
    expect(session.tree(8).sources.map((source) => source.name)).toEqual(['Frame', 'Reassembled TCP']);
  });

  it('takes chunks apart, and reads credentials', () => {
    expect(valueOf(session, 9, 'http.authbasic')).toBe('user:pass');
    expect(linesOf(session, 11, 'http')).toEqual(
      expect.arrayContaining(['    Data chunk (6 octets)', '    End of chunked encoding', '  File Data: 11 bytes']),
    );
    expect(valueOf(session, 11, 'http.response.code')).toBe(404);
  });

  it('ends a body without length with the connection', () => {
    expect(linesOf(session, 14, 'http')).toEqual([]);
    expect(linesOf(session, 15, 'http')).toContain('  File Data: 13 bytes');
  });

  it('dissects any stream that begins like HTTP, however it is cut', () => {
    const stream = fc
      .array(
        fc.constantFrom(
          'GET / HTTP/1.1\r\n',
          'HTTP/1.1 200 OK\r\n',
          'Content-Length: 9\r\n',
          'Transfer-Encoding: chunked\r\n',
          'X',
          ': y',
          '\r\n',
          '\r\n\r\n',
          '5\r\nhello\r\n',
          '0\r\n',
          '\0',
        ),
        { maxLength: 12 },
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(
        stream,
        fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 8 }),
        fc.boolean(),
        (text, cuts, ends) => {
          const some = new TcpFrames(40000, 80);
          let at = 0;
          for (const cut of [...cuts, text.length]) {
            if (at < text.length) some.add('<', latin1(text.slice(at, at + cut)));
            at += cut;
          }
          if (ends) some.add('<', new Uint8Array(0), TCP_FLAG.ack | TCP_FLAG.fin);
          checkSession(sessionOf(some.frames));
        },
      ),
      { numRuns: 120 },
    );
  });
});
