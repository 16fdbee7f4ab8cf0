/**
 * Captures that somebody made to cost whoever opens them: each family repeats one thing `n` times (segments of one
 * byte, gaps, fragments, tags, quotes, conversations, ...). A capture of `2n` has twice the bytes or twice the frames,
 * so whatever looks at it should take twice as long. The seed varies what does not matter for the cost.
 */
import { IPV4_BROADCAST } from '../../src/base/address.ts';
import { concatBytes, latin1 } from '../../src/base/bytes.ts';
import { SeededRng, type Rng } from '../../src/base/rng.ts';
import {
  BootTraffic,
  fileContent,
  pc,
  SERVER,
  TcpScript,
  type Station,
} from '../../src/analysis/fixtures/boot-traffic.ts';
import { FrameStore } from '../../src/analysis/frame-store.ts';
import { encodeArp } from '../../src/protocols/arp/codec.ts';
import { dnsQuery, encodeDns } from '../../src/protocols/dns/codec.ts';
import { frameDns } from '../../src/protocols/dns/stream.ts';
import { encodeEthernet } from '../../src/protocols/ethernet/codec.ts';
import { ETHERTYPE } from '../../src/protocols/ethernet/fields.ts';
import { encodeHttpChunk, lastHttpChunk } from '../../src/protocols/http/codec.ts';
import { IP_PROTOCOL } from '../../src/protocols/ipv4/fields.ts';
import { TCP_FLAG } from '../../src/protocols/tcp/fields.ts';

export interface HostileFamily {
  readonly name: string;
  /** What costs `n`: a size at which a look that is not linear is felt. */
  readonly size: number;
  make(n: number, rng: Rng): FrameStore;
}

const SEGMENT_BYTES = 1460;
const DATA = TCP_FLAG.ack | TCP_FLAG.psh;

/** A connection to a port of the server, opened. */
function connect(traffic: BootTraffic, port: number, client = pc(1), clientPort = 50_000): TcpScript {
  const link = new TcpScript(traffic, client, clientPort, SERVER, port);
  link.open();
  return link;
}

/** Sends bytes in pieces of `pieceBytes`. */
function sendIn(link: TcpScript, side: 0 | 1, bytes: Uint8Array, pieceBytes: number): void {
  for (let at = 0; at < bytes.length; at += pieceBytes) link.send(side, bytes.subarray(at, at + pieceBytes));
}

function http(request: string, response: (n: number, rng: Rng) => Uint8Array, pieceBytes = SEGMENT_BYTES) {
  return (n: number, rng: Rng): FrameStore => {
    const traffic = new BootTraffic();
    const link = connect(traffic, 80);
    link.send(0, latin1(request));
    sendIn(link, 1, response(n, rng), pieceBytes);
    link.close();
    return traffic.store;
  };
}

/** A request, of which `n` bytes or words are of the attacker's making. */
function request(text: (n: number) => string, pieceBytes = SEGMENT_BYTES) {
  return (n: number): FrameStore => {
    const traffic = new BootTraffic();
    const link = connect(traffic, 80);
    sendIn(link, 0, latin1(text(n)), pieceBytes);
    link.send(1, latin1('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'));
    link.close();
    return traffic.store;
  };
}

const GET = 'GET /initrd.gz HTTP/1.1\r\nHost: 10.0.0.1\r\n\r\n';
const CHUNKED = latin1('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');

function chunked(chunkBytes: number) {
  return (totalBytes: number, rng: Rng): Uint8Array => {
    const content = rng.bytes(totalBytes);
    const parts: Uint8Array[] = [CHUNKED];
    for (let at = 0; at < totalBytes; at += chunkBytes)
      parts.push(encodeHttpChunk(content.subarray(at, at + chunkBytes)));
    return concatBytes([...parts, lastHttpChunk()]);
  };
}

/** An Ethernet frame of any payload. */
function ethernet(from: Station, etherType: number, payload: Uint8Array): Uint8Array {
  return encodeEthernet({ kind: 'ethernet-ii', destination: SERVER.mac, source: from.mac, etherType, payload });
}

/** An IPv4 header without a right checksum, and the payload: `encodeIpv4` makes no fragments. */
function fragment(id: number, offset: number, more: boolean, payload: Uint8Array): Uint8Array {
  const header = new Uint8Array(20);
  const total = 20 + payload.length;
  const word = (more ? 0x2000 : 0) | (offset / 8);
  header.set([0x45, 0, total >>> 8, total & 255, id >>> 8, id & 255, word >>> 8, word & 255, 64, 17, 0, 0]);
  header.set([10, 0, 0, 101, 10, 0, 0, 1], 12);
  return concatBytes([header, payload]);
}

