/** The layers and fields of a frame as a tree; what is selected here is highlighted in the bytes, and the other way round. */
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Button, Tree, TreeItem, TreeItemContent } from 'react-aria-components';
import type { PacketDetail, TreeRow } from '../../../../threads/api/analysis-api.ts';
import { useText } from '../../../hooks.ts';
import { findRow, pathOf } from './tree-paths.ts';
import styles from '../packets.module.css';

/** The help of a row, else of the nearest one around it. */
function helpFor(rows: readonly TreeRow[], id: string | undefined): TreeRow['help'] {
  if (id === undefined) return undefined;
  return [...parents(id), id].map((path) => findRow(rows, path)?.help).findLast((help) => help !== undefined);
}

function parents(id: string): readonly string[] {
  const parts = id.split('.');
  return parts.slice(0, -1).map((_, i) => parts.slice(0, i + 1).join('.'));
}

export function LayerTree({
  detail,
  selected,
  onSelect,
}: {
  readonly detail: PacketDetail;
  readonly selected: TreeRow | undefined;
  readonly onSelect: (row: TreeRow | undefined) => void;
}): ReactNode {
  const text = useText();
  const [expanded, setExpanded] = useState<ReadonlySet<string | number>>(new Set());
  // What a protocol carries and nobody knows is not what matters.
  const named = detail.tree.findLastIndex(({ field }) => field !== 'data');
  const last = named < 0 ? detail.tree.length - 1 : named;
  useEffect(() => {
    // The innermost layer is usually the interesting one.
    setExpanded(new Set([String(last)]));
  }, [detail.row.number, last]);
  const selectedId = selected === undefined ? undefined : pathOf(detail.tree, selected);
  useEffect(() => {
    if (selectedId === undefined) return;
    setExpanded((open) => new Set([...open, ...parents(selectedId)]));
  }, [selectedId]);
  const tree = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Scrolls the open layer to the top, or a field selected in the bytes into view.
    const show = (): void => {
      const scroller = tree.current;
      const row = scroller?.querySelector<HTMLElement>(`[data-key="${selectedId ?? last}"]`);
      if (scroller === null || row === null || row === undefined) return;
      const above = row.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
      const isInSight = above >= 0 && above + row.clientHeight <= scroller.clientHeight;
      if (selectedId === undefined || !isInSight) scroller.scrollTop += above;
    };
    const frame = requestAnimationFrame(show);
    return () => cancelAnimationFrame(frame);
  }, [selectedId, last, detail.row.number]);
  const items = (rows: readonly TreeRow[], prefix: string): ReactNode =>
    rows.map((row, i) => {
      const id = prefix === '' ? String(i) : `${prefix}.${i}`;
      return (
        <TreeItem key={id} id={id} textValue={row.label} className={styles['treeItem'] ?? ''}>
          <TreeItemContent>
            {({ hasChildItems, isExpanded, level }) => (
              <span
                className={styles['treeRow']}
                data-severity={row.severity}
                data-generated={row.generated}
                data-layer={level === 1}
                style={{ paddingLeft: (level - 1) * 14 }}
              >
                {hasChildItems ? (
                  <Button slot="chevron" className={styles['chevron'] ?? ''}>
                    {isExpanded ? '▾' : '▸'}
                  </Button>
                ) : (
                  <span className={styles['chevron']} />
                )}
                <span className={styles['label']} title={`${row.label}\n${row.field}`}>
                  {row.label}
                </span>
              </span>
            )}
          </TreeItemContent>
          {items(row.children, id)}
        </TreeItem>
      );
    });
  const help = helpFor(detail.tree, selectedId);
  return (
    <div className={styles['layers']}>
      <Tree
        ref={tree}
        aria-label={text('packets.layers')}
        className={styles['tree'] ?? ''}
        selectionMode="single"
        selectionBehavior="replace"
        expandedKeys={expanded}
        onExpandedChange={(keys) => setExpanded(new Set(keys))}
        selectedKeys={selectedId === undefined ? [] : [selectedId]}
        onSelectionChange={(keys) => {
          const [id] = keys === 'all' ? [] : [...keys];
          onSelect(id === undefined ? undefined : findRow(detail.tree, String(id)));
        }}
        data-testid="layer-tree"
      >
        {items(detail.tree, '')}
      </Tree>
      <p className={styles['fieldHelp']} role="status" data-testid="field-help">
        {help === undefined ? null : text(help)}
      </p>
    </div>
  );
}
