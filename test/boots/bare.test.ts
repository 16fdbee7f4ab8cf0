/**
 * The labs of bare machines: each ends as its description says, twice with the same bytes; VLANs keep apart; wrong
 * inputs give the error that a real ROM gives.
 */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sentView } from '../../src/analysis/frame-view.ts';
import { diagnose } from '../../src/analysis/story/findings/diagnose.ts';
import { BootFacts } from '../../src/analysis/story/facts.ts';
import { RunControl } from '../../src/lab/run-control.ts';
import type { Lab } from '../../src/lab/lab.ts';
import type { Scenario } from '../../src/scenario/schema.ts';
import { SERVICES } from '../../src/services/all.ts';
import { capturePcapng, openLab, play, siteScenario } from '../support/lab.ts';

const names = readdirSync(new URL('../../public/scenarios/', import.meta.url))
  .filter((name) => /^bare-.*\.json$/.test(name))
  .map((name) => name.replace('.json', ''));

function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function eventText(lab: Lab): string {
  return lab.log.events.map((event) => JSON.stringify(event)).join('\n');
}

describe('labs of bare machines', () => {
  it('are at least ten', () => {
    expect(names.length).toBeGreaterThanOrEqual(10);
  });

  it.each(names)('%s reaches its end, twice with the same frames and events', (name) => {
    const scenario = siteScenario(name);
    const first = play(scenario);
    expect(first.stop.kind).toBe('breakpoint');
    const second = play(scenario);
    expect(sha256(capturePcapng(second.lab))).toBe(sha256(capturePcapng(first.lab)));
    expect(sha256(eventText(second.lab))).toBe(sha256(eventText(first.lab)));
  });

  it('give the same log frame by frame as in one go', () => {
    const scenario = siteScenario('bare-pxe');
    const whole = play(scenario);
    const lab = openLab(scenario);
    const control = new RunControl(lab);
    let frames = 0;
    while (lab.latestStage('pc1')?.stage !== 'halted') {
      const before = lab.capture.sentCount;
      const stop = control.step('frame', () => false);
      if (stop.kind !== 'step') break;
      expect(lab.capture.sentCount).toBe(before + 1);
      expect(lab.log.events.filter(({ kind }) => kind === 'frame').length).toBe(lab.capture.sentCount);
      frames++;
    }
    const common = whole.lab.log.events.length;
    expect(frames).toBeGreaterThanOrEqual(53);
    expect(sha256(eventText(whole.lab))).toBe(
      sha256(
        lab.log.events
          .slice(0, common)
          .map((event) => JSON.stringify(event))
          .join('\n'),
      ),
    );
  });

  it('stop at a frame with nothing later in the log', () => {
    const { lab, stop } = play(siteScenario('bare-pxe'), { until: 'tftp.opcode == 3 && tftp.block == 7' });
    expect(stop.kind).toBe('breakpoint');
    const last = lab.log.events.at(-1);
    expect(last?.kind).toBe('frame');
    expect(stop.kind === 'breakpoint' && stop.event).toBe(last?.id);
  });

  it('keep VLANs apart: no station gets a frame of the other VLAN', () => {
    const { lab } = play(siteScenario('bare-vlans'));
    const { store } = lab.capture;
    const macs = { ten: ['5254:00ba:0001', '0200:0000:1001'], twenty: ['5254:00ba:0002', '0200:0000:2001'] };
    const plain = (list: readonly string[]): string[] => list.map((mac) => mac.replaceAll(':', ''));
    let arrivals = 0;
    for (let i = 0; i < store.length; i++) {
      if (store.direction(i) !== 'in') continue;
      arrivals++;
      const source = Buffer.from(store.bytes(i).subarray(6, 12)).toString('hex');
      const isTen = /^(pc1|boot10)\./.test(store.interfaceOf(i).name);
      expect(plain(isTen ? macs.ten : macs.twenty)).toContain(source);
    }
    expect(arrivals).toBeGreaterThan(80);
  });

  it('are not disturbed by a node more', () => {
    const scenario = siteScenario('bare-pxe');
    const more: Scenario = {
      ...scenario,
      nodes: [
        ...scenario.nodes,
        { ...siteScenario('bare-vlans').nodes[1], name: 'silent', power: 'off' } as Scenario['nodes'][number],
      ],
    };
    const frames = (lab: Lab): string =>
      Array.from(
        { length: lab.capture.store.length },
        (_, i) => `${lab.capture.store.timeNs(i)} ${Buffer.from(lab.capture.store.bytes(i)).toString('hex')}`,
      ).join('\n');
    expect(sha256(frames(play(more).lab))).toBe(sha256(frames(play(scenario).lab)));
  });
});

describe('the diagnosis', () => {
  const codes = (name: string): readonly string[] => {
    const facts = new BootFacts(sentView(play(siteScenario(name)).lab.capture.store));
    facts.update();
    return diagnose(facts, (mac) => String(mac)).map(({ code }) => code);
  };

  it('finds nothing wrong with a boot that works, though its ROM breaks off the size probe', () => {
    expect(codes('bare-pxe')).not.toContain('tftp-error');
  });

  it('still finds a file that is not there', () => {
    expect(codes('wrong-missing-file')).toContain('tftp-missing-file');
  });
});

describe('wrong inputs', () => {
  it.each([
    ['wrong-no-dhcp', 'PXE-E51: No DHCP or proxyDHCP offers were received.'],
    ['wrong-no-boot-file', 'PXE-E53: No boot filename received.'],
    ['wrong-missing-file', 'PXE-T01: file /srv/tftp/pxelinux.0 not found'],
    ['wrong-missing-file', 'PXE-E3B: TFTP Error - File Not Found.'],
    ['wrong-tftp-silent', 'PXE-E32: TFTP open timeout.'],
    ['wrong-config', 'PXE-E51: No DHCP or proxyDHCP offers were received.'],
  ])('%s shows "%s" on the screen', (name, message) => {
    const { lab } = play(siteScenario(name));
    expect(lab.machine('pc1').screenText()).toContain(message);
  });

  it('a refused configuration is a warning with its line', () => {
    const lab = openLab(siteScenario('wrong-config'));
    expect(lab.warnings).toMatchObject([
      {
        path: '$.nodes[2].services.dnsmasq.config dnsmasq.conf:2',
        message: 'dnsmasq does not start: inconsistent DHCP range',
      },
    ]);
  });

  it('the second service that wants a UDP port of a server does not start, and says who has it', () => {
    const scenario = siteScenario('bare-pxe');
    const nodes = scenario.nodes.map((node) =>
      node.kind === 'server'
        ? { ...node, services: { ...node.services, dhcpd: SERVICES.dhcpd.settings.parse({ config: '' }) } }
        : node,
    );
    const lab = openLab({ ...scenario, nodes });
    expect(lab.warnings.map(({ message }) => message)).toEqual([
      'dhcpd does not start: UDP port 67 is already taken by dnsmasq on this server: switch one of the two off',
    ]);
  });

  it('a missing image names the place and the remedy', () => {
    expect(() => openLab(siteScenario('wrong-missing-image'))).toThrow(
      /\$\.nodes\[2\]\.files\[0\].content.image: the image nowhere\/boot\.bin is missing: run "npm run images"/,
    );
  });

  it('a wrong field names its JSON path', () => {
    expect(() => siteScenario('wrong-field')).toThrow('$.nodes[0].memMB: no such field here');
  });
});
