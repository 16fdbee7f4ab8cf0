/**
 * Whether whatever looks at a capture takes twice as long when there is twice as much: each consumer with each family of
 * hostile captures, at a size, its double and its quadruple. The exponent is that of the growth: 1 is linear, 2 quadratic.
 */
import { Capture } from '../../../src/analysis/capture.ts';
import { HOSTILE_FAMILIES, hostileCapture, type HostileFamily } from '../../hostile/captures.ts';
import { CONSUMERS, type Consumer } from '../../hostile/consumers.ts';
import type { BenchHost, Measure, Row, Values } from '../types.ts';

const STEPS = [1, 2, 4];
/** Shorter times say nothing of growth. */
const LEAST_MS = 20;
/** A consumer that takes longer is not asked for the double. */
const MOST_MS = 10_000;
const TARGET = 1.35;

/** Milliseconds of processor time where the host can tell, the least of several tries. */
function timeOf(host: BenchHost, family: HostileFamily, consumer: Consumer, n: number): number {
  const clock = host.cpuMs ?? ((): number => host.nowMs());
  const store = hostileCapture(family, n, 'linear');
  let least = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < (host.quick ? 1 : 3) && (tries === 0 || least < MOST_MS / 10); tries++) {
    const capture = new Capture(store);
    if (consumer.isFirst === undefined) capture.layers.advance();
    const startMs = clock();
    consumer.use(store, capture);
    least = Math.min(least, clock() - startMs);
  }
  return least;
}

async function run(host: BenchHost, part: string): Promise<Record<string, number>> {
  const values: Record<string, number> = {};
  const consumer = CONSUMERS.find(({ name }) => name === part);
  if (consumer === undefined) throw new Error(`no such consumer: ${part}`);
  for (const [at, family] of HOSTILE_FAMILIES.entries()) {
    for (const step of STEPS) {
      const ms = timeOf(host, family, consumer, (family.size * step) / (host.quick ? 8 : 1));
      values[`${at} ${step}`] = ms;
      if (ms > MOST_MS) break;
    }
  }
  return Promise.resolve(values);
}

/** The growth of the last doubling that was measured; undefined when it was too quick to tell. */
function growth(times: readonly number[]): number | undefined {
  const last = times.at(-1) ?? 0;
  const before = times.at(-2);
  if (before === undefined) return last > MOST_MS ? Number.POSITIVE_INFINITY : undefined;
  return last < LEAST_MS ? undefined : Math.log2(last / Math.max(before, 0.01));
}

function rows(values: Values): Row[] {
  return HOSTILE_FAMILIES.map((family, at): Row => {
    const reported: string[] = [];
    let worst = 0;
    for (const { name } of CONSUMERS) {
      const found = values[name];
      const times = STEPS.map((step) => found?.[`${at} ${step}`]).filter((ms) => ms !== undefined);
      const exponent = growth(times);
      if (exponent === undefined) continue;
      worst = Math.max(worst, exponent);
      reported.push(`${name} ${exponent.toFixed(2)} (${times.map((ms) => ms.toFixed(0)).join(', ')} ms)`);
    }
    return {
      what: `${family.name}, ${family.size} to ${family.size * (STEPS.at(-1) ?? 1)}`,
      value: reported.length === 0 ? `all below ${LEAST_MS} ms` : reported.join('; '),
      target: { text: `each below ${TARGET}`, met: worst < TARGET },
    };
  });
}

export const linear: Measure = {
  name: 'linear',
  title:
    'Growth with the size of hostile captures: exponent by consumer, and times at one, two and four times the size',
  parts: CONSUMERS.map(({ name }) => name),
  hosts: ['node'],
  run,
  rows,
};
