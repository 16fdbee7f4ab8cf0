/** dhcp-relay by RFC 1542 §4.1: packets one by one, and a client, a relay and a server on two networks of the lab. */
import { describe, expect, it } from 'vitest';
import {
  formatIpv4,
  formatMac,
  IPV4_BROADCAST,
  MAC_BROADCAST,
  parseIpv4,
  prefixMask,
} from '../../../../base/address.ts';
import { writeU16, writeU32 } from '../../../../base/bytes.ts';
import { NS_PER_S } from '../../../../base/time/clock.ts';
import { PlugPort, Wire } from '../../../../net/link.ts';
import { EthernetSwitch } from '../../../../net/switch.ts';
import { TestNetwork } from '../../../../net/host/testing.ts';
import { MemoryFileTree } from '../../../files/file-tree.ts';
import { bindDnsmasq, serverInterfaces } from '../../bind.ts';
import { parseConfig } from '../../config/parse/parse.ts';
import { DnsmasqServer } from '../../server.ts';
import { dhcpArrival, dhcpMessage } from '../../testing.ts';
import { relay } from './relay.ts';

const CLIENT_SIDE = parseIpv4('10.0.1.1') ?? 0;
const SERVER = parseIpv4('10.0.2.2') ?? 0;
const INTERFACES = [
  { name: 'eth0', address: CLIENT_SIDE, prefix: 24 },
  { name: 'eth1', address: parseIpv4('10.0.2.1') ?? 0, prefix: 24 },
];

const DISCOVER = 1;
const OFFER = 2;
const REQUEST = 3;
const ACK = 5;
const NAK = 6;

function relayed(lines: string, data: Uint8Array, interfaceName = 'eth0') {
  const { config } = parseConfig(lines, 'dnsmasq.conf', new MemoryFileTree());
  return relay(config, INTERFACES, { ...dhcpArrival(data), interfaceName });
}

/** A reply with giaddr, as a server sends it to the relay. */
function reply(fields: { giaddr?: number; yiaddr?: number; flags?: number; htype?: number } = {}): Uint8Array {
  const data = dhcpMessage(OFFER, 1);
  data[0] = 2;
  data[1] = fields.htype ?? 1;
  writeU16(data, 10, fields.flags ?? 0);
  writeU32(data, 16, fields.yiaddr ?? 0x0a000164);
  writeU32(data, 24, fields.giaddr ?? CLIENT_SIDE);
  return data;
}

describe('a request at a relay', () => {
  it('gets giaddr and one hop more, and is else unchanged, for each server', () => {
    const request = dhcpMessage(DISCOVER, 1);
    const out = relayed('dhcp-relay=10.0.1.1,10.0.2.2\ndhcp-relay=10.0.1.1,10.0.2.3#1067\n', request);
    expect(out?.datagrams.map((one) => `${formatIpv4(one.destination)}:${one.destinationPort}`)).toEqual([
      '10.0.2.2:67',
      '10.0.2.3:1067',
    ]);
    const expected = request.slice();
    expected[3] = 1;
    writeU32(expected, 24, CLIENT_SIDE);
    for (const { data, sourcePort } of out?.datagrams ?? []) {
      expect(data).toEqual(expected);
      expect(sourcePort).toBe(67);
    }
  });

  it('keeps the giaddr of a relay nearer to the client', () => {
    const request = dhcpMessage(DISCOVER, 1);
    writeU32(request, 24, 0x0a000901);
    request[3] = 1;
    const data = relayed('dhcp-relay=10.0.1.1,10.0.2.2\n', request)?.datagrams[0]?.data;
    expect(data?.subarray(24, 28)).toEqual(Uint8Array.of(10, 0, 9, 1));
    expect(data?.[3]).toBe(2);
  });

  it('is dropped after more than 16 hops', () => {
    const request = dhcpMessage(DISCOVER, 1);
    request[3] = 16;
    expect(relayed('dhcp-relay=10.0.1.1,10.0.2.2\n', request)?.datagrams.length).toBe(1);
    request[3] = 17;
    expect(relayed('dhcp-relay=10.0.1.1,10.0.2.2\n', request)?.datagrams.length).toBe(0);
  });

  it('is the server’s own at an interface that no line names', () => {
    expect(relayed('dhcp-relay=10.0.1.1,10.0.2.2\n', dhcpMessage(DISCOVER, 1), 'eth1')).toBeUndefined();
  });
});

describe('a reply at a relay', () => {
  const LINE = 'dhcp-relay=10.0.1.1,10.0.2.2\n';
  const target = (data: Uint8Array, lines = LINE, from = 'eth1') => {
    const one = relayed(lines, data, from)?.datagrams[0];
    if (one === undefined) return undefined;
    return `${one.interfaceName} ${formatIpv4(one.destination)}:${one.destinationPort} ${formatMac(one.destinationMac ?? 0)}`;
  };

  it.each([
    ['to the address and the hardware address of the client', reply(), 'eth0 10.0.1.100:68 52:54:00:bb:00:01'],
    [
      'to all when the broadcast flag asks for it',
      reply({ flags: 0x8000 }),
      'eth0 255.255.255.255:68 ff:ff:ff:ff:ff:ff',
    ],
    ['to all when it has no address for the client', reply({ yiaddr: 0 }), 'eth0 255.255.255.255:68 ff:ff:ff:ff:ff:ff'],
    ['to all when chaddr is not Ethernet’s', reply({ htype: 6 }), 'eth0 255.255.255.255:68 ff:ff:ff:ff:ff:ff'],
    ['nowhere when giaddr is another’s', reply({ giaddr: 0x0a000901 }), undefined],
  ])('goes %s', (_what, data, expected) => {
    expect(target(data)).toBe(expected);
  });

  it('goes on byte for byte, from giaddr and port 67', () => {
    const data = reply();
    const [datagram] = relayed(LINE, data, 'eth1')?.datagrams ?? [];
    expect(datagram?.data).toEqual(data);
    expect([datagram?.source, datagram?.sourcePort]).toEqual([CLIENT_SIDE, 67]);
  });

  it('is taken from the interface of the line alone, when it names one', () => {
    expect(target(reply(), 'dhcp-relay=10.0.1.1,10.0.2.2,eth1\n', 'eth1')).toBeDefined();
    expect(target(reply(), 'dhcp-relay=10.0.1.1,10.0.2.2,eth1\n', 'eth0')).toBeUndefined();
  });
});

