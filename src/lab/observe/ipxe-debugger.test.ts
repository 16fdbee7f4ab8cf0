/** A person holds a script, steps through it and lets it go, as inputs of the lab: a replay goes through the same. */
import { describe, expect, it } from 'vitest';
import { NS_PER_MS, NS_PER_S } from '../../base/time/clock.ts';
import { parseScenarioText } from '../../scenario/parse.ts';
import { EMPTY_MANIFEST } from '../content/image-manifest.ts';
import { ImageBank } from '../content/images.ts';
import type { IpxeView } from './ipxe-debugger.ts';
import { Lab } from '../lab.ts';
import { answerOf } from '../nodes/machine.ts';

const SCRIPT = '#!ipxe\nset a 1\nset b ${a}2\niseq ${b} 3 || goto on\necho never\n:on echo ${b} end\nshow nosuch\n';

function open(inputs: readonly object[]): Lab {
  const nic = { mac: '52:54:00:00:00:01' };
  const firmware = { personality: 'ipxe', embeddedScript: SCRIPT };
  const pc1 = { kind: 'bare', name: 'pc1', nics: [nic], firmware };
  const parsed = parseScenarioText(JSON.stringify({ version: 1, name: 'step', nodes: [pc1], inputs }));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  const lab = Lab.open(parsed.value, { images: new ImageBank(EMPTY_MANIFEST, new Map()) });
  if (!lab.ok) throw new Error(JSON.stringify(lab.error));
  return lab.value;
}

const input = (ms: number, ipxe: object): object => ({ machine: 'pc1', at: { ms }, do: { ipxe } });

describe('the debugger of scripts', () => {
  const stop = { kind: 'break', script: '<EMBED>', line: 3 };
  const inputs = [
    input(0, stop),
    input(5000, { kind: 'step' }),
    input(6000, { kind: 'step' }),
    input(9000, { kind: 'go' }),
  ];

  it('holds the script at a line and runs it command by command', () => {
    const lab = open(inputs);
    const at = (ms: number): IpxeView | undefined => {
      lab.queue.runUntil(ms * NS_PER_MS);
      return answerOf(lab.machine('pc1'), 'ipxe');
    };
    expect(at(100)).toBeUndefined();
    const held = at(4999);
    expect(held?.held).toMatchObject({ script: '<EMBED>', line: 3, tokens: ['set', 'b', '${a}2'] });
    expect(held?.held?.expansions).toEqual([{ reference: 'a', value: '1', origin: '' }]);
    expect(held?.last).toMatchObject({ line: 2, status: 0, nextLine: 3 });
    expect(held?.breakpoints).toEqual(['<EMBED>:3']);
    expect(held?.script?.lines[2]).toEqual({ number: 3, text: 'set b ${a}2' });
    expect(held?.settings.rows.map(({ name, text }) => [name, text])).toEqual([['a', '1']]);
    expect(at(5500)?.held).toMatchObject({ line: 4, expanded: ['iseq', '12', '3'] });
    const failed = at(6500);
    expect(failed?.held).toMatchObject({ line: 4, tokens: ['goto', 'on'] });
    expect(failed?.errno.code).toBe(0x46022001);
    expect(lab.machine('pc1').screenText()).not.toContain('12 end');
    expect(at(10_000)?.held).toBeUndefined();
    expect(lab.machine('pc1').screenText()).toContain('12 end');
  });

  it('is told the same by a person and by the scenario', () => {
    const replay = open(inputs);
    replay.queue.runUntil(12 * NS_PER_S);
    const live = open([input(0, stop)]);
    for (const [ms, kind] of [
      [5000, 'step'],
      [6000, 'step'],
      [9000, 'go'],
    ] as const) {
      live.queue.runUntil(ms * NS_PER_MS - 1);
      expect(live.userInput('pc1', { ipxe: { kind } })).toBe(ms * NS_PER_MS);
    }
    live.queue.runUntil(12 * NS_PER_S);
    expect(JSON.stringify(live.log.events)).toBe(JSON.stringify(replay.log.events));
  });

  it('knows nothing of a machine that is off', () => {
    const lab = open([]);
    // After the ROM's window for Ctrl-B.
    lab.queue.runUntil(5 * NS_PER_S);
    expect(answerOf(lab.machine('pc1'), 'ipxe')).toBeDefined();
    lab.machine('pc1').act({ power: 'off' });
    expect(answerOf(lab.machine('pc1'), 'ipxe')).toBeUndefined();
  });
});
