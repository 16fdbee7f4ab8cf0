/** The calls of programs, each joined with how it ended: what the panel of calls shows, made of the events of a lab. */
import type { CallBody, LabEvent, ReturnBody } from '../../base/event-log.ts';

export interface CallRecord extends Omit<CallBody, 'kind'> {
  /** The event of the (first) call. */
  readonly event: number;
  readonly timeNs: number;
  readonly node: string;
  /** Absent while it lasts. */
  readonly end?: Pick<ReturnBody, 'status' | 'calls' | 'failures' | 'durationNs' | 'fields'>;
}

/** A boot by a boot loader makes some hundreds. */
const MAX_CALLS = 20_000;

/** Reads events in the order of the log and keeps the last calls. */
export class CallList {
  private records: CallRecord[] = [];
  /** Places in `records` of calls without an end, by their events. */
  private readonly open = new Map<number, number>();
  private shown: readonly CallRecord[] | undefined = [];

  add(event: LabEvent): void {
    if (event.kind === 'call') this.begin(event);
    else if (event.kind === 'return') this.end(event);
  }

  /** Another list whenever something has changed. */
  get result(): readonly CallRecord[] {
    this.shown ??= [...this.records];
    return this.shown;
  }

  private begin({ id, timeNs, node, ...call }: LabEvent & CallBody): void {
    if (this.records.length >= MAX_CALLS) {
      this.records = this.records.slice(MAX_CALLS / 2);
      for (const [event, place] of this.open) {
        if (place < MAX_CALLS / 2) this.open.delete(event);
        else this.open.set(event, place - MAX_CALLS / 2);
      }
    }
    this.open.set(id, this.records.length);
    this.records.push({ ...call, event: id, timeNs, node });
    this.shown = undefined;
  }

  private end({ cause, status, calls, failures, durationNs, fields }: LabEvent & ReturnBody): void {
    const place = cause === undefined ? undefined : this.open.get(cause);
    const record = place === undefined ? undefined : this.records[place];
    if (cause === undefined || place === undefined || record === undefined) return;
    this.open.delete(cause);
    this.records[place] = { ...record, end: { status, calls, failures, durationNs, fields } };
    this.shown = undefined;
  }
}
