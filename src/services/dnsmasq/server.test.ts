/** The boot server on a host of the lab: real frames through the stack, a crowd, and questions without effect. */
import { describe, expect, it } from 'vitest';
import { parseIpv4, prefixMask } from '../../base/address.ts';
import { byteAt, fromLatin1, latin1, toHex } from '../../base/bytes.ts';
import { NS_PER_S } from '../../base/time/clock.ts';
import { itemAt } from '../../base/lists/list.ts';
import { TestNetwork } from '../../net/host/testing.ts';
import { MemoryFileTree } from '../files/file-tree.ts';
import { bindDnsmasq, serverInterfaces } from './bind.ts';
import { DnsmasqServer } from './server.ts';
import { dhcpArrival, dhcpMessage, testServer } from './testing.ts';
import type { OutgoingDatagram } from './datagram.ts';

const CONFIG = `dhcp-range=10.0.0.100,10.0.0.150,1h
no-ping
enable-tftp
tftp-root=/srv/tftp
dhcp-match=set:efi,option:client-arch,7
dhcp-boot=pxelinux.0
dhcp-boot=tag:efi,grub.efi
`;

function address(text: string): number {
  return parseIpv4(text) ?? 0;
}

function startedServer(config: string) {
  const { clock, log, server } = testServer(config, 16);
  const sent: OutgoingDatagram[] = [];
  const started = server.start({
    send: (datagram) => sent.push(datagram),
    openPort: (wanted) => wanted ?? 40_000,
    closePort: () => undefined,
    probe: (_address, _name, done) => clock.schedule(3 * NS_PER_S, () => done(false)),
  });
  return { clock, log, server, sent, started };
}

describe('bound to a host', () => {
  it('offers by broadcast, serves the file by TFTP, and takes none', () => {
    const net = new TestNetwork();
    const { host } = net.add('server', '10.0.0.1/24');
    const client = net.add('client', '').host;
    const files = new MemoryFileTree();
    files.addFile('/srv/tftp/pxelinux.0', new Uint8Array(700).fill(7));
    const server = new DnsmasqServer({
      config: CONFIG,
      clock: net.clock,
      rng: net.rng.derive('dnsmasq'),
      log: net.log.sink('server'),
      interfaces: serverInterfaces(host),
      files,
    });
    const bound = bindDnsmasq(server, host);
    expect(bound.started.ok).toBe(true);

    const socket = client.openUdp({ port: 68 });
    socket.send(0xffff_ffff, 67, dhcpMessage(1, 1), { source: 0, interfaceName: 'eth0' });
    net.clock.runUntil(NS_PER_S);
    const offer = socket.inbox.poll();
    expect(offer?.destination).toBe(0xffff_ffff);
    expect(offer?.data[242]).toBe(2);
    const file = offer?.data.subarray(108, 118);
    expect(toHex(file ?? new Uint8Array(0))).toBe(toHex(latin1('pxelinux.0')));

    client.interface('eth0')?.setAddress(address('10.0.0.77'), prefixMask(24));
    const tftp = client.openUdp();
    tftp.send(address('10.0.0.1'), 69, latin1('\0\u0001pxelinux.0\0octet\0'));
    net.clock.runUntil(2 * NS_PER_S);
    const data = tftp.inbox.poll();
    expect(data?.data.length).toBe(516);
    expect(data?.sourcePort).not.toBe(69);
    tftp.send(address('10.0.0.1'), data?.sourcePort ?? 0, Uint8Array.of(0, 4, 0, 1));
    net.clock.runUntil(3 * NS_PER_S);
    expect(tftp.inbox.poll()?.data.length).toBe(4 + 188);

    // Writes, modes but octet and netascii, and what is cut off.
    for (const request of ['\0\u0002b\0octet\0', '\0\u0001pxelinux.0\0mail\0', '\0\u0001pxelinux.0\0']) {
      const other = client.openUdp();
      other.send(address('10.0.0.1'), 69, latin1(request));
      net.clock.runUntil(net.clock.nowNs + NS_PER_S);
      const refusal = fromLatin1(other.inbox.poll()?.data ?? new Uint8Array(0));
      expect(refusal).toBe('\0\u0005\0\u0004unsupported request from 10.0.0.77\0');
    }
    const answered = net.log.events.find((event) => event.kind === 'server' && event.code === 'offer');
    expect(answered?.kind === 'server' && answered.lines.map(({ line }) => line)).toContain(6);
    bound.close();
  });
});

