/** What a column shows whose field is any field of the filter language: its values in a frame, in their order. */
import type { FieldHits } from '../../protocols/core/collector.ts';
import { valueName, type FieldDef, type FieldValue } from '../../protocols/core/field.ts';
import { formatValue } from '../../protocols/core/format.ts';

/** Of values in one cell: what follows is cut. */
const MAX_VALUES = 16;
const MAX_CHARS = 240;

/** By its name, where the field has names for values. */
export function valueText(def: FieldDef, value: FieldValue): string {
  if (def.type === 'bool') return def.trueFalse[value === true ? 0 : 1];
  if (def.type === 'none' || def.type === 'protocol') return def.label;
  const name = typeof value === 'number' ? valueName(def, value) : undefined;
  return name ?? formatValue(def, value);
}

export function cellText(hits: FieldHits): string {
  const texts: string[] = [];
  for (let at = 0; at < Math.min(hits.count, MAX_VALUES); at++) texts.push(valueText(hits.field, hits.value(at)));
  return texts.join(', ').slice(0, MAX_CHARS);
}

/** What sorting compares: the first value; undefined sorts last. */
export function sortValue(hits: FieldHits): string | number | undefined {
  if (hits.count === 0) return undefined;
  const value = hits.value(0);
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  return value === undefined ? 1 : formatValue(hits.field, value);
}
