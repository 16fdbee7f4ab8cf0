/** The boot parameter server and its portmapper answer as rpc.bootparamd and rpcbind did (`tools/record/bootparamd.py`). */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/base/bytes.ts';
import { EventLog } from '../../src/base/event-log.ts';
import { EventQueue } from '../../src/base/time/event-queue.ts';
import { ip, TestNetwork } from '../../src/net/host/testing.ts';
import { Portmapper } from '../../src/services/rpc/portmapper.ts';
import { BOOTPARAM_PORT, BootparamsServer } from '../../src/services/bootparams/bootparams-server.ts';

interface Recorded {
  readonly server: string;
  readonly port: number;
  readonly params: string;
  readonly hosts: string;
  readonly steps: readonly {
    readonly what: string;
    readonly at: 'portmap' | 'bootparam';
    readonly request: string;
    readonly answer: string | null;
  }[];
}

const recorded = JSON.parse(readFileSync(new URL('fixtures/bootparamd.json', import.meta.url), 'utf8')) as Recorded;
const hex = (port: number): string => port.toString(16).padStart(8, '0');

it.each(recorded.steps)('answers alike: $what', ({ at, request, answer }) => {
  const log = new EventLog(new EventQueue()).sink('server');
  const portmapper = new Portmapper(log);
  const server = new BootparamsServer({
    log,
    portmapper,
    bootparams: recorded.params,
    hosts: recorded.hosts,
    router: () => ip(recorded.server),
  });
  server.register(new TestNetwork('bootparams').add('server', '192.168.1.1/24').host);
  const datagram = { data: fromHex(request) ?? new Uint8Array(0), source: ip('192.168.1.2') };
  const reply = at === 'portmap' ? portmapper.answerDatagram(datagram).reply : server.answer(datagram);
  // The port is another at each start of the real one.
  const bytes = reply === undefined ? null : toHex(reply);
  const ours = at === 'portmap' ? (bytes?.replace(hex(BOOTPARAM_PORT), hex(recorded.port)) ?? null) : bytes;
  expect(ours).toBe(answer);
});
