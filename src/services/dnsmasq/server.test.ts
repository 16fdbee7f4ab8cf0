/** The boot server on a host of the lab: real frames through the stack, a crowd, and questions without effect. */
import { describe, expect, it } from 'vitest';
import { parseIpv4, prefixMask } from '../../base/address.ts';
import { concatBytes, latin1, toHex, writeU16, writeU32 } from '../../base/bytes.ts';
import { NS_PER_S } from '../../base/clock.ts';
import { EventLog } from '../../base/event-log.ts';
import { EventQueue } from '../../base/event-queue.ts';
import { SeededRng } from '../../base/rng.ts';
import { TestNetwork } from '../../net/host/testing.ts';
import { MemoryFileTree } from '../files/file-tree.ts';
import { bindDnsmasq, serverInterfaces } from './bind.ts';
import type { OutgoingDatagram } from './dhcp/engine.ts';
import { DnsmasqServer } from './server.ts';

const CONFIG = `dhcp-range=10.0.0.100,10.0.0.150,1h
no-ping
enable-tftp
tftp-root=/srv/tftp
dhcp-match=set:efi,option:client-arch,7
dhcp-boot=pxelinux.0
dhcp-boot=tag:efi,grub.efi
`;

function dhcp(type: number, mac: number, options: readonly (readonly [number, Uint8Array])[] = []): Uint8Array {
  const out = new Uint8Array(240);
  out.set([1, 1, 6, 0]);
  writeU32(out, 4, mac);
  writeU16(out, 10, 0x8000);
  out.set([0x52, 0x54, 0, 0xbb], 28);
  writeU16(out, 32, mac);
  out.set([0x63, 0x82, 0x53, 0x63], 236);
  const tail: Uint8Array[] = [Uint8Array.of(53, 1, type)];
  for (const [code, data] of options) tail.push(Uint8Array.of(code, data.length), data);
  return concatBytes([out, ...tail, Uint8Array.of(255)]);
}

function address(text: string): number {
  return parseIpv4(text) ?? 0;
}

function bareServer(config: string) {
  const clock = new EventQueue();
  const log = new EventLog(clock);
  const server = new DnsmasqServer({
    config,
    clock,
    rng: new SeededRng('test'),
    log: log.sink('server'),
    interfaces: [{ name: 'eth0', address: address('10.0.0.1'), prefix: 16 }],
    files: new MemoryFileTree(),
  });
  const sent: OutgoingDatagram[] = [];
  const started = server.start({
    send: (datagram) => sent.push(datagram),
    openPort: (wanted) => wanted ?? 40_000,
    closePort: () => undefined,
    probe: (_address, _name, done) => clock.schedule(3 * NS_PER_S, () => done(false)),
  });
  const arrival = (data: Uint8Array) => ({
    data,
    source: 0,
    sourcePort: 68,
    destination: 0xffff_ffff,
    destinationPort: 67,
    interfaceName: 'eth0',
    sourceMac: 0x525400bb0000,
  });
  return { clock, log, server, sent, started, arrival };
}

describe('bound to a host', () => {
  it('offers by broadcast and serves the file by TFTP', () => {
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
    socket.send(0xffff_ffff, 67, dhcp(1, 1), { source: 0, interfaceName: 'eth0' });
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
    const answered = net.log.events.find((event) => event.kind === 'server' && event.code === 'offer');
    expect(answered?.kind === 'server' && answered.lines.map(({ line }) => line)).toContain(6);
    bound.close();
  });
});

describe('a crowd', () => {
  it('gives a thousand clients at once an address each', () => {
    const { clock, server, sent, arrival } = bareServer(
      'dhcp-range=10.0.1.1,10.0.8.254,255.255.0.0,1h\nno-ping\ndhcp-lease-max=2000\n',
    );
    for (let i = 0; i < 1000; i++) server.receive(arrival(dhcp(1, i)));
    clock.runUntil(NS_PER_S);
    const offers = sent.splice(0);
    expect(offers.length).toBe(1000);
    for (const [i, { data }] of offers.entries()) {
      const wish = [50, data.subarray(16, 20)] as const;
      const id = [54, Uint8Array.of(10, 0, 0, 1)] as const;
      server.receive(arrival(dhcp(3, i, [wish, id])));
    }
    clock.runUntil(2 * NS_PER_S);
    // Two that were offered one address part at the request: the second is told so, and asks again.
    for (let round = 0; round < 50 && server.leases.length < 1000; round++) {
      const naks = sent.splice(0).filter(({ data }) => data[242] === 6);
      for (const { data } of naks) {
        const mac = (data[32] << 8) | data[33];
        server.receive(arrival(dhcp(1, mac)));
        const offer = sent.pop();
        if (offer === undefined) continue;
        server.receive(
          arrival(
            dhcp(3, mac, [
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
    const { server, sent, log, arrival } = bareServer(
      'dhcp-range=10.0.1.1,10.0.1.9,1h\ndhcp-match=set:efi,93,7\ndhcp-boot=tag:efi,grub.efi\n',
    );
    const before = log.events.length;
    const answer = server.explain(arrival(dhcp(1, 5, [[93, Uint8Array.of(0, 7)]])));
    expect(answer.reply?.data[242]).toBe(2);
    expect(answer.tags.map(({ name }) => name)).toEqual(['efi', 'eth0']);
    expect(answer.tags[0].origin?.line).toBe(2);
    expect(answer.lines.map(({ line }) => line)).toEqual([1, 3]);
    expect(answer.delayS).toBe(3);
    const refused = server.explain(arrival(dhcp(3, 5, [[50, Uint8Array.of(10, 0, 1, 3)]])));
    expect(refused.reply).toBeUndefined();
    expect(refused.silence).toContain('not authoritative');
    expect(server.leases).toEqual([]);
    expect(sent).toEqual([]);
    expect(log.events.length).toBe(before);
  });
});

describe('a configuration that dnsmasq refuses', () => {
  it('does not start, and says file, line and reason in an event of severity error', () => {
    const { started, log } = bareServer('no-ping\ndhcp-range=10.0.0.1\n');
    expect(started.ok ? '' : started.error.text).toBe('bad dhcp-range at line 2 of /etc/dnsmasq.conf');
    const event = log.events.find(({ kind }) => kind === 'server');
    expect(event).toMatchObject({ code: 'config-refused', severity: 'error', lines: [{ line: 2 }] });
  });
});
