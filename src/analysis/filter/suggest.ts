/** Names near to a mistyped one, for errors that help. */

import { itemAt } from '../../base/lists/list.ts';

/** Edits (insert, delete, replace, swap of neighbours) from `a` to `b`. */
function distance(a: string, b: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      let best = Math.min(itemAt(last, j) + 1, itemAt(row, j - 1) + 1, itemAt(last, j - 1) + (isSame ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, itemAt(beforeLast, j - 2) + 1);
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return itemAt(last, b.length);
}

/** How far `name` is from `wanted`; a name that merely goes on, or ends with it, is near. */
function farness(wanted: string, name: string): number {
  if (name === wanted) return 0;
  if (name.startsWith(wanted)) return 1 + (name.length - wanted.length) / 100;
  if (name.endsWith(`.${wanted}`)) return 1.5 + (name.length - wanted.length) / 100;
  return distance(wanted, name);
}

/** At most `limit` names, best first; none that has nothing to do with `wanted`. */
export function nearestNames(wanted: string, names: Iterable<string>, limit = 5): readonly string[] {
  const low = wanted.toLowerCase();
  const allowed = Math.max(2, Math.floor(low.length / 3));
  const near: { name: string; far: number }[] = [];
  for (const name of names) {
    if (name === '' || Math.abs(name.length - low.length) > Math.max(allowed, 24)) continue;
    const far = farness(low, name.toLowerCase());
    if (far <= allowed) near.push({ name, far });
  }
  near.sort((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1));
  return near.slice(0, limit).map((one) => one.name);
}
