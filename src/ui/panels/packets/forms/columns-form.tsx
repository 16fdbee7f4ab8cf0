/** Chooses, names, orders and widens the columns of the packet list. */
import { useId, useState, type FormEvent, type ReactNode } from 'react';
import { Heading } from 'react-aria-components';
import { SCENARIO_LIMITS } from '../../../../scenario/limits.ts';
import type { ScenarioColumn } from '../../../../scenario/schema.ts';
import { BUILT_IN_COLUMNS, isBuiltIn, widthOf } from '../../../../page/packets/packet-columns.ts';
import { usePackets } from '../../../../page/packets/packet-store.ts';
import { useCommands, usePageQueries, useText } from '../../../hooks.ts';
import { Button } from '../../../parts/button.tsx';
import dialog from '../../../topbar/dialog.module.css';
import { Actions } from './form-actions.tsx';
import styles from './forms.module.css';
import { PACKET_TEXTS as T } from '../texts.ts';
import { moved } from '../moved.ts';
import { columnTitle } from '../list/use-columns.ts';

export function ColumnsForm({ onDone }: { readonly onDone: () => void }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const { client } = usePageQueries();
  const badFields = usePackets((state) => state.badFields);
  const [columns, setColumns] = useState<readonly ScenarioColumn[]>(usePackets((state) => state.columns));
  const [added, setAdded] = useState('');
  const [completions, setCompletions] = useState<readonly string[]>([]);
  const listId = useId();
  const missing = (Object.keys(BUILT_IN_COLUMNS) as readonly string[]).filter(
    (field) => !columns.some((column) => column.field === field),
  );
  const change = (place: number, next: ScenarioColumn): void =>
    setColumns(columns.map((column, i) => (i === place ? next : column)));
  const type = (value: string): void => {
    setAdded(value);
    void client.analysis.complete(value, value.length).then((found) => setCompletions(found.map(({ label }) => label)));
  };
  const add = (field: string): void => {
    if (field === '' || columns.length >= SCENARIO_LIMITS.maxColumns) return;
    if (!columns.some((column) => column.field === field))
      setColumns([...columns.slice(0, -1), { field }, ...columns.slice(-1)]);
    setAdded('');
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const field = added.trim();
    void commands.run('packets.set-columns', [...columns, ...(field === '' ? [] : [{ field }])]);
    onDone();
  };
  return (
    <form onSubmit={submit}>
      <Heading slot="title">{text(T.columns)}</Heading>
      <p className={dialog['quiet']}>{text(T.columnsHint)}</p>
      <ul className={styles['rows']}>
        {columns.map((column, place) => (
          <li key={column.field} className={styles['columnRow']}>
            <input
              aria-label={text('page.pair', { name: text(T.title), what: column.field })}
              value={column.title ?? ''}
              placeholder={text(columnTitle({ field: column.field }))}
              maxLength={60}
              onChange={({ target }) => {
                const { title: _, ...rest } = column;
                change(place, target.value === '' ? rest : { ...rest, title: target.value });
              }}
            />
            <code
              data-bad={badFields.includes(column.field)}
              title={badFields.includes(column.field) ? text(T.unknownField) : undefined}
            >
              {isBuiltIn(column.field) ? '' : column.field}
            </code>
            <input
              type="number"
              min={20}
              max={2000}
              aria-label={text('page.pair', { name: text(T.width), what: column.field })}
              value={column.widthPx ?? ''}
              placeholder={String(widthOf(column) ?? '')}
              onChange={({ target }) => {
                const { widthPx: _, ...rest } = column;
                change(place, target.value === '' ? rest : { ...rest, widthPx: Math.round(Number(target.value)) });
              }}
            />
            <Button
              label={text('page.pair', { name: text(T.up), what: column.field })}
              onPress={() => setColumns(moved(columns, place, -1))}
            >
              ↑
            </Button>
            <Button
              label={text('page.pair', { name: text(T.down), what: column.field })}
              onPress={() => setColumns(moved(columns, place, 1))}
            >
              ↓
            </Button>
            <Button
              label={text('page.pair', { name: text(T.remove), what: column.field })}
              isDisabled={columns.length === 1}
              onPress={() => setColumns(columns.filter((_, i) => i !== place))}
            >
              ✕
            </Button>
          </li>
        ))}
      </ul>
      <div className={styles['adding']}>
        <input
          aria-label={text(T.addColumn)}
          placeholder="tftp.block"
          value={added}
          list={listId}
          data-testid="add-column"
          onChange={({ target }) => type(target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || added.trim() === '') return;
            event.preventDefault();
            add(added.trim());
          }}
        />
        <datalist id={listId}>
          {completions.map((label) => (
            <option key={label} value={label} />
          ))}
        </datalist>
        <Button label={text(T.add)} onPress={() => add(added.trim())} />
        {missing.map((field) => (
          <Button key={field} label={`+ ${text(columnTitle({ field }))}`} onPress={() => add(field)} />
        ))}
      </div>
      <Actions onCancel={onDone}>
        <Button
          label={text(T.reset)}
          onPress={() => {
            void commands.run('packets.set-columns', undefined);
            onDone();
          }}
        />
      </Actions>
    </form>
  );
}
