/**
 * What scenarios come to in Node, for the tests that compare the page with it. A boot of a PC takes a minute, and the
 * tests of one run ask for the same boots: what one of them has played, the others read.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, inject } from 'vitest';
import { atLeast } from '../../../src/base/lists/list.ts';
import { answerOf } from '../../../src/lab/nodes/machine.ts';
import type { Scenario } from '../../../src/scenario/schema.ts';
import { capturePcapng, play, type Played } from '../lab.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    runFolder: string;
  }
}

/** What a scenario comes to in Node. */
export interface InNode {
  readonly frames: number;
  /** The sha256 of the capture. */
  readonly pcapng: string;
  /** The first machine, and the hash of its memory and devices; undefined for one without a CPU. */
  readonly machine: string;
  readonly state: string | undefined;
  /** Seconds of wall time that Node has taken. */
  readonly nodeS: number;
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The run of tests has a folder of its own: nothing in it is older than the sources. */
function fileOf(scenario: Scenario, until: string): string {
  return `${inject('runFolder')}/${sha256(JSON.stringify([scenario, until]))}.json`;
}

/** Plays a scenario to a condition, which it must reach, and keeps what it has come to for `inNode`. */
export function playToEnd(scenario: Scenario, until: string): Played & { readonly inNode: InNode } {
  const startMs = performance.now();
  const played = play(scenario, { until });
  const nodeS = (performance.now() - startMs) / 1000;
  expect(played.stop.kind).toBe('breakpoint');
  const { lab } = played;
  const [machine] = atLeast([...lab.machines.values()], 1);
  const inNode: InNode = {
    frames: lab.capture.sentCount,
    pcapng: sha256(capturePcapng(lab)),
    machine: machine.name,
    state: answerOf(machine, 'stateHash'),
    nodeS,
  };
  mkdirSync(inject('runFolder'), { recursive: true });
  writeFileSync(fileOf(scenario, until), JSON.stringify(inNode));
  return { ...played, inNode };
}

/** What the scenario comes to in Node at this condition: played now, or earlier in this run of the tests. */
export function runInNode(scenario: Scenario, until: string): InNode {
  let kept: string;
  try {
    kept = readFileSync(fileOf(scenario, until), 'utf8');
  } catch {
    return playToEnd(scenario, until).inNode;
  }
  return JSON.parse(kept) as InNode;
}
