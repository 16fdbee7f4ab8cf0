/** A table whose rows are sorted by the column that is pressed. */
import { useState, type ReactNode } from 'react';
import type { AnyText } from '../../../page/i18n/index.ts';
import { useText } from '../../hooks.ts';
import tables from '../../parts/table.module.css';
import styles from './statistics.module.css';

export interface TableColumn<Row> {
  readonly title: AnyText;
  /** What is compared, and shown unless `show` says more. */
  readonly value: (row: Row) => number | string;
  readonly show?: (row: Row) => ReactNode;
}

export function SortedTable<Row>({
  label,
  rows,
  columns,
  keyOf,
}: {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly TableColumn<Row>[];
  readonly keyOf: (row: Row) => string;
}): ReactNode {
  const text = useText();
  const [order, setOrder] = useState<{ readonly by: number; readonly down: boolean } | undefined>();
  const column = order === undefined ? undefined : columns[order.by];
  const listed =
    order === undefined || column === undefined
      ? rows
      : [...rows].sort((one, other) => {
          const [a, b] = [column.value(one), column.value(other)];
          return (a < b ? -1 : a > b ? 1 : 0) * (order.down ? -1 : 1);
        });
  const [first] = rows;
  const alignment = ({ value }: TableColumn<Row>): string | undefined =>
    first !== undefined && typeof value(first) === 'number' ? styles['number'] : undefined;
  return (
    <table className={tables['scrolled']} aria-label={label}>
      <thead>
        <tr>
          {columns.map((one, i) => (
            <th
              key={text(one.title)}
              className={alignment(one)}
              aria-sort={order?.by !== i ? 'none' : order.down ? 'descending' : 'ascending'}
            >
              <button
                type="button"
                className={styles['sort']}
                onClick={() => setOrder({ by: i, down: order?.by === i ? !order.down : true })}
              >
                {text(one.title)}
                {order?.by === i ? (order.down ? ' ▾' : ' ▴') : ''}
              </button>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {listed.map((row) => (
          <tr key={keyOf(row)}>
            {columns.map((one) => (
              <td key={text(one.title)} className={alignment(one)}>
                {one.show?.(row) ?? one.value(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
