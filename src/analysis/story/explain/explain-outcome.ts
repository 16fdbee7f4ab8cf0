/** What came of an event. */
import type { EventId, LabEvent } from '../../../base/event-log.ts';
import { spanMessage } from '../../../base/span.ts';
import type { Message } from '../../../base/sentence.ts';
import { eventAt, sayEvent, type ExplanationPart } from './explain-event.ts';
import { explainMessage } from './explain-texts.ts';
import { isNoise, type LabTrace } from '../trace.ts';

/** Effects that are listed. */
export const MOST_EFFECTS = 400;

/** Where the chain goes on from what led to nothing itself: the frame that was lost, the offer that was weighed. */
export function goesOnWith(trace: LabTrace, event: LabEvent): EventId | undefined {
  const struck = event.kind === 'fault' ? eventAt(trace, event.cause) : undefined;
  if (struck !== undefined) return sentAgain(trace, struck)?.id;
  return choicesOf(trace, event)[0]?.event;
}

/** Outcomes that are named one by one. */
const MOST_OUTCOMES = 3;

export function outcomesOf(trace: LabTrace, event: LabEvent, effects: readonly LabEvent[]): readonly ExplanationPart[] {
  const found: ExplanationPart[] = [];
  const struck = event.kind === 'fault' ? eventAt(trace, event.cause) : event;
  const again = struck === undefined ? undefined : sentAgain(trace, struck);
  const time = (later: LabEvent): Message => spanMessage(later.timeNs - event.timeNs);
  if (event.kind === 'fault') {
    if (again !== undefined)
      found.push({
        role: 'outcome',
        says: explainMessage('explain.outcome.fault', {
          who: again.node,
          time: time(again),
          number: trace.numberOf(again.id) ?? 0,
        }),
        event: again.id,
      });
    return found.length > 0 ? found : [{ role: 'outcome', says: explainMessage('explain.outcome.nothing') }];
  }
  if (trace.marksOf(event).some(({ kind }) => kind === 'lost')) {
    const fault = effects.find(({ kind }) => kind === 'fault');
    found.push(
      fault === undefined
        ? { role: 'outcome', says: explainMessage('explain.outcome.lost-silently') }
        : {
            role: 'outcome',
            says: explainMessage('explain.outcome.lost', { place: fault.node, what: sayEvent(trace, fault).says }),
            event: fault.id,
          },
    );
  }
  const isAgain = ({ id }: LabEvent): boolean => trace.causeOf(id)?.relation === 'again';
  const shown = effects
    .filter((effect) => !isNoise(effect) && effect.kind !== 'fault' && !isAgain(effect))
    .map((effect) => answerOf(trace, effect));
  const answers = shown.filter(({ kind, node }) => kind === 'frame' && node !== event.node);
  for (const effect of (answers.length > 0 ? answers : shown).slice(0, MOST_OUTCOMES)) {
    const what = sayEvent(trace, effect).says;
    const number = trace.numberOf(effect.id);
    found.push({ role: 'outcome', says: sayOutcome(event, effect, number, what), event: effect.id });
  }
  found.push(...choicesOf(trace, event).filter((choice) => !found.some((known) => known.event === choice.event)));
  if (again !== undefined && isAgain(again))
    found.push({
      role: 'outcome',
      says: explainMessage('explain.outcome.again', { time: time(again), number: trace.numberOf(again.id) ?? 0 }),
      event: again.id,
    });
  if (found.length > 0 || (event.kind !== 'frame' && event.kind !== 'server')) return found;
  return [{ role: 'outcome', says: explainMessage('explain.outcome.nothing') }];
}

function sayOutcome(event: LabEvent, effect: LabEvent, number: number | undefined, what: Message): Message {
  const ns = effect.timeNs - event.timeNs;
  const time = spanMessage(ns);
  if (number !== undefined && effect.node !== event.node)
    return explainMessage('explain.outcome.answered', { time, who: effect.node, number, what });
  return ns === 0
    ? explainMessage('explain.outcome.at-once', { what })
    : explainMessage('explain.outcome.then', { time, what });
}

/** The frame that a server answered with, in place of its own report. */
function answerOf(trace: LabTrace, effect: LabEvent): LabEvent {
  if (effect.kind !== 'server') return effect;
  const frame = trace.effectsOf(effect.id, MOST_OUTCOMES).flatMap((id) => trace.events[id] ?? []);
  return frame.find(({ kind }) => kind === 'frame') ?? effect;
}

/** The frame that repeats this one. */
function sentAgain(trace: LabTrace, event: LabEvent): LabEvent | undefined {
  return trace
    .effectsOf(event.id, MOST_EFFECTS)
    .filter((id) => trace.causeOf(id)?.relation === 'again')
    .flatMap((id) => trace.events[id] ?? [])[0];
}

/** What the machine decided about an offer, when it had all of them. */
export function choicesOf(trace: LabTrace, event: LabEvent): readonly ExplanationPart[] {
  if (event.kind !== 'stage' || event.stage !== 'dhcp-offer') return [];
  const offer = JSON.stringify(event.says.parameters['offer']);
  for (let at = event.id + 1; at < trace.events.length; at++) {
    const later = trace.events[at];
    if (later === undefined || later.node !== event.node) continue;
    if (later.kind === 'stage' && later.stage === 'dhcp-discover') return [];
    if (later.kind !== 'decision' || JSON.stringify(later.says.parameters['offer']) !== offer) continue;
    const what: Message = { text: later.text, says: later.says };
    const says =
      later.timeNs === event.timeNs
        ? explainMessage('explain.outcome.at-once', { what })
        : explainMessage('explain.outcome.then', { time: spanMessage(later.timeNs - event.timeNs), what });
    return [{ role: 'outcome', says, event: later.id }];
  }
  return [];
}
