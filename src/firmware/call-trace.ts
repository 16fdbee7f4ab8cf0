/**
 * Calls of programs as events of the log: each with its parameters, and what came of it. Functions that are called for each
 * packet, thousands of times in a boot, are one run: its first call, and its end with a count.
 */
import type { Clock } from '../base/time/clock.ts';
import type { CallApi, CallFields, EventId, EventSink } from '../base/event-log.ts';

export interface TracedCall {
  readonly function: string;
  readonly opcode: number;
  readonly caller: string;
  readonly mode: 'real' | 'protected';
  /** The fields as they stand when it is called. */
  readonly describe: () => CallFields;
  /** One of many: it joins the run of its function. */
  readonly isFrequent: boolean;
  /** A parameter that is zero says nothing: it is left to the firmware, or a result to come. */
  readonly zeroIsNothing: boolean;
}

interface Run {
  readonly call: EventId;
  readonly function: string;
  readonly startNs: number;
  calls: number;
  failures: number;
  status: string;
  endNs: number;
}

/** A call that is being served. */
export interface OpenCall {
  /** Cause of all that the firmware does for it. */
  readonly event: EventId;
  end(status: string, isFailure: boolean): void;
}

export class CallTrace {
  private readonly api: CallApi;
  private readonly log: EventSink;
  private readonly clock: Clock;
  private readonly runs = new Map<string, Run>();

  constructor(api: CallApi, log: EventSink, clock: Clock) {
    this.api = api;
    this.log = log;
    this.clock = clock;
  }

  begin(call: TracedCall): OpenCall {
    return call.isFrequent ? this.join(call) : this.single(call);
  }

  /** Ends all runs: another kind of call comes, or the program is over. */
  flush(): void {
    for (const run of this.runs.values()) {
      const { call, function: name, status, calls, failures, startNs, endNs } = run;
      const ended = { api: this.api, function: name, status, calls, failures, durationNs: endNs - startNs };
      this.log.emit({ kind: 'return', ...ended, fields: [] }, { cause: call });
    }
    this.runs.clear();
  }

  private emit({ function: name, opcode, caller, mode }: TracedCall, fields: CallFields): EventId {
    return this.log.emit({ kind: 'call', api: this.api, function: name, opcode, caller, mode, fields });
  }

  private single(call: TracedCall): OpenCall {
    this.flush();
    const startNs = this.clock.nowNs;
    const before = call.describe();
    const event = this.emit(call, givenOf(call, before));
    const end = (status: string, isFailure: boolean): void => {
      const given = new Map(before);
      const fields = call.describe().filter(([name, value]) => given.get(name) !== value);
      const durationNs = this.clock.nowNs - startNs;
      const ended = { api: this.api, function: call.function, status, calls: 1, failures: isFailure ? 1 : 0 };
      this.log.emit({ kind: 'return', ...ended, durationNs, fields }, { cause: event });
    };
    return { event, end };
  }

  private join(call: TracedCall): OpenCall {
    let run = this.runs.get(call.function);
    if (run === undefined) {
      const startNs = this.clock.nowNs;
      const event = this.emit(call, givenOf(call, call.describe()));
      const begun = { call: event, function: call.function, startNs, endNs: startNs };
      run = { ...begun, calls: 0, failures: 0, status: '' };
      this.runs.set(call.function, run);
    }
    const joined = run;
    const end = (status: string, isFailure: boolean): void => {
      joined.calls++;
      if (isFailure) joined.failures++;
      joined.status = status;
      joined.endNs = this.clock.nowNs;
    };
    return { event: joined.call, end };
  }
}

function givenOf({ zeroIsNothing }: TracedCall, fields: CallFields): CallFields {
  return zeroIsNothing ? fields.filter(([, value]) => /[1-9A-Za-z]/.test(value)) : fields;
}
