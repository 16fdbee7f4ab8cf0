/** Frames or bytes over time, a curve for each filter, and the same as a table. */
import { useState, type ReactNode } from 'react';
import type { IoGraphView } from '../../../threads/api/statistics-api.ts';
import { spanMessage } from '../../../base/span.ts';
import { useCommands, useMessage, useNumbers, usePageQueries, useText } from '../../hooks.ts';
import { Button } from '../../parts/button.tsx';
import { busySpans, CurveMark, Curves, curvesOf, type CurveStyle } from '../../parts/curves/curves.tsx';
import tables from '../../parts/table.module.css';
import { STATISTICS_TEXTS as T } from './texts.ts';
import { useCounted } from './use-counted.ts';
import styles from './statistics.module.css';

const CURVES: readonly CurveStyle[] = [
  { colour: 'var(--text)', dash: '' },
  { colour: 'var(--p-tftp)', dash: '' },
  { colour: 'var(--p-dhcp)', dash: '6 3' },
  { colour: 'var(--p-http)', dash: '2 3' },
  { colour: 'var(--p-arp)', dash: '8 3 2 3' },
  { colour: 'var(--p-dns)', dash: '4 4' },
];
const FIRST_FILTERS = ['', 'tftp'];

type Unit = 'frames' | 'bytes';

export function IoGraph(): ReactNode {
  const text = useText();
  const message = useMessage();
  const { client } = usePageQueries();
  const [filters, setFilters] = useState<readonly string[]>(FIRST_FILTERS);
  const [unit, setUnit] = useState<Unit>('frames');
  const counted = useCounted(JSON.stringify(filters), async () => await client.analysis.ioGraph(filters));
  const change = (place: number, filter: string): void =>
    setFilters(filters.map((known, i) => (i === place ? filter : known)));
  return (
    <div className={styles['graph']}>
      <ul className={styles['curves']}>
        {filters.map((filter, place) => {
          const series = counted?.series[place];
          const problem = series !== undefined && 'problem' in series ? message(series.problem) : undefined;
          return (
            // oxlint-disable-next-line react/no-array-index-key -- a curve is its place
            <li key={place}>
              <CurveMark style={CURVES[place]} />
              <input
                aria-label={text(T.curve, { number: place + 1 })}
                aria-invalid={problem !== undefined}
                title={problem}
                value={filter}
                placeholder={text(T.all)}
                spellCheck={false}
                onChange={({ target }) => change(place, target.value)}
              />
              <Button
                label={text(T.removeCurve, { number: place + 1 })}
                isDisabled={filters.length === 1}
                onPress={() => setFilters(filters.filter((_, i) => i !== place))}
              >
                ✕
              </Button>
            </li>
          );
        })}
      </ul>
      <div className={styles['bar']}>
        <Button
          label={text(T.addCurve)}
          isDisabled={filters.length >= CURVES.length}
          onPress={() => setFilters([...filters, 'dhcp'])}
        />
        <select
          aria-label={text(T.unit)}
          value={unit}
          onChange={({ target }) => setUnit(target.value === 'bytes' ? 'bytes' : 'frames')}
        >
          <option value="frames">{text(T.frames)}</option>
          <option value="bytes">{text(T.bytes)}</option>
        </select>
        {counted === undefined ? null : (
          <span>{text(T.perSpan, { unit: text(T[unit]), span: message(spanMessage(counted.spanNs)) })}</span>
        )}
      </div>
      {counted === undefined || counted.frames === 0 ? (
        <p className={styles['note']}>{text(T.empty)}</p>
      ) : (
        <Drawn counted={counted} filters={filters} unit={unit} />
      )}
    </div>
  );
}

function Drawn({
  counted,
  filters,
  unit,
}: {
  readonly counted: IoGraphView;
  readonly filters: readonly string[];
  readonly unit: Unit;
}): ReactNode {
  const text = useText();
  const numbers = useNumbers();
  const commands = useCommands();
  const { spanNs } = counted;
  const curves = curvesOf(counted, unit);
  const names = filters.map((filter) => (filter === '' ? text(T.all) : filter));
  return (
    <>
      <Curves
        label={text(T.graphOf)}
        curves={curves}
        curveStyles={CURVES}
        counted={counted}
        sayMost={(most) => `≤ ${most}`}
      />
      <details>
        <summary>{text(T.asTable)}</summary>
        <table className={tables['table']} aria-label={text(T.graphOf)}>
          <thead>
            <tr>
              <th>{text(T.time)}</th>
              {names.map((name, place) => (
                // oxlint-disable-next-line react/no-array-index-key -- a curve is its place
                <th key={place}>{name}</th>
              ))}
              <th>{text(T.filter)}</th>
            </tr>
          </thead>
          <tbody>
            {busySpans(curves).map((span) => {
              const from = numbers.seconds(span * spanNs);
              const filter = `frame.time_relative >= ${((span * spanNs) / 1e9).toFixed(9)} && frame.time_relative < ${(((span + 1) * spanNs) / 1e9).toFixed(9)}`;
              return (
                <tr key={span}>
                  <td>{from}</td>
                  {curves.map((values, place) => (
                    // oxlint-disable-next-line react/no-array-index-key -- a curve is its place
                    <td key={place} className={styles['number']}>
                      {values[span] ?? 0}
                    </td>
                  ))}
                  <td>
                    <Button
                      label={text(T.applyFor, { what: from })}
                      title={filter}
                      onPress={() => void commands.run('packets.filter', filter)}
                    >
                      {text(T.filter)}
                    </Button>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </details>
    </>
  );
}
