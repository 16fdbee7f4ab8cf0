/** The files that crossed the network: what they are called, whether they came whole, a look inside, and a copy to keep. */
import { useState, type ReactNode } from 'react';
import { hexDump } from '../../../analysis/packets/packet-text.ts';
import type { ObjectView } from '../../../threads/api/analysis-api.ts';
import { saveFile } from '../../../page/document/files/save-file.ts';
import { useCommands, useNumbers, usePageQueries, useText } from '../../hooks.ts';
import { Button } from '../../parts/button.tsx';
import tables from '../../parts/table.module.css';
import { printable } from './printable.ts';
import { STREAM_TEXTS as T } from './texts.ts';
import styles from './streams.module.css';

const TEXT_BYTES = 4096;
const HEX_BYTES = 512;

/** Text when nearly all of it is, else a hex dump of the beginning. */
function previewText(bytes: Uint8Array): string {
  const head = bytes.subarray(0, TEXT_BYTES);
  const texts = head.filter((byte) => (byte >= 32 && byte < 127) || byte === 9 || byte === 10 || byte === 13).length;
  if (head.length > 0 && texts / head.length > 0.95) return printable(head);
  return hexDump(bytes.subarray(0, HEX_BYTES));
}

export function ObjectsTable({ objects }: { readonly objects: readonly ObjectView[] }): ReactNode {
  const text = useText();
  const numbers = useNumbers();
  const commands = useCommands();
  const { client } = usePageQueries();
  const [preview, setPreview] = useState<{ readonly id: number; readonly shown: string } | undefined>();
  const look = (id: number): void => {
    if (preview?.id === id) setPreview(undefined);
    else
      void client.analysis
        .objectBytes(id)
        .then((bytes) => setPreview(bytes === undefined ? undefined : { id, shown: previewText(bytes) }));
  };
  return (
    <table className={tables['table']}>
      <thead>
        <tr>
          <th>{text('packets.protocol')}</th>
          <th>{text('server.path')}</th>
          <th>{text('server.size')}</th>
          <th>sha256</th>
          <th>{text('packets.no')}</th>
          <th>{text('streams.save')}</th>
        </tr>
      </thead>
      <tbody>
        {objects.flatMap((object) => [
          <tr key={object.id}>
            <td>{object.protocol}</td>
            <td>{object.name}</td>
            <td>
              {numbers.bytes(object.sizeBytes)} {object.complete ? '' : text('streams.incomplete')}
            </td>
            <td>
              <code title={object.sha256} className={styles['hash']}>
                {object.sha256}
              </code>
            </td>
            <td>
              <Button
                label={text('packets.foundAt', { number: object.index + 1 })}
                onPress={() => void commands.run('packets.go-to-frame', object.index + 1)}
              >
                {object.index + 1}
              </Button>
            </td>
            <td className={styles['actions']}>
              <Button
                label={text(T.previewOf, { name: object.name })}
                isPressed={preview?.id === object.id}
                onPress={() => look(object.id)}
              >
                {text(T.preview)}
              </Button>
              <Button
                label={text('streams.save')}
                onPress={() =>
                  void client.analysis.objectBytes(object.id).then((bytes) => {
                    if (bytes !== undefined)
                      saveFile(object.name.split('/').pop() ?? 'file', bytes, 'application/octet-stream');
                  })
                }
              />
            </td>
          </tr>,
          ...(preview?.id === object.id
            ? [
                <tr key={`${object.id} preview`}>
                  <td colSpan={6}>
                    <pre
                      className={styles['preview']}
                      data-testid="preview"
                      tabIndex={0}
                      role="region"
                      aria-label={text(T.previewOf, { name: object.name })}
                    >
                      {preview.shown}
                    </pre>
                  </td>
                </tr>,
              ]
            : []),
        ])}
      </tbody>
    </table>
  );
}
