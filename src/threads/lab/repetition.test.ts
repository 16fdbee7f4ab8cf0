/** A machine stuck in a loop is distinguished from one that does the same thing often, or something new. */
import { expect, it } from 'vitest';
import { Repetition } from './repetition.ts';

const ROUND = ['power-on', 'dhcp-discover', 'dhcp-ack', 'file-request', 'boot-failed'];

function after(stages: readonly string[]): number {
  const repetition = new Repetition();
  for (const stage of stages) repetition.add(stage);
  return repetition.rounds;
}

const rounds = (count: number): string[] => Array.from({ length: count }, () => ROUND).flat();

it('counts rounds that are alike, whatever came before them', () => {
  expect(after(rounds(7))).toBe(0);
  expect(after(rounds(8))).toBe(8);
  expect(after(['menu', ...rounds(20)])).toBe(20);
  expect(after([...rounds(20), 'power-on', 'dhcp-discover'])).toBe(20);
});

it('sees one stage that repeats, and rounds with the same stage twice', () => {
  expect(after(Array.from({ length: 9 }, () => 'dhcp-discover'))).toBe(9);
  expect(after(Array.from({ length: 8 }, () => ['file-request', 'file-request', 'script']).flat())).toBe(8);
});

it('ends with the first stage that differs, and with what a person does', () => {
  expect(after([...rounds(20), 'dhcp-offer'])).toBe(0);
  const repetition = new Repetition();
  for (const stage of rounds(10)) repetition.add(stage);
  repetition.forget();
  expect(repetition.rounds).toBe(0);
});
