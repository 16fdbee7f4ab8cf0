/** Rows of the layer tree by their paths, which stay the same when a frame is dissected again. */
import type { TreeRow } from '../../../../threads/api/analysis-api.ts';

/** Ids are paths of indexes: stable for the same frame. */
export function findRow(rows: readonly TreeRow[], id: string): TreeRow | undefined {
  let level = rows;
  let found: TreeRow | undefined;
  for (const part of id.split('.')) {
    found = level[Number(part)];
    if (found === undefined) return undefined;
    level = found.children;
  }
  return found;
}

export function pathOf(rows: readonly TreeRow[], wanted: TreeRow, prefix = ''): string | undefined {
  for (const [i, row] of rows.entries()) {
    const id = prefix === '' ? String(i) : `${prefix}.${i}`;
    if (row === wanted) return id;
    const below = pathOf(row.children, wanted, id);
    if (below !== undefined) return below;
  }
  return undefined;
}
