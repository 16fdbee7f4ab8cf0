/**
 * Files may be dropped anywhere on the page; while they are dragged over it, it says how each kind is used. A command
 * does the same by a file dialog.
 */
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useCommands, useText } from '../../hooks.ts';
import styles from '../bars/banner.module.css';

export function DropZone(): ReactNode {
  const text = useText();
  const commands = useCommands();
  const [over, setOver] = useState(false);
  useEffect(() => {
    const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;
    const drag = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent): void => {
      setOver(false);
      if (!hasFiles(event) || event.dataTransfer === null) return;
      event.preventDefault();
      void commands.run('file.take', [...event.dataTransfer.files]);
    };
    addEventListener('dragover', drag);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', drag);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
    };
  }, [commands]);
  const input = useRef<HTMLInputElement>(null);
  useEffect(
    () =>
      commands.register({
        id: 'file.open',
        title: 'file.open',
        key: 'Ctrl+O',
        run: () => input.current?.click(),
      }),
    [commands],
  );
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={text('file.open')}
        onChange={({ target }) => {
          void commands.run('file.take', [...(target.files ?? [])]);
          target.value = '';
        }}
      />
      {over ? <Kinds /> : null}
    </>
  );
}

/** How each kind of file is used. */
function Kinds(): ReactNode {
  const text = useText();
  return (
    <div className={styles['drop']} aria-hidden="true">
      <ul>
        <li>{text('drop.scenario')}</li>
        <li>{text('drop.capture')}</li>
        <li>{text('drop.config')}</li>
        <li>{text('drop.file')}</li>
      </ul>
    </div>
  );
}
