/** What a rule of the diagnosis says, and what the rules share. */
import type { MacAddress } from '../../base/address.ts';
import type { Severity } from '../../base/event-log.ts';
import { fillIn, type Message } from '../../base/sentence.ts';
import type { BootFacts, DhcpFact, NameOf } from './facts.ts';
import {
  codeOf,
  FINDING_TEXTS,
  type FindingCode,
  type FindingParameters,
  type FindingWording,
} from './finding-texts.ts';

/** A finding is a message: it can be said in other languages. */
export interface FrameFinding extends Message {
  /** Of the rule: stable. */
  readonly code: FindingCode;
  readonly severity: Severity;
  /** Such as `RFC 2131 §4.4.1`. */
  readonly rule?: string;
  /** Indexes of frames in the capture. */
  readonly frames: readonly number[];
}

/** Looks for one kind of trouble in all that was seen. */
export type Rule = (facts: BootFacts, nameOf: NameOf) => readonly FrameFinding[];

/** A client that waits this long for something will not get it. */
export const SILENCE_NS = 2_000_000_000;
const MAX_FRAMES = 20;

export function finding<Wording extends FindingWording>(
  wording: Wording,
  severity: Severity,
  parameters: FindingParameters<Wording>,
  frames: readonly number[],
  rule?: string,
): FrameFinding {
  const code = codeOf(wording);
  const id = `finding.${wording}` as const;
  return {
    code,
    severity,
    text: fillIn(FINDING_TEXTS[id], parameters),
    says: { id, parameters },
    frames: frames.slice(0, MAX_FRAMES),
    ...(rule === undefined ? {} : { rule }),
  };
}

export function groupBy<K, T>(items: readonly T[], key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}

export function byClient(facts: BootFacts): Map<MacAddress, DhcpFact[]> {
  return groupBy(facts.dhcp, (fact) => fact.client);
}

export function framesOf(facts: readonly { readonly frame: number }[]): readonly number[] {
  return facts.map((fact) => fact.frame);
}

/** Programs by their names; undefined for names that say nothing. */
export function firmwareOf(file: string): 'bios' | 'efi' | undefined {
  const name = file.toLowerCase();
  if (name.endsWith('.efi')) return 'efi';
  return /\.(0|kpxe|kkpxe|pxe|com|bs|bss|bin)$/.test(name) ? 'bios' : undefined;
}
