/** Files may be dropped anywhere on the page; while they hang over it, it says what each kind would do. */
import { useEffect, useState, type ReactNode } from 'react';
import { takeFiles } from '../../app/dropped-files.ts';
import { useController, useText } from '../hooks.ts';
import styles from './banner.module.css';

export function DropZone(): ReactNode {
  const text = useText();
  const controller = useController();
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
      void takeFiles(controller, [...event.dataTransfer.files]);
    };
    addEventListener('dragover', drag);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', drag);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
    };
  }, [controller]);
  if (!over) return null;
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
