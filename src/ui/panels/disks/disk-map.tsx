/** A disk as a grid: each square is as many sectors as needed; what was read, what was written, where the partitions are. */
import type { ReactNode } from 'react';
import type { DiskMap, DiskPlace, DiskSummary } from '../../../threads/api/disks-api.ts';
import { useText } from '../../hooks.ts';
import { DISKS_TEXTS as T } from './texts.ts';
import styles from './disks.module.css';

const PER_ROW = 64;
const SIZE = 10;

export function DiskMapView({
  map,
  sectors,
  sector,
  layout,
  places,
  sectorBytes,
  go,
}: {
  readonly map: DiskMap;
  readonly sectors: number;
  readonly sector: number;
  readonly layout: DiskSummary['layout'];
  readonly places: readonly DiskPlace[];
  readonly sectorBytes: number;
  readonly go: (sector: number) => void;
}): ReactNode {
  const text = useText();
  const { sectorsPerCell, read, written } = map;
  const cells = Math.ceil(sectors / sectorsPerCell);
  const rows = Math.ceil(cells / PER_ROW);
  const count = (all: Uint32Array): number => all.reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0);
  const isIn = (cell: number, first: number, length: number): boolean =>
    first < (cell + 1) * sectorsPerCell && first + length > cell * sectorsPerCell;
  const scale = sectorBytes / 512;
  return (
    <figure className={styles['map']}>
      <svg
        viewBox={`0 0 ${PER_ROW * SIZE} ${rows * SIZE}`}
        role="img"
        aria-label={text(T.map, { cells, sectors: sectorsPerCell, read: count(read), written: count(written) })}
      >
        {Array.from({ length: cells }, (_, cell) => {
          const [reads, writes] = [read[cell] ?? 0, written[cell] ?? 0];
          const part = layout.parts.findIndex((one) => isIn(cell, one.first / scale, one.sectors / scale));
          return (
            <rect
              key={cell}
              x={(cell % PER_ROW) * SIZE + 0.5}
              y={Math.floor(cell / PER_ROW) * SIZE + 0.5}
              width={SIZE - 1}
              height={SIZE - 1}
              data-part={part < 0 ? 'none' : part % 2 === 0 ? 'even' : 'odd'}
              data-use={writes > 0 ? 'written' : reads > 0 ? 'read' : 'none'}
              data-on={places.some((place) => isIn(cell, place.first, place.count))}
              data-here={isIn(cell, sector, 1)}
              onPointerDown={() => go(cell * sectorsPerCell)}
            >
              <title>
                {text(T.cell, {
                  first: cell * sectorsPerCell,
                  last: Math.min(sectors, (cell + 1) * sectorsPerCell) - 1,
                  read: reads,
                  written: writes,
                })}
              </title>
            </rect>
          );
        })}
      </svg>
      <figcaption>
        <Mark use="read" label={text(T.legendRead)} />
        <Mark use="written" label={text(T.legendWritten)} />
        <Mark use="none" isOn label={text(T.legendSelected)} />
      </figcaption>
    </figure>
  );
}

function Mark({
  use,
  isOn = false,
  label,
}: {
  readonly use: string;
  readonly isOn?: boolean;
  readonly label: string;
}): ReactNode {
  return (
    <span>
      <svg width={SIZE} height={SIZE} aria-hidden="true">
        <rect x="0.5" y="0.5" width={SIZE - 1} height={SIZE - 1} data-part="none" data-use={use} data-on={isOn} />
      </svg>{' '}
      {label}
    </span>
  );
}
