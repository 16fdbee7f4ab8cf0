/** Accesses to a disk: when, who, which sectors; a click selects the frame or the call everywhere. */
import type { ReactNode } from 'react';
import type { NumberedAccess } from '../../../threads/api/disks-api.ts';
import { useCommands, useNumbers, useText } from '../../hooks.ts';
import tables from '../../parts/table.module.css';
import { DISKS_TEXTS as T } from './texts.ts';
import styles from './disks.module.css';

export function AccessTable({
  accesses,
  none,
  go,
}: {
  readonly accesses: readonly NumberedAccess[];
  /** Said when there are none. */
  readonly none: string;
  readonly go: (sector: number) => void;
}): ReactNode {
  const text = useText();
  const numbers = useNumbers();
  const commands = useCommands();
  if (accesses.length === 0) return <p className={styles['facts']}>{none}</p>;
  return (
    <table className={tables['table']}>
      <thead>
        <tr>
          <th>{text(T.time)}</th>
          <th>{text(T.who)}</th>
          <th>{text(T.what)}</th>
          <th>{text(T.first)}</th>
          <th>{text(T.sectors)}</th>
          <th>{text(T.requests)}</th>
          <th>{text(T.by)}</th>
        </tr>
      </thead>
      <tbody>
        {accesses.map(({ kind, first, count, requests, by, event, timeNs, frame }) => (
          <tr key={`${event} ${first} ${kind}`}>
            <td>{numbers.seconds(timeNs)}</td>
            <td>{by ?? ''}</td>
            <td>{text(kind === 'read' ? T.read : T.written)}</td>
            <td>
              <button type="button" className={styles['link']} onClick={() => go(first)}>
                {first}
              </button>
            </td>
            <td>{count}</td>
            <td>{requests}</td>
            <td>
              <button
                type="button"
                className={styles['link']}
                onClick={() => void commands.run('select', { kind: 'event', id: event })}
              >
                {frame === undefined ? text(T.call) : text(T.frame, { frame })}
              </button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
