/** A note on the drawing, and the arrow from it to a node. */
import { BaseEdge, getStraightPath, Handle, Position, useInternalNode, type Edge, type EdgeProps } from '@xyflow/react';
import type { Node, NodeProps } from '@xyflow/react';
import type { ReactNode } from 'react';
import styles from './notes.module.css';

interface NoteData extends Record<string, unknown> {
  readonly text: string;
  readonly selected: boolean;
}

export type Note = Node<NoteData, 'note'>;

export function NoteCard({ data }: NodeProps<Note>): ReactNode {
  return (
    <div className={styles['note']} data-selected={data.selected}>
      <Handle
        type="source"
        position={Position.Bottom}
        id="out"
        className={styles['anchor'] ?? ''}
        isConnectable={false}
      />
      {data.text}
    </div>
  );
}

export type Arrow = Edge<Record<string, never>, 'arrow'>;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where the line from the middle of a box towards a point leaves the box. */
function borderPoint(
  { x, y, width, height }: Box,
  to: { readonly x: number; readonly y: number },
): { x: number; y: number } {
  const [cx, cy] = [x + width / 2, y + height / 2];
  const [dx, dy] = [to.x - cx, to.y - cy];
  const scale = Math.min(1, width / 2 / Math.max(1e-6, Math.abs(dx)), height / 2 / Math.max(1e-6, Math.abs(dy)));
  return { x: cx + dx * scale, y: cy + dy * scale };
}

function useBox(id: string): Box | undefined {
  const node = useInternalNode(id);
  if (node === undefined) return undefined;
  const { width = 0, height = 0 } = node.measured;
  return { ...node.internals.positionAbsolute, width, height };
}

const TIP_PX = 9;

/** From the border of the note to the border of the node, with a tip. */
export function NoteArrow({ source, target }: EdgeProps<Arrow>): ReactNode {
  const [from, to] = [useBox(source), useBox(target)];
  if (from === undefined || to === undefined) return null;
  const start = borderPoint(from, { x: to.x + to.width / 2, y: to.y + to.height / 2 });
  const end = borderPoint(to, { x: from.x + from.width / 2, y: from.y + from.height / 2 });
  const [path] = getStraightPath({ sourceX: start.x, sourceY: start.y, targetX: end.x, targetY: end.y });
  const angle = Math.atan2(end.y - start.y, end.x - start.x);
  const corner = (turn: number): string =>
    `${end.x - TIP_PX * Math.cos(angle + turn)},${end.y - TIP_PX * Math.sin(angle + turn)}`;
  return (
    <g className={styles['arrow']}>
      <BaseEdge path={path} />
      <polygon points={`${end.x},${end.y} ${corner(0.45)} ${corner(-0.45)}`} />
    </g>
  );
}
