/** Stands in a panel of the lab while a capture is shown: what is in the capture, and the way back. */
import type { ReactNode } from 'react';
import { useCaptures } from '../../page/captures/capture-store.ts';
import { panelTitle } from '../../page/panels.ts';
import { useView } from '../../page/store.ts';
import { useNumbers, useStageText, useText } from '../hooks.ts';
import { CommandButton } from '../parts/button.tsx';
import styles from './captures.module.css';
import { CAPTURE_TEXTS as T } from './texts.ts';

const MOST_CLIENTS = 200;

export function LabOnly({ panel }: { readonly panel: string }): ReactNode {
  const text = useText();
  const numbers = useNumbers();
  const stageText = useStageText();
  const capture = useView((state) => state.capture);
  const record = useCaptures(({ records }) => (capture === undefined ? undefined : records.get(capture.id)));
  if (capture === undefined) return null;
  const machines = record?.update?.machines ?? [];
  return (
    <div
      className={styles['overview']}
      tabIndex={0}
      role="region"
      aria-label={text(panelTitle(panel))}
      data-testid="capture-overview"
    >
      <h2>{text(T.title, { name: capture.name })}</h2>
      {record === undefined ? (
        <p role="status">{text(T.reading)}</p>
      ) : (
        <>
          <p>
            {text(T.summary, {
              frames: capture.frames,
              seconds: numbers.seconds(record.endNs),
              clients: machines.length,
            })}
          </p>
          {record.cutAt === undefined ? null : <p>{text(T.cut, { count: record.cutAt })}</p>}
          {machines.length === 0 ? (
            <p>{text(T.none)}</p>
          ) : (
            <table>
              <thead>
                <tr>
                  <th>{text(T.client)}</th>
                  <th>{text(T.reached)}</th>
                </tr>
              </thead>
              <tbody>
                {machines.slice(0, MOST_CLIENTS).map(({ name, stage, stageDetail }) => (
                  <tr key={name}>
                    <td>{name}</td>
                    <td>{stage === undefined ? '' : stageText(stage, stageDetail)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </>
      )}
      <p>
        <CommandButton id="capture.make-lab" /> <CommandButton id="capture.compare-open" />{' '}
        <CommandButton id="packets.live" />
      </p>
      <p className={styles['quiet']}>{text(T.ofLab, { panel: text(panelTitle(panel)) })}</p>
    </div>
  );
}
