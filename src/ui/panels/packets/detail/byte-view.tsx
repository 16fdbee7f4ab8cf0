/** The bytes of a frame in hexadecimal and text; a click selects the field that the byte belongs to. */
import { useState, type ReactNode } from 'react';
import type { PacketDetail, TreeRow } from '../../../../threads/api/analysis-api.ts';
import { useText } from '../../../hooks.ts';
import { Button } from '../../../parts/button.tsx';
import styles from '../packets.module.css';

const PER_LINE = 16;
const NO_BYTES = new Uint8Array(0);

/**
 * The smallest field of the tree that covers a byte; where several bit fields share it, the field that contains them.
 */
function fieldAt(rows: readonly TreeRow[], source: number, offset: number): TreeRow | undefined {
  let best: TreeRow | undefined;
  let parts = 0;
  for (const row of rows) {
    const inside = row.source === source && row.length > 0 && offset >= row.offset && offset < row.offset + row.length;
    const below = fieldAt(row.children, source, offset);
    const found = below ?? (inside && !row.generated ? row : undefined);
    if (found === undefined) continue;
    if (best === undefined || found.length < best.length) {
      best = found;
      parts = 1;
    } else if (found.length === best.length && found.offset === best.offset) parts++;
  }
  return parts > 1 ? undefined : best;
}

export function ByteView({
  detail,
  selected,
  onSelect,
}: {
  readonly detail: PacketDetail;
  readonly selected: TreeRow | undefined;
  readonly onSelect: (row: TreeRow | undefined) => void;
}): ReactNode {
  const text = useText();
  const [chosen, setChosen] = useState(0);
  const sourceIndex = selected !== undefined && selected.length > 0 ? selected.source : chosen;
  const source = detail.sources[sourceIndex] ?? detail.sources[0];
  const all = source?.bytes ?? NO_BYTES;
  const lines = Math.ceil(all.length / PER_LINE);
  const inField = (at: number): boolean =>
    selected !== undefined &&
    selected.source === sourceIndex &&
    at >= selected.offset &&
    at < selected.offset + selected.length;
  return (
    <div
      className={styles['bytes']}
      data-testid="byte-view"
      role="region"
      aria-label={text('packets.bytes')}
      tabIndex={0}
    >
      {detail.sources.length > 1 ? (
        <div className={styles['sources']}>
          {detail.sources.map(({ name }, i) => (
            <Button key={name} label={name} isPressed={i === sourceIndex} onPress={() => setChosen(i)} />
          ))}
        </div>
      ) : null}
      {Array.from({ length: lines }, (_, line) => {
        const from = line * PER_LINE;
        const bytes = [...all.subarray(from, from + PER_LINE)];
        return (
          <div key={from} className={styles['byteLine']}>
            <span className={styles['offset']}>{from.toString(16).padStart(4, '0')}</span>
            <span className={styles['hex']}>
              {bytes.map((byte, i) => (
                <span
                  key={from + i}
                  data-on={inField(from + i)}
                  onPointerDown={() => onSelect(fieldAt(detail.tree, sourceIndex, from + i))}
                >
                  {byte.toString(16).padStart(2, '0')}
                </span>
              ))}
            </span>
            <span className={styles['ascii']}>
              {bytes.map((byte, i) => (
                <span
                  key={from + i}
                  data-on={inField(from + i)}
                  onPointerDown={() => onSelect(fieldAt(detail.tree, sourceIndex, from + i))}
                >
                  {byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '·'}
                </span>
              ))}
            </span>
          </div>
        );
      })}
    </div>
  );
}
