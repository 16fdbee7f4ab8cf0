/**
 * The name of a keyframe that outlives its lab: a hash of everything that it depends on, and its time. One of another build, of
 * other images or of another run has another name.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { toHex } from '../../base/bytes.ts';
import type { Scenario } from '../../scenario/schema.ts';
import { runKey } from './run-key.ts';

const NAME = /^([0-9a-f]{32})-(\d{1,16})\.keyframe$/;

/** A machine of a lab, with all that it is made from. */
export interface KeyframeSubject {
  /** What this build of the page is known by: the name of its lab worker's file. */
  readonly build: string;
  /** Hashes of the images of the catalogue; the user's own files are in the scenario by theirs. */
  readonly images: readonly string[];
  readonly scenario: Scenario;
  readonly machine: string;
}

export function keyframeName({ build, images, scenario, machine }: KeyframeSubject, timeNs: number): string {
  const parts = JSON.stringify([build, images, machine, runKey(scenario, timeNs)]);
  return `${toHex(sha256(new TextEncoder().encode(parts))).slice(0, 32)}-${timeNs}.keyframe`;
}

export function isKeyframeName(name: string): boolean {
  return NAME.test(name);
}

/** The last of these that is later than `aboveNs` and not later than `untilNs`. */
export function lastKeyframeName(
  names: readonly string[],
  subject: KeyframeSubject,
  aboveNs: number,
  untilNs: number,
): string | undefined {
  return names
    .filter((name) => {
      const timeNs = timeOf(name);
      return timeNs > aboveNs && timeNs <= untilNs && name === keyframeName(subject, timeNs);
    })
    .sort((a, b) => timeOf(a) - timeOf(b))
    .at(-1);
}

/** -1 for what is no keyframe's name. */
function timeOf(name: string): number {
  return Number(NAME.exec(name)?.[2] ?? -1);
}
