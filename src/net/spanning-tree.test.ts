/** Whatever the cables between switches, the tree has no circle and reaches everybody; and it mends itself. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAC_BROADCAST, writeMac } from '../base/address.ts';
import { NS_PER_MS, NS_PER_S } from '../base/time/clock.ts';
import { EventLog } from '../base/event-log.ts';
import { EventQueue } from '../base/time/event-queue.ts';
import { itemAt } from '../base/lists/list.ts';
import { PlugPort, Wire } from './link.ts';
import { EthernetSwitch, type SwitchPort } from './switch.ts';

const FORWARD_DELAY_S = 4;
/** Two hellos to elect, and twice the forward delay. */
const CONVERGED_NS = (2 * 2 + 2 * FORWARD_DELAY_S + 1) * NS_PER_S;
/** Until what was heard is too old, and then. */
const MENDED_NS = 20 * NS_PER_S + CONVERGED_NS;

class Net {
  readonly clock = new EventQueue();
  readonly log = new EventLog(this.clock);
  readonly switches: EthernetSwitch[];
  readonly wires: Wire[] = [];
  readonly stations: PlugPort[] = [];
  readonly got: number[];

  /** A station at each switch (on a PortFast port), and the cables. */
  constructor(count: number, cables: readonly (readonly [number, number])[], portFast = false) {
    const { clock, log } = this;
    this.switches = Array.from({ length: count }, (_, i) => {
      const name = `sw${i}`;
      // The addresses go down: the last switch is the root.
      const stp = { mac: 0x0200_0000_00ff - i, forwardDelayS: FORWARD_DELAY_S };
      return new EthernetSwitch({ name, clock, log: log.sink(name), stp });
    });
    this.got = this.switches.map(() => 0);
    this.switches.forEach((device, i) => {
      const station = new PlugPort(`pc${i}`);
      station.setReceiver((frame) => {
        if (frame[12] === 0x88) this.got[i] = itemAt(this.got, i) + 1;
      });
      this.stations.push(station);
      const port = new PlugPort(`sw${i}.pc`);
      device.addPort(port, { portFast: true });
      new Wire(`pc${i}`, clock).connect(station, port);
    });
    cables.forEach(([a, b], i) => {
      const ends = [a, b].map((at, side) => {
        const port = new PlugPort(`sw${at}.${i}${side === 0 ? 'a' : 'b'}`);
        itemAt(this.switches, at).addPort(port, { portFast });
        return port;
      });
      this.wires.push(new Wire(`cable ${i}`, clock).connect(itemAt(ends, 0), itemAt(ends, 1)));
    });
  }

  run(durationNs: number): void {
    this.clock.runUntil(this.clock.nowNs + durationNs);
  }

  /** How often a broadcast of a station arrives at each of the others. */
  broadcastFrom(at: number): readonly number[] {
    this.got.fill(0);
    const frame = new Uint8Array(60);
    writeMac(frame, 0, MAC_BROADCAST);
    writeMac(frame, 6, 0x5254_0000_0000 + at);
    frame[12] = 0x88;
    frame[13] = 0xb5;
    itemAt(this.stations, at).send(frame);
    this.run(20 * NS_PER_MS);
    return this.got.filter((_, i) => i !== at);
  }

  ports(state: SwitchPort['state']): readonly string[] {
    return this.switches.flatMap(({ ports }) => ports.filter((port) => port.state === state).map(({ name }) => name));
  }
}

const RING = [
  [0, 1],
  [1, 2],
  [2, 0],
] as const;

describe('the spanning tree', () => {
  it('blocks one port of a ring, the one that is farthest from the root', () => {
    const net = new Net(3, RING);
    net.run(CONVERGED_NS);
    // Switch 2 is the root; between the others, switch 1 has the lower address and keeps the cable.
    expect(net.ports('blocking')).toEqual(['sw0.0a']);
    expect(net.broadcastFrom(0)).toEqual([1, 1]);
    expect(net.broadcastFrom(1)).toEqual([1, 1]);
  });

  it('makes the bridge of the lowest priority the root', () => {
    const clock = new EventQueue();
    const log = new EventLog(clock);
    const low = new EthernetSwitch({ name: 'low', clock, log: log.sink('low'), stp: { mac: 0xff, priority: 4096 } });
    const high = new EthernetSwitch({ name: 'high', clock, log: log.sink('high'), stp: { mac: 1 } });
    const [a, b] = [new PlugPort('low.1'), new PlugPort('high.1')];
    low.addPort(a);
    high.addPort(b);
    new Wire('cable', clock).connect(a, b);
    clock.runUntil(5 * NS_PER_S);
    const reported = log.events.flatMap((event) =>
      event.kind === 'decision' && event.code === 'switch.root' ? [`${event.node}: ${event.text}`] : [],
    );
    expect(reported).toEqual(['high: The root of the tree is 1000.0000000000ff behind high.1.']);
  });

  it('has no circle and reaches everybody, whatever the cables', () => {
    const nets = fc.integer({ min: 2, max: 6 }).chain((count) =>
      fc.record({
        // A way to each switch, and more cables, doubled ones and ones from a switch to itself among them.
        ways: fc.tuple(...Array.from({ length: count - 1 }, (_, i) => fc.nat(i))),
        more: fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), { maxLength: 6 }),
      }),
    );
    fc.assert(
      fc.property(nets, ({ ways, more }) => {
        const cables = [...ways.map((to, i) => [i + 1, to] as const), ...more];
        const net = new Net(ways.length + 1, cables);
        net.run(CONVERGED_NS);
        for (let at = 0; at < net.stations.length; at++) expect(net.broadcastFrom(at)).toEqual(ways.map(() => 1));
      }),
      { numRuns: 60 },
    );
  });

  it('takes the blocked cable when another is cut, and forgets where stations were', () => {
    const net = new Net(3, RING);
    net.run(CONVERGED_NS);
    for (let at = 0; at < 3; at++) net.broadcastFrom(at);
    itemAt(net.wires, 2).setUp(false);
    net.run(CONVERGED_NS);
    expect(net.ports('blocking')).toEqual([]);
    expect(net.broadcastFrom(0)).toEqual([1, 1]);
    // Switch 2 learned station 0 behind the cable that is cut, switch 1 behind none.
    const frame = new Uint8Array(60);
    writeMac(frame, 0, 0x5254_0000_0000);
    writeMac(frame, 6, 0x5254_0000_0002);
    frame[12] = 0x88;
    net.got.fill(0);
    itemAt(net.stations, 2).send(frame);
    net.run(20 * NS_PER_MS);
    expect(net.got[0]).toBe(1);
    itemAt(net.wires, 2).setUp(true);
    net.run(CONVERGED_NS);
    expect(net.ports('blocking')).toEqual(['sw0.0a']);
    expect(net.broadcastFrom(0)).toEqual([1, 1]);
  });

  it('elects another root when the root is gone', () => {
    const net = new Net(3, RING);
    net.run(CONVERGED_NS);
    itemAt(net.wires, 1).setUp(false);
    itemAt(net.wires, 2).setUp(false);
    net.run(MENDED_NS);
    expect(net.broadcastFrom(0)).toEqual([1, 0]);
  });

  it('cuts a circle of ports that were all set to PortFast, when it hears of it', () => {
    const net = new Net(3, RING, true);
    net.run(CONVERGED_NS);
    expect(net.ports('blocking')).toHaveLength(1);
    expect(net.broadcastFrom(0)).toEqual([1, 1]);
  });
});
