/** A host on a trunk: an interface for each VLAN, each seen by its own VLAN only. */
import { describe, expect, it } from 'vitest';
import { prefixMask } from '../base/address.ts';
import { NS_PER_S } from '../base/time/clock.ts';
import { EventLog } from '../base/event-log.ts';
import { EventQueue } from '../base/time/event-queue.ts';
import { SeededRng } from '../base/rng.ts';
import { startTask } from '../base/time/task.ts';
import { HostStack } from './host/host-stack.ts';
import { ip } from './host/testing.ts';
import { PlugPort, Wire } from './link.ts';
import { EthernetSwitch, type SwitchPortMode } from './switch.ts';
import { VlanTrunk } from './vlan-port.ts';

describe('VlanTrunk', () => {
  it('gives a server an interface in each VLAN of its trunk', () => {
    const clock = new EventQueue();
    const log = new EventLog(clock);
    const sw = new EthernetSwitch({ name: 'sw', clock });
    const plugIn = (name: string, mode: SwitchPortMode): PlugPort => {
      const plug = new PlugPort(name);
      const socket = new PlugPort(`sw.${name}`);
      sw.addPort(socket, { mode });
      new Wire(name, clock).connect(plug, socket);
      return plug;
    };
    const host = (name: string): HostStack =>
      new HostStack({ name, clock, rng: new SeededRng(name), log: log.sink(name) });
    const server = host('server');
    const plug = plugIn('server.eth0', { kind: 'trunk', native: 1 });
    const trunk = new VlanTrunk(plug);
    const mac = 0x5254_0000_0001;
    server.addInterface({ name: 'eth0', port: trunk.untagged, mac }).setAddress(ip('10.1.0.1'), prefixMask(24));
    for (const id of [10, 20]) {
      const port = trunk.vlan(id);
      expect(port.name).toBe(`server.eth0-${id}`);
      server.addInterface({ name: `eth0.${id}`, port, mac }).setAddress(ip(`10.${id}.0.1`), prefixMask(24));
    }
    const results = [1, 10, 20].map((id) => {
      const pc = host(`pc${id}`);
      const port = plugIn(`pc${id}.eth0`, { kind: 'access', vlan: id });
      pc.addInterface({ name: 'eth0', port, mac: mac + id }).setAddress(ip(`10.${id}.0.2`), prefixMask(8));
      const own = startTask(pc.ping(ip(`10.${id}.0.1`)));
      // On the same subnet by its mask, but in another VLAN: ARP for it is never heard there.
      const other = startTask(pc.ping(ip(`10.${id === 10 ? 20 : 10}.0.2`), { timeoutNs: 5 * NS_PER_S }));
      return { own, other };
    });
    clock.runUntil(10 * NS_PER_S);
    for (const { own, other } of results) {
      expect(own.result).toMatchObject({ ok: true });
      expect(other.result).toEqual({ ok: false, error: 'host-unreachable' });
    }
  });

  it('tells all its ports when the link goes down', () => {
    const clock = new EventQueue();
    const plug = new PlugPort('a');
    const wire = new Wire('w', clock).connect(plug, new PlugPort('b'));
    const trunk = new VlanTrunk(plug);
    const reported: string[] = [];
    trunk.untagged.setLinkListener((up) => reported.push(`untagged ${up}`));
    trunk.vlan(10).setLinkListener((up) => reported.push(`10 ${up}`));
    wire.setUp(false);
    expect(reported).toEqual(['untagged false', '10 false']);
  });
});
