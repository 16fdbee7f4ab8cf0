/**
 * What faults of cables and ports say of themselves in the event log, in English. The page's catalogue takes these texts up
 * and has the same ids in other languages.
 */
import type { EventBody } from '../base/event-log.ts';
import { say, type PlacesOf, type Sentence } from '../base/sentence.ts';

export const FAULT_TEXTS = {
  'told.delayed': '{port}: frames are delayed{more}.',
  'told.slowed': '{port}: frames are slowed down to {bitsPerSecond} bit/s{more}.',
  'told.dropped': '{port}: dropped a frame of {bytes} bytes{why}.',
  'told.held-back': '{port}: held back a frame of {bytes} bytes for {delayMs} ms{why}.',
  'told.turned-over': '{port}: turned over bit {bit} of byte {at} in a frame of {bytes} bytes{why}.',
  'told.sent-twice': '{port}: sent a frame of {bytes} bytes twice{why}.',
  'told.copies-bounded':
    '{port}: one frame becomes at most {limit} frames; further duplicates are left out from here on.',
  'told.kept-back': '{port}: kept back a frame of {bytes} bytes{why}{more}.',
  'told.not-heard': '{port}: did not hear a frame of {bytes} bytes{why}.',
  'told.link-up': '{link}: the link comes up again.',
  'told.link-down': '{link}: the link goes down.',
  // Parts of the sentences above.
  'told.match': ' (match {count})',
  'told.match-of': ' (match {count}: {what})',
  'told.silent-about': ' (silent about {what})',
  'told.more': ' (and {count} more before)',
} as const;

export type FaultTextId = keyof typeof FAULT_TEXTS;
export type FaultSentence = Sentence<FaultTextId>;
/** A part of a sentence that may be empty. */
export type FaultPart = FaultSentence | '';

export function faultSentence<Id extends FaultTextId>(
  id: Id,
  parameters: Readonly<Record<PlacesOf<(typeof FAULT_TEXTS)[Id]>, string | number | FaultSentence>>,
): FaultSentence {
  return { id, parameters };
}

/** How many were not told of since the last time. */
export function andMore(suppressed: number): FaultPart {
  return suppressed === 0 ? '' : faultSentence('told.more', { count: suppressed });
}

/** `code` as in scenarios: `loss`. */
export function faultEvent(code: string, says: FaultSentence): EventBody {
  return { kind: 'fault', code: `fault.${code}`, text: say(says, FAULT_TEXTS), says };
}
