/** Hosts announce their groups as RFC 2236 has it, and a switch that snoops sends multicast only where it is wanted. */
import { describe, expect, it } from 'vitest';
import { formatIpv4, readMac } from '../base/address.ts';
import { NS_PER_MS, NS_PER_S } from '../base/time/clock.ts';
import { fromHex, toHex, utf8 } from '../base/bytes.ts';
import { assert } from '../base/result.ts';
import { decodeIgmp, type IgmpMessage } from '../protocols/igmp/codec.ts';
import { ip, TestNetwork, type TestHost } from './host/testing.ts';
import { igmpFrame } from './igmp-frame.ts';
import type { SnoopingOptions } from './snooping.ts';

const GROUP = ip('239.1.2.3');
const QUERIER: SnoopingOptions = { mac: 0x0200_0500_0001, querier: true };
const LISTENER: SnoopingOptions = { ...QUERIER, querier: false };

/** Hosts `a`, `b`, `c` (10.0.0.1 to .3) behind ports sw1.1 to sw1.3, each counting datagrams to port 4000. */
function lab(snooping?: SnoopingOptions, igmp = true) {
  const net = new TestNetwork('igmp', { sw: snooping === undefined ? {} : { snooping } });
  const got = { a: 0, b: 0, c: 0 };
  const hosts = Object.fromEntries(
    (['a', 'b', 'c'] as const).map((name, i): [string, TestHost] => {
      const host = net.add(name, `10.0.0.${i + 1}/24`, { igmp });
      host.host.openUdp({ port: 4000 }).onDatagram = () => got[name]++;
      return [name, host];
    }),
  );
  const { a, b, c } = hosts;
  assert(a !== undefined && b !== undefined && c !== undefined, 'made above');
  const send = (): void => {
    a.host.openUdp().send(GROUP, 4000, utf8('x'), { ttl: 1 });
    net.run(NS_PER_MS);
  };
  return { net, got, a, b, c, send };
}

function igmpOf(frame: Uint8Array): IgmpMessage | undefined {
  if (frame[23] !== 2) return undefined;
  const decoded = decodeIgmp(frame.subarray(38, 46));
  assert(decoded.ok, 'a whole message');
  return decoded.value;
}

/** IGMP messages that a host sent, as text. */
function said({ net }: { readonly net: TestNetwork }, port: string): string[] {
  return net.frames.flatMap(({ port: at, direction, frame }) => {
    const message = at === port && direction === 'out' ? igmpOf(frame) : undefined;
    if (message === undefined) return [];
    return 'group' in message ? [`${message.kind} ${formatIpv4(message.group)}`] : [message.kind];
  });
}

describe('a host', () => {
  it('reports what it joins, twice, in a frame with TTL 1 and a router alert, and says that it leaves', () => {
    const one = lab();
    one.b.eth0.joinGroup(GROUP);
    one.net.run(11 * NS_PER_S);
    expect(said(one, 'b.eth0')).toEqual(['report 239.1.2.3', 'report 239.1.2.3']);
    const frame = one.net.frames.find((each) => each.port === 'b.eth0')?.frame ?? new Uint8Array(0);
    expect(toHex(frame)).toBe(
      '01005e010203' +
        '525400000002' +
        '0800' +
        '46c00020000040000102' +
        'e9110a000002' +
        'ef010203' +
        '94040000' +
        '1600f8faef010203',
    );
    one.b.eth0.leaveGroup(GROUP);
    expect(said(one, 'b.eth0').at(-1)).toBe('leave 239.1.2.3');
  });

  it('joins once for several sockets and leaves with the last', () => {
    const one = lab();
    one.b.eth0.joinGroup(GROUP);
    one.b.eth0.joinGroup(GROUP);
    one.b.eth0.leaveGroup(GROUP);
    one.send();
    expect(one.got.b).toBe(1);
    one.b.eth0.leaveGroup(GROUP);
    one.send();
    expect(one.got.b).toBe(1);
    expect(said(one, 'b.eth0')).toEqual(['report 239.1.2.3', 'leave 239.1.2.3']);
  });

  it('keeps quiet when another member has answered, and does not speak for it when it leaves', () => {
    const one = lab();
    one.b.eth0.joinGroup(GROUP);
    one.c.eth0.joinGroup(GROUP);
    one.net.run(20 * NS_PER_S);
    const before = [said(one, 'b.eth0').length, said(one, 'c.eth0').length];
    one.a.eth0.sendFrame(
      igmpFrame(1, ip('10.0.0.1'), ip('224.0.0.1'), { kind: 'query', group: 0, maxResponseDs: 100 }),
    );
    one.net.run(11 * NS_PER_S);
    const answers = [said(one, 'b.eth0').length - (before[0] ?? 0), said(one, 'c.eth0').length - (before[1] ?? 0)];
    expect(answers.toSorted((x, y) => x - y)).toEqual([0, 1]);
    const quiet = answers[0] === 0 ? one.b : one.c;
    quiet.eth0.leaveGroup(GROUP);
    expect(said(one, quiet === one.b ? 'b.eth0' : 'c.eth0').at(-1)).toBe('report 239.1.2.3');
  });

  it('speaks version 1 to a querier of version 1, which knows no leave', () => {
    const one = lab();
    one.b.eth0.joinGroup(GROUP);
    one.a.eth0.sendFrame(igmpFrame(1, ip('10.0.0.1'), ip('224.0.0.1'), { kind: 'query', group: 0, maxResponseDs: 0 }));
    one.net.run(11 * NS_PER_S);
    one.b.eth0.leaveGroup(GROUP);
    const last = one.net.frames.findLast(({ port, direction }) => port === 'b.eth0' && direction === 'out');
    expect(last === undefined ? undefined : igmpOf(last.frame)).toEqual({ kind: 'report', version: 1, group: GROUP });
  });

  it('without IGMP receives a group and tells nobody', () => {
    const one = lab(undefined, false);
    one.b.eth0.joinGroup(GROUP);
    one.send();
    expect(one.got).toEqual({ a: 0, b: 1, c: 0 });
    expect(said(one, 'b.eth0')).toEqual([]);
  });
});

