/** The packet list, the layer tree and the bytes of the selected frame, and the filter above them. */
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Group, Panel, Separator } from 'react-resizable-panels';
import type { PacketDetail, PacketRow, TreeRow } from '../../../threads/api/lab-api.ts';
import { useLive, useView } from '../../../page/store.ts';
import { usePageQueries, useNarrow, useText } from '../../hooks.ts';
import { Empty } from '../../parts/empty.tsx';
import { ByteView } from './byte-view.tsx';
import { FilterBar } from './filter-bar.tsx';
import { LayerTree } from './layer-tree.tsx';
import { PacketList } from './packet-list.tsx';
import { useCaptureEnd } from './use-capture-end.ts';
import { useSelectedFrame, useSelectFrame } from './use-selected-frame.ts';
import styles from './packets.module.css';

export function PacketsPanel(): ReactNode {
  const text = useText();
  const narrow = useNarrow();
  const { client } = usePageQueries();
  const generation = useLive((state) => state.update?.generation ?? -1);
  const filter = useView((state) => state.filter);
  const capture = useView((state) => state.capture);
  const version = `${capture?.name ?? ''}/${generation}/${filter}`;
  const counts = useCaptureEnd(version);
  const [selected, setSelected] = useState<number | undefined>();
  const [detail, setDetail] = useState<PacketDetail | undefined>();
  const [field, setField] = useState<TreeRow | undefined>();

  // A selection made elsewhere, or another filter, moves the list.
  const found = useSelectedFrame();
  const selectFrame = useSelectFrame();
  useEffect(() => {
    if (found !== undefined) setSelected(found.row);
  }, [found]);

  useEffect(() => {
    setField(undefined);
    if (selected === undefined) {
      setDetail(undefined);
      return;
    }
    void client.analysis.detail(selected).then(setDetail);
  }, [client, selected, filter, generation, capture]);

  // Another lab or another capture: the selection does not exist any more.
  const shownCapture = useRef({ generation, capture });
  useEffect(() => {
    const before = shownCapture.current;
    if (before.generation !== generation || before.capture !== capture) setSelected(undefined);
    shownCapture.current = { generation, capture };
  }, [generation, capture]);

  const select = (index: number, frame: PacketRow | undefined): void => {
    setSelected(index);
    if (frame !== undefined) selectFrame(frame);
  };
  return (
    <div className={styles['panel']}>
      <FilterBar counts={counts} />
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
              onSelect={select}
            />
          </Panel>
          {detail === undefined ? null : (
            <>
              <Separator className={styles[narrow ? 'rowBar' : 'bar']} />
              <Panel id="detail" defaultSize="42" minSize="15">
                <Group orientation="vertical">
                  <Panel id="layers" defaultSize="60" minSize="20">
                    <LayerTree detail={detail} selected={field} onSelect={setField} />
                  </Panel>
                  <Separator className={styles['rowBar']} />
                  <Panel id="bytes" defaultSize="40" minSize="15">
                    <ByteView detail={detail} selected={field} onSelect={setField} />
                  </Panel>
                </Group>
              </Panel>
            </>
          )}
        </Group>
      )}
    </div>
  );
}
