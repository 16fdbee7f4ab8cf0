/** A person takes the keyboard from the scenario's script: it types no more, and a replay goes through the same. */
import { describe, expect, it } from 'vitest';
import { NS_PER_MS } from '../base/time/clock.ts';
import { parseScenario } from '../scenario/parse.ts';
import { EMPTY_MANIFEST } from './content/image-manifest.ts';
import { ImageBank } from './content/images.ts';
import { Lab } from './lab.ts';

const nodes = [{ kind: 'bare', name: 'pc1', nics: [{ mac: '52:54:00:00:00:01' }] }];
const script = [
  { machine: 'pc1', at: { ms: 10 }, do: { keys: ['a'] } },
  { machine: 'pc1', at: { ms: 30 }, do: { keys: ['b'] } },
  { machine: 'pc1', at: { ms: 40 }, do: { type: 'c' } },
  { machine: 'pc1', at: { when: 'stage:power-on', delayMs: 45 }, do: { serial: 'd' } },
  { machine: 'pc1', at: { ms: 60 }, do: { power: 'off' } },
];

function open(inputs: readonly object[]): Lab {
  const parsed = parseScenario({ version: 1, name: 'keys', nodes, inputs });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  const lab = Lab.open(parsed.value, { images: new ImageBank(EMPTY_MANIFEST, new Map()) });
  if (!lab.ok) throw new Error(JSON.stringify(lab.error));
  return lab.value;
}

const typed = (lab: Lab): readonly string[] =>
  [...lab.log.events].flatMap((event) =>
    event.kind === 'input' && event.channel === 'user' ? [`${event.timeNs / NS_PER_MS} ${event.text}`] : [],
  );

describe('taking the keyboard over', () => {
  it('leaves out what the script would still type, and nothing else', () => {
    const lab = open(script);
    lab.queue.runUntil(20 * NS_PER_MS);
    const atNs = lab.userInput('pc1', { takeOver: true });
    lab.queue.runUntil(35 * NS_PER_MS);
    const ownNs = lab.userInput('pc1', { keys: ['x'] });
    lab.queue.runUntil(100 * NS_PER_MS);
    expect(typed(lab).map((line) => line.replace(/^[\d.]+ /, ''))).toEqual([
      'a',
      'takes the keyboard over',
      'x',
      'power off',
    ]);
    const replay = open([
      ...script,
      { machine: 'pc1', at: { ms: atNs / NS_PER_MS }, do: { takeOver: true } },
      { machine: 'pc1', at: { ms: ownNs / NS_PER_MS }, do: { keys: ['x'] } },
    ]);
    replay.queue.runUntil(100 * NS_PER_MS);
    expect(typed(replay)).toEqual(typed(lab));
  });
});
