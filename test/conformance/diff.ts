/** What two lists of lines do not have in common, in order: `-` only the first has it, `+` only the second. */

import { itemAt } from '../../src/base/lists/list.ts';
export function diffLines(a: readonly string[], b: readonly string[]): readonly string[] {
  // The length of the longest common rest from each pair of places.
  const common = Array.from({ length: a.length + 1 }, () => Array.from({ length: b.length + 1 }, () => 0));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const [row, below] = [itemAt(common, i), itemAt(common, i + 1)];
      row[j] = a[i] === b[j] ? itemAt(below, j + 1) + 1 : Math.max(itemAt(below, j), itemAt(row, j + 1));
    }
  }
  const out: string[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      i++;
      j++;
    } else if (j >= b.length || (i < a.length && itemAt(itemAt(common, i + 1), j) >= itemAt(itemAt(common, i), j + 1)))
      out.push(`- ${a[i++]}`);
    else out.push(`+ ${b[j++]}`);
  }
  return out;
}
