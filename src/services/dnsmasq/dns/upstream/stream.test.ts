/** DNS over TCP (RFC 7766) between hosts of the lab: what UDP cuts off comes whole, also from a server behind the server. */
import { describe, expect, it } from 'vitest';
import { parseIpv4 } from '../../../../base/address.ts';
import { NS_PER_S } from '../../../../base/time/clock.ts';
import { TestNetwork, type TestHost } from '../../../../net/host/testing.ts';
import {
  decodeDns,
  dnsQuery,
  DNS_RCODE,
  DNS_TYPE,
  encodeDns,
  type DnsMessage,
} from '../../../../protocols/dns/codec.ts';
import { DnsStreamReader, frameDns } from '../../../../protocols/dns/stream.ts';
import { MemoryFileTree } from '../../../files/file-tree.ts';
import { bindDnsmasq, serverInterfaces, type BoundDnsmasq } from '../../bind.ts';
import { DnsmasqServer } from '../../server.ts';

const SERVER = parseIpv4('10.0.0.1') ?? 0;
/** Twelve records of about 125 bytes each: three of them fit in 512. */
const LONG = Array.from(
  { length: 12 },
  (_, i) => `txt-record=long.lab,"${String(i).padStart(3, '0')}${'x'.repeat(110)}"\n`,
);

function serve(net: TestNetwork, { host }: TestHost, config: string): BoundDnsmasq {
  const server = new DnsmasqServer({
    config: `no-resolv\n${config}`,
    clock: net.clock,
    rng: net.rng.derive(host.name),
    log: net.log.sink(host.name),
    interfaces: serverInterfaces(host),
    files: new MemoryFileTree(),
  });
  return bindDnsmasq(server, host);
}

function query(id: number, name: string, type: number): Uint8Array {
  return encodeDns(dnsQuery(id, name, type));
}

function message(data: Uint8Array): DnsMessage {
  const decoded = decodeDns(data);
  if (!decoded.ok) throw new Error(decoded.error.code);
  return decoded.value;
}

function byUdp(net: TestNetwork, { host }: TestHost, data: Uint8Array): DnsMessage | undefined {
  const socket = host.openUdp();
  socket.send(SERVER, 53, data);
  net.run(NS_PER_S);
  const reply = socket.inbox.poll();
  return reply === undefined ? undefined : message(reply.data);
}

/** Everything that the server says on one connection, and when it closed it. */
function byTcp(net: TestNetwork, { host }: TestHost, pieces: readonly Uint8Array[], forNs = NS_PER_S) {
  const reader = new DnsStreamReader();
  const answers: DnsMessage[] = [];
  let endedNs: number | undefined;
  const connection = host.connectTcp(SERVER, 53);
  connection.onData = (data) => answers.push(...reader.push(data).map(message));
  connection.onEnd = () => {
    endedNs = net.clock.nowNs;
    connection.end();
  };
  for (const piece of pieces) {
    connection.write(piece);
    net.run(NS_PER_S / 10);
  }
  net.run(forNs);
  return { answers, endedNs, connection };
}

