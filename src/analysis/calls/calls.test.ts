/** Calls are joined with their ends, bounded in number, and found by display filters. */
import { describe, expect, it } from 'vitest';
import type { EventBody } from '../../base/event-log.ts';
import { compileCallFilter } from './call-filter.ts';
import { CallList, type CallRecord } from './call-list.ts';

function listOf(bodies: readonly (EventBody & { readonly cause?: number })[]): readonly CallRecord[] {
  const list = new CallList();
  bodies.forEach((body, id) => list.add({ id, timeNs: id * 1000, node: 'pc1', ...body }));
  return list.result;
}

function call(name: string, fields: readonly (readonly [string, string])[] = []): EventBody {
  return { kind: 'call', api: 'pxe', function: name, opcode: 0x20, caller: '0000:7D8C', mode: 'real', fields };
}

function end(cause: number, status: string, calls = 1, failures = 0): EventBody & { readonly cause: number } {
  return {
    kind: 'return',
    api: 'pxe',
    function: '',
    status,
    calls,
    failures,
    durationNs: 2_000_000,
    fields: [],
    cause,
  };
}

const CALLS = listOf([
  call('PXENV_TFTP_OPEN', [['fileName', 'ldlinux.c32']]),
  end(0, 'tftpFileNotFound', 1, 1),
  call('PXENV_UDP_WRITE'),
  call('PXENV_UDP_READ'),
  end(2, 'success', 100),
]);

function found(filter: string): readonly string[] {
  const compiled = compileCallFilter(filter);
  if (!compiled.ok) throw new Error(compiled.error.message.text);
  return CALLS.filter(compiled.value.matches).map((record) => record.function);
}

describe('CallList', () => {
  it('joins each call with its end; a call that lasts has none', () => {
    expect(CALLS).toMatchObject([
      { function: 'PXENV_TFTP_OPEN', event: 0, end: { status: 'tftpFileNotFound', failures: 1 } },
      { function: 'PXENV_UDP_WRITE', event: 2, end: { calls: 100 } },
      { function: 'PXENV_UDP_READ', event: 3 },
    ]);
    expect(CALLS[2]?.end).toBeUndefined();
  });

  it('keeps a bounded number, and still joins what it has kept', () => {
    const many = Array.from({ length: 25_000 }, (_, i) => call(`F${i}`));
    const records = listOf([...many, end(24_999, 'success'), end(3, 'success')]);
    expect(records.length).toBeLessThanOrEqual(20_000);
    expect(records.at(-1)).toMatchObject({ function: 'F24999', end: { status: 'success' } });
  });
});

describe('compileCallFilter', () => {
  it.each([
    ['', ['PXENV_TFTP_OPEN', 'PXENV_UDP_WRITE', 'PXENV_UDP_READ']],
    ['pxe', ['PXENV_TFTP_OPEN', 'PXENV_UDP_WRITE', 'PXENV_UDP_READ']],
    ['pxe.api == "PXENV_UDP_READ"', ['PXENV_UDP_READ']],
    ['pxe.api contains "UDP" and pxe.calls > 10', ['PXENV_UDP_WRITE']],
    ['pxe.failed', ['PXENV_TFTP_OPEN']],
    ['pxe.param contains "ldlinux"', ['PXENV_TFTP_OPEN']],
    ['pxe.time > 0.001 && !(pxe.status == "success")', ['PXENV_TFTP_OPEN']],
    ['pxe.api matches "^pxenv_tftp"', ['PXENV_TFTP_OPEN']],
    ['int13', []],
  ])('%s', (filter, expected) => {
    expect(found(filter)).toEqual(expected);
  });

  it('gives the place of a mistake', () => {
    expect(compileCallFilter('pxe.apx == 1')).toMatchObject({
      ok: false,
      error: { start: 0, suggestions: ['pxe.api'] },
    });
  });
});
