/**
 * The explanation of one event: what happened in a sentence, by which rule, why, what its sender waits for and until
 * when, and what came of it; the chain that leads to it from the power switch, and what it led to.
 */
import type { ConfigLine, EventId, LabEvent } from '../../../base/event-log.ts';
import type { Message } from '../../../base/sentence.ts';
import { eventAt, sayEvent, type ExplanationPart } from './explain-event.ts';
import { notesOf, waitsOf } from './explain-notes.ts';
import { goesOnWith, MOST_EFFECTS, outcomesOf } from './explain-outcome.ts';
import { explainMessage } from './explain-texts.ts';
import { causeOf, marksOf, rootOf } from './explain-why.ts';
import type { FrameMark } from '../marks.ts';
import { isNoise, type LabTrace } from '../trace.ts';

/** One event of a chain, or several that are folded into it. */
export interface ChainLink {
  readonly event: LabEvent;
  /** The last one that is folded into it; without any, the event itself. */
  readonly last: LabEvent;
  readonly says: Message;
  /** Of frames. */
  readonly number: number | undefined;
  readonly marks: readonly FrameMark[];
  /** How many more are folded into it. */
  readonly folded: number;
}

export interface EventExplanation {
  readonly event: LabEvent;
  readonly says: Message;
  readonly number: number | undefined;
  readonly rule: string | undefined;
  readonly marks: readonly FrameMark[];
  readonly parts: readonly ExplanationPart[];
  /** Lines of the configuration that decided it. */
  readonly lines: readonly ConfigLine[];
  /** From the beginning to the event's cause. */
  readonly causes: readonly ChainLink[];
  readonly effects: readonly ChainLink[];
  /** The steps to the beginning and to the end of the chain. */
  readonly previous: EventId | undefined;
  readonly next: EventId | undefined;
}

export function explainEvent(trace: LabTrace, id: EventId): EventExplanation | undefined {
  const event = trace.events[id];
  if (event === undefined) return undefined;
  const said = sayEvent(trace, event);
  const effects = trace.effectsOf(id, MOST_EFFECTS).flatMap((effect) => trace.events[effect] ?? []);
  const chain = [...trace.chainOf(id)].reverse().flatMap((cause) => trace.events[cause] ?? []);
  const cause = trace.causeOf(id);
  const rule = event.rule ?? said.rule;
  return {
    event,
    says: said.says,
    number: trace.numberOf(id),
    rule,
    marks: trace.marksOf(event),
    parts: [
      ...marksOf(trace, event),
      ...causeOf(trace, event, cause),
      ...rootOf(event, chain),
      ...waitsOf(trace, event),
      ...outcomesOf(trace, event, effects),
      ...notesOf(trace, event),
    ],
    lines: linesOf(trace, event),
    causes: fold(trace, chain),
    effects: fold(trace, effects),
    previous: cause?.event,
    next: trace.mainEffectOf(id) ?? goesOnWith(trace, event),
  };
}

/** Of a server's answer: the lines that decided it. A frame has those of the answer that it carries. */
function linesOf(trace: LabTrace, event: LabEvent): readonly ConfigLine[] {
  if (event.kind === 'server') return event.lines;
  const cause = trace.causeOf(event.id);
  const before = cause?.relation === 'then' ? eventAt(trace, cause.event) : undefined;
  return event.kind === 'frame' && before?.kind === 'server' ? before.lines : [];
}

/** Lines of one log, and frames of one transfer, become one item each; frames with marks stay by themselves. */
export function fold(trace: LabTrace, events: readonly LabEvent[]): readonly ChainLink[] {
  const links: ChainLink[] = [];
  let openKey: string | undefined;
  for (const event of events) {
    if (isNoise(event) && event.kind !== 'log') continue;
    const marks = trace.marksOf(event);
    const key = marks.length > 0 ? undefined : foldKey(trace, event);
    const last = links.at(-1);
    if (key !== undefined && key === openKey && last !== undefined) {
      const folded = last.folded + 1;
      links[links.length - 1] = { ...last, last: event, folded, says: foldedText(last.event, folded + 1) };
      continue;
    }
    openKey = key;
    links.push({
      event,
      last: event,
      marks,
      folded: 0,
      number: trace.numberOf(event.id),
      says: sayEvent(trace, event).says,
    });
  }
  return links;
}

function foldedText(first: LabEvent, count: number): Message {
  return first.kind === 'log'
    ? explainMessage('explain.folded-log', { count, node: first.node })
    : explainMessage('explain.folded-frames', { count });
}

function foldKey(trace: LabTrace, event: LabEvent): string | undefined {
  if (event.kind === 'log') return `log ${event.node}`;
  const meaning = trace.factOf(event)?.meaning;
  if (meaning?.kind === 'tftp' && (meaning.packet.opcode === 'data' || meaning.packet.opcode === 'ack')) return 'tftp';
  return meaning?.kind === 'tcp' && meaning.http === undefined && (meaning.flags & 7) === 0 ? 'tcp' : undefined;
}
