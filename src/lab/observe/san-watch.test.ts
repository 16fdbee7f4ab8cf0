/** A kernel that was started from a disk in the network has a minute to attach it again. */
import { describe, expect, it } from 'vitest';
import { NS_PER_S } from '../../base/time/clock.ts';
import { EventLog, type StageId } from '../../base/event-log.ts';
import { EventQueue } from '../../base/time/event-queue.ts';
import { verbatim } from '../../base/sentence.ts';
import { SanWatch } from './san-watch.ts';

type Step = StageId | 'login' | 'login of another' | 'finds by AoE' | 'AoE frame' | number;

const AOE_FRAME = 7;

/** What is said after the steps; a number is seconds that pass. */
function said(...steps: readonly Step[]): readonly string[] {
  const queue = new EventQueue();
  const log = new EventLog(queue);
  const watch = new SanWatch({
    log,
    clock: queue,
    isMachine: (node) => node.startsWith('pc'),
    isAoe: (frame) => frame === AOE_FRAME,
  });
  log.on((event) => watch.onEvent(event));
  const send = (machine: string, frame: number): number =>
    log.emit(machine, { kind: 'frame', port: 'net0', direction: 'out', frame });
  const login = (machine: string, service: 'iscsi' | 'aoe' = 'iscsi'): void => {
    log.withCause(send(machine, 0), () => {
      const code = service === 'iscsi' ? 'iscsi.login' : 'aoe.found';
      const event = { kind: 'server', service, code, severity: 'info', lines: [] } as const;
      log.emit('san', { ...event, ...verbatim('') });
    });
  };
  for (const step of steps) {
    if (typeof step === 'number') queue.runUntil(queue.nowNs + step * NS_PER_S);
    else if (step === 'login') login('pc1');
    else if (step === 'login of another') login('pc2');
    else if (step === 'finds by AoE') login('pc1', 'aoe');
    else if (step === 'AoE frame') send('pc1', AOE_FRAME);
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

describe('a kernel from an AoE disk', () => {
  it('is missed when it sends no frame of AoE, also after a restart, of which the server says nothing', () => {
    expect(said('power-on', 'finds by AoE', 'kernel-entry', 61)).toEqual(['pc1: san-not-attached']);
    const first = ['power-on', 'finds by AoE', 'kernel-entry', 'AoE frame', 90] as const;
    expect(said(...first)).toEqual([]);
    expect(said(...first, 'power-on', 'AoE frame', 'kernel-entry', 61)).toEqual(['pc1: san-not-attached']);
  });

  it('is not missed when it asks, or was not started from the disk', () => {
    expect(said('power-on', 'finds by AoE', 'kernel-entry', 30, 'AoE frame', 90)).toEqual([]);
    expect(said('power-on', 'kernel-entry', 90)).toEqual([]);
  });
});
