/**
 * Boots over bad cables: a fifth of the frames lost on each, others late or twice; and each frame of a boot lost in its
 * turn. What arrives is right to the last byte, and who gives up does so with the error of a real client.
 */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sentView } from '../../src/analysis/frame-view.ts';
import { objectSha256, transferredObjects } from '../../src/analysis/streams/objects.ts';
import { NS_PER_S } from '../../src/base/time/clock.ts';
import { RunControl } from '../../src/lab/run-control.ts';
import type { Lab } from '../../src/lab/lab.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import type { Scenario, ScenarioFault } from '../../src/scenario/schema.ts';
import { openLab, play, siteScenario } from '../support/lab.ts';

const SEEDS = 200;
const BAD: readonly ScenarioFault[] = [
  { kind: 'loss', probability: 0.2, direction: 'both' },
  { kind: 'reorder', probability: 0.1, delayUs: 3000, direction: 'both' },
  { kind: 'duplicate', probability: 0.1, direction: 'both' },
];

function sha256OfPattern(bytes: number): string {
  return createHash('sha256')
    .update(Uint8Array.from({ length: bytes }, (_, i) => i))
    .digest('hex');
}

/** The machine of `bare-pxe`, with a firmware, and a server for TFTP and HTTP. */
function lab(firmware: object): Scenario {
  const base = siteScenario('bare-pxe');
  const parsed = parseScenario({
    ...base,
    until: undefined,
    nodes: base.nodes.map((node) => {
      if (node.kind === 'bare') return { ...node, firmware };
      if (node.kind !== 'server') return node;
      const files = [...node.files, { path: '/srv/http/kernel', content: { patternBytes: 50_000 } }];
      return { ...node, services: { ...node.services, http: {} }, files };
    }),
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
}

function withBadCables(scenario: Scenario, seed: string): Scenario {
  return { ...scenario, seed, links: scenario.links.map((link) => ({ ...link, faults: [...BAD] })) };
}

const pxe = lab({ personality: 'pxe' });
/** Tries again as scripts for bad networks do, and tells the digest of what it holds in memory. */
const ipxe = lab({
  personality: 'ipxe',
  options: { enable: 'DIGEST_CMD' },
  embeddedScript: `#!ipxe
:dhcp
dhcp || goto dhcp
:tftp
imgfetch --name tftp tftp://\${next-server}/boot.bin || goto tftp
:http
imgfetch --name http http://\${next-server}/kernel || goto http
sha256sum tftp
sha256sum http
`,
});

/** The sum that iPXE prints; the screen breaks lines. */
function sumOnScreen(world: Lab, name: string): string | undefined {
  const text = world.machine('pc1').screenText().replaceAll('\n', ' ');
  return new RegExp(`([0-9a-f]{64})\\s+${name}`).exec(text)?.[1];
}

function sentSha256(world: Lab): readonly string[] {
  return transferredObjects(sentView(world.capture.store)).map(objectSha256);
}

/** What the ROM says when it gives up, by the PXE specification's codes as ROMs print them. */
const GIVES_UP = /PXE-(E51|E52|E55|E11|E18|E32|E35|E36|E3F): [A-Z][^\n]*\./;

describe('with a fifth of the frames lost, others late or twice, on every cable', () => {
  it(
    `DHCP, TFTP and HTTP of a script that tries again end with the right bytes, for ${SEEDS} seeds`,
    { timeout: 120_000 },
    () => {
      for (let i = 0; i < SEEDS; i++) {
        const { lab: world, stop } = play(withBadCables(ipxe, `bad-${i}`), { until: 'stage:halted', timeoutS: 3600 });
        expect(stop.kind, `seed ${i}`).toBe('breakpoint');
        expect(sumOnScreen(world, 'tftp'), `seed ${i}`).toBe(sha256OfPattern(30_000));
        expect(sumOnScreen(world, 'http'), `seed ${i}`).toBe(sha256OfPattern(50_000));
      }
    },
  );

  it(
    `a PXE ROM boots or gives up as ROMs do; switched off and on again it boots, for ${SEEDS} seeds`,
    { timeout: 120_000 },
    () => {
      let atOnce = 0;
      for (let i = 0; i < SEEDS; i++) {
        const world = openLab(withBadCables(pxe, `bad-${i}`));
        const control = new RunControl(world);
        control.setBreakpoints([{ condition: 'stage:halted', count: 1 }]);
        let tries = 0;
        let error: RegExpExecArray | null;
        do {
          tries++;
          if (tries > 1) world.applyInput({ machine: 'pc1', do: { power: 'reset' } });
          const stop = control.run(world.queue.nowNs + 600 * NS_PER_S, () => false);
          expect(stop.kind, `seed ${i}`).toBe('breakpoint');
          const screen = world.machine('pc1').screenText();
          error = GIVES_UP.exec(screen);
          if (error === null) expect(screen, `seed ${i}`).not.toMatch(/PXE-E/);
        } while (error !== null && tries < 40);
        expect(error, `seed ${i}`).toBeNull();
        if (tries === 1) atOnce++;
        expect(world.log.events.findLast(({ kind }) => kind === 'transfer')).toMatchObject({
          state: 'done',
          doneBytes: 30_000,
        });
        expect(sentSha256(world), `seed ${i}`).toContain(sha256OfPattern(30_000));
      }
      expect(atOnce).toBeGreaterThan(SEEDS / 3);
    },
  );
});

describe('with one frame lost', () => {
  it.each([
    ['TFTP of a PXE ROM', pxe],
    [
      'TFTP and HTTP of iPXE',
      lab({
        personality: 'ipxe',
        options: { enable: 'DIGEST_CMD' },
        embeddedScript:
          '#!ipxe\ndhcp\nimgfetch --name tftp tftp://${next-server}/boot.bin\nimgfetch --name http http://${next-server}/kernel\nsha256sum tftp\nsha256sum http\n',
      }),
    ],
  ])('whichever it is, %s ends with the right bytes', { timeout: 240_000 }, (_name, scenario) => {
    const whole = play(scenario, { until: 'stage:halted' }).lab;
    let lost = 0;
    for (const direction of ['a-to-b', 'b-to-a'] as const) {
      for (let nth = 1; nth <= whole.capture.sentCount; nth++) {
        const drop: ScenarioFault = { kind: 'match', filter: 'frame', nth, action: 'drop', delayUs: 0, direction };
        const links = scenario.links.map((link, i) => (i === 0 ? { ...link, faults: [drop] } : link));
        const { lab: world, stop } = play({ ...scenario, links }, { until: 'stage:halted', timeoutS: 600 });
        const what = `frame ${nth} ${direction}`;
        expect(stop.kind, what).toBe('breakpoint');
        // Beyond the last frame of this direction there is nothing to lose.
        if (!world.log.events.some(({ kind }) => kind === 'fault')) break;
        lost++;
        if (scenario === pxe) {
          expect(world.machine('pc1').screenText(), what).not.toContain('PXE-E');
          expect(sentSha256(world), what).toContain(sha256OfPattern(30_000));
        } else {
          expect(sumOnScreen(world, 'tftp'), what).toBe(sha256OfPattern(30_000));
          expect(sumOnScreen(world, 'http'), what).toBe(sha256OfPattern(50_000));
        }
      }
    }
    expect(lost).toBeGreaterThan(50);
  });
});