describe('a switch', () => {
  const heard = ({ net }: { readonly net: TestNetwork }, port: string): number =>
    net.frames.filter(
      (each) => each.port === port && each.direction === 'in' && readMac(each.frame, 0) === 0x0100_5e01_0203,
    ).length;

  it('floods a group to everybody when it does not snoop', () => {
    const one = lab();
    one.b.eth0.joinGroup(GROUP);
    one.send();
    expect([one.got.b, one.got.c]).toEqual([1, 0]);
    // The report and the datagram.
    expect(heard(one, 'c.eth0')).toBe(2);
  });

  it('sends a group to its members only, and shows them', () => {
    const one = lab(QUERIER);
    one.net.run(NS_PER_S);
    one.b.eth0.joinGroup(GROUP);
    one.net.run(NS_PER_S);
    one.send();
    expect([one.got.b, heard(one, 'c.eth0')]).toEqual([1, 0]);
    expect(one.net.sw.groupTable()).toEqual([{ vlan: 1, group: GROUP, ports: ['sw1.2'] }]);
  });

  it('keeps a group for ten minutes when somebody asks, and takes it away when its last member leaves', () => {
    const one = lab(QUERIER);
    one.b.eth0.joinGroup(GROUP);
    one.net.run(600 * NS_PER_S);
    one.send();
    expect(one.got.b).toBe(1);
    one.b.eth0.leaveGroup(GROUP);
    one.net.run(3 * NS_PER_S);
    expect(one.net.sw.groupTable()).toEqual([]);
    // Two queries of the group, to the port alone that had it.
    const queries = one.net.frames.filter(({ port, direction, frame }) => {
      const message = port === 'b.eth0' && direction === 'in' ? igmpOf(frame) : undefined;
      return message?.kind === 'query' && message.group === GROUP;
    });
    expect(queries).toHaveLength(2);
  });

  it('without a querier forgets the group after 260 s, and says why nothing arrives', () => {
    const one = lab(LISTENER);
    one.b.eth0.joinGroup(GROUP);
    one.net.run(250 * NS_PER_S);
    one.send();
    expect(one.got.b).toBe(1);
    one.net.run(30 * NS_PER_S);
    one.send();
    expect(one.got.b).toBe(1);
    expect(one.net.codes().filter((code) => code.startsWith('switch.'))).toEqual(['switch.group-forgotten']);
  });

  it('withholds a group from a member that does not report, and says so once a second', () => {
    const one = lab(QUERIER, false);
    one.b.eth0.joinGroup(GROUP);
    one.net.run(NS_PER_S);
    one.send();
    one.send();
    expect(one.got.b).toBe(0);
    expect(one.net.codes().filter((code) => code.startsWith('switch.'))).toEqual(['switch.group-unwanted']);
  });

  it('never withholds groups of the link', () => {
    const one = lab(QUERIER);
    one.b.eth0.joinGroup(ip('224.0.0.5'));
    one.net.run(NS_PER_S);
    one.b.eth0.setUp(false);
    one.net.run(300 * NS_PER_S);
    one.b.eth0.setUp(true);
    expect(one.net.sw.groupTable()).toEqual([]);
    one.a.host.openUdp().send(ip('224.0.0.5'), 4000, utf8('x'));
    one.net.run(NS_PER_S);
    expect(one.got.b).toBe(1);
  });

  it('reads reports of version 3, as Linux sends them', () => {
    const one = lab(QUERIER);
    // Captured: a socket of Linux 6.18 joins 239.1.2.3 and leaves it.
    const headers = '01005e000016525400000002080046c00028000040000102f9f70a000002e000001694040000';
    const joined = fromHex(`${headers}2200e8f90000000104000000ef010203`) ?? new Uint8Array(0);
    const left = fromHex(`${headers}2200e9f90000000103000000ef010203`) ?? new Uint8Array(0);
    one.b.eth0.sendFrame(joined);
    one.net.run(NS_PER_S);
    expect(one.net.sw.groupTable().map(({ ports }) => ports)).toEqual([['sw1.2']]);
    one.b.eth0.sendFrame(left);
    one.net.run(3 * NS_PER_S);
    expect(one.net.sw.groupTable()).toEqual([]);
  });

  it('learns nothing from a damaged report, and remembers no more groups than it has room for', () => {
    const one = lab(QUERIER);
    const report = igmpFrame(one.b.eth0.mac, ip('10.0.0.2'), GROUP, { kind: 'report', version: 2, group: GROUP });
    const damaged = report.slice();
    damaged[44] = 9;
    one.b.eth0.sendFrame(damaged);
    for (let i = 0; i < 2000; i++) {
      const group = ip('239.2.0.0') + i;
      one.c.eth0.sendFrame(igmpFrame(one.c.eth0.mac, ip('10.0.0.3'), group, { kind: 'report', version: 2, group }));
    }
    one.net.run(NS_PER_S);
    expect(one.net.sw.groupTable()).toHaveLength(1024);
    expect(one.net.sw.groupTable().every(({ ports }) => ports[0] === 'sw1.3')).toBe(true);
  });
});
