/** The documents that are open: the lab and captures, as tabs below the top bar while there is a capture. */
import type { ReactNode } from 'react';
import { useCaptures, type CaptureEntry } from '../../page/captures/capture-store.ts';
import { useView } from '../../page/store.ts';
import { useCommands, useNumbers, useText } from '../hooks.ts';
import { CommandButton } from '../parts/button.tsx';
import { Icon } from '../parts/icon.tsx';
import { useLabName } from '../topbar/lab-name.ts';
import { ComparePane } from './compare-pane.tsx';
import styles from './captures.module.css';
import { CAPTURE_TEXTS as T } from './texts.ts';

export function CaptureTabs(): ReactNode {
  const text = useText();
  const commands = useCommands();
  const list = useCaptures((state) => state.list);
  const shown = useView((state) => state.capture?.id);
  const lab = useLabName();
  const isComparing = useCaptures((state) => state.comparison !== undefined);
  return (
    <>
      <nav className={styles['tabs']} aria-label={text(T.documents)} data-testid="documents">
        <ul>
          <li data-shown={shown === undefined}>
            <button
              type="button"
              aria-current={shown === undefined ? 'page' : undefined}
              onClick={() => void commands.run('packets.live')}
            >
              {text(T.lab, { name: lab })}
            </button>
          </li>
          {list.map((entry) => (
            <CaptureTab key={entry.id} entry={entry} isShown={entry.id === shown} />
          ))}
        </ul>
        <span className={styles['actions']}>
          <CommandButton id="capture.make-lab" />
          <CommandButton id="capture.compare-open" />
        </span>
      </nav>
      {isComparing ? <ComparePane /> : null}
    </>
  );
}

function CaptureTab({ entry, isShown }: { readonly entry: CaptureEntry; readonly isShown: boolean }): ReactNode {
  const text = useText();
  const numbers = useNumbers();
  const commands = useCommands();
  const { id, name, frames, sizeBytes, keeping, isDamaged } = entry;
  const about = text(T.size, {
    frames,
    size: numbers.bytes(sizeBytes),
    keeping: text(keeping === 'kept' ? T.kept : T.session),
  });
  return (
    <li data-shown={isShown}>
      <button
        type="button"
        aria-current={isShown ? 'page' : undefined}
        title={`${name}\n${about}${isDamaged ? `\n${text(T.damaged)}` : ''}`}
        onClick={() => void commands.run('capture.show', id)}
      >
        {name}
        {isDamaged ? ' ⚠' : ''}
      </button>
      <button
        type="button"
        className={styles['close']}
        aria-label={text(T.close, { name })}
        title={text(T.close, { name })}
        onClick={() => void commands.run('capture.close', id)}
      >
        <Icon name="close" />
      </button>
    </li>
  );
}
