/**
 * The first MiB of a PC: where BIOS, boot ROM and boot program live beside each other, with the structures by which one
 * finds the other, and the bytes of each.
 */
import { useCallback, useState, type ReactNode } from 'react';
import { hexNumber } from '../../../../base/bytes.ts';
import type { MemoryRegion } from '../../../../threads/api/lab-api.ts';
import { usePageQueries, useText } from '../../../hooks.ts';
import { Button } from '../../../parts/button.tsx';
import { Empty } from '../../../parts/states/empty.tsx';
import { useMachineAnswer } from '../use-machine-answer.ts';
import { BYTES_PER_LINE, HexLines } from './hex-lines.tsx';
import { FIELD_MEANINGS, MEMORY_TEXTS, REGION_MEANINGS, REGION_NAMES } from './memory-texts.ts';
import styles from './memory.module.css';

const LOW_MEMORY_BYTES = 0x10_0000;
/** While the lab runs. */
const PAUSE_MS = 500;
const PAGE_BYTES = 512;

export function MemoryView({ machine }: { readonly machine: string }): ReactNode {
  const text = useText();
  const { client } = usePageQueries();
  const ask = useCallback(async (name: string) => await client.lab.lowMemory(name), [client]);
  const view = useMachineAnswer(machine, ask, PAUSE_MS);
  const [address, setAddress] = useState(0);
  if (view === undefined) return <Empty title={text(MEMORY_TEXTS.none, { machine })} />;
  const { bytes: memory, regions } = view;
  const chosen = regionAt(regions, address) ?? regions[0];
  return (
    <div className={styles['frame']}>
      <div className={styles['panel']}>
        <MapBar regions={regions} chosen={chosen} onChoose={setAddress} />
        <div className={styles['list']} role="region" aria-label={text(MEMORY_TEXTS.map)} tabIndex={0}>
          <RegionTable regions={regions} chosen={chosen} onChoose={setAddress} />
        </div>
        {chosen === undefined ? null : <Region memory={memory} region={chosen} address={address} onGoTo={setAddress} />}
      </div>
    </div>
  );
}

/** The innermost region that an address is in. */
function regionAt(regions: readonly MemoryRegion[], address: number): MemoryRegion | undefined {
  return regions
    .filter(({ start, lengthBytes }) => address >= start && address < start + lengthBytes)
    .reduce<MemoryRegion | undefined>(
      (best, region) => (best === undefined || region.lengthBytes <= best.lengthBytes ? region : best),
      undefined,
    );
}

interface Choice {
  readonly regions: readonly MemoryRegion[];
  readonly chosen: MemoryRegion | undefined;
  readonly onChoose: (address: number) => void;
}

/** A picture of the table below it: what is chosen there is marked here. */
function MapBar({ regions, chosen, onChoose }: Choice): ReactNode {
  const percent = (bytes: number): string => `${(100 * bytes) / LOW_MEMORY_BYTES}%`;
  return (
    <div className={styles['map']} aria-hidden>
      {regions.map((region) => (
        <span
          key={`${region.kind} ${region.start}`}
          data-kind={region.kind}
          data-on={sameRegion(region, chosen)}
          style={{ left: percent(region.start), width: percent(region.lengthBytes) }}
          onPointerDown={() => onChoose(region.start)}
        />
      ))}
    </div>
  );
}

function sameRegion(region: MemoryRegion, other: MemoryRegion | undefined): boolean {
  return region.kind === other?.kind && region.start === other.start;
}

