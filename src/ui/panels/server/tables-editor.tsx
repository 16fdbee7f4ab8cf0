/** Services that are configured by small tables: /etc/ethers, /etc/bootparams, /etc/hosts. */
import { useState, type ReactNode } from 'react';
import type { ServerNode } from '../../../scenario/schema.ts';
import { useCommands, useText } from '../../hooks.ts';
import { Button } from '../../parts/button.tsx';
import styles from './server.module.css';

const TABLES = { rarp: ['ethers', 'hosts'], bootparams: ['bootparams', 'hosts'] } as const;

export type TableService = keyof typeof TABLES;

/** The file's text, applied as a whole; the lab then starts again. */
export function TablesEditor({
  server,
  service,
}: {
  readonly server: ServerNode;
  readonly service: TableService;
}): ReactNode {
  const text = useText();
  const commands = useCommands();
  const settings: Readonly<Record<string, string | boolean | undefined>> | undefined = server.services[service];
  const [edited, setEdited] = useState<Readonly<Record<string, string>>>({});
  if (settings === undefined) return null;
  const apply = async (): Promise<void> => {
    for (const [table, value] of Object.entries(edited))
      // oxlint-disable-next-line no-await-in-loop -- each edit is made on the document as the last one left it
      await commands.run('edit.set', { of: { node: server.name }, path: ['services', service, table], value });
    setEdited({});
  };
  const isDirty = Object.keys(edited).length > 0;
  return (
    <div className={styles['editor']}>
      {TABLES[service].map((table) => (
        <label key={table} className={styles['table']}>
          <code>/etc/{table}</code>
          <textarea
            rows={8}
            spellCheck={false}
            value={edited[table] ?? String(settings[table] ?? '')}
            onChange={({ target }) => setEdited((before) => ({ ...before, [table]: target.value }))}
          />
        </label>
      ))}
      <div className={styles['apply']}>
        <Button label={text('server.apply')} kind="primary" isDisabled={!isDirty} onPress={() => void apply()} />
        <span>{isDirty ? text('server.notApplied') : ''}</span>
      </div>
    </div>
  );
}
