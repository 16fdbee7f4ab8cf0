/**
 * Every function of the PXE API, called by a program on a CPU by both entry points of real mode: each has the status of the
 * table, and registers and the interrupt flag are kept. `entry-modes.test.ts` has protected mode.
 */
import { expect, it } from 'vitest';
import { assembled } from '../../support/assemble.ts';
import { bootLab } from '../../support/boot-programs.ts';
import { play } from '../../support/lab.ts';
import { CALLS, LAST_CALLS } from './table.ts';

interface Answer {
  readonly pass: string;
  readonly call: string;
  readonly status: number;
}

it('answers each call with its status, by !PXE and by PXENV+', () => {
  const program = { path: '/srv/tftp/nbp.0', content: { base64: assembled('api-test').toString('base64') } };
  const small = { path: '/srv/tftp/small.txt', content: { text: '0123456789abcdef'.repeat(75) } };
  const lab = bootLab({ boots: 'nbp.0', files: [program, small] });
  const played = play(lab, { until: 'serial:/APITEST end/', timeoutS: 60 });
  const lines = played.lab.log.events.flatMap((event) =>
    event.kind === 'console' && event.channel === 'serial0' ? event.text.split('\n') : [],
  );
  expect(played.stop.kind, lines.slice(-5).join('\n')).toBe('breakpoint');
  let pass = '';
  const answers: Answer[] = [];
  for (const line of lines) {
    pass = /^PASS (\d)/.exec(line)?.[1] ?? (line.startsWith('INT1A') && answers.length > 0 ? 'end' : pass);
    const found = /^([0-9A-F]{2}) (.*) AX=(\w{4}) CF=(\d) IF=(\d) ST=(\w{4}) clob=(\w{2})/.exec(line);
    if (found === null) continue;
    const [, opcode = '', name = '', ax, carry, interrupts, status = '', notKept] = found;
    const code = Number.parseInt(status, 16);
    // AX, CF and the status say the same; nothing else changes.
    expect({ name, ax, carry, interrupts, notKept }).toEqual({
      name,
      ax: code === 0 ? '0000' : '0001',
      carry: code === 0 ? '0' : '1',
      interrupts: '1',
      notKept: '00',
    });
    answers.push({ pass, call: `${opcode} ${name}`, status: code });
  }
  const ofPass = (wanted: string): string[] =>
    answers.filter((one) => one.pass === wanted).map(({ call, status }) => `${call}: ${status.toString(16)}`);
  const table = (calls: typeof CALLS): string[] => calls.map(([call, status]) => `${call}: ${status.toString(16)}`);
  // The calls after UNLOAD_STACK come at the end of the second pass.
  expect(ofPass('0')).toEqual(table(CALLS));
  expect(ofPass('1')).toEqual([...table(CALLS), ...table(LAST_CALLS)]);
});
