/** The rows of the capture: only the visible ones are requested, so a million frames scroll like a hundred. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { PacketRow } from '../../../threads/api/lab-api.ts';
import { useView } from '../../../page/store.ts';
import { formatSeconds } from '../../format.ts';
import { panelTitle } from '../../../page/panels.ts';
import { usePageQueries, useText } from '../../hooks.ts';
import type { Tail } from './use-capture-end.ts';
import { FrameMarks } from '../../parts/marks/frame-marks.tsx';
import styles from './packets.module.css';

const ROW_PX = 20;
const PAGE = 64;
/** Browsers cap the height of an element near 33 million pixels; a capture of a million rows stays below. */
const MAX_ROWS = 1_600_000;

interface Pages {
  readonly pages: Map<number, readonly PacketRow[]>;
  readonly asked: Set<number>;
}

const noPages = (): Pages => ({ pages: new Map(), asked: new Set() });

/**
 * Rows that were fetched, by pages, and the last ones, which came with the count. When the view changes, or the end has
 * moved ahead, the old rows stay until new ones arrive: the list never turns blank.
 */
function useRows(version: string, count: number, tails: readonly Tail[]): (index: number) => PacketRow | undefined {
  const { client } = usePageQueries();
  const current = useRef(noPages());
  const before = useRef(new Map<number, readonly PacketRow[]>());
  const [, redraw] = useState(0);
  useEffect(() => {
    before.current = current.current.pages;
    current.current = noPages();
    redraw((n) => n + 1);
  }, [version]);
  return useCallback(
    (index: number): PacketRow | undefined => {
      for (const { from, rows } of tails) {
        const row = rows[index - from];
        if (row !== undefined) return row;
      }
      const page = Math.floor(index / PAGE);
      const asking = current.current;
      const rows = asking.pages.get(page);
      const complete = rows !== undefined && (rows.length === PAGE || page * PAGE + rows.length >= count);
      if (!complete && !asking.asked.has(page)) {
        asking.asked.add(page);
        void client.analysis.rows(page * PAGE, (page + 1) * PAGE).then((fetched) => {
          if (asking !== current.current) return;
          asking.asked.delete(page);
          asking.pages.set(page, fetched);
          redraw((n) => n + 1);
        });
      }
      return rows?.[index % PAGE] ?? before.current.get(page)?.[index % PAGE];
    },
    [client, count, tails],
  );
}

export function PacketList({
  count,
  version,
  tails,
  selected,
  onSelect,
}: {
  readonly count: number;
  readonly version: string;
  readonly tails: readonly Tail[];
  readonly selected: number | undefined;
  readonly onSelect: (index: number, frame: PacketRow | undefined) => void;
}): ReactNode {
  const text = useText();
  const scroller = useRef<HTMLDivElement>(null);
  const row = useRows(version, count, tails);
  const pastNs = useView((state) => state.pastNs);
  const [follow, setFollow] = useState(true);
  const virtual = useVirtualizer({
    count: Math.min(count, MAX_ROWS),
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  // Before it is painted: the rows that came with the count are those at the end.
  useLayoutEffect(() => {
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
    onSelect(bounded, row(bounded));
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
      aria-label={text(panelTitle('packets'))}
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
          const packet = row(index);
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
                    <FrameMarks kinds={packet.marks} />
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
