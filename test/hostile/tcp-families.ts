/** Hostile captures of TCP and of what it carries. */
import { concatBytes, latin1 } from '../../src/base/bytes.ts';
import { pc, SERVER, TcpScript } from '../../src/analysis/fixtures/boot-traffic.ts';
import { dnsQuery, encodeDns } from '../../src/protocols/dns/codec.ts';
import { frameDns } from '../../src/protocols/dns/stream.ts';
import { TCP_FLAG } from '../../src/protocols/tcp/fields.ts';
import {
  type HostileFamily,
  SEGMENT_BYTES,
  DATA,
  connect,
  sendIn,
  http,
  request,
  GET,
  chunked,
  tcp,
  traffic,
  repeated,
  manyPcs,
} from './family.ts';

export const TCP_FAMILIES: readonly HostileFamily[] = [
  // ---- HTTP
  { name: 'chunked download', size: 1 << 21, make: http(GET, chunked(4096)) },
  { name: 'chunked body in one-byte segments', size: 2000, make: http(GET, chunked(64), 1) },
  { name: 'one-byte chunks', size: 20_000, make: http(GET, chunked(1)) },
  {
    name: 'head in one-byte segments',
    size: 2000,
    make: request((n) => `GET /${'a'.repeat(n)} HTTP/1.1\r\n\r\n`, 1),
  },
  { name: 'head without end', size: 4000, make: request((n) => `GET / HTTP/1.1\r\nX: ${'x'.repeat(n)}`, 1) },
  {
    name: 'blanks in Content-Length',
    size: 1000,
    make: http(GET, (n) => latin1(`HTTP/1.1 200 OK\r\nContent-Length:${' '.repeat(n)}a\rb\r\n\r\n`)),
  },
  { name: 'blanks in a header', size: 8000, make: request((n) => `GET / HTTP/1.1\r\na:x${' '.repeat(n)}x\r\n\r\n`) },
  {
    name: 'folded header lines',
    size: 8000,
    make: request((n) => `GET / HTTP/1.1\r\na: x${'\r\n y'.repeat(n)}\r\n\r\n`),
  },
  { name: 'words in a start line', size: 4000, make: request((n) => `GET ${'a '.repeat(n)}\r\n\r\n`) },
  { name: 'query parameters', size: 8000, make: request((n) => `GET /?${'a=1&'.repeat(n)} HTTP/1.1\r\n\r\n`) },
  { name: 'header lines', size: 8000, make: request((n) => `GET / HTTP/1.1\r\n${'a: b\r\n'.repeat(n)}\r\n`) },
  {
    name: 'pipelined requests',
    size: 2000,
    make: tcp((link, _, n) => {
      sendIn(link, 0, latin1('GET / HTTP/1.1\r\n\r\n'.repeat(n)), SEGMENT_BYTES);
      sendIn(link, 1, latin1('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'.repeat(n)), SEGMENT_BYTES);
    }),
  },
  {
    name: 'messages in one reassembled buffer',
    size: 1000,
    make: tcp((link, _, n) => {
      const all = latin1('POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nok'.repeat(n));
      // The first byte comes last: then all the rest is there at once.
      const pieceBytes = Math.ceil(all.length / 100);
      const first = 1001;
      for (let at = 1; at < all.length; at += pieceBytes) {
        link.segment(0, DATA, all.subarray(at, at + pieceBytes), first + at);
      }
      link.segment(0, DATA, all.subarray(0, 1), first);
    }),
  },
  // ---- other protocols over TCP
  {
    name: 'FTP line in one-byte segments',
    size: 2000,
    make: tcp((link, _, n) => sendIn(link, 0, latin1(`RETR ${'a'.repeat(n)}\r\n`), 1), 21),
  },
  {
    name: 'FTP directories',
    size: 4000,
    make: tcp(
      (link, _, n) =>
        repeated(n, (i) => (i % 2 === 0 ? link.send(0, latin1('CWD a\r\n')) : link.send(1, latin1('250 there\r\n')))),
      21,
    ),
  },
  {
    name: 'DNS over TCP in one-byte segments',
    size: 4000,
    make: tcp((link, _, n) => {
      const query = frameDns(encodeDns(dnsQuery(1, 'boot.lab', 1)));
      sendIn(link, 0, concatBytes(Array.from({ length: Math.ceil(n / query.length) }, () => query)), 1);
    }, 53),
  },
  {
    name: 'DNS messages in one segment',
    size: 2000,
    make: tcp((link, _, n) => {
      const query = frameDns(encodeDns(dnsQuery(1, 'a', 1)));
      sendIn(link, 0, concatBytes(Array.from({ length: n }, () => query)), 60_000);
    }, 53),
  },
  {
    name: 'RPC in one-byte segments',
    size: 4000,
    make: tcp((link, _, n) => {
      const call = new Uint8Array(44);
      const view = new DataView(call.buffer);
      [0x8000_0028, 7, 0, 2, 100_000, 2, 3].forEach((word, i) => view.setUint32(4 * i, word));
      sendIn(link, 0, concatBytes(Array.from({ length: Math.ceil(n / call.length) }, () => call)), 1);
    }, 111),
  },
  // ---- TCP itself
  {
    name: 'gaps on a port of HTTP',
    size: 4000,
    make: tcp((link, _, n, rng) => repeated(n, (i) => link.segment(1, DATA, rng.bytes(8), 9001 + 16 * i))),
  },
  {
    name: 'gaps',
    size: 4000,
    make: tcp((link, _, n, rng) => repeated(n, (i) => link.segment(1, DATA, rng.bytes(8), 9001 + 16 * i)), 9),
  },
  {
    name: 'segments backwards',
    size: 4000,
    make: tcp((link, _, n, rng) => repeated(n, (i) => link.segment(1, DATA, rng.bytes(8), 9001 + 8 * (n - 1 - i)))),
  },
  {
    name: 'segments never acknowledged',
    size: 8000,
    make: tcp((link, _, n, rng) => repeated(n, () => link.segment(1, DATA, rng.bytes(4))), 9),
  },
  {
    name: 'answers that acknowledge nothing',
    size: 4000,
    make: tcp((link, traffic, n, rng) => {
      const other = new TcpScript(traffic, pc(1), 50_000, SERVER, 9);
      repeated(n, () => {
        link.segment(1, DATA, rng.bytes(4));
        other.segment(0, TCP_FLAG.ack, new Uint8Array(0), 1001);
      });
    }, 9),
  },
  {
    name: 'the same segment again while a message waits',
    size: 4000,
    make: tcp((link, _, n) => {
      link.segment(0, DATA, latin1('GET / HT'));
      repeated(n, () => link.segment(0, DATA, latin1('GET'), 1001));
      link.segment(0, DATA, latin1('TP/1.1\r\n\r\n'), 1009);
    }),
  },
  {
    name: 'the same ports again',
    size: 2000,
    make: traffic((made, n) =>
      repeated(n, (i) => {
        const link = new TcpScript(made, pc(1), 50_000, SERVER, 80);
        link.segment(0, TCP_FLAG.syn, new Uint8Array(0), 1000 + 100 * i);
        link.segment(0, TCP_FLAG.rst, new Uint8Array(0), 1001 + 100 * i);
      }),
    ),
  },
  {
    name: 'SYN flood',
    size: 4000,
    make: traffic((made, n) =>
      repeated(n, (i) =>
        new TcpScript(made, pc(1 + (i % 90)), 1024 + (i % 60_000), SERVER, 80).segment(
          0,
          TCP_FLAG.syn,
          new Uint8Array(0),
        ),
      ),
    ),
  },
  {
    name: 'conversations in turn',
    size: 1000,
    make: traffic((made, n) => {
      const links = Array.from({ length: n }, (_, i) => connect(made, 80, pc(1 + (i % 90)), 1024 + i));
      repeated(4, () => links.forEach((link) => link.segment(0, DATA, latin1('x'))));
    }),
  },
  {
    name: 'open runs and other frames',
    size: 2000,
    make: traffic((made, n) => {
      repeated(n, (i) => new TcpScript(made, manyPcs(i), 1024, SERVER, 80).segment(0, DATA, latin1('x')));
      repeated(n, (i) => made.ping(pc(1 + (i % 90)), SERVER, i & 0xffff));
    }),
  },
];
