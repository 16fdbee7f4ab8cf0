/** ARP, IPv4, ICMP and UDP of a host, checked on the bytes that go over the wire and on what arrives. */
import { describe, expect, it } from 'vitest';
import { IPV4_BROADCAST, prefixMask } from '../../base/address.ts';
import { toHex, utf8 } from '../../base/bytes.ts';
import { NS_PER_MS, NS_PER_S } from '../../base/time/clock.ts';
import { itemAt } from '../../base/lists/list.ts';
import { startTask } from '../../base/time/task.ts';
import { decodeIcmp } from '../../protocols/icmp/codec.ts';
import { decodeIpv4 } from '../../protocols/ipv4/codec.ts';
import { PlugPort, Wire } from '../link.ts';
import { ip, TestNetwork } from './testing.ts';
import type { Datagram, IcmpError } from './types.ts';

describe('HostStack: UDP', () => {
  it('asks by ARP, then sends the datagram that waited', () => {
    const net = new TestNetwork();
    const a = net.add('a', '10.0.0.1/24');
    const b = net.add('b', '10.0.0.2/24');
    const got: Datagram[] = [];
    b.host.openUdp({ port: 69 }).onDatagram = (datagram) => got.push(datagram);
    const socket = a.host.openUdp({ port: 2000 });
    socket.send(ip('10.0.0.2'), 69, utf8('hello'));
    net.run(NS_PER_MS);
    const out = net.frames.filter((f) => f.port === 'a.eth0' || f.direction === 'out').map((f) => toHex(f.frame));
    expect(out[0]).toBe(
      'ffffffffffff5254000000010806' + // Ethernet: broadcast, ARP
        '0001080006040001' + // Ethernet, IPv4, request
        '5254000000010a000001' +
        '0000000000000a000002',
    );
    expect(out[1]).toBe('525400000001525400000002080600010800060400025254000000020a0000025254000000010a000001');
    const udp = itemAt(out, 3);
    expect(udp.slice(0, 28)).toBe('5254000000025254000000010800');
    expect(udp.slice(28, 36)).toBe('45000021'); // 20 + 8 + 5 bytes
    expect(udp.slice(44, 48)).toBe('4011'); // TTL 64, UDP
    expect(udp.slice(52, 84)).toBe('0a0000010a00000207d00045000d' + udp.slice(80, 84));
    expect(udp.slice(84)).toBe('68656c6c6f');
    expect(got).toHaveLength(1);
    expect(got[0]).toMatchObject({
      source: ip('10.0.0.1'),
      sourcePort: 2000,
      destination: ip('10.0.0.2'),
      destinationPort: 69,
      interfaceName: 'eth0',
      sourceMac: 0x5254_0000_0001,
      ttl: 64,
    });
    // Who was asked knows who asked (RFC 826): no second request on the way back.
    expect(b.eth0.arpTable().map((row) => row.address)).toEqual([ip('10.0.0.1')]);
  });

  it('gives up after three requests, one a second, and says so', () => {
    const net = new TestNetwork();
    const a = net.add('a', '10.0.0.1/24');
    const errors: IcmpError[] = [];
    const socket = a.host.openUdp();
    socket.onError = (error) => errors.push(error);
    socket.send(ip('10.0.0.9'), 69, utf8('x'));
    net.run(10 * NS_PER_S);
    expect(net.frames.map((f) => f.timeNs)).toEqual([0, NS_PER_S, 2 * NS_PER_S]);
    expect(net.codes()).toEqual(['arp.no-reply']);
    expect(errors).toEqual(['host-unreachable']);
  });

  it('carries DHCP: from 0.0.0.0 to broadcast, and back to an address that the client does not have yet', () => {
    const net = new TestNetwork();
    const server = net.add('server', '10.0.0.1/24');
    const client = net.add('client', '');
    const atServer: Datagram[] = [];
    const atClient: Datagram[] = [];
    const socket67 = server.host.openUdp({ port: 67 });
    socket67.onDatagram = (datagram) => {
      atServer.push(datagram);
      socket67.send(ip('10.0.0.50'), 68, utf8('offer'), { destinationMac: datagram.sourceMac, interfaceName: 'eth0' });
    };
    const socket68 = client.host.openUdp({ port: 68, interfaceName: 'eth0' });
    socket68.onDatagram = (datagram) => atClient.push(datagram);
    socket68.send(IPV4_BROADCAST, 67, utf8('discover'), { source: 0 });
    net.run(NS_PER_S);
    expect(atServer[0]).toMatchObject({ source: 0, sourcePort: 68, destination: IPV4_BROADCAST });
    expect(atClient[0]).toMatchObject({ source: ip('10.0.0.1'), destination: ip('10.0.0.50') });
    expect(net.frames.filter((f) => f.frame[13] === 6)).toHaveLength(0);
    // Once the client has an address, others are not its business.
    client.eth0.setAddress(ip('10.0.0.51'), prefixMask(24));
    socket68.send(IPV4_BROADCAST, 67, utf8('discover'), { source: 0 });
    net.run(NS_PER_S);
    expect(atServer).toHaveLength(2);
    expect(atClient).toHaveLength(1);
  });

  it('answers a closed port with ICMP, but not when the datagram was broadcast', () => {
    const net = new TestNetwork();
    const a = net.add('a', '10.0.0.1/24');
    net.add('b', '10.0.0.2/24');
    const errors: [IcmpError, number, number][] = [];
    const socket = a.host.openUdp();
    socket.onError = (...error) => errors.push(error);
    socket.send(ip('10.0.0.255'), 99, utf8('anyone'));
    net.run(NS_PER_S);
    expect(net.frames.filter((f) => f.direction === 'out')).toHaveLength(1);
    socket.send(ip('10.0.0.2'), 99, utf8('you'));
    net.run(NS_PER_S);
    expect(errors).toEqual([['port-unreachable', ip('10.0.0.2'), 99]]);
    const icmp = net.frames.find((f) => f.frame[13] === 0 && f.frame[23] === 1);
    const packet = decodeIpv4(icmp?.frame.subarray(14) ?? new Uint8Array());
    const message = packet.ok ? decodeIcmp(packet.value.payload) : packet;
    expect(message).toMatchObject({ ok: true, value: { kind: 'destination-unreachable', code: 3 } });
    // The quotation is the IP header and 8 bytes (RFC 792).
    expect(message.ok && message.value.kind === 'destination-unreachable' && message.value.original.length).toBe(28);
  });

  it('cuts a long datagram into fragments and puts them together, in any order', () => {
    const net = new TestNetwork();
    const held: Uint8Array[] = [];
    const a = net.add('a', '10.0.0.1/24', {
      wrap: (port) => ({
        name: port.name,
        get linkUp() {
          return port.linkUp;
        },
        send: (frame) => (frame[13] === 0 ? held.push(frame) : port.send(frame)),
        setReceiver: (receiver) => port.setReceiver(receiver),
        setLinkListener: (listener) => port.setLinkListener(listener),
      }),
    });
    const b = net.add('b', '10.0.0.2/24');
    const got: Datagram[] = [];
    b.host.openUdp({ port: 7 }).onDatagram = (datagram) => got.push(datagram);
    const data = new Uint8Array(8192).map((_, i) => i * 7);
    a.host.openUdp().send(ip('10.0.0.2'), 7, data);
    net.run(NS_PER_MS);
    // 8200 bytes in pieces of 1480.
    expect(held.map((f) => f.length - 34)).toEqual([1480, 1480, 1480, 1480, 1480, 800]);
    const mixed = held.toReversed();
    mixed.push(...mixed.splice(2, 1), itemAt(held, 5));
    const plug = new PlugPort('x.0');
    const socket = new PlugPort('sw1.x');
    net.sw.addPort(socket);
    new Wire('x', net.clock).connect(plug, socket);
    for (const frame of mixed) plug.send(frame);
    net.run(NS_PER_S);
    expect(got).toHaveLength(1);
    expect(toHex(itemAt(got, 0).data)).toBe(toHex(data));
    // The seventh frame was a duplicate: it opens a new reassembly, which gives up after 30 s without a word,
    // since the first fragment is not in it.
    const before = net.frames.length;
    net.run(40 * NS_PER_S);
    expect(net.frames).toHaveLength(before);
    expect(net.clock.size).toBe(0);
  });

  it('draws ephemeral ports from the seed, and none twice', () => {
    const ports = (seed: string): number[] => {
      const { host } = new TestNetwork(seed).add('a', '10.0.0.1/24');
      return Array.from({ length: 50 }, () => host.openUdp().localPort);
    };
    expect(ports('one')).toEqual(ports('one'));
    expect(ports('one')).not.toEqual(ports('two'));
    expect(new Set(ports('one')).size).toBe(50);
    expect(Math.min(...ports('one'))).toBeGreaterThanOrEqual(49_152);
  });

  it('prefers the socket that names the interface, and gives broadcasts to all', () => {
    const net = new TestNetwork();
    const a = net.add('a', '10.0.0.1/24');
    const b = net.add('b', '10.0.0.2/24');
    const seen: string[] = [];
    b.host.openUdp({ port: 7, interfaceName: 'eth0' }).onDatagram = () => seen.push('eth0');
    b.host.openUdp({ port: 7 }).onDatagram = () => seen.push('any');
    b.host.openUdp({ port: 7, interfaceName: 'eth9' }).onDatagram = () => seen.push('eth9');
    a.host.openUdp().send(ip('10.0.0.2'), 7, utf8('1'));
    net.run(NS_PER_MS);
    expect(seen).toEqual(['eth0']);
    a.host.openUdp().send(IPV4_BROADCAST, 7, utf8('2'));
    net.run(NS_PER_MS);
    expect(seen).toEqual(['eth0', 'any', 'eth0']);
  });

  it('drops what was damaged on the way', () => {
    const net = new TestNetwork();
    const b = net.add('b', '10.0.0.2/24');
    const seen: string[] = [];
    b.host.openUdp({ port: 7 }).onDatagram = () => seen.push('got it');
    const plug = new PlugPort('x.0');
    const socket = new PlugPort('sw1.x');
    net.sw.addPort(socket);
    new Wire('x', net.clock).connect(plug, socket);
    // A datagram "hi" from 10.0.0.1:9 to 10.0.0.2:7, its checksums made by hand.
    const good = '52540000000152540000000908004500001e00010000401166cc0a0000010a000002';
    const udp = (checksum: string): string => `00090007000a${checksum}6869`;
    const send = (text: string): void =>
      plug.send(Uint8Array.from(text.match(/../g) ?? [], (x) => Number.parseInt(x, 16)));
    const sum = 0x0a00 + 0x0001 + 0x0a00 + 0x0002 + 17 + 10 + 9 + 7 + 10 + 0x6869;
    const checksum = (~sum & 0xffff).toString(16).padStart(4, '0');
    send(good + udp(checksum));
    send(good + udp('1234'));
    send(good.replace('4011', '3f11') + udp(checksum));
    send(good + udp('0000'));
    net.run(NS_PER_MS);
    expect(seen).toEqual(['got it', 'got it']);
    expect(b.eth0.counters.errorsIn).toBe(2);
  });
});

