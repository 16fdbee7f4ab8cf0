/** The frames as a sequence diagram that follows the capture and the filter, with a table twin, printable as SVG. */
import { useEffect, useState, type ReactNode } from 'react';
import type { LadderView } from '../../app/lab-api.ts';
import { useLive, useView } from '../../app/store.ts';
import { formatSeconds } from '../format.ts';
import { useController, useText } from '../hooks.ts';
import { Button } from '../parts/button.tsx';
import { Empty } from '../parts/empty.tsx';
import { saveFile } from '../save-file.ts';
import styles from './story.module.css';

const LIMIT = 400;
const COLUMN_PX = 190;
const ROW_PX = 24;

export function Ladder(): ReactNode {
  const text = useText();
  const { client } = useController();
  const frames = useLive((state) => state.update?.frames ?? 0);
  const generation = useLive((state) => state.update?.generation ?? -1);
  const filter = useView((state) => state.filter);
  const [ladder, setLadder] = useState<LadderView | undefined>();
  const [asTable, setAsTable] = useState(false);
  useEffect(() => {
    let live = true;
    // A running capture changes many times a second: the diagram is drawn anew when it has rested a little.
    const timer = setTimeout(() => {
      void client.analysis.ladder(LIMIT).then((next) => {
        if (live) setLadder(next);
      });
    }, 200);
    return () => {
      live = false;
      clearTimeout(timer);
    };
  }, [client, frames, filter, generation]);
  if (ladder === undefined || ladder.arrows.length === 0) return <Empty title={text('ladder.empty')} />;
  const select = async (index: number): Promise<void> => {
    const detail = await client.analysis.detail(index);
    if (detail !== undefined && detail.row.event >= 0)
      useView.setState({ selection: { kind: 'event', id: detail.row.event } });
  };
  return (
    <div className={styles['panel']}>
      <div className={styles['bar']}>
        <Button label={text('ladder.table')} isPressed={asTable} onPress={() => setAsTable(!asTable)} />
        <Button
          label={text('ladder.svg')}
          onPress={() =>
            void client.analysis.ladderSvg(LIMIT).then((svg) => saveFile('ladder.svg', svg, 'image/svg+xml'))
          }
        />
        {ladder.arrows.length >= LIMIT ? <span>{text('ladder.limited', { count: LIMIT })}</span> : null}
      </div>
      <div className={styles['scroll']} tabIndex={0} role="region" aria-label={text('panel.ladder')}>
        {asTable ? (
          <LadderTable ladder={ladder} onSelect={select} />
        ) : (
          <LadderDrawing ladder={ladder} onSelect={select} />
        )}
      </div>
    </div>
  );
}

interface Drawn {
  readonly ladder: LadderView;
  readonly onSelect: (index: number) => Promise<void>;
}

function LadderTable({ ladder, onSelect }: Drawn): ReactNode {
  const text = useText();
  return (
    <table className={styles['table']}>
      <thead>
        <tr>
          {(['time', 'source', 'destination', 'protocol', 'info'] as const).map((column) => (
            <th key={column}>{text(`packets.${column}`)}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {ladder.arrows.map((arrow) => (
          <tr key={arrow.index} onClick={() => void onSelect(arrow.index)}>
            <td>{formatSeconds(arrow.timeNs)}</td>
            <td>{arrow.from}</td>
            <td>{arrow.to}</td>
            <td>{arrow.protocol}</td>
            <td>
              {arrow.label}
              {arrow.count > 1 ? ` × ${arrow.count}` : ''}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function LadderDrawing({ ladder, onSelect }: Drawn): ReactNode {
  const x = (name: string): number => 130 + COLUMN_PX * Math.max(0, ladder.participants.indexOf(name));
  const width = 130 + COLUMN_PX * ladder.participants.length;
  const height = 40 + ROW_PX * ladder.arrows.length;
  return (
    <svg width={width} height={height} className={styles['ladder']} role="img" aria-hidden="true">
      {ladder.participants.map((name) => (
        <g key={name}>
          <text x={x(name)} y={16} textAnchor="middle" className={styles['participant']}>
            {name}
          </text>
          <line x1={x(name)} x2={x(name)} y1={24} y2={height} className={styles['life']} />
        </g>
      ))}
      {ladder.arrows.map((arrow, i) => {
        const y = 48 + ROW_PX * i;
        const from = x(arrow.from);
        const to = x(arrow.to);
        const sign = to >= from ? 1 : -1;
        return (
          <g key={arrow.index} onClick={() => void onSelect(arrow.index)} className={styles['arrow']}>
            <rect x={0} y={y - 16} width={width} height={ROW_PX} fill="transparent" />
            <text x={4} y={y} className={styles['arrowTime']}>
              {formatSeconds(arrow.timeNs)}
            </text>
            <line x1={from} x2={to} y1={y} y2={y} stroke={`var(--p-${arrow.protocol.toLowerCase()}, var(--p-other))`} />
            <path
              d={`M${to} ${y}l${-7 * sign} -4v8z`}
              fill={`var(--p-${arrow.protocol.toLowerCase()}, var(--p-other))`}
            />
            <text x={(from + to) / 2} y={y - 4} textAnchor="middle">
              {arrow.label}
              {arrow.count > 1 ? ` × ${arrow.count}` : ''}
            </text>
          </g>
        );
      })}
    </svg>
  );
}
