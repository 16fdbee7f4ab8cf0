/** A server that forwards: two networks joined by a relay and a router, and what routers do on the way. */
import { describe, expect, it } from 'vitest';
import { sentView } from '../../src/analysis/frame-view.ts';
import { diagnose } from '../../src/analysis/story/findings/diagnose.ts';
import { BootFacts } from '../../src/analysis/story/facts.ts';
import { decodeIpv4Header } from '../../src/protocols/ipv4/codec.ts';
import type { Scenario, ServerNode } from '../../src/scenario/schema.ts';
import type { Lab } from '../../src/lab/lab.ts';
import { play, siteScenario } from '../support/lab.ts';

const scenario = siteScenario('bare-relay');

function changed(changes: Readonly<Record<string, Partial<ServerNode>>>): Scenario {
  const nodes = scenario.nodes.map((node) =>
    node.kind === 'server' && changes[node.name] !== undefined ? { ...node, ...changes[node.name] } : node,
  );
  return { ...scenario, nodes };
}

function server(name: string): ServerNode {
  const node = scenario.nodes.find((known) => known.name === name);
  if (node?.kind !== 'server') throw new Error(`${name} is a server`);
  return node;
}

/** The boot server's services, with the file at another address. */
function bootFrom(address: string): ServerNode['services'] {
  const { dnsmasq } = server('boot').services;
  if (dnsmasq === undefined) throw new Error('the boot server runs dnsmasq');
  return { dnsmasq: { ...dnsmasq, config: dnsmasq.config.replace('boot.0', `boot.0,,${address}`) } };
}

/** The IPv4 headers of all frames that stations sent. */
function headers(lab: Lab) {
  const view = sentView(lab.capture.store);
  return Array.from({ length: view.length }, (_, i) => view.bytes(i)).flatMap((frame) => {
    const isIp = frame[12] === 0x08 && frame[13] === 0x00;
    const decoded = isIp ? decodeIpv4Header(frame, 14) : undefined;
    return decoded?.ok === true ? [{ header: decoded.value, frame }] : [];
  });
}

function end(lab: Lab): string | undefined {
  const texts = lab.log.events.flatMap((event) =>
    event.kind === 'stage' && event.stage === 'boot-failed' ? [event.text] : [],
  );
  return texts.at(-1);
}

const BOOT = 0x0a000309;

describe('a router', () => {
  it('takes a boot through a DHCP relay to its end, with a TTL that goes down, and without a finding (c21)', () => {
    const { lab, stop } = play(scenario);
    expect(stop.kind).toBe('breakpoint');
    expect(lab.latestStage('pc1')?.text).toContain('where guest code would start');
    const ttls = headers(lab)
      .filter(({ header, frame }) => header.source === BOOT && frame.length > 1000)
      .map(({ header }) => header.ttl);
    expect(ttls.slice(0, 4)).toEqual([64, 63, 64, 63]);
    const facts = new BootFacts(sentView(lab.capture.store));
    facts.update();
    expect(diagnose(facts, String).map(({ code }) => code)).toEqual([]);
  });

  it('is none without forward: the transfer gets no answer', () => {
    const { lab } = play(changed({ router: { forward: false } }), { until: 'stage:boot-failed' });
    expect(end(lab)).toContain('PXE-E32');
  });

  it('cuts packets that do not fit the MTU of its next network, and the machine puts them together', () => {
    const [inside, outside] = server('router').nics;
    if (inside === undefined || outside === undefined) throw new Error('the router has two cards');
    const { lab, stop } = play(changed({ router: { nics: [{ ...inside, mtu: 600 }, outside] } }));
    expect(stop.kind).toBe('breakpoint');
    const parts = headers(lab).filter(({ header }) => header.moreFragments || header.fragmentOffset > 0);
    expect(parts.slice(0, 3).map(({ header }) => [header.fragmentOffset, header.moreFragments])).toEqual([
      [0, true],
      [576, true],
      [1152, false],
    ]);
    expect(Math.max(...parts.map(({ header }) => header.totalLength))).toBeLessThanOrEqual(600);
  });

  it('goes round in a circle of routes until the TTL is over, and says so (ICMP type 11)', () => {
    const loop = changed({
      router: { routes: [{ to: '10.0.9.0/24', via: '10.0.3.9' }] },
      boot: {
        forward: true,
        routes: [{ to: '10.0.9.0/24', via: '10.0.3.1' }],
        services: bootFrom('10.0.9.9'),
      },
    });
    const { lab } = play(loop, { until: 'stage:boot-failed' });
    const exceeded = headers(lab).filter(({ header, frame }) => header.protocol === 1 && frame[34] === 11);
    expect(exceeded[0]?.frame[35]).toBe(0);
    const hops = headers(lab).filter(({ header }) => header.destination === 0x0a000909);
    expect(hops.slice(0, 65).map(({ header }) => header.ttl)).toEqual([
      ...Array.from({ length: 64 }, (_, i) => 64 - i),
      64,
    ]);
  });

  it('says that it knows no way (ICMP type 3 code 0), and that a station does not answer (code 1)', () => {
    const unreachable = (address: string): readonly (number | undefined)[] => {
      const other = changed({ boot: { services: bootFrom(address) } });
      const { lab } = play(other, { until: 'stage:boot-failed' });
      const icmp = headers(lab).find(({ header, frame }) => header.protocol === 1 && frame[34] === 3);
      return [icmp?.header.source, icmp?.frame[35]];
    };
    expect(unreachable('10.0.9.9')).toEqual([0x0a000201, 0]);
    expect(unreachable('10.0.3.77')).toEqual([0x0a000201, 1]);
  });

  it('sends through the card in whose network the gateway is', () => {
    const [inside, outside] = server('router').nics;
    if (inside === undefined || outside === undefined) throw new Error('the router has two cards');
    const far = changed({ router: { gateway: '10.0.3.9' }, boot: { services: bootFrom('10.0.9.9') } });
    const { lab } = play(far, { until: 'stage:boot-failed' });
    // The router passes the request on to the boot server, which is no router and drops it.
    const passed = headers(lab).filter(({ header }) => header.destination === 0x0a000909);
    expect(passed.slice(0, 2).map(({ header }) => header.ttl)).toEqual([64, 63]);
    expect(end(lab)).toContain('PXE-E32');
  });
});
