/** What the trace keeps of calls: each with its end, and calls for packets as runs that cost two events however long. */
import { beforeEach, describe, expect, it } from 'vitest';
import { EventLog } from '../base/event-log.ts';
import { EventQueue } from '../base/time/event-queue.ts';
import { CallTrace, type OpenCall } from './call-trace.ts';

let queue: EventQueue;
let log: EventLog;
let trace: CallTrace;
beforeEach(() => {
  queue = new EventQueue();
  log = new EventLog(queue);
  trace = new CallTrace('pxe', log.sink('pc1'), queue);
});

function begin(name: string, isFrequent = false, size = '512'): OpenCall {
  const described = [
    [
      ['packetSize', '512'],
      ['fileName', 'x'],
    ],
    [
      ['packetSize', size],
      ['fileName', 'x'],
    ],
  ] as const;
  let looks = 0;
  const describe = (): readonly (readonly [string, string])[] => described[looks++ === 0 ? 0 : 1];
  return trace.begin({
    function: name,
    opcode: 0x20,
    caller: '0000:7C10',
    mode: 'real',
    describe,
    isFrequent,
    zeroIsNothing: true,
  });
}

describe('CallTrace', () => {
  it('keeps a call, its end with what has changed, how long it took, and what it caused', () => {
    const call = begin('PXENV_TFTP_OPEN', false, '1408');
    log.withCause(call.event, () => log.emit('pc1', { kind: 'log', service: 'x', text: 'a frame' }));
    queue.runUntil(5000);
    call.end('success', false);
    expect(log.events).toMatchObject([
      {
        kind: 'call',
        function: 'PXENV_TFTP_OPEN',
        caller: '0000:7C10',
        fields: [
          ['packetSize', '512'],
          ['fileName', 'x'],
        ],
      },
      { kind: 'log', cause: 0 },
      {
        kind: 'return',
        cause: 0,
        status: 'success',
        calls: 1,
        failures: 0,
        durationNs: 5000,
        fields: [['packetSize', '1408']],
      },
    ]);
  });

  it('keeps calls for packets as one run per function, ended by a call of another kind', () => {
    for (let i = 0; i < 1000; i++) {
      begin('PXENV_UDP_WRITE', true).end('success', false);
      begin('PXENV_UDP_READ', true).end(i % 2 === 0 ? 'failure' : 'success', i % 2 === 0);
    }
    expect(log.events).toHaveLength(2);
    begin('PXENV_UDP_CLOSE');
    expect(log.events.slice(2)).toMatchObject([
      { kind: 'return', function: 'PXENV_UDP_WRITE', calls: 1000, failures: 0, cause: 0 },
      { kind: 'return', function: 'PXENV_UDP_READ', calls: 1000, failures: 500, status: 'success', cause: 1 },
      { kind: 'call', function: 'PXENV_UDP_CLOSE' },
    ]);
  });

  it('leaves out parameters that are zero where zero says nothing, and keeps sector 0 of a disk', () => {
    const describe = (): readonly (readonly [string, string])[] => [
      ['sector', '0'],
      ['buffer', '0000:0000'],
      ['count', '1'],
    ];
    const call = { function: 'Read sectors', opcode: 2, caller: '0000:7C10', mode: 'real', describe } as const;
    for (const zeroIsNothing of [true, false]) trace.begin({ ...call, isFrequent: false, zeroIsNothing });
    expect(log.events).toMatchObject([{ fields: [['count', '1']] }, { fields: describe() }]);
  });

  it('ends the runs when the program does', () => {
    begin('PXENV_UDP_WRITE', true).end('success', false);
    trace.flush();
    trace.flush();
    expect(log.events.map(({ kind }) => kind)).toEqual(['call', 'return']);
  });
});
