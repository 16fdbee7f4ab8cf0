/** The packet list, the layer tree and the bytes of the selected frame, and the filter above them. */
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Group, Panel, Separator } from 'react-resizable-panels';
import type { PacketDetail, PacketRow, TreeRow } from '../../../threads/api/analysis-api.ts';
import { useRecord } from '../../../page/captures/capture-store.ts';
import { useView } from '../../../page/store.ts';
import { usePackets } from '../../../page/packets/packet-store.ts';
import { usePageQueries, useNarrow, useText } from '../../hooks.ts';
import { Empty } from '../../parts/states/empty.tsx';
import { lazyPart } from '../../parts/states/lazy-part.tsx';
import { FilterBar } from './list/filter-bar.tsx';
import { PacketList } from './list/packet-list.tsx';
import { findRow, pathOf } from './detail/tree-paths.ts';
import { useCaptureEnd } from './list/use-capture-end.ts';
import { useChosen } from './use-chosen.ts';
import { useSelectedFrame, useSelectFrame } from './detail/use-selected-frame.ts';
import styles from './packets.module.css';

const [PacketDetailPane, preloadDetail] = lazyPart(
  async () => (await import('./detail/packet-detail.tsx')).PacketDetailPane,
  null,
);
const [PacketMenu, preloadMenu] = lazyPart(async () => (await import('./menu/packet-menu.tsx')).PacketMenu, null);
const [FindBar] = lazyPart(async () => (await import('./list/find-bar.tsx')).FindBar, null);
const [PacketDialogs] = lazyPart(async () => (await import('./forms/packet-dialogs.tsx')).PacketDialogs, null);

/** Fetched when the page is idle. */
export async function preloadPackets(): Promise<void> {
  await preloadDetail();
  await preloadMenu();
}

/** The column that commands are about, until another one is pointed at. */
const FIRST_COLUMN = 'protocol';

export function PacketsPanel(): ReactNode {
  const text = useText();
  const narrow = useNarrow();
  const { client } = usePageQueries();
  const generation = useRecord((state) => state.update?.generation ?? -1);
  const filter = useView((state) => state.filter);
  const capture = useView((state) => state.capture);
  const presented = usePackets((state) => state.presented);
  const menu = usePackets((state) => state.menu);
  const dialog = usePackets((state) => state.dialog);
  const findOpen = usePackets((state) => state.findOpen);
  const view = `${capture?.name ?? ''}/${generation}/${filter}`;
  const version = `${view}/${presented}`;
  const counts = useCaptureEnd(version);
  const [selected, setSelected] = useState<number | undefined>();
  const [column, setColumn] = useState(FIRST_COLUMN);
  const [detail, setDetail] = useState<PacketDetail | undefined>();
  const [field, setField] = useState<TreeRow | undefined>();
  const shown = useRef({ detail, field });
  useEffect(() => {
    shown.current = { detail, field };
  }, [detail, field]);
  useChosen(detail, field, column);

  // A selection made elsewhere, another filter or another order moves the list.
  const found = useSelectedFrame();
  const selectFrame = useSelectFrame();
  useEffect(() => {
    if (found !== undefined) setSelected(found.row);
  }, [found]);

  useEffect(() => {
    if (selected === undefined) {
      setField(undefined);
      setDetail(undefined);
      return;
    }
    let live = true;
    void client.analysis.detail(selected).then((next) => {
      if (!live) return;
      const { detail: before, field: chosen } = shown.current;
      const isSame = next !== undefined && before?.row.number === next.row.number;
      const path = isSame && chosen !== undefined ? pathOf(before.tree, chosen) : undefined;
      setField(path === undefined || next === undefined ? undefined : findRow(next.tree, path));
      setDetail(next);
    });
    return () => {
      live = false;
    };
  }, [client, selected, version]);

  // Another lab or another capture: the selection does not exist any more.
  const shownCapture = useRef({ generation, capture });
  useEffect(() => {
    const before = shownCapture.current;
    if (before.generation !== generation || before.capture !== capture) setSelected(undefined);
    shownCapture.current = { generation, capture };
  }, [generation, capture]);

  const select = (index: number, frame: PacketRow | undefined, of: string | undefined): void => {
    if (of !== undefined) setColumn(of);
    setField(undefined);
    setSelected(index);
    if (frame !== undefined) selectFrame(frame);
  };
  return (
    <div className={styles['panel']}>
      <FilterBar counts={counts} />
      {findOpen ? <FindBar /> : null}
      {counts.total === 0 ? (
        <Empty title={text('packets.empty')} />
      ) : (
        <Group orientation={narrow ? 'vertical' : 'horizontal'} className={styles['body']}>
          <Panel id="list" defaultSize="58" minSize="25">
            <PacketList
              count={counts.shown}
              version={`${version}/${counts.marked}`}
              tails={counts.tails}
              selected={selected}
              column={column}
              onSelect={select}
            />
          </Panel>
          {detail === undefined ? null : (
            <>
              <Separator className={styles[narrow ? 'rowBar' : 'bar']} />
              <Panel id="detail" defaultSize="42" minSize="15">
                <PacketDetailPane detail={detail} field={field} onSelect={setField} />
              </Panel>
            </>
          )}
        </Group>
      )}
      {menu === undefined ? null : <PacketMenu />}
      {dialog === undefined ? null : <PacketDialogs dialog={dialog} />}
    </div>
  );
}
