/** Why an event happened, and what is odd about its frame. */
import type { LabEvent } from '../../../base/event-log.ts';
import { spanMessage } from '../../../base/span.ts';
import type { Message } from '../../../base/sentence.ts';
import { eventAt, momentMessage, sayEvent, type ExplanationPart } from './explain-event.ts';
import { explainMessage } from './explain-texts.ts';
import type { Cause, LabTrace } from '../trace.ts';

function numberAt(trace: LabTrace, record: number | undefined): { number: number; event: LabEvent } | undefined {
  const event = record === undefined ? undefined : trace.frameEvent(record);
  const number = event === undefined ? undefined : trace.numberOf(event.id);
  return event === undefined || number === undefined ? undefined : { number, event };
}

export function marksOf(trace: LabTrace, event: LabEvent): readonly ExplanationPart[] {
  return trace.marksOf(event).flatMap(({ kind, other, afterNs }): readonly ExplanationPart[] => {
    const before = numberAt(trace, other);
    switch (kind) {
      case 'lost':
        // Said by what came of it.
        return [];
      case 'again': {
        // Said by the cause, where it was the want of an answer.
        if (before === undefined || trace.causeOf(event.id)?.relation === 'again') return [];
        const about = { number: before.number, time: spanMessage(afterNs ?? 0) };
        const isAnswered = trace.effectsOf(before.event.id, 1).length > 0;
        const says = isAnswered
          ? explainMessage('explain.mark.again-answered', about)
          : explainMessage('explain.mark.again', about);
        return [{ role: 'mark', says, event: before.event.id }];
      }
      case 'out-of-order':
        if (before === undefined) return [];
        return [
          {
            role: 'mark',
            says: explainMessage('explain.mark.out-of-order', { number: before.number }),
            event: before.event.id,
          },
        ];
      case 'late':
      case 'duplicate':
      case 'damaged':
        return [{ role: 'mark', says: explainMessage(`explain.mark.${kind}`) }];
    }
  });
}

export function causeOf(trace: LabTrace, event: LabEvent, found: Cause | undefined): readonly ExplanationPart[] {
  const cause = eventAt(trace, found?.event);
  if (found === undefined || cause === undefined) {
    if (event.kind === 'stage') return [{ role: 'cause', says: explainMessage('explain.because.start') }];
    return trace.isMachine(event.node) ? [] : [{ role: 'cause', says: explainMessage('explain.because.server') }];
  }
  // A server's report of its answer stands for the answer itself.
  const asked = cause.kind === 'server' && event.kind === 'frame' ? trace.causeOf(cause.id) : undefined;
  if (asked?.relation === 'answer') return causeOf(trace, event, asked);
  const what = sayEvent(trace, cause).says;
  const number = trace.numberOf(cause.id) ?? 0;
  const time = spanMessage(event.timeNs - cause.timeNs);
  const says = ((): Message => {
    switch (found.relation) {
      case 'answer':
        return event.kind === 'frame' && trace.factOf(cause)?.meaning.kind === trace.factOf(event)?.meaning.kind
          ? explainMessage('explain.because.answer', { number, what })
          : explainMessage('explain.because.frame', { number, what });
      case 'then':
        return explainMessage('explain.because.then', { node: cause.node, what });
      case 'timer':
        return cause.kind === 'frame'
          ? explainMessage('explain.because.timer-frame', { node: event.node, time, number, what })
          : explainMessage('explain.because.timer', { node: event.node, time, what });
      case 'again': {
        if (isLost(trace, cause)) return explainMessage('explain.because.again-lost', { number, time });
        const answer = lostAnswer(trace, cause);
        const lost = answer === undefined ? undefined : trace.numberOf(answer.id);
        return lost === undefined
          ? explainMessage('explain.because.again', { number, time })
          : explainMessage('explain.because.again-answer-lost', { number, time, lost });
      }
      case 'input':
        // Only the script of a lab waits for something else to happen.
        return cause.cause !== undefined
          ? explainMessage('explain.because.script', { what })
          : explainMessage('explain.because.person', { what });
      case 'fault':
        return explainMessage('explain.because.fault', { number, what });
    }
  })();
  return [{ role: 'cause', says, event: cause.id }];
}

function isLost(trace: LabTrace, event: LabEvent): boolean {
  return trace.marksOf(event).some(({ kind }) => kind === 'lost');
}

const MOST_ANSWERS = 8;

function lostAnswer(trace: LabTrace, event: LabEvent): LabEvent | undefined {
  const effects = trace.effectsOf(event.id, MOST_ANSWERS).flatMap((id) => trace.events[id] ?? []);
  return effects.find((effect) => effect.node !== event.node && isLost(trace, effect));
}

/** The power switch, for what came before any frame. */
export function rootOf(event: LabEvent, chain: readonly LabEvent[]): readonly ExplanationPart[] {
  const [root] = chain;
  if (event.kind !== 'frame' || root === undefined || chain.some(({ kind }) => kind === 'frame')) return [];
  // Frames do not tell when a machine was switched on.
  if ('says' in root && root.says.id.startsWith('inferred.')) return [];
  const says = explainMessage('explain.because.root', { node: root.node, when: momentMessage(root.timeNs) });
  return [{ role: 'cause', says, event: root.id }];
}
