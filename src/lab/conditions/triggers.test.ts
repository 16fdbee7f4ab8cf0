/** Conditions on calls of boot programs: each call meets one once, when what it asks is known. */
import { beforeEach, describe, expect, it } from 'vitest';
import { EventLog, type EventBody } from '../../base/event-log.ts';
import { EventQueue } from '../../base/time/event-queue.ts';
import { LabCapture } from '../observe/lab-capture.ts';
import { FrameFilters, Triggers } from './triggers.ts';

let log: EventLog;
let triggers: Triggers;

beforeEach(() => {
  const queue = new EventQueue();
  log = new EventLog(queue);
  const capture = new LabCapture(queue, log);
  triggers = new Triggers(log, new FrameFilters(capture), () => '');
});

const CALL = { api: 'pxe', opcode: 0x20, caller: '0000:7D8C', mode: 'real' } as const;

function call(name: string, status: string, fields: readonly (readonly [string, string])[] = []): void {
  const event = log.emit('pc1', { kind: 'call', ...CALL, function: name, fields });
  const failures = status === 'success' ? 0 : 1;
  const end = { api: 'pxe', function: name, status, calls: 1, failures, durationNs: 3_000_000, fields: [] } as const;
  log.emit('pc1', { kind: 'return', ...end } satisfies EventBody, { cause: event });
}

/** What the log has when the condition has been met `count` times. */
function metAt(condition: string, count = 1): string | undefined {
  const parsed = triggers.parse(condition);
  if (!parsed.ok) throw new Error(parsed.error.message.text);
  const met: string[] = [];
  triggers.when(parsed.value, count, ({ kind, id }) => met.push(`${kind} ${id}`));
  call('PXENV_TFTP_OPEN', 'tftpFileNotFound', [['fileName', 'ldlinux.c32']]);
  call('PXENV_TFTP_OPEN', 'success', [['fileName', 'boot/ldlinux.c32']]);
  call('PXENV_TFTP_CLOSE', 'success');
  return met[0];
}

describe('a condition on calls', () => {
  it.each([
    ['pxe.api == "PXENV_TFTP_CLOSE"', 'call 4'],
    ['pxe', 'call 0'],
    ['pxe.opcode == 0x20 and pxe.param contains "boot/"', 'call 2'],
    // How a call ends is not known before.
    ['pxe.failed', 'return 1'],
    ['pxe.api contains "OPEN" && pxe.status == "success"', 'return 3'],
    ['!(pxe.status == "success")', 'return 1'],
    ['pxe.time > 0.002', 'return 1'],
    ['int13.param contains "sector=0"', undefined],
  ])('%s', (condition, expected) => {
    expect(metAt(condition)).toBe(expected);
  });

  it('is met once by each call', () => {
    expect(metAt('pxe.caller == "0000:7D8C"', 3)).toBe('call 4');
    expect(metAt('pxe.api contains "TFTP"', 4)).toBeUndefined();
  });

  it('gives the place of a mistake, and leaves filters for frames to frames', () => {
    expect(triggers.parse('pxe.apx == 1')).toMatchObject({ ok: false, error: { offset: 0 } });
    expect(triggers.parse('tftp.opcode == 3')).toMatchObject({ ok: true, value: { filter: { of: 'frames' } } });
    expect(triggers.parse('tftp.source_file == "pxe.0"')).toMatchObject({
      ok: true,
      value: { filter: { of: 'frames' } },
    });
    expect(triggers.parse('frame contains "int13"')).toMatchObject({ ok: true, value: { filter: { of: 'frames' } } });
  });
});
