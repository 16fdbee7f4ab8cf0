/**
 * `lab keyframe`: runs a scenario to a moment, and puts keyframes of its PCs there beside a built site, so that its page goes to
 * that moment in seconds the first time, too. They are for that build alone: the page finds them by a hash of everything that
 * they depend on. Exit code 0, 1 when no PC of the lab can be kept there, 2 when the arguments or the files cannot be used.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { NS_PER_MS, NS_PER_S } from '../base/time/clock.ts';
import { err, ok, type Result } from '../base/result.ts';
import {
  keyframePath,
  MANIFEST_FILE,
  parseManifest,
  type ImageManifest,
  type ShippedKeyframe,
} from '../lab/content/image-manifest.ts';
import { neededImages, type ImageBank } from '../lab/content/images.ts';
import { encodeKeyframe } from '../lab/keyframes/keyframe-file.ts';
import { keyframeName } from '../lab/keyframes/keyframe-name.ts';
import { Lab } from '../lab/lab.ts';
import { RunControl } from '../lab/run-control.ts';
import type { PcKeyframe, PcKeyframes } from '../machine/keyframes/keyframe.ts';
import type { ScenarioProblem } from '../scenario/problems.ts';
import type { Scenario } from '../scenario/schema.ts';
import { readImages, readWasm } from './images.ts';
import { readScenario, type RunIo } from './run.ts';

/** Where a PC is in the middle of something, the last slices before will do. */
const LAST_NS = 20 * NS_PER_MS;

interface Arguments {
  readonly scenario: string;
  readonly atNs: number;
  readonly site: string;
}

function readArguments(args: readonly string[]): Result<Arguments, string> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { at: { type: 'string' }, site: { type: 'string', default: 'dist' } },
    });
    const [scenario, ...extra] = positionals;
    if (scenario === undefined || extra.length > 0) return err('expected one scenario');
    const atNs = Math.round(Number(values.at ?? Number.NaN) * NS_PER_S);
    if (!(atNs > 0 && atNs <= Number.MAX_SAFE_INTEGER)) return err('expected --at SECONDS of the lab');
    return ok({ scenario, atNs, site: values.site });
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error));
  }
}

interface BuiltSite {
  readonly manifest: ImageManifest;
  readonly manifestFile: string;
  /** As the page's lab worker knows itself (`workers/lab.worker.ts`). */
  readonly build: string;
}

function readSite(folder: string): Result<BuiltSite, string> {
  try {
    const manifestFile = join(folder, 'images', MANIFEST_FILE);
    const manifest = parseManifest(readFileSync(manifestFile, 'utf8'));
    if (!manifest.ok) return err(`${manifestFile}: ${manifest.error.text}`);
    const [build, ...others] = readdirSync(join(folder, 'assets')).flatMap(
      (name) => /^lab\.worker(-[\w-]{8}\.js)$/.exec(name)?.[1] ?? [],
    );
    if (build === undefined || others.length > 0) return err(`${folder}: no site that "npm run build" has built`);
    return ok({ manifest: manifest.value, manifestFile, build });
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error));
  }
}

/** The last keyframe of each PC at a moment. */
function keyframesAt(
  scenario: Scenario,
  images: ImageBank,
  atNs: number,
): Result<ReadonlyMap<string, PcKeyframe>, readonly ScenarioProblem[]> {
  const kept = new Map<string, PcKeyframe>();
  const takes: (() => void)[] = [];
  const keyframes = (machine: string): PcKeyframes => ({
    resume: () => undefined,
    wants: (timeNs) => timeNs >= atNs - LAST_NS && timeNs <= atNs,
    keep: (keyframe) => void kept.set(machine, keyframe),
    latest: () => kept.get(machine),
    runOut: () => undefined,
    started: (take) => void takes.push(take),
  });
  const lab = Lab.open(scenario, { images, wasm: readWasm(), keyframes });
  if (!lab.ok) return lab;
  new RunControl(lab.value).run(atNs, () => false);
  for (const take of takes) take();
  lab.value.close();
  return ok(kept);
}

function ship(
  site: BuiltSite,
  folder: string,
  scenario: Scenario,
  kept: ReadonlyMap<string, PcKeyframe>,
): readonly string[] {
  const needed = neededImages(scenario, site.manifest);
  const images = needed.ok ? needed.value.map(({ sha256 }) => sha256) : [];
  const known = new Map((site.manifest.keyframes ?? []).map((each) => [each.name, each]));
  mkdirSync(join(folder, 'images', 'keyframes'), { recursive: true });
  const said = [...kept].map(([machine, keyframe]) => {
    const name = keyframeName({ build: site.build, images, scenario, machine }, keyframe.timeNs);
    const file = Buffer.concat(encodeKeyframe(keyframe, name));
    const packed = gzipSync(file);
    const path = join(folder, 'images', keyframePath(name));
    writeFileSync(path, packed);
    known.set(name, { name, bytes: file.length } satisfies ShippedKeyframe);
    const seconds = (keyframe.timeNs / NS_PER_S).toFixed(3);
    return `${machine} at ${seconds} s: ${path}, ${(packed.length / 1e6).toFixed(1)} MB (${(file.length / 1e6).toFixed(1)} MB unpacked)`;
  });
  writeFileSync(
    site.manifestFile,
    `${JSON.stringify({ ...site.manifest, keyframes: [...known.values()] }, null, 2)}\n`,
  );
  return said;
}

export function runKeyframe(args: readonly string[], io: RunIo): number {
  const parsed = readArguments(args);
  if (!parsed.ok) {
    io.err(`lab keyframe: ${parsed.error}`);
    return 2;
  }
  const { scenario: path, atNs, site: folder } = parsed.value;
  const site = readSite(folder);
  if (!site.ok) {
    io.err(`lab keyframe: ${site.error}`);
    return 2;
  }
  const scenario = readScenario(path, io);
  if (scenario === undefined) return 2;
  const images = readImages(scenario, undefined, join(folder, 'images'));
  const kept = images.ok ? keyframesAt(scenario, images.value, atNs) : images;
  if (!kept.ok) {
    for (const { path: place, message } of kept.error) io.err(`${path}: ${place}: ${message}`);
    return 2;
  }
  if (kept.value.size === 0) {
    io.err(
      `${path}: no PC can be kept at ${atNs / NS_PER_S} s: it is off, in the middle of something, or has drives or UEFI firmware`,
    );
    return 1;
  }
  for (const line of ship(site.value, folder, scenario, kept.value)) io.out(line);
  return 0;
}
