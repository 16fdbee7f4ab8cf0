/** The layers and the bytes of the selected frame. Loaded when the first frame is selected. */
import type { MouseEvent, KeyboardEvent, ReactNode } from 'react';
import { Group, Panel, Separator } from 'react-resizable-panels';
import type { PacketDetail, TreeRow } from '../../../../threads/api/analysis-api.ts';
import { ByteView } from './byte-view.tsx';
import { LayerTree } from './layer-tree.tsx';
import { findRow } from './tree-paths.ts';
import { useOpenMenu } from '../menu/use-open-menu.ts';
import styles from '../packets.module.css';

export function PacketDetailPane({
  detail,
  field,
  onSelect,
}: {
  readonly detail: PacketDetail;
  readonly field: TreeRow | undefined;
  readonly onSelect: (row: TreeRow | undefined) => void;
}): ReactNode {
  const openMenu = useOpenMenu();
  const menu = {
    onContextMenu: (event: MouseEvent) => {
      // The right button selects too; in the bytes that was done on its way down.
      const key = event.target instanceof Element ? event.target.closest('[data-key]')?.getAttribute('data-key') : null;
      if (key !== null && key !== undefined) onSelect(findRow(detail.tree, key));
      openMenu.at(event);
    },
    onKeyDownCapture: (event: KeyboardEvent) => void openMenu.byKey(event),
  };
  return (
    <Group orientation="vertical">
      <Panel id="layers" defaultSize="60" minSize="20">
        <div className={styles['pane']} {...menu}>
          <LayerTree detail={detail} selected={field} onSelect={onSelect} />
        </div>
      </Panel>
      <Separator className={styles['rowBar']} />
      <Panel id="bytes" defaultSize="40" minSize="15">
        <div className={styles['pane']} {...menu}>
          <ByteView detail={detail} selected={field} onSelect={onSelect} />
        </div>
      </Panel>
    </Group>
  );
}