describe('a crowd', () => {
  it('gives a thousand clients at once an address each', () => {
    const { clock, server, sent } = startedServer(
      'dhcp-range=10.0.1.1,10.0.8.254,255.255.0.0,1h\nno-ping\ndhcp-lease-max=2000\n',
    );
    for (let i = 0; i < 1000; i++) server.receive(dhcpArrival(dhcpMessage(1, i)));
    clock.runUntil(NS_PER_S);
    const offers = sent.splice(0);
    expect(offers.length).toBe(1000);
    for (const [i, { data }] of offers.entries()) {
      const wish = [50, data.subarray(16, 20)] as const;
      const id = [54, Uint8Array.of(10, 0, 0, 1)] as const;
      server.receive(dhcpArrival(dhcpMessage(3, i, [wish, id])));
    }
    clock.runUntil(2 * NS_PER_S);
    // Two that were offered one address part at the request: the second is told so, and asks again.
    for (let round = 0; round < 50 && server.leases.length < 1000; round++) {
      const naks = sent.splice(0).filter(({ data }) => data[242] === 6);
      for (const { data } of naks) {
        const mac = (byteAt(data, 32) << 8) | byteAt(data, 33);
        server.receive(dhcpArrival(dhcpMessage(1, mac)));
        const offer = sent.pop();
        if (offer === undefined) continue;
        server.receive(
          dhcpArrival(
            dhcpMessage(3, mac, [
              [50, offer.data.subarray(16, 20)],
              [54, Uint8Array.of(10, 0, 0, 1)],
            ]),
          ),
        );
      }
    }
    expect(server.leases.length).toBe(1000);
    expect(new Set(server.leases.map((lease) => lease.address)).size).toBe(1000);
  });
});

describe('explain', () => {
  it('says what would be answered, why, and by which lines, and changes nothing', () => {
    const { server, sent, log } = startedServer(
      'dhcp-range=10.0.1.1,10.0.1.9,1h\ndhcp-match=set:efi,93,7\ndhcp-boot=tag:efi,grub.efi\n',
    );
    const before = log.events.length;
    const answer = server.explain(dhcpArrival(dhcpMessage(1, 5, [[93, Uint8Array.of(0, 7)]])));
    expect(answer.reply?.data[242]).toBe(2);
    expect(answer.tags.map(({ name }) => name)).toEqual(['efi', 'eth0']);
    expect(itemAt(answer.tags, 0).origin?.line).toBe(2);
    expect(answer.lines.map(({ line }) => line)).toEqual([1, 3]);
    expect(answer.delayS).toBe(3);
    const refused = server.explain(dhcpArrival(dhcpMessage(3, 5, [[50, Uint8Array.of(10, 0, 1, 3)]])));
    expect(refused.reply).toBeUndefined();
    expect(refused.silence?.text).toContain('not authoritative');
    expect(server.leases).toEqual([]);
    expect(sent).toEqual([]);
    expect(log.events.length).toBe(before);
  });
});

describe('a configuration that dnsmasq refuses', () => {
  it('does not start, and says file, line and reason in an event of severity error', () => {
    const { started, log } = startedServer('no-ping\ndhcp-range=10.0.0.1\n');
    expect(started.ok ? '' : started.error.text).toBe('bad dhcp-range at line 2 of /etc/dnsmasq.conf');
    const event = log.events.find(({ kind }) => kind === 'server');
    expect(event).toMatchObject({ code: 'config-refused', severity: 'error', lines: [{ line: 2 }] });
  });
});