describe('DNS over TCP', () => {
  it('gives the whole of an answer that UDP cuts off with the TC bit', () => {
    const net = new TestNetwork();
    const server = net.add('server', '10.0.0.1/24');
    const client = net.add('client', '10.0.0.2/24');
    serve(net, server, LONG.join(''));
    const cut = byUdp(net, client, query(7, 'long.lab', DNS_TYPE.txt));
    expect(cut?.truncated).toBe(true);
    expect(cut?.answers.length).toBe(3);
    const { answers } = byTcp(net, client, [frameDns(query(8, 'long.lab', DNS_TYPE.txt))]);
    expect(answers.map(({ id, truncated, answers: records }) => [id, truncated, records.length])).toEqual([
      [8, false, 12],
    ]);
  });

  it('answers several queries of one connection, however the stream is cut, and closes it when nothing more comes', () => {
    const net = new TestNetwork();
    const server = net.add('server', '10.0.0.1/24');
    const client = net.add('client', '10.0.0.2/24');
    serve(net, server, 'address=/a.lab/10.0.0.8\naddress=/b.lab/10.0.0.9\n');
    const stream = [frameDns(query(1, 'a.lab', DNS_TYPE.a)), frameDns(query(2, 'b.lab', DNS_TYPE.a))];
    const bytes = Uint8Array.from(stream.flatMap((part) => [...part]));
    const cuts = [bytes.subarray(0, 1), bytes.subarray(1, 20), bytes.subarray(20, 40), bytes.subarray(40)];
    const { answers, endedNs } = byTcp(net, client, cuts, 20 * NS_PER_S);
    expect(answers.map(({ id, answers: records }) => [id, records[0]?.data])).toEqual([
      [1, { kind: 'a', address: 0x0a000008 }],
      [2, { kind: 'a', address: 0x0a000009 }],
    ]);
    expect(Math.round((endedNs ?? 0) / NS_PER_S)).toBe(10);
  });

  it('asks upstream by TCP what was asked by TCP, and keeps no half answer that came by UDP', () => {
    const net = new TestNetwork();
    const server = net.add('server', '10.0.0.1/24');
    const client = net.add('client', '10.0.0.2/24');
    const upstream = net.add('upstream', '10.0.0.3/24');
    serve(net, server, 'server=10.0.0.3\ncache-rr=TXT\n');
    serve(net, upstream, `local-ttl=100\n${LONG.join('')}`);
    const ask = (id: number): Uint8Array => query(id, 'long.lab', DNS_TYPE.txt);
    expect(byUdp(net, client, ask(1))?.truncated).toBe(true);
    const { answers } = byTcp(net, client, [frameDns(ask(2))]);
    expect(answers.map(({ id, answers: records }) => [id, records.length])).toEqual([[2, 12]]);
    expect(net.log.events.some((event) => event.kind === 'server' && event.text.endsWith('10.0.0.3 by TCP'))).toBe(
      true,
    );
    // The whole answer is kept: upstream may be gone.
    upstream.host.close();
    const again = byTcp(net, client, [frameDns(ask(3))]);
    expect(again.answers.map(({ id, answers: records }) => [id, records.length])).toEqual([[3, 12]]);
  });

  it('still answers a client that has closed its own direction', () => {
    const net = new TestNetwork();
    const server = net.add('server', '10.0.0.1/24');
    const client = net.add('client', '10.0.0.2/24');
    const upstream = net.add('upstream', '10.0.0.3/24', { wire: { latencyNs: NS_PER_S / 10 } });
    serve(net, server, 'server=10.0.0.3\n');
    serve(net, upstream, 'address=/a.lab/10.0.0.8\n');
    const reader = new DnsStreamReader();
    const answers: DnsMessage[] = [];
    const connection = client.host.connectTcp(SERVER, 53);
    connection.onData = (data) => answers.push(...reader.push(data).map(message));
    connection.write(frameDns(query(1, 'a.lab', DNS_TYPE.a)));
    connection.end();
    net.run(2 * NS_PER_S);
    expect(answers.map(({ answers: records }) => records[0]?.data)).toEqual([{ kind: 'a', address: 0x0a000008 }]);
  });

  it('says SERVFAIL when no server upstream takes the connection', () => {
    const net = new TestNetwork();
    const server = net.add('server', '10.0.0.1/24');
    const client = net.add('client', '10.0.0.2/24');
    net.add('deaf', '10.0.0.3/24');
    serve(net, server, 'server=10.0.0.3\n');
    const { answers } = byTcp(net, client, [frameDns(query(4, 'a.lab', DNS_TYPE.a))]);
    expect(answers.map(({ id, rcode }) => [id, rcode])).toEqual([[4, DNS_RCODE.serverFailure]]);
  });

  it('cuts its connections and listens no more when it is switched off; port=0 never listens', () => {
    const net = new TestNetwork();
    const server = net.add('server', '10.0.0.1/24');
    const client = net.add('client', '10.0.0.2/24');
    const bound = serve(net, server, 'address=/a.lab/10.0.0.8\n');
    const { connection } = byTcp(net, client, [frameDns(query(1, 'a.lab', DNS_TYPE.a))]);
    const ends: string[] = [];
    connection.onClose = (error) => ends.push(error ?? 'closed');
    bound.close();
    net.run(NS_PER_S);
    client.host.connectTcp(SERVER, 53).onClose = (error) => ends.push(error ?? 'closed');
    net.run(NS_PER_S);
    serve(net, server, 'port=0\n');
    client.host.connectTcp(SERVER, 53).onClose = (error) => ends.push(error ?? 'closed');
    net.run(NS_PER_S);
    expect(ends).toEqual(['reset', 'refused', 'refused']);
    // No timer of a connection that was cut is left.
    net.run(100 * NS_PER_S);
    expect(net.clock.size).toBe(0);
  });
});