describe('HostStack: ping and routes', () => {
  it('pings a neighbour and itself', () => {
    const net = new TestNetwork();
    const a = net.add('a', '10.0.0.1/24');
    net.add('b', '10.0.0.2/24');
    const there = startTask(a.host.ping(ip('10.0.0.2'), { dataLength: 32 }));
    const self = startTask(a.host.ping(ip('10.0.0.1')));
    const nobody = startTask(a.host.ping(ip('192.168.7.7')));
    net.run(5 * NS_PER_S);
    expect(there.result).toMatchObject({ ok: true, value: { source: ip('10.0.0.2'), dataLength: 32, ttl: 64 } });
    expect(self.result).toMatchObject({ ok: true, value: { roundTripNs: 0 } });
    expect(nobody.result).toEqual({ ok: false, error: 'network-unreachable' });
  });

  it('goes through a router, which counts the TTL down and says when it is used up', () => {
    const net = new TestNetwork();
    const a = net.add('a', '10.0.0.1/24');
    const router = net.add('router', '10.0.0.254/24', { forwarding: true });
    const far = net.add('far', '10.9.0.2/24');
    router.eth0.addAddress(ip('10.9.0.254'), prefixMask(24));
    a.host.setDefaultGateway('eth0', ip('10.0.0.254'));
    far.host.setDefaultGateway('eth0', ip('10.9.0.254'));
    const reply = startTask(a.host.ping(ip('10.9.0.2')));
    const short = startTask(a.host.ping(ip('10.9.0.2'), { ttl: 1 }));
    const unknown = startTask(a.host.ping(ip('172.16.0.1')));
    net.run(5 * NS_PER_S);
    expect(reply.result).toMatchObject({ ok: true, value: { ttl: 63 } });
    expect(short.result).toEqual({ ok: false, error: 'ttl-exceeded' });
    expect(unknown.result).toEqual({ ok: false, error: 'network-unreachable' });
  });

  it('takes the longest prefix, then the lowest metric', () => {
    const net = new TestNetwork();
    const { host, eth0 } = net.add('a', '10.0.0.1/24');
    const port = new PlugPort('a.eth1');
    host.addInterface({ name: 'eth1', port, mac: 0x5254_0000_00ee }).setAddress(ip('10.1.0.1'), prefixMask(24));
    host.setDefaultGateway('eth0', ip('10.0.0.254'), 10);
    host.setDefaultGateway('eth1', ip('10.1.0.254'), 5);
    expect(host.sourceFor(ip('8.8.8.8'))).toBe(ip('10.1.0.1'));
    host.addRoute({
      destination: ip('8.0.0.0'),
      mask: prefixMask(8),
      gateway: ip('10.0.0.254'),
      interfaceName: 'eth0',
      metric: 99,
    });
    expect(host.sourceFor(ip('8.8.8.8'))).toBe(ip('10.0.0.1'));
    eth0.setUp(false);
    expect(host.sourceFor(ip('8.8.8.8'))).toBe(ip('10.1.0.1'));
  });

  it('tells of another station with its address', () => {
    const net = new TestNetwork();
    net.add('a', '10.0.0.1/24');
    net.add('b', '10.0.0.1/24').eth0.announce();
    net.run(NS_PER_S);
    expect(net.codes()).toEqual(['arp.address-conflict']);
  });
});
