/**
 * TCP between two hosts of the lab: the handshake and its options on the wire, closing, refusing, resets, windows, and
 * streams that arrive whole whatever the network does to their segments.
 */
import { describe, expect, it } from 'vitest';
import { equalBytes, toHex, utf8 } from '../../../base/bytes.ts';
import { NS_PER_MS, NS_PER_S } from '../../../base/time/clock.ts';
import { atLeast, itemAt } from '../../../base/lists/list.ts';
import { SeededRng } from '../../../base/rng.ts';
import { decodeIpv4 } from '../../../protocols/ipv4/codec.ts';
import { decodeTcp, encodeTcp, type TcpSegment } from '../../../protocols/tcp/codec.ts';
import { TCP_FLAG } from '../../../protocols/tcp/fields.ts';
import { FaultPort } from '../../faults.ts';
import { ip, TestNetwork, type TestHostOptions } from '../testing.ts';
import type { TcpConnection, TcpError } from '../types.ts';

const SERVER = ip('10.0.0.2');

/** Puts received pieces together. */
class Sink {
  private readonly parts: Uint8Array[] = [];
  length = 0;

  take(data: Uint8Array): void {
    this.parts.push(data);
    this.length += data.length;
  }

  get bytes(): Uint8Array {
    const out = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  }
}

function segments(
  net: TestNetwork,
  direction: 'in' | 'out' = 'out',
): { timeNs: number; from: string; segment: TcpSegment }[] {
  return net.frames.flatMap((seen) => {
    if (seen.direction !== direction || seen.frame[13] !== 0) return [];
    const packet = decodeIpv4(seen.frame.subarray(14));
    if (!packet.ok || packet.value.protocol !== 6) return [];
    const decoded = decodeTcp(packet.value.payload, packet.value.source, packet.value.destination);
    return decoded.ok ? [{ timeNs: seen.timeNs, from: itemAt(seen.port.split('.'), 0), segment: decoded.value }] : [];
  });
}

function flagText(flags: number): string {
  const names: [number, string][] = [
    [TCP_FLAG.syn, 'S'],
    [TCP_FLAG.fin, 'F'],
    [TCP_FLAG.rst, 'R'],
    [TCP_FLAG.psh, 'P'],
    [TCP_FLAG.ack, '.'],
  ];
  return names.map(([bit, name]) => ((flags & bit) === 0 ? '' : name)).join('');
}

function trace(net: TestNetwork): string[] {
  return segments(net).map(({ from, segment }) => {
    const { flags, payload } = segment;
    return `${from} ${flagText(flags)}${payload.length > 0 ? ` ${payload.length}` : ''}`;
  });
}

function other(name: string): string {
  return name === 'client' ? 'server' : 'client';
}

/** Writes all of `data` as the buffer allows, then ends. */
function pour(connection: TcpConnection, data: Uint8Array): void {
  let at = 0;
  const more = (): void => {
    at += connection.write(data.subarray(at));
    if (at === data.length) {
      connection.onDrain = undefined;
      connection.end();
    }
  };
  connection.onDrain = more;
  more();
}

function pair(options: { seed?: string; client?: TestHostOptions; server?: TestHostOptions } = {}) {
  const net = new TestNetwork(options.seed);
  const client = net.add('client', '10.0.0.1/24', options.client);
  const server = net.add('server', '10.0.0.2/24', options.server);
  return { net, client, server };
}

