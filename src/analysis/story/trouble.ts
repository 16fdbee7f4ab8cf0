/** Trouble that machines, servers and the lab report themselves in their events, apart from what frames show. */
import type { LabEvent, Severity } from '../../base/event-log.ts';
import { remedyIdFor, type RemedyId } from './remedies.ts';

/** How bad an event says that it is; undefined for what is no trouble. */
export function troubleOf(event: LabEvent): { readonly code: string; readonly severity: Severity } | undefined {
  if (event.kind === 'fault') {
    // A machine that the emulator gave up; other faults are those that the lab was told to make.
    return { code: event.code, severity: event.code.startsWith('fault.') ? 'note' : 'error' };
  }
  if (event.kind !== 'decision' && event.kind !== 'server') return undefined;
  const { code } = event;
  const severity = code === 'config-refused' ? 'error' : event.severity;
  return severity === 'warn' || severity === 'error' ? { code, severity } : undefined;
}

export interface ReportedTrouble {
  /** The first event of this node with this code. */
  readonly event: LabEvent;
  readonly code: string;
  readonly severity: Severity;
  readonly remedy: RemedyId;
}

/** Of a crowd of machines, the first ones. */
const MAX_REPORTED = 1000;

/** Collects from events, one by one, the first of each kind of trouble that a machine or a server reports. */
export class ReportedTroubles {
  private readonly keys = new Set<string>();
  /** In the order of the events; another array whenever one is added. */
  result: readonly ReportedTrouble[] = [];

  take(event: LabEvent): void {
    const trouble = troubleOf(event);
    // Configured faults are not reported as problems.
    if (trouble === undefined || trouble.severity === 'note') return;
    const key = `${event.node} ${trouble.code}`;
    if (this.keys.has(key) || this.keys.size >= MAX_REPORTED) return;
    const remedy = remedyIdFor(trouble.code);
    if (remedy === undefined) return;
    this.keys.add(key);
    this.result = [...this.result, { event, ...trouble, remedy }];
  }
}
