/**
 * Every fault of a scenario, on a boot: on a cable, on a port, on a server. Each has the effect that it has on a real
 * network, is in the log with the frame that it struck, and strikes the same frames again.
 */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { LabEvent } from '../../src/base/event-log.ts';
import { NS_PER_MS, NS_PER_S } from '../../src/base/time/clock.ts';
import { itemAt } from '../../src/base/lists/list.ts';
import { Lab } from '../../src/lab/lab.ts';
import { EMPTY_MANIFEST } from '../../src/lab/content/image-manifest.ts';
import { ImageBank } from '../../src/lab/content/images.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import type { Scenario, ScenarioInput } from '../../src/scenario/schema.ts';
import { capturePcapng, play, siteScenario } from '../support/lab.ts';

type LinkFault = NonNullable<NonNullable<ScenarioInput['links']>[number]['faults']>[number];
type NodeOf<Kind> = Extract<ScenarioInput['nodes'][number], { kind: Kind }>;
type PortFault = NonNullable<NodeOf<'switch'>['faults']>[number];
type ServerProblem = NonNullable<NodeOf<'server'>['faults']>[number];

function whole(scenario: unknown): Scenario {
  const parsed = parseScenario(scenario);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
}

/** The lab of `bare-pxe`, or another, with the faults on the machine's cable. */
function onLink(faults: readonly LinkFault[], name = 'bare-pxe'): Scenario {
  const scenario = siteScenario(name);
  return whole({ ...scenario, links: scenario.links.map((link, i) => (i === 0 ? { ...link, faults } : link)) });
}

function onNode(node: string, faults: readonly (PortFault | ServerProblem)[], name = 'bare-pxe'): Scenario {
  const scenario = siteScenario(name);
  return whole({ ...scenario, nodes: scenario.nodes.map((each) => (each.name === node ? { ...each, faults } : each)) });
}

interface Boot {
  readonly lab: Lab;
  /** Virtual time of the end. */
  readonly endNs: number;
  /** The error on the screen, if one is there. */
  readonly error: string | undefined;
  readonly faults: readonly (LabEvent & { kind: 'fault' })[];
  readonly pcapng: string;
}

function boot(scenario: Scenario): Boot {
  const { lab, stop } = play(scenario, { until: 'stage:halted', timeoutS: 900 });
  expect(stop.kind).toBe('breakpoint');
  return {
    lab,
    endNs: lab.queue.nowNs,
    error: /PXE-E\d\d[^\n]*/.exec(lab.machine('pc1').screenText())?.[0].trim(),
    faults: lab.log.events.filter((event): event is LabEvent & { kind: 'fault' } => event.kind === 'fault'),
    pcapng: createHash('sha256').update(capturePcapng(lab)).digest('hex'),
  };
}

const undisturbed = boot(siteScenario('bare-pxe'));

/** What every fault must do beside its own effect: be told with its frame, and be the same again. */
function expectReported(scenario: Scenario, first: Boot, code: string): void {
  expect(first.faults.length).toBeGreaterThan(0);
  expect(new Set(first.faults.map((event) => event.code))).toEqual(new Set([code]));
  for (const { cause } of first.faults) {
    expect(cause).toBeDefined();
    expect(itemAt(first.lab.log.events, cause ?? -1).kind).toBe('frame');
  }
  expect(boot(scenario).pcapng).toBe(first.pcapng);
}

