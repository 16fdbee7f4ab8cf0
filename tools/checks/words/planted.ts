/** Sentences planted with phrases of the list, and plain ones: a check that confuses them checks nothing. */
import { checkWords } from './check.ts';

const PLANTS: Readonly<Record<string, readonly [path: string, source: string]>> = {
  'a block comment': ['a.ts', '/** Starts the lab anew. */\nexport {};'],
  'a phrase over two lines': ['a.ts', '/**\n * The list for\n * who draws it.\n */\nexport {};'],
  'a line comment': ['a.tsx', 'export const A = () => 1; // repeats for ever'],
  'a message': ['src/lab/messages.ts', "export const M = { a: 'The lease is of no consequence.' };"],
  'a name': ['a.ts', 'export const lastTold = 1;'],
  'a page of documentation': ['README.md', 'The frames go round in a circle.\n'],
};

const PLAIN: Readonly<Record<string, readonly [path: string, source: string]>> = {
  'plain English': ['a.ts', '/** Restarts the lab. The client that sent the frame waits. */\nexport {};'],
  code: ['a.ts', "export const anew = 'for ever';"],
};

/** What the check missed, or reported without reason; empty when it can be relied on. */
export function testTheCheck(): readonly string[] {
  return [
    ...Object.entries(PLANTS)
      .filter(([, [path, source]]) => checkWords(path, source).length !== 1)
      .map(([name]) => `not found: ${name}`),
    ...Object.entries(PLAIN)
      .filter(([, [path, source]]) => checkWords(path, source).length > 0)
      .map(([name]) => `reported without reason: ${name}`),
  ];
}
