/**
 * How two captures of boots differ: clients aligned by their hardware addresses, else by their order; their steps aligned by
 * what they are; then fields, times, order, and what is missing in one of them.
 */
import { formatMac, type MacAddress } from '../../base/address.ts';
import { spanMessage } from '../../base/span.ts';
import type { Message } from '../../base/sentence.ts';
import type { SentFrames } from '../frame-view.ts';
import { bootSteps, type BootStep } from './boot-steps.ts';
import { compareMessage } from './compare-texts.ts';

export interface Difference {
  readonly client: string;
  readonly says: Message;
  /** Numbers of frames, from 1, where to look in each. */
  readonly a: number | undefined;
  readonly b: number | undefined;
}

export interface ComparedCapture {
  readonly name: string;
  readonly frames: SentFrames;
}

/** A wait differs when it is so much longer, and so many times as long. */
const LONGER_NS = 1_000_000_000;
const TIMES_AS_LONG = 2;
/** Steps of one client that are aligned: the work grows with their square. */
const MOST_STEPS = 1000;
const MOST_DIFFERENCES = 1000;

export function compareCaptures(a: ComparedCapture, b: ComparedCapture): readonly Difference[] {
  const [first, second] = [bootSteps(a.frames), bootSteps(b.frames)];
  const found: Difference[] = [];
  for (const [macA, macB] of pairs([...first.keys()], [...second.keys()])) {
    const client = formatMac(macA ?? macB ?? 0);
    const [stepsA, stepsB] = [first.get(macA ?? -1) ?? [], second.get(macB ?? -1) ?? []];
    if (macA === undefined || macB === undefined) {
      const file = macA === undefined ? b.name : a.name;
      const says = compareMessage('compare.client-only', { client, file });
      found.push({ client, says, a: stepsA[0]?.number, b: stepsB[0]?.number });
      continue;
    }
    if (macA !== macB) {
      const says = compareMessage('compare.client-other', { a: formatMac(macA), b: formatMac(macB) });
      found.push({ client, says, a: stepsA[0]?.number, b: stepsB[0]?.number });
    }
    found.push(...compareSteps(client, stepsA.slice(0, MOST_STEPS), stepsB.slice(0, MOST_STEPS), a.name, b.name));
  }
  return found.slice(0, MOST_DIFFERENCES);
}

/** The same hardware address in both; those that are left, in their order. */
function pairs(
  a: readonly MacAddress[],
  b: readonly MacAddress[],
): readonly (readonly [MacAddress | undefined, MacAddress | undefined])[] {
  const both = a.filter((mac) => b.includes(mac));
  const [leftA, leftB] = [a.filter((mac) => !both.includes(mac)), b.filter((mac) => !both.includes(mac))];
  const rest = Array.from({ length: Math.max(leftA.length, leftB.length) }, (_, i) => [leftA[i], leftB[i]] as const);
  return [...both.map((mac) => [mac, mac] as const), ...rest];
}

function compareSteps(
  client: string,
  a: readonly BootStep[],
  b: readonly BootStep[],
  nameA: string,
  nameB: string,
): readonly Difference[] {
  const found: Difference[] = [];
  const aligned = align(a, b);
  const moved = new Set<BootStep>();
  for (const [one, other] of aligned) {
    const step = one ?? other;
    if (step === undefined || moved.has(step)) continue;
    if (one !== undefined && other !== undefined) {
      found.push(...compareFields(client, one, other, nameA, nameB), ...compareTimes(client, one, other, a, b));
      continue;
    }
    const elsewhere = aligned.find(
      ([x, y]) => (one === undefined ? x?.key : y?.key) === step.key && (one === undefined ? y : x) === undefined,
    );
    const twin = one === undefined ? elsewhere?.[0] : elsewhere?.[1];
    const [atA, atB] = one === undefined ? [twin, step] : [step, twin];
    if (twin !== undefined && atA !== undefined && atB !== undefined) {
      moved.add(twin);
      const says = compareMessage('compare.order', { step: step.says, a: a.indexOf(atA) + 1, b: b.indexOf(atB) + 1 });
      found.push({ client, says, a: atA.number, b: atB.number }, ...compareFields(client, atA, atB, nameA, nameB));
      continue;
    }
    const says = compareMessage('compare.step-only', { step: step.says, file: one === undefined ? nameB : nameA });
    found.push({ client, says, a: one?.number, b: other?.number });
  }
  return found;
}

/** The longest common row of steps; what is beside it stands in one of them only. */
function align(
  a: readonly BootStep[],
  b: readonly BootStep[],
): readonly (readonly [BootStep | undefined, BootStep | undefined])[] {
  const width = b.length + 1;
  const best = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) {
      const at = i * width + j;
      best[at] =
        a[i]?.key === b[j]?.key ? (best[at + width + 1] ?? 0) + 1 : Math.max(best[at + width] ?? 0, best[at + 1] ?? 0);
    }
  const found: (readonly [BootStep | undefined, BootStep | undefined])[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const at = i * width + j;
    if (i < a.length && j < b.length && a[i]?.key === b[j]?.key) found.push([a[i++], b[j++]]);
    else if (j >= b.length || (i < a.length && (best[at + width] ?? 0) >= (best[at + 1] ?? 0)))
      found.push([a[i++], undefined]);
    else found.push([undefined, b[j++]]);
  }
  return found;
}

/** What is not a field of a frame has a name in every language. */
function nameOf(field: string): string | Message {
  switch (field) {
    case 'bytes':
      return compareMessage('compare.bytes');
    case 'repeats':
      return compareMessage('compare.repeats');
    default:
      return field;
  }
}

function compareFields(client: string, a: BootStep, b: BootStep, nameA: string, nameB: string): readonly Difference[] {
  const fields = [...new Set([...a.fields.keys(), ...b.fields.keys()])];
  return fields.flatMap((key) => {
    const [one, other] = [a.fields.get(key), b.fields.get(key)];
    if (one === other) return [];
    const places = { client, a: a.number, b: b.number };
    const field = nameOf(key);
    if (one !== undefined && other !== undefined)
      return [{ ...places, says: compareMessage('compare.field', { step: a.says, field, a: one, b: other }) }];
    const file = one === undefined ? nameB : nameA;
    const value = one ?? other ?? '';
    return [{ ...places, says: compareMessage('compare.field-only', { step: a.says, field, value, file }) }];
  });
}

function compareTimes(
  client: string,
  one: BootStep,
  other: BootStep,
  a: readonly BootStep[],
  b: readonly BootStep[],
): readonly Difference[] {
  const waitOf = (step: BootStep, steps: readonly BootStep[]): number =>
    step.timeNs - (steps[steps.indexOf(step) - 1]?.timeNs ?? step.timeNs);
  const [waitA, waitB] = [waitOf(one, a), waitOf(other, b)];
  const isApart =
    Math.abs(waitA - waitB) > LONGER_NS && Math.max(waitA, waitB) > TIMES_AS_LONG * Math.min(waitA, waitB);
  if (!isApart) return [];
  const says = compareMessage('compare.time', { step: one.says, a: spanMessage(waitA), b: spanMessage(waitB) });
  return [{ client, says, a: one.number, b: other.number }];
}
