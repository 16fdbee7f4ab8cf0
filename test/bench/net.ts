/**
 * How fast the network moves bytes in one thread: datagrams asked for one by one, as TFTP does, and a TCP stream, each
 * through two cables and a switch. Run with `npx tsx test/bench/net.ts`.
 */
import { writeU32 } from '../../src/base/bytes.ts';
import { TestNetwork, ip } from '../../src/net/host/testing.ts';

const CHUNK = new Uint8Array(64 * 1024).fill(0x5a);

/** Processor time, so that a busy machine does not count. It includes the collector's threads. */
function report(name: string, bytes: number, started: NodeJS.CpuUsage, events: number): void {
  const { user, system } = process.cpuUsage(started);
  const seconds = (user + system) / 1e6;
  const rate = (bytes / seconds / 1e6).toFixed(0);
  console.log(`${name}: ${rate} MB/s, ${(events / seconds / 1e6).toFixed(2)} M frames a second at the hosts' ports`);
}

function quiet(): TestNetwork {
  return new TestNetwork('bench', { keepFrames: false });
}

function udp(total: number, payloadLength: number): void {
  const net = quiet();
  const client = net.add('client', '10.0.0.1/24', { wire: { bandwidthBps: 0 } });
  const server = net.add('server', '10.0.0.2/24', { wire: { bandwidthBps: 0 } });
  const answer = new Uint8Array(payloadLength).fill(0x5a);
  const socket = server.host.openUdp({ port: 69 });
  socket.onDatagram = ({ source, sourcePort }) => socket.send(source, sourcePort, answer);
  const asking = client.host.openUdp();
  const ask = new Uint8Array(4);
  let got = 0;
  let count = 0;
  asking.onDatagram = ({ data }) => {
    got += data.length;
    if (got >= total) return;
    writeU32(ask, 0, ++count);
    asking.send(ip('10.0.0.2'), 69, ask);
  };
  asking.send(ip('10.0.0.2'), 69, ask);
  const started = process.cpuUsage();
  const isOver = (): boolean => got >= total;
  while (!isOver() && net.clock.step());
  report(`UDP request and response of ${payloadLength} bytes`, got, started, net.frameCount);
}

function tcp(total: number): void {
  const net = quiet();
  const client = net.add('client', '10.0.0.1/24', { wire: { bandwidthBps: 1e10, latencyNs: 10_000 } });
  const server = net.add('server', '10.0.0.2/24', { wire: { bandwidthBps: 1e10, latencyNs: 10_000 } });
  server.host.listenTcp(80, (connection) => {
    let sent = 0;
    const more = (): void => {
      while (sent < total) {
        const taken = connection.write(CHUNK);
        sent += taken;
        if (taken < CHUNK.length) return;
      }
    };
    connection.onDrain = more;
    more();
  });
  let got = 0;
  client.host.connectTcp(ip('10.0.0.2'), 80).onData = (data) => {
    got += data.length;
  };
  const started = process.cpuUsage();
  const isOver = (): boolean => got >= total;
  while (!isOver() && net.clock.step());
  report('TCP bulk', got, started, net.frameCount);
}

for (let round = 0; round < 3; round++) {
  udp(200e6, 1432);
  udp(200e6, 1468);
  tcp(300e6);
}
