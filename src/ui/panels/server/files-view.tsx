/** The files that a server offers, with owner and permissions, and how its services give them out. */
import { useEffect, useState, type ReactNode } from 'react';
import type { Message } from '../../../base/sentence.ts';
import type { ValuePath } from '../../../page/document/edits/set-value.ts';
import { useLive } from '../../../page/store.ts';
import { numberLimits } from '../../../scenario/field-limits.ts';
import type { ServerNode } from '../../../scenario/schema.ts';
import type { ServedFile } from '../../../threads/api/lab-api.ts';
import { useCommands, useNumbers, usePageQueries, useText } from '../../hooks.ts';
import { CommandButton } from '../../parts/button.tsx';
import { Empty } from '../../parts/states/empty.tsx';
import { NumberField } from '../../parts/number-field.tsx';
import { CheckedField } from '../topology/nodes/node-identity.tsx';
import tables from '../../parts/table.module.css';
import styles from './server.module.css';

type SetValue = (path: ValuePath, value: unknown) => Promise<Message | undefined>;

export function FilesView({ server }: { readonly server: ServerNode }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const { client } = usePageQueries();
  const generation = useLive((state) => state.update?.generation);
  const [files, setFiles] = useState<readonly ServedFile[]>([]);
  const { name } = server;
  useEffect(() => {
    void client.lab.files(name).then(setFiles);
  }, [client, name, generation]);
  const set: SetValue = async (path, value) => await commands.run('edit.set', { of: { node: name }, path, value });
  return (
    <>
      <div className={styles['delivery']}>
        <CommandButton id="file.open" />
        <Delivery server={server} set={set} />
      </div>
      {files.length === 0 ? (
        <Empty title={text('server.noFiles')} />
      ) : (
        <table className={tables['scrolled']}>
          <thead>
            <tr>
              <th>{text('server.path')}</th>
              <th>{text('server.size')}</th>
              <th>{text('server.owner')}</th>
              <th title={text('server.modeHint')}>{text('server.mode')}</th>
              <th title={text('server.changeHint')}>{text('server.change')}</th>
              <th>sha256</th>
            </tr>
          </thead>
          <tbody>
            {files.map((file) => (
              <FileRow key={file.path} file={file} server={server} set={set} />
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function FileRow({
  file,
  server,
  set,
}: {
  readonly file: ServedFile;
  readonly server: ServerNode;
  readonly set: SetValue;
}): ReactNode {
  const text = useText();
  const numbers = useNumbers();
  // A folder of the catalogue is one entry of the lab: its files cannot be set one by one.
  const index = server.files.findIndex((entry) => 'content' in entry && entry.path === file.path);
  const [owner, mode] = [file.owner, file.mode.toString(8).padStart(3, '0')];
  return (
    <tr>
      <td>{file.path}</td>
      <td>{numbers.bytes(file.sizeBytes)}</td>
      <td>
        {index < 0 ? (
          owner
        ) : (
          <CheckedField
            label={text('server.ownerOf', { path: file.path })}
            isLabelHidden
            className={styles['owner']}
            value={owner}
            onChange={async (to) => await set(['files', index, 'owner'], to === '' || to === 'root' ? undefined : to)}
          />
        )}
      </td>
      <td>
        {index < 0 ? (
          mode
        ) : (
          <CheckedField
            label={text('server.modeOf', { path: file.path })}
            isLabelHidden
            className={styles['mode']}
            value={mode}
            onChange={async (to) => await set(['files', index, 'mode'], to === '' || to === '644' ? undefined : to)}
          />
        )}
      </td>
      <td>{index < 0 ? null : <ChangeFields path={file.path} index={index} server={server} set={set} />}</td>
      <td title={file.sha256}>{file.sha256.slice(0, 16)}</td>
    </tr>
  );
}

/** That the file is written over, or removed, while a server sends it. Of a change by time or with other content: that it is so. */
function ChangeFields({
  path,
  index,
  server,
  set,
}: {
  readonly path: string;
  readonly index: number;
  readonly server: ServerNode;
  readonly set: SetValue;
}): ReactNode {
  const text = useText();
  const entry = server.files[index];
  if (entry === undefined || !('content' in entry)) return null;
  const { change } = entry;
  const moment = change?.at;
  if (moment !== undefined && 'ms' in moment) return text('server.changeAt', { ms: moment.ms });
  const at = ['files', index, 'change'];
  const content = change?.content;
  return (
    <>
      <CheckedField
        label={text('server.changeAfter', { path })}
        isLabelHidden
        className={styles['mode']}
        value={String(moment?.afterBytes ?? '')}
        onChange={async (to) => await set(at, to === '' ? undefined : { ...change, at: { afterBytes: Number(to) } })}
      />
      {moment === undefined || (content !== undefined && !('text' in content)) ? null : (
        <CheckedField
          label={text('server.changeTo', { path })}
          isLabelHidden
          className={styles['owner']}
          value={content?.text ?? ''}
          onChange={async (to) => await set(at, to === '' ? { at: moment } : { at: moment, content: { text: to } })}
        />
      )}
    </>
  );
}

const RATE = numberLimits('nodes', 'server', 'services', 'http', 'bytesPerSecond');
const CLOSE = numberLimits('nodes', 'server', 'services', 'http', 'closeAfterBytes');

/** Capitals, a full disk, rates, and a server that closes too early. */
function Delivery({ server, set }: { readonly server: ServerNode; readonly set: SetValue }): ReactNode {
  const text = useText();
  const { dnsmasq, http, ftp } = server.services;
  return (
    <>
      <label>
        <input
          type="checkbox"
          checked={server.caseInsensitive === true}
          onChange={({ target }) => void set(['caseInsensitive'], target.checked ? true : undefined)}
        />
        {text('server.caseInsensitive')}
      </label>
      <label title={text('server.diskFullHint')}>
        <input
          type="checkbox"
          checked={server.diskFull === true}
          onChange={({ target }) => void set(['diskFull'], target.checked ? true : undefined)}
        />
        {text('server.diskFull')}
      </label>
      {dnsmasq === undefined ? null : (
        <NumberField
          label={text('server.rate', { service: 'TFTP' })}
          value={dnsmasq.tftpBytesPerSecond}
          limits={RATE}
          optional
          set={(value) => void set(['services', 'dnsmasq', 'tftpBytesPerSecond'], value)}
        />
      )}
      {[['http', 'HTTP', http] as const, ['ftp', 'FTP', ftp] as const].map(([id, service, settings]) =>
        settings === undefined ? null : (
          <span key={id}>
            <NumberField
              label={text('server.rate', { service })}
              value={settings.bytesPerSecond}
              limits={RATE}
              optional
              set={(value) => void set(['services', id, 'bytesPerSecond'], value)}
            />
            <NumberField
              label={text('server.closes', { service })}
              value={settings.closeAfterBytes}
              limits={CLOSE}
              optional
              set={(value) => void set(['services', id, 'closeAfterBytes'], value)}
            />
          </span>
        ),
      )}
    </>
  );
}