describe('faults of a cable', () => {
  const slower: readonly (readonly [string, LinkFault, string])[] = [
    ['loss', { kind: 'loss', probability: 0.1 }, 'fault.loss'],
    ['delay and jitter', { kind: 'delay', delayUs: 20_000, jitterUs: 5_000 }, 'fault.delay'],
    ['corruption of bits', { kind: 'corrupt', probability: 0.1 }, 'fault.corrupt'],
    ['a bandwidth', { kind: 'bandwidth', mbps: 0.1 }, 'fault.bandwidth'],
    ['the loss of the third block', { kind: 'match', filter: 'tftp.opcode == 3', nth: 3, action: 'drop' }, 'fault.nth'],
    ['damage to it', { kind: 'match', filter: 'tftp.opcode == 3', nth: 3, action: 'corrupt' }, 'fault.nth'],
    ['its delay', { kind: 'match', filter: 'tftp.opcode == 3', nth: 3, action: 'delay', delayUs: 50_000 }, 'fault.nth'],
  ];

  it.each(slower)('%s slows the boot down, which ends well', (_name, fault, code) => {
    const scenario = onLink([fault]);
    const first = boot(scenario);
    expect(first.error).toBeUndefined();
    expect(first.endNs).toBeGreaterThan(undisturbed.endNs + 20 * NS_PER_MS);
    expectReported(scenario, first, code);
  });

  const more: readonly (readonly [string, LinkFault, string])[] = [
    ['duplicates', { kind: 'duplicate', probability: 0.5 }, 'fault.duplicate'],
    ['one duplicate', { kind: 'match', filter: 'tftp.opcode == 3', nth: 3, action: 'duplicate' }, 'fault.nth'],
    ['reordering', { kind: 'reorder', probability: 0.3, delayUs: 3_000 }, 'fault.reorder'],
  ];

  it.each(more)('%s change the frames and not the end', (_name, fault, code) => {
    const scenario = onLink([fault]);
    const first = boot(scenario);
    expect(first.error).toBeUndefined();
    expect(first.pcapng).not.toBe(undisturbed.pcapng);
    expectReported(scenario, first, code);
  });

  it('a bandwidth takes the time of the bits: a file at 100 kbit/s', () => {
    const { endNs } = boot(onLink([{ kind: 'bandwidth', mbps: 0.1, direction: 'b-to-a' }]));
    const serialisationNs = (30_000 * 8 * NS_PER_S) / 100_000;
    expect(endNs - undisturbed.endNs).toBeGreaterThan(serialisationNs);
    expect(endNs - undisturbed.endNs).toBeLessThan(1.2 * serialisationNs);
  });

  it('an MTU below the block size swallows the file, and the client gives up as a client does', () => {
    const scenario = onLink([{ kind: 'mtu', bytes: 1000 }]);
    const first = boot(scenario);
    expect(first.error).toBe('PXE-E35: TFTP read timeout.');
    expectReported(scenario, first, 'fault.mtu');
  });

  it('a cable without a link is seen by the ROM', () => {
    const { error, lab } = boot(onLink([{ kind: 'down' }]));
    expect(error).toBe('PXE-E61: Media test failure, check cable.');
    expect(lab.capture.sentCount).toBe(0);
  });

  it('a link that is down for a while is down at both ends, and the switch listens anew', () => {
    const scenario = onLink([{ kind: 'down', fromMs: 4300.5, toMs: 5000 }]);
    const stp: Scenario = {
      ...scenario,
      nodes: scenario.nodes.map((node) =>
        node.kind === 'switch'
          ? {
              ...node,
              stp: { ...node.stp, enabled: true, forwardDelayS: 2 },
              ports: [
                { name: '24', mode: 'access', vlan: 1, portfast: true },
                { name: '1', mode: 'access', vlan: 1, portfast: false },
              ],
            }
          : node,
      ),
    };
    const states = (lab: Lab): string[] =>
      lab.log.events.flatMap((event) =>
        event.kind === 'decision' && event.text.startsWith('sw1.1 is')
          ? [`${Math.floor(event.timeNs / NS_PER_S)} ${event.code.replace('switch.port-', '')}`]
          : [],
      );
    const { lab, error, faults } = boot(stp);
    expect(error).toBeUndefined();
    expect(states(lab)).toEqual([
      '0 listening',
      '2 learning',
      '4 forwarding',
      '5 listening',
      '7 learning',
      '9 forwarding',
    ]);
    expect(faults.map(({ text, timeNs }) => `${timeNs / NS_PER_MS} ${text}`)).toEqual([
      '4300.5 pc1.net0 – sw1.1: the link goes down.',
      '5000 pc1.net0 – sw1.1: the link comes up again.',
    ]);
  });

  it('strike while their time lasts', () => {
    const { faults, error } = boot(onLink([{ kind: 'loss', probability: 1, fromMs: 0, toMs: 4_000 }]));
    expect(error).toBeUndefined();
    expect(faults.every(({ timeNs }) => timeNs < 4 * NS_PER_S)).toBe(true);
    expect(faults.length).toBeGreaterThan(0);
  });

  it('strike every cable of a row of machines, each in its own way', () => {
    const lab = play(
      whole({
        version: 1,
        name: 'row',
        nodes: [
          { kind: 'bare', name: 'pc', count: 5, nics: [{ mac: '52:54:00:ba:00:01' }] },
          ...siteScenario('bare-pxe').nodes.filter(({ kind }) => kind !== 'bare'),
        ],
        links: [
          { a: 'pc.net0', b: 'sw1.1', faults: [{ kind: 'loss', probability: 0.2 }] },
          { a: 'boot.eth0', b: 'sw1.24' },
        ],
      }),
      { until: 'pc5.stage:halted' },
    ).lab;
    const struck = lab.log.events.flatMap((event) => (event.kind === 'fault' ? [`${event.node} ${event.timeNs}`] : []));
    const cables = new Set(struck.map((text) => text.split(' – ')[0]));
    expect(cables).toEqual(new Set(['pc1.net0', 'pc2.net0', 'pc3.net0', 'pc4.net0', 'pc5.net0']));
  });
});