function tcp(make: (link: TcpScript, traffic: BootTraffic, n: number, rng: Rng) => void, port = 80) {
  return (n: number, rng: Rng): FrameStore => {
    const traffic = new BootTraffic();
    make(connect(traffic, port), traffic, n, rng);
    return traffic.store;
  };
}

function traffic(make: (traffic: BootTraffic, n: number, rng: Rng) => void) {
  return (n: number, rng: Rng): FrameStore => {
    const made = new BootTraffic();
    make(made, n, rng);
    return made.store;
  };
}

function repeated(n: number, once: (i: number) => void): void {
  for (let i = 0; i < n; i++) once(i);
}

/** Of a client with its own address, so that there can be thousands. */
function manyPcs(number: number): Station {
  return { name: 'pc', mac: 0x5254_0000_0000 + number, ip: 0x0a01_0000 + number };
}

export const HOSTILE_FAMILIES: readonly HostileFamily[] = [
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
  // ---- UDP
  {
    name: 'TFTP requests answered by errors',
    size: 4000,
    make: traffic((made, n) =>
      repeated(n, (i) => {
        const port = 1024 + (i % 60_000);
        made.tftp(pc(1), port, SERVER, 69, {
          opcode: 'rrq',
          filename: `pxelinux.cfg/${i}`,
          mode: 'octet',
          options: [],
        });
        made.tftp(SERVER, 69, pc(1), port, { opcode: 'error', code: i % 2 === 0 ? 1 : 8, message: 'no' });
      }),
    ),
  },
  {
    name: 'the same file over and over',
    size: 1000,
    make: traffic((made, n) =>
      repeated(n, (i) => {
        made.lease(pc(1), 'undionly.kpxe');
        made.tftpRead(pc(1), 1024 + (i % 60_000), 'undionly.kpxe', fileContent('undionly.kpxe', 100));
      }),
    ),
  },
  {
    name: 'TFTP requests from one port',
    size: 4000,
    make: traffic((made, n) =>
      repeated(n, (i) =>
        made.tftp(pc(1), 2070, SERVER, 69, { opcode: 'rrq', filename: String(i), mode: 'octet', options: [] }),
      ),
    ),
  },
  {
    name: 'TFTP options',
    size: 8000,
    make: traffic((made, n) =>
      made.udp(pc(1), 2070, SERVER, 69, latin1(`\0\x01a\0octet\0${'b\x001\0'.repeat(Math.min(n, 16_000))}`)),
    ),
  },
  {
    name: 'DHCP clients',
    size: 1000,
    make: traffic((made, n) => repeated(n, (i) => made.dhcp(manyPcs(i), manyPcs(i), 1))),
  },
  {
    name: 'DHCP options',
    size: 8000,
    make: traffic((made, n) =>
      made.dhcp(
        pc(1),
        pc(1),
        1,
        {},
        Array.from({ length: Math.min(n, 16_000) }, () => ({
          code: 12,
          data: Uint8Array.of(0x61),
          area: 'options' as const,
        })),
      ),
    ),
  },
  {
    name: 'DHCP search lists',
    size: 8000,
    make: traffic((made, n) =>
      made.dhcp(
        pc(1),
        pc(1),
        1,
        {},
        Array.from({ length: Math.min(n, 16_000) }, () => ({
          code: 119,
          data: Uint8Array.of(0),
          area: 'options' as const,
        })),
      ),
    ),
  },
  {
    name: 'syslog newlines',
    size: 16_000,
    make: traffic((made, n) => made.udp(pc(1), 514, SERVER, 514, latin1(`<13>${'\n'.repeat(Math.min(n, 60_000))}x`))),
  },
  // ---- below
  {
    name: 'ARP conflicts',
    size: 8000,
    make: traffic((made, n) =>
      repeated(n, (i) => {
        for (const other of [1, 2]) {
          const from = { ...manyPcs(i), mac: 0x5254_0000_0000 + 2 * i + other };
          const payload = encodeArp({
            operation: 2,
            senderMac: from.mac,
            senderIp: from.ip,
            targetMac: SERVER.mac,
            targetIp: SERVER.ip,
          });
          made.frame(from, ethernet(from, ETHERTYPE.arp, payload));
        }
      }),
    ),
  },
  {
    name: 'fragments behind a gap',
    size: 4000,
    make: traffic((made, n) =>
      repeated(n, (i) =>
        made.frame(
          pc(1),
          ethernet(pc(1), ETHERTYPE.ipv4, fragment(1, 8 * (i === 0 ? 8000 : 1 + (i % 7990)), i > 0, new Uint8Array(8))),
        ),
      ),
    ),
  },
  {
    name: 'the same fragment again',
    size: 4000,
    make: traffic((made, n) =>
      repeated(n, (i) =>
        made.frame(pc(1), ethernet(pc(1), ETHERTYPE.ipv4, fragment(1, i === 0 ? 64 : 8, i > 0, new Uint8Array(8)))),
      ),
    ),
  },
  {
    name: 'many datagrams in fragments',
    size: 2000,
    make: traffic((made, n) =>
      repeated(n, (i) => {
        made.frame(pc(1), ethernet(pc(1), ETHERTYPE.ipv4, fragment(i & 0xffff, 8, false, new Uint8Array(8))));
        made.frame(pc(1), ethernet(pc(1), ETHERTYPE.ipv4, fragment(i & 0xffff, 0, true, new Uint8Array(8))));
      }),
    ),
  },
  {
    name: 'VLAN tags',
    size: 8000,
    make: traffic((made, n) => {
      const tags = new Uint8Array(4 * n);
      for (let i = 0; i < n; i++) tags.set([0, i & 255, 0x81, 0], 4 * i);
      made.frame(pc(1), ethernet(pc(1), ETHERTYPE.vlan, tags));
    }),
  },
  {
    name: 'ICMP quotes',
    size: 1000,
    make: traffic((made, n) => {
      const out = new Uint8Array(28 * n + 8);
      for (let i = 0; i < n; i++) {
        const length = Math.min(0xffff, out.length - 28 * i);
        out.set(
          [0x45, 0, length >>> 8, length & 255, 0, 0, 0, 0, 64, 1, 0, 0, 10, 0, 0, 101, 10, 0, 0, 1, 3, 3],
          28 * i,
        );
      }
      made.frame(pc(1), ethernet(pc(1), ETHERTYPE.ipv4, out));
    }),
  },
  {
    name: 'IP in IP',
    size: 1000,
    make: traffic((made, n) => {
      const out = new Uint8Array(20 * n);
      for (let i = 0; i < n; i++) {
        const length = Math.min(0xffff, out.length - 20 * i);
        out.set([0x45, 0, length >>> 8, length & 255, 0, 0, 0, 0, 64, 4, 0, 0, 10, 0, 0, 101, 10, 0, 0, 1], 20 * i);
      }
      made.frame(pc(1), ethernet(pc(1), ETHERTYPE.ipv4, out));
    }),
  },
  {
    name: 'refused ports',
    size: 4000,
    make: traffic((made, n) =>
      repeated(n, (i) => {
        const quoted = fragment(i & 0xffff, 0, false, Uint8Array.of(8, 1, 0, 69, 0, 8, 0, 0));
        made.ip(SERVER, pc(1), IP_PROTOCOL.icmp, concatBytes([Uint8Array.of(3, 3, 0, 0, 0, 0, 0, 0), quoted]));
      }),
    ),
  },
  {
    name: 'broken frames',
    size: 4000,
    make: traffic((made, n, rng) =>
      repeated(n, () => {
        const etherType = [ETHERTYPE.arp, ETHERTYPE.ipv4, ETHERTYPE.vlan, 0x20][rng.below(4)] ?? 0;
        made.frame(pc(1), ethernet(pc(1), etherType, new Uint8Array(0)).subarray(0, 14 + rng.below(30)));
      }),
    ),
  },
  {
    name: 'interfaces',
    size: 4000,
    make: (n) => {
      const store = new FrameStore();
      for (let i = 0; i < n; i++) {
        const interfaceId = store.addInterface({ name: `if${i}` });
        store.append({ timeNs: i, interfaceId, direction: 'out', bytes: ethernet(pc(1), 0x88b5, new Uint8Array(46)) });
      }
      return store;
    },
  },
  {
    name: 'broadcast storm',
    size: 4000,
    make: traffic((made, n) =>
      repeated(n, (i) => made.udp(manyPcs(i), 1024, SERVER, 9, new Uint8Array(8), 0, IPV4_BROADCAST)),
    ),
  },
];

export function hostileCapture(family: HostileFamily, n: number, seed: string): FrameStore {
  return family.make(n, new SeededRng(`${seed} ${family.name}`));
}