describe('a client, a relay and a server on two networks', () => {
  function network(relayConfig: string) {
    const net = new TestNetwork();
    const client = net.add('client', '').host;
    const middle = net.add('relay', '10.0.1.1/24').host;
    // The other network: a switch of its own, with the relay's second interface and the server.
    const far = new EthernetSwitch({ name: 'sw2', clock: net.clock, log: net.log.sink('sw2') });
    const plug = (name: string): PlugPort => {
      const end = new PlugPort(name);
      const socket = new PlugPort(`sw2.${name}`);
      far.addPort(socket);
      new Wire(`${name}-sw2`, net.clock).connect(end, socket);
      return end;
    };
    const eth1 = middle.addInterface({ name: 'eth1', port: plug('relay.eth1'), mac: 0x5254_0000_0101 });
    eth1.setAddress(parseIpv4('10.0.2.1') ?? 0, prefixMask(24));
    const host = net.add('server', '').host;
    const remote = host.addInterface({ name: 'eth1', port: plug('server.eth1'), mac: 0x5254_0000_0102 });
    remote.setAddress(SERVER, prefixMask(24));
    host.setDefaultGateway('eth1', parseIpv4('10.0.2.1'));
    const serve = (config: string, on: typeof host) => {
      const server = new DnsmasqServer({
        config,
        clock: net.clock,
        rng: net.rng.derive(on.name),
        log: net.log.sink(on.name),
        interfaces: serverInterfaces(on),
        files: new MemoryFileTree(),
      });
      bindDnsmasq(server, on);
      return server;
    };
    serve(`port=0\n${relayConfig}`, middle);
    const server = serve(
      'port=0\nno-ping\ndhcp-authoritative\ndhcp-range=10.0.1.100,10.0.1.150,255.255.255.0,1h\ndhcp-option=3,10.0.1.254\n',
      host,
    );
    const socket = client.openUdp({ port: 68 });
    /** What the client hears within a second. */
    const exchange = (message: Uint8Array) => {
      socket.send(IPV4_BROADCAST, 67, message, { source: 0, interfaceName: 'eth0' });
      net.run(NS_PER_S);
      const heard = [];
      for (let one = socket.inbox.poll(); one !== undefined; one = socket.inbox.poll()) heard.push(one);
      return heard;
    };
    return { net, server, exchange };
  }

  /** The same client, without the broadcast flag: its hardware address is that of its card. */
  function message(type: number, options: readonly (readonly [number, Uint8Array])[] = []): Uint8Array {
    const data = dhcpMessage(type, 1, options);
    writeU16(data, 10, 0);
    data.set([0x52, 0x54, 0, 0, 0, 1], 28);
    return data;
  }

  it.each(['dhcp-relay=10.0.1.1,10.0.2.2\n', 'interface=eth0\ndhcp-relay=10.0.1.1,10.0.2.2,eth1\n'])(
    'exchange DISCOVER, OFFER, REQUEST and ACK by %j',
    (relayConfig) => {
      const { net, server, exchange } = network(relayConfig);
      const offers = exchange(message(DISCOVER));
      expect(offers.map(({ data }) => data[242])).toEqual([OFFER]);
      const [offer] = offers;
      expect(formatIpv4(offer?.source ?? 0)).toBe('10.0.1.1');
      expect(offer?.data.subarray(24, 28)).toEqual(Uint8Array.of(10, 0, 1, 1));
      const address = offer?.data.subarray(16, 20) ?? new Uint8Array(4);
      expect([...address.subarray(0, 3)]).toEqual([10, 0, 1]);
      const last = net.frames.findLast(({ port, direction }) => port === 'client.eth0' && direction === 'in');
      expect(last?.frame.subarray(0, 6)).toEqual(Uint8Array.of(0x52, 0x54, 0, 0, 0, 1));
      const acks = exchange(
        message(REQUEST, [
          [50, address],
          [54, Uint8Array.of(10, 0, 2, 2)],
        ]),
      );
      expect(acks.map(({ data }) => data[242])).toEqual([ACK]);
      expect(server.leases.length).toBe(1);
    },
  );

  it('a refusal reaches the client by broadcast, though it did not ask for that', () => {
    const { net, exchange } = network('dhcp-relay=10.0.1.1,10.0.2.2\n');
    const naks = exchange(message(REQUEST, [[50, Uint8Array.of(10, 0, 9, 9)]]));
    expect(naks.map(({ data }) => data[242])).toEqual([NAK]);
    const last = net.frames.findLast(({ port, direction }) => port === 'client.eth0' && direction === 'in');
    expect(last?.frame.subarray(0, 6)).toEqual(new Uint8Array(6).fill(MAC_BROADCAST & 0xff));
  });
});
