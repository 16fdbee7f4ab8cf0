/** A kernel that was started from a disk in the network has a minute to attach it again. */
import { describe, expect, it } from 'vitest';
import { NS_PER_S } from '../../base/time/clock.ts';
import { EventLog, type StageId } from '../../base/event-log.ts';
import { EventQueue } from '../../base/time/event-queue.ts';
import { verbatim } from '../../base/sentence.ts';
import { SanWatch } from './san-watch.ts';

type Step = StageId | 'login' | 'login of another' | number;

/** What is said after the steps; a number is seconds that pass. */
function said(...steps: readonly Step[]): readonly string[] {
  const queue = new EventQueue();
  const log = new EventLog(queue);
  const watch = new SanWatch({ log, clock: queue, isMachine: (node) => node.startsWith('pc') });
  log.on((event) => watch.onEvent(event));
  const login = (machine: string): void => {
    const frame = log.emit(machine, { kind: 'frame', port: 'net0', direction: 'out', frame: 0 });
    log.withCause(frame, () => {
      const event = { kind: 'server', service: 'iscsi', code: 'iscsi.login', severity: 'info', lines: [] } as const;
      log.emit('san', { ...event, ...verbatim('') });
    });
  };
  for (const step of steps) {
    if (typeof step === 'number') queue.runUntil(queue.nowNs + step * NS_PER_S);
    else if (step === 'login') login('pc1');
    else if (step === 'login of another') login('pc2');
    else log.emit('pc1', { kind: 'stage', stage: step, ...verbatim('') });
  }
  return log.events.flatMap((event) => (event.kind === 'decision' ? [`${event.node}: ${event.code}`] : []));
}

describe('a kernel from an iSCSI disk', () => {
  it('is missed when it does not log in again, also when another machine does', () => {
    expect(said('power-on', 'login', 'kernel-entry', 59)).toEqual([]);
    expect(said('power-on', 'login', 'kernel-entry', 61)).toEqual(['pc1: san-not-attached']);
    expect(said('power-on', 'login', 'kernel-entry', 'login of another', 61)).toEqual(['pc1: san-not-attached']);
  });

  it('is not missed when it logs in, is switched off or restarted, or had no such disk', () => {
    expect(said('power-on', 'login', 'kernel-entry', 30, 'login', 90)).toEqual([]);
    expect(said('power-on', 'login', 'kernel-entry', 30, 'power-off', 90)).toEqual([]);
    expect(said('power-on', 'login', 'kernel-entry', 30, 'power-on', 90)).toEqual([]);
    expect(said('power-on', 'login of another', 'kernel-entry', 90)).toEqual([]);
  });
});
