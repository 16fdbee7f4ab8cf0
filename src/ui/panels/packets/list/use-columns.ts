/** The columns that the list shows at its width, their titles and their grid. */
import { useEffect, useMemo, useState, type RefObject } from 'react';
import type { ScenarioColumn } from '../../../../scenario/schema.ts';
import type { AnyText } from '../../../../page/i18n/index.ts';
import { DEFAULT_COLUMNS, fieldsOf, isBuiltIn, widthOf } from '../../../../page/packets/packet-columns.ts';
import { usePackets, type TimeDisplay } from '../../../../page/packets/packet-store.ts';

/** Date and time of day. */
const ABSOLUTE_PX = 182;

export interface ShownColumn {
  readonly column: ScenarioColumn;
  /** Its place among the chosen columns. */
  readonly place: number;
  /** Its place among the cells of a row, for a field. */
  readonly cell: number;
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

function useWidth(list: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(1000);
  useEffect(() => {
    const { current } = list;
    if (current === null) return;
    const observer = new ResizeObserver(() => setWidth(current.clientWidth));
    observer.observe(current);
    return () => observer.disconnect();
  }, [list]);
  return width;
}

export function useColumns(list: RefObject<HTMLElement | null>, dragged: Dragged | undefined): ShownColumns {
  const columns = usePackets((state) => state.columns);
  const time = usePackets((state) => state.time);
  const listPx = useWidth(list);
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
  const shown = columns
    .map((column, place) => ({ column, place, cell: fields.indexOf(column.field) }))
    .filter(({ column }) => !isFirstSet || !isHidden(column.field, listPx));
  const template = shown
    .map(({ column, place }, i) => {
      const wanted = dragged?.place === place ? dragged.widthPx : column.widthPx;
      if (wanted !== undefined) return `${wanted}px`;
      if (i === shown.length - 1) return 'minmax(140px, 1fr)';
      if (column.field === 'time' && time === 'absolute') return `${ABSOLUTE_PX}px`;
      const width = widthOf(column);
      return width === undefined ? 'minmax(140px, 1fr)' : `${width}px`;
    })
    .join(' ');
  return { shown, template };
}

export function columnTitle({ title, field }: ScenarioColumn): AnyText {
  if (title !== undefined) return { en: title, fr: title };
  return isBuiltIn(field) ? `packets.${field}` : { en: field, fr: field };
}
