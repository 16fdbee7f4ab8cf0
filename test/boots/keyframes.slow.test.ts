/**
 * A PC that goes on from a keyframe is the PC that ran all the way: the same frames, events, screen, memory and devices. The
 * keyframes are taken in the BIOS, in the boot ROM, in the middle of a download, in PXELINUX and in its menu.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { NS_PER_S } from '../../src/base/time/clock.ts';
import { readImages, readWasm } from '../../src/cli/images.ts';
import { runKeyframe } from '../../src/cli/keyframe.ts';
import { parseManifest } from '../../src/lab/content/image-manifest.ts';
import { decodeKeyframe } from '../../src/lab/keyframes/keyframe-file.ts';
import { Lab } from '../../src/lab/lab.ts';
import { answerOf } from '../../src/lab/nodes/machine.ts';
import type { PcKeyframe } from '../../src/machine/keyframes/keyframe.ts';
import { sha256 } from '../support/once/in-node.ts';
import { capturePcapng, siteScenario } from '../support/lab.ts';

const MOMENTS_S = [0.012, 0.05, 4.0713, 4.15, 4.5];
const LATER_S = 0.4;

const site = siteScenario('debian-installer');
/** Memory is hashed often. */
const scenario = { ...site, nodes: site.nodes.map((node) => (node.kind === 'pc' ? { ...node, memMiB: 96 } : node)) };

function outcome(lab: Lab): unknown {
  const machine = lab.machine('pc1');
  return {
    pcapng: sha256(capturePcapng(lab)),
    events: lab.log.events.map((event) => JSON.stringify(event)),
    screen: sha256(JSON.stringify(answerOf(machine, 'screen'))),
    screenVersion: machine.screenVersion,
    instructions: machine.instructions,
    state: answerOf(machine, 'stateHash'),
  };
}

/** Keyframes are kept at the first slice from each of these times on. */
function open(
  momentsS: readonly number[],
  resume?: PcKeyframe,
): { readonly lab: Lab; readonly kept: PcKeyframe[]; readonly take: () => void } {
  const images = readImages(scenario);
  if (!images.ok) throw new Error('no images');
  const kept: PcKeyframe[] = [];
  const takers: (() => void)[] = [];
  const lab = Lab.open(scenario, {
    images: images.value,
    wasm: readWasm(),
    keyframes: () => ({
      resume: () => resume,
      wants: (timeNs) => timeNs >= (momentsS[kept.length] ?? Number.POSITIVE_INFINITY) * NS_PER_S,
      keep: (keyframe) => kept.push(keyframe),
      latest: () => kept.at(-1) ?? resume,
      runOut: () => undefined,
      started: (take) => void takers.push(take),
    }),
  });
  if (!lab.ok) throw new Error(lab.error.map(({ message }) => message).join('\n'));
  const take = (): void => {
    for (const each of takers) each();
  };
  return { lab: lab.value, kept, take };
}

describe('a PC from a keyframe', () => {
  it('goes on as if nothing had been', () => {
    const whole = open(MOMENTS_S);
    const expected = MOMENTS_S.map((momentS) => {
      whole.lab.queue.runUntil((momentS + LATER_S) * NS_PER_S);
      return outcome(whole.lab);
    });
    expect(whole.kept.length).toBe(MOMENTS_S.length);
    MOMENTS_S.forEach((momentS, i) => {
      // As it is stored.
      const resume = structuredClone(whole.kept[i]);
      const next = MOMENTS_S[i + 1];
      const { lab, kept } = open(next === undefined ? [] : [next], resume);
      lab.queue.runUntil((momentS + LATER_S) * NS_PER_S);
      expect(outcome(lab), `from ${momentS} s`).toEqual(expected[i]);
      // It records on: the next keyframe is the same as that of the whole run.
      if (kept[0] !== undefined) expect(sha256(kept[0].tape)).toBe(sha256(whole.kept[i + 1]?.tape ?? ''));
    });
  });

  it('goes on from where a lab was paused', () => {
    const whole = open([]);
    for (const momentS of [0.0307, 4.1005]) {
      whole.lab.queue.runUntil(momentS * NS_PER_S);
      whole.take();
    }
    expect(whole.kept.length).toBe(2);
    whole.lab.queue.runUntil((4.1005 + LATER_S) * NS_PER_S);
    const expected = outcome(whole.lab);
    for (const resume of whole.kept) {
      const { lab } = open([], structuredClone(resume));
      lab.queue.runUntil((4.1005 + LATER_S) * NS_PER_S);
      expect(outcome(lab)).toEqual(expected);
    }
  });

  it('is put beside a site by the command line, and goes on there', () => {
    const folder = mkdtempSync(join(tmpdir(), 'netboot-lab-'));
    const said: string[] = [];
    const io = { out: (line: string) => void said.push(line), err: (line: string) => void said.push(line) };
    try {
      const file = join(folder, 'lab.json');
      writeFileSync(file, JSON.stringify(scenario));
      expect(runKeyframe([file, '--at', '0.05', '--site', folder], io)).toBe(2);
      mkdirSync(join(folder, 'assets'));
      mkdirSync(join(folder, 'images'));
      writeFileSync(join(folder, 'assets', 'lab.worker-abcd1234.js'), '');
      const manifestFile = join(folder, 'images', 'manifest.json');
      cpSync('public/images/manifest.json', manifestFile);
      symlinkSync(resolve('public/images/blob'), join(folder, 'images', 'blob'));
      expect(runKeyframe([file, '--site', folder], io)).toBe(2);
      said.length = 0;
      expect(runKeyframe([file, '--at', '0.05', '--site', folder], io)).toBe(0);
      expect(said).toHaveLength(1);
      const manifest = parseManifest(readFileSync(manifestFile, 'utf8'));
      const [shipped, ...others] = (manifest.ok ? manifest.value.keyframes : undefined) ?? [];
      expect(others).toEqual([]);
      const { name, bytes } = shipped ?? { name: '', bytes: 0 };
      const unpacked = new Uint8Array(gunzipSync(readFileSync(join(folder, 'images', 'keyframes', name))));
      expect(unpacked.length).toBe(bytes);
      const decoded = decodeKeyframe(unpacked, name);
      if (!decoded.ok) throw new Error(decoded.error);
      expect(decoded.value.timeNs).toBeLessThanOrEqual(0.05 * NS_PER_S);
      const expected = open([]).lab;
      const { lab } = open([], decoded.value);
      for (const each of [expected, lab]) each.queue.runUntil(0.3 * NS_PER_S);
      expect(outcome(lab)).toEqual(outcome(expected));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('goes on without when there is no memory for one more', () => {
    const calls: string[] = [];
    const run = (keyframes: boolean): unknown => {
      const images = readImages(scenario);
      if (!images.ok) throw new Error('no images');
      const lab = Lab.open(scenario, {
        images: images.value,
        wasm: readWasm(),
        keyframes: keyframes
          ? () => ({
              resume: () => undefined,
              wants: () => true,
              keep: () => {
                calls.push('keep');
                throw new RangeError('Array buffer allocation failed');
              },
              latest: () => undefined,
              runOut: () => calls.push('runOut'),
              started: () => undefined,
            })
          : undefined,
      });
      if (!lab.ok) throw new Error(lab.error.map(({ message }) => message).join('\n'));
      lab.value.queue.runUntil(LATER_S * NS_PER_S);
      return outcome(lab.value);
    };
    expect(run(true)).toEqual(run(false));
    expect(calls).toEqual(['keep', 'runOut']);
  });
});
