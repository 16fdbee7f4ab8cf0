/** Hostile captures of TLS: what its dissector keeps between records. */
import { concatBytes } from '../../src/base/bytes.ts';
import { encodeHandshake } from '../../src/protocols/tls/handshake.ts';
import { encodeRecord } from '../../src/protocols/tls/records.ts';
import { vector } from '../../src/protocols/tls/wire.ts';
import { writeElement } from '../../src/trust/der.ts';
import { type HostileFamily, repeated, sendIn, SEGMENT_BYTES, tcp } from './family.ts';

const HTTPS = 443;
const V12 = 0x0303;
const [CHANGE, ALERT, HANDSHAKE, DATA] = [20, 21, 22, 23];

const record = (type: number, fragment: Uint8Array): Uint8Array => encodeRecord(type, V12, fragment);

/** A handshake message of a type with a body. */
const message = (type: number, body: Uint8Array): Uint8Array => concatBytes([Uint8Array.of(type), vector(3, body)]);

function hello(extensions: number): Uint8Array {
  return encodeHandshake({
    kind: 'client-hello',
    version: V12,
    random: new Uint8Array(32),
    sessionId: new Uint8Array(0),
    cipherSuites: [0xc02b],
    compressionMethods: Uint8Array.of(0),
    extensions: Array.from({ length: extensions }, (_, i) => ({ type: 60_000 + (i % 5000), data: new Uint8Array(0) })),
  });
}

/** Records as large as they may be. */
function inRecords(type: number, bytes: Uint8Array, size = 1 << 14): Uint8Array {
  const out: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) out.push(record(type, bytes.subarray(at, at + size)));
  return concatBytes(out);
}

function nested(depth: number): Uint8Array {
  let der: Uint8Array = new Uint8Array(0);
  for (let i = 0; i < Math.min(depth, 400); i++) der = writeElement(0x30, der);
  return der;
}

/** A Certificate message of many certificates (RFC 5246 §7.4.2). */
function certificates(count: number, one: Uint8Array): Uint8Array {
  return message(11, vector(3, ...Array.from({ length: count }, () => vector(3, one))));
}

export const TLS_FAMILIES: readonly HostileFamily[] = [
  {
    name: 'TLS handshake in records of one byte',
    size: 2000,
    make: tcp((link, _, n) => sendIn(link, 0, inRecords(HANDSHAKE, hello(n / 8), 1), SEGMENT_BYTES), HTTPS),
  },
  {
    name: 'TLS record in one-byte segments',
    size: 2000,
    make: tcp((link, _, n, rng) => sendIn(link, 0, inRecords(DATA, rng.bytes(n)), 1), HTTPS),
  },
  {
    name: 'TLS extensions',
    size: 4000,
    make: tcp((link, _, n) => sendIn(link, 0, inRecords(HANDSHAKE, hello(n)), SEGMENT_BYTES), HTTPS),
  },
  {
    name: 'TLS handshake messages in one record',
    size: 4000,
    make: tcp((link, _, n) => {
      const many = concatBytes(Array.from({ length: n }, () => message(0, new Uint8Array(0))));
      sendIn(link, 1, inRecords(HANDSHAKE, many), SEGMENT_BYTES);
    }, HTTPS),
  },
  {
    name: 'TLS records without content',
    size: 8000,
    make: tcp((link, _, n) => {
      const many = concatBytes(Array.from({ length: n }, () => record(DATA, new Uint8Array(0))));
      sendIn(link, 0, many, SEGMENT_BYTES);
    }, HTTPS),
  },
  {
    name: 'TLS alerts and changes of cipher',
    size: 4000,
    make: tcp((link, _, n) => {
      const pair = concatBytes([record(ALERT, Uint8Array.of(1, 0)), record(CHANGE, Uint8Array.of(1))]);
      sendIn(link, 0, concatBytes(Array.from({ length: n }, () => pair)), SEGMENT_BYTES);
    }, HTTPS),
  },
  {
    name: 'TLS certificates, elements inside elements',
    size: 400,
    make: tcp((link, _, n) => sendIn(link, 1, inRecords(HANDSHAKE, certificates(n, nested(n))), SEGMENT_BYTES), HTTPS),
  },
  {
    name: 'TLS handshake without end',
    size: 1 << 20,
    make: tcp((link, _, n, rng) => {
      const endless = concatBytes([Uint8Array.of(11, 0xff, 0xff, 0xff), rng.bytes(n)]);
      sendIn(link, 1, inRecords(HANDSHAKE, endless), SEGMENT_BYTES);
    }, HTTPS),
  },
  {
    name: 'TLS records that lie about their length',
    size: 4000,
    make: tcp(
      (link, _, n, rng) => repeated(n, () => link.send(1, record(HANDSHAKE, rng.bytes(8)).subarray(0, 9))),
      HTTPS,
    ),
  },
];
