/** Chainloading the lab's own undionly.kpxe on bare machines: the endless loop, its cure, and the way back to the ROM. */
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/analysis/story/findings/diagnose.ts';
import { formatMac } from '../../src/base/address.ts';
import { BootFacts } from '../../src/analysis/story/facts.ts';
import { fromLatin1 } from '../../src/base/bytes.ts';
import type { Lab } from '../../src/lab/lab.ts';
import type { Scenario } from '../../src/scenario/schema.ts';
import { play, siteScenario } from '../support/lab.ts';

function findings(lab: Lab): readonly string[] {
  const facts = new BootFacts(lab.capture.store);
  facts.update();
  return diagnose(facts, formatMac).map(({ code }) => code);
}

function stages(lab: Lab, stage: string): readonly string[] {
  return lab.log.events.flatMap((event) => (event.kind === 'stage' && event.stage === stage ? [event.text] : []));
}

/** The bytes of DHCP requests, as text. */
function dhcpRequests(lab: Lab): readonly string[] {
  const { store } = lab.capture;
  const out: string[] = [];
  for (let i = 0; i < store.length; i++) {
    const frame = store.bytes(i);
    if (store.direction(i) === 'out' && frame[23] === 17 && frame[37] === 67) out.push(fromLatin1(frame.subarray(42)));
  }
  return out;
}

/** The cured lab with another script. */
function withScript(text: string): Scenario {
  const scenario = siteScenario('bare-chainload-cured');
  return {
    ...scenario,
    nodes: scenario.nodes.map((node) =>
      node.kind === 'server'
        ? {
            ...node,
            files: node.files.map((file) =>
              file.path.endsWith('.ipxe') ? { path: file.path, content: { text } } : file,
            ),
          }
        : node,
    ),
  };
}

describe('chainloading undionly.kpxe', () => {
  it('goes round and round when everybody is named the same file, and the diagnosis says so', () => {
    const { lab, stop } = play(siteScenario('bare-chainload-loop'));
    expect(stop.kind).toBe('breakpoint');
    expect(stages(lab, 'file-done').filter((text) => text.includes('undionly.kpxe')).length).toBe(3);
    expect(stages(lab, 'nbp-entry')).toEqual([
      'undionly.kpxe starts',
      'tftp://10.0.5.1/undionly.kpxe starts',
      'tftp://10.0.5.1/undionly.kpxe starts',
    ]);
    expect(findings(lab)).toContain('chainload-loop');
  });

  it('ends at the script when iPXE is told apart by its user class', () => {
    const { lab } = play(siteScenario('bare-chainload-cured'));
    expect(findings(lab)).not.toContain('chainload-loop');
    const text = lab.machine('pc1').screenText();
    expect(text).toContain('net0: 52:54:00:ca:00:01 using undionly on 0000:00:');
    expect(text).toContain('Filename: http://10.0.5.1/boot.ipxe\nhttp://10.0.5.1/boot.ipxe... ok');
    expect(text).toContain('The answer is 42');
    const userClass = dhcpRequests(lab).map((request) => request.includes('M\x04iPXE'));
    expect(userClass).toEqual([false, false, true, true, true]);
  });

  it('knows the lease of the ROM before it asks for one of its own', () => {
    const seen = 'echo ${net0.dhcp/ip} ${net0.dhcp/filename} ${cwuri}';
    const scenario = siteScenario('bare-chainload-cured');
    const image = { lab: 'ipxe' as const, embeddedScript: `#!ipxe\n${seen}\nifstat\nchain next.ipxe\n`, options: {} };
    const changed: Scenario = {
      ...scenario,
      nodes: scenario.nodes.map((node) =>
        node.kind === 'server'
          ? {
              ...node,
              files: [
                { path: '/srv/tftp/undionly.kpxe', content: image },
                { path: '/srv/tftp/next.ipxe', content: { text: '#!ipxe\necho relative works\n' } },
              ],
            }
          : node,
      ),
    };
    const { lab } = play(changed, { until: 'screen:/relative works/', timeoutS: 60 });
    const text = lab.machine('pc1').screenText();
    expect(text).toMatch(/^10\.0\.5\.\d+ undionly\.kpxe tftp:\/\/10\.0\.5\.1\/undionly\.kpxe$/m);
    expect(text).toMatch(/using undionly .*\[open\]/);
    expect(text).toContain('next.ipxe... ok\nrelative works');
    // Only the ROM has asked DHCP.
    expect(dhcpRequests(lab).length).toBe(2);
  });

  it('goes back to the ROM, and to the BIOS, when iPXE has nothing more to do', () => {
    const { lab } = play(withScript('#!ipxe\nexit 0\n'), { until: 'pc1.stage:halted', timeoutS: 60 });
    expect(stages(lab, 'nbp-exit')).toEqual(['undionly.kpxe came back: iPXE has nothing more to boot from']);
    expect(stages(lab, 'next-device').length).toBe(1);
    expect(lab.machine('pc1').screenText()).toContain('No bootable device.');
  });

  it('closes the card of an iPXE that has loaded another', () => {
    const script =
      '#!ipxe\nchain tftp://10.0.5.1/undionly.kpxe ||\necho back again\nifstat\ndhcp && echo leased\nshell\n';
    const scenario = withScript(script);
    const once: Scenario = {
      ...scenario,
      nodes: scenario.nodes.map((node) =>
        node.kind === 'server'
          ? {
              ...node,
              files: node.files.map((file) =>
                file.path.endsWith('.kpxe')
                  ? {
                      path: file.path,
                      content: { lab: 'ipxe' as const, embeddedScript: '#!ipxe\necho inner\n', options: {} },
                    }
                  : file,
              ),
            }
          : node.kind === 'bare'
            ? { ...node, firmware: { personality: 'ipxe' as const, options: {} } }
            : node,
      ),
    };
    const { lab, stop } = play(once, { until: 'screen:/leased/', timeoutS: 60 });
    expect(stop.kind).toBe('breakpoint');
    expect(lab.machine('pc1').screenText()).toMatch(/inner\nback again\nnet0: .*\[closed\]/);
  });

  it('is off and on again like any other firmware', () => {
    const { lab } = play(siteScenario('bare-chainload-cured'));
    lab.machine('pc1').act({ power: 'reset' });
    expect(lab.machine('pc1').powered).toBe(true);
    lab.queue.runUntil(lab.queue.nowNs + 12e9);
    expect(lab.machine('pc1').screenText()).toContain('The answer is 42');
  });
});
