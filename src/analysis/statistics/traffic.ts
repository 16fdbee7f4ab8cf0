/**
 * Who talks with whom, and how much: conversations and endpoints of Ethernet, IPv4, UDP and TCP, as Wireshark counts
 * them. Frames are taken in once each, in order, from their headers alone, so a capture of a million costs a second or two.
 */
import { formatIpv4, formatMac } from '../../base/address.ts';
import { readHeaders, type FrameHeaders } from '../headers.ts';

export const TRAFFIC_LAYERS = ['ethernet', 'ipv4', 'udp', 'tcp'] as const;
export type TrafficLayer = (typeof TRAFFIC_LAYERS)[number];

export interface Conversation {
  /** As shown: `10.0.0.1`, `10.0.0.1:69`. `a` has sent the first frame. */
  readonly a: string;
  readonly b: string;
  framesAToB: number;
  framesBToA: number;
  bytesAToB: number;
  bytesBToA: number;
  readonly startNs: number;
  endNs: number;
  /** Display filter. */
  readonly filter: string;
}

export interface Endpoint {
  readonly address: string;
  sentFrames: number;
  receivedFrames: number;
  sentBytes: number;
  receivedBytes: number;
  readonly filter: string;
}

/** One side of a conversation, as its key, its text and the filter for it. */
interface Side {
  readonly key: number | string;
  readonly text: string;
  readonly filter: string;
}

class LayerTable {
  readonly conversations: Conversation[] = [];
  readonly endpoints: Endpoint[] = [];
  /** By the keys of both sides, in the order of the first frame. */
  private readonly pairs = new Map<string, Conversation>();
  private readonly sides = new Map<number | string, Endpoint>();

  count(
    source: number | string,
    destination: number | string,
    length: number,
    timeNs: number,
    describe: (key: number | string) => Side,
  ): void {
    const forth = this.pairs.get(`${source} ${destination}`);
    const back = forth === undefined ? this.pairs.get(`${destination} ${source}`) : undefined;
    const known = forth ?? back ?? this.begin(source, destination, timeNs, describe);
    if (back === undefined) {
      known.framesAToB++;
      known.bytesAToB += length;
    } else {
      known.framesBToA++;
      known.bytesBToA += length;
    }
    known.endNs = timeNs;
    const sender = this.endpoint(source, describe);
    sender.sentFrames++;
    sender.sentBytes += length;
    const receiver = this.endpoint(destination, describe);
    receiver.receivedFrames++;
    receiver.receivedBytes += length;
  }

  private begin(
    source: number | string,
    destination: number | string,
    timeNs: number,
    describe: (key: number | string) => Side,
  ): Conversation {
    const [a, b] = [describe(source), describe(destination)];
    const made: Conversation = {
      a: a.text,
      b: b.text,
      framesAToB: 0,
      framesBToA: 0,
      bytesAToB: 0,
      bytesBToA: 0,
      startNs: timeNs,
      endNs: timeNs,
      filter: `${a.filter} && ${b.filter}`,
    };
    this.pairs.set(`${source} ${destination}`, made);
    this.conversations.push(made);
    return made;
  }

  private endpoint(key: number | string, describe: (key: number | string) => Side): Endpoint {
    const known = this.sides.get(key);
    if (known !== undefined) return known;
    const { text, filter } = describe(key);
    const made = { address: text, sentFrames: 0, receivedFrames: 0, sentBytes: 0, receivedBytes: 0, filter };
    this.sides.set(key, made);
    this.endpoints.push(made);
    return made;
  }
}

function etherSide(key: number | string): Side {
  const text = formatMac(Number(key));
  return { key, text, filter: `eth.addr == ${text}` };
}

function ipSide(key: number | string): Side {
  const text = formatIpv4(Number(key));
  return { key, text, filter: `ip.addr == ${text}` };
}

/** Address and port in one number: 2^48 stays exact. */
function portKey(address: number, port: number): number {
  return address * 0x1_0000 + port;
}

function portSide(kind: 'udp' | 'tcp'): (key: number | string) => Side {
  return (key) => {
    const address = formatIpv4(Math.floor(Number(key) / 0x1_0000));
    const port = Number(key) % 0x1_0000;
    return { key, text: `${address}:${port}`, filter: `ip.addr == ${address} && ${kind}.port == ${port}` };
  };
}

const UDP_SIDE = portSide('udp');
const TCP_SIDE = portSide('tcp');

export class TrafficCounts {
  private readonly tables: Readonly<Record<TrafficLayer, LayerTable>> = {
    ethernet: new LayerTable(),
    ipv4: new LayerTable(),
    udp: new LayerTable(),
    tcp: new LayerTable(),
  };

  /** `length`: on the wire. */
  add(frame: Uint8Array, length: number, timeNs: number): void {
    const headers = readHeaders(frame);
    if (headers === undefined) return;
    this.tables.ethernet.count(headers.source, headers.destination, length, timeNs, etherSide);
    this.addIp(headers, length, timeNs);
  }

  conversations(layer: TrafficLayer): readonly Conversation[] {
    return this.tables[layer].conversations;
  }

  endpoints(layer: TrafficLayer): readonly Endpoint[] {
    return this.tables[layer].endpoints;
  }

  private addIp({ ip, transport }: FrameHeaders, length: number, timeNs: number): void {
    if (ip === undefined) return;
    this.tables.ipv4.count(ip.source, ip.destination, length, timeNs, ipSide);
    if (transport === undefined) return;
    const source = portKey(ip.source, transport.sourcePort);
    const destination = portKey(ip.destination, transport.destinationPort);
    this.tables[transport.kind].count(
      source,
      destination,
      length,
      timeNs,
      transport.kind === 'udp' ? UDP_SIDE : TCP_SIDE,
    );
  }
}
