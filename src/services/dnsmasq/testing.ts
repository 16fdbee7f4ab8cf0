/** A boot server without a network for tests, and the packets that they ask it with. */
import { IPV4_BROADCAST, parseIpv4 } from '../../base/address.ts';
import { concatBytes, writeU16, writeU32 } from '../../base/bytes.ts';
import { EventLog } from '../../base/event-log.ts';
import { EventQueue } from '../../base/time/event-queue.ts';
import { SeededRng } from '../../base/rng.ts';
import { MemoryFileTree } from '../files/file-tree.ts';
import { DnsmasqServer } from './server.ts';
import type { Arrival } from './datagram.ts';

export interface TestServer {
  readonly clock: EventQueue;
  readonly log: EventLog;
  readonly server: DnsmasqServer;
}

/** A server of the configuration on eth0, 10.0.0.1 with the prefix; it is not started. */
export function testServer(config: string, prefix = 24, files = new MemoryFileTree()): TestServer {
  const clock = new EventQueue();
  const log = new EventLog(clock);
  const server = new DnsmasqServer({
    config,
    clock,
    rng: new SeededRng('test'),
    log: log.sink('server'),
    interfaces: [{ name: 'eth0', address: parseIpv4('10.0.0.1') ?? 0, prefix }],
    files,
  });
  return { clock, log, server };
}

/** A broadcast request (RFC 2131 §2) of 52:54:00:bb:XX:XX; `client` is the end of its MAC and its xid. */
export function dhcpMessage(
  type: number,
  client: number,
  options: readonly (readonly [code: number, data: Uint8Array])[] = [],
): Uint8Array {
  const head = new Uint8Array(240);
  head.set([1, 1, 6, 0]);
  writeU32(head, 4, client);
  writeU16(head, 10, 0x8000);
  head.set([0x52, 0x54, 0, 0xbb], 28);
  writeU16(head, 32, client);
  head.set([0x63, 0x82, 0x53, 0x63], 236);
  const tail = options.map(([code, data]) => concatBytes([Uint8Array.of(code, data.length), data]));
  return concatBytes([head, Uint8Array.of(53, 1, type), ...tail, Uint8Array.of(255)]);
}

/** The packet as it comes in at port 67 of eth0 from a client without an address. */
export function dhcpArrival(data: Uint8Array): Arrival {
  return {
    data,
    source: 0,
    sourcePort: 68,
    destination: IPV4_BROADCAST,
    destinationPort: 67,
    interfaceName: 'eth0',
  };
}
