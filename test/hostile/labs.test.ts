/**
 * Hostile inputs of every family end, in something that the user can read. They are played in a process of their own: one that
 * hangs or takes all memory fails here instead of hanging the tests. For hours by hand:
 * `HOSTILE_COUNT=1000 HOSTILE_SEED=monday npx vitest run test/hostile`.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import type { HostileLine, HostileOutcome } from './play.ts';

const SEED = process.env['HOSTILE_SEED'] ?? 'ci';
const COUNT = Number(process.env['HOSTILE_COUNT'] ?? 2);
/** Much longer than any case takes, however busy the computer is: a case that needs this hangs. */
const HANGS_AFTER_MS = 120_000;
const HEAP_MIB = 2048;

/** More entries than this in one step would fill memory before anybody looks at the clock. */
const MOST_EVENTS_IN_A_STEP = 5000;

interface Played {
  readonly outcomes: readonly HostileOutcome[];
  /** How it ended before its time; undefined when it did not. */
  readonly failure: string | undefined;
}

function playAll(seed: string, count: number): Promise<Played> {
  return new Promise((resolve) => {
    const script = fileURLToPath(new URL('./play.ts', import.meta.url));
    const args = [`--max-old-space-size=${HEAP_MIB}`, '--import', 'tsx', script, seed, String(count)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const outcomes: HostileOutcome[] = [];
    let current = 'the start';
    let failure: string | undefined;
    let errors = '';
    const watch = setTimeout(() => {
      failure = `${current} hangs`;
      child.kill('SIGKILL');
    }, HANGS_AFTER_MS);
    child.stderr.on('data', (data: Buffer) => {
      errors += data.toString();
    });
    createInterface({ input: child.stdout }).on('line', (text) => {
      watch.refresh();
      const line = JSON.parse(text) as HostileLine;
      if ('begins' in line) current = line.begins;
      else outcomes.push(line);
    });
    child.on('close', (code) => {
      clearTimeout(watch);
      if (code !== 0) failure ??= `${current} ends the process (${code}): ${errors.slice(-2000)}`;
      resolve({ outcomes, failure });
    });
  });
}

it(`${COUNT} of each family end in a message`, { timeout: COUNT * 600_000 }, async () => {
  const { outcomes, failure } = await playAll(SEED, COUNT);
  expect(failure).toBeUndefined();
  const unsaid = outcomes.filter(({ isSaid }) => !isSaid);
  expect(unsaid).toEqual([]);
  const floods = outcomes.filter(({ mostEventsInAStep }) => mostEventsInAStep > MOST_EVENTS_IN_A_STEP);
  expect(floods).toEqual([]);
  // Each refusal names what is refused.
  expect(outcomes.filter(({ end, said }) => end === 'refused' && said === '')).toEqual([]);
});
