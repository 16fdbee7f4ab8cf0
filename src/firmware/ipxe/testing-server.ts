/** A server for tests on the other end of a bench's cable: DHCP answers as given, TFTP and HTTP files, DNS names. */
import { parseIpv4, type Ipv4Address } from '../../base/address.ts';
import { fromLatin1, latin1 } from '../../base/bytes.ts';
import { atLeast, itemAt } from '../../base/lists/list.ts';
import { assert } from '../../base/result.ts';
import { HostStack } from '../../net/host/host-stack.ts';
import type { FramePort, FrameReceiver } from '../../net/port.ts';
import {
  BOOTREPLY,
  decodeDhcp,
  emptyDhcpMessage,
  encodeDhcp,
  type DhcpMessage,
  type DhcpOption,
} from '../../protocols/dhcp/codec.ts';
import { decodeDns, encodeDns } from '../../protocols/dns/codec.ts';
import { decodeTftp, encodeTftp } from '../../protocols/tftp/codec.ts';
import type { Bench } from './testing.ts';

const WIRE_NS = 100_000;

export interface ServerOptions {
  readonly address?: string;
  readonly mac?: number;
  readonly port?: number;
  /** Makes the reply to a DHCP message; undefined stays silent. */
  readonly dhcp?: (request: DhcpMessage) => DhcpMessage | undefined;
  readonly files?: Readonly<Record<string, string>>;
  /** The whole HTTP answer to a request's head and body. */
  readonly http?: (head: string, body: string) => string;
  readonly names?: Readonly<Record<string, string>>;
}

/** The offer of a simple server; options as codes and bytes. */
export function simpleDhcp(
  address: string,
  server: string,
  options: Readonly<Record<number, readonly number[] | string>>,
): (request: DhcpMessage) => DhcpMessage {
  return (request) => {
    const type = request.options.find(({ code }) => code === 53)?.data[0];
    const list: DhcpOption[] = [{ code: 53, data: Uint8Array.of(type === 1 ? 2 : 5), area: 'options' }];
    for (const [code, value] of Object.entries(options)) {
      list.push({
        code: Number(code),
        data: typeof value === 'string' ? latin1(value) : Uint8Array.from(value),
        area: 'options',
      });
    }
    return {
      ...emptyDhcpMessage(BOOTREPLY),
      xid: request.xid,
      secs: request.secs,
      yiaddr: ip(address),
      siaddr: ip(server),
      chaddr: request.chaddr,
      options: list,
    };
  };
}

export function ip(text: string): Ipv4Address {
  const address = parseIpv4(text);
  assert(address !== undefined, `${text} is no address`);
  return address;
}

export class TestServer {
  readonly host: HostStack;
  /** Heads and bodies of the HTTP requests, as they came. */
  readonly requests: string[] = [];
  private readonly options: ServerOptions;

  constructor(bench: Bench, options: ServerOptions) {
    this.options = options;
    const pc = itemAt(bench.ports, options.port ?? 0);
    let receiver: FrameReceiver | undefined;
    const port: FramePort = {
      name: 'server.eth0',
      linkUp: true,
      send: (frame) => {
        bench.queue.schedule(WIRE_NS, () => pc.receive(frame));
      },
      setReceiver: (to) => {
        receiver = to;
      },
      setLinkListener: () => {},
    };
    const before = pc.onSend;
    pc.onSend = (frame) => {
      before?.(frame);
      bench.queue.schedule(WIRE_NS, () => receiver?.(frame));
    };
    const log = bench.log.sink('server');
    this.host = new HostStack({ name: 'server', clock: bench.queue, rng: bench.rng.derive('server'), log });
    const address = ip(options.address ?? '10.0.0.1');
    const nic = this.host.addInterface({ name: 'eth0', port, mac: options.mac ?? 0x02_0000_0000_01 });
    nic.setAddress(address, 0xffff_ff00);
    this.serveDhcp();
    this.serveTftp();
    this.serveHttp();
    this.serveDns();
  }

  private serveDhcp(): void {
    const { dhcp } = this.options;
    if (dhcp === undefined) return;
    const socket = this.host.openUdp({ port: 67 });
    socket.onDatagram = ({ data }) => {
      const request = decodeDhcp(data);
      const reply = request.ok ? dhcp(request.value) : undefined;
      if (reply === undefined) return;
      socket.send(0xffff_ffff, 68, encodeDhcp(reply), { interfaceName: 'eth0' });
    };
  }

  private serveTftp(): void {
    const socket = this.host.openUdp({ port: 69 });
    socket.onDatagram = ({ data, source, sourcePort }) => {
      const request = decodeTftp(data);
      if (!request.ok || request.value.opcode !== 'rrq') return;
      const { filename, options } = request.value;
      const text = this.options.files?.[filename];
      const transfer = this.host.openUdp();
      if (text === undefined) {
        transfer.send(source, sourcePort, encodeTftp({ opcode: 'error', code: 1, message: 'file not found' }));
        return;
      }
      const bytes = latin1(text);
      const blksize = Number(options.find(({ name }) => name === 'blksize')?.value ?? 512);
      transfer.onDatagram = (datagram) => {
        const ack = decodeTftp(datagram.data);
        if (!ack.ok || ack.value.opcode !== 'ack') return;
        const start = ack.value.block * blksize;
        if (start > bytes.length) return;
        const block = ack.value.block + 1;
        transfer.send(
          source,
          sourcePort,
          encodeTftp({ opcode: 'data', block, data: bytes.slice(start, start + blksize) }),
        );
      };
      const accepted = options.map(({ name, value }) => ({
        name,
        value: name === 'tsize' ? String(bytes.length) : value,
      }));
      transfer.send(source, sourcePort, encodeTftp({ opcode: 'oack', options: accepted }));
    };
  }

  private serveHttp(): void {
    const { http } = this.options;
    if (http === undefined) return;
    this.host.listenTcp(80, (connection) => {
      let text = '';
      connection.onData = (data) => {
        text += fromLatin1(data);
        const end = text.indexOf('\r\n\r\n');
        if (end < 0) return;
        const head = text.slice(0, end + 2);
        const length = Number(/Content-Length: (\d+)/i.exec(head)?.[1] ?? 0);
        if (text.length < end + 4 + length) return;
        const body = text.slice(end + 4, end + 4 + length);
        text = text.slice(end + 4 + length);
        this.requests.push(head + body);
        const answer = http(head, body);
        connection.write(latin1(answer));
        if (/^Connection: close/im.test(answer)) connection.end();
      };
      connection.onEnd = () => connection.end();
    });
  }

  private serveDns(): void {
    const { names } = this.options;
    if (names === undefined) return;
    const socket = this.host.openUdp({ port: 53 });
    socket.onDatagram = ({ data, source, sourcePort }) => {
      const query = decodeDns(data);
      if (!query.ok) return;
      const [question] = atLeast(query.value.questions, 1);
      const value = names[question.name.toLowerCase()];
      const record = { name: question.name, type: 1, class: 1, ttlS: 60 };
      const address = value === undefined ? undefined : parseIpv4(value);
      const answers =
        value === undefined
          ? []
          : address === undefined
            ? [{ ...record, type: 5, data: { kind: 'cname', target: value } as const }]
            : [{ ...record, data: { kind: 'a', address } as const }];
      const rcode = value === undefined ? 3 : 0;
      socket.send(source, sourcePort, encodeDns({ ...query.value, response: true, rcode, answers }));
    };
  }
}
