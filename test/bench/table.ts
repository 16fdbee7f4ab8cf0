/** Rows as a table for people. */
import { itemAt } from '../../src/base/lists/list.ts';
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
  const widths = itemAt(lines, 0).map((_, column) => Math.max(...lines.map((line) => itemAt(line, column).length)));
  return lines
    .map((line) => `  ${line.map((cell, i) => cell.padEnd(itemAt(widths, i))).join('  ')}`.trimEnd())
    .join('\n');
}
