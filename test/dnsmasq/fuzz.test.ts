/**
 * Configurations and packets that nobody meant: the server never throws, never hangs, and never gives one address
 * to two. Ten thousand of each here; DNSMASQ_FUZZ_RUNS=100000 for the long run.
 */
import { describe, expect, it } from 'vitest';
import { fromHex } from '../../src/base/bytes.ts';
import { NS_PER_S } from '../../src/base/time/clock.ts';
import { EventQueue } from '../../src/base/time/event-queue.ts';
import { itemAt } from '../../src/base/lists/list.ts';
import { SeededRng } from '../../src/base/rng.ts';
import { parseConfig } from '../../src/services/dnsmasq/config/parse/parse.ts';
import { directiveNames } from '../../src/services/dnsmasq/config/registry.ts';
import { DnsmasqServer } from '../../src/services/dnsmasq/server.ts';
import { MemoryFileTree } from '../../src/services/files/file-tree.ts';
import { caseFiles, readCases } from './oracle.ts';

const RUNS = Number(process.env['DNSMASQ_FUZZ_RUNS'] ?? '10000');
const fixtures = new URL('fixtures/', import.meta.url).pathname;

const PIECES = [
  '192.168.50.100',
  '192.168.50.150',
  '255.255.255.0',
  '1h',
  'static',
  'proxy',
  'tag:a',
  'set:a',
  'tag:!b',
  'net:c',
  '52:54:00:aa:00:01',
  '52:54:*:*:*:*',
  'id:01:02',
  'ignore',
  'infinite',
  'name',
  '/a/b/',
  '/#/',
  '#',
  '"quoted, #"',
  'option:router',
  '43',
  '255',
  'vendor:PXEClient',
  'encap:175',
  'vi-encap:9',
  '1b',
  '01:02:zz',
  'x86PC',
  '0',
  '::1',
  '10.0.0.0/8',
  '*',
  '!',
  '\\',
  '"',
  ',',
  '=',
  '/',
  '\u0000',
  '\u00e9',
  '99999999999',
  '-1',
  ' ',
  '\t',
  'lab',
  'a.b.lab',
];

function randomLine(rng: SeededRng, names: readonly string[]): string {
  const count = rng.below(7);
  const fields = Array.from({ length: count }, () => PIECES[rng.below(PIECES.length)]);
  const name = rng.below(20) === 0 ? itemAt(PIECES, rng.below(PIECES.length)) : itemAt(names, rng.below(names.length));
  return rng.below(8) === 0 ? name : `${name}=${fields.join(',')}`;
}

describe('configurations', () => {
  it(`${RUNS} of them are accepted or refused, and nothing else`, () => {
    const rng = new SeededRng('configurations');
    const names = directiveNames();
    for (let i = 0; i < RUNS; i++) {
      const text = Array.from({ length: 1 + rng.below(4) }, () => randomLine(rng, names)).join('\n');
      const { errors } = parseConfig(text, 'FILE');
      for (const error of errors) expect(error.text.length).toBeGreaterThan(0);
    }
  });
});

const CONFIGS = [
  'no-ping\ndhcp-range=192.168.50.100,192.168.50.120,1h\nbootp-dynamic\ndhcp-authoritative\nenable-tftp\ntftp-root=/srv\ndomain=lab\nlocal=/lab/\n',
  'dhcp-range=192.168.50.0,proxy\npxe-service=x86PC,"A",a\npxe-service=x86-64_EFI,"B",b\nport=0\nenable-tftp\ntftp-single-port\n',
  'dhcp-range=192.168.50.100,192.168.50.120,2m\ndhcp-host=52:54:00:aa:00:01,192.168.50.11\ndhcp-rapid-commit\ndhcp-option=encap:175,1,x\nserver=192.168.50.53\n',
];

describe('packets', () => {
  it(`${RUNS} of them leave every address with one client`, () => {
    const rng = new SeededRng('packets');
    const seeds: { data: Uint8Array; port: number }[] = [];
    for (const recorded of caseFiles(`${fixtures}cases`).flatMap(readCases)) {
      for (const step of recorded.exchange) {
        if ('send' in step) {
          seeds.push({
            data: fromHex(step.send) ?? new Uint8Array(0),
            port: step.dport === 'tid' ? 49_152 : step.dport,
          });
        }
      }
    }
    const files = new MemoryFileTree();
    files.addFile('/srv/pxelinux.0', new Uint8Array(5000));
    const servers = CONFIGS.map((config) => {
      const clock = new EventQueue();
      const server = new DnsmasqServer({
        config,
        clock,
        rng: new SeededRng('server'),
        log: { emit: () => 0, currentCause: undefined, withCause: (_cause, action) => action() },
        interfaces: [{ name: 'eth0', address: 0xc0a83201, prefix: 24 }],
        files,
      });
      let port = 49_152;
      server.start({
        send: ({ data }) => expect(data.length).toBeLessThan(17_000),
        openPort: (wanted) => wanted ?? (port = port >= 50_000 ? 49_152 : port + 1),
        closePort: () => undefined,
        probe: (_address, _name, done) => clock.schedule(NS_PER_S, () => done(rng.below(10) === 0)),
      });
      return { clock, server };
    });
    for (let i = 0; i < RUNS; i++) {
      const seed = itemAt(seeds, rng.below(seeds.length));
      const data = seed.data.slice(0, rng.below(6) === 0 ? rng.below(seed.data.length + 1) : undefined);
      for (let n = rng.below(6); n > 0 && data.length > 0; n--) data[rng.below(data.length)] = rng.below(256);
      const { clock, server } = itemAt(servers, rng.below(servers.length));
      server.receive({
        data,
        source: rng.below(2) === 0 ? 0 : 0xc0a83200 + rng.below(256),
        sourcePort: rng.below(2) === 0 ? 68 : rng.below(65_536),
        destination: rng.below(2) === 0 ? 0xffff_ffff : 0xc0a83201,
        destinationPort: seed.port,
        interfaceName: 'eth0',
      });
      if (i % 50 === 0) clock.runUntil(clock.nowNs + NS_PER_S);
    }
    for (const { clock, server } of servers) {
      const addresses = server.leases.map((lease) => lease.address);
      expect(new Set(addresses).size).toBe(addresses.length);
      // Leases end by themselves, and transfers are given up: nothing is left behind.
      clock.runUntil(clock.nowNs + 3600 * NS_PER_S);
      expect(server.busy).toBe(false);
      expect(server.activeTransfers).toBe(0);
    }
  });
});
