/** The rows of the capture: only the visible ones are requested, so a million frames scroll like a hundred. */
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
} from 'react';
import type { PacketRow } from '../../../../threads/api/analysis-api.ts';
import { useView } from '../../../../page/store.ts';
import { usePackets } from '../../../../page/packets/packet-store.ts';
import { panelTitle } from '../../../../page/panels.ts';
import { useText } from '../../../hooks.ts';
import type { Tail } from './use-capture-end.ts';
import { ListHead } from './list-head.tsx';
import { Row } from './packet-row.tsx';
import { useColumns, type Dragged } from './use-columns.ts';
import { useOpenMenu } from '../menu/use-open-menu.ts';
import { useRows } from './use-rows.ts';
import styles from '../packets.module.css';

const ROW_PX = 20;
/** Browsers cap the height of an element near 33 million pixels; a capture of a million rows stays below. */
const MAX_ROWS = 1_600_000;

/** What of the list an event is about. */
function placeOf(target: EventTarget | null): {
  readonly index: number | undefined;
  readonly column: string | undefined;
} {
  const element = target instanceof Element ? target : undefined;
  const index = element?.closest('[data-index]')?.getAttribute('data-index');
  return {
    index: index === null || index === undefined ? undefined : Number(index),
    column: element?.closest('[data-column]')?.getAttribute('data-column') ?? undefined,
  };
}

export function PacketList({
  count,
  version,
  tails,
  selected,
  column,
  onSelect,
}: {
  readonly count: number;
  readonly version: string;
  readonly tails: readonly Tail[];
  readonly selected: number | undefined;
  /** The column that commands are about. */
  readonly column: string;
  readonly onSelect: (index: number, frame: PacketRow | undefined, column: string | undefined) => void;
}): ReactNode {
  const text = useText();
  const scroller = useRef<HTMLDivElement>(null);
  const row = useRows(version, count, tails);
  const pastNs = useView((state) => state.pastNs);
  const capture = useView((state) => state.capture);
  const colours = usePackets((state) => state.colours);
  const time = usePackets((state) => state.time);
  const [dragged, setDragged] = useState<Dragged | undefined>();
  const columns = useColumns(scroller, dragged);
  const openMenu = useOpenMenu();
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
  // Looking back shows the last frames of that moment; a file is read from its beginning.
  useEffect(() => {
    setFollow(capture === undefined);
    if (capture !== undefined) scroller.current?.scrollTo(0, 0);
  }, [pastNs, capture]);
  useEffect(() => {
    if (selected === undefined) return;
    setFollow(false);
    virtual.scrollToIndex(selected, { align: 'auto' });
  }, [selected, virtual]);
  const choose = (index: number, of?: string): void => {
    const bounded = Math.max(0, Math.min(count - 1, index));
    onSelect(bounded, row(bounded), of);
  };
  const moveColumn = (step: number): void => {
    const at = columns.shown.findIndex((shown) => shown.column.field === column);
    const next = columns.shown[Math.max(0, Math.min(columns.shown.length - 1, at + step))];
    if (next !== undefined) choose(selected ?? 0, next.column.field);
  };
  const press = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget || openMenu.byKey(event)) return;
    // With Alt and Ctrl they are keys of commands.
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      event.preventDefault();
      moveColumn(event.key === 'ArrowLeft' ? -1 : 1);
      return;
    }
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
  const point = (event: MouseEvent): void => {
    const { index, column: of } = placeOf(event.target);
    if (index !== undefined) choose(index, of);
  };
  const active = columns.shown.find((shown) => shown.column.field === column);
  const items = virtual.getVirtualItems();
  // A row that is scrolled out of sight is not in the document.
  const isSelectedShown = selected !== undefined && items.some(({ index }) => index === selected);
  return (
    <div
      ref={scroller}
      className={styles['list']}
      role="grid"
      aria-label={text(panelTitle('packets'))}
      aria-rowcount={count}
      aria-colcount={columns.shown.length}
      aria-activedescendant={
        !isSelectedShown
          ? undefined
          : active === undefined || row(selected) === undefined
            ? `packet-${selected}`
            : `packet-${selected}-${active.place}`
      }
      tabIndex={0}
      data-testid="packet-list"
      onKeyDown={press}
      onPointerDown={point}
      onContextMenu={(event) => {
        const { index, column: of } = placeOf(event.target);
        openMenu.at(event, index === undefined ? of : undefined);
      }}
      onScroll={({ currentTarget }) =>
        setFollow(currentTarget.scrollTop + currentTarget.clientHeight >= currentTarget.scrollHeight - 2 * ROW_PX)
      }
    >
      <ListHead columns={columns} onDrag={setDragged} />
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }} role="rowgroup">
        {items.map(({ index, start }) => {
          const packet = row(index);
          return (
            <Row
              key={index}
              packet={packet}
              index={index}
              top={start}
              isSelected={index === selected}
              activeField={index === selected ? column : undefined}
              columns={columns}
              rule={packet?.rule === undefined ? undefined : colours[packet.rule]}
              time={time}
            />
          );
        })}
      </div>
    </div>
  );
}
