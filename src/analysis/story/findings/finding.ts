/** What a rule of the diagnosis says, and what the rules share. */
import type { MacAddress } from '../../../base/address.ts';
import type { Severity } from '../../../base/event-log.ts';
import { fillIn, type Message } from '../../../base/sentence.ts';
import type { BootFacts, DhcpFact, NameOf } from '../facts.ts';
import {
  codeOf,
  FINDING_REMEDIES,
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
  readonly remedy: Message;
  /** The client that it harms, by the name that sentences use. */
  readonly machine: string | undefined;
  /** What else it is about, such as a file or a server: findings of one cause have the same. */
  readonly about: string;
  /** Such as `RFC 2131 §4.4.1`. */
  readonly rule?: string;
  /** Indexes of the first frames of it in the capture. */
  readonly frames: readonly number[];
  /** The last frame of it: a boot that goes on after this one was not stopped by it. */
  readonly lastFrame: number;
  /** How often it happened. */
  readonly count: number;
}

/** Looks for one kind of trouble in all that was seen. */
export type Rule = (facts: BootFacts, nameOf: NameOf) => readonly FrameFinding[];

/** A client that waits this long for something will not get it. */
export const SILENCE_NS = 2_000_000_000;
const MAX_FRAMES = 20;

interface Evidence {
  readonly frames: readonly number[];
  readonly machine?: string;
  readonly about?: string;
  readonly rule?: string;
  readonly count?: number;
}

export function finding<Wording extends FindingWording>(
  wording: Wording,
  severity: Severity,
  parameters: FindingParameters<Wording>,
  { frames, machine, about = '', rule, count = 1 }: Evidence,
): FrameFinding {
  const code = codeOf(wording);
  return {
    code,
    severity,
    ...messageOf(`finding.${wording}`, FINDING_TEXTS[`finding.${wording}`], parameters),
    remedy: messageOf(`remedy.${code}`, FINDING_REMEDIES[`remedy.${code}`], parameters),
    machine,
    about,
    count,
    frames: frames.slice(0, MAX_FRAMES),
    lastFrame: Math.max(-1, ...frames.slice(-1)),
    ...(rule === undefined ? {} : { rule }),
  };
}

/** A sentence of a table; parameters may be sentences themselves. */
export function messageOf(
  id: string,
  text: string,
  parameters: Readonly<Record<string, string | number | Message>>,
): Message {
  const given = Object.entries(parameters);
  return {
    text: fillIn(
      text,
      Object.fromEntries(given.map(([name, value]) => [name, typeof value === 'object' ? value.text : value])),
    ),
    says: {
      id,
      parameters: Object.fromEntries(
        given.map(([name, value]) => [name, typeof value === 'object' ? value.says : value]),
      ),
    },
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

/** Option 60 of a request or a reply (PXE 2.1 §2.2). */
export function saysPxe({ vendorClass }: DhcpFact): boolean {
  return vendorClass?.startsWith('PXEClient') === true;
}

export function baseName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** A parameter of a sentence that is a text. */
export function parameterOf({ says }: Message, name: string): string | undefined {
  const value = says.parameters[name];
  return typeof value === 'string' ? value : undefined;
}
