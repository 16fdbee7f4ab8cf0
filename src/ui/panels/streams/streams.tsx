/** The conversation of the selected frame, both directions, and the files that crossed the network. */
import { useEffect, useState, type ReactNode } from 'react';
import type { ObjectView, StreamView } from '../../../threads/api/lab-api.ts';
import { useLive, useView } from '../../../page/store.ts';
import { formatBytes, formatSeconds } from '../../format.ts';
import { panelTitle } from '../../../page/panels.ts';
import { usePageQueries, useText } from '../../hooks.ts';
import { Button } from '../../parts/button.tsx';
import { Empty } from '../../parts/empty.tsx';
import { saveFile } from '../../../page/document/files/save-file.ts';
import { CaptureFile } from '../packets/capture-file.tsx';
import { useSelectFrame, useSelectedFrame } from '../packets/use-selected-frame.ts';
import tables from '../../parts/table.module.css';
import styles from '../story/story.module.css';

const SHOWN_BYTES = 64 * 1024;

function printable(bytes: Uint8Array): string {
  let out = '';
  for (const byte of bytes.subarray(0, 2048))
    out += (byte >= 32 && byte < 127) || byte === 10 ? String.fromCharCode(byte) : byte === 13 ? '' : '·';
  return bytes.length > 2048 ? `${out}…` : out;
}

/** The turns, limited to the number of bytes that a page can show. */
function firstBytes(stream: StreamView): StreamView['turns'] {
  let shown = 0;
  return stream.turns.filter((turn) => {
    const before = shown;
    shown += turn.bytes.length;
    return before <= SHOWN_BYTES;
  });
}

export function Streams(): ReactNode {
  const text = useText();
  const { client } = usePageQueries();
  const selectFrame = useSelectFrame();
  const selected = useSelectedFrame();
  const row = selected?.row;
  const capture = useView((state) => state.capture);
  const frames = useLive((state) => state.update?.frames ?? 0);
  const generation = useLive((state) => state.update?.generation);
  const [stream, setStream] = useState<StreamView | undefined>();
  const [objects, setObjects] = useState<readonly ObjectView[]>([]);
  useEffect(() => {
    let live = true;
    void (async () => {
      const next = row === undefined ? undefined : await client.analysis.follow(row);
      if (live) setStream(next);
    })();
    return () => {
      live = false;
    };
  }, [client, row, capture]);
  // Files of another capture are not here any more.
  useEffect(() => setObjects([]), [capture, generation]);
  const find = (): void => {
    void client.analysis.objects().then(setObjects);
  };
  const select = async (index: number): Promise<void> => {
    const event = await client.analysis.eventOfFrame(index + 1);
    selectFrame({ event: event ?? -1, number: index + 1 });
  };
  const turns = stream === undefined ? [] : firstBytes(stream);
  return (
    <div className={styles['panel']}>
      <div className={styles['bar']}>
        <CaptureFile />
        <Button label={text('streams.find')} isDisabled={(capture?.frames ?? frames) === 0} onPress={find} />
      </div>
      <div className={styles['scroll']} tabIndex={0} role="region" aria-label={text(panelTitle('streams'))}>
        {objects.length > 0 ? (
          <table className={tables['table']}>
            <thead>
              <tr>
                <th>{text('packets.protocol')}</th>
                <th>{text('server.path')}</th>
                <th>{text('server.size')}</th>
                <th>sha256</th>
                <th>{text('streams.save')}</th>
              </tr>
            </thead>
            <tbody>
              {objects.map((object) => (
                <tr key={object.id}>
                  <td>{object.protocol}</td>
                  <td>{object.name}</td>
                  <td>
                    {formatBytes(object.sizeBytes)} {object.complete ? '' : text('streams.incomplete')}
                  </td>
                  <td title={object.sha256}>{object.sha256.slice(0, 16)}</td>
                  <td>
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
                </tr>
              ))}
            </tbody>
          </table>
        ) : null}
        {stream === undefined ? (
          objects.length === 0 ? (
            <Empty title={text('streams.empty')} />
          ) : null
        ) : (
          <>
            <h2 className={styles['heading']}>{stream.title}</h2>
            {turns.map((turn) => {
              return (
                <pre
                  key={turn.index}
                  className={styles['turn']}
                  data-first={turn.from === stream.turns[0]?.from}
                  data-selected={turn.index + 1 === selected?.number}
                >
                  <button type="button" className={styles['turnHead']} onClick={() => void select(turn.index)}>
                    {formatSeconds(turn.timeNs)} {turn.from}, {formatBytes(turn.bytes.length)}
                  </button>
                  {printable(turn.bytes)}
                </pre>
              );
            })}
          </>
        )}
      </div>
    </div>
  );
}
