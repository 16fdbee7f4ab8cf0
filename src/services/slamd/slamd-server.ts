/**
 * A SLAM server as iPXE's mini-slamd: one file for one group. A client that reports missing blocks gets them sent to the
 * group; then the server asks the clients in turn what they still miss.
 */
import { formatIpv4, type Ipv4Address } from '../../base/address.ts';
import { NS_PER_MS, NS_PER_US, type Clock, type Timer } from '../../base/time/clock.ts';
import type { EventSink } from '../../base/event-log.ts';
import type { Message } from '../../base/sentence.ts';
import type { Datagram, Host, UdpSocket } from '../../net/host/types.ts';
import { decodeSlam, encodeSlam } from '../../protocols/slam/codec.ts';
import type { OpenFile } from '../files/file-tree.ts';
import { slamdMessage } from './messages.ts';

const BLOCK_BYTES = 1451;
const MAX_CLIENTS = 10;
const PING_NS = 100 * NS_PER_MS;
const PACE_NS = 20 * NS_PER_US;
/** Ranges that one report may name. */
const MAX_VALUES = 200;

export interface SlamdOptions {
  readonly clock: Clock;
  readonly log: EventSink;
  readonly content: OpenFile;
  readonly port: number;
  readonly group: Ipv4Address;
  readonly groupPort: number;
  readonly ttl: number;
}

interface Client {
  readonly address: Ipv4Address;
  readonly port: number;
}

export class SlamdServer {
  private readonly options: SlamdOptions;
  private socket: UdpSocket | undefined;
  private clients: Client[] = [];
  /** Blocks that are to be sent. */
  private wanted: { from: number; count: number }[] = [];
  private timer: Timer | undefined;
  private isSending = false;

  constructor(options: SlamdOptions) {
    this.options = options;
  }

  listen(host: Host): void {
    this.socket = host.openUdp({ port: this.options.port });
    this.socket.onDatagram = (datagram) => this.receive(datagram);
  }

  private receive({ source, sourcePort, data }: Datagram): void {
    const client = { address: source, port: sourcePort };
    this.clients = this.clients.filter(({ address, port }) => address !== source || port !== sourcePort);
    const report = decodeSlam(data, MAX_VALUES);
    const who = formatIpv4(source);
    if (report === undefined || report.values.length < 2) {
      if (data[0] === 0) this.announce('left', slamdMessage('slamd.left', { client: who }));
      return;
    }
    if (this.isSending) {
      if (this.clients.length < MAX_CLIENTS) this.clients.push(client);
      return;
    }
    this.clients = [client, ...this.clients].slice(0, MAX_CLIENTS);
    const { values } = report;
    const [block = 0, count = 0] = values;
    this.announce('asked', slamdMessage('slamd.asked', { client: who, block, count }));
    this.wanted = [];
    for (let i = 0, from = 0; i + 1 < values.length; i += 2) {
      from += values[i] ?? 0;
      this.wanted.push({ from, count: values[i + 1] ?? 0 });
      from += values[i + 1] ?? 0;
    }
    this.isSending = true;
    this.timer?.cancel();
    this.sendNext();
  }

  private sendNext(): void {
    const { clock, content, group, groupPort, ttl } = this.options;
    const [range] = this.wanted;
    if (range === undefined) {
      this.isSending = false;
      this.askNext();
      return;
    }
    const start = range.from * BLOCK_BYTES;
    if (range.count <= 0 || start >= content.size) this.wanted.shift();
    else {
      const head = encodeSlam([...this.head(), range.from]);
      const data = content.slice(start, Math.min(start + BLOCK_BYTES, content.size));
      this.socket?.send(group, groupPort, Uint8Array.of(...head, ...data), { ttl });
      range.from++;
      range.count--;
    }
    this.timer = clock.schedule(PACE_NS, () => this.sendNext());
  }

  /** Whom it has asked it forgets, until an answer comes. */
  private askNext(): void {
    const next = this.clients.shift();
    if (next === undefined) return;
    this.socket?.send(next.address, next.port, Uint8Array.from(encodeSlam(this.head())));
    this.timer = this.options.clock.schedule(PING_NS, () => this.askNext());
  }

  /** Transaction, size, block size. */
  private head(): readonly number[] {
    return [1, this.options.content.size, BLOCK_BYTES];
  }

  private announce(code: string, message: Message): void {
    const { log } = this.options;
    log.emit({ kind: 'server', service: 'slamd', code: `slamd.${code}`, severity: 'info', ...message, lines: [] });
  }
}
