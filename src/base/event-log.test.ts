/** Listeners hear events in the order of the log, and causes are those that are current. */
import { describe, expect, it } from 'vitest';
import { EventLog } from './event-log.ts';

describe('EventLog', () => {
  it('tells every listener in order of what a listener emits', () => {
    const log = new EventLog({ nowNs: 0, schedule: () => ({ cancel() {} }) });
    const heard: string[] = [];
    log.on((event) => {
      heard.push(`first ${event.id}`);
      if (event.node === 'a') log.withCause(event.id, () => log.emit('b', { kind: 'log', service: '', text: '' }));
    });
    log.on((event) => heard.push(`second ${event.id}`));
    expect(log.emit('a', { kind: 'log', service: '', text: '' })).toBe(0);
    expect(heard).toEqual(['first 0', 'second 0', 'first 1', 'second 1']);
    expect(log.events.map(({ node, cause }) => [node, cause])).toEqual([
      ['a', undefined],
      ['b', 0],
    ]);
    log.emit('c', { kind: 'log', service: '', text: '' });
    expect(heard.slice(4)).toEqual(['first 2', 'second 2']);
  });
});
