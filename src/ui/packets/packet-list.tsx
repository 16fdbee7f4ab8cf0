/** The rows of the capture: only those in sight are asked for, so a million frames scroll as a hundred do. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { PacketRow } from '../../threads/api/lab-api.ts';
import { useView } from '../../page/store.ts';
import { formatSeconds } from '../format.ts';
import { useController, useText } from '../hooks.ts';
import styles from './packets.module.css';

const ROW_PX = 20;
const PAGE = 64;
/** Browsers cap the height of an element near 33 million pixels; a capture of a million rows stays below. */
const MAX_ROWS = 1_600_000;

/** Pages of rows that were fetched; thrown away when the view changes. */
function useRows(version: string, count: number): { row: (index: number) => PacketRow | undefined } {
  const { client } = useController();
  const pages = useRef(new Map<number, readonly PacketRow[]>());
  const asked = useRef(new Set<number>());
  const epoch = useRef(0);
  const [, redraw] = useState(0);
  useEffect(() => {
    pages.current.clear();
    asked.current.clear();
    epoch.current++;
    redraw((n) => n + 1);
  }, [version]);
  const row = useCallback(
    (index: number): PacketRow | undefined => {
      const page = Math.floor(index / PAGE);
      const rows = pages.current.get(page);
      const complete = rows !== undefined && (rows.length === PAGE || page * PAGE + rows.length >= count);
      if (!complete && !asked.current.has(page)) {
        asked.current.add(page);
        const asking = epoch.current;
        void client.analysis.rows(page * PAGE, (page + 1) * PAGE).then((fetched) => {
          if (asking !== epoch.current) return;
          asked.current.delete(page);
          pages.current.set(page, fetched);
          redraw((n) => n + 1);
        });
      }
      return rows?.[index % PAGE];
    },
    [client, count],
  );
  return { row };
}

export function PacketList({
  count,
  version,
  tail,
  selected,
  onSelect,
}: {
  readonly count: number;
  readonly version: string;
  /** The last rows, which came with the count. */
  readonly tail: { readonly from: number; readonly rows: readonly PacketRow[] };
  readonly selected: number | undefined;
  readonly onSelect: (index: number, event: number) => void;
}): ReactNode {
  const text = useText();
  const scroller = useRef<HTMLDivElement>(null);
  const { row } = useRows(version, count);
  const pastNs = useView((state) => state.pastNs);
  const [follow, setFollow] = useState(true);
  const virtual = useVirtualizer({
    count: Math.min(count, MAX_ROWS),
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  useEffect(() => {
    if (follow && count > 0) virtual.scrollToIndex(Math.min(count, MAX_ROWS) - 1);
  }, [count, follow, virtual]);
  // Looking back shows the last frames of that moment.
  useEffect(() => setFollow(true), [pastNs]);
  useEffect(() => {
    if (selected === undefined) return;
    setFollow(false);
    virtual.scrollToIndex(selected, { align: 'auto' });
  }, [selected, virtual]);
  const choose = (index: number): void => {
    const bounded = Math.max(0, Math.min(count - 1, index));
    onSelect(bounded, (tail.rows[bounded - tail.from] ?? row(bounded))?.event ?? -1);
  };
  const press = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_PX) - 1);
    const from = selected ?? -1;
    const to = {
      ArrowDown: from + 1,
      ArrowUp: from - 1,
      PageDown: from + page,
      PageUp: from - page,
      Home: 0,
      End: count - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    choose(to);
  };
  return (
    <div
      ref={scroller}
      className={styles['list']}
      role="grid"
      aria-label={text('panel.packets')}
      aria-rowcount={count}
      aria-activedescendant={selected === undefined ? undefined : `packet-${selected}`}
      tabIndex={0}
      data-testid="packet-list"
      onKeyDown={press}
      onScroll={({ currentTarget }) =>
        setFollow(currentTarget.scrollTop + currentTarget.clientHeight >= currentTarget.scrollHeight - 2 * ROW_PX)
      }
    >
      <div className={styles['head']} role="row">
        {(['no', 'time', 'port', 'source', 'destination', 'protocol', 'info'] as const).map((column) => (
          <span key={column} role="columnheader" data-column={column}>
            {text(`packets.${column}`)}
          </span>
        ))}
      </div>
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }} role="rowgroup">
        {virtual.getVirtualItems().map(({ index, start }) => {
          const packet = tail.rows[index - tail.from] ?? row(index);
          return (
            <div
              key={index}
              id={`packet-${index}`}
              role="row"
              aria-rowindex={index + 1}
              aria-selected={index === selected}
              className={styles['row']}
              data-colour={packet?.colour}
              style={{ transform: `translateY(${start}px)` }}
              onPointerDown={() => choose(index)}
            >
              {packet === undefined ? (
                <span role="gridcell">…</span>
              ) : (
                <>
                  <span role="gridcell">{packet.number}</span>
                  <span role="gridcell">{formatSeconds(packet.timeNs)}</span>
                  <span role="gridcell" data-column="port">
                    {packet.port}
                  </span>
                  <span role="gridcell" data-column="source">
                    {packet.source}
                  </span>
                  <span role="gridcell" data-column="destination">
                    {packet.destination}
                  </span>
                  <span role="gridcell" className={styles['protocol']}>
                    {packet.protocol}
                  </span>
                  <span role="gridcell" title={packet.info}>
                    {packet.info}
                  </span>
                </>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}