function RegionTable({ regions, chosen, onChoose }: Choice): ReactNode {
  const text = useText();
  return (
    <table className={styles['table']}>
      <thead>
        <tr>
          <th scope="col">{text(MEMORY_TEXTS.address)}</th>
          <th scope="col">{text(MEMORY_TEXTS.bytes)}</th>
          <th scope="col">{text(MEMORY_TEXTS.what)}</th>
        </tr>
      </thead>
      <tbody>
        {regions.map((region) => (
          <tr key={`${region.kind} ${region.start}`} data-on={sameRegion(region, chosen)}>
            <td>{hexNumber(region.start, 5)}</td>
            <td className={styles['number']}>{region.lengthBytes}</td>
            <td style={{ paddingLeft: `${8 + 12 * depthOf(regions, region)}px` }}>
              <button type="button" aria-pressed={sameRegion(region, chosen)} onClick={() => onChoose(region.start)}>
                <i data-kind={region.kind} aria-hidden />
                {text(REGION_NAMES[region.kind])}
                {region.name === '' ? '' : ` ${region.name}`}
              </button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** In how many others it lies. */
function depthOf(regions: readonly MemoryRegion[], region: MemoryRegion): number {
  const end = region.start + region.lengthBytes;
  return regions.filter(
    (other) =>
      other.lengthBytes > region.lengthBytes && other.start <= region.start && other.start + other.lengthBytes >= end,
  ).length;
}

function Region({
  memory,
  region,
  address,
  onGoTo,
}: {
  readonly memory: Uint8Array;
  readonly region: MemoryRegion;
  readonly address: number;
  readonly onGoTo: (address: number) => void;
}): ReactNode {
  const text = useText();
  const name = text(REGION_NAMES[region.kind]);
  const start = Math.max(region.start, address - (address % BYTES_PER_LINE));
  const regionEnd = region.start + region.lengthBytes;
  const end = Math.min(regionEnd, start + PAGE_BYTES);
  return (
    <div className={styles['region']} role="region" aria-label={text(MEMORY_TEXTS.hex, { what: name })} tabIndex={0}>
      <p>
        {text(REGION_MEANINGS[region.kind])}
        {region.isSumRight === false ? <strong> {text(MEMORY_TEXTS.wrongSum)}</strong> : null}
      </p>
      {region.fields.length === 0 ? null : <Fields region={region} onGoTo={onGoTo} />}
      <div className={styles['bar']}>
        <GoTo onGoTo={onGoTo} />
        <Button
          label={text(MEMORY_TEXTS.earlier)}
          isDisabled={start <= region.start}
          onPress={() => onGoTo(Math.max(region.start, start - PAGE_BYTES))}
        />
        <Button
          label={text(MEMORY_TEXTS.later)}
          isDisabled={end >= regionEnd}
          onPress={() => onGoTo(start + PAGE_BYTES)}
        />
      </div>
      <HexLines memory={memory} start={start} end={end} />
    </div>
  );
}

function Fields({
  region,
  onGoTo,
}: {
  readonly region: MemoryRegion;
  readonly onGoTo: (address: number) => void;
}): ReactNode {
  const text = useText();
  return (
    <table className={styles['table']}>
      <thead>
        <tr>
          <th scope="col">{text(MEMORY_TEXTS.address)}</th>
          <th scope="col">{text(MEMORY_TEXTS.field)}</th>
          <th scope="col">{text(MEMORY_TEXTS.value)}</th>
          <th scope="col">{text(MEMORY_TEXTS.meaning)}</th>
        </tr>
      </thead>
      <tbody>
        {region.fields.map((field) => {
          const target = addressOf(field.value);
          const meaning = FIELD_MEANINGS[field.name];
          return (
            <tr key={field.name}>
              <td>{hexNumber(field.address, 5)}</td>
              <td>{field.name}</td>
              <td>
                {target === undefined ? (
                  field.value
                ) : (
                  <button type="button" onClick={() => onGoTo(target)}>
                    {field.value}
                  </button>
                )}
              </td>
              <td className={styles['meaning']}>{meaning === undefined ? '' : text(meaning)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** `SEGMENT:OFFSET` as a linear address of the first MiB; undefined for what is none, and for a pointer to nothing. */
function addressOf(value: string): number | undefined {
  const [, segment, offset] = /^([0-9A-F]{4}):([0-9A-F]{4})$/i.exec(value) ?? [];
  if (segment === undefined || offset === undefined) return undefined;
  const linear = Number.parseInt(segment, 16) * 16 + Number.parseInt(offset, 16);
  return linear === 0 || linear >= LOW_MEMORY_BYTES ? undefined : linear;
}

function GoTo({ onGoTo }: { readonly onGoTo: (address: number) => void }): ReactNode {
  const text = useText();
  const [written, setWritten] = useState('');
  const linear = addressOf(written) ?? (/^[0-9A-F]{1,5}$/i.test(written) ? Number.parseInt(written, 16) : undefined);
  const isWrong = written !== '' && linear === undefined;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (linear !== undefined) onGoTo(linear);
      }}
    >
      <input
        value={written}
        size={10}
        aria-label={text(MEMORY_TEXTS.goTo)}
        placeholder={text(MEMORY_TEXTS.goTo)}
        title={text(MEMORY_TEXTS.goToHint)}
        aria-invalid={isWrong}
        spellCheck={false}
        onChange={({ target }) => setWritten(target.value.trim())}
      />
    </form>
  );
}
