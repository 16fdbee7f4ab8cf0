/** The stepper sees every command with its line, tokens before and after expansion, status, and what comes next. */
import { describe, expect, it } from 'vitest';
import { itemAt } from '../../../base/lists/list.ts';
import { runScript, type Bench } from '../testing.ts';
import { BreakpointStepper, type StepInfo, type StepResult } from './stepper.ts';

const SCRIPT = '#!ipxe\nset a 1\nset b ${a}2\niseq ${b} 3 || goto on\necho never\n:on echo ${b} end\nshow nosuch';

describe('stepper', () => {
  it('reports each command', () => {
    const results: StepResult[] = [];
    runScript(SCRIPT, {
      onStart: (ipxe) => {
        ipxe.stepper = { before: () => undefined, after: (step) => results.push(step) };
      },
    });
    expect(
      results.map(({ place, expanded, status, nextLine }) => [place?.line, expanded.join(' '), status, nextLine]),
    ).toEqual([
      [2, 'set a 1', 0, 3],
      [3, 'set b 12', 0, 4],
      [4, 'iseq 12 3', 0x46022001, undefined],
      [4, 'goto on', 0, 6],
      [6, 'echo 12 end', 0, 7],
      [7, 'show nosuch', 0x2d0c203b, undefined],
    ]);
    expect(itemAt(results, 1).tokens).toEqual(['set', 'b', '${a}2']);
    expect(itemAt(results, 1).expansions).toEqual([{ reference: 'a', value: '1', origin: '' }]);
    expect(itemAt(results, 3).errno).toBe(0x46022001);
  });

  it('holds the script at a breakpoint until it is told to go on, line by line', () => {
    const stops: StepInfo[] = [];
    const stepper = new BreakpointStepper((step) => stops.push(step));
    stepper.breakpoints.add('<EMBED>:3');
    const benches: Bench[] = [];
    const { bench } = runScript(SCRIPT, {
      prepare: (each) => benches.push(each),
      onStart: (ipxe) => {
        ipxe.stepper = stepper;
      },
    });
    expect(stops.map(({ place }) => place?.line)).toEqual([3]);
    expect(bench.ipxe.settings.getText('b')).toBeUndefined();
    stepper.step();
    expect(stops.map(({ place }) => place?.line)).toEqual([3, 4]);
    expect(bench.ipxe.settings.getText('b')).toBe('12');
    stepper.go();
    expect(bench.output).toContain('12 end\n');
  });
});
