/** Proves that two captures of the same boot are alike, and that what differs between two others is found, with its frames. */
import { describe, expect, it } from 'vitest';
import { compareCaptures } from '../../src/analysis/inferred/compare.ts';
import { fileView } from '../../src/analysis/frame-view.ts';
import type { FrameSource } from '../../src/protocols/core/frame-source.ts';
import { play, siteScenario } from '../support/lab.ts';

function framesOf(name: string, change: (config: string) => string = (config) => config): FrameSource {
  const scenario = siteScenario(name);
  const nodes = scenario.nodes.map((node) =>
    node.kind === 'server' && node.services.dnsmasq !== undefined
      ? {
          ...node,
          services: {
            ...node.services,
            dnsmasq: { ...node.services.dnsmasq, config: change(node.services.dnsmasq.config) },
          },
        }
      : node,
  );
  return fileView(play({ ...scenario, nodes }, { timeoutS: 60 }).lab.capture.store);
}

function differences(a: FrameSource, b: FrameSource): readonly string[] {
  return compareCaptures({ name: 'A', frames: a }, { name: 'B', frames: b }).map(
    ({ says, a: inA, b: inB }) => `${inA ?? '-'}/${inB ?? '-'} ${says.text}`,
  );
}

describe('two captures', () => {
  const first = framesOf('bare-pxe');

  it('of the same boot are alike', () => {
    expect(differences(first, framesOf('bare-pxe'))).toEqual([]);
  });

  it('of servers with other options differ in these fields', () => {
    const other = framesOf('bare-pxe', (config) => `${config}dhcp-option=3,10.0.2.9\ndhcp-option=17,"iscsi:x"\n`);
    expect(differences(first, other)).toContain('2/2 DHCP Offer: option 3 Router is 10.0.2.1, and 10.0.2.9.');
    expect(differences(first, other)).toContain('4/4 DHCP ACK: option 17 Root Path (“iscsi:x”) in B only.');
  });

  it('of a boot with a lost block and one without differ in blocks and time', () => {
    const found = differences(first, framesOf('bare-nth-lost'));
    expect(found.map((text) => text.replace(/^\S+ /, ''))).toEqual([
      'end of boot.bin: blocks sent again is 0, and 1.',
      expect.stringMatching(/^end of boot\.bin comes .* after the step before, and 2(?:\.\d+)? s\.$/),
    ]);
  });

  it('where one server is silent miss its answer', () => {
    const found = differences(first, framesOf('wrong-no-dhcp'));
    expect(found).toContain('2/- DHCP Offer: in A only.');
  });
});
