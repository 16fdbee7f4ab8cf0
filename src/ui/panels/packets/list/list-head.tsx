/**
 * The heads of the packet list's columns: a press sorts, a drag of the edge widens. With the keyboard, Shift and the
 * arrow keys widen, Ctrl, Shift and the arrow keys move.
 */
import { useRef, type KeyboardEvent, type ReactNode } from 'react';
import type { ScenarioColumn } from '../../../../scenario/schema.ts';
import { widthOf } from '../../../../page/packets/packet-columns.ts';
import { usePackets } from '../../../../page/packets/packet-store.ts';
import { useCommands, useText } from '../../../hooks.ts';
import { moved } from '../moved.ts';
import { columnTitle, type Dragged, type ShownColumns } from './use-columns.ts';
import styles from '../packets.module.css';

const MIN_PX = 24;
const MAX_PX = 2000;
const STEP_PX = 10;

/** Ascending, descending, then the order of the capture. */
const NEXT_ORDER = { none: false, ascending: true, descending: undefined } as const;

export function ListHead({
  columns,
  onDrag,
}: {
  readonly columns: ShownColumns;
  readonly onDrag: (width: Dragged | undefined) => void;
}): ReactNode {
  const text = useText();
  const commands = useCommands();
  const chosen = usePackets((state) => state.columns);
  const sort = usePackets((state) => state.sort);
  const bad = usePackets((state) => state.badFields);
  const drag = useRef<{ readonly startX: number; readonly startPx: number } | undefined>(undefined);
  const set = (next: readonly ScenarioColumn[]): void => void commands.run('packets.set-columns', [...next]);
  const widen = (place: number, widthPx: number): void =>
    set(chosen.map((column, i) => (i === place ? { ...column, widthPx: Math.round(widthPx) } : column)));
  const press = (event: KeyboardEvent, place: number, widthPx: number): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined || !event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.ctrlKey) set(moved(chosen, place, step));
    else widen(place, Math.min(MAX_PX, Math.max(MIN_PX, widthPx + step * STEP_PX)));
  };
  return (
    <div className={styles['head']} role="row" style={{ gridTemplateColumns: columns.template }}>
      {columns.shown.map(({ column, place }) => {
        const order = sort?.column !== column.field ? 'none' : sort.descending ? 'descending' : 'ascending';
        const descending = NEXT_ORDER[order];
        const measured = (target: Element): number =>
          target.closest('[role="columnheader"]')?.getBoundingClientRect().width ?? widthOf(column) ?? MIN_PX;
        return (
          <span key={place} role="columnheader" aria-sort={order} data-column={column.field}>
            <button
              type="button"
              className={styles['sort']}
              data-bad={bad.includes(column.field)}
              title={column.field}
              onClick={() =>
                void commands.run(
                  'packets.sort',
                  descending === undefined ? undefined : { column: column.field, descending },
                )
              }
              onKeyDown={(event) => press(event, place, measured(event.currentTarget))}
            >
              {text(columnTitle(column))}
              {order === 'none' ? '' : order === 'ascending' ? ' ▴' : ' ▾'}
            </button>
            <span
              className={styles['edge']}
              aria-hidden="true"
              onPointerDown={(event) => {
                event.currentTarget.setPointerCapture(event.pointerId);
                drag.current = { startX: event.clientX, startPx: measured(event.currentTarget) };
              }}
              onPointerMove={({ clientX }) => {
                const { current } = drag;
                if (current === undefined) return;
                const widthPx = current.startPx + clientX - current.startX;
                onDrag({ place, widthPx: Math.min(MAX_PX, Math.max(MIN_PX, widthPx)) });
              }}
              onPointerUp={({ clientX }) => {
                const { current } = drag;
                drag.current = undefined;
                onDrag(undefined);
                if (current === undefined || clientX === current.startX) return;
                widen(place, Math.min(MAX_PX, Math.max(MIN_PX, current.startPx + clientX - current.startX)));
              }}
            />
          </span>
        );
      })}
    </div>
  );
}
