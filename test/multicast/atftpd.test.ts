/**
 * Our atftpd says what Debian's says: `tools/record/atftpd.py` has held these conversations with atftpd 0.8.0, packet by
 * packet; here they are held with the lab's server, in virtual time.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { formatIpv4 } from '../../src/base/address.ts';
import { NS_PER_MS } from '../../src/base/time/clock.ts';
import { itemAt } from '../../src/base/lists/list.ts';
import { ip, TestNetwork } from '../../src/net/host/testing.ts';
import type { Datagram, UdpSocket } from '../../src/net/host/types.ts';
import { decodeTftp, encodeTftp, type TftpPacket } from '../../src/protocols/tftp/codec.ts';
import { SecretStore } from '../../src/protocols/tls/key-log.ts';
import { SERVICES } from '../../src/services/all.ts';
import { Portmapper } from '../../src/services/rpc/portmapper.ts';
import { startAtftpd } from '../../src/services/atftpd/start.ts';
import { MemoryFileTree } from '../../src/services/files/file-tree.ts';

const step = z.union([
  z.object({ who: z.string(), rrq: z.string(), options: z.array(z.tuple([z.string(), z.string()])), port: z.number() }),
  z.object({ who: z.string(), ack: z.number() }),
  z.object({ who: z.string(), error: z.tuple([z.number(), z.string()]) }),
  z.object({ wait: z.number() }),
]);
const seen = z.object({ to: z.string(), from: z.string(), packet: z.string(), ms: z.number() });
const fixture = z
  .object({
    files: z.record(z.string(), z.number()),
    mtftp: z.string(),
    cases: z.array(
      z.object({
        name: z.string(),
        switch: z.optional(z.boolean()),
        mtftp: z.optional(z.boolean()),
        steps: z.array(step),
        seen: z.array(z.array(seen)),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(new URL('fixtures/atftpd.json', import.meta.url), 'utf8')));
type Case = (typeof fixture.cases)[number];

const CLIENTS = ['a', 'b', 'c', 'd'];
const GROUPS = ['239.255.0.0:1758', '239.255.0.1:1758', '239.255.1.1:1760', '239.255.1.2:1762'];
const STEP_MS = 250;

function content(name: string, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => (i * 7 + name.length) % 251);
}

function describePacket(packet: TftpPacket): string {
  switch (packet.opcode) {
    case 'data': {
      const whose = Object.entries(fixture.files).filter(
        ([name, size]) => packet.data.length > 0 && contains(content(name, size), packet.data),
      );
      const names = whose.map(([name]) => name).join('/');
      return `data ${packet.block} ${packet.data.length} ${names}`.trim();
    }
    case 'error':
      return `error ${packet.code} ${packet.message}`;
    case 'oack':
      return `oack ${packet.options.map(({ name, value }) => `${name}=${value}`).join(' ')}`;
    case 'rrq':
    case 'wrq':
    case 'ack':
      return packet.opcode;
  }
}

function contains(whole: Uint8Array, part: Uint8Array): boolean {
  return Buffer.from(whole).includes(Buffer.from(part));
}

function play(one: Case) {
  const net = new TestNetwork('atftpd');
  const { host } = net.add('server', '10.0.0.1/24');
  const files = new MemoryFileTree();
  for (const [name, size] of Object.entries(fixture.files)) files.addFile(`/srv/tftp/${name}`, content(name, size));
  const mtftp = fixture.mtftp
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
    .map(([file = '', group = '', port]) => ({ file, group, port: Number(port) }));
  const settings = SERVICES.atftpd.settings.parse({
    retryTimeoutS: 1,
    mcastAddr: '239.255.0.0-3',
    switchClient: one.switch === true,
    mtftp: one.mtftp === true ? mtftp : [],
  });
  const { clock, rng } = net;
  const disks = { open: () => undefined };
  const secrets = new SecretStore();
  const { log } = host;
  const portmapper = new Portmapper(log);
  startAtftpd(settings, { clock, rng, log, host, files, disks, certificates: [], secrets, portmapper }).listen();
  const sockets = new Map<string, UdpSocket>();
  const ports = new Map<string, number>();
  const names = new Map<number, string>();
  let record: { to: string; from: string; packet: string; ms: number }[] = [];
  let beganNs = 0;
  const note = (to: string, { sourcePort, data }: Datagram): void => {
    const decoded = decodeTftp(data);
    if (CLIENTS.includes(to)) ports.set(to, sourcePort);
    const from = names.get(sourcePort) ?? `t${names.size + 1}`;
    names.set(sourcePort, from);
    const packet = decoded.ok ? describePacket(decoded.value) : decoded.error.code;
    record.push({ to, from, packet, ms: (net.clock.nowNs - beganNs) / NS_PER_MS });
  };
  CLIENTS.forEach((who, i) => {
    const client = net.add(who, `10.0.0.${i + 2}/24`);
    const socket = client.host.openUdp();
    socket.onDatagram = (datagram) => note(who, datagram);
    sockets.set(who, socket);
    if (i > 0) return;
    for (const group of GROUPS) {
      const [address = '', port] = group.split(':');
      client.eth0.joinGroup(ip(address));
      client.host.openUdp({ address: ip(address), port: Number(port) }).onDatagram = (datagram) => {
        expect(`${formatIpv4(datagram.destination)}:${datagram.destinationPort}`).toBe(group);
        expect(datagram.ttl).toBe(1);
        note(group, datagram);
      };
    }
  });
  return one.steps.map((each) => {
    record = [];
    beganNs = net.clock.nowNs;
    if ('wait' in each) net.run(each.wait * NS_PER_MS);
    else {
      const packet: TftpPacket =
        'rrq' in each
          ? {
              opcode: 'rrq',
              filename: each.rrq,
              mode: 'octet',
              options: each.options.map(([name, value]) => ({ name, value })),
            }
          : 'ack' in each
            ? { opcode: 'ack', block: each.ack }
            : { opcode: 'error', code: each.error[0], message: each.error[1] };
      const port = 'rrq' in each ? each.port : (ports.get(each.who) ?? 69);
      sockets.get(each.who)?.send(ip('10.0.0.1'), port, encodeTftp(packet));
      net.run(STEP_MS * NS_PER_MS);
    }
    return record;
  });
}

/** What goes to several clients at one time has no order: the recorder has a socket for each. */
function inOrder(list: readonly z.output<typeof seen>[]): readonly string[] {
  const sorted = list.toSorted((x, y) =>
    Math.abs(x.ms - y.ms) <= 3 && x.to !== y.to && x.packet.startsWith('oack') ? (x.to < y.to ? -1 : 1) : x.ms - y.ms,
  );
  return sorted.map(({ to, from, packet }) => `${from} > ${to} ${packet}`);
}

describe('atftpd', () => {
  it.each(fixture.cases)('$name', (one) => {
    const ours = play(one);
    expect(ours.map(inOrder)).toEqual(one.seen.map(inOrder));
    // Its timers, with what a real machine is late.
    one.seen.forEach((each, i) => {
      if (!('wait' in itemAt(one.steps, i))) return;
      each.forEach(({ ms }, k) => expect(Math.abs(ms - itemAt(itemAt(ours, i), k).ms)).toBeLessThan(300));
    });
  });
});
