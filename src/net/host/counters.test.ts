/** What a host counts, compared with what was put on the wire. */
import { describe, expect, it } from 'vitest';
import { IPV4_BROADCAST } from '../../base/address.ts';
import { NS_PER_S } from '../../base/time/clock.ts';
import { atLeast } from '../../base/lists/list.ts';
import { IPV4_HEADER_LENGTH } from '../../protocols/ipv4/fields.ts';
import { UDP_HEADER_LENGTH } from '../../protocols/udp/fields.ts';
import { ip, TestNetwork } from './testing.ts';

describe('IP and TCP counters', () => {
  it('count datagrams, fragments, broadcasts and what has no way', () => {
    const net = new TestNetwork();
    const a = net.add('a', '10.0.0.1/24');
    const b = net.add('b', '10.0.0.2/24');
    b.host.openUdp({ port: 69 });
    const socket = a.host.openUdp({ port: 2000 });
    socket.send(ip('10.0.0.2'), 69, new Uint8Array(2000));
    socket.send(IPV4_BROADCAST, 69, new Uint8Array(10), { interfaceName: 'eth0' });
    socket.send(ip('10.9.9.9'), 69, new Uint8Array(10));
    net.run(NS_PER_S);
    const octets = 2000 + 10 + 2 * UDP_HEADER_LENGTH + 3 * IPV4_HEADER_LENGTH;
    expect(a.host.ipCounters).toMatchObject({
      outRequests: 2,
      outTransmits: 3,
      outBcastPkts: 1,
      outNoRoutes: 1,
      outOctets: octets,
    });
    expect(b.host.ipCounters).toMatchObject({
      inReceives: 3,
      inBcastPkts: 1,
      inOctets: octets,
      inDelivers: 2,
      reasmReqds: 2,
      reasmOKs: 1,
      inHdrErrors: 0,
    });
  });

  it('count what is damaged, for others, of no protocol, or never whole', () => {
    const net = new TestNetwork();
    const a = net.add('a', '10.0.0.1/24');
    const b = net.add('b', '10.0.0.2/24');
    a.host.sendIp(ip('10.0.0.2'), 253, new Uint8Array(8));
    a.host.sendIp(ip('10.0.0.2'), 17, new Uint8Array(1600));
    net.run(NS_PER_S);
    const [unknown, first] = atLeast(
      net.frames
        .filter(
          ({ port, direction, frame }) =>
            port === 'a.eth0' && direction === 'out' && frame[12] === 8 && frame[13] === 0,
        )
        .map(({ frame }) => frame),
      2,
    );
    const changed = (at: number, value: number): Uint8Array => {
      const frame = unknown.slice();
      frame[at] = value;
      return frame;
    };
    a.eth0.sendFrame(changed(22, 1));
    a.eth0.sendFrame(unknown.slice(0, 30));
    // What it belongs to is whole already: it begins a packet that never will be.
    a.eth0.sendFrame(first);
    net.run(60 * NS_PER_S);
    expect(b.host.ipCounters).toMatchObject({
      inUnknownProtos: 1,
      inHdrErrors: 1,
      inTruncatedPkts: 1,
      reasmReqds: 3,
      reasmOKs: 1,
      reasmFails: 1,
    });
    b.eth0.setAddress(ip('10.0.0.3'), b.eth0.mask);
    a.eth0.sendFrame(unknown);
    net.run(NS_PER_S);
    expect(b.host.ipCounters.inAddrErrors).toBe(1);
  });

  it('count the bytes of a stream once, and segments that came early', () => {
    let lost = false;
    const net = new TestNetwork();
    const a = net.add('a', '10.0.0.1/24', {
      wrap: (port) => ({
        name: port.name,
        get linkUp() {
          return port.linkUp;
        },
        setReceiver: (receiver) => port.setReceiver(receiver),
        setLinkListener: (listener) => port.setLinkListener(listener),
        send: (frame) => {
          // The first full segment is lost.
          if (!lost && frame.length > 1000) lost = true;
          else port.send(frame);
        },
      }),
    });
    const b = net.add('b', '10.0.0.2/24');
    b.host.listenTcp(80, (connection) => {
      connection.onData = () => {};
    });
    const connection = a.host.connectTcp(ip('10.0.0.2'), 80);
    connection.onConnect = () => connection.write(new Uint8Array(20_000));
    net.run(20 * NS_PER_S);
    const { inOctets, inOctetsGood, inOutOfOrder, inDiscards } = b.host.tcpCounters;
    expect(inOctetsGood).toBe(20_000);
    expect(inOctets).toBeGreaterThanOrEqual(inOctetsGood);
    expect(inOutOfOrder).toBeGreaterThan(0);
    expect(inDiscards).toBe(0);
  });
});
