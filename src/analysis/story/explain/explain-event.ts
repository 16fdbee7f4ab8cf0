/** What an event of a lab is, in one sentence. */
import { NS_PER_S } from '../../../base/time/clock.ts';
import type { EventId, LabEvent } from '../../../base/event-log.ts';
import { decimal, verbatim, type Message } from '../../../base/sentence.ts';
import { sayFrame } from './explain-frame.ts';
import type { Said } from './said.ts';
import { explainMessage } from './explain-texts.ts';
import type { LabTrace } from '../trace.ts';

export interface ExplanationPart {
  readonly role: 'mark' | 'cause' | 'waits' | 'outcome' | 'note';
  readonly says: Message;
  readonly rule?: string;
  /** Where to look for it. */
  readonly event?: EventId;
}

/** What happened, in one sentence. */
export function sayEvent(trace: LabTrace, event: LabEvent): Said {
  switch (event.kind) {
    case 'frame':
      return sayFrame(trace, event);
    case 'log':
    case 'console':
      return { says: verbatim(event.text) };
    case 'transfer': {
      const { node, name: file, doneBytes: bytes, state } = event;
      if (state === 'done') return { says: explainMessage('explain.file-done', { node, file, bytes }) };
      if (state === 'failed') return { says: explainMessage('explain.file-failed', { node, file, bytes }) };
      return { says: explainMessage('explain.file', { node, file, bytes }) };
    }
    case 'menu': {
      const { node, menu } = event;
      return menu.items.length === 0
        ? { says: explainMessage('explain.menu-gone', { node }) }
        : { says: explainMessage('explain.menu', { node, count: menu.items.length }) };
    }
    case 'call':
      return { says: explainMessage('explain.call', { node: event.node, name: event.function }) };
    case 'return': {
      const { node, function: name, status, calls } = event;
      return calls === 1
        ? { says: explainMessage('explain.return', { node, name, status }) }
        : { says: explainMessage('explain.returns', { node, name, status, calls }) };
    }
    case 'stage':
    case 'decision':
    case 'server':
    case 'input':
    case 'fault':
      return {
        says: { text: event.text, says: event.says },
        ...(event.rule === undefined ? {} : { rule: event.rule }),
      };
  }
}

export function eventAt(trace: LabTrace, id: EventId | undefined): LabEvent | undefined {
  return id === undefined ? undefined : trace.events[id];
}

/** A moment of virtual time, in seconds. */
export function momentMessage(timeNs: number): Message {
  return decimal(`${(timeNs / NS_PER_S).toFixed(3)} s`);
}
