/** Fifty machines: one stream beside fifty transfers, and three servers behind one name, by the bytes on their cables. */
import { describe, expect, it } from 'vitest';
import type { Lab } from '../../src/lab/lab.ts';
import type { Scenario, ServerNode } from '../../src/scenario/schema.ts';
import { play, siteScenario } from '../support/lab.ts';

const IMAGE_BYTES = 300_000;

/** Bytes of all frames on the cable of a station, both ways. */
function bytesAt(lab: Lab, port: string): number {
  const { store } = lab.capture;
  let bytes = 0;
  for (let i = 0; i < store.length; i++) if (store.interfaceOf(i).name === port) bytes += store.bytes(i).length;
  return bytes;
}

function whole(lab: Lab): number {
  return [...lab.machines.values()].filter((machine) => machine.screenText().includes(`${IMAGE_BYTES} bytes`)).length;
}

describe('fifty machines', () => {
  it('get an image by multicast, which the cable of the server carries about once', () => {
    const { lab } = play({ ...siteScenario('bare-multicast-50'), until: undefined });
    expect(whole(lab)).toBe(50);
    expect(bytesAt(lab, 'boot.eth0')).toBeGreaterThan(IMAGE_BYTES);
    expect(bytesAt(lab, 'boot.eth0')).toBeLessThan(1.6 * IMAGE_BYTES);
  });

  it('get it by unicast, fifty times', () => {
    const { lab } = play({ ...siteScenario('bare-unicast-50'), until: undefined });
    expect(whole(lab)).toBe(50);
    expect(bytesAt(lab, 'boot.eth0')).toBeGreaterThan(50 * IMAGE_BYTES);
  });

  it('get it from three servers, each about a third', () => {
    const { lab } = play({ ...siteScenario('bare-round-robin'), until: undefined });
    expect(whole(lab)).toBe(50);
    for (const server of ['web1', 'web2', 'web3']) {
      const copies = bytesAt(lab, `${server}.eth0`) / IMAGE_BYTES;
      expect(copies).toBeGreaterThan(16);
      expect(copies).toBeLessThan(22);
    }
  });
});

it('behind a switch that snoops iPXE gets nothing, and the switch says why', () => {
  const { lab } = play(siteScenario('bare-multicast-snooped'));
  expect(lab.machine('pc2').screenText()).toContain('Connection timed out');
  expect(lab.log.events.some((event) => event.kind === 'decision' && event.code === 'switch.group-unwanted')).toBe(
    true,
  );
});

describe('ROMs with MTFTP in option 43', () => {
  const scenario = siteScenario('bare-mtftp');
  /** With another service in place of atftpd, or another dnsmasq.conf. */
  const changed = (change: (services: ServerNode['services']) => ServerNode['services']): Scenario => ({
    ...scenario,
    nodes: scenario.nodes.map((node) => (node.kind === 'server' ? { ...node, services: change(node.services) } : node)),
  });

  it('listen first, and ten of them take one stream through a switch that snoops', () => {
    const { lab } = play(scenario);
    const stages = lab.log.events.flatMap((event) =>
      event.kind === 'stage' && event.stage === 'file-done' ? [event.node] : [],
    );
    expect(stages).toHaveLength(10);
    expect(bytesAt(lab, 'boot.eth0')).toBeLessThan(1.7 * 60_000);
  });

  it('give up with an error when nobody opens the stream', () => {
    const { lab } = play(changed(({ dnsmasq }) => ({ dnsmasq })));
    expect(lab.machine('pc1').screenText()).toContain('PXE-E32: TFTP open timeout');
  });

  it('use plain TFTP when the group is 0.0.0.0, as many configurations have it', () => {
    const { lab } = play(
      changed(({ dnsmasq, atftpd }) => ({
        atftpd,
        ...(dnsmasq && { dnsmasq: { ...dnsmasq, config: dnsmasq.config.replace('239.255.1.1', '0.0.0.0') } }),
      })),
    );
    expect(lab.machine('pc1').screenText()).toContain('TFTP.');
    expect(lab.machine('pc1').screenText()).not.toContain('MTFTP.');
    expect(bytesAt(lab, 'boot.eth0')).toBeGreaterThan(10 * 60_000);
  });
});
