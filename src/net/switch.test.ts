/** The switch learns, floods and forgets for each VLAN apart; no frame crosses VLANs, whatever the ports are set to. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAC_BROADCAST, writeMac } from '../base/address.ts';
import { toHex, writeU16 } from '../base/bytes.ts';
import { NS_PER_S } from '../base/time/clock.ts';
import { EventLog } from '../base/event-log.ts';
import { EventQueue } from '../base/time/event-queue.ts';
import { atLeast, itemAt } from '../base/lists/list.ts';
import { PlugPort, Wire } from './link.ts';
import { EthernetSwitch, type SwitchOptions, type SwitchPort, type SwitchPortOptions } from './switch.ts';
import { isTagged, tagFrame, tagVid } from './vlan-tag.ts';

const MAC_A = 0x5254_0000_000a;
const MAC_B = 0x5254_0000_000b;
const MAC_C = 0x5254_0000_000c;

function frameOf(destination: number, source: number, body = 0): Uint8Array {
  const frame = new Uint8Array(60);
  writeMac(frame, 0, destination);
  writeMac(frame, 6, source);
  writeU16(frame, 12, 0x88b5);
  frame[14] = body;
  return frame;
}

interface Station {
  readonly nic: PlugPort;
  readonly member: SwitchPort;
  readonly got: Uint8Array[];
  readonly wire: Wire;
}

function lab(ports: readonly SwitchPortOptions[], options: Partial<SwitchOptions> = {}) {
  const clock = new EventQueue();
  const log = new EventLog(clock);
  const sw = new EthernetSwitch({ name: 'sw1', clock, log: log.sink('sw1'), ...options });
  const stations = ports.map((port, i): Station => {
    const nic = new PlugPort(`pc${i}.net0`);
    const plug = new PlugPort(`sw1.${i + 1}`);
    const member = sw.addPort(plug, port);
    const wire = new Wire(`w${i}`, clock, { latencyNs: 100 }).connect(nic, plug);
    const got: Uint8Array[] = [];
    nic.setReceiver((frame) => got.push(frame));
    return { nic, member, got, wire };
  });
  const codes = (): string[] => log.events.map((e) => (e.kind === 'decision' ? e.code : e.kind));
  const settle = (): void => clock.runUntil(clock.nowNs + 1_000_000);
  return { clock, log, sw, stations, codes, settle };
}

describe('EthernetSwitch', () => {
  it('floods to an unknown station, then sends to its port alone', () => {
    const { stations, sw, settle } = lab([{}, {}, {}]);
    const [a, b, c] = atLeast(stations, 3);
    a.nic.send(frameOf(MAC_B, MAC_A));
    settle();
    expect([b.got.length, c.got.length]).toEqual([1, 1]);
    b.nic.send(frameOf(MAC_A, MAC_B));
    settle();
    a.nic.send(frameOf(MAC_B, MAC_A));
    settle();
    expect([a.got.length, b.got.length, c.got.length]).toEqual([1, 2, 1]);
    expect(sw.macTable().map((row) => [row.vlan, row.mac, row.port])).toEqual([
      [1, MAC_A, 'sw1.1'],
      [1, MAC_B, 'sw1.2'],
    ]);
  });

  it('forgets a station after 300 s, and at once when its link goes down', () => {
    const { stations, sw, clock, settle } = lab([{}, {}, {}]);
    const [a, b, c] = atLeast(stations, 3);
    a.nic.send(frameOf(MAC_BROADCAST, MAC_A));
    b.nic.send(frameOf(MAC_BROADCAST, MAC_B));
    settle();
    clock.runUntil(301 * NS_PER_S);
    expect(sw.macTable()).toEqual([]);
    const before = c.got.length;
    b.nic.send(frameOf(MAC_A, MAC_B));
    settle();
    expect(c.got.length).toBe(before + 1);
    expect(sw.macTable()).toHaveLength(1);
    b.wire.disconnect();
    expect(sw.macTable()).toEqual([]);
  });

  it('learns a station that moves, and says so', () => {
    const { stations, codes, settle, sw } = lab([{}, {}]);
    itemAt(stations, 0).nic.send(frameOf(MAC_BROADCAST, MAC_A));
    settle();
    itemAt(stations, 1).nic.send(frameOf(MAC_BROADCAST, MAC_A));
    settle();
    expect(codes()).toEqual(['switch.mac-moved']);
    expect(sw.macTable().map((row) => row.port)).toEqual(['sw1.2']);
  });

  it('tags towards a trunk and untags towards an access port', () => {
    const { stations, settle } = lab([
      { mode: { kind: 'access', vlan: 10 } },
      { mode: { kind: 'trunk', native: 1 } },
      { mode: { kind: 'access', vlan: 20 } },
    ]);
    const [a, trunk, other] = atLeast(stations, 3);
    const sent = frameOf(MAC_BROADCAST, MAC_A, 0x42);
    a.nic.send(sent);
    settle();
    expect(toHex(itemAt(trunk.got, 0).subarray(0, 20))).toBe('ffffffffffff52540000000a8100000a88b54200');
    expect(other.got).toHaveLength(0);
    trunk.nic.send(tagFrame(frameOf(MAC_A, MAC_B, 7), 10));
    settle();
    expect(toHex(itemAt(a.got, 0))).toBe(toHex(frameOf(MAC_A, MAC_B, 7)));
  });

  it('takes an untagged frame on a trunk for the native VLAN and sends that VLAN untagged', () => {
    const { stations, settle } = lab([
      { mode: { kind: 'trunk', native: 10, allowed: [10, 20] } },
      { mode: { kind: 'access', vlan: 10 } },
    ]);
    const [trunk, a] = atLeast(stations, 2);
    trunk.nic.send(frameOf(MAC_BROADCAST, MAC_B));
    settle();
    expect(a.got).toHaveLength(1);
    a.nic.send(frameOf(MAC_B, MAC_A));
    settle();
    expect(isTagged(itemAt(trunk.got, 0))).toBe(false);
  });

  it('takes a priority tag for no VLAN and keeps its priority on a trunk', () => {
    const { stations, settle } = lab([{ mode: { kind: 'access', vlan: 10 } }, { mode: { kind: 'trunk' } }]);
    itemAt(stations, 0).nic.send(tagFrame(frameOf(MAC_BROADCAST, MAC_A), 0, 5));
    settle();
    expect(toHex(itemAt(itemAt(stations, 1).got, 0).subarray(12, 18))).toBe('8100a00a88b5');
  });

  it('says why it refuses: a tag on an access port, a VLAN that the trunk does not allow, no native VLAN', () => {
    const { stations, codes, log, settle } = lab([
      { mode: { kind: 'access', vlan: 10 } },
      { mode: { kind: 'trunk', allowed: [10] } },
    ]);
    const [a, trunk] = atLeast(stations, 2);
    for (let i = 0; i < 3; i++) {
      a.nic.send(tagFrame(frameOf(MAC_BROADCAST, MAC_A), 20));
      trunk.nic.send(tagFrame(frameOf(MAC_BROADCAST, MAC_B), 30));
      trunk.nic.send(frameOf(MAC_BROADCAST, MAC_B));
    }
    settle();
    expect(codes()).toEqual(['switch.vlan-not-allowed', 'switch.vlan-not-allowed', 'switch.untagged-refused']);
    expect(log.events.map((e) => (e.kind === 'decision' ? e.text : ''))).toEqual([
      'sw1.1 dropped a frame of VLAN 20 from 52:54:00:00:00:0a: it is an access port of VLAN 10.',
      'sw1.2 dropped a frame of VLAN 30 from 52:54:00:00:00:0b: VLAN 30 is not allowed on this trunk.',
      'sw1.2 dropped an untagged frame from 52:54:00:00:00:0b: this trunk has no native VLAN.',
    ]);
    expect(a.got.length + trunk.got.length).toBe(0);
  });

  it('keeps BPDUs and the other reserved groups to itself', () => {
    const { stations, settle } = lab([{}, {}]);
    itemAt(stations, 0).nic.send(frameOf(0x0180_c200_0000, MAC_A));
    itemAt(stations, 0).nic.send(frameOf(0x0180_c200_000e, MAC_A));
    itemAt(stations, 0).nic.send(frameOf(0x0180_c200_0010, MAC_A));
    settle();
    expect(itemAt(stations, 1).got).toHaveLength(1);
  });

  it('floods to all when its table is full', () => {
    const { stations, codes, settle } = lab([{}, {}, {}], { tableSize: 1 });
    itemAt(stations, 0).nic.send(frameOf(MAC_BROADCAST, MAC_A));
    settle();
    itemAt(stations, 1).nic.send(frameOf(MAC_BROADCAST, MAC_B));
    settle();
    itemAt(stations, 0).nic.send(frameOf(MAC_B, MAC_A));
    settle();
    expect(codes()).toEqual(['switch.table-full']);
    expect(itemAt(stations, 2).got).toHaveLength(3);
  });

  it('with STP holds a port back for twice the forward delay, unless it has portfast', () => {
    const { stations, clock, codes, sw } = lab([{}, { portFast: true }], { stp: { mac: 0x0200_0000_0001 } });
    const [slow, fast] = atLeast(stations, 2);
    const sendAt = (s: number): void => {
      clock.runUntil(s * NS_PER_S);
      slow.nic.send(frameOf(MAC_BROADCAST, MAC_A));
      fast.nic.send(frameOf(MAC_BROADCAST, MAC_B));
    };
    sendAt(1);
    expect(sw.ports.map((p) => p.state)).toEqual(['listening', 'forwarding']);
    sendAt(14.9);
    clock.runUntil(14.95 * NS_PER_S);
    expect(sw.macTable().map((row) => row.mac)).toEqual([MAC_B]);
    sendAt(16);
    expect(itemAt(sw.ports, 0).state).toBe('learning');
    sendAt(29.9);
    clock.runUntil(29.99 * NS_PER_S);
    const ours = (frames: Uint8Array[]): number => frames.filter((f) => f[12] === 0x88).length;
    expect([ours(slow.got), ours(fast.got)]).toEqual([0, 0]);
    expect(sw.macTable().map((row) => row.mac)).toEqual([MAC_A, MAC_B]);
    sendAt(30.1);
    clock.runUntil(30.2 * NS_PER_S);
    expect([ours(slow.got), ours(fast.got)]).toEqual([1, 1]);
    // 15 hellos in 30 s: length 38, LLC 42 42 03, a configuration BPDU of a root with port 8001.
    const bpdus = slow.got.filter((frame) => frame[12] === 0);
    expect(bpdus).toHaveLength(15);
    expect(toHex(itemAt(bpdus, 0))).toBe(
      '0180c2000000020000000001' +
        '0026424203' +
        '0000000000' +
        '8000020000000001' +
        '00000000' +
        '8000020000000001' +
        '8001000014000200' +
        '0f00' +
        '0000000000000000',
    );
    expect(codes().filter((code) => code !== 'switch.port-blocked')).toEqual([
      'switch.port-listening',
      'switch.port-learning',
      'switch.port-forwarding',
    ]);
  });
});

describe('VLAN isolation', () => {
  // Every frame carries its VLAN in its body; no port may get one of a VLAN that it is not a member of.
  it('never lets a frame be seen in another VLAN', () => {
    const vlan = fc.integer({ min: 1, max: 4 });
    const mode = fc.oneof(
      fc.record({ kind: fc.constant('access' as const), vlan }),
      fc
        .record({
          native: fc.option(vlan, { nil: undefined }),
          allowed: fc.option(fc.uniqueArray(vlan), { nil: undefined }),
        })
        .map(({ native, allowed }) => ({
          kind: 'trunk' as const,
          ...(native === undefined ? {} : { native }),
          ...(allowed === undefined ? {} : { allowed }),
        })),
    );
    const traffic = fc.record({
      from: fc.nat({ max: 4 }),
      to: fc.nat({ max: 5 }),
      tag: fc.option(vlan, { nil: undefined }),
    });
    fc.assert(
      fc.property(
        fc.array(mode, { minLength: 5, maxLength: 5 }),
        fc.array(traffic, { maxLength: 30 }),
        (modes, sent) => {
          const { stations, settle } = lab(modes.map((m) => ({ mode: m })));
          for (const { from, to, tag } of sent) {
            const own = itemAt(modes, from);
            const ingress = tag ?? (own.kind === 'access' ? own.vlan : own.native) ?? 0;
            const destination = to === 5 ? MAC_BROADCAST : MAC_C + to;
            const frame = frameOf(destination, MAC_C + from, ingress);
            itemAt(stations, from).nic.send(tag === undefined ? frame : tagFrame(frame, tag));
            settle();
          }
          stations.forEach(({ got }, i) => {
            const own = itemAt(modes, i);
            for (const frame of got) {
              const tagged = isTagged(frame);
              const seen = tagged ? tagVid(frame) : own.kind === 'access' ? own.vlan : own.native;
              expect(frame[tagged ? 18 : 14]).toBe(seen);
              if (own.kind === 'trunk' && own.allowed !== undefined) expect(own.allowed).toContain(seen);
            }
          });
        },
      ),
    );
  });
});
