/**
 * Watches the event log for conditions: breakpoints that stop a run, and inputs that are sent when something is on the
 * screen. Display filters are tried on frames, in a dissection session that is fed as frames are sent, or on calls of boot
 * programs.
 */
import type { EventId, EventLog, LabEvent } from '../../base/event-log.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { compileFilter, type Filter } from '../../analysis/filter/filter.ts';
import { compileCallFilter, isAboutCalls, type CallFilter } from '../../analysis/calls/call-filter.ts';
import type { CallRecord } from '../../analysis/calls/call-list.ts';
import { FrameView } from '../../analysis/frame-view.ts';
import { makeRegistry } from '../../protocols/all.ts';
import { FrameList } from '../../protocols/core/frame-source.ts';
import { DissectionSession } from '../../protocols/core/session.ts';
import {
  conditionMet,
  parseCondition,
  SERIAL_TAIL_CHARS,
  type CallEvent,
  type Condition,
  type ConditionError,
  type ConditionWorld,
  type PreparedFilter,
} from './condition.ts';
import type { LabCapture } from '../observe/lab-capture.ts';

interface Trigger {
  readonly condition: Condition;
  /** How many more times it must be met. */
  left: number;
  readonly action: (event: LabEvent) => void;
}

/** Compiles filters and runs them on captured frames, each frame once as it was sent. */
export class FrameFilters {
  private readonly registry = makeRegistry();
  private readonly capture: LabCapture;
  private readonly view: FrameView;
  private readonly session: DissectionSession;

  constructor(capture: LabCapture) {
    this.capture = capture;
    const { store } = capture;
    this.view = new FrameView(store, (index) => store.direction(index) === 'out');
    this.session = new DissectionSession(this.view, this.registry);
  }

  compile(text: string): Result<Filter, ConditionError> {
    const filter = compileFilter(text, this.registry);
    return filter.ok ? ok(filter.value) : err({ offset: filter.error.start, message: filter.error.message });
  }

  /**
   * Whether a frame on a cable matches. A captured frame is dissected in the context of all earlier ones; one that a
   * switch has changed in transit (a tag added or removed) is dissected alone.
   */
  matchesFrame(filter: Filter, frame: Uint8Array): boolean {
    const index = this.capture.indexOf(frame);
    if (index !== undefined) return this.matches(filter, index);
    return filter.matches(new DissectionSession(new FrameList([{ bytes: frame }]), this.registry), 0);
  }

  /** Whether the record at `index` of the store, a frame that was sent, is chosen. */
  matches(filter: Filter, index: number): boolean {
    this.view.update();
    const place = this.placeOf(index);
    return this.view.original(place) === index && filter.matches(this.session, place);
  }

  /** Index of the record in the view, which is in the order of the store. */
  private placeOf(index: number): number {
    let low = 0;
    let high = this.view.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.view.original(middle) < index) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export class Triggers {
  private readonly triggers = new Set<Trigger>();
  private readonly compiled = new Map<PreparedFilter, Filter>();
  private readonly callFilters = new Map<PreparedFilter, CallFilter>();
  /** Calls that last, by their events. */
  private readonly openCalls = new Map<EventId, CallRecord>();
  private readonly filters: FrameFilters;
  private readonly serial = new Map<string, string>();
  private readonly world: ConditionWorld;

  constructor(log: EventLog, filters: FrameFilters, screenText: (machine: string) => string) {
    this.filters = filters;
    this.world = {
      screenText,
      serialTail: (machine) => this.serial.get(machine) ?? '',
      frameMatches: (prepared, frame) => {
        const filter = this.compiled.get(prepared);
        return filter !== undefined && this.filters.matches(filter, frame);
      },
      callMatches: (prepared, event) => this.callMatches(this.callFilters.get(prepared), event),
    };
    log.on((event) => this.onEvent(event));
  }

  parse(text: string): Result<Condition, ConditionError> {
    return parseCondition(text, (filterText) => {
      if (isAboutCalls(filterText)) return this.prepareCalls(filterText);
      const filter = this.filters.compile(filterText);
      if (!filter.ok) return filter;
      const prepared = { text: filterText, of: 'frames' } as const;
      this.compiled.set(prepared, filter.value);
      return ok(prepared);
    });
  }

  private prepareCalls(text: string): Result<PreparedFilter, ConditionError> {
    const filter = compileCallFilter(text);
    if (!filter.ok) return err({ offset: filter.error.start, message: filter.error.message });
    const prepared = { text, of: 'calls' } as const;
    this.callFilters.set(prepared, filter.value);
    return ok(prepared);
  }

  /** A condition on how calls end is decided when they do, any other when they begin: each call meets it once. */
  private callMatches(filter: CallFilter | undefined, event: CallEvent): boolean {
    const { kind, cause } = event;
    if (filter === undefined || filter.isOfEnd !== (kind === 'return')) return false;
    const record = this.openCalls.get(kind === 'call' ? event.id : (cause ?? event.id));
    if (record === undefined) return false;
    return filter.matches(kind === 'call' ? record : { ...record, end: event });
  }

  /** Whether this event, the latest, meets a condition that `parse` has read. */
  isMet(condition: Condition, event: LabEvent): boolean {
    return conditionMet(condition, event, this.world);
  }

  /** Whether any condition is still to be met. */
  get isWaiting(): boolean {
    return this.triggers.size > 0;
  }

  /** Calls `action` once, when the condition has been met `count` times. Returns a function that cancels this. */
  when(condition: Condition, count: number, action: (event: LabEvent) => void): () => void {
    const trigger = { condition, left: count, action };
    this.triggers.add(trigger);
    return () => {
      this.triggers.delete(trigger);
    };
  }

  private onEvent(event: LabEvent): void {
    if (event.kind === 'console' && event.channel !== 'screen') {
      const text = `${this.serial.get(event.node) ?? ''}${event.text}\n`;
      this.serial.set(event.node, text.slice(-SERIAL_TAIL_CHARS));
    }
    if (event.kind === 'call') this.openCalls.set(event.id, { ...event, event: event.id });
    this.fire(event);
    if (event.kind === 'return' && event.cause !== undefined) this.openCalls.delete(event.cause);
  }

  private fire(event: LabEvent): void {
    for (const trigger of Array.from(this.triggers)) {
      if (!this.isMet(trigger.condition, event)) continue;
      trigger.left--;
      if (trigger.left > 0) continue;
      this.triggers.delete(trigger);
      trigger.action(event);
    }
  }
}
