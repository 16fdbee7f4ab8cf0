/** The layer tree of a frame as the page shows it, with all texts formatted. */
import { fieldHelp } from '../../analysis/field-help.ts';
import { fieldFilter } from '../../analysis/filter/field-filter.ts';
import { formatValue } from '../../protocols/core/format.ts';
import type { TreeItem } from '../../protocols/core/tree.ts';
import type { TreeRow } from '../api/analysis-api.ts';

export function treeRows(items: readonly TreeItem[]): readonly TreeRow[] {
  return items.filter((item) => !item.hidden).map(treeRow);
}

function treeRow(item: TreeItem): TreeRow {
  const help = fieldHelp(item.field.name, item.value);
  const filter = fieldFilter(item.field, item.value);
  const value = item.value === undefined ? item.text : formatValue(item.field, item.value);
  const frame = item.field.type === 'framenum' && typeof item.value === 'number' ? item.value : undefined;
  return {
    ...(help === undefined ? {} : { help }),
    ...(filter === undefined ? {} : { filter }),
    ...(frame === undefined ? {} : { frame }),
    value,
    field: item.field.name,
    label: item.generated ? `[${item.text}]` : item.text,
    source: item.source,
    offset: item.start,
    length: item.length,
    generated: item.generated,
    children: treeRows(item.children),
  };
}
