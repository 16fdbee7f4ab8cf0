/** Sequences that programs really send, with what the screen is told. */
import { describe, expect, it } from 'vitest';
import { AnsiInterpreter } from './ansi.ts';

describe('ANSI sequences', () => {
  it.each([
    ['\u001b[05;80H', 4, 79],
    // EDK II's terminal driver, whose numbers have two characters: columns 100 and 112 of its 160.
    ['\u001b[05;:0H', 4, 99],
    ['\u001b[05;;2H', 4, 111],
    ['\u001b[3H', 2, 0],
    ['\u001b[H', 0, 0],
    // A number that is none counts as left out.
    ['\u001b[:5;7H', 0, 6],
  ])('take %j to a place', (sequence, row, column) => {
    const ansi = new AnsiInterpreter(160, 50);
    ansi.moveTo(9, 9);
    expect(ansi.feed(sequence)).toEqual([{ op: 'cursor', row, column }]);
  });
});
