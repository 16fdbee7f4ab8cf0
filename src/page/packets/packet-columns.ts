/** The columns of the packet list: which there are at first, and how a chosen set is read from where it was kept. */
import * as z from 'zod/mini';
import { packetsSchema, type ScenarioColumn } from '../../scenario/schema.ts';

/** Columns that are no fields, with their widths. */
export const BUILT_IN_COLUMNS = {
  no: 44,
  time: 78,
  port: 76,
  source: 106,
  destination: 112,
  protocol: 58,
  length: 56,
  info: undefined,
} as const;

export type BuiltInColumn = keyof typeof BUILT_IN_COLUMNS;

export function isBuiltIn(field: string): field is BuiltInColumn {
  return Object.hasOwn(BUILT_IN_COLUMNS, field);
}

/** Of a column for a field. */
export const FIELD_COLUMN_PX = 110;

export const DEFAULT_COLUMNS: readonly ScenarioColumn[] = [
  { field: 'no' },
  { field: 'time' },
  { field: 'port' },
  { field: 'source' },
  { field: 'destination' },
  { field: 'protocol' },
  { field: 'info' },
];

export function widthOf({ field, widthPx }: ScenarioColumn): number | undefined {
  return widthPx ?? (isBuiltIn(field) ? BUILT_IN_COLUMNS[field] : FIELD_COLUMN_PX);
}

/** The fields that the analysis thread must look up, in the order of their columns. */
export function fieldsOf(columns: readonly ScenarioColumn[]): readonly string[] {
  return columns.map(({ field }) => field).filter((field) => !isBuiltIn(field));
}

/** What this browser keeps. */
const kept = z.object({ columns: packetsSchema.shape.columns, colours: packetsSchema.shape.colours });

export type KeptLook = z.output<typeof kept>;

/** Nothing for what is not such a set any more. */
export function parseLook(text: string | null): KeptLook {
  try {
    const parsed = kept.safeParse(JSON.parse(text ?? '{}'));
    return parsed.success ? parsed.data : {};
  } catch {
    return {};
  }
}
