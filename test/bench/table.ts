/** Rows as a table for people. */
import type { Row } from './types.ts';

export function table(rows: readonly Row[]): string {
  const lines = [
    ['', 'measured', 'peer', 'target'],
    ...rows.map(({ what, value, peer, target }) => [
      what,
      value,
      peer ?? '',
      target === undefined ? '' : `${target.text}: ${target.met ? 'met' : 'MISSED'}`,
    ]),
  ];
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines.map((line) => `  ${line.map((cell, i) => cell.padEnd(widths[i])).join('  ')}`.trimEnd()).join('\n');
}