describe('TCP', () => {
  it('opens with MSS, SACK and window scale, carries data both ways, and closes', () => {
    const { net, client, server } = pair();
    const events: string[] = [];
    server.host.listenTcp(80, (connection) => {
      events.push('accepted');
      connection.onData = (data) => {
        events.push(`server got ${new TextDecoder().decode(data)}`);
        connection.write(utf8('reply'));
        connection.end();
      };
      connection.onEnd = () => events.push('server end');
      connection.onClose = (error) => events.push(`server closed ${error}`);
    });
    const connection = client.host.connectTcp(SERVER, 80);
    connection.onConnect = () => {
      events.push('connected');
      connection.write(utf8('request'));
    };
    connection.onData = (data) => events.push(`client got ${new TextDecoder().decode(data)}`);
    connection.onEnd = () => {
      events.push('client end');
      connection.end();
    };
    connection.onClose = (error) => events.push(`client closed ${error}`);
    net.run(NS_PER_S);
    expect(events).toEqual([
      'connected',
      'accepted',
      'server got request',
      'client got reply',
      'client end',
      'server end',
      'server closed undefined',
      'client closed undefined',
    ]);
    expect(trace(net)).toEqual([
      'client S',
      'server S.',
      'client P. 7',
      'server P. 5',
      'server F.',
      'client F.',
      'server .',
    ]);
    const [syn, synAck] = atLeast(segments(net), 2);
    const kinds = ['mss', 'nop', 'nop', 'sack-permitted', 'nop', 'window-scale'];
    expect(syn.segment.options.map((option) => option.kind)).toEqual(kinds);
    expect(synAck.segment.options.map((option) => option.kind)).toEqual(kinds);
    expect(syn.segment.options[0]).toEqual({ kind: 'mss', size: 1460 });
    expect(syn.segment.options[5]).toEqual({ kind: 'window-scale', shift: 6 });
    expect(synAck.segment.acknowledgment).toBe((syn.segment.sequence + 1) >>> 0);
  });

  it('refuses where nobody listens', () => {
    const { net, client } = pair();
    let error: TcpError | undefined;
    client.host.connectTcp(SERVER, 81).onClose = (why) => {
      error = why;
    };
    net.run(NS_PER_S);
    expect(error).toBe('refused');
    expect(trace(net)).toEqual(['client S', 'server R.']);
    expect(net.codes()).toEqual(['tcp.refused']);
  });

  it('cannot reach a host that does not answer ARP, nor a net without a route', () => {
    const { net, client } = pair();
    const errors: (TcpError | undefined)[] = [];
    client.host.connectTcp(ip('10.0.0.77'), 80).onClose = (why) => errors.push(why);
    client.host.connectTcp(ip('192.168.1.1'), 80).onClose = (why) => errors.push(why);
    net.run(10 * NS_PER_S);
    expect(errors).toEqual(['unreachable', 'unreachable']);
    net.run(100 * NS_PER_S);
    expect(net.clock.size).toBe(0);
  });

  it('times out with doubled waits when the SYN is never answered', () => {
    const { net, client, server } = pair();
    server.eth0.onFrame = (frame) => frame[13] === 0;
    let error: TcpError | undefined;
    client.host.connectTcp(SERVER, 80).onClose = (why) => {
      error = why;
    };
    net.run(300 * NS_PER_S);
    expect(error).toBe('timeout');
    const times = segments(net).map(({ timeNs }) => Math.round(timeNs / NS_PER_S));
    expect(times).toEqual([0, 1, 3, 7, 15, 31, 63]);
  });

  it('resets on abort, and the other side hears of it', () => {
    const { net, client, server } = pair();
    const errors: (TcpError | undefined)[] = [];
    server.host.listenTcp(80, (connection) => {
      connection.onData = () => connection.abort();
    });
    const connection = client.host.connectTcp(SERVER, 80);
    connection.onConnect = () => connection.write(utf8('x'));
    connection.onClose = (why) => errors.push(why);
    net.run(NS_PER_S);
    expect(errors).toEqual(['reset']);
    expect(trace(net).at(-1)).toBe('server R.');
  });

  it('believes a reset only at the very next number (RFC 5961)', () => {
    const { net, client, server } = pair();
    server.host.listenTcp(80, () => {});
    let closed = false;
    const connection = client.host.connectTcp(SERVER, 80);
    connection.onClose = () => {
      closed = true;
    };
    net.run(NS_PER_MS);
    const { segment: synAck } = itemAt(segments(net), 1);
    /** A bare reset from the server's port, so far behind the next number of its stream. */
    const forge = (offset: number): void => {
      const { sourcePort, destinationPort } = synAck;
      const sequence = (synAck.sequence + 1 + offset) >>> 0;
      const reset = { sourcePort, destinationPort, sequence, acknowledgment: 0, flags: TCP_FLAG.rst, window: 0 };
      const bytes = encodeTcp({ ...reset, payload: new Uint8Array(0) }, SERVER, ip('10.0.0.1'));
      server.host.sendIp(ip('10.0.0.1'), 6, bytes);
      net.run(NS_PER_MS);
    };
    forge(100);
    expect(closed).toBe(false);
    // The challenge: an acknowledgment that says where the connection stands.
    expect(trace(net).at(-1)).toBe('client .');
    forge(0);
    expect(closed).toBe(true);
  });

  it('shuts its window when the reader pauses, is probed, and goes on when the reader resumes', () => {
    const { net, client, server } = pair({ server: { tcp: { receiveWindow: 20_000 } } });
    const data = new SeededRng('data').bytes(200_000);
    const sink = new Sink();
    let atServer: TcpConnection | undefined;
    server.host.listenTcp(80, (connection) => {
      atServer = connection;
      connection.onData = (piece) => sink.take(piece);
      connection.pause();
    });
    pour(client.host.connectTcp(SERVER, 80), data);
    net.run(10 * NS_PER_S);
    expect(sink.length).toBe(0);
    const windows = segments(net).filter(({ from }) => from === 'server');
    expect(windows.at(-1)?.segment.window).toBe(0);
    const probes = segments(net).filter(({ segment }) => segment.payload.length === 1);
    expect(probes.length).toBeGreaterThan(2);
    expect(probes.length).toBeLessThan(10);
    atServer?.resume();
    net.run(10 * NS_PER_S);
    expect(equalBytes(sink.bytes, data)).toBe(true);
  });

  it('takes no more than its send buffer holds, and says when there is room again', () => {
    const { net, client, server } = pair({ client: { tcp: { sendBuffer: 10_000 } } });
    server.host.listenTcp(80, (connection) => {
      connection.onData = () => {};
    });
    const connection = client.host.connectTcp(SERVER, 80);
    let drained = 0;
    connection.onDrain = () => drained++;
    expect(connection.write(new Uint8Array(15_000))).toBe(10_000);
    expect(connection.writable).toBe(0);
    net.run(NS_PER_S);
    expect(drained).toBe(1);
    expect(connection.writable).toBe(10_000);
  });

  it('speaks with a host that has neither SACK nor window scaling', () => {
    const { net, client, server } = pair({ server: { tcp: { sack: false, windowScale: false } } });
    const data = new SeededRng('plain').bytes(300_000);
    const sink = new Sink();
    server.host.listenTcp(80, (connection) => pour(connection, data));
    const connection = client.host.connectTcp(SERVER, 80);
    connection.onData = (piece) => sink.take(piece);
    connection.onEnd = () => connection.end();
    net.run(10 * NS_PER_S);
    expect(equalBytes(sink.bytes, data)).toBe(true);
    expect(itemAt(segments(net), 1).segment.options.map((option) => option.kind)).toEqual(['mss']);
  });

  it('stamps every segment once both sides agree, and echoes the other side (RFC 7323)', () => {
    const { net, client, server } = pair({ client: { tcp: { synOptions: ['timestamps', 'sack', 'scale', 'mss'] } } });
    const data = new SeededRng('stamps').bytes(50_000);
    const sink = new Sink();
    server.host.listenTcp(80, (connection) => pour(connection, data));
    const connection = client.host.connectTcp(SERVER, 80);
    connection.onData = (piece) => sink.take(piece);
    connection.onEnd = () => connection.end();
    net.run(10 * NS_PER_S);
    expect(equalBytes(sink.bytes, data)).toBe(true);
    const [, synAck] = atLeast(segments(net), 2);
    expect(synAck.segment.options.map(({ kind }) => kind)).toEqual([
      'mss',
      'sack-permitted',
      'timestamps',
      'nop',
      'window-scale',
    ]);
    const last = new Map<string, number>();
    for (const { from, segment } of segments(net)) {
      const option = segment.options.find(({ kind }) => kind === 'timestamps');
      if (option?.kind !== 'timestamps') throw new Error(`${from} sends a segment without a timestamp`);
      // An MSS of 1460 counts no options: 12 bytes of it are theirs (RFC 6691).
      expect(segment.payload.length).toBeLessThanOrEqual(1448);
      if (last.size > 0) expect(option.echoReply).toBeLessThanOrEqual(last.get(other(from)) ?? -1);
      last.set(from, option.value);
    }
    expect(segments(net).some(({ segment }) => segment.payload.length === 1448)).toBe(true);
  });

  it('keeps an idle connection alive, and hears of it when the other side has forgotten', () => {
    const { net, client, server } = pair({
      client: { tcp: { keepaliveNs: 15 * NS_PER_S } },
      server: {
        wrap: (port, { clock, log }) =>
          new FaultPort(port, clock, new SeededRng('none'), log.sink('server'), [
            { kind: 'loss', probability: 1, direction: 'out', fromNs: 50 * NS_PER_S, untilNs: 55 * NS_PER_S },
          ]),
      },
    });
    let accepted: TcpConnection | undefined;
    server.host.listenTcp(80, (connection) => {
      accepted = connection;
    });
    const closed: (string | undefined)[] = [];
    const connection = client.host.connectTcp(SERVER, 80);
    connection.onClose = (error) => closed.push(error);
    net.run(50 * NS_PER_S);
    const idle = segments(net).filter(({ timeNs }) => timeNs > 10 * NS_PER_S);
    expect(idle.map(({ segment }) => [segment.flags, segment.payload.length])).toEqual(
      idle.map(() => [TCP_FLAG.ack, 0]),
    );
    expect(new Set(idle.map(({ timeNs }) => Math.floor(timeNs / NS_PER_S)))).toEqual(new Set([15, 30, 45]));
    expect(closed).toEqual([]);
    // Its reset is lost.
    accepted?.abort();
    net.run(20 * NS_PER_S);
    expect(closed).toEqual(['reset']);
  });

  it('recovers a single loss by fast retransmission, without waiting for the timeout', () => {
    for (const sack of [true, false]) {
      const { net, client, server } = pair({
        server: {
          tcp: { sack },
          wire: { bandwidthBps: 1e8 },
          wrap: (port, { clock, log }) => {
            let count = 0;
            return new FaultPort(port, clock, new SeededRng('none'), log.sink('server'), [
              {
                kind: 'nth',
                direction: 'out',
                n: 1,
                match: (frame) => frame.length > 1000 && ++count === 20,
                action: { kind: 'drop' },
              },
            ]);
          },
        },
      });
      const data = new SeededRng('loss').bytes(500_000);
      const sink = new Sink();
      server.host.listenTcp(80, (connection) => pour(connection, data));
      const connection = client.host.connectTcp(SERVER, 80);
      connection.onData = (piece) => sink.take(piece);
      let endedNs = 0;
      connection.onEnd = () => {
        endedNs = net.clock.nowNs;
        connection.end();
      };
      net.run(10 * NS_PER_S);
      expect(equalBytes(sink.bytes, data)).toBe(true);
      expect(net.codes()).not.toContain('tcp.retransmission-timeout');
      // 500,000 bytes take 41 ms at 100 Mbit/s.
      expect(endedNs).toBeLessThan(60 * NS_PER_MS);
    }
  });

  it('uses a port again whose connection is in TIME-WAIT', () => {
    const { net, client, server } = pair();
    let accepted = 0;
    server.host.listenTcp(80, (connection) => {
      accepted++;
      connection.end();
    });
    const once = (): void => {
      const connection = client.host.connectTcp(SERVER, 80, { localPort: 5000 });
      connection.onEnd = () => connection.end();
      net.run(NS_PER_S);
    };
    once();
    once();
    expect(accepted).toBe(2);
    net.run(100 * NS_PER_S);
    expect(net.clock.size).toBe(0);
  });

  it('drops SYNs beyond the backlog', () => {
    const { net, client, server } = pair();
    let accepted = 0;
    server.host.listenTcp(80, () => accepted++, { backlog: 2 });
    for (let i = 0; i < 5; i++) client.host.connectTcp(SERVER, 80);
    net.run(100 * NS_PER_MS);
    expect(accepted).toBe(2);
    net.run(5 * NS_PER_S);
    expect(accepted).toBe(5);
  });

  it('opens when both sides call at once', () => {
    const { net, client, server } = pair();
    const events: string[] = [];
    const a = client.host.connectTcp(SERVER, 1000, { localPort: 2000 });
    const b = server.host.connectTcp(ip('10.0.0.1'), 2000, { localPort: 1000 });
    a.onConnect = () => events.push('a');
    b.onConnect = () => events.push('b');
    a.onData = (data) => events.push(toHex(data));
    net.run(NS_PER_MS);
    b.write(Uint8Array.of(0x42));
    net.run(NS_PER_S);
    expect(events.toSorted()).toEqual(['42', 'a', 'b']);
  });
});
