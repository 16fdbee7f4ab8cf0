/**
 * How many DHCP answers a second the boot server gives to a thousand PXE clients: leases by DISCOVER and REQUEST, then
 * the same clients again. The server alone: datagrams in, datagrams out.
 */
import { IPV4_ANY, IPV4_BROADCAST, parseIpv4, type MacAddress } from '../../../src/base/address.ts';
import { latin1, writeU32 } from '../../../src/base/bytes.ts';
import { EventLog } from '../../../src/base/event-log.ts';
import { EventQueue } from '../../../src/base/time/event-queue.ts';
import { SeededRng } from '../../../src/base/rng.ts';
import { chaddrOf, decodeDhcp, emptyDhcpMessage, encodeDhcp, BOOTREQUEST } from '../../../src/protocols/dhcp/codec.ts';
import { DHCP_MESSAGE_TYPE, DHCP_OPTION } from '../../../src/protocols/dhcp/options.ts';
import { DnsmasqServer } from '../../../src/services/dnsmasq/server.ts';
import { MemoryFileTree } from '../../../src/services/files/file-tree.ts';
import type { BenchHost, Measure } from '../types.ts';

const CLIENTS = 1000;
const KNOWN = 100;
const FIRST_MAC = 0x5254_00be_0000;
const SERVER = parseIpv4('10.0.0.1') ?? 0;

/** What a boot server's configuration looks like: some clients by name, tags by architecture and user class. */
const CONFIG = [
  'dhcp-range=10.0.1.1,10.0.99.254,12h',
  'dhcp-authoritative',
  'no-ping',
  'dhcp-match=set:bios,option:client-arch,0',
  'dhcp-match=set:efi,option:client-arch,7',
  'dhcp-userclass=set:ipxe,iPXE',
  'dhcp-boot=tag:ipxe,http://10.0.0.1/boot.ipxe',
  'dhcp-boot=tag:bios,tag:!ipxe,undionly.kpxe',
  'dhcp-boot=tag:efi,tag:!ipxe,snponly.efi',
  'dhcp-option=option:router,10.0.0.1',
  ...Array.from(
    { length: KNOWN },
    (_, i) => `dhcp-host=52:54:00:be:00:${i.toString(16).padStart(2, '0')},pc${i},10.0.100.${i + 1}`,
  ),
].join('\n');

const VENDOR_CLASS = latin1('PXEClient:Arch:00000:UNDI:002001');

function bytes32(value: number): Uint8Array {
  const out = new Uint8Array(4);
  writeU32(out, 0, value);
  return out;
}

function message(mac: MacAddress, type: number, requested?: number): Uint8Array {
  const option = (code: number, data: Uint8Array) => ({ code, data, area: 'options' as const });
  return encodeDhcp({
    ...emptyDhcpMessage(BOOTREQUEST),
    xid: mac % 0x1_0000_0000,
    chaddr: chaddrOf(mac),
    options: [
      option(DHCP_OPTION.messageType, Uint8Array.of(type)),
      option(DHCP_OPTION.parameterRequestList, Uint8Array.of(1, 3, 6, 12, 15, 43, 60, 66, 67, 128, 175)),
      option(DHCP_OPTION.vendorClass, VENDOR_CLASS),
      option(DHCP_OPTION.clientArch, Uint8Array.of(0, 0)),
      ...(requested === undefined
        ? []
        : [
            option(DHCP_OPTION.requestedAddress, bytes32(requested)),
            option(DHCP_OPTION.serverIdentifier, bytes32(SERVER)),
          ]),
    ],
  });
}

function run(host: BenchHost): Record<string, number> {
  const clients = host.quick ? CLIENTS / 10 : CLIENTS;
  const queue = new EventQueue();
  const log = new EventLog(queue);
  const server = new DnsmasqServer({
    config: CONFIG,
    clock: queue,
    rng: new SeededRng('bench'),
    log: log.sink('boot'),
    interfaces: [{ name: 'eth0', address: SERVER, prefix: 16 }],
    files: new MemoryFileTree(),
  });
  let answers = 0;
  let last: Uint8Array = new Uint8Array(0);
  const started = server.start({
    send: ({ data }) => {
      answers++;
      last = data;
    },
    openPort: (wanted) => wanted,
    closePort: () => {},
    probe: (_address, _interfaceName, done) => done(false),
  });
  if (!started.ok) throw new Error(started.error.message);
  const ask = (data: Uint8Array): void => {
    const before = answers;
    server.receive({
      data,
      source: IPV4_ANY,
      sourcePort: 68,
      destination: IPV4_BROADCAST,
      destinationPort: 67,
      interfaceName: 'eth0',
    });
    const isOver = (): boolean => answers > before;
    while (!isOver() && queue.step());
  };
  const round = (): number => {
    const startMs = host.nowMs();
    const before = answers;
    for (let i = 0; i < clients; i++) {
      const mac = FIRST_MAC + i;
      ask(message(mac, DHCP_MESSAGE_TYPE.discover));
      const offer = decodeDhcp(last);
      if (!offer.ok) throw new Error(offer.error.code);
      ask(message(mac, DHCP_MESSAGE_TYPE.request, offer.value.yiaddr));
    }
    if (answers - before !== 2 * clients) throw new Error(`${answers - before} answers to ${2 * clients} requests`);
    return ((answers - before) * 1000) / (host.nowMs() - startMs);
  };
  return { clients, fresh: round(), again: round() };
}

export const dhcp: Measure = {
  name: 'dhcp',
  title: 'DHCP answers of the boot server',
  parts: ['dhcp'],
  hosts: ['node', 'chromium'],
  run: (host) => Promise.resolve(run(host)),
  rows: (values) => {
    const { clients, fresh, again } = values['dhcp'] ?? {};
    if (fresh === undefined || again === undefined) return [];
    const rate = (value: number): string => `${(value / 1000).toFixed(1)} k answers/s`;
    return [
      { what: `${clients} clients, new leases, a cold server`, value: rate(fresh) },
      { what: `the same ${clients} clients again`, value: rate(again) },
    ];
  },
};
