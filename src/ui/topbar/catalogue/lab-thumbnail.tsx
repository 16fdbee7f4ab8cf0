/** A thumbnail of a lab: its nodes at their positions, and its cables. */
import type { ReactNode } from 'react';
import type { LabSketch } from '../../../page/document/kept/lab-sketch.ts';
import styles from './catalogue.module.css';

/** About the size of a card in the topology. */
const CARD = { width: 170, height: 90 };
const MARGIN = 40;
/** A lab of one card is not drawn larger than others. */
const MIN_WIDTH = 640;

export function LabThumbnail({ sketch: { nodes, cables } }: { readonly sketch: LabSketch }): ReactNode {
  const xs = nodes.map(({ x }) => x);
  const ys = nodes.map(({ y }) => y);
  const top = Math.min(...ys) - MARGIN;
  const height = Math.max(...ys) + CARD.height + MARGIN - top;
  const needed = Math.max(...xs) - Math.min(...xs) + CARD.width + 2 * MARGIN;
  const width = Math.max(MIN_WIDTH, needed);
  const left = Math.min(...xs) - MARGIN - (width - needed) / 2;
  const middle = (index: number): { readonly x: number; readonly y: number } => ({
    x: (nodes[index]?.x ?? 0) + CARD.width / 2,
    y: (nodes[index]?.y ?? 0) + CARD.height / 2,
  });
  return (
    <svg className={styles['thumbnail']} viewBox={`${left} ${top} ${width} ${height}`} aria-hidden="true">
      {cables.map(([a, b], i) => (
        // oxlint-disable-next-line react/no-array-index-key -- cables of a sketch never change their places
        <line key={i} x1={middle(a).x} y1={middle(a).y} x2={middle(b).x} y2={middle(b).y} />
      ))}
      {nodes.map(({ kind, x, y }) => (
        <rect key={`${x} ${y} ${kind}`} data-kind={kind} x={x} y={y} {...CARD} rx={12} />
      ))}
    </svg>
  );
}
