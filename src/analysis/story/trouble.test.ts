/** Proves which events are trouble, how bad, and that each kind is listed once for each node, with what helps. */
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../base/clock.ts';
import { EventLog } from '../../base/event-log.ts';
import { verbatim } from '../../base/sentence.ts';
import { ReportedTroubles, troubleOf, type ReportedTrouble } from './trouble.ts';

const clock: Clock = { nowNs: 7, schedule: () => ({ cancel() {} }) };

/** Two of the same kind, a fault that was asked for, a configuration, a crash, and events that are no trouble. */
function log(): EventLog {
  const events = new EventLog(clock);
  events.emit('pc1', { kind: 'log', service: 'x', text: 'no trouble' });
  events.emit('srv', { kind: 'fault', code: 'fault.loss', ...verbatim('dropped a frame') });
  const lines = [{ file: 'dnsmasq.conf', line: 2, text: 'dhcp-range=x' }];
  const refused = { service: 'dnsmasq', code: 'config-refused', severity: 'note', ...verbatim('bad'), lines } as const;
  events.emit('srv', { kind: 'server', ...refused });
  events.emit('srv', { kind: 'server', ...refused, code: 'offer', severity: 'info' });
  events.emit('pc1', { kind: 'fault', code: 'machine/emulator-trap', ...verbatim('The emulator stopped') });
  const noFile = { code: 'pxe/E53', severity: 'error', ...verbatim('No boot filename received') } as const;
  for (const node of ['pc1', 'pc2', 'pc1']) events.emit(node, { kind: 'decision', ...noFile });
  events.emit('pc1', { kind: 'decision', ...noFile, code: 'pxe/offer-passed-over', severity: 'warn' });
  return events;
}

function reported(events: EventLog['events']): readonly ReportedTrouble[] {
  const troubles = new ReportedTroubles();
  for (const event of events) troubles.take(event);
  return troubles.result;
}

describe('troubleOf', () => {
  it('takes a refused configuration for an error, and a fault that was asked for for a note', () => {
    expect(log().events.flatMap((event) => troubleOf(event) ?? [])).toEqual([
      { code: 'fault.loss', severity: 'note' },
      { code: 'config-refused', severity: 'error' },
      { code: 'machine/emulator-trap', severity: 'error' },
      { code: 'pxe/E53', severity: 'error' },
      { code: 'pxe/E53', severity: 'error' },
      { code: 'pxe/E53', severity: 'error' },
      { code: 'pxe/offer-passed-over', severity: 'warn' },
    ]);
  });
});

describe('ReportedTroubles', () => {
  it('lists each kind once for each node, with its first event and what helps, but none without a remedy', () => {
    expect(reported(log().events).map(({ event, code, remedy }) => [event.id, event.node, code, remedy])).toEqual([
      [2, 'srv', 'config-refused', 'remedy.config-refused'],
      [4, 'pc1', 'machine/emulator-trap', 'remedy.machine/emulator-trap'],
      [5, 'pc1', 'pxe/E53', 'remedy.no-boot-file'],
      [6, 'pc2', 'pxe/E53', 'remedy.no-boot-file'],
    ]);
  });

  it('keeps its result until there is another trouble', () => {
    const troubles = new ReportedTroubles();
    const { events } = log();
    for (const event of events.slice(0, 6)) troubles.take(event);
    const before = troubles.result;
    for (const event of [events[0], events[5]]) troubles.take(event);
    expect(troubles.result).toBe(before);
    troubles.take(events[6]);
    expect(troubles.result).not.toBe(before);
  });

  it('stops at a thousand', () => {
    const events = new EventLog(clock);
    for (let i = 0; i < 1001; i++)
      events.emit(`pc${i}`, { kind: 'decision', code: 'pxe/E53', severity: 'error', ...verbatim('No boot file') });
    expect(reported(events.events)).toHaveLength(1000);
  });
});
