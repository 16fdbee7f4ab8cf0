/** Frames round payloads, and what must hold of every tree. For the tests of dissectors only. */
import { expect } from 'vitest';
import { parseIpv4, parseMac } from '../../src/base/address.ts';
import { fromHex } from '../../src/base/bytes.ts';
import { itemAt } from '../../src/base/lists/list.ts';
import { encodeEthernet } from '../../src/protocols/ethernet/codec.ts';
import { encodeIpv4 } from '../../src/protocols/ipv4/codec.ts';
import { makeRegistry } from '../../src/protocols/all.ts';
import { FrameList, type FrameInterface } from '../../src/protocols/core/frame-source.ts';
import { DissectionSession } from '../../src/protocols/core/session.ts';
import { encodeTcp } from '../../src/protocols/tcp/codec.ts';
import { TCP_FLAG } from '../../src/protocols/tcp/fields.ts';
import type { TreeItem } from '../../src/protocols/core/tree.ts';
import { encodeUdp } from '../../src/protocols/udp/codec.ts';

const CLIENT = { mac: parseMac('52:54:00:aa:00:01') ?? 0, address: parseIpv4('192.168.50.2') ?? 0 };
const SERVER = { mac: parseMac('02:00:00:00:50:01') ?? 0, address: parseIpv4('192.168.50.1') ?? 0 };

/** Bytes as hexadecimal digits; white space, colons and dashes are skipped. */
export function hexBytes(text: string): Uint8Array {
  const bytes = fromHex(text);
  if (bytes === undefined) throw new Error(`not hexadecimal: ${text}`);
  return bytes;
}

/** `>` goes from the client to the server. */
export type Way = '>' | '<';

function frame(way: Way, protocol: number, make: (source: number, destination: number) => Uint8Array): Uint8Array {
  const [from, to] = way === '>' ? [CLIENT, SERVER] : [SERVER, CLIENT];
  const payload = make(from.address, to.address);
  return encodeEthernet({
    kind: 'ethernet-ii',
    destination: to.mac,
    source: from.mac,
    etherType: 0x0800,
    payload: encodeIpv4({ source: from.address, destination: to.address, protocol, payload }),
  });
}

/** An IPv4 packet of a protocol from the client to the server. */
export function ipv4Frame(protocol: number, payload: Uint8Array): Uint8Array {
  return frame('>', protocol, () => payload);
}

/** A datagram between these ports of client and server. */
export function udpFrame(way: Way, clientPort: number, serverPort: number, payload: Uint8Array): Uint8Array {
  const [sourcePort, destinationPort] = way === '>' ? [clientPort, serverPort] : [serverPort, clientPort];
  return frame(way, 17, (source, destination) =>
    encodeUdp({ sourcePort, destinationPort, payload }, source, destination),
  );
}

/** A segment between these ports; `numbers` default to a first segment of data. */
export function tcpFrame(
  way: Way,
  clientPort: number,
  serverPort: number,
  payload: Uint8Array,
  numbers: { readonly sequence?: number; readonly acknowledgment?: number; readonly flags?: number } = {},
): Uint8Array {
  const [sourcePort, destinationPort] = way === '>' ? [clientPort, serverPort] : [serverPort, clientPort];
  const { sequence = 1, acknowledgment = 1, flags = TCP_FLAG.ack | TCP_FLAG.psh } = numbers;
  const segment = { sourcePort, destinationPort, sequence, acknowledgment, flags, window: 65535, payload };
  return frame(way, 6, (source, destination) => encodeTcp(segment, source, destination));
}

/** One TCP connection, its numbers kept. */
export class TcpFrames {
  readonly frames: Uint8Array[] = [];
  private readonly sequence = { '>': 1000, '<': 5000 };
  private readonly clientPort: number;
  private readonly serverPort: number;

  constructor(clientPort: number, serverPort: number) {
    this.clientPort = clientPort;
    this.serverPort = serverPort;
    this.add('>', new Uint8Array(0), TCP_FLAG.syn);
    this.add('<', new Uint8Array(0), TCP_FLAG.syn | TCP_FLAG.ack);
    this.add('>', new Uint8Array(0), TCP_FLAG.ack);
  }

  add(way: Way, payload: Uint8Array, flags: number = TCP_FLAG.ack | TCP_FLAG.psh): void {
    const sequence = this.sequence[way];
    const acknowledgment = (flags & TCP_FLAG.ack) === 0 ? 0 : this.sequence[way === '>' ? '<' : '>'];
    this.sequence[way] += payload.length + ((flags & (TCP_FLAG.syn | TCP_FLAG.fin)) === 0 ? 0 : 1);
    const numbers = { sequence, acknowledgment, flags };
    this.frames.push(tcpFrame(way, this.clientPort, this.serverPort, payload, numbers));
  }
}

const REGISTRY = makeRegistry();

/** Frames of one interface with that link type. */
class LinkFrames extends FrameList {
  linkType = 1;

  override interfaceOf(): FrameInterface {
    return { name: '', linkType: this.linkType };
  }
}

/** A session of frames that come a millisecond apart. */
export function sessionOf(frames: readonly Uint8Array[], registry = REGISTRY, linkType = 1): DissectionSession {
  const list = frames.map((bytes, i) => ({ bytes, timeNs: i * 1_000_000 }));
  const source = new LinkFrames(list);
  source.linkType = linkType;
  const session = new DissectionSession(source, registry);
  session.advance();
  return session;
}

/** The lines of a protocol's tree, two blanks a level, without hidden items. */
export function linesOf(session: DissectionSession, index: number, protocol: string): readonly string[] {
  const out: string[] = [];
  const walk = (item: TreeItem, depth: number): void => {
    if (item.hidden) return;
    out.push('  '.repeat(depth) + item.text);
    for (const child of item.children) walk(child, depth + 1);
  };
  for (const item of session.tree(index).items) if (item.field.name === protocol) walk(item, 0);
  return out;
}

/** The first value of a field in a frame, as its tree has it. */
export function valueOf(session: DissectionSession, index: number, name: string): unknown {
  for (const item of session.tree(index).items) {
    const found = item.find(name);
    if (found !== undefined) return found.value;
  }
  return undefined;
}

/** Dissects all frames in every way, and checks that each item lies inside its bytes and that looking twice changes nothing. */
export function checkSession(session: DissectionSession): void {
  const fields = [...session.registry.fields.values()];
  const collector = session.collector(fields);
  for (let index = 0; index < session.frames.length; index++) {
    const tree = session.tree(index);
    const texts: string[] = [];
    // Plain comparisons: an `expect` for each item of thousands of frames would take most of the time.
    const walk = (item: TreeItem): void => {
      const end = item.start + item.length;
      const room = itemAt(tree.sources, item.source).bytes.length;
      // What a dissector throws is caught, and shown: in a test it is still an error.
      if (item.field.name === '_ws.malformed.dissector_bug') throw new Error(item.text);
      if (!(item.start >= 0 && end <= room))
        throw new Error(`frame ${index}: ${item.text} lies at ${item.start} to ${end} of ${room} bytes`);
      texts.push(item.text);
      for (const child of item.children) walk(child);
    };
    tree.items.forEach(walk);
    const again: string[] = [];
    const walkAgain = (item: TreeItem): void => {
      again.push(item.text);
      item.children.forEach(walkAgain);
    };
    session.tree(index).items.forEach(walkAgain);
    expect(again.join('\n')).toBe(texts.join('\n'));
    session.collect(index, collector);
  }
}
