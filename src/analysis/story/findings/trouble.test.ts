/** Proves which events are trouble, how bad, what a boot got over, and that each kind is listed once for each node. */
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../base/time/clock.ts';
import { EventLog, type LabEvent, type StageId } from '../../../base/event-log.ts';
import { verbatim } from '../../../base/sentence.ts';
import { judge } from './judge.ts';
import { LabReports, troubleOf, type LabReport } from './trouble.ts';

class SetClock implements Clock {
  nowNs = 7;
  schedule(): { cancel(): void } {
    return { cancel: () => {} };
  }
}

const noFile = { code: 'pxe/E53', severity: 'error', ...verbatim('No boot filename received') } as const;

function stage(events: EventLog, node: string, id: StageId, text: string = id): void {
  events.emit(node, { kind: 'stage', stage: id, ...verbatim(text) });
}

/** Two of the same kind, a fault that was asked for, a configuration, a crash, and events that are no trouble. */
function log(): EventLog {
  const events = new EventLog(new SetClock());
  for (const node of ['pc1', 'pc2']) stage(events, node, 'power-on');
  events.emit('pc1', { kind: 'log', service: 'x', text: 'no trouble' });
  events.emit('srv', { kind: 'fault', code: 'fault.loss', ...verbatim('dropped a frame') });
  const lines = [{ file: 'dnsmasq.conf', line: 2, text: 'dhcp-range=x' }];
  const refused = { service: 'dnsmasq', code: 'config-refused', severity: 'note', ...verbatim('bad'), lines } as const;
  events.emit('srv', { kind: 'server', ...refused });
  events.emit('srv', { kind: 'server', ...refused, code: 'offer', severity: 'info' });
  events.emit('pc1', { kind: 'fault', code: 'machine/emulator-trap', ...verbatim('The emulator stopped') });
  for (const node of ['pc1', 'pc2', 'pc1']) events.emit(node, { kind: 'decision', ...noFile });
  events.emit('pc1', { kind: 'decision', ...noFile, code: 'pxe/offer-passed-over', severity: 'warn' });
  return events;
}

function report(events: readonly LabEvent[]): LabReport {
  const reports = new LabReports();
  for (const event of events) reports.add(event);
  return reports.result;
}

const judged = (events: EventLog): readonly string[] =>
  judge([], report(events.events), () => []).map(({ id, machines, count }) => `${id} ${machines.join('+')} ${count}`);

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

describe('LabReports', () => {
  it('has each kind once for each node, with its count, its line and what helps, but none without a remedy', () => {
    const { troubles } = report(log().events);
    const summary = troubles.map(({ code, machine, count, events, remedy, line }) => [
      code,
      machine,
      count,
      events[0],
      remedy.says.id,
      line?.line,
    ]);
    expect(summary).toEqual([
      ['config-refused', undefined, 1, 4, 'remedy.config-refused', 2],
      ['machine/emulator-trap', 'pc1', 1, 6, 'remedy.machine/emulator-trap', undefined],
      ['pxe/E53', 'pc1', 2, 7, 'remedy.no-boot-file', undefined],
      ['pxe/E53', 'pc2', 1, 8, 'remedy.no-boot-file', undefined],
    ]);
  });

  it('keeps its result until there is something new', () => {
    const reports = new LabReports();
    const { events } = log();
    for (const event of events.slice(0, 8)) reports.add(event);
    const before = reports.result;
    if (events[2] !== undefined) reports.add(events[2]);
    expect(reports.result).toBe(before);
    if (events[8] !== undefined) reports.add(events[8]);
    expect(reports.result).not.toBe(before);
  });

  it('stops at a thousand', () => {
    const events = new EventLog(new SetClock());
    for (let i = 0; i < 1001; i++)
      events.emit(`pc${i}`, { kind: 'decision', code: 'pxe/E53', severity: 'error', ...verbatim('No boot file') });
    expect(report(events.events).troubles).toHaveLength(1000);
  });

  it('reads the numbers that iPXE prints, across pieces of a line, and not those of keys and counters', () => {
    const events = new EventLog(new SetClock());
    stage(events, 'pc1', 'power-on');
    const print = (text: string): number => events.emit('pc1', { kind: 'console', channel: 'screen', text });
    print('http://10.0.2.1/x');
    print('...');
    print(' 12%');
    print('\b\b\b\b');
    print(' Not found (https://ipxe.org/2d0c613b)\n');
    print('  [RXE: 2 x "Operation not supported (https://ipxe.org/3c086083)"]\n');
    print('Could not boot: Operation canceled (https://ipxe.org/0b8080a0)\n');
    // What a script comes to is no second failure.
    print('Could not boot: Not found (https://ipxe.org/2d0c613b)\n');
    const found = judge([], report(events.events), () => []);
    expect(found.map(({ id, text }) => [id, text])).toEqual([
      [
        'ipxe-not-found',
        'The file that iPXE on pc1 asks for is not there: http://10.0.2.1/x: Not found (https://ipxe.org/2d0c613b)',
      ],
    ]);
  });
});

describe('judge', () => {
  it('merges machines, and puts one cause in the place of what follows from it', () => {
    // The refused configuration explains that nobody named a file; the crash of pc1 is another matter.
    expect(judged(log())).toEqual(['config-refused pc1+pc2 1', 'machine/emulator-trap pc1 1']);
  });

  it('leaves out what a machine got over, but not what it meets again', () => {
    const clock = new SetClock();
    const events = new EventLog(clock);
    stage(events, 'pc1', 'power-on');
    stage(events, 'pc1', 'file-done', 'menu.c32');
    events.emit('pc1', { kind: 'decision', ...noFile });
    clock.nowNs = 8;
    stage(events, 'pc1', 'file-done', 'menu.c32');
    expect(judged(events)).toEqual(['pxe/E53 pc1 1']);
    stage(events, 'pc1', 'nbp-entry');
    expect(judged(events)).toEqual([]);
    clock.nowNs = 9;
    events.emit('pc1', { kind: 'decision', ...noFile });
    expect(judged(events)).toEqual(['pxe/E53 pc1 2']);
  });

  it('names what drops frames only when a machine does not boot, and then in place of it', () => {
    const clock = new SetClock();
    const events = new EventLog(clock);
    stage(events, 'pc1', 'power-on');
    const blocked = { code: 'switch.port-blocked', severity: 'warn', ...verbatim('sw1.1 dropped a frame') } as const;
    events.emit('sw1', { kind: 'decision', ...blocked });
    expect(judged(events)).toEqual([]);
    events.emit('pc1', { kind: 'decision', ...noFile, code: 'pxe/E51' });
    expect(judged(events)).toEqual(['switch.port-blocked pc1 1']);
  });
});