describe('faults of a port', () => {
  it('at a server strike what it hears', () => {
    const scenario = onNode('boot', [
      { kind: 'match', filter: 'tftp.opcode == 1', nth: 1, action: 'drop', direction: 'in' },
    ]);
    const first = boot(scenario);
    expect(first.endNs).toBeGreaterThan(undisturbed.endNs + 0.9 * NS_PER_S);
    expectReported(scenario, first, 'fault.nth');
    expect(first.faults[0]).toMatchObject({ node: 'boot' });
  });

  it('at one port of a switch strike there and nowhere else', () => {
    const scenario = onNode('sw1', [{ kind: 'loss', probability: 0.2, port: '1', direction: 'out' }]);
    const first = boot(scenario);
    expectReported(scenario, first, 'fault.loss');
    expect(first.faults.every(({ text }) => text.startsWith('sw1.1:'))).toBe(true);
    // Out of the switch towards the machine: what it sends itself is not struck.
    const lostByServer = first.faults.filter(({ cause }) => itemAt(first.lab.log.events, cause ?? -1).node === 'boot');
    expect(lostByServer).toHaveLength(first.faults.length);
  });

  it('at a machine take its link down', () => {
    expect(boot(onNode('pc1', [{ kind: 'down' }])).error).toBe('PXE-E61: Media test failure, check cable.');
  });

  it('that is not there has no effect on the frames', () => {
    expect(boot(onNode('pc1', [{ kind: 'loss', probability: 1, fromMs: 1e8 }])).pcapng).toBe(undisturbed.pcapng);
  });
});

describe('a silent server', () => {
  it.each([
    ['about everything', undefined, 'PXE-E51: No DHCP or proxyDHCP offers were received.'],
    ['about DHCPREQUEST', 'dhcp.option.dhcp == 3', 'PXE-E18: Server response timeout.'],
    ['about TFTP', 'tftp', 'PXE-E32: TFTP open timeout.'],
    ['about one acknowledgment', 'tftp.opcode == 4 && tftp.block == 5', 'PXE-E35: TFTP read timeout.'],
  ])('%s lets the client give up', (_name, filter, error) => {
    const scenario = onNode('boot', [{ kind: 'silent', ...(filter === undefined ? {} : { filter }) }]);
    const first = boot(scenario);
    expect(first.error).toBe(error);
    expectReported(scenario, first, 'fault.silent');
    // The request reached the server: it is in the capture of its port.
    const { store } = first.lab.capture;
    const arrived = Array.from({ length: store.length }, (_, i) => i).filter(
      (i) => store.direction(i) === 'in' && store.interfaceOf(i).name === 'boot.eth0',
    );
    expect(arrived.length).toBeGreaterThan(0);
  });

  it('for a while answers afterwards', () => {
    const { error, faults } = boot(onNode('boot', [{ kind: 'silent', filter: 'dhcp', toMs: 10_000 }]));
    expect(error).toBeUndefined();
    expect(faults).toHaveLength(2);
  });

  it('opens connections, and leaves a request of HTTP without an answer', () => {
    const scenario = onNode('boot', [{ kind: 'silent', filter: 'http.request' }], 'bare-ipxe-http');
    const { lab } = play(scenario, { until: 'screen:/Without a password: 0x4c0a6035/', timeoutS: 600 });
    expect(lab.machine('pc1').screenText()).toMatch(/Connection timed out\s+\(https:\/\/ipxe\.org\/4c0a6035\)/);
  });
});

describe('a filter that cannot be read', () => {
  it.each([
    [
      'of a cable',
      onLink([{ kind: 'match', filter: 'tftp.opcode ==', action: 'drop' }]),
      '$.links[0].faults[0].filter',
    ],
    [
      'of a port',
      onNode('sw1', [{ kind: 'match', filter: 'nonsense.field', action: 'drop' }]),
      '$.nodes[1].faults[0].filter',
    ],
    ['of a silence', onNode('boot', [{ kind: 'silent', filter: 'dhcp &&' }]), '$.nodes[2].faults[0].filter'],
  ])('%s is told by its place', (_name, scenario, path) => {
    const lab = Lab.open(scenario, { images: new ImageBank(EMPTY_MANIFEST, new Map()) });
    expect(lab.ok ? [] : lab.error.map((fault) => fault.path)).toEqual([path]);
  });
});
