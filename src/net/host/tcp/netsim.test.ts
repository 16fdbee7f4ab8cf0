/**
 * Streams over a bad network, in the spirit of smoltcp's netsim: whatever is lost, doubled, late, out of order or damaged,
 * the bytes arrive once, whole and in order, in both directions; and the same seed gives the same frames.
 */
import { describe, expect, it } from 'vitest';
import { equalBytes } from '../../../base/bytes.ts';
import { NS_PER_MS, NS_PER_S } from '../../../base/time/clock.ts';
import { itemAt } from '../../../base/lists/list.ts';
import { startTask } from '../../../base/time/task.ts';
import { FaultPort, type Fault } from '../../faults.ts';
import { ip, TestNetwork } from '../testing.ts';
import type { TcpConnection, TcpSettings } from '../types.ts';

interface Outcome {
  readonly whole: boolean;
  readonly frames: string;
  readonly frameCount: number;
  readonly endNs: number;
}

function collect(connection: TcpConnection): () => Uint8Array {
  const parts: number[] = [];
  connection.onData = (data) => {
    for (const byte of data) parts.push(byte);
  };
  return () => Uint8Array.from(parts);
}

function pour(connection: TcpConnection, data: Uint8Array): void {
  let at = 0;
  const more = (): void => {
    at += connection.write(data.subarray(at));
    if (at < data.length) return;
    connection.onDrain = undefined;
    connection.end();
  };
  connection.onDrain = more;
  more();
}

function transfer(seed: string, bytes: number, faults: readonly Fault[], tcp: TcpSettings = {}): Outcome {
  const net = new TestNetwork(seed);
  let bad: FaultPort | undefined;
  const client = net.add('client', '10.0.0.1/24', {
    tcp,
    wire: { latencyNs: NS_PER_MS },
    wrap: (port, { clock, rng, log }) => {
      bad = new FaultPort(port, clock, rng.derive(port.name), log.sink(port.name));
      return bad;
    },
  });
  const server = net.add('server', '10.0.0.2/24', { tcp });
  // The stations find each other first: a network in which ARP fails three times is rightly called unreachable.
  startTask(client.host.ping(ip('10.0.0.2')));
  net.run(NS_PER_S);
  bad?.setFaults(faults);
  const down = net.rng.derive('down').bytes(bytes);
  const up = net.rng.derive('up').bytes(Math.floor(bytes / 4));
  let atServer = (): Uint8Array => new Uint8Array();
  let closed = 0;
  const isOver = (): boolean => closed === 2 || net.clock.nowNs > 4000 * NS_PER_S;
  server.host.listenTcp(80, (connection) => {
    atServer = collect(connection);
    connection.onClose = (error) => {
      closed += error === undefined ? 1 : 0;
    };
    pour(connection, down);
  });
  const connection = client.host.connectTcp(ip('10.0.0.2'), 80);
  const atClient = collect(connection);
  connection.onClose = (error) => {
    closed += error === undefined ? 1 : 0;
  };
  pour(connection, up);
  let endNs = 0;
  while (!isOver() && net.clock.step()) endNs = net.clock.nowNs - NS_PER_S;
  const whole = closed === 2 && equalBytes(atClient(), down) && equalBytes(atServer(), up);
  // FNV over times and bytes of all frames at both hosts.
  let hash = 0x811c9dc5;
  const mix = (value: number): void => {
    hash = Math.imul(hash ^ value, 0x01000193);
  };
  for (const seen of net.frames) {
    mix(seen.timeNs % 0x1_0000_0000);
    for (const byte of seen.frame) mix(byte);
  }
  return { whole, frames: (hash >>> 0).toString(16), frameCount: net.frames.length, endNs };
}

const BAD: readonly Fault[] = [
  { kind: 'loss', probability: 0.2 },
  { kind: 'duplicate', probability: 0.05 },
  { kind: 'reorder', probability: 0.1, delayNs: 5 * NS_PER_MS },
  { kind: 'corrupt', probability: 0.02 },
  { kind: 'delay', delayNs: NS_PER_MS, jitterNs: 2 * NS_PER_MS },
];

describe('TCP over a bad network', () => {
  it('delivers the same bytes with 20 % loss, reordering, duplicates and damage, for 200 seeds', () => {
    const failed: string[] = [];
    for (let i = 0; i < 200; i++) {
      const seed = `netsim ${i}`;
      const settings: TcpSettings = {
        sack: i % 2 === 0,
        windowScale: i % 3 !== 0,
        synOptions: i % 4 < 2 ? ['mss', 'sack', 'scale'] : ['timestamps', 'sack', 'scale', 'mss'],
        receiveWindow: itemAt([4_000, 20_000, 200_000, 2_000_000], i % 4),
        sendBuffer: i % 5 === 0 ? 3_000 : 1_000_000,
        delayedAckNs: i % 7 === 0 ? 0 : 40 * NS_PER_MS,
      };
      if (!transfer(seed, 20_000 + (i % 10) * 1_000, BAD, settings).whole) failed.push(seed);
    }
    expect(failed).toEqual([]);
  });

  it('delivers a megabyte with 5 % loss', () => {
    const outcome = transfer('megabyte', 1_000_000, [{ kind: 'loss', probability: 0.05 }]);
    expect(outcome.whole).toBe(true);
  });

  it('keeps most of its speed with SACK and 1 % loss', () => {
    const clean = transfer('speed', 1_000_000, []);
    const lossy = transfer('speed', 1_000_000, [{ kind: 'loss', probability: 0.01 }]);
    expect(lossy.whole).toBe(true);
    // A retransmission timeout costs 200 ms at least; recovering without costs round trips of 2 ms.
    expect(lossy.endNs / clean.endNs).toBeLessThan(20);
  });

  it('gives the same frames at the same times for the same seed, and others for another', () => {
    const once = transfer('same', 30_000, BAD);
    expect(transfer('same', 30_000, BAD)).toEqual(once);
    expect(transfer('other', 30_000, BAD).frames).not.toBe(once.frames);
    expect(once.frameCount).toBeGreaterThan(20);
  });

  it('survives an outage of 20 s', () => {
    const outage: Fault[] = [
      { kind: 'loss', probability: 1, fromNs: NS_PER_S + 10 * NS_PER_MS, untilNs: 21 * NS_PER_S },
    ];
    const outcome = transfer('outage', 1_000_000, outage);
    expect(outcome.whole).toBe(true);
    expect(outcome.endNs).toBeGreaterThan(20 * NS_PER_S);
  });
});
