/** SLAM: ten machines and one stream, blocks that get lost, no server, and integers as Etherboot wrote them. */
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import type { Lab } from '../../src/lab/lab.ts';
import { decodeSlam, encodeSlam } from '../../src/protocols/slam/codec.ts';
import type { Scenario } from '../../src/scenario/schema.ts';
import { play, siteScenario } from '../support/lab.ts';

const scenario: Scenario = { ...siteScenario('bare-slam'), until: undefined };

function count(lab: Lab, text: string): number {
  return [...lab.machines.values()].filter((machine) => machine.screenText().includes(text)).length;
}

describe('SLAM', () => {
  it('gives ten machines the image by one stream', () => {
    const { lab } = play(scenario);
    expect(count(lab, '300000 bytes')).toBe(10);
    const { store } = lab.capture;
    let bytes = 0;
    for (let i = 0; i < store.length; i++) {
      if (store.interfaceOf(i).name === 'boot.eth0') bytes += store.bytes(i).length;
    }
    expect(bytes).toBeLessThan(1.3 * 300_000);
  });

  it('sends again what was lost on the cables of machines', () => {
    const faults: Scenario['links'][number]['faults'] = [
      {
        kind: 'match',
        filter: 'udp.dstport == 10000 && frame.len > 1000',
        nth: 7,
        action: 'drop',
        delayUs: 0,
        direction: 'both',
      },
    ];
    const links = scenario.links.map((link) => (link.a === 'pc.net0' ? { ...link, faults } : link));
    const { lab } = play({ ...scenario, links });
    expect(lab.log.events.some((event) => event.kind === 'fault')).toBe(true);
    expect(count(lab, '300000 bytes')).toBe(10);
  });

  it('without a server ends with a timeout', () => {
    const nodes = scenario.nodes.map((node) =>
      node.kind === 'server' ? { ...node, services: { dnsmasq: node.services.dnsmasq } } : node,
    );
    const { lab } = play({ ...scenario, nodes });
    expect(count(lab, 'ipxe.org/4c126035')).toBe(10);
  });

  it('has integers whose first three bits are their length', () => {
    expect(toHex(Uint8Array.from(encodeSlam([0, 31, 32, 8191, 8192, 300_000])))).toBe('203f40205fff6020006493e0');
    expect(decodeSlam(Uint8Array.from([...encodeSlam([5, 4]), 0]), 9)).toEqual({ values: [5, 4], end: 2 });
    expect(decodeSlam(Uint8Array.of(0x60, 1), 1)).toBeUndefined();
  });
});
