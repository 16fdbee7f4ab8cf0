/**
 * Tells the commands which packet and which of its values they are about: the field that is selected in the layers or
 * bytes, else what the active column of the list shows.
 */
import { useEffect } from 'react';
import type { PacketDetail, TreeRow } from '../../../threads/api/analysis-api.ts';
import { isBuiltIn } from '../../../page/packets/packet-columns.ts';
import { usePackets, type ChosenField } from '../../../page/packets/packet-store.ts';
import { useCommands, usePageQueries } from '../../hooks.ts';

function chosenRow({ field, label, value, filter, frame, source, offset, length }: TreeRow): ChosenField {
  return {
    field,
    label,
    value,
    isColumn: field !== '',
    ...(filter === undefined ? {} : { filter }),
    ...(frame === undefined ? {} : { frame }),
    ...(length > 0 ? { range: { source, offset, length } } : {}),
  };
}

/** What a column shows of the packet. */
function shownIn({ row }: PacketDetail, column: string, fields: readonly string[]): string {
  switch (column) {
    case 'no':
      return String(row.number);
    case 'source':
    case 'destination':
    case 'protocol':
    case 'info':
    case 'port':
      return row[column];
    case 'length':
      return String(row.length);
    case 'time':
      return String(row.timeNs / 1e9);
    default:
      return row.cells[fields.indexOf(column)] ?? '';
  }
}

export function useChosen(detail: PacketDetail | undefined, field: TreeRow | undefined, column: string): void {
  const commands = useCommands();
  const { client } = usePageQueries();
  useEffect(() => {
    if (detail === undefined) return;
    const { number, event } = detail.row;
    if (field !== undefined) {
      void commands.run('packets.choose', { number, event, field: chosenRow(field) });
      return;
    }
    let live = true;
    const { columns } = usePackets.getState();
    const value = shownIn(
      detail,
      column,
      columns.map((one) => one.field).filter((one) => !isBuiltIn(one)),
    );
    const shown = { field: column, label: value, value, isColumn: !isBuiltIn(column) };
    void commands.run('packets.choose', { number, event, field: shown });
    void client.analysis.cellFilter(number, column).then((filter) => {
      if (live && filter !== undefined)
        void commands.run('packets.choose', { number, event, field: { ...shown, filter } });
    });
    return () => {
      live = false;
    };
  }, [client, commands, detail, field, column]);
}
