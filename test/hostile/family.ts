/** What a family of hostile captures is, and what the families share. */
import { concatBytes, latin1 } from '../../src/base/bytes.ts';
import { type Rng } from '../../src/base/rng.ts';
import { BootTraffic, pc, SERVER, TcpScript, type Station } from '../../src/analysis/fixtures/boot-traffic.ts';
import { FrameStore } from '../../src/analysis/frame-store.ts';
import { encodeEthernet } from '../../src/protocols/ethernet/codec.ts';
import { encodeHttpChunk, lastHttpChunk } from '../../src/protocols/http/codec.ts';
import { TCP_FLAG } from '../../src/protocols/tcp/fields.ts';

export interface HostileFamily {
  readonly name: string;
  /** What costs `n`: a size at which a look that is not linear is felt. */
  readonly size: number;
  make(n: number, rng: Rng): FrameStore;
}

export const SEGMENT_BYTES = 1460;
export const DATA = TCP_FLAG.ack | TCP_FLAG.psh;

/** A connection to a port of the server, opened. */
export function connect(traffic: BootTraffic, port: number, client = pc(1), clientPort = 50_000): TcpScript {
  const link = new TcpScript(traffic, client, clientPort, SERVER, port);
  link.open();
  return link;
}

/** Sends bytes in pieces of `pieceBytes`. */
export function sendIn(link: TcpScript, side: 0 | 1, bytes: Uint8Array, pieceBytes: number): void {
  for (let at = 0; at < bytes.length; at += pieceBytes) link.send(side, bytes.subarray(at, at + pieceBytes));
}

export function http(request: string, response: (n: number, rng: Rng) => Uint8Array, pieceBytes = SEGMENT_BYTES) {
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
export function request(text: (n: number) => string, pieceBytes = SEGMENT_BYTES) {
  return (n: number): FrameStore => {
    const traffic = new BootTraffic();
    const link = connect(traffic, 80);
    sendIn(link, 0, latin1(text(n)), pieceBytes);
    link.send(1, latin1('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'));
    link.close();
    return traffic.store;
  };
}

export const GET = 'GET /initrd.gz HTTP/1.1\r\nHost: 10.0.0.1\r\n\r\n';
export const CHUNKED = latin1('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');

export function chunked(chunkBytes: number) {
  return (totalBytes: number, rng: Rng): Uint8Array => {
    const content = rng.bytes(totalBytes);
    const parts: Uint8Array[] = [CHUNKED];
    for (let at = 0; at < totalBytes; at += chunkBytes)
      parts.push(encodeHttpChunk(content.subarray(at, at + chunkBytes)));
    return concatBytes([...parts, lastHttpChunk()]);
  };
}

/** An Ethernet frame of any payload. */
export function ethernet(from: Station, etherType: number, payload: Uint8Array): Uint8Array {
  return encodeEthernet({ kind: 'ethernet-ii', destination: SERVER.mac, source: from.mac, etherType, payload });
}

/** An IPv4 header without a right checksum, and the payload: `encodeIpv4` makes no fragments. */
export function fragment(id: number, offset: number, more: boolean, payload: Uint8Array): Uint8Array {
  const header = new Uint8Array(20);
  const total = 20 + payload.length;
  const word = (more ? 0x2000 : 0) | (offset / 8);
  header.set([0x45, 0, total >>> 8, total & 255, id >>> 8, id & 255, word >>> 8, word & 255, 64, 17, 0, 0]);
  header.set([10, 0, 0, 101, 10, 0, 0, 1], 12);
  return concatBytes([header, payload]);
}

export function tcp(make: (link: TcpScript, traffic: BootTraffic, n: number, rng: Rng) => void, port = 80) {
  return (n: number, rng: Rng): FrameStore => {
    const traffic = new BootTraffic();
    make(connect(traffic, port), traffic, n, rng);
    return traffic.store;
  };
}

export function traffic(make: (traffic: BootTraffic, n: number, rng: Rng) => void) {
  return (n: number, rng: Rng): FrameStore => {
    const made = new BootTraffic();
    make(made, n, rng);
    return made.store;
  };
}

export function repeated(n: number, once: (i: number) => void): void {
  for (let i = 0; i < n; i++) once(i);
}

/** Of a client with its own address, so that there can be thousands. */
export function manyPcs(number: number): Station {
  return { name: 'pc', mac: 0x5254_0000_0000 + number, ip: 0x0a01_0000 + number };
}
