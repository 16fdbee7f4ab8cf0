/** The columns that the list shows at its width, their titles and their grid. */
import { useMemo, type RefObject } from 'react';
import type { ScenarioColumn } from '../../../../scenario/schema.ts';
import type { AnyText } from '../../../../page/i18n/index.ts';
import { DEFAULT_COLUMNS, fieldsOf, isBuiltIn, widthOf } from '../../../../page/packets/packet-columns.ts';
import { useWidthPx } from '../../../hooks.ts';
import { usePackets, type TimeDisplay } from '../../../../page/packets/packet-store.ts';

/** Date and time of day. */
const ABSOLUTE_PX = 182;
/** Of a column that takes what the others leave. */
const MIN_FLEXIBLE_PX = 140;
/** Between two columns, and on each side of a row (packets.module.css). */
const GAP_PX = 8;
/** At most, a character of the list's font takes so much of a line. */
const CHARACTER_PX = 7.3;

export interface ShownColumn {
  readonly column: ScenarioColumn;
  /** Its place among the chosen columns. */
  readonly place: number;
  /** Its place among the cells of a row, for a field. */
  readonly cell: number;
  readonly widthPx: number;
}

/** A column that is being widened. */
export interface Dragged {
  readonly place: number;
  readonly widthPx: number;
}

export interface ShownColumns {
  readonly shown: readonly ShownColumn[];
  /** For `grid-template-columns`. */
  readonly template: string;
}

/** Below these widths, the first set of columns does without some: what a frame says stays in sight. */
function isHidden(field: string, listPx: number): boolean {
  if (field === 'port') return listPx <= 680;
  return (field === 'source' || field === 'destination') && listPx <= 560;
}

export function useColumns(list: RefObject<HTMLElement | null>, dragged: Dragged | undefined): ShownColumns {
  const columns = usePackets((state) => state.columns);
  const time = usePackets((state) => state.time);
  const listPx = useWidthPx(list);
  return useMemo(() => arrange(columns, time, listPx, dragged), [columns, time, listPx, dragged]);
}

function arrange(
  columns: readonly ScenarioColumn[],
  time: TimeDisplay,
  listPx: number,
  dragged: Dragged | undefined,
): ShownColumns {
  const fields = fieldsOf(columns);
  const isFirstSet = columns === DEFAULT_COLUMNS;
  const listed = columns
    .map((column, place) => ({ column, place, cell: fields.indexOf(column.field) }))
    .filter(({ column }) => !isFirstSet || !isHidden(column.field, listPx));
  const fixedPx = listed.map(({ column, place }, i) => {
    const wanted = dragged?.place === place ? dragged.widthPx : column.widthPx;
    if (wanted !== undefined) return wanted;
    if (i === listed.length - 1) return undefined;
    return column.field === 'time' && time === 'absolute' ? ABSOLUTE_PX : widthOf(column);
  });
  const leftPx = fixedPx.reduce<number>((left, px) => left - (px ?? 0), listPx - GAP_PX * (listed.length + 1));
  const flexiblePx = Math.max(MIN_FLEXIBLE_PX, leftPx / fixedPx.filter((px) => px === undefined).length);
  return {
    shown: listed.map((column, i) => ({ ...column, widthPx: fixedPx[i] ?? flexiblePx })),
    template: fixedPx.map((px) => (px === undefined ? `minmax(${MIN_FLEXIBLE_PX}px, 1fr)` : `${px}px`)).join(' '),
  };
}

/**
 * Whether a text certainly fits a column. Only the others are clipped: a browser draws each clipped cell as a part of its
 * own, which costs more than all else when a list of two hundred of them changes.
 */
export function fits(text: string, widthPx: number): boolean {
  return text.length * CHARACTER_PX <= widthPx && /^[\x20-\x7e]*$/.test(text);
}

export function columnTitle({ title, field }: ScenarioColumn): AnyText {
  if (title !== undefined) return { en: title, fr: title };
  return isBuiltIn(field) ? `packets.${field}` : { en: field, fr: field };
}
