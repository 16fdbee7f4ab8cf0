/** The disks of the lab: one of them, its partitions, a map of what was read and written, and one sector byte by byte. */
import { useEffect, useState, type ReactNode } from 'react';
import type { DiskPlace, DiskSummary } from '../../../threads/api/disks-api.ts';
import { useNumbers, useText } from '../../hooks.ts';
import { Button } from '../../parts/button.tsx';
import { Empty } from '../../parts/states/empty.tsx';
import { NumberField } from '../../parts/number-field.tsx';
import tables from '../../parts/table.module.css';
import { AccessTable } from './access-table.tsx';
import { DiskMapView } from './disk-map.tsx';
import { SectorBytes } from './sector-bytes.tsx';
import { DISKS_TEXTS as T } from './texts.ts';
import { diskKey, useDiskLook, useDisks, useSelectedPlaces } from './use-disks.ts';
import styles from './disks.module.css';

const DRIVE_TEXTS = { disk: T.driveDisk, cdrom: T.driveCdrom, floppy: T.driveFloppy } as const;

export function DisksPanel(): ReactNode {
  const text = useText();
  const disks = useDisks();
  const places = useSelectedPlaces();
  const [chosen, setChosen] = useState<string>();
  const [place] = places;
  const pointed = place === undefined ? undefined : diskKey(place.id);
  // What is selected elsewhere shows its disk; another can be chosen after that.
  useEffect(() => setChosen(pointed ?? chosen), [pointed]); // oxlint-disable-line react-hooks/exhaustive-deps -- only a new selection chooses
  const disk = disks.find(({ id }) => diskKey(id) === chosen) ?? disks[0];
  if (disk === undefined) return <Empty title={text(T.empty)} />;
  const key = diskKey(disk.id);
  const name = ({ id, file, users }: DiskSummary): string => {
    const what = 'drive' in id ? text(DRIVE_TEXTS[id.drive]) : (file ?? text(T.nothing));
    return text('page.pair', {
      name: id.node,
      what: `${what}${users.length === 0 ? '' : ` (${users.join(', ')})`}`,
    });
  };
  return (
    <div className={styles['panel']} data-testid="disks">
      <label className={styles['choice']}>
        {text(T.disk)}
        <select value={key} onChange={({ target }) => setChosen(target.value)}>
          {disks.map((one) => (
            <option key={diskKey(one.id)} value={diskKey(one.id)}>
              {name(one)}
            </option>
          ))}
        </select>
      </label>
      <DiskView key={key} disk={disk} places={places.filter(({ id }) => diskKey(id) === key)} />
    </div>
  );
}

function DiskView({ disk, places }: { readonly disk: DiskSummary; readonly places: readonly DiskPlace[] }): ReactNode {
  const text = useText();
  const numbers = useNumbers();
  const [sector, setSector] = useState(0);
  const [place] = places;
  const pointed = place?.first;
  useEffect(() => {
    if (pointed !== undefined) setSector(pointed);
  }, [pointed, places]);
  const look = useDiskLook(disk.id, sector);
  const { layout, sizeBytes, sectorBytes, isReadOnly } = disk;
  const sectors = Math.floor(sizeBytes / sectorBytes);
  const go = (to: number): void => setSector(Math.max(0, Math.min(sectors - 1, to)));
  const from = places.reduce((least, { first }) => Math.min(least, first), Number.POSITIVE_INFINITY);
  const to = places.reduce((most, { first, count }) => Math.max(most, first + count - 1), 0);
  return (
    <div className={styles['columns']}>
      <div className={styles['column']}>
        <p className={styles['facts']}>
          {text(T.size, { size: numbers.bytes(sizeBytes), sectors, bytes: sectorBytes })}
          {isReadOnly ? ` · ${text(T.readOnly)}` : ''} ·{' '}
          {'drive' in disk.id && disk.id.drive === 'cdrom'
            ? layout.content || text(T.unknown)
            : text(layout.isBootable ? T.bootable : T.notBootable)}
        </p>
        <Parts disk={disk} go={go} />
        {look === undefined ? null : (
          <DiskMapView
            map={look.map}
            sectors={sectors}
            sector={sector}
            layout={layout}
            places={places}
            sectorBytes={sectorBytes}
            go={go}
          />
        )}
        {place === undefined ? null : (
          <p className={styles['facts']} data-testid="disk-selected">
            {text(T.selected, {
              what: text(place.kind === 'read' ? T.read : T.written),
              first: from,
              last: to,
            })}
          </p>
        )}
        <h2>{text(T.recent, { total: look?.total ?? 0 })}</h2>
        <AccessTable accesses={look?.recent ?? []} none={text(T.noneYet)} go={go} />
      </div>
      <div className={styles['column']}>
        <div className={styles['sector']}>
          <NumberField
            label={text(T.sector)}
            value={sector}
            limits={{ min: 0, max: sectors - 1, isInteger: true }}
            step={1}
            set={(to) => go(to ?? 0)}
          />
          <Button label={text(T.before)} isDisabled={sector === 0} onPress={() => go(sector - 1)}>
            ‹
          </Button>
          <Button label={text(T.after)} isDisabled={sector >= sectors - 1} onPress={() => go(sector + 1)}>
            ›
          </Button>
        </div>
        <SectorBytes bytes={look?.bytes ?? new Uint8Array(0)} />
        <h2>{text(T.ofSector, { sector })}</h2>
        <AccessTable accesses={look?.accesses ?? []} none={text(T.noneOfSector)} go={go} />
      </div>
    </div>
  );
}

function Parts({ disk, go }: { readonly disk: DiskSummary; readonly go: (sector: number) => void }): ReactNode {
  const text = useText();
  const { parts, table, content } = disk.layout;
  if (parts.length === 0) {
    return 'drive' in disk.id && disk.id.drive === 'cdrom' ? null : (
      <p className={styles['facts']}>
        {text(T.noParts)} · {content === '' ? text(T.unknown) : content}
      </p>
    );
  }
  const scale = disk.sectorBytes / 512;
  return (
    <table className={tables['table']} aria-label={`${text(T.parts)} (${table.toUpperCase()})`}>
      <thead>
        <tr>
          <th>{text(T.number)}</th>
          <th>{text(T.active)}</th>
          <th>{text(T.type)}</th>
          <th>{text(T.first)}</th>
          <th>{text(T.sectors)}</th>
          <th>{text(T.content)}</th>
        </tr>
      </thead>
      <tbody>
        {parts.map(({ number, isActive, type, first, sectors, content: inside }) => (
          <tr key={number}>
            <td>{number}</td>
            <td>{isActive ? text(T.yes) : ''}</td>
            <td>{type}</td>
            <td>
              <button type="button" className={styles['link']} onClick={() => go(Math.floor(first / scale))}>
                {first}
              </button>
            </td>
            <td>{sectors}</td>
            <td>{inside === '' ? text(T.unknown) : inside}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
