/**
 * Conditions that stop a run or trigger an input:
 *
 *     stage:kernel-entry         a stage of any machine
 *     pc1.stage:kernel-entry     of one machine
 *     screen:/Boot menu/i        text on a screen
 *     pc2.serial:/Linux version/ text on a serial console
 *     event:812                  the log has come to that event
 *     pxe.api contains "TFTP"    a call of a boot program (also int13): when it is made, or when it ends if the
 *                                condition asks how
 *     tftp.opcode == 3           any other text is a display filter, met by a frame that was sent
 */
import { compilePattern, type Pattern } from '../../base/pattern.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { EventId, LabEvent } from '../../base/event-log.ts';
import type { Message } from '../../base/sentence.ts';
import { conditionMessage } from './messages.ts';

export interface ConditionError {
  /** From 0, in the condition's text. */
  readonly offset: number;
  readonly message: Message;
}

/** What conditions are evaluated on. */
export interface ConditionWorld {
  screenText(machine: string): string;
  /** The last part of what came out of the serial port. */
  serialTail(machine: string): string;
  /** Whether the captured frame is chosen by a filter, made ready by `prepareFilter`. */
  frameMatches(filter: PreparedFilter, frame: number): boolean;
  /** Whether the call that begins or ends with this event is chosen. */
  callMatches(filter: PreparedFilter, event: CallEvent): boolean;
}

export type CallEvent = LabEvent & { readonly kind: 'call' | 'return' };

export interface PreparedFilter {
  readonly text: string;
  readonly of: 'frames' | 'calls';
}

export type Condition =
  | { readonly kind: 'stage'; readonly machine?: string; readonly stage: string }
  /** Met by the first event with this id or a later one. */
  | { readonly kind: 'event'; readonly event: EventId }
  | { readonly kind: 'screen' | 'serial'; readonly machine?: string; readonly pattern: Pattern }
  | { readonly kind: 'filter'; readonly filter: PreparedFilter };

/** Patterns are matched line by line; only this much of a serial console is searched. */
export const SERIAL_TAIL_CHARS = 16_384;

export function parseCondition(
  text: string,
  prepareFilter: (filter: string) => Result<PreparedFilter, ConditionError>,
): Result<Condition, ConditionError> {
  const head = /^\s*(?:([A-Za-z][A-Za-z0-9_-]*)\.)?(stage|screen|serial|event):/.exec(text);
  if (head === null) {
    const filter = prepareFilter(text);
    return filter.ok ? ok({ kind: 'filter', filter: filter.value }) : filter;
  }
  const [all, machine, kind] = head;
  const rest = text.slice(all.length).trim();
  const scope = machine === undefined ? {} : { machine };
  if (kind === 'stage') {
    if (!/^[a-z-]+$/.test(rest))
      return err({
        offset: all.length,
        message: conditionMessage('condition.stage', { example: 'stage:kernel-entry' }),
      });
    return ok({ kind: 'stage', stage: rest, ...scope });
  }
  if (kind === 'event') {
    if (!/^\d{1,12}$/.test(rest))
      return err({ offset: all.length, message: conditionMessage('condition.event', { example: 'event:812' }) });
    return ok({ kind: 'event', event: Number(rest) });
  }
  const body = /^\/(.*)\/([imsu]*)$/s.exec(rest);
  if (body === null)
    return err({
      offset: all.length,
      message: conditionMessage('condition.pattern', { example: `${kind}:/Linux version/` }),
    });
  const [, source = '', flags = ''] = body;
  const pattern = compilePattern(source, {
    ignoreCase: flags.includes('i'),
    multiline: true,
    dotAll: flags.includes('s'),
  });
  if (!pattern.ok) return err({ offset: all.length + 1 + pattern.error.start, message: pattern.error.message });
  return ok({ kind: kind as 'screen' | 'serial', pattern: pattern.value, ...scope });
}

/** Whether this event meets the condition. */
export function conditionMet(condition: Condition, event: LabEvent, world: ConditionWorld): boolean {
  switch (condition.kind) {
    case 'stage':
      return (
        event.kind === 'stage' &&
        event.stage === condition.stage &&
        (condition.machine === undefined || condition.machine === event.node)
      );
    case 'event':
      return event.id >= condition.event;
    case 'screen':
    case 'serial': {
      if (event.kind !== 'console') return false;
      if ((event.channel === 'screen') !== (condition.kind === 'screen')) return false;
      if (condition.machine !== undefined && condition.machine !== event.node) return false;
      const text = condition.kind === 'screen' ? world.screenText(event.node) : world.serialTail(event.node);
      return condition.pattern.test(text);
    }
    case 'filter':
      if (condition.filter.of === 'calls')
        return (event.kind === 'call' || event.kind === 'return') && world.callMatches(condition.filter, event);
      return event.kind === 'frame' && event.direction === 'out' && world.frameMatches(condition.filter, event.frame);
  }
}
